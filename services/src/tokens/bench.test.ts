/** For tests: a token service on a real database and real keys, with issuer and wallet played by their contracts. */
import type { Directory, Sql } from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { instantOfLocal } from '@octavo/domain/time.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { type ManualClock, manualClock } from '../../../platform/src/clock.ts';
import {
  envelopeAddress,
  generateKeyring,
  publicDirectory,
} from '../../../platform/src/keyring.ts';
import type { Database } from '../../../platform/src/postgres.ts';
import { systemRandom } from '../../../platform/src/random.ts';
import { softKeysFor } from '../../../platform/src/softkeys.ts';
import { verifySignature } from '../../../platform/src/softkeys-p256.ts';
import { createGate, type Gate, showKey, signAs } from '../caller.ts';
import { lentDatabase } from '../database.fixture.ts';
import { type Client, connectTo, createEdge, type Fetch } from '../endpoint.ts';
import * as issuerContract from '../issuer/contract.ts';
import type { Service } from '../service.ts';
import * as walletContract from '../wallet/contract.ts';
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
  /** Does what it is asked, and its answer is lost. */
  isUnheard: boolean;
  code: string;
  /** The enrolments whose code was right. */
  readonly verified: Set<string>;
  /** What it answered to checks of codes, by request id. */
  readonly checked: Map<string, Record<string, never> | Refused>;
  triesLeft: number;
  resendsLeft: number;
  asked: string[];
};

/** What the played wallet was told, and whether it answers. */
export type PlayedWallet = { told: Record<string, unknown>[]; isAway: boolean; asked: number };

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

/** The world's keys. */
export const keyring = generateKeyring(systemRandom);
const keys = {
  tokens: softKeysFor('tokens', keyring, systemRandom),
  wallet: softKeysFor('wallet', keyring, systemRandom),
  network: softKeysFor('network', keyring, systemRandom),
  issuer: softKeysFor('issuer', keyring, systemRandom),
};
/** The key port of the token service. */
export const tokensKeys = keys.tokens;
const OPERATOR_KEY = 'A'.repeat(32);

let lent: Promise<Database> | undefined;

/** An empty database with the token service's tables, one for a test file. */
export async function emptyDatabase(): Promise<Database> {
  lent ??= lentDatabase('tokens');
  const database = await lent;
  await database.truncate();
  return database;
}

/** Give the database back at the end of a test file. */
export async function closeDatabase(): Promise<void> {
  const database = await lent;
  lent = undefined;
  await database?.close();
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
    isUnheard: false,
    code: '123456',
    verified: new Set(),
    checked: new Map(),
    triesLeft: 3,
    resendsLeft: 3,
    asked: [],
  };
  return worldOn(await emptyDatabase(), clock, issuer, { told: [], isAway: false, asked: 0 }, {});
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
  edge.add(issuerContract.checkCode, async ({ requestId: id, enrolmentId, code }) => {
    issuer.asked.push('checkCode');
    if (issuer.isAway) return refused('unavailable');
    const answer = issuer.checked.get(id) ?? issuer.refusal ?? checkCode(issuer, enrolmentId, code);
    issuer.checked.set(id, answer);
    return issuer.isUnheard ? refused('unavailable') : answer;
  });
  return edge.fetch;
}

function checkCode(
  issuer: PlayedIssuer,
  enrolmentId: string,
  code: string,
): Record<string, never> | Refused {
  if (issuer.verified.has(enrolmentId)) return refused('enrolment.not_waiting');
  if (code === issuer.code) {
    issuer.verified.add(enrolmentId);
    return {};
  }
  issuer.triesLeft -= 1;
  return issuer.triesLeft > 0
    ? refused('enrolment.code_wrong', { triesLeft: issuer.triesLeft })
    : refused('enrolment.code_dead');
}

function playWallet(wallet: PlayedWallet, gate: Gate, clock: ManualClock): Fetch {
  const edge = createEdge('wallet', gate, clock);
  edge.add(walletContract.notify, async (notice) => {
    wallet.asked++;
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
