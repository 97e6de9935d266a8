/**
 * The host of an element: power, clock, randomness and storage around the applet's pure reducer.
 * Commands are taken one at a time from both interfaces, and what lasts is saved before an answer leaves.
 * @see profile octavo-1, section 2
 */
import type { Clock, InstantMs, Random } from '@octavo/domain/ports.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import type { Announced, Interface } from '@octavo/lib/applet/answer.ts';
import { processCommand } from '@octavo/lib/applet/applet.ts';
import { type ElementState, type LastingState, powerOn } from '@octavo/lib/applet/state.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** A powered element: its two interfaces, and its switch. Closed, it answers `FieldLost` to every command. */
export type ElementHost = {
  /** What a reader in the field talks to that announced nothing of itself. */
  readonly air: Channel;
  /** What a reader talks to whose announcement was heard before its first command; one channel for one reader. */
  airOf(announced: Announced | undefined): Channel;
  /** What the phone talks to. */
  readonly wired: Channel;
  /** Cut the power and give it back: what does not last is gone. */
  powerOff(): Promise<void>;
  /** Give the storage back. */
  close(): Promise<void>;
};

/** Where an element's lasting state is kept, for one host at a time. */
export type ElementStorage = {
  /** Take the element; rejects with `ElementUnavailable` or `ElementRolledBack`. */
  open(): Promise<LastingState>;
  /** Resolves once the state would survive a crash. */
  save(lasting: LastingState): Promise<void>;
  close(): Promise<void>;
};

/** The element cannot be had: it is in use, or not there, or what is kept of it is damaged. */
export class ElementUnavailable extends Error {
  override readonly name = 'ElementUnavailable';
}

/** The kept state is older than one that has answered: somebody put back a copy, and counters would repeat. */
export class ElementRolledBack extends Error {
  override readonly name = 'ElementRolledBack';
}

/** One command and its response, for traces. The digits of passcodes are replaced by FF. */
export type Exchange = {
  readonly via: Interface;
  readonly command: Uint8Array;
  readonly response: Uint8Array;
  readonly atMs: InstantMs;
};

/** Open an element and power it on. `onExchange` is called once what an answer rests on is saved; it must not throw. */
export async function openElement(from: {
  readonly storage: ElementStorage;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Random;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}): Promise<ElementHost> {
  const { storage, clock, random, onExchange } = from;
  let state: ElementState | undefined = powerOn(await storage.open());
  let isClosed = false;
  const inTurn = turns();

  const exchange = async (
    via: Interface,
    command: Uint8Array,
    announced?: Announced,
  ): Promise<Uint8Array> => {
    if (isClosed || state === undefined) throw new FieldLost('the element has no power');
    const before = state;
    const atMs = clock.nowMs();
    const [after, response] = processCommand(before, {
      via,
      announced,
      command,
      nowMs: atMs,
      random,
    });
    if (after.lasting !== before.lasting) {
      // Should saving fail, nobody knows what is kept; then this element answers no more until it is opened again.
      state = undefined;
      await storage.save(after.lasting);
    }
    state = after;
    onExchange?.({ via, command: withoutPasscode(command), response, atMs });
    return response;
  };

  const airOf =
    (announced: Announced | undefined): Channel =>
    (command) =>
      inTurn(() => exchange('air', command, announced));
  return {
    air: airOf(undefined),
    airOf,
    wired: (command) => inTurn(() => exchange('wired', command)),
    powerOff: () =>
      inTurn(async () => {
        if (state !== undefined) state = powerOn(state.lasting);
      }),
    close: () =>
      inTurn(async () => {
        if (isClosed) return;
        isClosed = true;
        await storage.close();
      }),
  };
}

/** An element in memory. A copy or an old state can be put back, which is what a cheat does. */
export type MemoryElement = ElementStorage & {
  /** What is kept now, complete: secrets too. */
  snapshot(): LastingState;
  /** Keep this instead. The element must be closed. */
  restore(lasting: LastingState): void;
};

/** Keep an element in memory, as it was born or as a snapshot had it. */
export function memoryElement(lasting: LastingState): MemoryElement {
  let kept = lasting;
  let isOpen = false;
  return {
    open: async () => {
      if (isOpen) throw new ElementUnavailable('the element is in use');
      isOpen = true;
      return kept;
    },
    save: async (next) => {
      kept = next;
    },
    close: async () => {
      isOpen = false;
    },
    snapshot: () => kept,
    restore: (older) => {
      assert(!isOpen, 'a powered element is not put back');
      kept = older;
    },
  };
}

/** A queue of one: each act begins when the one before has ended, well or badly. */
function turns(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act);
    last = turn.catch(() => undefined);
    return turn;
  };
}

const INS_VERIFY = 0x20;
const INS_CHANGE_PASSCODE = 0x24;
const DATA_AT = 5;

function withoutPasscode(command: Uint8Array): Uint8Array {
  const carries = command[1] === INS_VERIFY || command[1] === INS_CHANGE_PASSCODE;
  return carries ? command.map((byte, at) => (at < DATA_AT ? byte : 0xff)) : command;
}
