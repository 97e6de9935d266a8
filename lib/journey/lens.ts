/**
 * Two lenses on one payment: what the merchant saw of it and what the bank saw, fact by fact, read from the bytes that
 * came to each. The merchant has the terminal's exchanges, its messages and the receipt; the bank has the line from
 * the network to the issuer and its own books.
 */
import { fromHex } from '../bytes/bytes.ts';
import { amountWords, currencyWords } from '../explain/codes.ts';
import { explainSession } from '../explain/explain.ts';
import { find } from '../explain/explained.ts';
import { explainMessage } from '../explain/message.ts';
import { bytesIn, dialectOf, type JourneyEvent, messageOf, textOf } from './event.ts';
import { exchangesOf, type Journey } from './head.ts';
import { sayingWords, type Words } from './names.ts';
import { FACTS } from './words.ts';

/** The name of a fact. */
export type FactKey = keyof typeof FACTS;

/** A fact as one side saw it: its words, or undefined for what that side never saw. */
export type Seen = Readonly<Record<FactKey, Words | undefined>>;

/** One fact through both lenses. */
export type Fact = {
  readonly key: FactKey;
  readonly title: Words;
  readonly merchant: Words | undefined;
  readonly bank: Words | undefined;
};

/** Every fact that one of the two saw, in a fixed order. */
export function lensesOf(journey: Journey): readonly Fact[] {
  const merchant = merchantLens(journey);
  const bank = bankLens(journey);
  return (Object.keys(FACTS) as readonly FactKey[])
    .map((key) => ({ key, title: FACTS[key], merchant: merchant[key], bank: bank[key] }))
    .filter(
      (fact) => fact.key === 'card' || fact.merchant !== undefined || fact.bank !== undefined,
    );
}

/** What the merchant saw. Of the token four digits, of the card nothing. */
export function merchantLens({ events }: Journey): Seen {
  const ended = events.find(({ type }) => type === 'terminal.outcome')?.sequence ?? Infinity;
  // An answer that comes when the terminal has given up is seen by nobody there.
  const heard = events.filter(({ sequence }) => sequence < ended);
  const spoken = valuesOn(heard, 'terminal-acquirer');
  const tapped = tappedValues(events);
  const receipt = events.find(({ type }) => type === 'receipt');
  const said = (name: string): string => (receipt === undefined ? '' : textOf(receipt, name));
  const number = spoken('DE2') || said('tokenLastFour') || trackNumber(tapped('57'));
  return {
    ...commonFacts(spoken, tapped),
    merchant: plain(said('merchant')),
    terminal: plain(spoken('DE41') || said('terminalId')),
    card: undefined,
    category: undefined,
    token: ending(number),
    tokenExpiry: plain(expiryOf(spoken('DE14'))),
    holder: holderWords(tapped('9F6C') || spoken('9F6C')),
    tokenCheck: undefined,
    cryptogramCheck: undefined,
    requestor: plain(tapped('9F19').replace(/^0/, '')),
    assurance: undefined,
    account: plain(asciiOf(tapped('9F24'))),
    posted: undefined,
  };
}

/** What the bank saw. Of card and token four digits each; what the trace masked stays masked. */
export function bankLens({ events }: Journey): Seen {
  const spoken = valuesOn(events, 'network-issuer');
  const none = (): string => '';
  return {
    ...commonFacts(spoken, none),
    merchant: plain(spoken('DE43.1').trim()),
    terminal: plain(spoken('DE41')),
    category: plain(spoken('DE18')),
    card: ending(spoken('DE2')),
    token: ending(spoken('DE63.02')),
    tokenExpiry: plain(expiryOf(spoken('DE63.03'))),
    holder: holderWords(spoken('9F6C')),
    tokenCheck: spoken('DE63.01') === '' ? undefined : verifiedWords(spoken('DE63.01')),
    cryptogramCheck: spoken.words('DE61.8'),
    requestor: plain(spoken('DE63.06')),
    assurance: plain(spoken('DE63.04')),
    account: plain(spoken('DE56.01')),
    posted: postedWords(events),
  };
}

type Values = {
  (tag: string): string;
  /** What the explainer says of it. */
  words(tag: string): Words | undefined;
};

/** What both may have seen. */
function commonFacts(
  spoken: Values,
  tapped: (tag: string) => string,
): Pick<
  Seen,
  | 'amount'
  | 'currency'
  | 'when'
  | 'transactionNumber'
  | 'securityCode'
  | 'reference'
  | 'approval'
  | 'answer'
