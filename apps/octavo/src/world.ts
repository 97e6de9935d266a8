/**
 * One world in one process: every service, one database, real lines between acquirer, network and issuer.
 * This is the composition root.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CancelSignal,
  Clock,
  Dial,
  Directory,
  Journal,
  Random,
} from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { bindKeyring } from '@octavo/platform/database-claim.ts';
import { keepJournals, memoryJournal, openJournal } from '@octavo/platform/journal-file.ts';
import {
  assertNotKnown,
  envelopeAddress,
  generateKeyring,
  type Keyring,
  knownKeyring,
  publicDirectory,
} from '@octavo/platform/keyring.ts';
import { loadKeyring, saveKeyring } from '@octavo/platform/keyring-file.ts';
import { type Database, openDatabase } from '@octavo/platform/postgres.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { verifierOf } from '@octavo/platform/softkeys-p256.ts';
import { type TraceBuffer, traceBuffer } from '@octavo/platform/trace.ts';
import { keepTrace } from '@octavo/platform/trace-file.ts';
import { showKey } from '@octavo/services/caller';
import { type Client, connectTo, type Fetch } from '@octavo/services/endpoint';
import { readMigrations } from '@octavo/services/migrations';
import * as network from '@octavo/services/network';
import { type ClockLever, openClock } from './lever-clock.ts';
import { type Lines, openLines } from './lever-lines.ts';
import { openStaff, type Staff } from './lever-services.ts';

/** What a world is opened with. */
export type WorldOptions = {
  /** The machine's clock; the world's own may be ahead of it. */
  readonly clock: Clock;
  readonly random: Random;
  /** Where keys and the embedded database are kept, locked by the caller; without one the world is new and in memory. */
  readonly folder?: string | undefined;
  /** A PostgreSQL server instead of the embedded database. */
  readonly databaseUrl?: string | undefined;
  /** Published test keys, so that outsiders can recompute every cryptogram; only for worlds in memory. */
  readonly knownKeys?: boolean | undefined;
  /** Where migrated images of the embedded database are cached. */
  readonly imageFolder: string;
  readonly posPort?: number | undefined;
};

/** A running world. */
export type World = {
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly operator: Client;
  readonly events: TraceBuffer;
  readonly dialAcquirer: Dial;
  readonly engine: Database['engine'];
  readonly posAddress: string;
  /** Where migrated images of the embedded database are cached. */
  readonly imageFolder: string;
  describe(): Record<string, unknown>;
  /** Put a phone into the field of that name, or take it out. */
  setAir(name: string, channel: Channel | undefined): void;
  /** What its operator may spoil, end and move on. */
  readonly levers: {
    readonly lines: Lines;
    readonly staff: Staff;
    readonly clock: ClockLever;
  };
  /** Aborted when the world closes: whoever waits for news is let go. */
  readonly closing: CancelSignal;
  close(): Promise<void>;
};

/** How many events are kept for those who come late. */
const EVENTS_KEPT = 5_000;

