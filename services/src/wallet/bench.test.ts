/**
 * The bench the wallet is tested on: token service and issuer played behind their contracts, real keys and SQL, a
 * clock that moves when told, and calls that can be lost before or after the peer did them.
 */

import { equal, fail, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Clock, CommonPorts, Sql, SqlRow, TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused, type RefusalCode, refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { encodeElementCertificate } from '@octavo/lib/globalplatform/certificate.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { generateKeyring, publicDirectory } from '@octavo/platform/keyring.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { generateP256, pointOf, verifySignature } from '@octavo/platform/softkeys-p256.ts';
import { freshId } from '../asking.fixture.ts';
import { createGate, showKey, signAs, unsigned } from '../caller.ts';
import { lentDatabase } from '../database.fixture.ts';
import { type Client, connectTo, createEdge, type Edge } from '../endpoint.ts';
import * as issuer from '../issuer/contract.ts';
import type { Service } from '../service.ts';
import * as contract from './contract.ts';
import { type Played, playTokens } from './played.test.ts';
import { createWallet } from './service.ts';

/** 22 November 2026, 16:30:01 local time. */
export const START_MS = Date.UTC(2026, 10, 22, 8, 30, 1);
export const MOBILE = '13800000001';

const keyring = generateKeyring(systemRandom);
const signing = {
  wallet: softKeysFor('wallet', keyring, systemRandom),
  tokens: softKeysFor('tokens', keyring, systemRandom),
};
const points: Readonly<Record<string, Uint8Array>> = publicDirectory(keyring);
const directory = {
  verify: async (party: string, message: Uint8Array, signature: Uint8Array) => {
    const point = points[party];
    return point !== undefined && verifySignature(point, message, signature);
  },
};

/** One database for a test file. */
export function openWalletDatabase(): Promise<Database> {
  return lentDatabase('wallet');
}

/** An element certificate that nobody's maker signed: the wallet reads it and cannot tell. */
export function freshCertificate(): Uint8Array {
  return encodeElementCertificate({
    makerId: 'TEST MAKER',
    cplc: systemRandom(42),
    publicKey: pointOf(generateP256(systemRandom)),
    signature: systemRandom(64),
  });
}

/** SHA-256 by Node, in upper-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').toUpperCase();
}

/** The answer, which must not be a refusal. */
export async function yes<Answer>(
  answer: Promise<Answer>,
): Promise<Exclude<Answer, { kind: 'refused' }>> {
  const value = await answer;
  if (isRefused(value)) fail(`refused: ${value.code}`);
  return value as Exclude<Answer, { kind: 'refused' }>;
}

/** The answer must be this refusal. */
export async function no(answer: Promise<unknown>, code: RefusalCode): Promise<void> {
  const value = await answer;
  ok(isRefused(value), `not refused: ${JSON.stringify(value)}`);
  equal(value.code, code);
}

/** How a call is disturbed: refused, lost before the peer did it, or its answer lost after. Only once, or until lifted. */
export type Fault = {
  readonly path: string;
  readonly how: 'unavailable' | 'lost' | 'done_and_lost';
};

export type Bench = ReturnType<typeof openBench>;

/** A wallet on a database. `again` builds another one on the same database, as after a restart. */
export function openBench(sql: Sql) {
  const clock = manualClock(START_MS);
  const events: TraceEvent[] = [];
  const played: Played = { enrolments: new Map(), tokens: new Map(), calls: [], texts: [] };
  const faults: Fault[] = [];
  const transitCalls: { readonly path: string; readonly body: unknown }[] = [];
  const gateOf = (audience: 'wallet' | 'tokens' | 'issuer') =>
    createGate(audience, directory, 'F'.repeat(64), clock);
  const tokenEdge = createEdge('tokens', gateOf('tokens'), clock);
  playTokens(tokenEdge, played);
  const issuerEdge = createEdge('issuer', gateOf('issuer'), clock);
  issuerEdge.add(issuer.deliver, async ({ mobile, text }) => {
    played.texts.push({ mobile, text });
    return {};
  });
  const disturbed = (client: Client): Client => {
    return async (spec, body) => {
      const fault = faults.find((each) => each.path === spec.path);
      if (fault?.how === 'unavailable') return refused('unavailable');
      if (fault?.how === 'lost') return await new Promise(() => {});
      const answer = await client(spec, body);
      return fault === undefined ? answer : await new Promise(() => {});
    };
  };
  const to = (audience: 'tokens' | 'issuer', edge: Edge): Client => {
    const signer = signAs('wallet', audience, signing.wallet, clock, systemRandom);
    return disturbed(connectTo((request) => edge.fetch(request), signer, clock));
  };
  const again = (its: Partial<Pick<CommonPorts, 'clock' | 'random' | 'sql'>> = {}) =>
    createWallet({
      clock: its.clock ?? clock,
      random: its.random ?? systemRandom,
      sql: its.sql ?? sql,
      trace: (type, detail) =>
        events.push({ type, service: 'wallet', atMs: clock.nowMs(), detail }),
      gate: gateOf('wallet'),
      keys: signing.wallet,
      tokens: to('tokens', tokenEdge),
      issuer: to('issuer', issuerEdge),
      transit: async (spec, body) => {
        transitCalls.push({ path: spec.path, body });
        return refused('transit.no_debt');
      },
    });
  const wallet = again();
  const anyoneOf = (of: Service) => connectTo(of.fetch, unsigned, clock);
  const asAnyone = anyoneOf(wallet);
  const asHolder = (session: string, of = wallet) =>
    connectTo(of.fetch, showKey('holder', session), clock);
  const tokensOf = (of: Service) =>
    connectTo(of.fetch, signAs('tokens', 'wallet', signing.tokens, clock, systemRandom), clock);
  const asTokens = tokensOf(wallet);
  return {
    clock,
    events,
    played,
    faults,
    /** What the back office of transit was asked; it says that nothing is owed. */
    transitCalls,
    wallet,
    again,
    anyoneOf,
    tokensOf,
    asAnyone,
    asHolder,
    asTokens,
  };
}

/** One pass of a new wallet's own work, as after a restart: it is stopped when it first lies down to sleep. */
export async function runPass(bench: Bench): Promise<void> {
  const stop = new AbortController();
  const sleep: Clock['sleep'] = async (durationMs, signal) => {
    if (signal !== stop.signal) return await bench.clock.sleep(durationMs, signal);
    stop.abort();
  };
  const clock = { nowMs: () => bench.clock.nowMs(), sleep };
  await bench.again({ clock }).run(stop.signal);
}

/** The code of the last text message. */
export function lastCode(bench: Bench): string {
  const match = /^\[Octavo\] (\d{6}) is your sign-in code · 【Octavo】登录验证码 \1$/.exec(
    bench.played.texts.at(-1)?.text ?? '',
  );
  ok(match?.[1]);
  return match[1];
}

/** Sign in with the code that was sent: the session's key. */
async function openSession(bench: Bench, mobile: string): Promise<string> {
  await yes(bench.asAnyone(contract.requestSignIn, { requestId: freshId(), mobile }));
  const body = { requestId: freshId(), mobile, code: lastCode(bench) };
  return (await yes(bench.asAnyone(contract.signIn, body))).session;
}

/** Sign in with the code that was sent. */
export async function signedIn(bench: Bench, mobile = MOBILE): Promise<Client> {
  return bench.asHolder(await openSession(bench, mobile));
}

/** A phone of a signed-in holder. */
export type Phone = Awaited<ReturnType<typeof openPhone>>;

/** Sign in and register a phone. */
export async function openPhone(bench: Bench, mobile = MOBILE) {
  const session = await openSession(bench, mobile);
  const holder = bench.asHolder(session);
  const certificate = freshCertificate();
  const { deviceId } = await yes(
    holder(contract.registerDevice, {
      requestId: freshId(),
      name: 'Mi 5',
      elementCertificate: toHex(certificate),
    }),
  );
  return { session, holder, deviceId, certificate };
}

/** The holder signs in anew, a moment later: the phone with the session of that sign-in. */
export async function signedInAgain(bench: Bench, phone: Phone, mobile = MOBILE): Promise<Phone> {
  await bench.clock.advance(1);
  const session = await openSession(bench, mobile);
  return { ...phone, session, holder: bench.asHolder(session) };
}

/** The phone as the wallet shows it. */
export async function look(phone: Phone) {
  const { devices } = await yes(phone.holder(contract.devices, {}));
  const device = devices.find((each) => each.deviceId === phone.deviceId);
  ok(device);
  return device;
}

/** The states of the phone's leaves, in order. */
export async function states(phone: Phone): Promise<readonly string[]> {
  return (await look(phone)).leaves.map((leaf) => leaf.state);
}

/** Ask to add a card; the envelope tells the played token service how it shall go. */
export function addCard(
  phone: Phone,
  envelope: string,
  ids: { requestId?: string; enrolmentId?: string } = {},
) {
  return phone.holder(contract.addCard, {
    requestId: ids.requestId ?? freshId(),
    deviceId: phone.deviceId,
    enrolmentId: ids.enrolmentId ?? freshId(),
    envelope,
    termsVersion: '2026-01',
  });
}

/** One round of provisioning. */
export function round(phone: Phone, tokenReference: string, answers?: readonly string[]) {
  return phone.holder(contract.provision, {
    requestId: freshId(),
    deviceId: phone.deviceId,
    tokenReference,
    round: answers === undefined ? undefined : { step: 'load', answers: [...answers] },
  });
}

/** One round of giving an active card its certificates. */
export function certifyRound(phone: Phone, tokenReference: string, answers?: readonly string[]) {
  return phone.holder(contract.provision, {
    requestId: freshId(),
    deviceId: phone.deviceId,
    tokenReference,
    purpose: 'certify',
    round: answers === undefined ? undefined : { step: 'load', answers: [...answers] },
  });
}

/** Add a card and personalise it: its token reference. */
export async function activeCard(phone: Phone): Promise<string> {
  const { tokenReference } = await yes(addCard(phone, 'green'));
  ok(tokenReference);
  equal((await yes(round(phone, tokenReference, ['9000']))).step, 'done');
  return tokenReference;
}

/** Change one card. */
export function changeCard(
  phone: Phone,
  tokenReference: string,
  event: 'suspend' | 'resume' | 'remove',
  requestId = freshId(),
) {
  const { deviceId } = phone;
  return phone.holder(contract.changeCard, { requestId, deviceId, tokenReference, event });
}

/** Change the phone. */
export function changeDevice(
  phone: Phone,
  event: 'lock' | 'unlock' | 'wipe',
  requestId = freshId(),
) {
  return phone.holder(contract.changeDevice, { requestId, deviceId: phone.deviceId, event });
}

/** Everything the wallet's tables hold, as one text. */
export async function tableText(sql: Sql): Promise<string> {
  const tables = await sql(
    `select tablename::text as name from pg_catalog.pg_tables where schemaname = 'wallet'
       order by tablename`,
  );
  const all: (readonly SqlRow[])[] = [];
  for (const { name } of tables) all.push(await sql(`select * from wallet.${name}`));
  return JSON.stringify(all, (_, value) =>
    value instanceof Uint8Array ? toHex(value) : typeof value === 'bigint' ? `${value}` : value,
  );
}