> {
  const currency = spoken('DE49') || tapped('5F2A').slice(-3);
  const amount = spoken('DE4') || tapped('9F02');
  const counter = spoken('9F36') || tapped('9F36');
  return {
    amount: plain(amount === '' ? '' : amountWords(amount, currency)),
    currency: plain(currencyWords(currency) || currency),
    when: whenWords(spoken),
    transactionNumber: plain(counter === '' ? '' : String(Number.parseInt(counter, 16))),
    securityCode: plain(spoken('9F26') || tapped('9F26')),
    reference: plain(spoken('DE37')),
    approval: plain(spoken('DE38')),
    answer: answerWords(spoken),
  };
}

/** The values on a leg by tag, the first that is not empty: the request before its answer. */
function valuesOn(events: readonly JourneyEvent[], leg: string): Values {
  const trees = events.flatMap((event) => {
    const message = messageOf(event);
    const bytes = bytesIn(event, 'message');
    if (message?.leg !== leg || bytes === undefined || !/^0[12]/.test(message.mti)) return [];
    return [explainMessage(dialectOf(event), bytes)];
  });
  const first = (tag: string) =>
    trees.map((tree) => find(tree, tag)).find((node) => node !== undefined && node.value !== '');
  const values = (tag: string): string => first(tag)?.value ?? '';
  const words = (tag: string): Words | undefined => {
    const decoded = first(tag)?.decoded ?? '';
    return decoded === '' ? undefined : sayingWords(decoded);
  };
  return Object.assign(values, { words });
}

/** What terminal and phone told each other, by tag. */
function tappedValues(events: readonly JourneyEvent[]): (tag: string) => string {
  const trees = explainSession(exchangesOf(events)).flatMap(({ command, response }) => [
    command,
    response,
  ]);
  return (tag) =>
    trees.map((tree) => find(tree, tag)?.value ?? '').find((value) => value !== '') ?? '';
}

function plain(text: string): Words | undefined {
  return text === '' ? undefined : { en: text, zh: text };
}

/** Never more than four digits of a number. */
function ending(number: string): Words | undefined {
  return number === '' ? undefined : plain(`•• ${number.slice(-4)}`);
}

function trackNumber(track: string): string {
  return /^(\d+)D/.exec(track)?.[1] ?? '';
}

/** MM/YY of a date written YYMM. */
function expiryOf(digits: string): string {
  return /^\d{4}$/.test(digits) ? `${digits.slice(2)}/${digits.slice(0, 2)}` : '';
}

function whenWords(spoken: Values): Words | undefined {
  const [date, time] = [spoken('DE13'), spoken('DE12')];
  if (!/^\d{4}$/.test(date) || !/^\d{6}$/.test(time)) return undefined;
  const clock = time.replace(/^(..)(..)(..)$/, '$1:$2:$3');
  return plain(`${date.slice(0, 2)}-${date.slice(2)} ${clock}`);
}

function answerWords(spoken: Values): Words | undefined {
  const code = spoken('DE39');
  const words = spoken.words('DE39');
  if (code === '') return undefined;
  return words === undefined
    ? plain(code)
    : { en: `${code} ${words.en}`, zh: `${code} ${words.zh}` };
}

/** Card transaction qualifiers: byte 2, bit 8. @see docs/specs.md, EMV contactless sheet, section 4 */
function holderWords(qualifiers: string): Words | undefined {
  if (!/^[0-9A-F]{4}$/.test(qualifiers)) return undefined;
  const isVerified = (Number.parseInt(qualifiers.slice(2), 16) & 0x80) !== 0;
  return isVerified ? { en: 'on the phone', zh: '在手机上' } : { en: 'no', zh: '否' };
}

function verifiedWords(flag: string): Words {
  return flag === '0' || flag === 'N'
    ? { en: `no (${flag})`, zh: `否（${flag}）` }
    : { en: `yes (${flag})`, zh: `是（${flag}）` };
}

function asciiOf(hex: string): string {
  return hex === '' ? '' : String.fromCharCode(...fromHex(hex));
}

function postedWords(events: readonly JourneyEvent[]): Words | undefined {
  const posted = events.filter(({ type }) => type === 'ledger.posted');
  if (posted.length === 0) return undefined;
  const kinds = posted.map((event) => textOf(event, 'kind'));
  return kinds.includes('reversal')
    ? { en: 'posted and taken back', zh: '入账后已撤回' }
    : { en: 'posted', zh: '已入账' };
}
