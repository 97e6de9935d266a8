/**
 * The demo world's institutions, number ranges and test cards, in one table. All names are invented;
 * 9999 begins no country's numbers, so no demo number can be a live card.
 */

/** Who takes part, by code (DE32, DE33, DE100: eight digits) and by name. */
export const institutions = {
  network: { code: '99990000', en: 'Lianxian', zh: '联线', modelledOn: 'UnionPay' },
  issuer: { code: '99990101', en: 'Bafang Bank', zh: '八方银行', modelledOn: 'Bank of China' },
  acquirer: {
    code: '99990201',
    en: 'Sihai Acquiring',
    zh: '四海收单',
    modelledOn: 'a merchant bank',
  },
  wallet: { code: '99990301', en: 'Octavo', zh: 'Octavo', modelledOn: 'Mi Pay' },
} as const;

/** Token requestors: three digits of the token service, eight of the requestor. */
export const requestors = {
  wallet: { id: '99900000001', answersWithoutHolder: false },
  /** May have elements that answer without their holder; refused by every check that matters. */
  laboratory: { id: '99900000099', answersWithoutHolder: true },
} as const;

/** The first four characters of every account reference (PAR) this world makes. */
export const ACCOUNT_REFERENCE_CONTROLLER = '9999';

/** One range of funding card numbers and the token range that stands in for it. */
export type CardRange = {
  readonly bin: string;
  readonly length: number;
  readonly kind: 'debit' | 'credit';
  readonly label: string;
  readonly needs: 'cvn2' | 'mobile';
  readonly art: string;
  readonly tokenBin: string;
  /** Key index of the token range's master keys. */
  readonly keyIndex: string;
  readonly issuer: 'issuer';
  readonly currency: '156';
};

/** The demo bank's ranges. */
export const cardRanges: readonly CardRange[] = [
  {
    bin: '999901',
    length: 19,
    kind: 'debit',
    label: 'BAFANG DEBIT',
    needs: 'mobile',
    art: 'tide',
    tokenBin: '99995801',
    keyIndex: '01',
    issuer: 'issuer',
    currency: '156',
  },
  {
    bin: '999902',
    length: 16,
    kind: 'credit',
    label: 'BAFANG CREDIT',
    needs: 'cvn2',
    art: 'ridge',
    tokenBin: '99995901',
    keyIndex: '01',
    issuer: 'issuer',
    currency: '156',
  },
];

/** The range a card number or its first digits belong to. */
export function rangeOfCard(digits: string): CardRange | undefined {
  return cardRanges.find((range) => digits.startsWith(range.bin));
}

/** The range a token belongs to. */
export function rangeOfToken(token: string): CardRange | undefined {
  return token.length === 16
    ? cardRanges.find((range) => token.startsWith(range.tokenBin))
    : undefined;
}

/** How the demo bank behaves for a card, in words of both languages; every one is documented in docs/test-cards.md. */
export const behaviours = {
  plain: {
    en: 'asks for a code, then approves within balance and limits',
    zh: '添加要验证码，余额和限额之内的付款都通过',
  },
  green: { en: 'adding needs no code', zh: '添加不用验证码' },
  red: { en: 'adding is refused by the bank', zh: '银行拒绝添加' },
  too_new: {
    en: 'adding is refused by the token service: the account was opened yesterday',
    zh: '账户昨天才开，令牌服务拒绝添加',
  },
  lost: {
    en: 'reported lost: adding works, payments are refused with 41',
    zh: '已挂失：可以添加，付款以 41 拒绝',
  },
  do_not_honour: { en: 'payments are refused with 05', zh: '付款以 05 拒绝' },
  no_funds: {
    en: 'the account is empty: payments are refused with 51',
    zh: '账户里没有钱：付款以 51 拒绝',
  },
  low_limit: {
    en: 'the daily limit is 100.00: larger payments are refused with 61',
    zh: '每日限额 100.00：超出的付款以 61 拒绝',
  },
  no_answer: {
    en: 'the bank receives payments, posts them and never answers: a time-out and a reversal',
    zh: '银行收到付款并入账，但从不应答：超时，然后冲正',
  },
  silent: {
    en: 'the bank loses payments unread: a time-out and a reversal of an unknown original',
    zh: '银行没看就丢了付款：超时，然后冲正一笔查不到的原交易',
  },
  late: {
    en: 'the bank posts payments and answers after 30 seconds: a time-out, a reversal and a late answer',
    zh: '银行入账，30 秒后才应答：超时，冲正，然后来一个迟到的应答',
  },
  slow: {
    en: 'the bank answers after 2 seconds: the payment goes through',
    zh: '银行 2 秒后应答：付款照常通过',
  },
  expired: { en: 'the card has expired', zh: '这张卡已过期' },
} as const satisfies Record<string, { readonly en: string; readonly zh: string }>;

