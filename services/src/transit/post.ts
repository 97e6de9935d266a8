/** Records find their riders: the sealed token is opened, the tap written beside its token, the account found or opened. */
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equal, fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTrack2, Track2Error } from '@octavo/lib/emv/track2.ts';
import {
  correctedTimeMs,
  decodeTapRecord,
  type TapRecord,
  UNKNOWN_UNCERTAINTY_MS,
} from '@octavo/lib/transit/tap-record.ts';
import { accountIdOf, credentialIdOf, ensureAccount } from './accounts.ts';
import { insertCredential, noteJoin, readCredentials } from './credential-store.ts';
import {
  insertForgery,
  notePosted,
  notePostLater,
  type RecordRow,
  readUnposted,
} from './gate-store.ts';
import type { TransitPorts } from './ports.ts';
import { insertTaps, type NewTap } from './tap-store.ts';

/** How many records are looked at together. */
const MOST_AT_ONCE = 200;

/** How long a record is left alone whose account could not be opened, and a verdict or a token whose account could not take it. */
export const NEXT_TRY_MS = 5_000;

/** What a record's seal hid. */
export type OpenedToken = { readonly token: string; readonly expiry: string };

type Found = {
  readonly row: RecordRow;
  readonly record: TapRecord;
  readonly opened: OpenedToken | undefined;
  readonly credentialId: string | undefined;
};

/** Post records that are new; answers how many. */
export async function postRecords(ports: TransitPorts): Promise<number> {
  const rows = await readUnposted(ports.sql, ports.clock.nowMs(), MOST_AT_ONCE);
  if (rows.length === 0) return 0;
  const found: Found[] = [];
  for (const row of rows) found.push(await find(ports, row));
  const homes = await ensureCredentials(ports, found);
  const waiting = found.filter((each) => !homes.has(each.credentialId ?? '') && isOwed(each));
  if (waiting.length > 0) {
    const names = waiting.map(({ row }) => row);
    await notePostLater(ports.sql, names, ports.clock.nowMs() + NEXT_TRY_MS);
  }
  const settled = found
    .filter((each) => !waiting.includes(each))
    .map((each) => (homes.has(each.credentialId ?? '') ? each : nobodys(each.row, each.record)));
  const taps = settled.flatMap((each) => tapOf(ports, each));
  if (taps.length > 0) await insertTaps(ports.sql, taps, ports.clock.nowMs());
  const posted = settled.map(({ row, credentialId }) => ({ ...row, credentialId }));
  await notePosted(ports.sql, posted, ports.clock.nowMs());
  return settled.length;
}

/** Open a record's token; undefined when there is none, or the seal is not this record's. */
export async function openToken(
  ports: TransitPorts,
  record: TapRecord,
): Promise<OpenedToken | undefined> {
  const { gateId, sequence, sealedToken } = record;
  const plain = await ports.keys.openCredential(gateId, sequence, sealedToken);
  if (plain === undefined) return undefined;
  try {
    const { pan, expiry } = decodeTrack2(plain);
    return { token: pan, expiry };
  } catch (error) {
    if (error instanceof Track2Error) return undefined;
    throw error;
  }
}

async function find(ports: TransitPorts, row: RecordRow): Promise<Found> {
  const record = decodeTapRecord(row.body);
  const nobody = nobodys(row, record);
  if (record.sealedToken.length === 0) return nobody;
  const opened = await openToken(ports, record);
  const reason =
    opened === undefined ? 'credential_unreadable' : await differs(ports, record, opened.token);
  if (opened === undefined || reason !== undefined) {
    await insertForgery(ports.sql, {
      gateId: row.gateId,
      digest: toHex(row.hash),
      sequence: row.sequence,
      reason: reason ?? 'credential_unreadable',
      body: row.body,
      atMs: ports.clock.nowMs(),
    });
    ports.trace('transit.forged', { gateId: row.gateId, sequence: row.sequence, reason });
    return nobody;
  }
  return { row, record, opened, credentialId: await credentialIdOf(ports, opened.token) };
}

function nobodys(row: RecordRow, record: TapRecord): Found {
  return { row, record, opened: undefined, credentialId: undefined };
}

/** Whether a tap opens an account for its token. One that was refused for want of a proof may name anybody's. */
function isOwed({ credentialId, record }: Found): boolean {
  if (credentialId === undefined) return false;
  return record.authentication === 'verified' || record.kind !== 'refused';
}

