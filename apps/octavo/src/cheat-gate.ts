/** A gate that cheats are played at: a real one, with a number that nobody else uses, and how to hold a card to it. */

import type { Clock, Random } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { connectTo, type Fetch } from '@octavo/services/endpoint';
import * as gate from '@octavo/services/gate';
import type { z } from 'zod';
import { expectDone, newId } from './phone.ts';

/** How a gate is set up. */
type Settings = z.output<typeof gate.Settings>;

/** Where a gate stands. */
type GatePlace = z.output<typeof gate.openGate.body>['place'];

/** What a gate says of itself. */
type State = z.output<typeof gate.GateState>;

/** What a gate says of a tap. */
export type GateTap = z.output<typeof gate.tap.answer>;

/** A gate. */
export type CheatGate = {
  readonly gateId: string;
  /** Hold a card to it. */
  tap(card: Channel): Promise<GateTap>;
  set(change: Partial<Settings>): Promise<void>;
  state(): Promise<State>;
  /** Wait until it is so. */
  until(isThere: (state: State) => boolean): Promise<void>;
};

/** Where a gate is, and in whose field a card is held to it. */
export type GateSite = {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  setAir(name: string, channel: Channel | undefined): void;
};

/** The station of the cheats. */
export const XINJIE = { operator: 'duhui', station: 'xinjie', line: '1', route: '' } as const;

/** Open a gate, and wait until it has its list and knows the time. It lets the same card through again and again. */
export async function openCheatGate(
  site: GateSite,
  place: Omit<GatePlace, 'direction'>,
  direction: GatePlace['direction'],
  number: number,
): Promise<CheatGate> {
  const { fetch, clock, random } = site;
  const anyone = connectTo(fetch, unsigned, clock);
  const ask = { requestId: newId(random), place: { ...place, direction }, number };
  const { key, gate: card } = expectDone(await anyone(gate.openGate, ask));
  const call = connectTo(fetch, showKey('cashier', key), clock);
  const state = async () => expectDone(await call(gate.state, {}));
  const opened: CheatGate = {
    gateId: card.gateId,
    state,
    until: (isThere) => until(clock, async () => isThere(await state())),
    set: async (change) => {
      const { version, settings } = expectDone(await call(gate.settings, {}));
      const next = { requestId: newId(random), version, settings: { ...settings, ...change } };
      expectDone(await call(gate.changeSettings, next));
    },
    tap: async (channel) => {
      const air = newId(random);
      site.setAir(air, channel);
      const answer = await call(gate.tap, { requestId: newId(random), air });
      site.setAir(air, undefined);
      return expectDone(answer);
    },
  };
  const longestListAgeMinutes = 7 * 24 * 60;
  await opened.set({ isOffline: false, passBackSeconds: 0, longestListAgeMinutes });
  await opened.until(({ shut, list }) => shut === undefined && list !== undefined);
  return opened;
}

/** Let a gate bring what it has, and cut it off again. */
export async function bringHome(opened: CheatGate): Promise<void> {
  await opened.set({ isOffline: false });
  await opened.until(({ records, heldUpTo }) => heldUpTo >= records);
}

const LOOK_MS = 20;
const MOST_LOOKS = 1_000;

/** Wait until it is so; when it does not come to be, a bug is there. */
export async function until(clock: Clock, isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    if (await isSo()) return;
    await clock.sleep(LOOK_MS);
  }
  assert(false, 'what was waited for did not come to be');
}
