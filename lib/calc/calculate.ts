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
 * @example calculate({ op: 'luhn', in: { pan: '6258249900000018' } }, ports)
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

/** Compute a line of JSON text; text that is no such line is an answer too. */
export function calculateText(text: string, ports: CalcPorts): CalcAnswer & { expects: boolean } {
  const line = readLine(text);
  if (typeof line === 'string') {
    return { op: '', error: { code: 'bad_line', message: line }, expects: false };
  }
  return { ...calculate(line, ports), expects: line.expect !== undefined };
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

function readLine(text: string): CalcLine | string {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 'not a line of JSON';
    throw error;
  }
  if (!isObject(line)) return 'an object is wanted';
  const { op, in: given, expect, ...others } = line;
  if (typeof op !== 'string') return 'op is wanted, a text';
  if (!isObject(given)) return 'in is wanted, an object';
  if (expect !== undefined && !isObject(expect)) return 'expect is an object';
  const [other] = Object.keys(others);
  if (other !== undefined) return 'only op, in and expect may stand in a line';
  return expect === undefined ? { op, in: given } : { op, in: given, expect };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
