/** What the page about a journey says to people, in both languages. The names of bytes stand in names.ts. */
import type { Words } from './names.ts';

/** The parts of a journey, in their order. */
export const LEGS = {
  phone: words('Phone and terminal', '手机与终端'),
  acquirer: words('Terminal to acquirer', '终端到收单'),
  network: words('Network', '转接网络'),
  issuer: words('Issuer', '发卡行'),
  back: words('Back', '返回'),
  after: words('After', '之后'),
} as const satisfies Record<string, Words>;

/** A part of a journey. */
export type LegName = keyof typeof LEGS;

/** The titles of nodes. */
export const TITLES = {
  selectList: words('SELECT PPSE', '选择 PPSE'),
  selectApplication: words('SELECT application', '选择应用'),
  options: words('Processing options', '处理选项 GPO'),
  readRecord: words('Read record', '读记录'),
  getData: words('Get data', '取数据'),
  command: words('Command', '指令'),
  cardRead: words('Card read', '读卡完成'),
  asked: words('0200 purchase', '0200 消费'),
  withToken: words('0200 with token', '0200 带令牌'),
  advised: words('0220 transit advice', '0220 公交通知'),
  charged: words('0200 transit charge', '0200 公交扣款'),
  withCard: words('0200 with card', '0200 带卡号'),
  checked: words('Token checked', '令牌核验'),
  decided: words('Account and limit', '账户与限额'),
  posted: words('Ledger posted', '入账'),
  takenBack: words('Ledger taken back', '撤回入账'),
  refused: words('Refused', '拒绝'),
  silent: words('Answer withheld', '没有应答'),
  askedBack: words('Taken back by the cashier', '收银员撤回'),
  settled: words('Reversal settled', '冲正完结'),
  receipt: words('Receipt', '小票'),
  outcome: words('Terminal outcome', '终端结果'),
  issuerAnswer: words('0210 from the issuer', '0210 发卡行应答'),
  networkAnswer: words('0210 to the acquirer', '0210 回收单'),
  adviceAnswer: words('0230 to the acquirer', '0230 回收单'),
  tillAnswer: words('0210 to the terminal', '0210 回终端'),
  reversal: words('reversal', '冲正'),
  reversalAgain: words('reversal, again', '冲正，重发'),
  reversalDecided: words('Reversal accepted', '冲正判定'),
  reversalAnswer: words('reversal answered', '冲正应答'),
  message: words('message', '报文'),
  told: words('Told', '通知'),
} as const satisfies Record<string, Words>;

/** The two sides of an exchange, and a message that has one. */
export const PARTS = {
  asks: words('Terminal asks', '终端发出'),
  answers: words('Phone answers', '手机应答'),
  message: words('Message', '报文'),
} as const satisfies Record<string, Words>;

/** Who sends a message. */
export const SENDERS: Readonly<Record<string, Words>> = {
  terminal: words('Terminal sends', '终端发出'),
  acquirer: words('Acquirer sends', '收单发出'),
  network: words('Network sends', '网络发出'),
  issuer: words('Issuer sends', '发卡行发出'),
};

/** What the colours of bytes mean. */
export const MEANINGS = {
  form: words('structure', '结构'),
  word: words('words', '文字'),
  who: words('identity', '身份'),
  money: words('money', '金额'),
  once: words('once', '一次性'),
  rule: words('rules', '规则'),
  proof: words('proof', '证明'),
  verdict: words('verdict', '结论'),
} as const satisfies Record<string, Words>;

/** The two numbers of the story, and the line above what is sealed. */
export const MARKS = {
  transaction_number: words('one-time transaction number', '一次性交易号'),
  security_code: words('encrypted security code', '加密安全码'),
  sealed: words('sealed', '已封住'),
} as const satisfies Record<string, Words>;

