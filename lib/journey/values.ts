/**
 * Which data objects and data elements say the same thing, how they are compared, and which of them a check or a code
 * is about. @see docs/specs.md, ISO 8583 sheet, section 3; cryptograms sheet, section 10
 */
import type { VALUES } from './words.ts';

/** A value that may stand in several places. */
export type ValueKey = keyof typeof VALUES;

/** What a tag says. */
export type TagValue = {
  readonly key: ValueKey;
  /** How it is written where two ways of writing are compared. */
  readonly compare?: (value: string) => string;
  /** Two of them that differ are two things, not one that was changed: a card and its token. */
  readonly isOwn?: boolean;
};

const lastThree = (value: string): string => value.slice(-3);
const lastFour = (value: string): string => value.slice(-4);
const firstTwo = (value: string): string => value.slice(0, 2);
const withoutZeros = (value: string): string => value.replace(/^0+(?=.)/, '');

/** By tag. */
export const TAG_VALUES: Readonly<Record<string, TagValue>> = {
  '57': { key: 'number', compare: lastFour, isOwn: true },
  '5A': { key: 'number', compare: lastFour, isOwn: true },
  DE2: { key: 'number', compare: lastFour, isOwn: true },
  DE35: { key: 'number', compare: lastFour, isOwn: true },
  'DE63.02': { key: 'number', compare: lastFour, isOwn: true },
  '5F24': { key: 'expiry', compare: (value) => value.slice(0, 4), isOwn: true },
  DE14: { key: 'expiry', isOwn: true },
  'DE63.03': { key: 'expiry', isOwn: true },
  '5F34': { key: 'sequence', compare: withoutZeros },
  DE23: { key: 'sequence', compare: withoutZeros },
  '9F02': { key: 'amount' },
  DE4: { key: 'amount' },
  '5F2A': { key: 'currency', compare: lastThree },
  DE49: { key: 'currency' },
  '9F1A': { key: 'country', compare: lastThree },
  DE19: { key: 'country' },
  '9A': { key: 'date', compare: lastFour },
  DE13: { key: 'date' },
  DE12: { key: 'time' },
  '9C': { key: 'type' },
  DE3: { key: 'type', compare: firstTwo },
  '9F36': { key: 'counter' },
  '9F37': { key: 'unpredictable' },
  '9F26': { key: 'cryptogram' },
  '9F10': { key: 'issuerData' },
  CVR: { key: 'results' },
  '9F6C': { key: 'qualifiers' },
  '9F66': { key: 'terminalQualifiers' },
  '95': { key: 'terminalResults' },
  '82': { key: 'profile' },
  '91': { key: 'issuerAnswer' },
  '84': { key: 'application', isOwn: true },
  '4F': { key: 'application', isOwn: true },
  '9F24': { key: 'account', compare: textOfHex },
  'DE56.01': { key: 'account' },
  '9F19': { key: 'requestor', compare: withoutZeros },
  'DE63.06': { key: 'requestor', compare: withoutZeros },
  DE22: { key: 'entryMode' },
  DE18: { key: 'category' },
  DE11: { key: 'traceNumber', isOwn: true },
  'DE90.2': { key: 'traceNumber', isOwn: true },
  DE7: { key: 'transmission', isOwn: true },
  'DE90.3': { key: 'transmission', isOwn: true },
  DE37: { key: 'reference' },
  DE38: { key: 'approval' },
  DE39: { key: 'answer', isOwn: true },
  DE41: { key: 'terminal' },
  DE42: { key: 'merchant' },
  DE32: { key: 'acquirer' },
  DE64: { key: 'mac', isOwn: true },
  DE128: { key: 'mac', isOwn: true },
  SW: { key: 'status', isOwn: true },
};

/** What each check compares, by its name. */
export const checkValues: Readonly<Record<string, readonly ValueKey[]>> = {
  messageNew: ['transmission', 'traceNumber', 'acquirer'],
  tokenKnown: ['number'],
  tokenActive: ['number'],
  tokenNotExpired: ['expiry'],
  entryMode: ['entryMode'],
  requestor: ['requestor'],
  cryptogramVersion: ['issuerData'],
  cryptogram: ['cryptogram'],
  amount: ['amount'],
  currency: ['currency'],
  country: ['country'],
  date: ['date'],
  type: ['type'],
  token: ['number', 'expiry'],
  qualifiers: ['qualifiers', 'results'],
  adviceTransit: ['category'],
  counter: ['counter'],
  holder: ['results'],
  express: ['results'],
  merchantClass: ['category'],
  currencyAllowed: ['currency'],
  chargeTransit: ['category'],
  adviceKnown: ['traceNumber', 'transmission'],
  adviceGood: ['traceNumber', 'transmission'],
  sameMerchant: ['merchant', 'acquirer'],
  adviceRecent: ['date'],
  chargeLimit: ['amount'],
  chargedOnce: ['traceNumber', 'transmission'],
  noneUnderWay: ['traceNumber', 'transmission'],
};

/** What a code is about where no check of the token service broke. */
export const codeValues: Readonly<Record<string, readonly ValueKey[]>> = {
  'issuer.amount_wrong': ['amount'],
  'issuer.limit_exceeded': ['amount'],
  'issuer.insufficient_funds': ['amount'],
  'issuer.currency_not_held': ['currency'],
  'terminal.over_limit': ['amount'],
  'acquirer.no_answer': [],
  'network.no_answer': [],
  'terminal.mac_wrong': ['mac'],
  'message.mac_wrong': ['mac'],
  'network.no_route': ['number'],
  see_phone: ['status'],
  try_again: ['status'],
};

function textOfHex(hex: string): string {
  return hex.replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}