/** A behaviour's name. */
export type Behaviour = keyof typeof behaviours;

/** How long the bank holds back an answer that it has decided and stored. The network waits for 25 seconds. */
export const answerDelayMs: Readonly<Partial<Record<Behaviour, number>>> = {
  late: 30_000,
  slow: 2_000,
};

/** A card the demo bank has at first start. The operator's print-card endpoint tells its security code. */
export type TestCard = {
  readonly pan: string;
  readonly expiry: string;
  readonly mobile: string;
  readonly behaviour: Behaviour;
};

/** The demo bank's test cards: a debit and a credit card for every behaviour. */
export const testCards: readonly TestCard[] = [
  { pan: '9999010000000000010', expiry: '3012', mobile: '13800000001', behaviour: 'plain' },
  { pan: '9999020000000010', expiry: '3012', mobile: '13800000001', behaviour: 'plain' },
  { pan: '9999010000000000028', expiry: '3012', mobile: '13800000002', behaviour: 'green' },
  { pan: '9999020000000028', expiry: '3012', mobile: '13800000002', behaviour: 'green' },
  { pan: '9999010000000000036', expiry: '3012', mobile: '13800000003', behaviour: 'red' },
  { pan: '9999020000000036', expiry: '3012', mobile: '13800000003', behaviour: 'red' },
  { pan: '9999010000000000044', expiry: '3012', mobile: '13800000004', behaviour: 'too_new' },
  { pan: '9999020000000044', expiry: '3012', mobile: '13800000004', behaviour: 'too_new' },
  { pan: '9999010000000000051', expiry: '3012', mobile: '13800000005', behaviour: 'lost' },
  { pan: '9999020000000051', expiry: '3012', mobile: '13800000005', behaviour: 'lost' },
  { pan: '9999010000000000069', expiry: '3012', mobile: '13800000006', behaviour: 'do_not_honour' },
  { pan: '9999020000000069', expiry: '3012', mobile: '13800000006', behaviour: 'do_not_honour' },
  { pan: '9999010000000000077', expiry: '3012', mobile: '13800000007', behaviour: 'no_funds' },
  { pan: '9999020000000077', expiry: '3012', mobile: '13800000007', behaviour: 'no_funds' },
  { pan: '9999010000000000085', expiry: '3012', mobile: '13800000008', behaviour: 'low_limit' },
  { pan: '9999020000000085', expiry: '3012', mobile: '13800000008', behaviour: 'low_limit' },
  { pan: '9999010000000000093', expiry: '3012', mobile: '13800000009', behaviour: 'no_answer' },
  { pan: '9999020000000093', expiry: '3012', mobile: '13800000009', behaviour: 'no_answer' },
  { pan: '9999010000000000101', expiry: '3012', mobile: '13800000010', behaviour: 'silent' },
  { pan: '9999020000000101', expiry: '3012', mobile: '13800000010', behaviour: 'silent' },
  { pan: '9999010000000000119', expiry: '2506', mobile: '13800000011', behaviour: 'expired' },
  { pan: '9999020000000119', expiry: '2506', mobile: '13800000011', behaviour: 'expired' },
  { pan: '9999010000000000127', expiry: '3012', mobile: '13800000012', behaviour: 'late' },
  { pan: '9999020000000127', expiry: '3012', mobile: '13800000012', behaviour: 'late' },
  { pan: '9999010000000000135', expiry: '3012', mobile: '13800000013', behaviour: 'slow' },
  { pan: '9999020000000135', expiry: '3012', mobile: '13800000013', behaviour: 'slow' },
];
