/** The element's antenna: its line to the air, which heals by itself, and the commands that come over it. */
import type { Announced } from '@octavo/lib/applet/answer.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { ask, ConnectionLost, listen } from '../kit/ask.ts';
import type { Shown, Told } from './messages.ts';
import { watchTaps } from './watch.ts';

type Heard =
  | { readonly kind: 'field'; readonly on: boolean; readonly announces?: Announced }
  | { readonly kind: 'command'; readonly id: number; readonly bytes: string }
  | { readonly kind: 'shown'; readonly shown: Shown }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'beat' };

/** The antenna. */
export type Antenna = {
  /** Lie at the place of that name from now on. */
  place(air: string): void;
  /** Be held near the reader, or be taken away. */
  hold(near: boolean): Promise<void>;
};

const RETRY_MS = 1_000;

/** Open the antenna of an element. `element` answers the command of a reader that announced this of itself. */
export function openAntenna(
  element: (command: Uint8Array, announced: Announced | undefined) => Promise<Uint8Array>,
  tell: (told: Told) => void,
): Antenna {
  let air: string | undefined;
  let stop = new AbortController();
  let watch = watchTaps();
  let underWay = false;
  /** What the reader said when its field came: a command comes after it, or it is of another reader. */
  let announced: Announced | undefined;

  const answer = async (name: string, id: number, bytes: string): Promise<void> => {
    const command = fromHex(bytes);
    const response = await element(command, announced);
    // Read before anything is awaited: a field that goes meanwhile begins a new watch.
    const events = watch(command, response);
    const sent = ask('/air/answer', { air: name, id, bytes: toHex(response) });
    for (const event of events) {
      underWay = event.kind === 'begun' || event.kind === 'asked';
      tell({ kind: 'tap', event });
    }
    await sent;
  };
  const follow = async (name: string, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const heard of listen<Heard>('/air/phone', { air: name }, signal)) {
          if (heard.kind === 'beat') continue;
          if (heard.kind === 'replaced') {
            // It does not fight for its place; whoever wants it there lays it there again.
            if (air === name) air = undefined;
            return tell({ kind: 'air', up: false });
          }
          if (heard.kind === 'field') {
            tell({ kind: 'air', up: true });
            if (!heard.on && underWay) tell({ kind: 'lost' });
            underWay = false;
            watch = watchTaps();
            announced = heard.on ? heard.announces : undefined;
            tell(heard);
          } else if (heard.kind === 'shown') {
            tell(heard);
          } else {
            void answer(name, heard.id, heard.bytes).catch(() => tell({ kind: 'lost' }));
          }
        }
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
      }
      if (signal.aborted) return;
      announced = undefined;
      tell({ kind: 'air', up: false });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  return {
    place: (name) => {
      if (name === air) return;
      air = name;
      stop.abort();
      stop = new AbortController();
      void follow(name, stop.signal);
    },
    hold: async (near) => {
      if (air !== undefined) await ask('/air/hold', { air, near });
      if (!near && underWay) {
        underWay = false;
        tell({ kind: 'lost' });
      }
    },
  };
}
