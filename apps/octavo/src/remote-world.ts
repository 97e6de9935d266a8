/** A world that runs elsewhere: where it answers, what lets us in, and what it says when it does not. */
import { type RefusalCode, refusals } from '@octavo/domain/refusal.ts';
import { type GivenOptions, type Option, textOption, UsageError } from './arguments.ts';

/** A running world does not answer, or does not let us in. The message is one line that says which. */
export class WorldRefused extends Error {
  override readonly name = 'WorldRefused';
}

/** What is thrown when the world at an address refused a call. */
export function worldRefused(url: string, code: RefusalCode): WorldRefused {
  if (code === 'unavailable') return new WorldRefused(`no world answers at ${url}`);
  if (code === 'request.unsigned') {
    return new WorldRefused(`the world at ${url} has another operator key`);
  }
  return new WorldRefused(`the world at ${url} refused: ${refusals[code].en}`);
}

/** The option that names a running world; `help` says what is done with it. */
export function worldOption(help: string): Option {
  return { kind: 'text', value: '<url>', help };
}

/** Where the running world answers; undefined when none is named. Throws `UsageError`. */
export function worldUrlOf(given: GivenOptions): string | undefined {
  const text = textOption(given, 'world');
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new UsageError('--world takes a URL such as http://127.0.0.1:8008');
}

/** What lets us into a running world. Throws `UsageError` when it is not set. */
export function operatorKeyOf({
  operatorKey,
}: {
  readonly operatorKey: string | undefined;
}): string {
  if (operatorKey !== undefined) return operatorKey;
  throw new UsageError(
    '--world needs the operator key that octavo start prints, in OCTAVO_OPERATOR_KEY',
  );
}
