/**
 * The bench the gates are tested on: real elements and keys, SQL and journals in memory that outlive a life, a clock
 * that moves when told, and a back office played behind its contract, which checks every chain as the real one does.
 */
import { deepEqual, fail, ok } from 'node:assert/strict';
import type { Journal, Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused, refused } from '@octavo/domain/refusal.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { CHAIN_START, checkChain } from '@octavo/lib/transit/chain.ts';
import {
  changesBetween,
  deltaSignatureInput,
  encodeDelta,
  encodeSnapshot,
  listDigest,
  snapshotSignatureInput,
  sortedEntries,
} from '@octavo/lib/transit/deny-list.ts';
import {
  decodeTapRecord,
  recordHash,
  signedPart,
  type TapRecord,
} from '@octavo/lib/transit/tap-record.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { memoryElement, openElement } from '@octavo/platform/element.ts';
import { keepJournals, memoryJournal } from '@octavo/platform/journal-file.ts';
import { generateKeyring } from '@octavo/platform/keyring.ts';
import { bearElement } from '@octavo/platform/maker.ts';
import { personalise, WORKED_PROFILE } from '@octavo/platform/personalised.fixture.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import {
  generateP256,
  pointOf,
  signerOf,
  verifySignature,
} from '@octavo/platform/softkeys-p256.ts';
import { believingGate, freshId, namedClient } from '../asking.fixture.ts';
import { createGate, showKey } from '../caller.ts';
import { lentDatabase } from '../database.fixture.ts';
import { type Client, connectTo, createEdge, type Fetch } from '../endpoint.ts';
import * as transit from '../transit/contract.ts';
import * as contract from './contract.ts';
import { createGates, type GatePorts } from './service.ts';
import type { Settings } from './store.ts';

/** 22 November 2026, 16:30:01 in China. */
export const START_MS = Date.UTC(2026, 10, 22, 8, 30, 1);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** A token of the debit range, its account, and another of the same account. */
export const TOKEN = '9999590100000012';
export const SECOND_TOKEN = '9999590100000020';
export const REFERENCE = WORKED_PROFILE.accountReference;
/** A funding card, which some phone holds in a token's place. */
const PAN = '9999020000000010';

export const keyring = generateKeyring(systemRandom, START_MS);
export const keys = {
  gate: softKeysFor('gate', keyring, systemRandom),
  tokens: softKeysFor('tokens', keyring, systemRandom),
  transit: softKeysFor('transit', keyring, systemRandom),
};

export function openGateDatabase() {
  return lentDatabase('gate');
}

/** The answer, which must not be a refusal. */
export async function yes<Answer>(
  answer: Promise<Answer>,
): Promise<Exclude<Answer, { kind: 'refused' }>> {
  const value = await answer;
  if (isRefused(value)) fail(`refused: ${value.code} ${JSON.stringify(value.detail ?? {})}`);
  return value as Exclude<Answer, { kind: 'refused' }>;
}

/** The phones that a gate may find, by the field's name. Each answers without its holder. */
export async function openFields(): Promise<(name: string) => Channel | undefined> {
  const phone = async (serial: number, change: Partial<typeof WORKED_PROFILE> = {}) => {
    const storage = memoryElement(bearElement({ keyring, random: systemRandom, serial }));
    const clock = { nowMs: () => START_MS };
    const host = await openElement({ storage, clock, random: systemRandom });
    const profile = { ...WORKED_PROFILE, token: TOKEN, answersWithoutHolder: true, ...change };
    deepEqual(await personalise(host, keys.tokens, profile), { kind: 'accepted' });
    return host.airOf('transit');
  };
  const fields: Readonly<Record<string, Channel>> = {
    willing: await phone(1),
    /** Another token of the same account. */
    second: await phone(2, { token: SECOND_TOKEN }),
    /** Another account. */
    stranger: await phone(3, {
      token: '9999590100000038',
      accountReference: 'Q1Y2HJ4XDUWYA6PQ5NLJFVGU3EM00',
    }),
    /** Waits for its holder, and is no express card. */
    waiting: await phone(4, { answersWithoutHolder: false }),
    /** Holds a card's own number. */
    foreign: await phone(5, { token: PAN }),
    leaving: async () => {
      throw new FieldLost();
    },
    empty: async () => fromHex('6A82'),
  };
  return (name) => fields[name];
}

/** How the back office treats one call: does it, does it and loses the answer, or never gets it. */
export type Fate = 'done' | 'answer_lost' | 'lost';

