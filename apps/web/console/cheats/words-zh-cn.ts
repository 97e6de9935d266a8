/** The words of the page in Chinese. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  title: '作弊',
  payment: '收银台付款',
  transit: '乘车：闸机和它背后的服务',
  runAll: '全部运行',
  run: '运行',
  runOne: '运行“{{name}}”',
  stop: '这一个之后停下',
  cheat: '想做什么',
  expected: '应当得到',
  result: '实际得到',
  storedAnswer: '原来的应答',
  stored: '返回原来的应答，没有再入账',
  approved: '已批准',
  notRun: '还没运行',
  now: '正在进行',
  next: '排队中',
  tap: '看字节',
  tapNumber: '第 {{number}} 次碰一碰',
  standing: '进度',
  of: '个被拒绝，共 {{count}} 个',
  intro: '每个作弊都在运行中的服务上进行，有自己的人、手机和说谎的设备。',
  held_one: '{{count}} 个作弊被应当拦住它的检查拒绝。',
  held_other: '{{count}} 个作弊都被应当拦住它的检查拒绝。',
  playing: '正在进行“{{name}}”',
  passed: '“{{name}}”没有按应有的方式被拒绝，全部停下。',
  passedLine: '该拦住它的检查没有拦住。先打开它的字节，再做别的。',
} satisfies Words;
