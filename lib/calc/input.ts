/**
 * The inputs of a calculator: each is a reader that takes what stands in the line and gives a typed value, or an
 * error that names the field and never the value.
 */
import { BytesError, fromHex } from '../bytes/bytes.ts';

/** What can be wrong with a line. */
export type CalcErrorCode =
  | 'unknown_operation'
  | 'unknown_input'
  | 'missing_input'
  | 'bad_hex'
  | 'wrong_length'
  | 'unknown_word'
  | 'bad_value'
  /** The bytes are well written and are not what the operation decodes. */
  | 'malformed';

/** A line that cannot be computed. `field` is the input at fault; the message never shows its value. */
export class CalcError extends Error {
  override readonly name = 'CalcError';
  readonly code: CalcErrorCode;
  readonly field: string | undefined;
  constructor(code: CalcErrorCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** One input: how it is written, what it is for, and how it is read. */
export type Input<Value> = {
  /** How it is written: `16 bytes`, `digits`, `A, B or C`. */
  readonly form: string;
  readonly help: string;
  readonly isOptional: boolean;
  /** An object of values by name, which the command line may give as `tags.9F02=…`. */
  readonly isObject: boolean;
  read(written: unknown, field: string): Value;
};

/** How many bytes or digits: one of a list, or from a least to a most. */
type Lengths = {
  readonly one?: readonly number[];
  readonly least?: number;
  readonly most?: number;
};

/** Bytes in hexadecimal of either case. */
export function bytes(help: string, lengths: Lengths = {}): Input<Uint8Array> {
  return input(lengthForm(lengths, 'byte'), help, (written, field) => {
    const text = textOf(written, field);
    const value = hexOf(text, field);
    checkLength(value.length, lengths, 'byte', field);
    return value;
  });
}

/** The longest input of digits, such as an index, that may stand as a number in JSON. */
const NUMBER_DIGITS = 2;

/** Decimal digits. A number in JSON stands for them only where there are at most two: it has no leading zeros. */
export function digits(help: string, lengths: Lengths = {}): Input<string> {
  const { one, most = Number.POSITIVE_INFINITY } = lengths;
  const isShort = (one === undefined ? most : Math.max(...one)) <= NUMBER_DIGITS;
  return input(lengthForm(lengths, 'digit'), help, (written, field) => {
    const text = isShort ? numberOrTextOf(written, field, 99) : textOf(written, field);
    if (!/^\d*$/.test(text)) throw new CalcError('bad_value', 'decimal digits are wanted', field);
    checkLength(text.length, lengths, 'digit', field);
    return text;
  });
}

/** Any text without control characters but tabs and line ends; `most` characters at most. */
export function text(help: string, most: number): Input<string> {
  return input('text', help, (written, field) => {
    const value = textOf(written, field);
    if (value.length > most)
      throw new CalcError('wrong_length', `at most ${most} characters`, field);
    if (/(?![\t\n\r])\p{Cc}/u.test(value))
      throw new CalcError('bad_value', 'a control character', field);
    return value;
  });
}

/** One of some words, which may stand as a number in JSON where all of them are digits. */
export function word<const Words extends readonly string[]>(
  help: string,
  words: Words,
): Input<Words[number]> {
  const areDigits = words.every((one) => /^\d+$/.test(one));
  return input(words.join(' | '), help, (written, field) => {
    const given = areDigits ? numberOrTextOf(written, field) : textOf(written, field);
    const found = words.find((one) => one.toLowerCase() === given.toLowerCase());
    if (found === undefined) {
      throw new CalcError('unknown_word', `one of ${words.join(', ')} is wanted`, field);
    }
    return found;
  });
}

/** A whole number from `least` to `most`, as text or as a number in JSON. */
export function count(help: string, least: number, most: number): Input<number> {
  return input(`${least} to ${most}`, help, (written, field) => {
    const given = numberOrTextOf(written, field);
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new CalcError('bad_value', `a number from ${least} to ${most} is wanted`, field);
    }
    return value;
  });
}

/**
 * Values by name, such as data objects by tag. Every value is text. `nameOf` gives a name as it is looked up, or
 * undefined where it is none; one that is none is not repeated, since anything may stand there.
 */
export function object(
  help: string,
  form: string,
  nameOf: (written: string) => string | undefined,
): Input<ReadonlyMap<string, string>> {
  const read = (written: unknown, field: string): ReadonlyMap<string, string> => {
    if (typeof written !== 'object' || written === null || Array.isArray(written)) {
      throw new CalcError('bad_value', 'an object of names and values is wanted', field);
    }
    const values = new Map<string, string>();
    for (const [key, value] of Object.entries(written)) {
      const name = nameOf(key);
      if (name === undefined) throw new CalcError('bad_value', `a name that is no ${form}`, field);
      const path = `${field}.${name}`;
      if (values.has(name)) throw new CalcError('bad_value', 'stands there twice', path);
      values.set(name, textOf(value, path));
    }
    return values;
  };
  return { ...input(form, help, read), isObject: true };
}

/** The same input, which may be left out. */
export function optional<Value>(one: Input<Value>): Input<Value | undefined> {
  return { ...one, isOptional: true };
}

/** The same input, whose value must also be of the wanted kind; `wrong` says what is not right. */
export function checked<Value>(
  one: Input<Value>,
  isRight: (value: Value) => boolean,
  wrong: string,
): Input<Value> {
  const read = (written: unknown, field: string): Value => {
    const value = one.read(written, field);
    if (!isRight(value)) throw new CalcError('bad_value', wrong, field);
    return value;
  };
  return { ...one, read };
}

/** The value of an input that may be left out, though not here; `why` may say more. */
export function wanted<Value>(
  field: string,
  value: Value | undefined,
  why = `${field} is wanted here`,
): Value {
  if (value === undefined) throw new CalcError('missing_input', why, field);
  return value;
}

/** Refuse inputs that would be left unread, by name; `why` says what they go with. */
export function unwanted(given: Readonly<Record<string, unknown>>, why: string): void {
  for (const [field, value] of Object.entries(given)) {
    if (value !== undefined) throw new CalcError('unknown_input', `${field} ${why}`, field);
  }
}

/**
 * A name that a user wrote, fit for an error: short, without what may be a key or a PIN in the wrong place.
 * @example shown('no_such') // 'no_such'
 */
export function shown(name: string): string {
  const start = name.slice(0, SHOWN_LENGTH).replace(/[^\x20-\x7e]/g, '?');
  const safe = start.replace(/[0-9A-Fa-f]{8,}|\d{4,}/g, '…');
  return name.length > SHOWN_LENGTH ? `${safe}…` : safe;
}

const SHOWN_LENGTH = 40;

/** The bytes of hexadecimal that stands inside another input; `field` is its name in the error. */
export function hexOf(written: string, field: string): Uint8Array {
  try {
    return fromHex(written);
  } catch (error) {
    if (error instanceof BytesError) throw new CalcError('bad_hex', error.message, field);
    throw error;
  }
}

/**
 * What a strict decoder of `lib` makes of an input, with its own error turned into one that names the field.
 * @example decoded('value', TlvError, () => decodeTlv(fromHex('9F3600')).length) // 1
 */
export function decoded<Value>(
  field: string,
  refusal: new (...parts: never[]) => Error,
  decode: () => Value,
): Value {
  try {
    return decode();
  } catch (error) {
    if (error instanceof refusal) throw new CalcError('malformed', error.message, field);
    throw error;
  }
}

function input<Value>(form: string, help: string, read: Input<Value>['read']): Input<Value> {
  return { form, help, isOptional: false, isObject: false, read };
}

/** A whole number as it stands in JSON, or text. */
function numberOrTextOf(
  written: unknown,
  field: string,
  most: number = Number.MAX_SAFE_INTEGER,
): string {
  const isCount = Number.isSafeInteger(written) && Number(written) >= 0 && Number(written) <= most;
  return isCount ? String(written) : textOf(written, field);
}

function textOf(written: unknown, field: string): string {
  if (typeof written === 'string') return written;
  throw new CalcError('bad_value', 'text is wanted', field);
}

function checkLength(length: number, lengths: Lengths, unit: string, field: string): void {
  const { one, least = 0, most = Number.POSITIVE_INFINITY } = lengths;
  if (one === undefined ? length >= least && length <= most : one.includes(length)) return;
  throw new CalcError('wrong_length', `${lengthForm(lengths, unit)} wanted, not ${length}`, field);
}

function lengthForm({ one, least, most }: Lengths, unit: string): string {
  const units = `${unit}s`;
  if (one !== undefined)
    return one.length === 1 && one[0] === 1 ? `1 ${unit}` : `${one.join(' or ')} ${units}`;
  if (least !== undefined && most !== undefined) return `${least} to ${most} ${units}`;
  if (most !== undefined) return `up to ${most} ${units}`;
  return least === undefined ? units : `${least} ${units} or more`;
}