/** The back office. It outlives the gates. */
export function playOffice(clock: { nowMs(): number }) {
  const signing = generateP256(systemRandom);
  const sign = signerOf(signing);
  const gates = new Map<
    string,
    { readonly publicKey: Uint8Array; readonly held: Map<number, Uint8Array> }
  >();
  const state = {
    isUp: true,
    /** The fates of the next calls; when there are none, calls are done. */
    fates: [] as Fate[],
    version: 1,
    entries: [] as Uint8Array[],
    before: [] as Uint8Array[],
    /** What a list answer is changed to on its way. */
    listOnTheWay: (bytes: Uint8Array): Uint8Array => bytes,
    calls: [] as string[],
    uploads: 0,
  };
  const edge = createEdge('transit', believingGate, manualClock(START_MS));
  edge.add(transit.enrolGate, async ({ gateId, publicKey, place }) => {
    if (!gates.has(gateId)) gates.set(gateId, { publicKey: fromHex(publicKey), held: new Map() });
    return { gateId, place, enrolledAtMs: clock.nowMs(), heldUpTo: 0, gaps: [], forged: 0 };
  });
  edge.add(transit.time, async () => ({ nowMs: clock.nowMs() }));
  edge.add(transit.list, async ({ have }) => {
    const entries = sortedEntries(state.entries);
    const { version } = state;
    const head = { epoch: 1, issuedAtMs: clock.nowMs(), digest: listDigest(entries) };
    const isNear = have?.epoch === 1 && have.version <= version && have.version >= version - 1;
    if (!isNear) {
      const body = { ...head, version, entries };
      const whole = encodeSnapshot({ ...body, signature: sign(snapshotSignatureInput(body)) });
      return { epoch: 1, version, snapshot: toHex(state.listOnTheWay(whole)) };
    }
    const from = sortedEntries(have.version === version ? state.entries : state.before);
    const body = { ...head, from: have.version, to: version, ...changesBetween(from, entries) };
    const delta = encodeDelta({ ...body, signature: sign(deltaSignatureInput(body)) });
    return { epoch: 1, version, delta: toHex(state.listOnTheWay(delta)) };
  });
  edge.add(transit.upload, async ({ gateId, records }) => {
    const gate = gates.get(gateId);
    if (gate === undefined) return refused('transit.gate_unknown');
    state.uploads += records.length > 0 ? 1 : 0;
    let [taken, known, forged] = [0, 0, 0];
    for (const bytes of records.map(fromHex)) {
      const { sequence } = decodeTapRecord(bytes);
      const there = gate.held.get(sequence);
      const isGood = verifySignature(gate.publicKey, signedPart(bytes), bytes.subarray(-64));
      if (!isGood) forged++;
      else if (there === undefined) taken += gate.held.set(sequence, bytes).size > 0 ? 1 : 0;
      else if (toHex(there) === toHex(bytes)) known++;
      else forged++;
    }
    let heldUpTo = 0;
    while (gate.held.has(heldUpTo + 1)) heldUpTo++;
    return { heldUpTo, missing: [], taken, known, forged };
  });
  const fetch: Fetch = async (request) => {
    state.calls.push(new URL(request.url).pathname);
    const fate = state.isUp ? (state.fates.shift() ?? 'done') : 'lost';
    const unavailable = Response.json({ code: 'unavailable' }, { status: 503 });
    if (fate === 'lost') return unavailable;
    const answer = await edge.fetch(request);
    return fate === 'answer_lost' ? unavailable : answer;
  };
  return {
    state,
    fetch,
    publicKey: pointOf(signing),
    /** Put names on the list, or take them off. */
    publish: (entries: readonly Uint8Array[]) => {
      state.before = state.entries;
      state.entries = [...entries];
      state.version++;
    },
    /** The records of a gate that it holds, in order, after looking whether their chain stands. */
    recordsOf: (gateId: string): readonly TapRecord[] => {
      const gate = gates.get(gateId);
      ok(gate !== undefined, 'the gate is enrolled');
      const sorted = [...gate.held].sort(([left], [right]) => left - right);
      const run = sorted.map(([, bytes]) => ({ bytes, isSigned: true }));
      deepEqual(checkChain(CHAIN_START, gateId, run).breaks, []);
      return run.map(({ bytes }) => decodeTapRecord(bytes));
    },
    heldCount: (gateId: string) => gates.get(gateId)?.held.size ?? 0,
    forget: (gateId: string) => gates.delete(gateId),
  };
}

export type PlayedOffice = ReturnType<typeof playOffice>;

