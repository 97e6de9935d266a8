/** The gates of a day: opened where somebody will come by, cut off while it lasts, joined again in the evening. */
import type { RatedTap } from '@octavo/domain/transit/rated-tap.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { showKey } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as gate from '@octavo/services/gate';
import { expectDone, newId } from '../phone.ts';
import type { Stage } from '../stage.ts';
import { pauseMs } from './looks.ts';

/** A gate that phones can be held to. */
export type OpenedGate = {
  readonly gateId: string;
  readonly call: Client;
};

/** Where a tap is made: gates of one name are one gate. */
function placeOf({ operator, station = '', line = '', route = '', kind }: RatedTap): {
  readonly operator: string;
  readonly station: string;
  readonly line: string;
  readonly route: string;
  readonly direction: 'in' | 'out' | 'none';
} {
  const direction = kind === 'entry' ? 'in' : kind === 'exit' ? 'out' : 'none';
  return { operator, station, line, route, direction };
}

/** The name of a place. */
export function placeName(tap: RatedTap): string {
  return Object.values(placeOf(tap)).join(' ');
}

/** Open a gate at every place of these taps and let each get its list and its time. */
export async function openGates(
  stage: Stage,
  taps: Iterable<RatedTap>,
): Promise<ReadonlyMap<string, OpenedGate>> {
  const opened = new Map<string, OpenedGate>();
  const anyone = connectTo(stage.fetch, async () => ({}), stage.clock);
  for (const tap of taps) {
    const name = placeName(tap);
    if (opened.has(name)) continue;
    const requestId = newId(stage.random);
    const { key, gate: card } = expectDone(
      await anyone(gate.openGate, { requestId, place: placeOf(tap) }),
    );
    const call = connectTo(stage.fetch, showKey('cashier', key), stage.clock);
    opened.set(name, { gateId: card.gateId, call });
  }
  for (const one of opened.values()) await settled(stage, one, ({ list }) => list !== undefined);
  return opened;
}

/** Cut a gate off from its back office, or join it again. */
export async function setOffline(
  stage: Stage,
  { call }: OpenedGate,
  isOffline: boolean,
): Promise<void> {
  const { version, settings } = expectDone(await call(gate.settings, {}));
  const requestId = newId(stage.random);
  const next = { ...settings, isOffline };
  expectDone(await call(gate.changeSettings, { requestId, version, settings: next }));
}

/** Wait until the back office has all of a gate's records; answers how many. */
export async function broughtHome(stage: Stage, opened: OpenedGate): Promise<number> {
  const { records } = await settled(stage, opened, (state) => state.records === state.heldUpTo);
  return records;
}

type State = Awaited<ReturnType<typeof stateOf>>;

function stateOf({ call }: OpenedGate) {
  return call(gate.state, {}).then(expectDone);
}

/** With the pauses between them, more than an hour. */
const MOST_LOOKS = 1_000;

async function settled(
  stage: Stage,
  opened: OpenedGate,
  isThere: (state: State) => boolean,
): Promise<State> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const state = await stateOf(opened);
    if (isThere(state)) return state;
    await stage.clock.sleep(pauseMs(look));
  }
  assert(false, `gate ${opened.gateId} and its back office do not find each other`);
}
