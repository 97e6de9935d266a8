/**
 * A gate behind a line that lies: the real service of gates on a database of its own, and somebody between it and the
 * back office who can hold back the time and give old lists again.
 */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { memoryJournal } from '@octavo/platform/journal-file.ts';
import { openDatabase } from '@octavo/platform/postgres.ts';
import { compose, type WorldPorts } from '@octavo/services/compose';
import type { Fetch } from '@octavo/services/endpoint';
import { readMigrations } from '@octavo/services/migrations';
import * as transit from '@octavo/services/transit';
import type { z } from 'zod';
import type { GateSite } from './cheat-gate.ts';
import { directoryOf, envelopeKeyOf, keysOf, type World } from './world.ts';

/** What the back office answers a gate that asks for the list. */
export type ListAnswer = z.output<typeof transit.list.answer>;

/** The line, and the site of the gates behind it. */
export type CrookedLine = {
  readonly site: GateSite;
  /** What is done to what passes. */
  readonly lies: {
    /** How far back the time is that gates are told. */
    behindMs: number;
    /** What gates get instead of the list; undefined lets it through. */
    list: ListAnswer | undefined;
  };
  /** The lists that came through, oldest first. */
  readonly lists: readonly ListAnswer[];
  /** What its gates told, oldest first. */
  readonly events: readonly TraceEvent[];
  close(): Promise<void>;
};

/** Open the line. It closes with the world at the latest. */
export async function openCrookedLine(world: World): Promise<CrookedLine> {
  const { clock, random, imageFolder } = world;
  const database = await openDatabase({ migrations: readMigrations(), imageFolder });
  const air = new Map<string, Channel>();
  const events: TraceEvent[] = [];
  const lists: ListAnswer[] = [];
  const lies: CrookedLine['lies'] = { behindMs: 0, list: undefined };
  const ports: WorldPorts = {
    ...portsOf(world),
    sql: database.sql,
    traceFor: (service) => (type, detail) =>
      void events.push({ type, service, atMs: clock.nowMs(), detail }),
    air: (name) => air.get(name),
    openJournal: async () => memoryJournal(),
  };
  const { fetch, run } = compose(['gate'], ports, { transit: lying(world.fetch, lies, lists) });
  const stop = new AbortController();
  const running = run(stop.signal);
  return {
    site: {
      fetch,
      clock,
      random,
      setAir: (name, channel) => {
        if (channel === undefined) air.delete(name);
        else air.set(name, channel);
      },
    },
    lies,
    lists,
    events,
    close: async () => {
      stop.abort();
      await running;
      await database.close();
    },
  };
}

function portsOf({
  keyring,
  clock,
  random,
}: World): Omit<WorldPorts, 'sql' | 'traceFor' | 'air' | 'openJournal'> {
  const nobody = async (): Promise<never> => {
    throw new Error('gates dial nobody');
  };
  return {
    clock,
    random,
    keys: keysOf(keyring, random),
    directory: directoryOf(keyring),
    operatorKey: keyring.operator.token,
    makerKey: new Uint8Array(65),
    envelopeKey: envelopeKeyOf(keyring),
    dial: { networkToIssuer: nobody, acquirerToNetwork: nobody, terminalToAcquirer: nobody },
    posAddress: '',
  };
}

/** The back office as it is, but for what the line does. */
function lying(fetch: Fetch, lies: CrookedLine['lies'], lists: ListAnswer[]): Fetch {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === transit.list.path && lies.list !== undefined) return Response.json(lies.list);
    const answer = await fetch(request);
    if (!answer.ok) return answer;
    if (pathname === transit.time.path) {
      const { nowMs } = transit.time.answer.parse(await answer.json());
      return Response.json({ nowMs: nowMs - lies.behindMs });
    }
    if (pathname !== transit.list.path) return answer;
    const list = transit.list.answer.parse(await answer.json());
    lists.push(list);
    return Response.json(list);
  };
}
