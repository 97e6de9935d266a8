/** Values of data objects in plain words: dates, amounts, counters, names, flags. */
import { toHex, toUint } from '../bytes/bytes.ts';
import { TAGS } from '../emv/tags.ts';
import { terminalTypeWords } from '../emv/terminal-fields.ts';
import type { Tag } from '../tlv/tlv.ts';
import {
  amountWords,
  applicationWords,
  countryWords,
  currencyWords,
  responseCodeWords,
  serviceCodeWords,
  transactionTypeWords,
} from './codes.ts';
import { flagWords } from './flags.ts';

/** What a value says, empty when there is nothing to add. `currency` is a three-digit code, where one is known. */
export function objectWords(tag: Tag, value: Uint8Array, currency?: string): string {
  const flags = flagWords(tag, value);
  if (flags !== undefined) return flags;
  const words = WORDS[tag];
  if (words !== undefined) return words(value);
  if (isAmount(tag) && value.length === 6) return amountWords(toHex(value), currency);
  const format = TAGS[tag]?.format;
  return format === 'an' || format === 'ans' ? textWords(value) : '';
}

/** Printable text, or that it was masked, or nothing. */
export function textWords(value: Uint8Array): string {
  if (isMasked(value)) return 'masked';
  const isPrintable = value.every((byte) => byte >= 0x20 && byte <= 0x7e);
  return isPrintable ? characters(value) : '';
}

/** One character a byte. */
export function characters(value: Uint8Array): string {
  let text = '';
  for (const byte of value) text += String.fromCharCode(byte);
  return text;
}

/** Whether every byte is the mark that masking leaves. */
function isMasked(value: Uint8Array): boolean {
  return value.length > 0 && value.every((byte) => byte === 0xff);
}

/** A date as YYMMDD, YYMM, or MMDD (`year` false). @example dateWords('261122') // '22 Nov 2026' */
export function dateWords(digits: string, year = true): string {
  if (!/^\d{4}(\d\d)?$/.test(digits)) return /[*F]/.test(digits) ? 'masked' : 'not a date';
  const rest = year ? digits.slice(2) : digits;
  const month = MONTHS[Number(rest.slice(0, 2)) - 1];
  const day = Number(rest.slice(2) || '1');
  if (month === undefined || day < 1 || day > 31) return 'not a date';
  const parts = [...(rest.length === 4 ? [String(day)] : []), month];
  return [...parts, ...(year ? [`20${digits.slice(0, 2)}`] : [])].join(' ');
}

/** A time as hhmmss. */
export function timeWords(digits: string): string {
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(digits);
  return match === null ? 'not a time' : match.slice(1).join(':');
}

/** The three digits of a code packed in two bytes, such as a currency. */
export function packedCode(value: Uint8Array): string {
  return toHex(value).slice(-3);
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const CRYPTOGRAMS: Readonly<Record<number, string>> = {
  0: 'AAC, declined',
  64: 'TC, approved offline',
  128: 'ARQC, asks the issuer',
};

/** @see docs/specs.md, EMV contactless sheet, section 7.3 */
const ALGORITHMS: Readonly<Record<number, string>> = {
  0: 'SM algorithms not supported',
  1: 'SM algorithms supported',
};

const VERSIONS: Readonly<Record<string, string>> = { '0020': 'PBOC 2.0', '0030': 'PBOC 3.0' };

const WORDS: Readonly<Record<Tag, (value: Uint8Array) => string>> = {
  '4F': nameWords,
  '5A': numberWords,
  '5F24': packedDate,
  '5F25': packedDate,
  '5F28': (value) => countryWords(packedCode(value)),
  '5F2A': (value) => currencyWords(packedCode(value)),
  '5F30': (value) => serviceCodeWords(packedCode(value)),
  '84': nameWords,
  '87': (value) => `priority ${(value[0] ?? 0) & 0x0f}`,
  '8A': (value) => responseCodeWords(textWords(value)),
  '8F': (value) => (value.length === 1 ? `key ${toHex(value)} of the authority` : ''),
  '90': closedBy("the authority's key, whose index is 8F"),
  '93': closedBy("the issuer's key, from 90"),
  '9A': packedDate,
  '9C': (value) => transactionTypeWords(toHex(value)),
  '9F06': nameWords,
  '9F08': (value) => VERSIONS[toHex(value)] ?? '',
  '9F09': (value) => VERSIONS[toHex(value)] ?? '',
  '9F11': (value) => (value.length === 1 ? `ISO 8859-${toHex(value).replace(/^0/, '')}` : ''),
  '9F13': counterWords,
  '9F17': (value) => `${value[0] ?? 0} tries left`,
  '9F19': requestorWords,
  '9F1A': (value) => countryWords(packedCode(value)),
  '9F21': (value) => timeWords(toHex(value)),
  '9F27': (value) => CRYPTOGRAMS[value[0] ?? -1] ?? '',
  '9F2A': (value) => `kernel ${(value[0] ?? 0) & 0x3f}`,
  '9F32': counterWords,
  '9F35': (value) => terminalTypeWords(toHex(value)),
  '9F36': counterWords,
  '9F41': digitsWords,
  '9F42': (value) => currencyWords(packedCode(value)),
  '9F46': closedBy("the issuer's key, from 90"),
  '9F47': counterWords,
  '9F4B': closedBy("the card's key, from 9F46"),
  '9F4D': logWords,
  '9F51': (value) => currencyWords(packedCode(value)),
  '9F53': (value) => (value.length === 1 ? `at most ${value[0]}` : ''),
  DF4D: logWords,
  DF69: (value) => ALGORITHMS[value[0] ?? 0xff] ?? '',
  DF71: (value) => currencyWords(packedCode(value)),
};

function isAmount(tag: Tag): boolean {
  return TAGS[tag]?.class === 'money' && TAGS[tag]?.format === 'n';
}

function nameWords(value: Uint8Array): string {
  return applicationWords(toHex(value));
}

function numberWords(value: Uint8Array): string {
  return /F\d|^F+$/.test(toHex(value)) ? 'masked' : '';
}

function packedDate(value: Uint8Array): string {
  return dateWords(toHex(value));
}

function counterWords(value: Uint8Array): string {
  return value.length > 6 ? '' : String(toUint(value));
}

/** What an RSA key signed shows nothing without its signer's key. */
function closedBy(key: string): (value: Uint8Array) => string {
  return (value) => `${value.length} bytes, closed: ${key}, opens them`;
}

function digitsWords(value: Uint8Array): string {
  const digits = toHex(value);
  return /^\d+$/.test(digits) ? digits.replace(/^0+(?=\d)/, '') : 'not a number';
}

function requestorWords(value: Uint8Array): string {
  const digits = toHex(value);
  return /^0\d{11}$/.test(digits) ? digits.slice(1) : '';
}

/** File and number of records of a log. @see docs/specs.md, EMV contactless sheet, section 10 */
function logWords(value: Uint8Array): string {
  return value.length === 2 ? `file ${value[0]}, ${value[1]} records` : '';
}
