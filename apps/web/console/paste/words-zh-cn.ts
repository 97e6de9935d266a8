/** The words of the page in Chinese. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  title: '粘贴',
  label: '要解释的字节',
  hint: '十六进制、base64、转储、报文、指令记录',
  limit: '最多 {{limit}} KiB。右侧总会遮住账号、PIN 和密钥。',
  stays: '只在本页处理，离线可用',
  examples: '试试',
  example: { apdu: '手机应答', chip: '芯片数据', message: '报文' },
  clear: '清空',
  empty: '这里会写出每个字节的名字，以及哪里对不上。',
  refused: {
    too_long: '太长：一次最多解释 {{limit}} KiB。',
    odd_digits: '十六进制少了一位，或多了一位。',
    nothing_fits: '这些字节和已知的格式都对不上。',
  },
  couldBe: '可能是',
  sure: { sure: '确定', likely: '很可能', possible: '可能', unlikely: '不太可能' },
  knownFrom: '依据：{{source}}',
  more: '已画出 {{count}} 字节中的 {{shown}} 字节，继续',
} satisfies Words;
