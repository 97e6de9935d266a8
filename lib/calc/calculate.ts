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
    return { op, out, ok: agrees(line.expect, out) };
  } catch (error) {
    if (!(error instanceof CalcError)) throw error;
    const { code, message, field } = error;
    return { op, error: field === undefined ? { code, message } : { code, message, field } };
  }
}

/** What a line of JSON text gives, and whether something was expected of it. */
export type TextAnswer = { readonly answer: CalcAnswer; readonly expects: boolean };

/**
 * Compute a line of JSON text; text that is no such line is an answer too. Members beside `op`, `in` and `expect`
 * are the writer's own and not looked at.
 * @example
 * calculateText('{"op":"luhn","in":{}}', { random: (length) => new Uint8Array(length) }).answer.error.field // 'pan'
 */
export function calculateText(text: string, ports: CalcPorts): TextAnswer {
  const line = parsed(text);
  if (!isObject(line))
    return { answer: badLine('', 'an object in JSON is wanted'), expects: false };
  const { op, in: given, expect } = line;
  const expects = expect !== undefined;
  if (typeof op !== 'string') return { answer: badLine('', 'op is wanted, a text'), expects };
  if (!isObject(given)) return { answer: badLine(op, 'in is wanted, an object'), expects };
  if (!expects) return { answer: calculate({ op, in: given }, ports), expects };
  if (!isObject(expect)) return { answer: badLine(op, 'expect is an object'), expects };
  return { answer: calculate({ op, in: given, expect }, ports), expects };
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
  if (typeof given !== 'object') return false;
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

/** What the text says in JSON; undefined when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function badLine(op: string, message: string): CalcAnswer {
  return { op, error: { code: 'bad_line', message } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
