/**
 * A message: an envelope, a message type, a bitmap and data elements. A dialect is a value of type `Spec`;
 * where each part lies (`layout`) follows from it, and decoding, describing and masking follow from that.
 * @see docs/specs.md, ISO 8583 sheet, sections 1 to 3
 */
import { concat, fromAscii, toHex } from '../bytes/bytes.ts';
import {
  type Extent,
  type Field,
  field,
  fixed,
  hexField,
  Iso8583Error,
  measure,
  readValue,
  writeField,
} from './field.ts';

export { Iso8583Error, readOrNone } from './field.ts';

/** The dialects this codec speaks: the two on UnionPay links, and plain ISO 8583:1987 in ASCII. */
export type DialectName = 'pos' | 'cups' | '1987-ascii';

/**
 * Data elements by number: text and digits as they mean, without a wire's filling nibble (DE22 `071`, DE23 `000`),
 * tracks with `=` between number and expiry in every dialect, bytes as upper-case hexadecimal.
 * Fixed text keeps the spaces that fill it up, since they belong to the element.
 */
export type Fields = Readonly<Record<number, string>>;

/** What a part means to a reader; the explainer colours by it. */
export type Meaning = 'form' | 'word' | 'who' | 'money' | 'once' | 'rule' | 'proof' | 'verdict';

/** What is replaced when a message is masked. @see mask.ts */
export type MaskRule = 'pan' | 'track' | 'all' | 'chip' | 'cardholder';

/** A data element: a field, its name, what it means, and what of it may not be shown. */
export type DataElement = Field & {
  readonly name: string;
  readonly class: Meaning;
  readonly mask?: MaskRule;
};

/** A part before the message type; always of fixed length. */
export type EnvelopePart = Field & {
  readonly path: string;
  readonly name: string;
  readonly class: Meaning;
};

/** A dialect. `checkEnvelope` throws `Iso8583Error` when the envelope does not fit a message of that many bytes. */
export type Spec = {
  readonly name: DialectName;
  readonly envelope: readonly EnvelopePart[];
  readonly checkEnvelope?: (envelope: Envelope, messageLength: number) => void;
  readonly messageType: Field;
  /** Eight bytes, or eight with eight more when the first bit is set. */
  readonly bitmaps: 1 | 2;
  /** In `ascii` a bitmap is written as hexadecimal digits; otherwise as bytes. */
  readonly bitmapEncoding?: 'ascii';
  /** Whether a second bitmap may stand that announces nothing; elsewhere it would be a second spelling of a message. */
  readonly mayBeIdle?: true;
  readonly elements: Readonly<Record<number, DataElement>>;
};

/** The envelope's values by path. */
export type Envelope = Readonly<Record<string, string>>;

/** What stands in a message of any dialect. */
export type Content = {
  readonly envelope: Envelope;
  readonly mti: string;
  readonly fields: Fields;
  /** Both bitmaps stand although the second announces nothing; only in dialects where it may. */
  readonly isIdle?: true;
};

/** Where one part of a message lies. Places follow each other without a gap from the first byte to the last. */
export type Place = Extent & {
  readonly path: string;
  readonly name: string;
  readonly class: Meaning;
  readonly field: Field;
  /** Number of the data element; undefined in the envelope, the message type and the bitmap. */
  readonly element?: number;
  readonly mask?: MaskRule;
  /** First byte, of the length prefix if there is one. */
  readonly start: number;
};

/** One run of bytes of a message and what it says; see `describeMessage`. */
export type Span = {
  readonly path: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  readonly class: Meaning;
};

/**
 * Find every part of a message. Throws `Iso8583Error` on an unknown bit, a length that lies,
 * missing bytes and bytes after the end; it does not look at the characters of the elements.
 */
