/** What every part of the element is asked and what it answers: the reducer's shape, said once. */
import { type Command, type Response, SW, status, success } from '../apdu/apdu.ts';
import { GlobalPlatformError } from '../globalplatform/commands.ts';
import { decodeTlv, TlvError, type TlvSpan } from '../tlv/tlv.ts';
import type { ElementState } from './state.ts';

/** By which interface a command came; the element's host says it, the command cannot. */
export type Interface = 'air' | 'wired';

/** What a reader said of itself before its first command. Anybody can say it: it chooses an instance and proves nothing. */
export type Announced = 'transit';

/** One command with what the host gives beside it: the interface, its clock, its randomness. */
export type Asked = {
  readonly via: Interface;
  /** What the host heard the reader announce before activation; nothing on the wire. */
  readonly announced?: Announced | undefined;
  readonly command: Command;
  /** The host's clock in milliseconds; only differences count. */
  readonly nowMs: number;
  /** Fresh random bytes, as many as asked. */
  readonly random: (length: number) => Uint8Array;
};

/** The state after a command, and the response. */
export type Answered = readonly [ElementState, Response];

/** Answer with a status word alone. */
export function refuse(state: ElementState, word: number): Answered {
  return [state, status(word)];
}

/** Answer 9000, with data where there are any. */
export function accept(state: ElementState, data: Uint8Array = new Uint8Array(0)): Answered {
  return [state, success(data)];
}

/** Handle a command whose strict reader may throw: what is not of its form answers the reader's own status. */
export function refuseMalformed(state: ElementState, handle: () => Answered): Answered {
  try {
    return handle();
  } catch (error) {
    if (error instanceof GlobalPlatformError) return refuse(state, error.status);
    throw error;
  }
}

/**
 * Read command data that must be exactly these objects in this order, each once.
 * Undefined when the bytes are anything else; the caller answers 6A80.
 */
export function readObjects(
  data: Uint8Array,
  tags: readonly string[],
): readonly Uint8Array[] | undefined {
  const objects = tryDecodeTlv(data);
  if (objects === undefined || objects.length !== tags.length) return undefined;
  if (!objects.every(({ tag }, index) => tag === tags[index])) return undefined;
  return objects.map(({ value }) => value);
}

/** Read data objects that somebody else wrote; undefined when they are not well formed. */
export function tryDecodeTlv(bytes: Uint8Array): readonly TlvSpan[] | undefined {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

/** The status of a retry counter: 63Cx with x tries left, 6983 when none is. */
export function triesLeft(tries: number): number {
  return tries > 0 ? SW.verifyFailed | tries : SW.authenticationBlocked;
}
