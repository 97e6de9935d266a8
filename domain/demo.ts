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

/** How the demo bank behaves for a card; every one is documented in docs/test-cards.md. */
export const behaviours = {
  plain: 'asks for a code, then approves within balance and limits',
  green: 'adding needs no code',
  red: 'adding is refused by the bank',
  too_new: 'adding is refused by the token service: the account was opened yesterday',
  lost: 'reported lost: adding works, payments are refused with 41',
  do_not_honour: 'payments are refused with 05',
  no_funds: 'the account is empty: payments are refused with 51',
  low_limit: 'the daily limit is 100.00: larger payments are refused with 61',
  no_answer: 'the bank receives payments, posts them and never answers: a time-out and a reversal',
  silent: 'the bank loses payments unread: a time-out and a reversal of an unknown original',
  expired: 'the card has expired',
} as const;

/** A behaviour's name. */
export type Behaviour = keyof typeof behaviours;

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
];
