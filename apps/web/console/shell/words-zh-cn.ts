/** The words of the console's frame in Chinese. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  live: '实况',
  explain: '逐字节',
  paste: '粘贴',
  tokens: '令牌',
  bank: '银行',
  cheats: '作弊',
  levers: '扳手',
  pages: '页面',
  skip: '跳到页面内容',
  opening: '正在连接',
  following: '已连接',
  lost: '连接断开',
  lostLine: '系统没有应答，看到的可能是旧内容。恢复后本页会自动继续。',
  settings: '设置',
  language: '语言',
  theme: '明暗',
  themeSystem: '跟随系统',
  themeLight: '浅色',
  themeDark: '深色',
  signOut: '退出登录',
  signIn: '登录',
  signInTitle: '控制台',
  signInLine: '这个系统里的每一次碰一碰，逐字节可读，还有能拨动它的扳手。',
  key: '操作员密钥',
  keyHint: '在 npm start 打印的内容里。只留在这个标签页。',
  keyMissing: '先输入操作员密钥。',
  keyWrong: '这不是本系统的操作员密钥。从 npm start 打印的内容里重新复制。',
  keyUntried: '系统没有应答，密钥还没有验证。再试一次。',
} satisfies Words;
