/**
 * Lines that lead from an issuer's master key to the key of a transaction, for vectors that say nothing of the keys
 * between: each line takes what the one before gave, and nothing is expected of it.
 */
import { type CalcLine, calculate } from '../calc/calculate.ts';

/** The lines so far, and the key that the last one gave. */
export type Derivation = { readonly lines: readonly Required<CalcLine>[]; readonly key: string };

/** Derive a card's key. `given` are the inputs of `derive-key`. */
export function cardKeyFrom(given: CalcLine['in']): Derivation {
  return derivation([], { op: 'derive-key', in: given, expect: {} });
}

/** Derive a session key from a card's. `given` are the inputs of `session-key` but the key. */
export function sessionKeyFrom({ lines, key }: Derivation, given: CalcLine['in']): Derivation {
  return derivation(lines, { op: 'session-key', in: { key, ...given }, expect: {} });
}

function derivation(before: Derivation['lines'], line: Required<CalcLine>): Derivation {
  const answer = calculate(line, { random: (length) => new Uint8Array(length) });
  if ('error' in answer) throw new TypeError(`${line.op}: ${answer.error.message}`);
  return { lines: [...before, line], key: String(answer.out.key) };
}
