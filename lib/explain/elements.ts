/**
 * What is inside the data elements that hold several things: chip data, track 2, and the elements cut at fixed
 * places or coded by usage.
 * @see docs/specs.md, ISO 8583 sheet, sections 3, 6 and 7; inner coding of DE56 and DE63: profile octavo-1
 */
import { toHex } from '../bytes/bytes.ts';
import type { DialectName, Fields } from '../iso8583/message.ts';
import { withoutFilling } from '../iso8583/subfields.ts';
import { amountWords, currencyWords } from './codes.ts';
import { trackParts } from './content.ts';
import { type BytePart, cutBytes, cutText, type TextPart } from './cut.ts';
import { explainObjects } from './data-objects.ts';
import { messageTypeWords } from './element-words.ts';
import {
  bytesOf,
  type Explained,
  group,
  leaf,
  type Meaning,
  type Piece,
  partOf,
  stepNamer,
  unreadable,
} from './explained.ts';
import { PAYMENT } from './vocabulary.ts';
import { characters, dateWords, timeWords } from './words.ts';

/** A data element to be opened: its number, its bytes without the length, and what they say. */
export type Element = {
  readonly dialect: DialectName;
  readonly number: number;
  readonly piece: Piece;
  readonly text: string;
  /** Whether two digits lie in a byte. */
  readonly isPacked: boolean;
};

/** What else the message says. */
export type Beside = { readonly mti: string; readonly fields: Fields };

/** The parts of a data element, or undefined when it is one thing. */
export function elementParts(element: Element, beside: Beside): readonly Explained[] | undefined {
  const { number, piece, text, dialect, isPacked } = element;
  const parts = POSITIONAL[`${dialect}${number}`] ?? POSITIONAL[String(number)];
  if (parts !== undefined) {
    const all = dialect === 'cups' && number === 61 ? [...parts, ...holderBlock(text)] : parts;
    const named = all.map((part) => ({ ...part, tag: `DE${number}.${part.step}` }));
    return cutText(piece, text, named, { isPacked });
  }
  if (number === 35) return trackParts(piece, text, { isPacked });
  if (number === 54) return amounts(piece, text);
  if (number === 55) {
    const currency = beside.fields[49];
    return explainObjects(piece, { vocabulary: PAYMENT, seals: true, currency });
  }
  if (number === 56 || number === 63) return usage(element) ?? namedUsage(element);
  if (number === 48 || number === 57) return namedUsage(element);
  if (number === 62) return workingKey(element, beside);
  return undefined;
}

type Row = readonly [
  name: string,
  length: number | 'rest',
  meaning?: Meaning,
  words?: (text: string) => string,
];

const READ_CAPABILITY = one({
  '0': 'unknown',
  '2': 'reads stripes',
  '5': 'reads contact chips',
  '6': 'reads contactless',
});
const CHIP_CONDITION = one({
  '0': 'normal',
  '1': 'fallback, last read worked',
  '2': 'fallback, last read failed',
});
const TERMINAL_TYPE = one({ '01': 'cash machine', '03': 'shop terminal' });
const RESULT = one({ '0': 'right', '1': 'wrong', '2': 'not checked' });
/** @see docs/specs.md, ISO 8583 sheet, section 4 */
const POS_TYPE = one({
  '01': 'balance inquiry',
  '10': 'pre-authorisation',
  '11': 'pre-authorisation cancel',
  '20': 'pre-authorisation completion',
  '21': 'completion cancel',
  '22': 'purchase',
  '23': 'void',
  '25': 'refund',
});