/** What became of a tap. */
export const OUTCOMES = {
  approved: words('Approved', '已批准'),
  declined: words('Declined', '已拒绝'),
  reversed: words('Taken back', '已撤回'),
  see_phone: words('See phone', '请看手机'),
  try_again: words('Try again', '请再碰一次'),
  no_card: words('No phone', '没有手机'),
  under_way: words('Under way', '进行中'),
} as const satisfies Record<string, Words>;

/** The stretches of time. */
export const STRETCHES = {
  tap: words('tap', '碰一碰'),
  terminal_acquirer: words('terminal to acquirer', '终端到收单'),
  acquirer_network: words('acquirer to network', '收单到网络'),
  token_check: words('token check', '令牌核验'),
  network_issuer: words('network to issuer', '网络到发卡行'),
  posting: words('posting', '入账'),
  back: words('back', '返回'),
} as const satisfies Record<string, Words>;

/** Outcomes of a check. */
export const CHECK_OUTCOMES = {
  held: words('held', '通过'),
  broken: words('broken', '不符'),
  not_run: words('not run', '未执行'),
} as const satisfies Record<string, Words>;

/** The checks of the token service by name. */
export const CHECKS: Readonly<Record<string, Words>> = {
  messageReadable: words('Message readable', '报文可读'),
  messageNew: words('Message new', '报文是新的'),
  tokenKnown: words('Token known', '令牌已知'),
  tokenActive: words('Token active', '令牌有效'),
  tokenNotExpired: words('Token not expired', '令牌未过期'),
  entryMode: words('Tapped', '是碰一碰'),
  requestor: words('Requestor its own', '请求方相符'),
  cryptogramVersion: words('Cryptogram version', '密文版本'),
  cryptogram: words('Cryptogram equal', '密文一致'),
  amount: words('Amount equals the tap’s', '金额与碰卡一致'),
  currency: words('Currency equals the tap’s', '货币与碰卡一致'),
  country: words('Country equals the tap’s', '国家与碰卡一致'),
  date: words('Date equals the tap’s', '日期与碰卡一致'),
  type: words('Type equals the tap’s', '类型与碰卡一致'),
  token: words('One token everywhere', '各处令牌一致'),
  qualifiers: words('Reader told no more', '没有多说'),
  adviceTransit: words('Advice only from transit', '通知仅限公交'),
  counter: words('Counter fresh', '计数器是新的'),
  holder: words('Holder verified', '持卡人已验证'),
  express: words('Express only in transit', '快捷通行仅限公交'),
  merchantClass: words('Merchant class allowed', '商户类别允许'),
  currencyAllowed: words('Currency allowed', '货币允许'),
};

/** The checks of a deferred charge that a tap does not have. */
export const CHARGE_CHECKS: Readonly<Record<string, Words>> = {
  chargeTransit: words('Charge only from transit', '扣款仅限公交'),
  adviceKnown: words('Tap known', '碰卡已知'),
  adviceGood: words('Tap was good', '碰卡已通过'),
  sameMerchant: words('Merchant of the tap', '同一商户'),
  adviceRecent: words('Tap recent enough', '碰卡未过期'),
  chargeLimit: words('Within one charge', '未超单笔上限'),
  chargedOnce: words('Not charged before', '未曾扣款'),
  noneUnderWay: words('No other under way', '没有另一笔'),
};

/** Accounts of the issuer's ledger. */
export const ACCOUNTS: Readonly<Record<string, Words>> = {
  holder: words('holder', '持卡人'),
  settlement: words('settlement', '待清算'),
};

/** Kinds of postings. */
export const POSTINGS: Readonly<Record<string, Words>> = {
  purchase: words('purchase', '消费'),
  reversal: words('reversal', '冲正'),
};

/** Short sentences of the page. */
export const SAID = {
  notReached: words('not reached', '未到达'),
  notHappened: words('did not happen', '未发生'),
  nothingPosted: words('Nothing was posted.', '没有入账。'),
  unseen: words('not seen', '看不到'),
  phonesOwn: words('phone’s own', '与手机一致'),
  notPhones: words('not the phone’s', '与手机不一致'),
  nameless: words('bytes without a name', '没有名字的字节'),
} as const satisfies Record<string, Words>;

