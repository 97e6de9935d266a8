/** Gates, their records, and what cannot be believed: the tables whose shard key is the gate's id. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { Gap, Held } from '@octavo/domain/transit/held.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { bytes, flag, json, text, textOrNone, whole, wholeOrNone } from '../column.ts';
import type { DoneRequest } from '../request.ts';

/** Where a gate stands. */
export type Place = {
  readonly operator: string;
  readonly station: string;
  readonly line: string;
  readonly route: string;
  readonly direction: 'none' | 'in' | 'out';
};

/** A gate. */
export type GateRow = {
  readonly gateId: string;
  readonly publicKey: Uint8Array;
  readonly place: Place;
  readonly enrolledAtMs: InstantMs;
  readonly held: Held;
  readonly forged: number;
  readonly lastSeenAtMs: InstantMs | undefined;
  readonly listSeen: { readonly epoch: number; readonly version: number } | undefined;
  readonly clock:
    | { readonly offsetMs: number; readonly uncertaintyMs: number; readonly atMs: InstantMs }
    | undefined;
  readonly version: number;
};

/** A record as it is held. */
export type RecordRow = {
  readonly gateId: string;
  readonly sequence: number;
  readonly body: Uint8Array;
  readonly hash: Uint8Array;
  readonly previous: Uint8Array;
  readonly contested: boolean;
  readonly takenAtMs: InstantMs;
};

/** Bytes that cannot be believed. */
export type Forgery = {
  readonly gateId: string;
  /** SHA-256 of them, hexadecimal. */
  readonly digest: string;
  readonly sequence: number | undefined;
  readonly reason: ForgeryReason;
  readonly body: Uint8Array;
  readonly atMs: InstantMs;
};

/** Why bytes are not believed. */
export type ForgeryReason =
  | 'unreadable'
  | 'other_gate'
  | 'signature_wrong'
  | 'sequence_reused'
  | 'chain_broken'
  | 'credential_unreadable'
  | 'credential_differs';

const GATE_COLUMNS = `gate_id, public_key, place, enrolled_at_ms, highest, gaps, forged, last_seen_at_ms,
  list_seen, clock, version`;

/** One gate. */
export async function readGate(sql: Sql, gateId: string): Promise<GateRow | undefined> {
  const [row] = await sql(`select ${GATE_COLUMNS} from transit.gate where gate_id = $1`, [gateId]);
  return row === undefined ? undefined : gateOf(row);
}

/** All gates. */
export async function readGates(sql: Sql): Promise<readonly GateRow[]> {
  const rows = await sql(`select ${GATE_COLUMNS} from transit.gate order by gate_id`);
  return rows.map(gateOf);
}

/** What was answered to a command on gates. */
export async function readCommand(sql: Sql, requestId: string): Promise<DoneRequest | undefined> {
  const [row] = await sql('select digest, answer from transit.command where request_id = $1', [
    requestId,
  ]);
  return row === undefined
    ? undefined
    : { digest: bytes(row, 'digest'), answer: json(row, 'answer') };
}

/** Write a new gate and the command that enrolled it; false when the gate, or the command, is there. */
export async function insertGate(
  sql: Sql,
  gate: GateRow,
  command: { readonly requestId: string; readonly digest: Uint8Array; readonly answer: unknown },
): Promise<boolean> {
  const rows = await sql(
    `with fresh as (
       insert into transit.command (request_id, digest, answer, at_ms)
         select $1::text, $2::bytea, $3::jsonb, $7::bigint where not exists (select 1 from transit.gate where gate_id = $4::text)
         on conflict do nothing returning request_id)
     insert into transit.gate (gate_id, public_key, place, enrolled_at_ms, highest, gaps, forged, version)
       select $4::text, $5::bytea, $6::jsonb, $7::bigint, 0, '[]'::jsonb, 0, 0 from fresh
       on conflict do nothing returning gate_id`,
    [
      command.requestId,
      command.digest,
      JSON.stringify(command.answer),
      gate.gateId,
      gate.publicKey,
      JSON.stringify(gate.place),
      gate.enrolledAtMs,
    ],
  );
  return rows.length > 0;
}

/** The records of a gate under these numbers. */
export async function readRecords(
  sql: Sql,
  gateId: string,
  sequences: readonly number[],
): Promise<readonly RecordRow[]> {
  const rows = await sql(
    `select gate_id, sequence, body, hash, previous, contested, taken_at_ms from transit.record
      where gate_id = $1 and sequence = any($2::bigint[]) order by sequence`,
    [gateId, [...sequences]],
  );
  return rows.map(recordOf);
}