/** A record whose hidden token is not the one that its gate looked up in the deny list charges nobody. */
async function differs(
  ports: TransitPorts,
  { credential }: TapRecord,
  token: string,
): Promise<'credential_differs' | undefined> {
  if (credential === undefined || credential.epoch !== (await ports.keys.denyEpoch())) return;
  const entry = await ports.keys.denyEntry('DENY1', token);
  return equal(entry, credential.hash) ? undefined : 'credential_differs';
}

/** Every token has its account before its taps are there; those that have one are answered. */
async function ensureCredentials(
  ports: TransitPorts,
  found: readonly Found[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(found.flatMap(({ credentialId }) => credentialId ?? []))];
  const known = new Map(
    (await readCredentials(ports.sql, ids)).map((row) => [row.credentialId, row]),
  );
  for (const each of found) {
    const { credentialId, opened, record } = each;
    if (credentialId === undefined || opened === undefined) continue;
    const { accountReference, form } = record;
    const there = known.get(credentialId);
    if (there === undefined) {
      if (!isOwed(each)) continue;
      const row = await openCredential(ports, credentialId, opened, accountReference, form);
      if (row !== undefined) known.set(credentialId, row);
    } else if (accountReference !== undefined && there.accountReference === undefined) {
      await learnReference(ports, credentialId, accountReference);
      known.set(credentialId, { ...there, accountReference });
    }
  }
  return new Set(known.keys());
}

async function openCredential(
  ports: TransitPorts,
  credentialId: string,
  { token }: OpenedToken,
  accountReference: string | undefined,
  form: string,
) {
  const entry = toHex(await ports.keys.denyEntry('DENY1', token));
  const lastFour = token.slice(-4);
  const accountId =
    accountReference === undefined ? credentialId : await accountIdOf(ports, accountReference);
  const credential = { credentialId, entry, lastFour, form };
  const refusal = await ensureAccount(ports, accountId, accountReference, credential);
  if (refusal !== undefined) return undefined;
  const row = {
    credentialId,
    accountId,
    joinTo: undefined,
    lastFour,
    denyEntry: entry,
    accountReference,
    form,
  };
  await insertCredential(ports.sql, row, ports.clock.nowMs());
  return row;
}

/** A token's account reference is known now: it moves to that account. */
export async function learnReference(
  ports: TransitPorts,
  credentialId: string,
  reference: string,
): Promise<void> {
  const joinTo = await accountIdOf(ports, reference);
  if (await noteJoin(ports.sql, credentialId, reference, joinTo)) {
    ports.trace('transit.joining', { credentialId, accountId: joinTo });
  }
}

function tapOf(ports: TransitPorts, { row, record, credentialId }: Found): readonly NewTap[] {
  if (credentialId === undefined) return [];
  const { gateId, sequence, kind, place, form, reason } = record;
  const { operator, station, line, route, direction } = place;
  return [
    {
      credentialId,
      gateId,
      sequence,
      kind,
      correctedMs: correctedTimeMs(record),
      uncertaintyMs: believedUncertaintyMs(record, row.takenAtMs),
      place: { operator, station, line, route, direction },
      form,
      reason: reason === '' ? undefined : reason,
      contested: row.contested,
      merchant: merchantClassOf(ports, operator),
      adviceId: adviceIdOf(gateId, sequence, row.hash),
      // A tap that ended before the card answered has nothing that could be judged. One that the card did not prove may
      // name anybody's token: its verdict would bar a rider who was not there.
      isAdvised:
        !row.contested &&
        record.authentication === 'verified' &&
        record.tags.some(({ tag }) => tag === '9F26'),
    },
  ];
}

/** How far ahead of our own clock a tap may seem to be. */
const MOST_AHEAD_MS = 300_000;

/** A tap that came before it happened was timed by a clock that jumped: nobody knows then when it was. */
function believedUncertaintyMs(record: TapRecord, takenAtMs: number): number {
  const { uncertaintyMs } = record;
  const isAhead = correctedTimeMs(record) > takenAtMs + uncertaintyMs + MOST_AHEAD_MS;
  return isAhead ? UNKNOWN_UNCERTAINTY_MS : uncertaintyMs;
}

/** DE18 of the operator's merchant: local trains, or buses. */
function merchantClassOf(ports: TransitPorts, operator: string): string {
  const mode = ports.city.operators.get(operator)?.mode;
  return mode === 'bus' ? '4131' : '4111';
}

/** The request id of a tap's advice: it follows from the record, so whoever posts it anew asks the same again. */
function adviceIdOf(gateId: string, sequence: number, hash: Uint8Array): string {
  const name = fromAscii(`octavo transit advice ${gateId} ${sequence} `);
  return toHex(sha256(concat(name, hash)).subarray(0, 16));
}