/** The steps by which the key of one transaction is made. */
export const KEYS = {
  master: words('Master key', '主密钥'),
  token: words('Token key', '令牌密钥'),
  session: words('Session key', '会话密钥'),
} as const satisfies Record<string, Words>;

/** How the proof is made, in words. */
export const PROOF = {
  master: words(
    'The token service keeps it, chosen by the key index in 9F10.',
    '由令牌服务保管，按 9F10 里的密钥索引选用。',
  ),
  token: words(
    'Two blocks under the master key: the last 16 digits of token number and sequence number, and their complement.',
    '用主密钥加密两块：令牌号与序列号的后 16 位，以及它们的反码。',
  ),
  session: words(
    'Two blocks under the token key: the transaction counter, and its complement.',
    '用令牌密钥加密两块：交易计数器，以及它的反码。',
  ),
  result: words('Retail MAC, 8 bytes', '零售 MAC，8 字节'),
} as const satisfies Record<string, Words>;

/** What merchant and bank may have seen of a payment. */
export const FACTS = {
  amount: words('Amount', '金额'),
  currency: words('Currency', '货币'),
  when: words('Date and time', '日期时间'),
  merchant: words('Merchant', '商户'),
  terminal: words('Terminal', '终端号'),
  category: words('Merchant category', '商户类别'),
  card: words('Card number', '卡号'),
  token: words('Token', '令牌'),
  tokenExpiry: words('Token expiry', '令牌有效期'),
  holder: words('Holder verified', '持卡人验证'),
  tokenCheck: words('Verified by the token service', '令牌服务核验'),
  cryptogramCheck: words('Cryptogram', '密文核验'),
  requestor: words('Token requestor', '令牌请求方'),
  assurance: words('Assurance level', '保证级别'),
  account: words('Account reference', '账户参考号'),
  transactionNumber: MARKS.transaction_number,
  securityCode: MARKS.security_code,
  reference: words('Retrieval reference', '检索参考号'),
  approval: words('Authorisation', '授权码'),
  answer: words('Answer', '应答码'),
  posted: words('Posted', '入账'),
} as const satisfies Record<string, Words>;

/** Values that are linked across messages. */
export const VALUES = {
  amount: FACTS.amount,
  currency: FACTS.currency,
  country: words('Country', '国家'),
  date: words('Date', '日期'),
  time: words('Time', '时间'),
  type: words('Transaction type', '交易类型'),
  number: words('Token or card number', '令牌或卡号'),
  expiry: words('Expiry', '有效期'),
  sequence: words('Sequence number', '序列号'),
  counter: words('Transaction counter', '交易计数器'),
  unpredictable: words('Unpredictable number', '不可预知数'),
  cryptogram: words('Cryptogram', '密文'),
  results: words('Card verification results', '卡片验证结果'),
  qualifiers: words('Card transaction qualifiers', '卡片交易属性'),
  terminalQualifiers: words('Terminal transaction qualifiers', '终端交易属性'),
  terminalResults: words('Terminal verification results', '终端验证结果'),
  profile: words('Application interchange profile', '应用交互特征'),
  issuerData: words('Issuer application data', '发卡行应用数据'),
  issuerAnswer: words('Issuer authentication data', '发卡行认证数据'),
  account: FACTS.account,
  requestor: FACTS.requestor,
  application: words('Application', '应用'),
  entryMode: words('Entry mode', '输入方式'),
  category: FACTS.category,
  traceNumber: words('Trace number', '跟踪号'),
  transmission: words('Transmission time', '传输时间'),
  reference: FACTS.reference,
  approval: FACTS.approval,
  answer: FACTS.answer,
  terminal: FACTS.terminal,
  merchant: FACTS.merchant,
  acquirer: words('Acquirer', '收单机构'),
  mac: words('Message MAC', '报文 MAC'),
  status: words('Status word', '状态字'),
} as const satisfies Record<string, Words>;

function words(en: string, zh: string): Words {
  return { en, zh };
}
