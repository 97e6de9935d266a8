/** Gates, who opened them, and their lists: SQL and typed rows. */
import type { z } from '@hono/zod-openapi';
import type { ClockComparison } from '@octavo/domain/gate/clock.ts';
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { DenyList } from '@octavo/lib/transit/deny-list.ts';
import type { GateDirection } from '@octavo/lib/transit/tap-record.ts';
import { big, bytes, flag, text, whole, wholeOrNone } from '../column.ts';
import type { DoneRequest } from '../request.ts';
import type { GateCard, Settings as SettingsShape } from './contract.ts';

/** How a gate is set up. */
export type Settings = z.output<typeof SettingsShape>;

/** A gate as it was built. */
export type Card = z.output<typeof GateCard>;

/** A gate's row. */
export type GateRow = Card & {
  readonly settings: Settings;
  readonly version: bigint;
  readonly isEnrolled: boolean;
  /** The highest number that it is known to have given to a record. */
  readonly recordsWritten: number;
  readonly list?: Omit<DenyList, 'entries'> | undefined;
  readonly comparison?: ClockComparison | undefined;
};

/** Build a gate; nothing happens when there is one at its place. */
export async function insertGate(sql: Sql, card: Card, settings: Settings): Promise<void> {
  const { operator, station, line, route, direction } = card.place;
  await sql(
    `insert into gate.gate
       (gate_id, operator, station, line, route, direction, number, merchant_class, tariff_version,
        settings, version, is_enrolled)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, false) on conflict do nothing`,
    [
      card.gateId,
      ...[operator, station, line, route, direction],
      ...[card.number, card.merchantClass, card.tariffVersion, JSON.stringify(settings)],
    ],
  );
}

/** How many gates were built. */
export async function countGates(sql: Sql): Promise<number> {
  const [row] = await sql('select count(*)::integer as gates from gate.gate', []);
  return row === undefined ? 0 : whole(row, 'gates');
}

/** A gate by its id. */
export async function findGate(sql: Sql, gateId: string): Promise<GateRow | undefined> {
  const [row] = await sql(`select ${COLUMNS} from gate.gate where gate_id = $1`, [gateId]);
  return row === undefined ? undefined : readGate(row);
}

/** The ids of all gates. */
export async function listGates(sql: Sql): Promise<readonly string[]> {
  const rows = await sql('select gate_id from gate.gate order by gate_id');
  return rows.map((row) => text(row, 'gate_id'));
}

/** Remember that the back office knows a gate. */
export async function noteEnrolled(sql: Sql, gateId: string): Promise<void> {
  await sql('update gate.gate set is_enrolled = true where gate_id = $1', [gateId]);
}

/** Remember up to which number a gate has written records; it never becomes less. */
export async function keepRecordsWritten(sql: Sql, gateId: string, number: number): Promise<void> {
  await sql(
    'update gate.gate set records_written = $2 where gate_id = $1 and records_written < $2',
    [gateId, number],
  );
}

/** Keep how a gate's clock compared. */
export async function keepComparison(
  sql: Sql,
  gateId: string,
  { offsetMs, uncertaintyMs, atMs }: ClockComparison,
): Promise<void> {
  await sql(
    `update gate.gate set clock_offset_ms = $2, clock_uncertainty_ms = $3, clock_at_ms = $4
      where gate_id = $1`,
    [gateId, offsetMs, uncertaintyMs, atMs],
  );
}

/** Keep a gate's list: its entries once for all gates, and forget those that no gate has any more. */
export async function keepList(sql: Sql, gateId: string, list: DenyList): Promise<void> {
  const { epoch, version, issuedAtMs, entries } = list;
  await sql(
    `with kept as (
       insert into gate.list (epoch, version, entries) values ($2, $3, $4) on conflict do nothing
     )
     update gate.gate set list_epoch = $2, list_version = $3, list_issued_at_ms = $5
      where gate_id = $1`,
    [gateId, epoch, version, entries, issuedAtMs],
  );
  await sql(
    `delete from gate.list l
      where not (l.epoch = $1 and l.version = $2)
        and not exists (select 1 from gate.gate g
                         where g.list_epoch = l.epoch and g.list_version = l.version)`,
    [epoch, version],
  );
}

/** Remember that a gate has a newer word about the list it has. */
export async function keepListAge(sql: Sql, gateId: string, issuedAtMs: InstantMs): Promise<void> {
  await sql('update gate.gate set list_issued_at_ms = $2 where gate_id = $1', [gateId, issuedAtMs]);
}

/** The entries of a list that was kept. */
export async function findEntries(
  sql: Sql,
  { epoch, version }: Pick<DenyList, 'epoch' | 'version'>,
): Promise<Uint8Array | undefined> {
  const [row] = await sql('select entries from gate.list where epoch = $1 and version = $2', [
    epoch,
    version,
  ]);
  return row === undefined ? undefined : bytes(row, 'entries');
}

