/** The wire between a reader and an element: one command in, one response out. */
import { equal, toHex } from '../bytes/bytes.ts';

/** Send a command's bytes, get the response's bytes. Rejects with `FieldLost` when the card left the field. */
export type Channel = (command: Uint8Array) => Promise<Uint8Array>;

/** The other side is gone: the card left the field before it answered. */
export class FieldLost extends Error {
  override readonly name = 'FieldLost';
}

/**
 * A card as a script of command and response pairs; a byte out of place rejects. For tests.
 * @example scriptedChannel([[fromHex('80CA9F3600'), fromHex('9F360200019000')]])
 */
export function scriptedChannel(
  pairs: readonly (readonly [command: Uint8Array, response: Uint8Array])[],
): Channel {
  let next = 0;
  return async (command) => {
    const pair = pairs[next++];
    if (pair === undefined) throw new Error(`the script is over, yet came ${toHex(command)}`);
    if (!equal(pair[0], command)) {
      throw new Error(`script step ${next}: expected ${toHex(pair[0])}, came ${toHex(command)}`);
    }
    return pair[1];
  };
}
