/** The two stages a story can be played on: a new world in this process, or one that runs elsewhere. */
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import { movableClock, settableClock, systemClock } from '@octavo/platform/clock.ts';
import { fetchFrom } from '@octavo/platform/http.ts';
import { KNOWN_CARD_MASTER } from '@octavo/platform/keyring.ts';
import { dialTcp } from '@octavo/platform/link.ts';
import { conceiveElement } from '@octavo/platform/maker.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { showKey } from '@octavo/services/caller';
import { connectTo } from '@octavo/services/endpoint';
import { moveClock } from './lever-contract.ts';
import { readEvents } from './lever-events.ts';
import { signElement, worldFacts } from './operator.ts';
import { expectDone } from './phone.ts';
import { layElsewhere } from './remote-field.ts';
import { worldRefused } from './remote-world.ts';
import { keptSims } from './sims.ts';
import type { SequencedEvent, Stage } from './stage.ts';
import { openTill } from './till.ts';
import { openWorld, type World } from './world.ts';
import { stageOf } from './world-stage.ts';

/** What a new world in memory is opened with. */
type LocalOptions = {
  readonly knownKeys: boolean;
  readonly startMs: number;
  readonly imageFolder: string;
};

/** Open a new world in memory and make a stage of it. */
export async function openLocalStage(options: LocalOptions): Promise<Stage> {
  const { stage } = await openLocalWorld(options);
  return stage;
}

/** Open a new world in memory, for those who cheat from the inside too; closing the stage closes it. */
export async function openLocalWorld(
  options: LocalOptions,
): Promise<{ readonly world: World; readonly stage: Stage }> {
  const clock = settableClock(options.startMs);
  const world = await openWorld({
    clock,
    random: systemRandom,
    knownKeys: options.knownKeys,
    imageFolder: options.imageFolder,
  });
  const advanceClock = (byMs: number) => clock.advance(byMs);
  return { world, stage: { ...stageOf(world), advanceClock } };
}

/**
 * Play against a world that runs elsewhere. Phone, element and terminal are here; only the terminal's own
 * service needs a database, and it gets one in memory. Rejects with `WorldRefused`.
 */
export async function openRemoteStage(
  url: string,
  operatorKey: string,
  imageFolder: string,
  simFile: string,
): Promise<Stage> {
  const clock = movableClock(systemClock());
  const random = systemRandom;
  const fetch = fetchFrom(url);
  const remote = connectTo(fetch, showKey('operator', operatorKey), clock);
  const facts = await remote(worldFacts, {});
  if (isRefused(facts)) throw worldRefused(url, facts.code);
  // That world's operator may have moved its clock on.
  clock.moveOn(Math.max(0, facts.nowMs - clock.nowMs()));
  const [host = '', port = ''] = facts.posAddress.split(':');
  const dialAcquirer = dialTcp({ host, port: Number(port), dialect: 'pos' });
  const till = await openTill({ clock, random, imageFolder, operatorKey, fetch, dialAcquirer });
  const tokenServiceKey = fromHex(facts.tokenServiceKey);
  return {
    clock,
    random,
    fetch,
    operator: (endpoint, body) =>
      endpoint.path.startsWith('/terminal/') ? till.call(endpoint, body) : remote(endpoint, body),
    dialAcquirer,
    sims: keptSims(simFile, facts.tokenServiceKey),
    bearElement: async () => {
      const unborn = conceiveElement({ tokenServiceKey, random, serial: toUint(random(4)) });
      const { signature } = expectDone(await remote(signElement, { toSign: toHex(unborn.toSign) }));
      return unborn.bear(fromHex(signature));
    },
    setAir: till.setAir,
    layAtGate: (name, channel) => layElsewhere(remote, name, channel),
    eventsAfter: mergedEvents(till.events, async (afterSequence) => {
      return expectDone(await remote(readEvents, { afterSequence })).events;
    }),
    moveClock: async (byMs) => {
      const moved = expectDone(await remote(moveClock, { byMs }));
      clock.moveOn(Math.max(0, moved.nowMs - clock.nowMs()));
    },
    close: till.close,
  };
}

/** The published card master keys of a world with known keys, hexadecimal. */
export function publishedMasterKeys(): { ac: string; mac: string; enc: string } {
  return KNOWN_CARD_MASTER;
}

/** Events of two places in one order: each place is asked from where it left off. */
function mergedEvents(
  near: World['events'],
  far: (afterSequence: number) => Promise<readonly SequencedEvent[]>,
): Stage['eventsAfter'] {
  let nearAfter = 0;
  let farAfter: number | undefined;
  return async (afterSequence) => {
    const told = await far(farAfter ?? 0);
    // What the world told before this story began is not ours.
    const fresh = farAfter === undefined ? [] : told;
    farAfter = told.at(-1)?.sequence ?? farAfter ?? 0;
    const own = near.events(nearAfter);
    nearAfter = own.at(-1)?.sequence ?? nearAfter;
    const events = [...own, ...fresh].sort((left, right) => left.event.atMs - right.event.atMs);
    return events.map(({ event }, index) => ({ sequence: afterSequence + index + 1, event }));
  };
}
