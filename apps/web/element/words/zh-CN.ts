import type { Words } from '../../kit/words-table.ts';

/** What the element's keypad says in Chinese. */
export const words = {
  ask: {
    passcode: '输入密码',
    old: '输入现在的密码',
    first: '设置六位数字密码',
    new: '设置新密码',
    again: '再输入一次',
  },
  note: '密码直接交给安全元件，本页面看不到',
  typed: '已输入{{typed}}位，共6位',
  wrong: '密码不对，',
  left_one: '还可以试{{count}}次。',
  left_other: '还可以试{{count}}次。',
  differs: '两次输入不一样，请重新设置。',
  blocked: '本机密码已永久锁定。用通行密钥确认的卡仍可付款。',
  over: { blocked: '密码已锁定', refused: '没有完成' },
  refused: {
    arm: '本机还没有密码，没有确认任何付款。',
    set: '密码只能在添加第一张卡之前设置一次，没有改动。',
    change: '本机还没有密码，没有改动。',
    other: '安全元件没有接受，没有改动。',
  },
  keys: '数字键',
  erase: '删除',
  cancel: '取消',
  close: '关闭',
} satisfies Words;
