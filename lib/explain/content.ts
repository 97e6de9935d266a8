/**
 * Values that hold several things one behind the other: track 2, issuer application data, lists of objects,
 * file locators, the issuer's answer, the element's production data.
 */
import { toHex } from '../bytes/bytes.ts';
import { decodeIad, IadError } from '../emv/iad.ts';
import { TAGS } from '../emv/tags.ts';
import { decodeDol, dolLength } from '../tlv/dol.ts';
import { type Tag, TlvError } from '../tlv/tlv.ts';
import { clearCertificate } from './certificates.ts';
import { amountWords, responseCodeWords, serviceCodeWords } from './codes.ts';
import { CARD_CONTENTS, type Content } from './content-card.ts';
import { type BytePart, cutBytes, cutText, type TextPart, type Writing } from './cut.ts';
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
import { flagWords } from './flags.ts';
import { characters, dateWords } from './words.ts';

/** What stands around a value: the currency of the tap, where known, and whether its data are sealed. */
export type Surroundings = { readonly currency?: string | undefined; readonly seals: boolean };

/** What is inside the value of a data object, or undefined when it is one thing. */
export function contentOf(tag: Tag, piece: Piece, around: Surroundings): Content | undefined {
  const read = CONTENTS[tag] ?? CARD_CONTENTS[tag];
  return piece.start === piece.end ? undefined : read?.(piece, around);
}

const CONTENTS: Readonly<Record<Tag, (piece: Piece, around: Surroundings) => Content | undefined>> =
  {
    '45': (piece) => ({ parts: cutBytes(piece, CPLC), decoded: '' }),
    '57': (piece) => ({ parts: trackParts(piece, packedTrack(piece), CHIP_WRITING), decoded: '' }),
    '5C': (piece) => tagListContent(piece),
    '8C': (piece) => listContent(piece),
    '8D': (piece) => listContent(piece),
    '90': clearCertificate,
    '91': issuerAnswerContent,
    '93': clearCertificate,
    '94': locatorContent,
    '9F10': iadContent,
    '9F38': (piece) => listContent(piece),
    '9F46': clearCertificate,
    '9F49': (piece) => listContent(piece),
    '9F4A': (piece) => tagListContent(piece, 'signed beside the records:'),
    '9F4B': clearCertificate,
    '9F4F': (piece) => listContent(piece, 'logs'),
    '9F7F': (piece) => ({ parts: cutBytes(piece, CPLC), decoded: '' }),
  };

const CHIP_WRITING: Writing = { isPacked: true, showsBytes: true };

/** Track 2 as text with `=` after the number. */
export function trackParts(piece: Piece, text: string, writing: Writing): readonly Explained[] {
  const at = text.indexOf('=');
  if (at < 0) return [unreadable(partOf(piece, 'track', piece.start, piece.end), 'no separator')];
  return cutText(piece, text, [{ ...NUMBER, length: at }, ...AFTER_NUMBER], writing);
}

const NUMBER: Omit<TextPart, 'length'> = {
  step: 'number',
  name: 'account number',
  meaning: 'who',
  words: (text) => (/[*F]/.test(text) ? 'masked' : ''),
};

const AFTER_NUMBER: readonly TextPart[] = [
  { step: 'separator', name: 'separator', meaning: 'form', length: 1 },
  {
    step: 'expiry',
    name: 'expiry',
    meaning: 'who',
    length: 4,
    words: (text) => dateWords(text),
  },
  {
    step: 'service',
    name: 'service code',
    meaning: 'rule',
    length: 3,
    words: serviceCodeWords,
  },
  { step: 'discretionary', name: 'discretionary data', meaning: 'form', length: 'rest' },
];

function packedTrack(piece: Piece): string {
  return toHex(bytesOf(piece)).replace('D', '=');
}

