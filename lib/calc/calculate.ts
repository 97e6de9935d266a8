/** One line in, one line out: finds the operation, computes, compares with what was expected. */
import { CalcError } from './input.ts';
import type { CalcPorts, Output, Outputs } from './operation.ts';
import { operations } from './operations.ts';

/** A line as it stands in a file. `expect` names the outputs to compare, without regard to case. */
export type CalcLine = {
  readonly op: string;
  readonly in: Readonly<Record<string, unknown>>;
  readonly expect?: Readonly<Record<string, unknown>>;
};

/** What a line gives; `ok` stands only where something was expected. */
export type CalcAnswer =
  | { readonly op: string; readonly out: Outputs; readonly ok?: boolean }
  | {
      readonly op: string;
      readonly error: { readonly code: string; readonly message: string; readonly field?: string };
    };

/**
 * Compute one line. Bad input is an answer, never thrown.
 * @example
 * calculate({ op: 'luhn', in: { pan: '6258249900000018' } }, { random: (length) => new Uint8Array(length) })
 * // ({ op: 'luhn', out: { valid: true, check_digit: '8' } })
 */
export function calculate(line: CalcLine, ports: CalcPorts): CalcAnswer {
  const { op } = line;
  try {
    const operation = operations.get(op);
    if (operation === undefined) {
      throw new CalcError('unknown_operation', 'there is no such operation', 'op');
    }
    const out = operation.run(line.in, ports);
    if (line.expect === undefined) return { op, out };
    // A name that the operation never gives is a slip of the pen, which no value may hide.
    const areKnown = Object.keys(line.expect).every((name) =>
      Object.hasOwn(operation.outputs, name),
    );
    return { op, out, ok: areKnown && agrees(line.expect, out) };
  } catch (error) {
    if (!(error instanceof CalcError)) throw error;
    return answerOf(op, error.code, error.message, error.field);
  }
}

/** What a line of JSON text gives, and whether something was expected of it. */
export type TextAnswer = { readonly answer: CalcAnswer; readonly expects: boolean };

/**
 * Compute a line of JSON text; text that is no such line is an answer too. Members beside `op`, `in` and `expect`
 * are the writer's own and not looked at. Text that is no object counts as expecting something where it says `"expect"`.
 * @example
 * calculateText('{"op":"luhn","in":{}}', { random: (length) => new Uint8Array(length) }).answer.error.field // 'pan'
 */
export function calculateText(text: string, ports: CalcPorts): TextAnswer {
  const line = parsed(text);
  if (!isObject(line)) return noLine('an object in JSON is wanted', text.includes(EXPECT));
  const { op, in: given, expect } = line;
  const expects = expect !== undefined;
  if (typeof op !== 'string') return noLine('op is wanted, a text', expects, { field: 'op' });
  if (!isObject(given)) return noLine('in is wanted, an object', expects, { op, field: 'in' });
  if (!expects) return { answer: calculate({ op, in: given }, ports), expects };
  if (!isObject(expect)) return noLine('expect is an object', expects, { op, field: 'expect' });
  return { answer: calculate({ op, in: given, expect }, ports), expects };
}

/** What a line that expects something has in it, even where it cannot be read. */
export const EXPECT = '"expect"';

/**
 * The answer to a line that is none; `field` is the member of it at fault, where there is one.
 * @example noLine('not UTF-8', false).answer.error.code // 'bad_line'
 */
export function noLine(
  message: string,
  expects: boolean,
  { op = '', field }: { readonly op?: string; readonly field?: 'op' | 'in' | 'expect' } = {},
): TextAnswer {
  return { answer: answerOf(op, 'bad_line', message, field), expects };
}

/**
 * An operation's name as an error repeats it: as it is where there is such an operation or it could be one, else empty,
 * since a key, a card's number or a PIN may stand in its place.
 * @example echoed('no-such') // 'no-such'
 */
export function echoed(op: string): string {
  if (operations.has(op)) return op;
  const couldBe = /^[a-z0-9._-]{1,20}$/i.test(op) && !/^\d+$|[0-9a-f]{12}/i.test(op);
  return couldBe ? op : '';
}

/**
 * Whether the outputs are what was expected of them: the named ones alone, without regard to case; null and the
 * empty text stand for an output that is not there.
 */
export function agrees(expected: unknown, given: Output | undefined): boolean {
  if (expected === null || expected === '') return given === undefined || given === '';
  if (typeof expected !== 'object') {
    return (
      typeof given !== 'object' && String(expected).toLowerCase() === String(given).toLowerCase()
    );
  }
  if (typeof given !== 'object' || Array.isArray(given) !== Array.isArray(expected)) return false;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(given) &&
      given.length === expected.length &&
      expected.every((one, index) => agrees(one, given[index]))
    );
  }
  return Object.entries(expected as object).every(([name, one]) =>
    agrees(one, Object.hasOwn(given, name) ? (given as Outputs)[name] : undefined),
  );
}

function answerOf(
  op: string,
  code: string,
  message: string,
  field: string | undefined,
): CalcAnswer {
  const error = field === undefined ? { code, message } : { code, message, field };
  return { op: echoed(op), error };
}

/** What the text says in JSON; undefined when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
