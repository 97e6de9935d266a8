/**
 * Plain ISO 8583:1987 in ASCII: message type, bitmaps and data elements 2 to 128 in characters, without header.
 * What links of this kind do not agree on is a choice by name; what is chosen by default is what jPOS (ISO87A) writes.
 * @see docs/specs.md, ISO 8583 sheet, sections 1 and 3; lengths and formats of the 1987 edition as the public tables
 * of jPOS, moov-io/iso8583 and iso_8583 give them
 */
import {
  dataElements,
  type ElementForm,
  type ElementMeaning,
  elementMeanings,
} from './elements.ts';
import { field, fixed, hexField, lllvar, llvar } from './field.ts';
import { type DataElement, decodeMessage, encodeBody, type Fields, type Spec } from './message.ts';

/** What links of plain ASCII do not agree on. */
export type AsciiCoding = {
  /** Bitmaps as hexadecimal digits (jPOS ISO87A, moov, pyiso8583 `default_ascii`) or as bytes (iso_8583, pyiso8583 `default`). */
  readonly bitmap: 'hex' | 'binary';
  /** DE52, 64, 65, 96 and 128 as hexadecimal digits (jPOS, moov) or as bytes (iso_8583, pyiso8583). */
  readonly binaryElements: 'hex' | 'raw';
  /**
   * DE55 as bytes, which its length counts (jPOS with a binary DE55, pyiso8583), or as hexadecimal digits, whose
   * length counts the digits (iso_8583 and moov, where it is text).
   */
  readonly chipData: 'raw' | 'hex';
};

/** What holds where nothing is chosen: hexadecimal digits everywhere but in DE55. */
export const ASCII_CODING: AsciiCoding = { bitmap: 'hex', binaryElements: 'hex', chipData: 'raw' };

/** A message of plain ASCII. */
export type AsciiMessage = {
  readonly mti: string;
  readonly fields: Fields;
  /** Both bitmaps stand although no element above 64 does, as iso_8583 always writes them. */
  readonly isIdle?: true;
};

/** Reads and writes messages of one coding. Both throw `Iso8583Error`; what decodes, encodes to the same bytes. */
export type AsciiCodec = {
  decode(bytes: Uint8Array): AsciiMessage;
  encode(message: AsciiMessage): Uint8Array;
};

/**
 * The codec of plain ISO 8583:1987 in ASCII; what `coding` does not name is as in `ASCII_CODING`.
 * @example asciiCodec().decode(fromAscii('0100' + '7000000000000000' + '164242424242424242' + '123456' + '000000000100')).fields[4] // '000000000100'
 * @see docs/specs.md, ISO 8583 sheet, sections 1 and 3
 */
export function asciiCodec(coding: Partial<AsciiCoding> = {}): AsciiCodec {
  const spec = asciiSpec(coding);
  return {
    decode(bytes) {
      const { envelope: _none, ...message } = decodeMessage(spec, bytes);
      return message;
    },
    encode: (message) => encodeBody(spec, message),
  };
}

/**
 * The same as a dialect, for what explains and masks messages.
 * @example asciiSpec().elements[70]?.name // 'network management information code'
 * @see docs/specs.md, ISO 8583 sheet, section 3
 */
export function asciiSpec(coding: Partial<AsciiCoding> = {}): Spec {
  const { bitmap, binaryElements, chipData } = { ...ASCII_CODING, ...coding };
  const elements: Record<number, DataElement> = { ...rawElements };
  if (binaryElements === 'hex') {
    for (const number of BINARY_ELEMENTS) inDigits(elements, number);
  }
  if (chipData === 'hex') inDigits(elements, 55);
  const spec = {
    name: '1987-ascii' as const,
    envelope: [],
    messageType: field('ascii', 'n', fixed(4)),
    bitmaps: 2 as const,
    mayBeIdle: true as const,
    elements,
  };
  return bitmap === 'hex' ? { ...spec, bitmapEncoding: 'ascii' } : spec;
}

const BINARY_ELEMENTS = [52, 64, 65, 96, 128] as const;

/**
 * The 1987 table: format and length by number. Public tables differ from it and from each other in places: iso_8583 has DE53 as 48 bytes, DE58 as
 * n..11, DE59 as ..255, DE64, 96 and 128 as 4 bytes, DE118 to 122 as digits and DE127 with a length of six digits;
 * jPOS has DE93 as 6 characters and DE96 as 16 bytes. Text (ans) may hold bytes above 7E, one character each;
 * elements of variable length may be empty, as moov's recorded reversal has one.
 */
