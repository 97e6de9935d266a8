/**
 * Data elements in plain words.
 * @see docs/specs.md, ISO 8583 sheet, sections 1 to 9
 */
import type { Fields } from '../iso8583/message.ts';
import {
  amountWords,
  countryWords,
  currencyWords,
  responseCodeWords,
  transactionTypeWords,
} from './codes.ts';
import { dateWords, timeWords } from './words.ts';

/** What a data element says, empty when there is nothing to add; the other elements tell the currency. */
export function elementWords(element: number, value: string, fields: Fields): string {
  const amountCurrency = CURRENCY_OF[element];
  if (amountCurrency !== undefined) return amountWords(value, fields[amountCurrency]);
  const feeCurrency = FEE_CURRENCY_OF[element];
  if (feeCurrency !== undefined) return feeWords(value, fields[feeCurrency]);
  const words = WORDS[element];
  if (words !== undefined) return words(value, fields);
  return value.includes('*') ? 'masked' : '';
}

/** A message type, four digits. @see docs/specs.md, ISO 8583 sheet, section 1 */
export function messageTypeWords(type: string): string {
  const [, messageClass = '', func = '', origin = ''] = type;
  const words = [CLASSES[messageClass], FUNCTIONS[func]].filter((word) => word !== undefined);
  if (words.length < 2) return '';
  return `${words.join(' ')}${origin === '1' || origin === '3' ? ', repeated' : ''}`;
}

type Table = Readonly<Record<string, string>>;

const CLASSES: Table = {
  '1': 'authorisation',
  '2': 'financial',
  '3': 'file',
  '4': 'reversal',
  '5': 'reconciliation',
  '6': 'administrative',
  '8': 'network management',
};

const FUNCTIONS: Table = {
  '0': 'request',
  '1': 'response',
  '2': 'advice',
  '3': 'advice response',
  '4': 'notification',
};

/** The element that names the currency of an amount. */
const CURRENCY_OF: Readonly<Record<number, number>> = { 4: 49, 5: 50, 6: 51, 8: 51 };

/** The same for the fees, whose first character says for whom. */
const FEE_CURRENCY_OF: Readonly<Record<number, number>> = {
  28: 49,
  29: 50,
  30: 49,
  31: 50,
  97: 50,
};

const WORDS: Readonly<Record<number, (value: string, fields: Fields) => string>> = {
  3: (value) => transactionTypeWords(value.slice(0, 2)),
  7: (value) => `${dateWords(value.slice(0, 4), false)}, ${timeWords(value.slice(4))}`,
  9: rateWords,
  10: rateWords,
  12: timeWords,
  13: (value) => dateWords(value, false),
  14: (value) => dateWords(value),
  15: (value) => dateWords(value, false),
  16: (value) => dateWords(value, false),
  17: (value) => dateWords(value, false),
  18: (value) => MERCHANT_CATEGORIES[value] ?? '',
  19: countryWords,
  20: countryWords,
  21: countryWords,
  22: entryModeWords,
  25: (value) => CONDITIONS[value] ?? '',
  26: (value) => `PIN of at most ${Number(value)} digits`,
  39: responseCodeWords,
  49: currencyWords,
  50: currencyWords,
  51: currencyWords,
  52: (value) => (value.length === 16 ? 'closed: the PIN key of this leg opens it' : ''),
  53: securityWords,
  68: countryWords,
  69: countryWords,
  70: (value) => NETWORK_CODES[value] ?? '',
  73: (value) => dateWords(value),
};

const MERCHANT_CATEGORIES: Table = {
  '4111': 'local transport',
  '4112': 'passenger railways',
  '4131': 'bus lines',
  '5411': 'grocery',
};

const CONDITIONS: Table = {
  '00': 'normal',
  '02': 'unattended',
  '06': 'pre-authorisation',
  '08': 'mail or telephone',
};

const NETWORK_CODES: Table = {
  '001': 'sign on',
  '002': 'sign off',
  '101': 'key reset',
  '201': 'cut-over begins',
  '202': 'cut-over ends',
  '301': 'line test',
};

/** @see docs/specs.md, ISO 8583 sheet, section 5; 10, a deferred charge: profile octavo-1, section 15 */
const ENTRY_MODES: Table = {
  '00': 'unknown entry',
  '01': 'typed by hand',
  '02': 'magnetic stripe',
  '03': 'bar or QR code',
  '05': 'contact chip',
  '07': 'contactless',
  '10': 'credentials on file',
  '80': 'fallback to the stripe',
  '81': 'electronic commerce',
  '91': 'contactless magnetic stripe',
  '95': 'contact chip, data unreliable',
  '96': 'contactless, mobile',
  '98': 'contactless, full path',
};

const PIN_TYPED: Table = { '1': 'PIN typed', '2': 'no PIN typed' };

function entryModeWords(value: string): string {
  const mode = ENTRY_MODES[value.slice(0, 2)];
  const pin = PIN_TYPED[value.slice(2)];
  return [mode, pin].filter((word) => word !== undefined).join(', ');
}

function feeWords(value: string, currency?: string): string {
  return `${amountWords(value.slice(1), currency)}${value.startsWith('D') ? ' debit' : ' credit'}`;
}

/** The first digit says how many of the others are decimals. */
function rateWords(value: string): string {
  const decimals = Number(value[0]);
  const digits = value.slice(1);
  if (!/^\d{8}$/.test(value) || decimals > digits.length) return '';
  const at = digits.length - decimals;
  const whole = digits.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
  return decimals === 0 ? whole : `${whole}.${digits.slice(at)}`;
}

/** @see docs/specs.md, ISO 8583 sheet, section 6 */
const ALGORITHMS: Table = { '0': 'single DES', '4': 'SM4', '6': 'double-length triple DES' };

function securityWords(value: string): string {
  const algorithm = ALGORITHMS[value[1] ?? ''];
  const format = `PIN format or key type ${value[0]}`;
  return algorithm === undefined ? format : `${format}, ${algorithm}`;
}