/** @see docs/specs.md, cryptograms sheet, section 5 */
function iadContent(piece: Piece, around: Surroundings): Content {
  const bytes = bytesOf(piece);
  const why = iadFault(bytes);
  const hasHead = bytes.length >= IAD_HEAD_BYTES && bytes[0] === 0x07 && bytes[3] === 0x03;
  if (!hasHead)
    return { parts: [unreadable(partOf(piece, 'iad', piece.start, piece.end), why)], decoded: '' };
  const at = piece.start + IAD_HEAD_BYTES;
  const isSealed = around.seals && bytes[2] === 0x01;
  const head = cutBytes({ ...piece, end: at }, iadHead(isSealed));
  const decoded = flagWords('CVR', bytes.subarray(3, 7)) ?? '';
  if (at === piece.end) return { parts: head, decoded };
  const tail =
    why === ''
      ? cutBytes({ ...piece, start: at }, iadTail(bytes[9] as number, around))
      : [unreadable(partOf(piece, 'discretionary', at, piece.end), why)];
  return { parts: [...head, ...tail], decoded };
}

const IAD_HEAD_BYTES = 8;

function iadFault(bytes: Uint8Array): string {
  try {
    decodeIad(bytes);
    return '';
  } catch (error) {
    if (error instanceof IadError) return error.message;
    throw error;
  }
}

function iadHead(isSealed: boolean): readonly BytePart[] {
  const one = (tag: string, name: string, words: (value: number) => string): BytePart => ({
    step: tag,
    tag,
    name,
    meaning: 'rule',
    length: 1,
    words: (value) => words(value[0] ?? 0),
  });
  return [
    { step: 'length1', name: 'length of the fixed part', meaning: 'form', length: 1 },
    one('DKI', 'derivation key index', (value) => `master key ${value}`),
    one('CVN', 'cryptogram version', (value) => `version ${String(value).padStart(2, '0')}`),
    {
      step: 'CVR',
      tag: 'CVR',
      name: 'card verification results',
      meaning: 'rule',
      length: 4,
      sealed: isSealed,
      flags: 'CVR',
      words: (value) => flagWords('CVR', value) ?? '',
    },
    { ...one('algorithm', 'algorithm', (value) => ALGORITHMS[value] ?? ''), tag: '' },
  ];
}

const ALGORITHMS: Readonly<Record<number, string>> = { 1: 'triple DES', 4: 'SM4' };

/** The amounts that go with each data id. */
const REPORTED: Readonly<Record<number, readonly string[]>> = {
  1: ['purse balance'],
  2: ['cumulative amount'],
  3: ['purse balance', 'cumulative amount'],
  4: ['cumulative amount', 'cumulative amount limit'],
  5: ['available offline amount'],
};

function iadTail(dataId: number, around: Surroundings): readonly BytePart[] {
  const names = REPORTED[dataId] ?? [];
  return [
    { step: 'length2', name: 'length of the discretionary data', meaning: 'form', length: 1 },
    {
      step: 'id',
      name: 'data id',
      meaning: 'form',
      length: 1,
      words: () => names.join(' and '),
    },
    ...names.map(
      (name, index): BytePart => ({
        step: `amount${index + 1}`,
        name,
        meaning: 'money',
        length: 5,
        words: (value) => amountWords(toHex(value), around.currency),
      }),
    ),
    { step: 'MAC', tag: 'MAC', name: 'MAC over the reported amount', meaning: 'proof', length: 4 },
  ];
}

/** Objects that one side asks for, or that a log holds: each entry a tag and a length. */
function listContent(piece: Piece, verb = 'asks for'): Content {
  try {
    const entries = decodeDol(bytesOf(piece));
    const step = stepNamer();
    let start = piece.start;
    const parts = entries.map(({ tag, length }) => {
      const from = start;
      start += tag.length / 2 + 1;
      const name = `${verb} ${TAGS[tag]?.name ?? 'an unknown object'}`;
      const decoded = `${tag}, ${counted(length, 'byte')}`;
      return leaf(partOf(piece, step(tag), from, start), { name, meaning: 'form', decoded });
    });
    return {
      parts,
      decoded: `${verb} ${counted(entries.length, 'object')}, ${counted(dolLength(entries), 'byte')}`,
    };
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    return {
      parts: [unreadable(partOf(piece, 'list', piece.start, piece.end), error.message)],
      decoded: '',
    };
  }
}

