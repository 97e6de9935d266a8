/**
 * The same day once more, in disorder: a back office that knows nothing yet gets the very records of the first one
 * shuffled, twice, and some of them only after the day was closed. The acquirer is the first one's and repeats its
 * verdicts; charges are only written down, to be held beside those that it has.
 */
import type { Clock } from '@octavo/domain/ports.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTapRecord } from '@octavo/lib/transit/tap-record.ts';
import { openDatabase } from '@octavo/platform/postgres.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import * as acquirer from '@octavo/services/acquirer';
import { showKey, signAs } from '@octavo/services/caller';
import { compose } from '@octavo/services/compose';
import { type Client, connectTo, type Fetch } from '@octavo/services/endpoint';
import { readMigrations } from '@octavo/services/migrations';
import * as transit from '@octavo/services/transit';
import { expectDone, newId } from '../phone.ts';
import type { World } from '../world.ts';
import { directoryOf, envelopeKeyOf, keysOf } from '../world.ts';
import type { WrittenRecord } from './day.ts';
import { heardInTime, pauseMs } from './looks.ts';

/** What came of a replay. */
export type Replayed = {
  readonly records: number;
  /** Of the day as it was rated in the end. */
  readonly digest: string;
  /** Whether every token was charged what the acquirer has of it. */
  readonly areChargesTheSame: boolean;
  /** What was charged, and what waits for the next charge: corrections of a day that was closed too early. */
  readonly salesMinor: number;
  readonly unbilledMinor: number;
};

/** When the late ones come: before the day is closed, or when it has been. */
export type LateUntil = 'before closing' | 'after closing';

/** What a replay is made from. */
export type ReplayOf = {
  readonly world: World;
  readonly clock: Clock;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly seed: number;
  readonly records: readonly WrittenRecord[];
  readonly imageFolder: string;
};

/** One in so many records is late. */
const LATE = 5;

/** Replay a day into a back office of its own. */
export async function replayDay(of: ReplayOf, late: LateUntil): Promise<Replayed> {
  const { world, clock, day, seed, records, imageFolder } = of;
  const database = await openDatabase({ migrations: readMigrations(), imageFolder });
  const stop = new AbortController();
  const charged = new Map<string, number>();
  const composed = compose(['transit'], portsOf(world, database.sql), {
    acquirer: writingDown(world.fetch, charged),
  });
  const running = composed.run(stop.signal);
  try {
    const { fetch } = composed;
    const operator = connectTo(fetch, showKey('operator', world.keyring.operator.token), clock);
    const keys = softKeysFor('gate', world.keyring, world.random);
    const gates = connectTo(fetch, signAs('gate', 'transit', keys, clock, world.random), clock);
    await enrolAll(world, operator, records);
    const shuffled = inDisorder([...records, ...records], seed);
    const isLate = (one: WrittenRecord): boolean => lateness(one.record) % LATE === 0;
    await bring(
      gates,
      shuffled.filter((one) => !isLate(one)),
    );
    if (late === 'after closing') await closed(operator, clock, day);
    await bring(gates, shuffled.filter(isLate));
    const { digest } = await closed(operator, clock, day);
    const { books } = expectDone(await operator(transit.reconciliation, {}));
    const { salesMinor, unbilledMinor } = books;
    const areChargesTheSame = await areSame(world, charged);
    return { records: shuffled.length, digest, areChargesTheSame, salesMinor, unbilledMinor };
  } finally {
    stop.abort();
    await running;
    await database.close();
  }
}

function portsOf(
  world: World,
  sql: Parameters<typeof compose>[1]['sql'],
): Parameters<typeof compose>[1] {
  const { keyring, clock, random } = world;
  const nobody = async (): Promise<never> => {
    throw new Error('a back office dials nobody');
  };
  return {
    clock,
    random,
    sql,
    traceFor: () => () => {},
    keys: keysOf(keyring, random),
    directory: directoryOf(keyring),
    operatorKey: keyring.operator.token,
    makerKey: new Uint8Array(65),
    envelopeKey: envelopeKeyOf(keyring),
    dial: { networkToIssuer: nobody, acquirerToNetwork: nobody, terminalToAcquirer: nobody },
    posAddress: '',
    air: () => undefined,
    openJournal: nobody,
  };
}