const forms: Readonly<Record<number, ElementForm>> = {
  2: ['n', llvar(19, 0)],
  3: ['n', fixed(6)],
  ...each([4, 5, 6], ['n', fixed(12)]),
  7: ['n', fixed(10)],
  ...each([8, 9, 10], ['n', fixed(8)]),
  ...each([11, 12], ['n', fixed(6)]),
  ...each([13, 14, 15, 16, 17, 18], ['n', fixed(4)]),
  ...each([19, 20, 21, 22, 23, 24], ['n', fixed(3)]),
  ...each([25, 26], ['n', fixed(2)]),
  27: ['n', fixed(1)],
  ...each([28, 29, 30, 31], ['x+n', fixed(9)]),
  ...each([32, 33], ['n', llvar(11, 0)]),
  34: ['ans', llvar(28, 0)],
  35: ['z', llvar(37, 0)],
  36: ['z', lllvar(104, 0)],
  37: ['an', fixed(12)],
  38: ['an', fixed(6)],
  39: ['an', fixed(2)],
  40: ['an', fixed(3)],
  41: ['ans', fixed(8)],
  42: ['ans', fixed(15)],
  43: ['ans', fixed(40)],
  44: ['ans', llvar(25, 0)],
  45: ['ans', llvar(76, 0)],
  ...each([46, 47, 48], ['ans', lllvar(999, 0)]),
  ...each([49, 50, 51], ['an', fixed(3)]),
  52: ['b', fixed(8)],
  53: ['n', fixed(16)],
  54: ['an', lllvar(120, 0)],
  55: ['b', lllvar(999, 0)],
  ...each(range(56, 63), ['ans', lllvar(999, 0)]),
  64: ['b', fixed(8)],
  65: ['b', fixed(1)],
  66: ['n', fixed(1)],
  67: ['n', fixed(2)],
  ...each([68, 69, 70], ['n', fixed(3)]),
  ...each([71, 72], ['n', fixed(4)]),
  73: ['n', fixed(6)],
  ...each(range(74, 81), ['n', fixed(10)]),
  ...each(range(82, 85), ['n', fixed(12)]),
  ...each(range(86, 89), ['n', fixed(16)]),
  90: ['n', fixed(42)],
  91: ['an', fixed(1)],
  92: ['an', fixed(2)],
  93: ['an', fixed(5)],
  94: ['an', fixed(7)],
  95: ['an', fixed(42)],
  96: ['b', fixed(8)],
  97: ['x+n', fixed(17)],
  98: ['ans', fixed(25)],
  ...each([99, 100], ['n', llvar(11, 0)]),
  101: ['ans', llvar(17, 0)],
  ...each([102, 103], ['ans', llvar(28, 0)]),
  104: ['ans', lllvar(100, 0)],
  ...each(range(105, 127), ['ans', lllvar(999, 0)]),
  128: ['b', fixed(8)],
};

/** What the plain standard leaves open, where UnionPay's use of it has another name. */
const meanings: Readonly<Record<number, ElementMeaning>> = {
  ...elementMeanings,
  ...named([56], 'reserved for ISO use'),
  ...named([57, 58, 59, 60], 'reserved for national use'),
  ...named([61, 62, 63], 'reserved for private use'),
  104: ['transaction description', 'word'],
  ...named(range(105, 111), 'reserved for ISO use'),
  ...named(range(112, 119), 'reserved for national use'),
  ...named(range(120, 127), 'reserved for private use'),
};

/** The elements with all bytes as they are. */
const rawElements: Readonly<Record<number, DataElement>> = dataElements('ascii', forms, meanings);

function inDigits(elements: Record<number, DataElement>, number: number): void {
  const element = elements[number] as DataElement;
  const { length } = element;
  // A prefix of three digits counts 998 hexadecimal digits at most.
  const digits = length.kind === 'fixed' ? fixed(length.count * 2) : lllvar(998, 0);
  elements[number] = { ...element, ...hexField(digits) };
}

function named(numbers: readonly number[], name: string): Record<number, ElementMeaning> {
  return Object.fromEntries(numbers.map((number) => [number, [name, 'word']]));
}

function each(numbers: readonly number[], form: ElementForm): Record<number, ElementForm> {
  return Object.fromEntries(numbers.map((number) => [number, form]));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
