/**
 * The bench the back office is tested on: real keys and SQL, a clock that moves when told, gates that chain and sign
 * their records, and an acquirer played behind its contract, which remembers by request id as the real one does.
 */
import { equal, fail, ok } from 'node:assert/strict';
import type { Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused, type RefusalCode } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { demoCity } from '@octavo/domain/transit/city.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { encodeTrack2 } from '@octavo/lib/emv/track2.ts';
import type { Tlv } from '@octavo/lib/tlv/tlv.ts';
import { decodeSnapshot } from '@octavo/lib/transit/deny-list.ts';
import {
  encodeTapRecord,
  encodeTapRecordBody,
  NO_RECORD,
  recordHash,
  type TapKind,
  type TapRecordBody,
} from '@octavo/lib/transit/tap-record.ts';
import { type ManualClock, manualClock } from '@octavo/platform/clock.ts';
import { generateFleet } from '@octavo/platform/keyring.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import * as acquirer from '../acquirer/contract.ts';
import { believingGate, freshId, namedClient } from '../asking.fixture.ts';
import { until } from '../until.fixture.ts';
import * as contract from './contract.ts';
import { acquirerEdge, type Card, playAcquirer } from './played.test.ts';
import type { TransitPorts } from './ports.ts';
import { createTransit } from './service.ts';

/** 2 March 2026, 08:00 in China: when people ride. A bench opens twelve hours later. */
export const START_MS = Date.parse('2026-03-02T00:00:00Z');
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** The answer, which must not be a refusal. */
export async function yes<Answer>(
  answer: Promise<Answer>,
): Promise<Exclude<Answer, { kind: 'refused' }>> {
  const value = await answer;
  if (isRefused(value)) fail(`refused: ${value.code} ${JSON.stringify(value.detail ?? {})}`);
  return value as Exclude<Answer, { kind: 'refused' }>;
}

/** The answer must be this refusal. */
export async function no(answer: Promise<unknown>, code: RefusalCode): Promise<void> {
  const value = await answer;
  ok(isRefused(value), `not refused: ${JSON.stringify(value)}`);
  equal(value.code, code);
}

/** The keys of one world's gates and back office. */
export const fleet = generateFleet(systemRandom);
const gateKeys = softKeysFor('gate', fleet, systemRandom);

export type Bench = ReturnType<typeof openBench>;

/** A back office on a database. With the clock and acquirer of another bench it is that one's next life. */
export function openBench(
  sql: Sql,
  played = playAcquirer(),
  clock = manualClock(START_MS + 12 * HOUR_MS),
  wrap: (ports: TransitPorts) => TransitPorts = (ports) => ports,
) {
  const events: TraceEvent[] = [];
  const edge = acquirerEdge(played, clock);
  const toAcquirer = (party: 'transit' | 'operator') =>
    namedClient(
      async (request) => {
        if (!played.isUp) return Response.json({ code: 'unavailable' }, { status: 503 });
        const answer = await edge.fetch(request);
        const isAgain =
          played.isCharged === 'twice' && request.url.endsWith(acquirer.transitCharge.path);
        return isAgain ? Response.json({ code: 'request.stale' }, { status: 401 }) : answer;
      },
      party,
      clock,
    );
  let asleep = 0;
  const sleep: ManualClock['sleep'] = async (durationMs, signal) => {
    asleep++;
    await clock.sleep(durationMs, signal);
    asleep--;
  };
  const service = createTransit(
    wrap({
      clock: { nowMs: clock.nowMs, sleep },
      random: systemRandom,
      sql,
      trace: (type, detail) =>
        events.push({ type, service: 'transit', atMs: clock.nowMs(), detail }),
      keys: softKeysFor('transit', fleet, systemRandom),
      gate: believingGate,
      acquirer: toAcquirer('transit'),
      acquirerDesk: toAcquirer('operator'),
      city: demoCity,
      policy: demoPolicy,
    }),
  );
  const stop = new AbortController();
  const running = service.run(stop.signal);
  const asGate = namedClient(service.fetch, 'gate', clock);
  const asWallet = namedClient(service.fetch, 'wallet', clock);
  const asOperator = namedClient(service.fetch, 'operator', clock);
  return {
    clock,
    played,
    events,
    service,
    asGate,
    asWallet,
    asOperator,
    /** End its own work; what is under way comes to its end first. */
    stop: async () => {
      stop.abort();
      await running;
    },
    /** Let the back office's own work come to rest, or to its end where it may die. */
    rest: async (isOver: () => boolean = () => false) => {
      for (let turn = 0; turn < 3; turn++) {
        await clock.advance(6_000);
        await until(() => asleep > 0 || isOver());
      }
    },
    upload: async (gateId: string, records: readonly string[]) =>
      await yes(asGate(contract.upload, { gateId, records: [...records] })),
    riderOf: async (card: Card, month = '2026-03') =>
      await yes(asWallet(contract.rider, { accountReference: card.reference, month })),
    payNow: (card: Card, requestId = freshId()) =>
      asWallet(contract.payNow, { requestId, accountReference: card.reference }),
    close: async (day: string) => await yes(asOperator(contract.closeDay, { day })),
    books: async () => await yes(asOperator(contract.reconciliation, {})),
  };
}

/** How a tap is: its time, and what is odd about it. */
export type TapAsk = {
  readonly kind?: TapKind;
  readonly atMs: number;
  /** Another card whose token is sealed in. */
  readonly sealedFor?: Card;
  /** Whether the card proved itself; it did unless this says no. */
  readonly isProved?: boolean;
  /** Data objects in place of those that a tap has. */
  readonly odd?: readonly Tlv[];
};