/** Open a world, run it, and wait until its institutions are signed on. What fails on the way is closed again. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { folder } = options;
  const keyring = await openKeyring(options);
  const database = await openDatabase({
    migrations: readMigrations(),
    imageFolder: options.imageFolder,
    ...(options.databaseUrl === undefined ? {} : { url: options.databaseUrl }),
    ...(folder === undefined ? {} : { folder: join(folder, 'database') }),
  });
  try {
    await bindKeyring(database.sql, keyring);
    return await runWorld(options, keyring, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function runWorld(
  options: WorldOptions,
  keyring: Keyring,
  database: Database,
): Promise<World> {
  const { random } = options;
  const clockLever = await openClock(options.clock, options.folder);
  const { clock } = clockLever;
  const events =
    options.folder === undefined
      ? { ...traceBuffer(EVENTS_KEPT), close: async () => {} }
      : await keepTrace(join(options.folder, 'events.jsonl'), EVENTS_KEPT);
  const trace = events.traceFor('operator', clock);
  const air = new Map<string, Channel>();
  const journals = keepJournals(journalsOf(options.folder));
  const lines = await openLines({
    posPort: options.posPort ?? 0,
    clock,
    trace,
    isRunning: (name) => staff.isRunning(name),
    onLink: (name, link) => staff.accept(name, link),
  });
  const staff = openStaff(
    {
      clock,
      random,
      sql: database.sql,
      traceFor: (service) => events.traceFor(service, clock),
      keys: keysOf(keyring, random),
      directory: directoryOf(keyring),
      operatorKey: keyring.operator.token,
      makerKey: publicDirectory(keyring).maker,
      envelopeKey: envelopeKeyOf(keyring),
      dial: lines.dial,
      posAddress: lines.posAddress,
      air: (name) => air.get(name),
      openJournal: journals.open,
    },
    trace,
  );
  staff.run();
  const closing = new AbortController();
  const end = async () => {
    closing.abort();
    const stopped = staff.stop();
    await lines.close();
    await stopped;
    await journals.close();
    await events.close();
  };
  const operator = connectTo(staff.fetch, showKey('operator', keyring.operator.token), clock);
  try {
    await signedOn(operator, clock);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    keyring,
    clock,
    random,
    fetch: staff.fetch,
    operator,
    events,
    dialAcquirer: lines.dial.terminalToAcquirer,
    engine: database.engine,
    posAddress: lines.posAddress,
    imageFolder: options.imageFolder,
    describe: staff.describe,
    setAir: (name, channel) => {
      if (channel === undefined) air.delete(name);
      else air.set(name, channel);
    },
    levers: { lines, staff, clock: clockLever },
    closing: closing.signal,
    close: async () => {
      await end();
      await database.close();
    },
  };
}

/** Forget a world: its keys and its embedded database. */
export async function resetWorld(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** The world's keys: made at its first start and then only read, but for kinds of keys that came later. Whoever opens a folder holds its lock. */
async function openKeyring(options: WorldOptions): Promise<Keyring> {
  const { folder, random, knownKeys } = options;
  const nowMs = options.clock.nowMs();
  if (folder === undefined) return (knownKeys ? knownKeyring : generateKeyring)(random, nowMs);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'keyring.json');
  const kept = await loadKeyring(file, { random, nowMs });
  const keyring = kept ?? generateKeyring(random, nowMs);
  assertNotKnown(keyring);
  if (kept === undefined) await saveKeyring(file, keyring);
  return keyring;
}

/** Where gates keep their records: beside the database, or in memory with it. */
function journalsOf(folder: string | undefined): (gateId: string) => Promise<Journal> {
  return folder === undefined
    ? async () => memoryJournal()
    : (gateId) => openJournal(join(folder, 'gates', gateId));
}

/** The ports of every party. */
export function keysOf(keyring: Keyring, random: Random) {
  return {
    tokens: softKeysFor('tokens', keyring, random),
    issuer: softKeysFor('issuer', keyring, random),
    network: softKeysFor('network', keyring, random),
    wallet: softKeysFor('wallet', keyring, random),
    acquirer: softKeysFor('acquirer', keyring, random),
    transit: softKeysFor('transit', keyring, random),
    gate: softKeysFor('gate', keyring, random),
    terminal: softKeysFor('terminal', keyring, random),
  };
}

/** Who signs with which key. */
export function directoryOf(keyring: Keyring): Directory {
  const verifiers = new Map(
    Object.entries(publicDirectory(keyring)).map(([party, key]) => [party, verifierOf(key)]),
  );
  return {
    verify: async (party, message, signature) =>
      verifiers.get(party)?.(message, signature) ?? false,
  };
}

/** What card entry writes to. */
export function envelopeKeyOf(keyring: Keyring) {
  const { kid, publicJwk } = envelopeAddress(keyring);
  return {
    kid,
    jwk: { kty: 'EC' as const, crv: 'P-256' as const, x: publicJwk.x, y: publicJwk.y },
  };
}

/** How long institutions may take to sign on before the world counts as broken. */
const SIGN_ON_LIMIT_MS = 10_000;
const SIGN_ON_LOOK_MS = 10;

async function signedOn(operator: Client, clock: Clock): Promise<void> {
  for (let waitedMs = 0; waitedMs < SIGN_ON_LIMIT_MS; waitedMs += SIGN_ON_LOOK_MS) {
    const status = await operator(network.status, {});
    if (!isRefused(status) && status.institutions.length >= 2) {
      if (status.institutions.every((institution) => institution.signedOn)) return;
    }
    await clock.sleep(SIGN_ON_LOOK_MS);
  }
  throw new Error('the institutions did not sign on to the network');
}
