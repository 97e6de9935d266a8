/**
 * The bench the terminal is tested on: a played acquirer at the end of its links, real elements in its fields, a clock
 * that moves when told, and a power switch that stops the terminal at any port call.
 */

import { deepEqual, ok } from 'node:assert/strict';
import type { z } from '@hono/zod-openapi';
import type { MessageFields } from '@octavo/domain/message.ts';
import { type Link, LinkDown, type Sql, type TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { answerTpdu } from '@octavo/lib/iso8583/header.ts';
import { isPosMacRight, sealPos } from '@octavo/lib/iso8583/mac.ts';
import { type PosMessage, pos } from '@octavo/lib/iso8583/unionpay.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { memoryElement, openElement } from '@octavo/platform/element.ts';
import { generateKeyring } from '@octavo/platform/keyring.ts';
import { memoryLink } from '@octavo/platform/link.ts';
import { bearElement } from '@octavo/platform/maker.ts';
import { personalise, WORKED_PROFILE } from '@octavo/platform/personalised.fixture.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { enrolTerminal } from '../acquirer/contract.ts';
import { believingGate, freshId, namedClient } from '../asking.fixture.ts';
import { createGate, showKey } from '../caller.ts';
import { lentDatabase } from '../database.fixture.ts';
import { connectTo, createEdge } from '../endpoint.ts';
import * as contract from './contract.ts';
import { createTerminal, type TerminalPorts } from './service.ts';

/** 22 November 2026, 16:30:01 local time, as the worked tap of the EMV contactless sheet, section 9.2. */
export const START_MS = Date.UTC(2026, 10, 22, 8, 30, 1);
/** A token of the debit range. */
export const TOKEN = '9999590100000012';
/** A funding card, which some phone holds in a token's place. */
export const PAN = '9999020000000010';
export const TERMINAL_ID = '12345678';
export const MERCHANT_ID = '999100054110001';
export const merchant = { name: 'DEMO SHOP', city: 'BEIJING', category: '5411' };

const keyring = generateKeyring(systemRandom);
const keys = {
  acquirer: softKeysFor('acquirer', keyring, systemRandom),
  tokens: softKeysFor('tokens', keyring, systemRandom),
  terminal: softKeysFor('terminal', keyring, systemRandom),
};

export function openTerminalDatabase() {
  return lentDatabase('terminal');
}

/** The fields a terminal may look into, by name. */
export async function openFields(): Promise<(name: string) => Channel | undefined> {
  const element = async (serial: number, answersWithoutHolder: boolean, token = TOKEN) => {
    const storage = memoryElement(bearElement({ keyring, random: systemRandom, serial }));
    const clock = { nowMs: () => START_MS };
    const host = await openElement({ storage, clock, random: systemRandom });
    const profile = { ...WORKED_PROFILE, token, answersWithoutHolder };
    deepEqual(await personalise(host, keys.tokens, profile), { kind: 'accepted' });
    return host.air;
  };
  const fields: Readonly<Record<string, Channel>> = {
    /** Answers without its holder, so that every tap is one. */
    willing: await element(1, true),
    /** Waits for its holder. */
    waiting: await element(2, false),
    /** Holds a card's own number. */
    foreign: await element(4, true, PAN),
    empty: (
      await openElement({
        storage: memoryElement(bearElement({ keyring, random: systemRandom, serial: 3 })),
        clock: { nowMs: () => START_MS },
        random: systemRandom,
      })
    ).air,
    leaving: async () => {
      throw new FieldLost();
    },
  };
  return (name) => fields[name];
}

/** What the played acquirer does with a financial message: values of the answer, raw bytes, or nothing. */
export type Habit = (message: PosMessage) => MessageFields | Uint8Array | undefined;

const APPROVED = {
  15: '1122',
  37: '112216000123',
  38: '123456',
  39: '00',
  55: '910A01020304050607083030',
};

export const approve: Habit = ({ mti }): MessageFields =>
  mti === '0200' ? APPROVED : { 15: '1122', 39: '00' };

export const decline =
  (code: string): Habit =>
  (message) =>
    message.mti === '0200' ? { 15: '1122', 37: '112216000123', 39: code } : approve(message);

/** Purchases get no answer; reversals are of an original that the acquirer never saw. */
export const silent: Habit = ({ mti }) => (mti === '0200' ? undefined : { 15: '1122', 39: '25' });

/** The acquirer: its endpoint, and its end of the terminal's links. It outlives the terminal. */
export function playAcquirer() {
  const state = { habit: approve as Habit, isListening: true };
  const seen: PosMessage[] = [];
  const enrolments = new Map<string, { masterKey: string; kept: Uint8Array }>();
  let terminalKey: Uint8Array | undefined;
  let macKey: Uint8Array | undefined;
  let link: Link | undefined;
  const mac = (input: Uint8Array) =>
    keys.acquirer.terminalMac(TERMINAL_ID, macKey ?? new Uint8Array(), input);

  const gate = async () => ({ party: 'operator' as const });
  const edge = createEdge('acquirer', gate, manualClock(START_MS));
  edge.add(enrolTerminal, async ({ requestId, publicKey }) => {
    const known = enrolments.get(requestId);
    const { forTerminal, kept } = await keys.acquirer.issueTerminalKey(
      TERMINAL_ID,
      fromHex(publicKey),
    );
    const enrolled = known ?? { masterKey: forTerminal, kept };
    enrolments.set(requestId, enrolled);
    terminalKey = enrolled.kept;
    return {
      terminalId: TERMINAL_ID,
      merchantId: MERCHANT_ID,
      posAddress: 'pos.example:9000',
      masterKey: enrolled.masterKey,
    };
  });

  const send = async (bytes: Uint8Array) => {
    try {
      await link?.send(bytes);
    } catch (error) {
      ok(error instanceof LinkDown);
    }
  };
  const signIn = async (message: PosMessage) => {
    ok(terminalKey !== undefined);
    const issued = await keys.acquirer.issueMacKey(TERMINAL_ID, terminalKey);
    macKey = issued.kept;
    const key = toHex(issued.wrapped) + toHex(issued.checkValue);
    await send(pos.encode(answerTo(message, { 12: '163001', 13: '1122', 39: '00', 62: key })));
  };
  const serve = async (end: Link) => {
    for await (const frame of end.frames) {
      const message = pos.decode(frame);
      seen.push(message);
      if (message.mti === '0800') {
        await signIn(message);
        continue;
      }
      if (macKey === undefined || !(await isPosMacRight(frame, mac))) {
        await send(pos.encode(answerTo(message, { 39: macKey === undefined ? '77' : 'A0' })));
        continue;
      }
      const reply = state.habit(message);
      if (reply === undefined) continue;
      await send(
        reply instanceof Uint8Array ? reply : await sealPos(answerTo(message, reply), mac),
      );
    }
  };
  return {
    state,
    seen,
    send,
    enrolments,
    got: (...mtis: string[]) => seen.filter(({ mti }) => mtis.includes(mti)),
    mtis: () => seen.map(({ mti }) => mti),
    seal: (message: PosMessage, values: MessageFields) => sealPos(answerTo(message, values), mac),
    /** Lose the terminal's MAC key, as an acquirer that was restored from an old copy. */
    forget: () => {
      macKey = undefined;
    },
    drop: () => link?.close(),
    fetch: edge.fetch,
    dial: async (): Promise<Link> => {
      if (!state.isListening) throw new LinkDown('nobody listens');
      const [ours, theirs] = memoryLink();
      link = ours;
      void serve(ours);
      return theirs;
    },
  };
}

export type PlayedAcquirer = ReturnType<typeof playAcquirer>;

/** The answer to a terminal's message: what it repeats, and what it says. */
export function answerTo(asked: PosMessage, values: MessageFields): PosMessage {
  const fields: Record<string, string> = {};
  for (const number of [2, 3, 4, 11, 12, 13, 25, 41, 42, 49, 60]) {
    const value = asked.fields[number];
    if (value !== undefined) fields[number] = value;
  }
  return {
    tpdu: answerTpdu(asked.tpdu),
    header: asked.header,
    mti: `${asked.mti.slice(0, 2)}10`,
    fields: { ...fields, 32: '99990201', ...values },
  };
}

/** A terminal on a database; a second one on the same database is the first one after a restart. */
export function openBench(
  sql: Sql,
  air: TerminalPorts['air'],
  acquirer: PlayedAcquirer = playAcquirer(),
  clock = manualClock(START_MS),
  wrap: (ports: TerminalPorts) => TerminalPorts = (ports) => ports,
) {
  const events: TraceEvent[] = [];
  const stop = new AbortController();
  const nobody = { verify: async () => false };
  const bearers = createGate('terminal', nobody, 'A1'.repeat(32), clock);
  const service = createTerminal(
    wrap({
      clock,
      random: systemRandom,
      sql,
      trace: (type, detail) =>
        events.push({ type, service: 'terminal', atMs: clock.nowMs(), detail }),
      gate: (request, body, allowed) =>
        (request.headers.has('authorization') ? bearers : believingGate)(request, body, allowed),
      keys: keys.terminal,
      acquirer: connectTo(acquirer.fetch, async () => ({}), clock),
      dialAcquirer: acquirer.dial,
      air,
    }),
  );
  // The cashier waits as long as it takes; the clock of a call would end the wait before the terminal does.
  const patient = manualClock(START_MS);
  const operator = namedClient(service.fetch, 'operator', patient);
  return {
    service,
    clock,
    events,
    acquirer,
    operator,
    running: service.run(stop.signal),
    stop: () => stop.abort(),
    anyone: namedClient(service.fetch, 'anyone', patient),
    /** A cashier at a till that is opened now, or at the one of a key. */
    cashier: async (key?: string) => {
      const opened =
        key ??
        (await namedClient(
          service.fetch,
          'anyone',
          patient,
        )(contract.openTill, {
          requestId: freshId(),
        }));
      if (typeof opened === 'object') ok(!isRefused(opened));
      const till = typeof opened === 'string' ? opened : opened.till;
      const client = connectTo(service.fetch, showKey('cashier', till), patient);
      return {
        till,
        client,
        pay: (change: Parameters<typeof askOf>[0] = {}) => client(contract.pay, askOf(change)),
        paymentsNow: async () => {
          const listed = await client(contract.payments, {});
          ok(!isRefused(listed));
          return listed.payments;
        },
        set: async (change: Partial<z.output<typeof contract.Settings>>) => {
          const read = await client(contract.settings, {});
          ok(!isRefused(read));
          const settings = { ...read.settings, ...change };
          const { version } = read;
          return client(contract.changeSettings, { requestId: freshId(), version, settings });
        },
      };
    },
    setUp: () => operator(contract.setUp, { merchant }),
    pay: (change: Partial<Parameters<typeof askOf>[0]> = {}) =>
      operator(contract.pay, askOf(change)),
    journalNow: async () => {
      const journal = await operator(contract.journal, {});
      ok(!isRefused(journal));
      return journal.payments;
    },
  };
}

export type Bench = ReturnType<typeof openBench>;

export function askOf(
  change: Partial<{ requestId: string; amountMinor: number; currency: string; air: string }> = {},
) {
  return { requestId: freshId(), amountMinor: 1250, currency: '156', air: 'willing', ...change };
}

/** Every value of every table as text, to search for what must not be there. */
export async function dump(sql: Sql): Promise<string> {
  const tables = await sql(
    `select tablename from pg_catalog.pg_tables where schemaname = 'terminal' order by tablename`,
  );
  let all = '';
  for (const { tablename } of tables) {
    const rows = await sql(`select row_to_json(t)::text as line from terminal.${tablename} t`);
    all += rows.map((row) => `${tablename} ${row.line}\n`).join('');
  }
  return all;
}