/** A gate that chains and signs what it sees. */
export type PlayedGate = {
  readonly gateId: string;
  /** Every record so far, as hexadecimal. */
  readonly records: string[];
  tap(card: Card, at: TapAsk): Promise<string>;
};

/** A gate of Duhui Metro at a station, or of the bus. */
export function playGate(
  gateId: string,
  station: string,
  direction: 'in' | 'out' | 'none',
): PlayedGate {
  const records: string[] = [];
  let previous = NO_RECORD;
  return {
    gateId,
    records,
    tap: async (card, { kind, atMs, sealedFor, isProved = true, odd = [] }) => {
      const way = direction === 'in' ? 'entry' : direction === 'out' ? 'exit' : 'single';
      const body = await bodyOf(card, {
        gateId,
        sequence: records.length + 1,
        kind: kind ?? way,
        atMs,
        station,
        direction,
        previous,
        sealed: sealedFor ?? card,
        isProved,
        odd,
      });
      const signature = await gateKeys.signRecord(gateId, encodeTapRecordBody(body));
      const record = encodeTapRecord({ ...body, signature });
      previous = recordHash(record);
      const hex = toHex(record);
      records.push(hex);
      return hex;
    },
  };
}

type Facts = {
  readonly gateId: string;
  readonly sequence: number;
  readonly kind: TapKind;
  readonly atMs: number;
  readonly station: string;
  readonly direction: 'in' | 'out' | 'none';
  readonly previous: Uint8Array;
  readonly sealed: Card;
  readonly isProved: boolean;
  readonly odd: readonly Tlv[];
};

async function bodyOf(card: Card, facts: Facts): Promise<TapRecordBody> {
  const { gateId, sequence, kind, atMs, station, direction, previous, sealed, isProved, odd } =
    facts;
  const track = encodeTrack2({
    pan: sealed.token,
    expiry: '3012',
    serviceCode: '201',
    discretionary: '0000000000000',
  });
  const isBus = direction === 'none';
  const isRefused = kind === 'refused';
  return {
    gateId,
    sequence,
    kind,
    deviceTimeMs: atMs,
    offsetMs: 0,
    uncertaintyMs: 50,
    place: {
      operator: isBus ? 'gongjiao' : 'duhui',
      station: isBus ? '' : station,
      line: isBus ? '' : '1',
      vehicle: '',
      trip: '',
      route: isBus ? '12' : '',
      stopId: '',
      direction,
    },
    credential: {
      hash: await gateKeys.denyEntry('DENY1', card.token),
      epoch: await gateKeys.denyEpoch(),
    },
    accountReference: card.showsReference ? card.reference : undefined,
    form: card.form,
    tags: [
      { tag: '9F26', value: fromHex('1122334455667788') },
      { tag: '9F02', value: fromHex('000000000000') },
      { tag: '5F2A', value: fromHex('0156') },
      { tag: '9A', value: fromHex(localTime(atMs).dateWithYear) },
      { tag: '5F34', value: fromHex('01') },
    ]
      .filter(({ tag }) => !odd.some((one) => one.tag === tag))
      .concat(odd),
    sealedToken: await gateKeys.sealCredential(gateId, sequence, track),
    authentication: isProved ? 'verified' : 'not_done',
    decision: isRefused ? 'refuse' : 'allow',
    reason: isRefused ? 'gate.on_deny_list' : '',
    list: { epoch: 1, version: 1 },
    tariffVersion: 1,
    previous,
  };
}

/** Enrol a gate and make it known. */
export async function enrol(bench: Bench, gate: PlayedGate): Promise<void> {
  await yes(
    bench.asOperator(contract.enrolGate, {
      requestId: freshId(),
      gateId: gate.gateId,
      publicKey: toHex(await gateKeys.publicKey(gate.gateId)),
      place: { operator: 'duhui', station: '', line: '1', route: '', direction: 'in' },
    }),
  );
}

/** Gates of a small city: in at Shanqian, out at Taolin (2.45 km, 3.00) and at Haitang (31.05 km, 6.00), and a bus. */
export async function openCityGates(bench: Bench) {
  const gates = {
    shanqianIn: playGate('GATE0001', 'shanqian', 'in'),
    taolinOut: playGate('GATE0002', 'taolin', 'out'),
    haitangOut: playGate('GATE0003', 'haitang', 'out'),
    bus: playGate('BUS00001', '', 'none'),
  };
  for (const gate of Object.values(gates)) await enrol(bench, gate);
  return gates;
}

/** Records of several gates go up, each gate's own. */
export async function uploadAll(bench: Bench, gates: readonly PlayedGate[]): Promise<void> {
  for (const { gateId, records } of gates) await bench.upload(gateId, records);
  await bench.rest();
}

/** One ride on the first day, and the night after it. */
export async function ridden(bench: Bench, rider: Card) {
  const gates = await openCityGates(bench);
  bench.played.cards.set(rider.token, rider);
  await gates.shanqianIn.tap(rider, { atMs: START_MS });
  await gates.haitangOut.tap(rider, { atMs: START_MS + HOUR_MS });
  await uploadAll(bench, [gates.shanqianIn, gates.haitangOut]);
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  return gates;
}

/** How many lines the list has that gates get. */
export async function listed(bench: Bench): Promise<number> {
  const { snapshot = '' } = await yes(bench.asGate(contract.list, { gateId: 'GATE0001' }));
  return decodeSnapshot(fromHex(snapshot)).entries.length / 12;
}
