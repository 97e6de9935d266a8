/**
 * A message of any dialect as a tree: envelope, type, bitmap, data elements and what is inside them. Masked
 * messages read the same, with `*` for what was replaced. A broken part is one span with its reason; what
 * stands before it, and after it where its length is still known, is explained.
 * @see docs/specs.md, ISO 8583 sheet, sections 1 to 7
 */
import { type Extent, type Field, Iso8583Error, measure, readValue } from '../iso8583/field.ts';
import {
  announced,
  bitmapField,
  type DataElement,
  type DialectName,
  type Fields,
  type Spec,
} from '../iso8583/message.ts';
import { specs } from '../iso8583/unionpay.ts';
import { elementWords, messageTypeWords } from './element-words.ts';
import { elementParts } from './elements.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  group,
  leaf,
  type Meaning,
  type Piece,
  partOf,
  type Saying,
  unreadable,
  wholeOf,
} from './explained.ts';

/**
 * Explain one message, without the outer length that frames it on a stream. Never throws.
 * Paths are `header.source`, `MTI`, `bitmap`, `DE4`, `DE55/9F02`, `DE60/3`.
 */
export function explainMessage(dialect: DialectName, bytes: Uint8Array): Explained {
  const whole = wholeOf(bytes);
  const spec = specs[dialect];
  const { parts, fault } = readParts(spec, bytes);
  const values: Record<string, string> = {};
  const fields: Record<number, string> = {};
  for (const { path, element, value } of parts) {
    values[path] = value ?? '';
    if (element !== undefined && value !== undefined) fields[element] = value;
  }
  const mti = values.MTI ?? '';
  const lie = envelopeFault(spec, values, bytes.length);
  const children = parts.map((part) => {
    const node = explainPart(whole, part, dialect, { mti, fields });
    return lie?.path === part.path ? { ...node, decoded: lie.why } : node;
  });
  if (fault !== undefined && fault.at < bytes.length) {
    children.push(unreadable(partOf(whole, 'rest', fault.at, bytes.length), fault.why));
  }
  const name = messageTypeWords(mti) || (mti === '' ? CANNOT_BE_READ : 'message');
  const decoded = mti === '' ? unreadable(whole, fault?.why ?? '').decoded : aboutWords(fields);
  return group(whole, { name, meaning: 'form', decoded }, children);
}

/** One part of a message as found: `value` is undefined when its characters are not of its format. */
type Part = Extent & {
  readonly path: string;
  readonly name: string;
  readonly meaning: Meaning;
  readonly start: number;
  readonly field: Field;
  readonly element?: number;
  readonly value?: string;
  readonly why?: string;
};

type Found = { readonly parts: readonly Part[]; readonly fault?: Fault };
type Fault = { readonly at: number; readonly why: string };
type Named = {
  readonly path: string;
  readonly name: string;
  readonly meaning: Meaning;
  readonly element?: number;
};

/** Walk a message part by part as `layout` does, but keep what was found when it comes to a fault. */
function readParts(spec: Spec, bytes: Uint8Array): Found {
  const parts: Part[] = [];
  let at = 0;
  const add = (field: Field, named: Named, isMasked = false): Fault | undefined => {
    const part = readPart(bytes, at, field, named, isMasked);
    if (typeof part === 'string') return { at, why: part };
    parts.push(part);
    at = part.end;
    return undefined;
  };
  for (const part of spec.envelope) {
    const fault = add(part, { path: part.path, name: part.name, meaning: part.class });
    if (fault !== undefined) return { parts, fault };
  }
  const fault =
    add(spec.messageType, { path: 'MTI', name: 'message type', meaning: 'rule' }) ??
    add(bitmapField(spec, bytes, at), { path: 'bitmap', name: 'bitmap', meaning: 'form' });
  if (fault !== undefined) return { parts, fault };
  const bitmap = parts.at(-1)?.value;
  if (bitmap === undefined) return { parts, fault: { at, why: 'the bitmap is not hexadecimal' } };
  for (const number of announced(bitmap, spec)) {
    const element = spec.elements[number];
    const broken =
      element === undefined
        ? { at, why: `the dialect does not have DE${number}` }
        : add(element, namedElement(number, element), element.mask !== undefined);
    if (broken !== undefined) return { parts, fault: broken };
  }
  return at < bytes.length ? { parts, fault: { at, why: 'bytes after the end' } } : { parts };
}

function namedElement(number: number, { name, class: meaning }: DataElement): Named {
  return { path: `DE${number}`, name, meaning, element: number };
}

