/** The express card: which one the element has, and the acts that give it its place or end it. */
import {
  disarm,
  ElementRefused,
  endExpress,
  readExpress,
  setExpress,
} from '@octavo/platform/element-commands.ts';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import type { Leaf, WalletApi } from './api.ts';
import { answerOf, quietly, type Unconfirmed, whyNot } from './confirming.ts';
import { ElementFailed, type ElementLink } from './element-link.ts';
import { certify } from './provision.ts';
import type { WalletState } from './state.ts';

/** How it ended to make a card the express card. `not_prepared`: it has no certificates yet and could not get any. */
export type ExpressEnd = 'on' | 'not_prepared' | Unconfirmed;

/** Open the acts around the express card. */
export function openExpress(ports: {
  readonly state: () => WalletState;
  readonly set: (change: Partial<WalletState>) => void;
  readonly element: ElementLink;
  readonly api: () => WalletApi;
  /** Ask the services how things stand, as after a change that they know of. */
  readonly look: () => Promise<void>;
}) {
  const { state, set, element, api, look } = ports;

  const read = (): Promise<void> =>
    quietly(async () => {
      // Whoever is asked for their finger now answers a challenge that a selection in between would end.
      if (state().pay.step === 'confirming') return;
      set({ express: (await readExpress(element.wired)) ?? 'none' });
    });

  /** Give a card what it needs at gates; false when that did not come to its end. */
  const prepare = async ({ tokenReference }: Leaf): Promise<boolean> => {
    const { device } = state();
    if (device === undefined || tokenReference === undefined) return false;
    const note = (commands: number) => set({ certifying: { tokenReference, commands } });
    note(0);
    try {
      await certify(api(), element.wired, device.deviceId, tokenReference, ({ commands }) =>
        note(commands),
      );
      await look();
      return true;
    } catch (error) {
      if (isForeseen(error)) return false;
      throw error;
    } finally {
      set({ certifying: undefined });
    }
  };

  return {
    read,
    /** Make a card the express card, in place of another, once its holder has confirmed. */
    turnOn: async (leaf: Leaf): Promise<ExpressEnd> => {
      const { confirm } = state();
      if (leaf.instanceAid === undefined || confirm === undefined) return 'element';
      if (!leaf.certified && !(await prepare(leaf))) return 'not_prepared';
      try {
        await setExpress(element.wired, leaf.instanceAid, answerOf(confirm, element));
        return 'on';
      } catch (error) {
        await quietly(() => disarm(element.wired));
        return whyNot(error);
      } finally {
        await read();
      }
    },
    /** Let no card answer gates any more; nobody is asked. */
    turnOff: async (): Promise<void> => {
      await quietly(() => endExpress(element.wired));
      await read();
    },
  };
}

function isForeseen(error: unknown): boolean {
  return (
    error instanceof Refused ||
    error instanceof ConnectionLost ||
    error instanceof ElementFailed ||
    error instanceof ElementRefused
  );
}