export function layout(spec: Spec, bytes: Uint8Array): readonly Place[] {
  const places: Place[] = [];
  let end = 0;
  const add = (part: Omit<Place, 'start' | keyof Extent>): Place => {
    const place = { ...part, start: end, ...measure(part.field, bytes, end, part.path) };
    places.push(place);
    end = place.end;
    return place;
  };
  for (const part of spec.envelope) {
    add({ path: part.path, name: part.name, class: part.class, field: part });
  }
  spec.checkEnvelope?.(readEnvelope(spec, places, bytes), bytes.length);
  add({ path: 'MTI', name: 'message type', class: 'rule', field: spec.messageType });
  const bitmap = add({
    path: 'bitmap',
    name: 'bitmap',
    class: 'form',
    field: bitmapField(spec, bytes, end),
  });
  for (const number of readBitmap(spec, bytes, bitmap)) {
    const element = spec.elements[number] as DataElement;
    const { name, class: meaning, mask } = element;
    const part = { path: `DE${number}`, name, class: meaning, field: element, element: number };
    add(mask === undefined ? part : { ...part, mask });
  }
  if (end < bytes.length) {
    const left = bytes.length - end;
    throw new Iso8583Error(`${left} bytes after the end`, { offset: end, path: 'message' });
  }
  return places;
}

/**
 * The field that the bitmap at `start` is: eight bytes, or sixteen where the dialect has a second one and the first
 * bit is set.
 * @example bitmapField(specs.cups, fromHex('F23C4681A8E08A10'), 0).length // { kind: 'fixed', count: 16 }
 * @see docs/specs.md, ISO 8583 sheet, section 1
 */
export function bitmapField(spec: Spec, bytes: Uint8Array, start: number): Field {
  const first = bytes[start] ?? 0;
  const isHex = spec.bitmapEncoding === 'ascii';
  // The digits 8 to F have the first of four bits.
  const second = spec.bitmaps === 2 && (isHex ? first >= 0x38 : first >= 0x80);
  const count = second ? 16 : 8;
  return isHex ? hexField(fixed(count * 2)) : field('ascii', 'b', fixed(count));
}

/**
 * The numbers that a bitmap in hexadecimal announces, in order. Where a dialect has a second bitmap, the first bit
 * announces that one, not an element.
 * @example announced('7000000000000000', { bitmaps: 2 }) // [2, 3, 4]
 * @see docs/specs.md, ISO 8583 sheet, section 1
 */
export function announced(bitmap: string, { bitmaps }: Pick<Spec, 'bitmaps'>): readonly number[] {
  const numbers: number[] = [];
  for (let number = bitmaps === 2 ? 2 : 1; number <= bitmap.length * 4; number++) {
    const digit = Number.parseInt(bitmap.charAt((number - 1) >> 2), 16);
    if ((digit & (8 >> ((number - 1) & 3))) !== 0) numbers.push(number);
  }
  return numbers;
}

/** Read a message. Throws `Iso8583Error`; whatever it returns re-encodes to the same bytes. */
export function decodeMessage(spec: Spec, bytes: Uint8Array): Content {
  const places = layout(spec, bytes);
  let mti = '';
  let isIdle = false;
  const fields: Record<number, string> = {};
  for (const place of places) {
    if (place.path === 'MTI') mti = readValue(place.field, bytes, place, place.path);
    if (place.path === 'bitmap') isIdle = isLong(place.end - place.start, spec);
    if (place.element === undefined) continue;
    isIdle &&= place.element <= 64;
    fields[place.element] = readValue(place.field, bytes, place, place.path);
  }
  const content = { envelope: readEnvelope(spec, places, bytes), mti, fields };
  return isIdle ? { ...content, isIdle } : content;
}

/** Write message type, bitmap and elements: what follows the envelope. Throws `Iso8583Error` on what the dialect cannot say. */
export function encodeBody(spec: Spec, content: Omit<Content, 'envelope'>): Uint8Array {
  const numbers = Object.keys(content.fields).map(Number);
  let offset = spec.envelope.reduce((sum, part) => sum + measureFixed(part), 0);
  const parts: Uint8Array[] = [];
  const add = (bytes: Uint8Array): void => {
    parts.push(bytes);
    offset += bytes.length;
  };
  add(writeField(spec.messageType, content.mti, { offset, path: 'MTI' }));
  for (const number of numbers) {
    const known = spec.elements[number] !== undefined && content.fields[number] !== undefined;
    if (!known) throw unknownElement(number, offset);
  }
  add(writeBitmap(spec, numbers, content.isIdle === true));
  for (const number of numbers) {
    const element = spec.elements[number] as DataElement;
    const where = { offset, path: `DE${number}` };
    add(writeField(element, content.fields[number] as string, where));
  }
  return concat(...parts);
}

