import type { Words } from '../../kit/words-table.ts';

/** What the card-entry frame says in Chinese. */
export const words = {
  number: {
    label: '卡号',
    debit: '借记卡',
    credit: '信用卡',
    luhn: '卡号有一位不对，请核对最后一组。',
    nobody: '没有银行发行这样开头的卡，请核对前六位。',
    length: '这张卡的卡号是{{digits}}位，请补全。',
    lengthUnknown: '卡号是12到19位。',
  },
  expiry: {
    label: '有效期',
    shape: '月 / 年',
    unfinished: '照卡面填写月和年。',
    month: '月份是01到12。',
    past: '这张卡已过期。',
  },
  cvn2: {
    label: 'CVN2安全码',
    unfinished: '卡背面的三位数字。',
    ask: 'CVN2在哪里',
    where: '卡背面签名栏旁的最后三位数字。',
  },
  mobile: {
    label: '手机号',
    hint: '办这张卡时留给银行的号码。',
    unfinished: '11位数字，以1开头。',
  },
  code: { label: '六位验证码' },
} satisfies Words;