/** Tags without lengths, one behind the other; each begins where the one before ends. */
function tagListContent(piece: Piece, verb = 'asks for'): Content {
  const step = stepNamer();
  const parts: Explained[] = [];
  let start = piece.start;
  while (start < piece.end) {
    let end = start + 1;
    if (((piece.bytes[start] as number) & 0x1f) === 0x1f) {
      while (end < piece.end && ((piece.bytes[end] as number) & 0x80) !== 0) end++;
      end = Math.min(end + 1, piece.end);
    }
    const tag = toHex(piece.bytes.subarray(start, end));
    const name = `${verb} ${TAGS[tag]?.name ?? 'an object'}`;
    parts.push(leaf(partOf(piece, step(tag), start, end), { name, meaning: 'form' }));
    start = end;
  }
  return { parts, decoded: '' };
}

/** File locator: four bytes for each run of records. @see docs/specs.md, EMV contactless sheet, section 5, step 3 */
function locatorContent(piece: Piece): Content {
  const step = stepNamer();
  const parts: Explained[] = [];
  for (let start = piece.start; start < piece.end; start += 4) {
    const end = Math.min(start + 4, piece.end);
    const part = partOf(piece, step('entry'), start, end);
    if (end - start < 4) {
      parts.push(unreadable(part, 'an entry is cut short'));
      break;
    }
    const bytes = bytesOf(part);
    const [file = 0, from = 0, to = 0, signed = 0] = bytes;
    const records = from === to ? `record ${from}` : `records ${from} to ${to}`;
    const saying = {
      name: 'records to read',
      meaning: 'form' as const,
      value: toHex(bytes),
      decoded: `file ${file >> 3}, ${records}, ${signed} signed`,
    };
    parts.push(group(part, saying, cutBytes(part, LOCATOR)));
  }
  return { parts, decoded: '' };
}

const LOCATOR: readonly BytePart[] = [
  one(
    'file',
    'short file identifier',
    ([file = 0]) => `file ${file >> 3}${(file & 7) === 0 ? '' : ', its lowest bits must be zero'}`,
  ),
  one('first', 'first record'),
  one('last', 'last record'),
  one('signed', 'how many of them are signed'),
];

function one(step: string, name: string, words?: BytePart['words']): BytePart {
  return { step, name, meaning: 'form', length: 1, ...(words === undefined ? {} : { words }) };
}

/** Method 1: the answer, then the response code. @see docs/specs.md, cryptograms sheet, section 6.1 */
function issuerAnswerContent(piece: Piece): Content | undefined {
  if (piece.end - piece.start !== 10) return undefined;
  const code = characters(piece.bytes.subarray(piece.end - 2, piece.end));
  const words = (): string => responseCodeWords(code);
  const parts = cutBytes(piece, [
    {
      step: 'ARPC',
      tag: 'ARPC',
      name: 'authorisation response cryptogram',
      meaning: 'proof',
      length: 8,
    },
    {
      step: 'ARC',
      tag: 'ARC',
      name: 'authorisation response code',
      meaning: 'verdict',
      length: 2,
      words,
    },
  ]);
  return { parts, decoded: words() };
}

/** @see docs/specs.md, provisioning sheet, section 2 */
const CPLC: readonly BytePart[] = (
  [
    ['IC fabricator', 2, 'word'],
    ['IC type', 2, 'word'],
    ['operating system id', 2, 'word'],
    ['operating system release date', 2, 'once'],
    ['operating system release level', 2, 'word'],
    ['IC fabrication date', 2, 'once'],
    ['IC serial number', 4, 'who'],
    ['IC batch id', 2, 'who'],
    ['IC module fabricator', 2, 'word'],
    ['IC module packaging date', 2, 'once'],
    ['ICC manufacturer', 2, 'word'],
    ['IC embedding date', 2, 'once'],
    ['pre-personaliser', 2, 'word'],
    ['pre-personalisation date', 2, 'once'],
    ['pre-personalisation equipment', 4, 'word'],
    ['personaliser', 2, 'word'],
    ['personalisation date', 2, 'once'],
    ['personalisation equipment', 4, 'word'],
  ] as const satisfies readonly (readonly [string, number, Meaning])[]
).map(([name, length, meaning]) => ({ step: name.replaceAll(' ', '-'), name, meaning, length }));

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
