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
import { createEdge } from '../endpoint.ts';
import * as contract from './contract.ts';
import type { TransitPorts } from './ports.ts';
import { createTransit } from './service.ts';

/** 2 March 2026, 08:00 in China. */
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

/** A token, the account behind it, and whether the card itself gives its account reference to gates. */
export type Card = {
  readonly token: string;
  readonly reference: string;
  readonly showsReference: boolean;
  readonly form: 'card' | 'phone';
};

const REFERENCE_TAIL = '000000000000000000000000';

/** A card by its number; cards of one letter are of one account. */
export function cardOf(
  number: number,
  letter: string,
  showsReference = true,
  form: Card['form'] = 'phone',
): Card {
  const token = `999${String(number).padStart(13, '0')}`;
  return { token, reference: `OCTV${letter}${REFERENCE_TAIL}`, showsReference, form };
}

/** What the played bank says to a charge: an approval, a DE39, or that it is not known or was taken back. */
export type BankWord = 'approved' | 'unknown' | 'undone' | `${number}${number}`;

/** The acquirer and all behind it, played. */
export type PlayedAcquirer = {
  readonly cards: Map<string, Card>;
  /** Refused verdicts by token; others are good. */
  readonly refusedTokens: Map<string, RefusalCode>;
  bank: (token: string, amountMinor: number) => BankWord;
  /** Whether the acquirer answers at all. */
  isUp: boolean;
  readonly advised: { readonly requestId: string; readonly token: string }[];
  readonly charges: {
    readonly requestId: string;
    readonly token: string;
    readonly amountMinor: number;
    readonly advice: string;
    readonly state: 'approved' | 'declined' | 'unknown' | 'undone';
    readonly retrievalReference: string;
    readonly atMs: number;
    readonly terminalId: string;
  }[];
};

export function playAcquirer(): PlayedAcquirer {
  return {
    cards: new Map(),
    refusedTokens: new Map(),
    bank: () => 'approved',
    isUp: true,
    advised: [],
    charges: [],
  };
}

function acquirerEdge(played: PlayedAcquirer, clock: ManualClock) {
  const edge = createEdge('acquirer', believingGate, clock);
  edge.add(acquirer.enrolTransit, async ({ merchant }) => ({
    terminalId: `0000${merchant.category}`,
    merchantId: `00000000000${merchant.category}`,
  }));
  edge.add(acquirer.transitAdvise, async ({ taps }) => ({
    taps: taps.map(({ requestId, token }) => {
      const known = played.advised.findIndex((one) => one.requestId === requestId);
      const place = known === -1 ? played.advised.push({ requestId, token }) - 1 : known;
      const retrievalReference = String(place + 1).padStart(12, '1');
      const code = played.refusedTokens.get(token);
      if (code !== undefined) {
        return {
          requestId,
          state: 'declined' as const,
          responseCode: '05',
          code,
          retrievalReference,
        };
      }
      return {
        requestId,
        state: 'approved' as const,
        responseCode: '00',
        retrievalReference,
        accountReference: played.cards.get(token)?.reference ?? '',
        advice: `0220${String(place + 1).padStart(38, '0')}`,
      };
    }),
  }));
  edge.add(acquirer.transitCharge, async (body) => {
    const { requestId, token, amountMinor, advice, terminalId } = body;
    const known = played.charges.findIndex((one) => one.requestId === requestId);
    const before = played.charges[known];
    const isOpen = before === undefined || before.state === 'unknown';
    const taken = played.charges.some((one) => one.advice === advice && one.state === 'approved');
    const word = taken && isOpen ? '21' : isOpen ? played.bank(token, amountMinor) : before.state;
    const state = stateOf(word);
    const retrievalReference = String((known === -1 ? played.charges.length : known) + 1).padStart(
      12,
      '2',
    );
    const atMs = before?.atMs ?? clock.nowMs();
    const row = {
      requestId,
      token,
      amountMinor,
      advice,
      state,
      retrievalReference,
      atMs,
      terminalId,
    };
    if (known === -1) played.charges.push(row);
    else if (isOpen) played.charges[known] = row;
    if (state === 'unknown' || state === 'undone') return { state };
    return { state, responseCode: state === 'declined' ? word : '00', retrievalReference };
  });
  edge.add(acquirer.transitPayments, async ({ after }) => ({
    payments: (after === undefined ? played.charges : []).map((one) => ({
      requestId: one.requestId,
      terminalId: one.terminalId,
      retrievalReference: one.retrievalReference,
      atMs: one.atMs,
      tokenLastFour: one.token.slice(-4),
      amountMinor: one.amountMinor,
      currency: '156',
      state: one.state,
    })),
  }));
  return edge;
}

function stateOf(word: string): 'approved' | 'declined' | 'unknown' | 'undone' {
  return word === 'approved' || word === 'unknown' || word === 'undone' ? word : 'declined';
}

/** The keys of one world's gates and back office. */
export const fleet = generateFleet(systemRandom);
const gateKeys = softKeysFor('gate', fleet, systemRandom);

export type Bench = ReturnType<typeof openBench>;

/** A back office on a database. With the clock and acquirer of another bench it is that one's next life. */
export function openBench(
  sql: Sql,
  played = playAcquirer(),
  clock = manualClock(START_MS),
  wrap: (ports: TransitPorts) => TransitPorts = (ports) => ports,
) {
  const events: TraceEvent[] = [];
  const edge = acquirerEdge(played, clock);
  const toAcquirer = (party: 'transit' | 'operator') =>
    namedClient(
      async (request) =>
        played.isUp ? edge.fetch(request) : Response.json({ code: 'unavailable' }, { status: 503 }),
      party,
      clock,
    );
  const service = createTransit(
    wrap({
      clock,
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
  void service.run(stop.signal);
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
    stop: () => stop.abort(),
    /** Let the back office's own work come to rest. */
    rest: async () => {
      for (let turn = 0; turn < 12; turn++) await settle(clock);
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

/** Six seconds pass, and whatever they woke is done. */
async function settle(clock: ManualClock): Promise<void> {
  await clock.advance(6_000);
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A gate that chains and signs what it sees. */
export type PlayedGate = {
  readonly gateId: string;
  /** Every record so far, as hexadecimal. */
  readonly records: string[];
  tap(card: Card, at: { readonly kind?: TapKind; readonly atMs: number }): Promise<string>;
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
    tap: async (card, { kind, atMs }) => {
      const way = direction === 'in' ? 'entry' : direction === 'out' ? 'exit' : 'single';
      const body = await bodyOf(card, {
        gateId,
        sequence: records.length + 1,
        kind: kind ?? way,
        atMs,
        station,
        direction,
        previous,
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
};

async function bodyOf(card: Card, facts: Facts): Promise<TapRecordBody> {
  const { gateId, sequence, kind, atMs, station, direction, previous } = facts;
  const track = encodeTrack2({
    pan: card.token,
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
    ],
    sealedToken: await gateKeys.sealCredential(gateId, sequence, track),
    authentication: 'verified',
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