/** What an upload adds to a gate. */
export type UploadWrite = {
  readonly gate: GateRow;
  readonly records: readonly RecordRow[];
  readonly forgeries: readonly Forgery[];
  /** Records that are held and turn out to be contested. */
  readonly contested: readonly number[];
};

/** Write what came of an upload over the gate's version: gate, records, what is kept apart. False: overtaken. */
export async function saveUpload(sql: Sql, write: UploadWrite): Promise<boolean> {
  const { gate, records, forgeries, contested } = write;
  const rows = await sql(
    `with changed as (
       update transit.gate set highest = $3, gaps = $4::jsonb, last_seen_at_ms = $5::bigint, clock = $6::jsonb,
           forged = forged + $9, version = version + 1
         where gate_id = $1 and version = $2 returning gate_id, version),
     kept as (
       insert into transit.record (gate_id, sequence, body, hash, previous, contested, taken_at_ms)
         select gate_id, r.sequence, decode(r.body, 'hex'), decode(r.hash, 'hex'), decode(r.previous, 'hex'),
             r.contested, $5::bigint from changed, jsonb_to_recordset($7::jsonb)
             as r(sequence bigint, body text, hash text, previous text, contested boolean)
         on conflict do nothing),
     apart as (
       insert into transit.forgery (gate_id, digest, sequence, reason, body, at_ms)
         select gate_id, f.digest, f.sequence, f.reason, decode(f.body, 'hex'), $5::bigint
           from changed, jsonb_to_recordset($8::jsonb)
             as f(digest text, sequence bigint, reason text, body text)
         on conflict do nothing),
     doubted as (
       update transit.record set contested = true, posted_at_ms = null from changed
         where record.gate_id = $1 and record.sequence = any($10::bigint[]) and not record.contested)
     select version from changed`,
    [
      gate.gateId,
      gate.version,
      gate.held.highest,
      JSON.stringify(gate.held.gaps),
      gate.lastSeenAtMs ?? null,
      gate.clock === undefined ? null : JSON.stringify(gate.clock),
      JSON.stringify(
        records.map(({ sequence, body, hash, previous, contested: isContested }) => ({
          sequence,
          body: toHex(body),
          hash: toHex(hash),
          previous: toHex(previous),
          contested: isContested,
        })),
      ),
      JSON.stringify(
        forgeries.map(({ digest, sequence, reason, body }) => ({
          digest,
          sequence: sequence ?? null,
          reason,
          body: toHex(body),
        })),
      ),
      forgeries.length,
      [...contested],
    ],
  );
  return rows.length > 0;
}

/** Note that a gate called, and which list it has. */
export async function noteSeen(
  sql: Sql,
  gateId: string,
  nowMs: InstantMs,
  listSeen: { readonly epoch: number; readonly version: number } | undefined,
): Promise<boolean> {
  const rows = await sql(
    `update transit.gate set last_seen_at_ms = $2,
         list_seen = coalesce($3::jsonb, list_seen), version = version + 1
       where gate_id = $1 returning gate_id`,
    [gateId, nowMs, listSeen === undefined ? null : JSON.stringify(listSeen)],
  );
  return rows.length > 0;
}

/** Which of these digests are kept apart already. */
export async function readForgedDigests(
  sql: Sql,
  gateId: string,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql(
    'select digest from transit.forgery where gate_id = $1 and digest = any($2::text[]) order by digest',
    [gateId, [...digests]],
  );
  return new Set(rows.map((row) => text(row, 'digest')));
}

/** What was kept apart last. */
export async function readForgeries(sql: Sql, most: number): Promise<readonly Forgery[]> {
  const rows = await sql(
    `select gate_id, digest, sequence, reason, body, at_ms from transit.forgery
      order by at_ms desc, gate_id, digest limit $1`,
    [most],
  );
  return rows.map((row) => ({
    gateId: text(row, 'gate_id'),
    digest: text(row, 'digest'),
    sequence: wholeOrNone(row, 'sequence'),
    reason: text(row, 'reason') as ForgeryReason,
    body: bytes(row, 'body'),
    atMs: whole(row, 'at_ms'),
  }));
}