/** The acquirer as it is, but for charges: they are written down by token, and said to be approved. */
function writingDown(fetch: Fetch, charged: Map<string, number>): Fetch {
  return async (request) => {
    if (new URL(request.url).pathname !== acquirer.transitCharge.path) return fetch(request);
    const { token, amountMinor } = acquirer.transitCharge.body.parse(await request.json());
    const lastFour = token.slice(-4);
    charged.set(lastFour, (charged.get(lastFour) ?? 0) + amountMinor);
    return Response.json({
      state: 'approved',
      responseCode: '00',
      retrievalReference: String(charged.size).padStart(12, '0'),
    });
  };
}

async function enrolAll(
  world: World,
  operator: Client,
  records: readonly WrittenRecord[],
): Promise<void> {
  const keys = softKeysFor('gate', world.keyring, world.random);
  const places = new Map(records.map(({ gateId, record }) => [gateId, record]));
  for (const [gateId, record] of places) {
    const {
      operator: run,
      station,
      line,
      route,
      direction,
    } = decodeTapRecord(fromHex(record)).place;
    expectDone(
      await operator(transit.enrolGate, {
        requestId: newId(world.random),
        gateId,
        publicKey: toHex(await keys.publicKey(gateId)),
        place: { operator: run, station, line, route, direction },
      }),
    );
  }
}

/** Bring records in the order in which they stand, as many together as belong to one gate in a row of a few thousand. */
async function bring(gates: Client, records: readonly WrittenRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += IN_A_ROW) {
    const byGate = Map.groupBy(records.slice(at, at + IN_A_ROW), ({ gateId }) => gateId);
    for (const [gateId, some] of byGate) {
      for (let from = 0; from < some.length; from += transit.MOST_RECORDS) {
        const part = some.slice(from, from + transit.MOST_RECORDS).map(({ record }) => record);
        expectDone(await gates(transit.upload, { gateId, records: part }));
      }
    }
  }
}

const IN_A_ROW = 4_000;

/** Close the day once every tap that was brought has its verdict, and wait for the charges. */
async function closed(operator: Client, clock: Clock, day: string): Promise<{ digest: string }> {
  for (let look = 0; ; look++) {
    const { taps } = expectDone(await operator(transit.reconciliation, {}));
    if (taps.waiting === 0) {
      const closing = heardInTime(await operator(transit.closeDay, { day }));
      if (closing?.waiting === 0) return closing;
    }
    await clock.sleep(pauseMs(look));
  }
}

/** Whether each token was charged what the acquirer has of it. */
async function areSame(world: World, charged: ReadonlyMap<string, number>): Promise<boolean> {
  const kept = new Map<string, number>();
  let after: { atMs: number; requestId: string } | undefined;
  for (;;) {
    const body = after === undefined ? {} : { after };
    const { payments } = expectDone(await world.operator(acquirer.transitPayments, body));
    for (const { tokenLastFour, amountMinor, state } of payments) {
      if (state !== 'approved') continue;
      kept.set(tokenLastFour, (kept.get(tokenLastFour) ?? 0) + amountMinor);
    }
    const last = payments.at(-1);
    if (last === undefined) break;
    after = { atMs: last.atMs, requestId: last.requestId };
  }
  return kept.size === charged.size && [...kept].every(([key, sum]) => charged.get(key) === sum);
}

/** A number that follows from a record alone, so that both its copies come late or neither. */
function lateness(record: string): number {
  return Number.parseInt(record.slice(-8), 16);
}

/** A shuffle that follows from a seed. */
function inDisorder<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const shuffled = [...items];
  let state = (seed % 2_147_483_646) + 1;
  for (let at = shuffled.length - 1; at > 0; at--) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other] as Item, shuffled[at] as Item];
  }
  return shuffled;
}