/** Write the parts before the message type. Throws `Iso8583Error`. */
export function encodeEnvelope(spec: Spec, envelope: Envelope): Uint8Array {
  let offset = 0;
  const parts: Uint8Array[] = [];
  for (const part of spec.envelope) {
    const bytes = writeField(part, envelope[part.path] ?? '', { offset, path: part.path });
    parts.push(bytes);
    offset += bytes.length;
  }
  return concat(...parts);
}

/**
 * Say what every byte of a message is: spans in order, without gap or overlap, a length prefix apart from its
 * value, alone where there is none.
 * Reads masked messages too, with `*` for what was replaced. Throws `Iso8583Error` as decoding does.
 */
export function describeMessage(spec: Spec, bytes: Uint8Array): readonly Span[] {
  const spans: Span[] = [];
  for (const place of layout(spec, bytes)) {
    const { path, name, start, valueStart, end, count } = place;
    if (valueStart > start) {
      spans.push({
        path: `${path}.length`,
        name: `length of ${name}`,
        start,
        end: valueStart,
        value: String(count),
        class: 'form',
      });
    }
    if (end === valueStart) continue;
    const value = describeValue(place, bytes);
    spans.push({ path, name, start: valueStart, end, value, class: place.class });
  }
  return spans;
}

/** The message type of the answer to a request: its function digit goes up by one. @example answerType('0200') // '0210' */
export function answerType(mti: string): string {
  if (!/^\d\d[024]\d$/.test(mti)) {
    throw new Iso8583Error('not a message type that is answered', { offset: 0, path: 'MTI' });
  }
  return `${mti.slice(0, 2)}${Number(mti[2]) + 1}${mti[3]}`;
}

function readEnvelope(spec: Spec, places: readonly Place[], bytes: Uint8Array): Envelope {
  const values: Record<string, string> = {};
  for (const place of places.slice(0, spec.envelope.length)) {
    values[place.path] = readValue(place.field, bytes, place, place.path);
  }
  return values;
}

/** The numbers of the elements that a bitmap announces, in order; each is one that the dialect has. */
function readBitmap(spec: Spec, bytes: Uint8Array, bitmap: Place): readonly number[] {
  const { valueStart, count, field } = bitmap;
  const numbers = announced(readValue(field, bytes, bitmap, bitmap.path), spec);
  for (const number of numbers) {
    if (spec.elements[number] !== undefined) continue;
    const bits = field.encoding === 'raw' ? 8 : 4;
    throw unknownElement(number, valueStart + Math.floor((number - 1) / bits));
  }
  const second = isLong(count, spec);
  if (second && (numbers.at(-1) ?? 0) <= 64 && spec.mayBeIdle === undefined) {
    const where = { offset: valueStart, path: 'bitmap' };
    throw new Iso8583Error('a second bitmap without elements', where);
  }
  return numbers;
}

function writeBitmap(spec: Spec, numbers: readonly number[], isIdle: boolean): Uint8Array {
  if (isIdle && spec.mayBeIdle === undefined) {
    throw new Iso8583Error('a second bitmap without elements', { offset: 0, path: 'bitmap' });
  }
  const second = isIdle || (numbers.at(-1) ?? 0) > 64;
  const bitmap = new Uint8Array(second ? 16 : 8);
  for (const number of second ? [1, ...numbers] : numbers) {
    const index = (number - 1) >> 3;
    bitmap[index] = (bitmap[index] as number) | (0x80 >> ((number - 1) & 7));
  }
  return spec.bitmapEncoding === 'ascii' ? fromAscii(toHex(bitmap)) : bitmap;
}

/** Whether a bitmap that takes so many bytes has its second half. */
function isLong(length: number, spec: Spec): boolean {
  return length === (spec.bitmapEncoding === 'ascii' ? 32 : 16);
}

function describeValue(place: Place, bytes: Uint8Array): string {
  const masked = place.mask !== undefined;
  const value = readValue(place.field, bytes, place, place.path, masked);
  const gone = place.mask === 'all' && place.field.encoding === 'raw' && /^F+$/.test(value);
  return gone ? '*'.repeat(value.length) : value;
}

function measureFixed(field: Field): number {
  return field.length.kind === 'fixed'
    ? Math.ceil(field.length.count / (field.encoding === 'bcd' ? 2 : 1))
    : 0;
}

function unknownElement(number: number, offset: number): Iso8583Error {
  return new Iso8583Error('the dialect does not have this element', {
    offset,
    path: `DE${number}`,
  });
}
