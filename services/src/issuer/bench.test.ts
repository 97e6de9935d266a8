/**
 * The bench the issuer is tested on: its neighbours played behind the contract, the network played at the other end of
 * a link, a clock that moves when told, and a power switch that lets a statement run but never answer.
 */

import { ok } from 'node:assert/strict';
import type { z } from '@hono/zod-openapi';
import { testCards } from '@octavo/domain/demo.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import type { Clock, Link, Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused, type RefusalCode, refused } from '@octavo/domain/refusal.ts';
import { isCupsMacRight, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { cryptogramResult } from '@octavo/lib/iso8583/subfields.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';
import { encodeAccountReference, encodeTokenData } from '@octavo/lib/iso8583/usage.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { generateKeyring } from '@octavo/platform/keyring.ts';
import { memoryLink } from '@octavo/platform/link.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { believingGate, namedClient } from '../asking.fixture.ts';
import { lentDatabase } from '../database.fixture.ts';
import { createEdge, type Fetch, type Party } from '../endpoint.ts';
import * as tokensContract from '../tokens/contract.ts';
import * as contract from './contract.ts';
import { createIssuer } from './service.ts';

/** 22 November 2026, 16:30:01 local time, as the worked message of the ISO 8583 sheet, section 14. */
export const START_MS = Date.UTC(2026, 10, 22, 8, 30, 1);

const keyring = generateKeyring(systemRandom);
const keys = {
  issuer: softKeysFor('issuer', keyring, systemRandom),
  network: softKeysFor('network', keyring, systemRandom),
};

/** One database for a test file. */
export function openIssuerDatabase(): Promise<Database> {
  return lentDatabase('issuer');
}

/** The test card of a behaviour. */
export function cardOf(behaviour: string, kind: 'debit' | 'credit' = 'debit') {
  const bin = kind === 'debit' ? '999901' : '999902';
  const card = testCards.find((one) => one.behaviour === behaviour && one.pan.startsWith(bin));
  ok(card);
  return card;
}

export type Bench = ReturnType<typeof openBench>;

/** The token service behind its contract: it keeps what it was asked, and answers as the test tells it to. */
export function playedTokens(clock: Clock) {
  const approved: z.output<typeof tokensContract.approveEnrolment.body>[] = [];
  const pushed: z.output<typeof tokensContract.pushCard.body>[] = [];
  const play: { away: boolean; refusal: RefusalCode | undefined } = {
    away: false,
    refusal: undefined,
  };
  const face = {
    issuerName: { en: 'Bafang Bank', zh: '八方银行' },
    kind: 'debit' as const,
    art: 'tide',
    needs: 'mobile' as const,
    numberLength: 19,
    termsVersion: '1',
  };
  const edge = createEdge('tokens', believingGate, clock);
  edge.add(tokensContract.approveEnrolment, async (body) => {
    approved.push(body);
    if (play.refusal !== undefined) return refused(play.refusal);
    const { enrolmentId } = body;
    const state = body.approve ? ('verified' as const) : ('lapsed' as const);
    return { enrolmentId, state, colour: 'yellow' as const, face, cardLastFour: '0010' };
  });
  edge.add(tokensContract.pushCard, async (body) => {
    pushed.push(body);
    if (play.refusal !== undefined) return refused(play.refusal);
    // The same receipt for the same request.
    const receipt = body.requestId.repeat(2);
    return { receipt, expiresAtMs: START_MS + 1, cardLastFour: body.pan.slice(-4), face };
  });
  const fetch: Fetch = (request) =>
    play.away ? Response.json({ code: 'unavailable' }, { status: 503 }) : edge.fetch(request);
  return { approved, pushed, play, fetch };
}

/** An issuer on a database; a second one on the same database is the first one after a restart. */
export function openBench(sql: Sql, clock = manualClock(START_MS), beside = playedTokens(clock)) {
  const events: TraceEvent[] = [];
  const waiting = new Set<() => void>();
  const trace = (type: string, detail: TraceEvent['detail']) => {
    events.push({ type, service: 'issuer', atMs: clock.nowMs(), detail });
    for (const look of waiting) look();
  };
  const service = createIssuer({
    clock,
    random: systemRandom,
    sql,
    trace,
    gate: believingGate,
    keys: keys.issuer,
    tokens: namedClient(beside.fetch, 'issuer', clock),
  });
  const as = (party: Party) => namedClient(service.fetch, party, clock);
  /** Resolves when an event of a type was traced for the nth time. */
  const traced = (type: string, count = 1) =>
    new Promise<TraceEvent>((resolve) => {
      const look = () => {
        const event = events.filter((one) => one.type === type)[count - 1];
        if (event === undefined) return;
        waiting.delete(look);
        resolve(event);
      };
      waiting.add(look);
      look();
    });
  const [ours, theirs] = memoryLink();
  service.accept?.(theirs);
  return {
    service,
    clock,
    events,
    traced,
    beside,
    tokens: as('tokens'),
    wallet: as('wallet'),
    operator: as('operator'),
    anyone: as('anyone'),
    network: networkEnd(ours),
  };
}

/** The network's end: sends sealed messages and hands each answer to whoever asked with that DE7 and DE11. */
function networkEnd(link: Link) {
  const mac = (input: Uint8Array) => keys.network.messageMac('issuer', input);
  const askers = new Map<string, ((answer: CupsMessage) => void)[]>();
  const name = (fields: MessageFields | CupsMessage['fields']) =>
    `${(fields as MessageFields)['7']} ${(fields as MessageFields)['11']}`;
  void (async () => {
    for await (const frame of link.frames) {
      const message = cups.decode(frame);
      ok(await isCupsMacRight(message, mac), 'every answer carries the right MAC');
      const asked = askers.get(`${message.mti.slice(0, 2)} ${name(message.fields)}`);
      asked?.shift()?.(message);
    }
  })();
  const seal = (mti: string, fields: MessageFields) =>
    sealCups({ header, mti, fields: numbered(fields) }, mac);
  const send = async (mti: string, fields: MessageFields) => link.send(await seal(mti, fields));
  return {
    link,
    seal,
    send,
    /** Send and wait for the answer. */
    ask: (mti: string, fields: MessageFields) => {
      const key = `${mti.slice(0, 2)} ${name(fields)}`;
      const answer = new Promise<CupsMessage>((resolve) => {
        askers.set(key, [...(askers.get(key) ?? []), resolve]);
      });
      return send(mti, fields).then(() => answer);
    },
    /** Send bytes as they are and wait for the next answer with this DE7 and DE11. */
    askBytes: (bytes: Uint8Array, mti: string, fields: MessageFields) => {
      const key = `${mti.slice(0, 2)} ${name(fields)}`;
      const answer = new Promise<CupsMessage>((resolve) => {
        askers.set(key, [...(askers.get(key) ?? []), resolve]);
      });
      return link.send(bytes).then(() => answer);
    },
  };
}

const header = {
  flag: '82',
  destination: '99990101',
  source: '99990000',
  reserved: '000000',
  batch: '00',
  transactionInformation: '00000000',
  userInformation: '00',
  rejectCode: '00000',
};

function numbered(fields: MessageFields): CupsMessage['fields'] {
  return Object.fromEntries(Object.entries(fields));
}

/** A purchase as the network sends it: the values of the ISO 8583 sheet, section 14, on a card of the demo bank. */
export function purchaseFields(changes: MessageFields = {}): MessageFields {
  return {
    2: cardOf('plain').pan,
    3: '000000',
    4: '000000001250',
    7: '1122163001',
    11: '000123',
    12: '163001',
    13: '1122',
    14: '3012',
    15: '1122',
    18: '5411',
    19: '156',
    22: '072',
    23: '001',
    25: '00',
    32: '99990201',
    33: '99990201',
    37: '112216000123',
    41: '00000001',
    42: '898110254110001',
    43: 'DEMO SHOP                BEIJING     CHN',
    49: '156',
    56: encodeAccountReference('9999ABCDEFGHIJKLMNOPQRSTUVWXY'),
    60: '0000060003000000000000020',
    61: cryptogramResult('right'),
    63: encodeTokenData({
      verified: '1',
      token: '9999580100000014',
      expiry: '3012',
      assuranceLevel: '02',
      requestor: '99900000001',
    }),
    100: '99990101',
    ...changes,
  };
}

/** The reversal of a purchase: own DE7 and DE11, the original's DE37, reason 98, DE90 as the ISO 8583 sheet, section 3, lays it out. */
export function reversalFields(
  purchase: MessageFields,
  changes: MessageFields = {},
): MessageFields {
  const kept = [2, 3, 4, 12, 13, 14, 15, 18, 19, 22, 23, 25, 32, 33, 37, 41, 42, 43, 49, 60, 100];
  const own: Record<string, string> = {};
  for (const number of kept) own[number] = purchase[number] ?? '';
  return {
    ...own,
    7: '1122163047',
    11: '900001',
    39: '98',
    90: `0200${purchase['11']}${purchase['7']}000${purchase['32']}000${purchase['33']}`,
    ...changes,
  };
}

/** An account as the operator sees it. */
export async function viewOf(bench: Bench, pan: string) {
  const view = await bench.operator(contract.account, { pan });
  ok(!isRefused(view));
  return view;
}

/** Whoever claims a mobile number first: what the bank's app asks with. */
export async function holderOf(bench: Bench, mobile: string) {
  const claimed = await bench.anyone(contract.claimInbox, { mobile });
  ok(!isRefused(claimed));
  return { mobile, secret: claimed.secret };
}

/** The text messages in an inbox that this call claims. */
export async function claimedInbox(bench: Bench, mobile: string) {
  const { secret } = await holderOf(bench, mobile);
  return async (afterSequence = 0) => {
    const read = await bench.anyone(contract.readInbox, { mobile, secret, afterSequence });
    ok(!isRefused(read));
    return read.messages;
  };
}

/** Every value of every table as text, to search for what must not be there. */
export async function dump(sql: Sql): Promise<string> {
  const tables = await sql(
    `select tablename from pg_catalog.pg_tables where schemaname = 'issuer' order by tablename`,
  );
  let all = '';
  for (const { tablename } of tables) {
    const rows = await sql(
      `select row_to_json(t)::text as line from issuer.${tablename} t order by 1`,
    );
    all += rows.map((row) => `${tablename} ${row.line}\n`).join('');
  }
  return all;
}

/** A database that does what it is told but from a statement on never answers, as when the power goes. */
export function cutAfter(
  sql: Sql,
  isLast: (text: string) => boolean,
): { sql: Sql; gone: Promise<void> } {
  let dark = false;
  let tell = () => {};
  const gone = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return {
    gone,
    sql: async (text, values) => {
      if (dark) return new Promise<never>(() => {});
      if (!isLast(text)) return sql(text, values);
      dark = true;
      await sql(text, values);
      tell();
      return new Promise<never>(() => {});
    },
  };
}