/** A part that begins at `start`, or why its end cannot be found. */
function readPart(
  bytes: Uint8Array,
  start: number,
  field: Field,
  named: Named,
  isMasked: boolean,
): Part | string {
  const extent = refusedOr(() => measure(field, bytes, start, named.path));
  if (typeof extent === 'string') return extent;
  const part = { ...named, ...extent, start, field };
  const read = refusedOr(() => ({ value: readValue(field, bytes, extent, named.path, isMasked) }));
  return typeof read === 'string' ? { ...part, why: read } : { ...part, ...read };
}

function refusedOr<Value extends object>(read: () => Value): Value | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Iso8583Error) return error.message;
    throw error;
  }
}

/** What the envelope says that does not fit the message, once all of it could be read. */
function envelopeFault(
  spec: Spec,
  values: Readonly<Record<string, string>>,
  length: number,
): { readonly path: string; readonly why: string } | undefined {
  if (values.MTI === undefined) return undefined;
  try {
    spec.checkEnvelope?.(values, length);
    return undefined;
  } catch (error) {
    if (!(error instanceof Iso8583Error)) throw error;
    return { path: error.path, why: error.message.replace(/^.*?: | \(at byte \d+\)$/g, '') };
  }
}

type Beside = { readonly mti: string; readonly fields: Fields };

function explainPart(whole: Piece, part: Part, dialect: DialectName, beside: Beside): Explained {
  const { path, start, valueStart, end } = part;
  const piece = partOf(whole, path, start, end);
  if (part.value === undefined) {
    const value = { ...piece, start: valueStart };
    const broken = unreadable(
      valueStart > start ? partOf(value, 'value', valueStart, end) : value,
      part.why ?? '',
    );
    return valueStart > start
      ? withLength(piece, part, sayingOf(part, broken.decoded), [broken])
      : broken;
  }
  if (valueStart === end) return withLength(piece, part, sayingOf(part, 'empty'), []);
  const inside = partsOf(whole, part, dialect, beside);
  const words = part.element === 55 ? chipWords(part, inside ?? []) : wordsOf(part, beside);
  const saying = sayingOf(part, words);
  if (valueStart === start) {
    return inside === undefined ? leaf(piece, saying) : group(piece, saying, inside);
  }
  const bare = leaf(partOf(piece, 'value', valueStart, end), { ...saying, tag: '' });
  return withLength(piece, part, saying, inside ?? [bare]);
}

function sayingOf(part: Part, decoded: string): Saying & { readonly value: string } {
  const { element, path, name, meaning, value = '' } = part;
  const tag = element === undefined && path !== 'MTI' ? '' : path;
  const gone = element !== undefined && decoded === MASKED && /^F+$/.test(value);
  return { tag, name, meaning, value: gone ? '*'.repeat(value.length) : value, decoded };
}

const MASKED = 'masked';

function withLength(
  piece: Piece,
  part: Part,
  saying: Saying,
  inside: readonly Explained[],
): Explained {
  const length = leaf(partOf(piece, 'length', part.start, part.valueStart), {
    name: `length of ${part.name}`,
    meaning: 'form',
    value: String(part.count),
  });
  return group(piece, saying, [length, ...inside]);
}

function wordsOf({ element, path, value = '', field }: Part, { fields }: Beside): string {
  if (path === 'MTI') return messageTypeWords(value);
  if (path === 'bitmap') return bitmapWords(value);
  if (element === undefined) return '';
  const isBytes = field.encoding === 'raw';
  if (isBytes && element === 52 && /^F+$/.test(value)) return MASKED;
  return elementWords(element, value, fields);
}

/** The first bit of sixteen bytes announces the second eight. */
function bitmapWords(value: string): string {
  return `DE ${announced(value, { bitmaps: value.length === 32 ? 2 : 1 }).join(', ')}`;
}

function chipWords({ count }: Part, objects: readonly Explained[]): string {
  return `${objects.length === 1 ? '1 object' : `${objects.length} objects`}, ${count} bytes`;
}

function partsOf(
  whole: Piece,
  part: Part,
  dialect: DialectName,
  beside: Beside,
): readonly Explained[] | undefined {
  const { element, path, valueStart, end, field, value = '' } = part;
  if (element === undefined) return undefined;
  const piece = { ...whole, path, start: valueStart, end };
  const isPacked = field.encoding === 'bcd';
  return elementParts({ dialect, number: element, piece, text: value, isPacked }, beside);
}

/** The head line: the answer's verdict, or what is asked for. */
function aboutWords(fields: Fields): string {
  if (fields[39] !== undefined) return elementWords(39, fields[39], fields);
  return [
    fields[3] === undefined ? '' : elementWords(3, fields[3], fields),
    fields[4] === undefined ? '' : elementWords(4, fields[4], fields),
    fields[70] === undefined ? '' : elementWords(70, fields[70], fields),
  ]
    .filter((words) => words !== '')
    .join(', ');
}