/** The elements cut at fixed places, by number, and by dialect where they differ. */
const POSITIONAL: Readonly<Record<string, readonly TextPart[]>> = {
  '43': table([
    ['merchant name', 25, 'word', withoutFilling],
    ['city', 12, 'word', withoutFilling],
    ['country', 3, 'money'],
  ]),
  pos60: table([
    ['transaction type code', 2, 'rule', POS_TYPE],
    ['batch number', 6, 'once'],
    ['network code', 3],
    ['read capability', 1, 'rule', READ_CAPABILITY],
    ['chip condition', 1, 'rule', CHIP_CONDITION],
    ['partial approval', 1],
    ['account type', 3],
  ]),
  cups60: table([
    ['message reason', 4],
    ['account owner', 1],
    ['read capability', 1, 'rule', READ_CAPABILITY],
    ['chip condition', 1, 'rule', CHIP_CONDITION],
    ['reserved', 1, 'form'],
    ['terminal type', 2, 'rule', TERMINAL_TYPE],
    ['small amount without PIN', 1],
    ['chip reliability', 1],
    ['electronic commerce indicator', 2],
    ['interaction mode', 1],
    ['fee type', 2],
    ['fee level', 1],
    ['fee, reserved', 3, 'form'],
    ['partial approval', 1],
    ['initiation mode', 1],
    ['medium', 1],
    ['chip application type', 1],
    ['settlement type', 2],
    ['account level', 1],
    ['card product', 2],
  ]),
  cups61: table([
    ['id type', 2],
    ['id number', 20, 'who'],
    ['CVV result', 1, 'verdict', RESULT],
    ['PIN result', 1, 'verdict', RESULT],
    ['processing centre', 3, 'word'],
    ['CVN2', 3, 'proof'],
    ['CVN2 result', 1, 'verdict', RESULT],
    ['cryptogram result', 1, 'verdict', RESULT],
  ]),
  cups121: table([
    ['reason', 1],
    ['single or dual conversion', 1],
    ['kind of card', 1],
    ['data of the switch', 40, 'word'],
    ['fees and ids', 38, 'word'],
  ]),
  '90': table([
    ['message type of the original', 4, 'rule', messageTypeWords],
    ['trace number of the original', 6, 'once'],
    [
      'transmission of the original',
      10,
      'once',
      (text) => `${dateWords(text.slice(0, 4), false)}, ${timeWords(text.slice(4))}`,
    ],
    ['acquirer of the original', 11, 'who'],
    ['forwarder of the original', 11, 'who'],
  ]),
};

/** Where the usage block of DE61 begins: after all that stands at fixed places. */
const HOLDER_BLOCK_AT = 32;

/** What each usage of DE61 holds. @see docs/specs.md, ISO 8583 sheet, section 6 */
const HOLDER_BLOCKS: Readonly<Record<string, readonly Row[]>> = {
  AM: [
    ['verification flags', 16],
    ['data to be verified', 'rest', 'who'],
  ],
  AR: [
    ['serial number', 6, 'once'],
    ['time', 19, 'once'],
    ['result of the issuer', 1, 'verdict'],
  ],
  CR: [['CAVV result', 1, 'verdict']],
};
const HOLDER_USAGES = one({
  AM: 'data to be verified',
  AR: 'answer',
  CR: 'result of the cardholder authentication value',
});

/** The usage and its parts; of a usage that nobody knows, the rest as one. */
function holderBlock(text: string): readonly TextPart[] {
  const rows = HOLDER_BLOCKS[text.slice(HOLDER_BLOCK_AT, HOLDER_BLOCK_AT + 2)];
  if (rows === undefined) {
    return [{ step: '9', name: 'usage block', meaning: 'word', length: 'rest' }];
  }
  const usage: TextPart = {
    step: 'usage',
    name: 'usage',
    meaning: 'form',
    length: 2,
    words: HOLDER_USAGES,
  };
  return [usage, ...table(rows).map((part) => ({ ...part, step: `9.${part.step}` }))];
}

function one(words: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => words[text] ?? '';
}

function table(rows: readonly Row[]): readonly TextPart[] {
  return rows.map(([name, length, meaning = 'rule', words], index) => {
    const part = { step: String(index + 1), name, meaning, length };
    return words === undefined ? part : { ...part, words };
  });
}

const AMOUNT_CHARACTERS = 20;

/** DE54: account type, amount type, currency, sign and amount, over and over. */
function amounts(piece: Piece, text: string): readonly Explained[] {
  const step = stepNamer();
  const parts: Explained[] = [];
  for (let at = 0; at < text.length; at += AMOUNT_CHARACTERS) {
    const end = Math.min(at + AMOUNT_CHARACTERS, text.length);
    const part = partOf(piece, step('amount'), piece.start + at, piece.start + end);
    const value = text.slice(at, end);
    if (value.length < AMOUNT_CHARACTERS) {
      parts.push(unreadable(part, 'an amount is cut short'));
      break;
    }
    const currency = value.slice(4, 7);
    const sign = value[7] === 'D' ? 'debit' : 'credit';
    const amount = amountWords(
      value.slice(8),
      currencyWords(currency) === '' ? undefined : currency,
    );
    parts.push(
      leaf(part, { name: 'amount', meaning: 'money', value, decoded: `${amount} ${sign}` }),
    );
  }
  return parts;
}

const USAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PR: { '01': 'payment account reference' },
  TK: {
    '01': 'verified by the token service',
    '02': 'token',
    '03': 'token expiry',
    '04': 'assurance level',
    '05': 'scenario',
    '06': 'token requestor id',
    '08': 'product',
  },
};