export const ENTRANCE = {
  operator: 'duhui',
  station: 'xinjie',
  line: 'a',
  route: '',
  direction: 'in',
} as const;
export const EXIT = { ...ENTRANCE, direction: 'out' } as const;

/** What outlives the gates' service: disk, back office and clock. */
export function openSite(sql: Sql, air: GatePorts['air']) {
  const clock = manualClock(START_MS);
  const journals = new Map<string, Journal>();
  const keeper = keepJournals(async (gateId) => {
    const journal = journals.get(gateId) ?? memoryJournal();
    journals.set(gateId, journal);
    return journal;
  });
  return { sql, air, clock, journals, office: playOffice(clock), openJournal: keeper.open };
}

export type Site = ReturnType<typeof openSite>;

/** The ports of one life of the gates. */
export function portsOf(site: Site, events: TraceEvent[] = []): GatePorts {
  const { clock, sql, air, office, openJournal } = site;
  // A call's own clock would end its wait; the back office here answers at once or not at all.
  const patient = manualClock(START_MS);
  const nobody = { verify: async () => false };
  const bearers = createGate('gate', nobody, 'A1'.repeat(32), clock);
  return {
    clock,
    random: systemRandom,
    sql,
    trace: (type, detail) => {
      events.push({ type, service: 'gate', atMs: clock.nowMs(), detail });
    },
    gate: (request, body, allowed) =>
      (request.headers.has('authorization') ? bearers : believingGate)(request, body, allowed),
    keys: keys.gate,
    transit: namedClient(office.fetch, 'gate', patient),
    transitDesk: namedClient(office.fetch, 'operator', patient),
    directory: {
      verify: async (party, message, signature) =>
        party === 'transit' && verifySignature(office.publicKey, message, signature),
    },
    authorityKeys: () => keys.tokens.authorityKeys(),
    air,
    openJournal,
  };
}

/** One life of the gates at a site. */
export function openBench(site: Site, wrap: (ports: GatePorts) => GatePorts = (ports) => ports) {
  const events: TraceEvent[] = [];
  const stop = new AbortController();
  const service = createGates(wrap(portsOf(site, events)));
  const patient = manualClock(START_MS);
  return {
    site,
    service,
    events,
    /** Let the gates do their own errands. */
    run: () => {
      const running = service.run(stop.signal);
      return {
        stop: () => {
          stop.abort();
          return running;
        },
      };
    },
    anyone: namedClient(service.fetch, 'anyone', patient),
    operator: namedClient(service.fetch, 'operator', patient),
    /** Open a gate at a place. */
    open: async (
      place: (typeof contract.openGate)['body']['_input']['place'] = ENTRANCE,
      number = 1,
    ) => {
      const anyone = namedClient(service.fetch, 'anyone', patient);
      const { key, gate } = await yes(
        anyone(contract.openGate, { requestId: freshId(), place, number }),
      );
      return gateWith(connectTo(service.fetch, showKey('cashier', key), patient), key, gate.gateId);
    },
    gateWithKey: (key: string, gateId: string) =>
      gateWith(connectTo(service.fetch, showKey('cashier', key), patient), key, gateId),
  };
}

function gateWith(client: Client, key: string, gateId: string) {
  return {
    key,
    gateId,
    client,
    tap: (
      air = 'willing',
      change: { requestId?: string; direction?: 'in' | 'out' | 'none' } = {},
    ) => yes(client(contract.tap, { requestId: freshId(), air, ...change })),
    state: () => yes(client(contract.state, {})),
    taps: async () => (await yes(client(contract.taps, {}))).taps,
    set: async (change: Partial<Settings>) => {
      const { version, settings } = await yes(client(contract.settings, {}));
      const next = { requestId: freshId(), version, settings: { ...settings, ...change } };
      return yes(client(contract.changeSettings, next));
    },
  };
}

export type Bench = ReturnType<typeof openBench>;

/** Every record of a gate's journal. */
export async function journalOf(site: Site, gateId: string): Promise<readonly TapRecord[]> {
  const journal = site.journals.get(gateId);
  ok(journal !== undefined, 'the gate has a journal');
  const entries = await journal.read(0, journal.count());
  const run = entries.map((bytes) => ({ bytes, isSigned: true }));
  const { breaks, end } = checkChain(CHAIN_START, gateId, run);
  deepEqual(breaks, []);
  const last = entries.at(-1);
  if (last !== undefined) deepEqual(end.hash, recordHash(last));
  return entries.map(decodeTapRecord);
}
