/**
 * The bench the acquirer is tested on: a played terminal and a played network at the ends of links, a clock that moves
 * when told, and a power switch that stops the acquirer at any port call.
 */

import { ok } from 'node:assert/strict';
import type { MessageFields } from '@octavo/domain/message.ts';
import { type Link, LinkDown, type Sql, type TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { answerHeader } from '@octavo/lib/iso8583/header.ts';
import { isCupsMacRight, isPosMacRight, sealCups, sealPos } from '@octavo/lib/iso8583/mac.ts';
import { type CupsMessage, cups, type PosMessage, pos } from '@octavo/lib/iso8583/unionpay.ts';
import { encodeAccountReference } from '@octavo/lib/iso8583/usage.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { generateKeyring } from '@octavo/platform/keyring.ts';
import { memoryLink } from '@octavo/platform/link.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { believingGate, freshId, namedClient } from '../asking.fixture.ts';
import { lentDatabase } from '../database.fixture.ts';
import { until } from '../until.fixture.ts';
import * as contract from './contract.ts';
import { type AcquirerPorts, createAcquirer } from './service.ts';

/** 22 November 2026, 16:30:01 local time, as the worked message of the ISO 8583 sheet, section 14. */
export const START_MS = Date.UTC(2026, 10, 22, 8, 30, 1);

/** A token, in the place of the worked one of the ISO 8583 sheet, section 14, which is in nobody's range. */
export const TOKEN = '9999590100000012';

const keyring = generateKeyring(systemRandom);
const keys = {
  acquirer: softKeysFor('acquirer', keyring, systemRandom),
  network: softKeysFor('network', keyring, systemRandom),
  terminal: softKeysFor('terminal', keyring, systemRandom),
};

export const merchant = { name: 'DEMO SHOP', city: 'BEIJING', category: '5411' };

export function openAcquirerDatabase() {
  return lentDatabase('acquirer');
}

/** What the played network does with a message; what it returns is sent back, sealed. */
export type Habit = (message: CupsMessage) => CupsMessage | Uint8Array | undefined;

/** The account reference of a good advice's answer. */
export const ACCOUNT_REFERENCE = '9999ABCDEFGHIJKLMNOPQRSTUVWXY';

export const approve: Habit = (message) => {
  if (message.mti === '0200') {
    const isTap = message.fields[55] !== undefined;
    const chipAnswer: MessageFields = isTap ? { 55: '910A01020304050607083030' } : {};
    return answer(message, '0210', { 15: '1122', 38: '123456', 39: '00', ...chipAnswer });
  }
  const reference = encodeAccountReference(ACCOUNT_REFERENCE);
  return isAdvice(message)
    ? answer(message, '0230', { 15: '1122', 39: '00', 56: reference })
    : answer(message, '0430', { 15: '1122', 39: '00' });
};

export const decline =
  (code: string): Habit =>
  (message) => {
    if (message.mti === '0200') return answer(message, '0210', { 15: '1122', 39: code });
    return isAdvice(message) ? answer(message, '0230', { 15: '1122', 39: code }) : approve(message);
  };

/** Purchases and advices get no answer, reversals do. */
export const silent: Habit = (message) =>
  message.mti === '0200' || isAdvice(message) ? undefined : approve(message);

function isAdvice({ mti }: CupsMessage): boolean {
  return mti === '0220' || mti === '0221';
}

/** The answer to a message: what it repeats, and what it says. */
export function answer(asked: CupsMessage, mti: string, values: MessageFields): CupsMessage {
  const repeated = [2, 3, 4, 7, 11, 12, 13, 25, 32, 33, 37, 41, 42, 49, 70, 100];
  const fields: Record<string, string> = {};
  for (const number of repeated) {
    const value = asked.fields[number];
    if (value !== undefined) fields[number] = value;
  }
  return { header: answerHeader(asked.header), mti, fields: { ...fields, ...values } };
}

/** The network's end of the acquirer's line. It outlives the acquirer. */
export function playNetwork() {
  const mac = (input: Uint8Array) => keys.network.messageMac('acquirer', input);
  const state = { habit: approve as Habit, isListening: true, signsOn: true };
  const seen: CupsMessage[] = [];
  let link: Link | undefined;
  const send = async (message: CupsMessage | Uint8Array) => {
    try {
      await link?.send(message instanceof Uint8Array ? message : await sealCups(message, mac));
    } catch (error) {
      ok(error instanceof LinkDown);
    }
  };
  const serve = async (end: Link) => {
    for await (const frame of end.frames) {
      const message = cups.decode(frame);
      ok(await isCupsMacRight(message, mac), 'every message of the acquirer carries its MAC');
      seen.push(message);
      if (message.mti === '0820') {
        if (state.signsOn) await send(answer(message, '0830', { 39: '00' }));
        continue;
      }
      const reply = state.habit(message);
      if (reply !== undefined) await send(reply);
    }
  };
  return {
    state,
    seen,
    send,
    /** What came of one message type. */
    got: (...mtis: string[]) => seen.filter((message) => mtis.includes(message.mti)),
    seal: (message: CupsMessage) => sealCups(message, mac),
    drop: () => link?.close(),
    dial: async (): Promise<Link> => {
      if (!state.isListening) throw new LinkDown('nobody listens');
      const [ours, theirs] = memoryLink();
      link = ours;
      void serve(ours);
      return theirs;
    },
  };
}

export type PlayedNetwork = ReturnType<typeof playNetwork>;

/** An acquirer on a database; a second one on the same database is the first one after a restart. */
export function openBench(
  sql: Sql,
  network: PlayedNetwork = playNetwork(),
  clock = manualClock(START_MS),
  wrap: (ports: AcquirerPorts) => AcquirerPorts = (ports) => ports,
) {
  const events: TraceEvent[] = [];
  const stop = new AbortController();
  const service = createAcquirer(
    wrap({
      clock,
      random: systemRandom,
      sql,
      trace: (type, detail) =>
        events.push({ type, service: 'acquirer', atMs: clock.nowMs(), detail }),
      gate: believingGate,
      keys: keys.acquirer,
      dialNetwork: network.dial,
      posAddress: 'pos.example:9000',
    }),
  );
  const operator = namedClient(service.fetch, 'operator', clock);
  return {
    service,
    clock,
    events,
    network,
    operator,
    transit: namedClient(service.fetch, 'transit', clock),
    running: service.run(stop.signal),
    stop: () => stop.abort(),
    codes: () =>
      events.filter(({ type }) => type === 'acquirer.refused').map(({ detail }) => detail.code),
    signedOn: () => until(() => events.some(({ type }) => type === 'acquirer.line')),
    paymentsNow: async () => {
      const all = await operator(contract.payments, {});
      ok(!isRefused(all));
      return all.payments;
    },
    connect: () => {
      const [ours, theirs] = memoryLink();
      service.accept?.(theirs);
      return ours;
    },
  };
}

export type Bench = ReturnType<typeof openBench>;

let nextTrace = 0;

/** A terminal that was enrolled and signed in, at its end of a link. */
export async function playTerminal(bench: Bench) {
  const publicKey = toHex(await keys.terminal.publicKey());
  const enrolled = await bench.operator(contract.enrolTerminal, {
    requestId: freshId(),
    publicKey,
    merchant,
  });
  ok(!isRefused(enrolled));
  const masterKey = await keys.terminal.acceptTerminalKey(enrolled.masterKey);
  ok(masterKey !== undefined);
  const { terminalId, merchantId } = enrolled;
  let macKey: Uint8Array | undefined;
  let link = bench.connect();
  let frames = link.frames[Symbol.asyncIterator]();
  const mac = (input: Uint8Array) => keys.terminal.terminalMac(macKey ?? new Uint8Array(), input);
  const seal = (mti: string, fields: MessageFields) => sealPos(posMessage(mti, fields), mac);
  const next = async () => {
    const frame = await frames.next();
    ok(!frame.done, 'the acquirer answers');
    return frame.value;
  };
  const terminal = {
    ...enrolled,
    mac,
    seal,
    send: (bytes: Uint8Array) => link.send(bytes),
    next,
    /** Go on at another acquirer, as after a restart. */
    moveTo: (other: Bench) => {
      link = other.connect();
      frames = link.frames[Symbol.asyncIterator]();
    },
    /** Send bytes and read the next answer, without looking at its MAC. */
    exchange: async (bytes: Uint8Array) => {
      await link.send(bytes);
      return pos.decode(await next());
    },
    /** Send a message and read its answer, whose MAC must be right. */
    ask: async (mti: string, fields: MessageFields) => {
      await link.send(await seal(mti, fields));
      const frame = await next();
      ok(await isPosMacRight(frame, mac), 'the answer carries its MAC');
      return pos.decode(frame);
    },
    signIn: async () => {
      const fields = {
        11: '000777',
        41: terminalId,
        42: merchantId,
        60: '00000001003',
      };
      const signedIn = await terminal.exchange(pos.encode(posMessage('0800', fields)));
      const key = fromHex(signedIn.fields[62] ?? '');
      macKey = await keys.terminal.acceptMacKey(masterKey, key.subarray(0, 16), key.subarray(16));
      ok(macKey !== undefined, 'the check value is right');
      return signedIn;
    },
    /** A purchase as the worked 0200 of the ISO 8583 sheet, section 14, in the POS dialect; a new trace number each time. */
    purchase: (changes: MessageFields = {}): MessageFields => ({
      2: TOKEN,
      3: '000000',
      4: '000000001250',
      11: String(++nextTrace).padStart(6, '0'),
      12: '163001',
      13: '1122',
      14: '3012',
      22: '072',
      23: '001',
      25: '00',
      35: `${TOKEN}=301220100000000000`,
      41: terminalId,
      42: merchantId,
      49: '156',
      55: CHIP_DATA,
      60: '2200000100060',
      ...changes,
    }),
    reversalOf: (purchase: MessageFields, changes: MessageFields = {}): MessageFields => {
      const { 55: _chip, ...rest } = purchase;
      return { ...rest, 39: '98', ...changes };
    },
  };
  return terminal;
}

export type PlayedTerminal = Awaited<ReturnType<typeof playTerminal>>;

export function posMessage(mti: string, fields: MessageFields): PosMessage {
  return { tpdu: '6000010000', header: '600100000000', mti, fields };
}

/** Bench, network and a signed-in terminal on a signed-on line. */
export async function openShop(sql: Sql) {
  const bench = openBench(sql);
  await bench.signedOn();
  const terminal = await playTerminal(bench);
  await terminal.signIn();
  return { bench, terminal, network: bench.network };
}

/** Every value of every table as text, to search for what must not be there. */
export async function dump(sql: Sql): Promise<string> {
  const tables = await sql(
    `select tablename from pg_catalog.pg_tables where schemaname = 'acquirer' order by tablename`,
  );
  let all = '';
  for (const { tablename } of tables) {
    const rows = await sql(`select row_to_json(t)::text as line from acquirer.${tablename} t`);
    all += rows.map((row) => `${tablename} ${row.line}\n`).join('');
  }
  return all;
}

/** The chip data of the worked 0200. ISO 8583 sheet, section 14. */
export const CHIP_DATA =
  '9F2608AEBC72404A3A05AF9F2701809F101307010103A40000010A0100000000003A65702A9F37041A2B3C4D' +
  '9F36020001950500000000009A032611229C01009F02060000000012505F2A020156820270009F1A020156' +
  '9F03060000000000009F3303E0E9C89F34030000009F3501229F1E085445524D303030318408A000000333010101' +
  '9F090200309F4104000000019F631000000000000000000000000000000000';