/** Usage, length, then objects of one byte of tag and one of length; undefined for a usage that is not ours. */
function usage({ number, piece }: Element): readonly Explained[] | undefined {
  const code = characters(piece.bytes.subarray(piece.start, piece.start + 2));
  const names = piece.end - piece.start < USAGE_HEAD ? undefined : USAGES[code];
  if (names === undefined) return undefined;
  const at = piece.start + USAGE_HEAD;
  const head = cutBytes({ ...piece, end: at }, [
    { step: 'usage', name: 'usage', meaning: 'form', length: 2, words: characters },
    { step: 'size', name: 'length of the content', meaning: 'form', length: 3, words: characters },
  ]);
  return [...head, ...usageObjects({ ...piece, start: at }, `DE${number}`, names)];
}

const USAGE_HEAD = 5;

/** Usages whose content the tables do not lay out. @see docs/specs.md, ISO 8583 sheet, sections 3 and 6 */
const USAGE_WORDS: Readonly<Record<string, string>> = {
  AB: 'data of issuer and switch',
  AR: 'answer',
  BC: 'risk',
  IP: 'instalments',
  NK: 'new key',
  PR: 'payment account reference',
  SM: 'PIN enciphered with SM4',
  TK: 'token data',
};

/** What must be known for what it is, so that it can be hidden. */
/** Contents that are cut further. @see docs/specs.md, ISO 8583 sheet, section 3 */
const USAGE_PARTS: Readonly<Record<string, readonly BytePart[]>> = {
  AB: [
    { step: 'issuer', name: 'data of the issuer', meaning: 'word', length: 20, words: characters },
    { step: 'switch', name: 'data of the switch', meaning: 'word', length: 20, words: characters },
    { step: 'reserved', name: 'reserved', meaning: 'form', length: 'rest' },
  ],
};

const USAGE_CONTENTS: Readonly<Record<string, string>> = { NK: 'key', SM: 'PIN block' };

/** Two characters that name the usage, then its content as one span; undefined for a usage that nobody knows. */
function namedUsage({ dialect, piece }: Element): readonly Explained[] | undefined {
  const code = characters(piece.bytes.subarray(piece.start, piece.start + 2));
  const words = USAGE_WORDS[code];
  if (dialect !== 'cups' || words === undefined || piece.end - piece.start < 2) return undefined;
  return cutBytes(piece, [
    { step: 'usage', name: 'usage', meaning: 'form', length: 2, words: () => words },
    ...(USAGE_PARTS[code] ?? [
      { step: 'data', name: USAGE_CONTENTS[code] ?? 'data', meaning: 'word', length: 'rest' },
    ]),
  ]);
}

function usageObjects(
  piece: Piece,
  prefix: string,
  names: Readonly<Record<string, string>>,
): readonly Explained[] {
  const step = stepNamer();
  const objects: Explained[] = [];
  let at = piece.start;
  while (at < piece.end) {
    const length = at + 1 < piece.end ? piece.bytes[at + 1] : undefined;
    const end = at + 2 + (length ?? 0);
    if (length === undefined || end > piece.end) {
      const rest = partOf(piece, 'rest', at, piece.end);
      return [...objects, unreadable(rest, 'the length runs past the end')];
    }
    const tag = toHex(piece.bytes.subarray(at, at + 1));
    const name = names[tag] ?? 'unknown object';
    objects.push(usageObject(partOf(piece, step(tag), at, end), `${prefix}.${tag}`, name));
    at = end;
  }
  return objects;
}

function usageObject(piece: Piece, tag: string, name: string): Explained {
  const at = piece.start;
  const value = characters(piece.bytes.subarray(at + 2, piece.end));
  const decoded = name === 'token expiry' ? dateWords(value) : '';
  const saying = { tag, name, meaning: 'who' as const, value, decoded };
  const form = [
    leaf(partOf(piece, 'tag', at, at + 1), { name: `tag of ${name}`, meaning: 'form' }),
    leaf(partOf(piece, 'length', at + 1, at + 2), { name: 'length', meaning: 'form' }),
  ];
  if (at + 2 === piece.end) return group(piece, saying, form);
  const bare = leaf(partOf(piece, 'value', at + 2, piece.end), { ...saying, tag: '' });
  return group(piece, saying, [...form, bare]);
}

/** DE62 in the answer to a sign-on. @see docs/specs.md, ISO 8583 sheet, section 9 */
function workingKey(
  { dialect, piece }: Element,
  { mti }: Beside,
): readonly Explained[] | undefined {
  if (dialect !== 'pos' || mti !== '0810' || bytesOf(piece).length !== 20) return undefined;
  return cutBytes(piece, [
    { step: 'key', name: 'MAC key, encrypted', meaning: 'proof', length: 16 },
    { step: 'check', name: 'check value of the MAC key', meaning: 'proof', length: 4 },
  ]);
}