/** Records whose rider is to be looked for by now: those that were not looked at before any that could not be posted. */
export async function readUnposted(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly RecordRow[]> {
  const rows = await sql(
    `select gate_id, sequence, body, hash, previous, contested, taken_at_ms from transit.record
      where posted_at_ms is null and post_due_at_ms <= $1
      order by post_due_at_ms, taken_at_ms, gate_id, sequence limit $2`,
    [nowMs, most],
  );
  return rows.map(recordOf);
}

/** Note when records are looked at again whose rider could not be found now. */
export async function notePostLater(
  sql: Sql,
  names: readonly { readonly gateId: string; readonly sequence: number }[],
  dueAtMs: InstantMs,
): Promise<void> {
  await sql(
    `update transit.record set post_due_at_ms = $1
       from unnest($2::text[], $3::bigint[]) as n(gate_id, sequence)
      where record.gate_id = n.gate_id and record.sequence = n.sequence`,
    [dueAtMs, names.map(({ gateId }) => gateId), names.map(({ sequence }) => sequence)],
  );
}

/** Note that records have found their riders, or have none. */
export async function notePosted(
  sql: Sql,
  posted: readonly {
    readonly gateId: string;
    readonly sequence: number;
    readonly contested: boolean;
    readonly credentialId: string | undefined;
  }[],
  nowMs: InstantMs,
): Promise<void> {
  await sql(
    `update transit.record set posted_at_ms = $1, credential_id = p.credential_id
       from jsonb_to_recordset($2::jsonb)
         as p(gate_id text, sequence bigint, contested boolean, credential_id text)
      where record.gate_id = p.gate_id and record.sequence = p.sequence
        and record.contested = p.contested`,
    [
      nowMs,
      JSON.stringify(
        posted.map(({ gateId, sequence, contested, credentialId }) => ({
          gate_id: gateId,
          sequence,
          contested,
          credential_id: credentialId ?? null,
        })),
      ),
    ],
  );
}

/** Keep a record's bytes apart after it was taken: its credential cannot be believed. */
export async function insertForgery(sql: Sql, forgery: Forgery): Promise<void> {
  await sql(
    `with apart as (
       insert into transit.forgery (gate_id, digest, sequence, reason, body, at_ms)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning gate_id)
     update transit.gate set forged = forged + 1, version = version + 1 from apart
       where gate.gate_id = apart.gate_id`,
    [
      forgery.gateId,
      forgery.digest,
      forgery.sequence ?? null,
      forgery.reason,
      forgery.body,
      forgery.atMs,
    ],
  );
}

/** The bytes of some records, by `gateId/sequence`. */
export async function readBodies(
  sql: Sql,
  names: readonly { readonly gateId: string; readonly sequence: number }[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await sql(
    `select r.gate_id, r.sequence, r.body from transit.record r
       join unnest($1::text[], $2::bigint[]) as n(gate_id, sequence)
         on r.gate_id = n.gate_id and r.sequence = n.sequence
      order by r.gate_id, r.sequence`,
    [names.map(({ gateId }) => gateId), names.map(({ sequence }) => sequence)],
  );
  return new Map(
    rows.map((row) => [`${text(row, 'gate_id')}/${whole(row, 'sequence')}`, bytes(row, 'body')]),
  );
}

/** One record and whose tap it is. */
export async function readRecord(
  sql: Sql,
  gateId: string,
  sequence: number,
): Promise<(RecordRow & { readonly credentialId: string | undefined }) | undefined> {
  const [row] = await sql(
    `select gate_id, sequence, body, hash, previous, contested, taken_at_ms, credential_id
       from transit.record where gate_id = $1 and sequence = $2`,
    [gateId, sequence],
  );
  return row && { ...recordOf(row), credentialId: textOrNone(row, 'credential_id') };
}

function gateOf(row: SqlRow): GateRow {
  return {
    gateId: text(row, 'gate_id'),
    publicKey: bytes(row, 'public_key'),
    place: json(row, 'place') as Place,
    enrolledAtMs: whole(row, 'enrolled_at_ms'),
    held: { highest: whole(row, 'highest'), gaps: json(row, 'gaps') as readonly Gap[] },
    forged: whole(row, 'forged'),
    lastSeenAtMs: wholeOrNone(row, 'last_seen_at_ms'),
    listSeen: json(row, 'list_seen') as GateRow['listSeen'],
    clock: json(row, 'clock') as GateRow['clock'],
    version: whole(row, 'version'),
  };
}

function recordOf(row: SqlRow): RecordRow {
  return {
    gateId: text(row, 'gate_id'),
    sequence: whole(row, 'sequence'),
    body: bytes(row, 'body'),
    hash: bytes(row, 'hash'),
    previous: bytes(row, 'previous'),
    contested: flag(row, 'contested'),
    takenAtMs: whole(row, 'taken_at_ms'),
  };
}