/** Open a door to a gate; the one that the same request opened before gets this key instead of its own. */
export async function insertDoor(
  sql: Sql,
  door: {
    readonly doorId: string;
    readonly requestId: string;
    readonly keyHash: Uint8Array;
    readonly gateId: string;
    readonly usedAtMs: InstantMs;
  },
): Promise<void> {
  await sql(
    `insert into gate.door (door_id, request_id, key_hash, gate_id, used_at_ms)
       values ($1, $2, $3, $4, $5)
       on conflict (request_id) do update
         set key_hash = excluded.key_hash, gate_id = excluded.gate_id, used_at_ms = excluded.used_at_ms`,
    [door.doorId, door.requestId, door.keyHash, door.gateId, door.usedAtMs],
  );
}

/** The gate that a key opens, if it was used since `sinceMs`, and when it was used. */
export async function findDoor(
  sql: Sql,
  keyHash: Uint8Array,
  sinceMs: InstantMs,
): Promise<
  { readonly doorId: string; readonly gateId: string; readonly usedAtMs: InstantMs } | undefined
> {
  const [row] = await sql(
    'select door_id, gate_id, used_at_ms from gate.door where key_hash = $1 and used_at_ms > $2',
    [keyHash, sinceMs],
  );
  return row === undefined
    ? undefined
    : {
        doorId: text(row, 'door_id'),
        gateId: text(row, 'gate_id'),
        usedAtMs: whole(row, 'used_at_ms'),
      };
}

/** Remember that a door was used. */
export async function touchDoor(sql: Sql, doorId: string, atMs: InstantMs): Promise<void> {
  await sql('update gate.door set used_at_ms = $2 where door_id = $1 and used_at_ms < $2', [
    doorId,
    atMs,
  ]);
}

/** Forget doors that were not used since `sinceMs`. Their gates stay. */
export async function deleteDoors(sql: Sql, sinceMs: InstantMs): Promise<void> {
  await sql('delete from gate.door where used_at_ms <= $1', [sinceMs]);
}

/** Write a gate's settings and the answer to who changed them; false when the version has moved on. */
export async function updateSettings(
  sql: Sql,
  gate: Pick<GateRow, 'gateId' | 'version' | 'settings'>,
  done: { readonly requestId: string; readonly digest: Uint8Array; readonly answer: string },
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update gate.gate set settings = $3, version = version + 1
        where gate_id = $1 and version = $2
        returning gate_id
     ), answered as (
       insert into gate.answer (request_id, request_digest, answer)
       select $4::text, $5::bytea, $6::text from changed
       on conflict do nothing
     )
     select gate_id from changed order by gate_id`,
    [
      gate.gateId,
      gate.version,
      JSON.stringify(gate.settings),
      done.requestId,
      done.digest,
      done.answer,
    ],
  );
  return rows.length > 0;
}

/** What was answered to a request. */
export async function findAnswer(sql: Sql, requestId: string): Promise<DoneRequest | undefined> {
  const [row] = await sql('select request_digest, answer from gate.answer where request_id = $1', [
    requestId,
  ]);
  return row === undefined
    ? undefined
    : { digest: bytes(row, 'request_digest'), answer: JSON.parse(text(row, 'answer')) };
}

const COLUMNS = `gate_id, operator, station, line, route, direction, number, merchant_class,
  tariff_version, settings, version, is_enrolled, records_written, list_epoch, list_version, list_issued_at_ms,
  clock_offset_ms, clock_uncertainty_ms, clock_at_ms`;

function readGate(row: SqlRow): GateRow {
  return {
    gateId: text(row, 'gate_id'),
    place: {
      operator: text(row, 'operator'),
      station: text(row, 'station'),
      line: text(row, 'line'),
      route: text(row, 'route'),
      direction: text(row, 'direction') as GateDirection,
    },
    number: whole(row, 'number'),
    merchantClass: text(row, 'merchant_class') as Card['merchantClass'],
    tariffVersion: whole(row, 'tariff_version'),
    settings: JSON.parse(text(row, 'settings')) as Settings,
    version: big(row, 'version'),
    isEnrolled: flag(row, 'is_enrolled'),
    recordsWritten: whole(row, 'records_written'),
    list: listOf(row),
    comparison: comparisonOf(row),
  };
}

function listOf(row: SqlRow): GateRow['list'] {
  const version = wholeOrNone(row, 'list_version');
  if (version === undefined) return undefined;
  const [epoch, issuedAtMs] = [whole(row, 'list_epoch'), whole(row, 'list_issued_at_ms')];
  return { epoch, version, issuedAtMs };
}

function comparisonOf(row: SqlRow): ClockComparison | undefined {
  const atMs = wholeOrNone(row, 'clock_at_ms');
  if (atMs === undefined) return undefined;
  return {
    offsetMs: whole(row, 'clock_offset_ms'),
    uncertaintyMs: whole(row, 'clock_uncertainty_ms'),
    atMs,
  };
}
