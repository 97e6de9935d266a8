/**
 * For tests: a token service on a real database and real keys, with neighbours played by their contracts,
 * phones with real elements, and shops that send what a terminal would.
 */
import { readFileSync } from 'node:fs';
import { institutions, requestors } from '@octavo/domain/demo.ts';
import type { Directory, Sql } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { instantOfLocal, localTime } from '@octavo/domain/time.ts';
import { fromAscii, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import { decodeTlv } from '@octavo/lib/tlv/tlv.ts';
import { type CardEntry, type CodeEntry, sealCardEntry } from '../../../platform/src/card-entry.ts';
import { type ManualClock, manualClock } from '../../../platform/src/clock.ts';
import { type ElementHost, memoryElement, openElement } from '../../../platform/src/element.ts';
import {
  envelopeAddress,
  generateKeyring,
  publicDirectory,
} from '../../../platform/src/keyring.ts';
import { bearElement } from '../../../platform/src/maker.ts';
import { type Database, openDatabase } from '../../../platform/src/postgres.ts';
import { systemRandom } from '../../../platform/src/random.ts';
import { softKeysFor } from '../../../platform/src/softkeys.ts';
import { verifySignature } from '../../../platform/src/softkeys-p256.ts';
import { createGate, type Gate, showKey, signAs } from '../caller.ts';
import { type Client, connectTo, createEdge, type Fetch } from '../endpoint.ts';
import * as issuerContract from '../issuer/contract.ts';
import type { Service } from '../service.ts';
import * as walletContract from '../wallet/contract.ts';
import * as contract from './contract.ts';
import type { TokensPorts } from './ports.ts';
import { createTokens } from './service.ts';

/** Noon of the day on which the tests play. */
export const NOON = instantOfLocal('2026-11-25', '12:00:00') as number;

/** The test cards: debit by mobile number, credit by security code. */
export const DEBIT = { pan: '9999010000000000010', mobile: '13800000001', expiry: '3012' };
export const CREDIT = { pan: '9999020000000010', cvn2: '123', expiry: '3012' };

/** Scores that nobody worries about. */
export const GOOD_SCORES = { device: 4, account: 4, phoneNumber: 4, reasons: [] };

/** What the played issuer says; tests change it. */
export type PlayedIssuer = {
  word: {
    recommendation: 'green' | 'yellow' | 'red';
    reasons: string[];
    accountOpenedAtMs: number;
  };
  refusal: Refused | undefined;
  isAway: boolean;
  code: string;
  triesLeft: number;
  resendsLeft: number;
  asked: string[];
};

/** What the played wallet was told, and whether it answers. */
export type PlayedWallet = { told: Record<string, unknown>[]; isAway: boolean };

/** A token service and everybody around it. */
export type World = {
  readonly clock: ManualClock;
  readonly database: Database;
  readonly service: Service;
  readonly issuer: PlayedIssuer;
  readonly wallet: PlayedWallet;
  readonly events: { type: string; detail: Record<string, unknown> }[];
  readonly asWallet: Client;
  readonly asNetwork: Client;
  readonly asIssuer: Client;
  readonly asOperator: Client;
  /** The same world with another life of the service on the same database. */
  again(change?: Partial<TokensPorts>): World;
  /** Run the service's own work once through, as far as it comes without time passing. */
  settle(passMs?: number): Promise<void>;
};

const keyring = generateKeyring(systemRandom);
const keys = {
  tokens: softKeysFor('tokens', keyring, systemRandom),
  wallet: softKeysFor('wallet', keyring, systemRandom),
  network: softKeysFor('network', keyring, systemRandom),
  issuer: softKeysFor('issuer', keyring, systemRandom),
};
const OPERATOR_KEY = 'A'.repeat(32);

/** The master keys of the card range, to make taps that an element would not. */
export const cardMaster = keyring.tokens.cardMaster['01'] as {
  ac: string;
  mac: string;
  enc: string;
};

let opened: Promise<Database> | undefined;

/** An empty database with the token service's tables, one for the test process. */
export async function emptyDatabase(): Promise<Database> {
  opened ??= openDatabase({
    migrations: [
      {
        service: 'tokens',
        name: '001_tokens.sql',
        sql: readFileSync(new URL('./migrations/001_tokens.sql', import.meta.url), 'utf8'),
      },
    ],
  });
  const database = await opened;
  await database.truncate();
  return database;
}

/** Close the database at the end of the test process. */
export async function closeDatabase(): Promise<void> {
  await (await opened)?.close();
}

/** A new world: nothing enrolled, everybody well. */
export async function newWorld(): Promise<World> {
  const clock = manualClock(NOON);
  const issuer: PlayedIssuer = {
    word: {
      recommendation: 'yellow',
      reasons: [],
      accountOpenedAtMs: NOON - 400 * 24 * 60 * 60_000,
    },
    refusal: undefined,
    isAway: false,
    code: '123456',
    triesLeft: 3,
    resendsLeft: 3,
    asked: [],
  };
  return worldOn(await emptyDatabase(), clock, issuer, { told: [], isAway: false }, {});
}

function worldOn(
  database: Database,
  clock: ManualClock,
  issuer: PlayedIssuer,
  wallet: PlayedWallet,
  change: Partial<TokensPorts>,
): World {
  const points = publicDirectory(keyring) as Readonly<Record<string, Uint8Array>>;
  const directory: Directory = {
    verify: async (party, message, signature) => {
      const point = points[party];
      return point !== undefined && verifySignature(point, message, signature);
    },
  };
  const gateOf = (audience: 'tokens' | 'issuer' | 'wallet'): Gate =>
    createGate(audience, directory, OPERATOR_KEY, clock);
  const events: World['events'] = [];
  const call = (
    caller: 'tokens' | 'wallet' | 'network' | 'issuer',
    audience: 'tokens' | 'issuer' | 'wallet',
    fetch: Fetch,
  ): Client => connectTo(fetch, signAs(caller, audience, keys[caller], clock, systemRandom), clock);
  const service = createTokens({
    clock,
    random: systemRandom,
    sql: database.sql,
    trace: (type, detail) => events.push({ type, detail: { ...detail } }),
    keys: keys.tokens,
    gate: gateOf('tokens'),
    issuer: call('tokens', 'issuer', playIssuer(issuer, gateOf('issuer'), clock)),
    wallet: call('tokens', 'wallet', playWallet(wallet, gateOf('wallet'), clock)),
    makerKey: points.maker as Uint8Array,
    envelopeKey: {
      kid: envelopeAddress(keyring).kid,
      jwk: envelopeAddress(keyring).publicJwk,
    },
    ...change,
  });
  const asOperator = connectTo(service.fetch, showKey('operator', OPERATOR_KEY), clock);
  return {
    clock,
    database,
    service,
    issuer,
    wallet,
    events,
    asWallet: call('wallet', 'tokens', service.fetch),
    asNetwork: call('network', 'tokens', service.fetch),
    asIssuer: call('issuer', 'tokens', service.fetch),
    asOperator,
    again: (ports = {}) => worldOn(database, clock, issuer, wallet, ports),
    settle: async (passMs = 0) => {
      const stop = new AbortController();
      const running = service.run(stop.signal);
      await idle(database.sql);
      for (let passedMs = 0; passedMs < passMs; passedMs += 15_000) {
        await clock.advance(15_000);
        await idle(database.sql);
      }
      stop.abort();
      await running;
    },
  };
}

/** The embedded database answers in turn: when it has answered often enough, those before have gone on. */
async function idle(sql: Sql): Promise<void> {
  for (let turn = 0; turn < 60; turn++) {
    await sql('select 1 as one');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function playIssuer(issuer: PlayedIssuer, gate: Gate, clock: ManualClock): Fetch {
  const edge = createEdge('issuer', gate, clock);
  const expiresAtMs = () => clock.nowMs() + 10 * 60_000;
  edge.add(issuerContract.assess, async (ask) => {
    issuer.asked.push('assess');
    if (issuer.isAway) return refused('unavailable');
    if (issuer.refusal) return issuer.refusal;
    const kind = ask.pan.startsWith('999901') ? 'debit' : 'credit';
    return { kind, ...issuer.word, mobileMasked: '138****0001' };
  });
  edge.add(issuerContract.sendCode, async () => {
    issuer.asked.push('sendCode');
    if (issuer.refusal) return issuer.refusal;
    return {
      triesLeft: issuer.triesLeft,
      resendsLeft: issuer.resendsLeft,
      expiresAtMs: expiresAtMs(),
    };
  });
  edge.add(issuerContract.checkCode, async ({ code }) => {
    issuer.asked.push('checkCode');
    if (issuer.isAway) return refused('unavailable');
    if (issuer.refusal) return issuer.refusal;
    if (code === issuer.code) return {};
    issuer.triesLeft -= 1;
    return issuer.triesLeft > 0
      ? refused('enrolment.code_wrong', { triesLeft: issuer.triesLeft })
      : refused('enrolment.code_dead');
  });
  return edge.fetch;
}

function playWallet(wallet: PlayedWallet, gate: Gate, clock: ManualClock): Fetch {
  const edge = createEdge('wallet', gate, clock);
  edge.add(walletContract.notify, async (notice) => {
    if (wallet.isAway) return refused('unavailable');
    wallet.told.push(notice);
    return {};
  });
  return edge.fetch;
}

/** A fresh request id. */
export function requestId(): string {
  return toHex(systemRandom(16));
}

/** A phone: an element with its holder's passcode set. */
export type Phone = {
  readonly host: ElementHost;
  readonly certificate: Uint8Array;
  readonly elementId: string;
};

let serial = 0;

/** Make a phone. */
export async function newPhone(clock: ManualClock): Promise<Phone> {
  const lasting = bearElement({ keyring, random: systemRandom, serial: serial++ });
  const storage = memoryElement(lasting);
  const host = await openElement({ storage, clock, random: systemRandom });
  await host.wired(fromHex(`00A4040008A000000151000000`));
  await host.wired(fromHex('0024018106313233343536'));
  const { certificate } = lasting.birth;
  return { host, certificate, elementId: toHex(elementId(certificate)) };
}

type Enrolling = {
  readonly card?: { pan: string; expiry: string; mobile?: string; cvn2?: string };
  readonly ask?: Record<string, unknown>;
  readonly entry?: Partial<CardEntry>;
};

/** What a wallet sends to add a card to a phone. */
export async function enrolBody(
  clock: ManualClock,
  phone: Phone,
  { card = DEBIT, ask = {}, entry = {} }: Enrolling = {},
): Promise<Parameters<typeof contract.enrol.body.parse>[0] & Record<string, unknown>> {
  const enrolmentId = requestId();
  const requestorId = requestors.wallet.id;
  const envelope = await seal({
    kind: 'card',
    ...card,
    elementId: phone.elementId,
    rpIdHash: '11'.repeat(32),
    origin: 'https://pay.example',
    enrolmentId,
    requestorId,
    atMs: clock.nowMs(),
    ...entry,
  });
  return {
    requestId: requestId(),
    enrolmentId,
    requestorId,
    envelope,
    elementCertificate: toHex(phone.certificate),
    termsVersion: '2026-01',
    termsAcceptedAtMs: clock.nowMs(),
    scores: GOOD_SCORES,
    ...ask,
  } as Record<string, unknown>;
}

/** Close an entry as the card-entry frame does. */
export async function seal(
  entry: CardEntry | CodeEntry | Record<string, unknown>,
): Promise<string> {
  const { publicJwk, kid } = envelopeAddress(keyring);
  return sealCardEntry({ publicJwk, kid, entry: entry as CardEntry });
}

/** What a wallet sends to pass a code on. */
export async function codeBody(
  clock: ManualClock,
  enrolmentId: string,
  code: string,
  entry: Partial<CodeEntry> = {},
) {
  const envelope = await seal({
    kind: 'code',
    code,
    enrolmentId,
    requestorId: requestors.wallet.id,
    atMs: clock.nowMs(),
    ...entry,
  });
  return { requestId: requestId(), enrolmentId, envelope };
}

/** Add a card up to its token, which is inactive. */
export async function tokenised(world: World, phone: Phone, enrolling: Enrolling = {}) {
  const body = await enrolBody(world.clock, phone, enrolling);
  const asked = await world.asWallet(contract.enrol, body as never);
  if (isRefused(asked)) throw new Error(asked.code);
  if (asked.state === 'tokenised') return asked;
  const verified = await world.asWallet(
    contract.checkCode,
    await codeBody(world.clock, asked.enrolmentId, world.issuer.code),
  );
  if (isRefused(verified)) throw new Error(verified.code);
  return verified;
}

type Round = { step: 'nonce' | 'agree' | 'open' | 'load'; answers: string[] };

/** Ask for a round. */
export function provisionRound(world: World, tokenReference: string, round?: Round) {
  const body = { requestId: requestId(), tokenReference, ...(round && { round }) };
  return world.asWallet(contract.provision, body);
}

/** Run a round's commands on a phone as the wallet app does: in order, up to the first that is not accepted. */
export async function runCommands(
  phone: Phone,
  commands: readonly { bytes: string; accept: readonly string[] }[],
): Promise<string[]> {
  const answers: string[] = [];
  for (const { bytes, accept } of commands) {
    const answer = toHex(await phone.host.wired(fromHex(bytes)));
    answers.push(answer);
    if (!accept.includes(answer.slice(-4))) break;
  }
  return answers;
}

/** All rounds from the first to `done`, or to a refusal; the steps that were gone through. */
export async function provisionAll(
  world: World,
  phone: Phone,
  tokenReference: string,
): Promise<{ steps: string[]; refusal?: Refused }> {
  const steps: string[] = [];
  let answer = await provisionRound(world, tokenReference);
  for (let rounds = 0; rounds < 20; rounds++) {
    if (isRefused(answer)) return { steps, refusal: answer };
    steps.push(answer.step);
    if (answer.step === 'done') return { steps };
    const answers = await runCommands(phone, answer.commands);
    answer = await provisionRound(world, tokenReference, { step: answer.step, answers });
  }
  throw new Error('the rounds do not end');
}

/** A token that is active on a phone. */
export type LiveToken = {
  readonly tokenReference: string;
  readonly enrolmentId: string;
  readonly instanceAid: string;
  readonly number: string;
  readonly expiry: string;
};

/** Add a card to a phone, all the way, and activate it in the contactless registry. */
export async function activeToken(
  world: World,
  phone: Phone,
  enrolling: Enrolling = {},
): Promise<LiveToken> {
  const { tokenReference = '', enrolmentId } = await tokenised(world, phone, enrolling);
  const { refusal } = await provisionAll(world, phone, tokenReference);
  if (refusal) throw new Error(refusal.code);
  const view = await world.asWallet(contract.token, { tokenReference });
  if (isRefused(view)) throw new Error(view.code);
  const { instanceAid, tokenExpiry: expiry } = view;
  await phone.host.wired(fromHex('00A4040009A0000001514352530000'));
  await phone.host.wired(fromHex(`80F001010C4F0A${instanceAid}`));
  return {
    tokenReference,
    enrolmentId,
    instanceAid,
    number: await numberOf(phone, instanceAid),
    expiry,
  };
}

/** The token's number, as a reader finds it in record 0301. */
async function numberOf(phone: Phone, instanceAid: string): Promise<string> {
  await phone.host.air(fromHex(`00A404000A${instanceAid}00`));
  const record = toHex(await phone.host.air(fromHex('00B2011C00')));
  return /5A08(\d{16})/.exec(record)?.[1] ?? '';
}

/** The holder types the passcode; the phone is ready for one tap. */
export async function armPhone(phone: Phone, instanceAid: string): Promise<void> {
  const { host } = phone;
  await host.wired(fromHex('00A4040008A000000151000000'));
  await host.wired(fromHex(`803A01000C4F0A${instanceAid}00`));
  await host.wired(fromHex('0020008106313233343536'));
}

/** The fields of a purchase as the acquirer sends it on, around the chip data of a tap. */
export function purchase(
  clock: ManualClock,
  token: Pick<LiveToken, 'number' | 'expiry'>,
  chipData: string,
  change: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const { transmission, time, date } = localTime(clock.nowMs());
  const traceNumber = String(nextTrace++).padStart(6, '0');
  const { code } = institutions.acquirer;
  const fields: Record<string, string | undefined> = {
    2: token.number,
    3: '000000',
    4: '000000002850',
    7: transmission,
    11: traceNumber,
    12: time,
    13: date,
    14: token.expiry,
    18: '5411',
    19: '156',
    22: '072',
    23: '001',
    25: '00',
    32: code,
    33: code,
    35: `${token.number}=${token.expiry}20100000000000`,
    37: `${transmission.slice(0, 6)}${traceNumber}`,
    41: '00000001',
    42: '999902010000001',
    43: 'NOODLE HOUSE             SHANGHAI     CN',
    49: '156',
    55: chipData,
    60: '00000060030000',
    ...change,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

let nextTrace = 1;

/** Tap a phone for 28.50 and give DE55 as the terminal sends it. */
export async function tapPhone(clock: ManualClock, phone: Phone): Promise<string> {
  const { dateWithYear } = localTime(clock.nowMs());
  const un = toHex(systemRandom(4));
  const values = `000000002850${'000000000000'}0156${'0000000000'}0156${dateWithYear}00${un}`;
  await phone.host.air(fromHex('00A4040008A00000033301010100'));
  const answer = toHex(await phone.host.air(fromHex(`80A800002383213600008${'0'}${values}00`)));
  if (!answer.endsWith('9000')) throw new Error(`the phone answered ${answer}`);
  const terminal =
    `9F0206000000002850` +
    `9F0306000000000000` +
    `9F1A020156` +
    `95050000000000` +
    `5F2A020156` +
    `9A03${dateWithYear}` +
    `9C0100` +
    `9F3704${un}`;
  const [template] = decodeTlv(fromHex(answer.slice(0, -4)));
  return toHex(template?.value ?? new Uint8Array(0)) + terminal;
}

/** Everything that stands in the tables, as one text, to search for what must not be there. */
export async function tablesAsText(sql: Sql): Promise<string> {
  const tables = await sql(
    `select table_name from information_schema.tables where table_schema = 'tokens' order by 1`,
  );
  const texts = await Promise.all(
    tables.map(async ({ table_name }) => {
      const rows = await sql(
        `select t::text as line from tokens.${String(table_name)} t order by 1`,
      );
      return rows.map(({ line }) => String(line)).join('\n');
    }),
  );
  return texts.join('\n');
}

/** How a text would look inside a bytea column. */
export function asHexText(text: string): string {
  return toHex(fromAscii(text)).toLowerCase();
}
