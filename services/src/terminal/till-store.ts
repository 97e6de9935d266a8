/** Tills and their settings: SQL and typed rows. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { big, flag, text, whole, wholeOrNone } from '../column.ts';
import type { Settings } from './reader.ts';

/** One till. */
export type Till = {
  readonly tillId: string;
  readonly usedAtMs: InstantMs;
  readonly settings: Settings;
  readonly version: bigint;
};

/** Open a till; the one that the same request opened before gets this key instead of its own. */
export async function insertTill(
  sql: Sql,
  till: Till,
  requestId: string,
  keyHash: Uint8Array,
): Promise<void> {
  await sql(
    `insert into terminal.till
       (till_id, request_id, key_hash, used_at_ms, floor_limit_minor, cvm_limit_minor,
        contactless_limit_minor, offline_only, country, currency, version)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
       on conflict (request_id) do update
         set key_hash = excluded.key_hash, used_at_ms = excluded.used_at_ms`,
    [till.tillId, requestId, keyHash, till.usedAtMs, ...valuesOf(till.settings)],
  );
}

/** The till of a key, if it was used since `sinceMs`. */
export async function findTill(
  sql: Sql,
  keyHash: Uint8Array,
  sinceMs: InstantMs,
): Promise<Till | undefined> {
  const [row] = await sql(
    `select till_id, used_at_ms, floor_limit_minor, cvm_limit_minor, contactless_limit_minor,
            offline_only, country, currency, version
       from terminal.till where key_hash = $1 and used_at_ms > $2`,
    [keyHash, sinceMs],
  );
  return row === undefined ? undefined : readTill(row);
}

/** Remember that a till was used. */
export async function touchTill(sql: Sql, tillId: string, atMs: InstantMs): Promise<void> {
  await sql('update terminal.till set used_at_ms = $2 where till_id = $1 and used_at_ms < $2', [
    tillId,
    atMs,
  ]);
}

/** Forget tills that were not used since `sinceMs`. Their payments stay. */
export async function deleteTills(sql: Sql, sinceMs: InstantMs): Promise<void> {
  await sql('delete from terminal.till where used_at_ms <= $1', [sinceMs]);
}

/** Write a till's settings and the answer to who changed them; false when the version has moved on. */
export async function updateSettings(
  sql: Sql,
  till: Pick<Till, 'tillId' | 'version' | 'settings'>,
  requestId: string,
  digest: Uint8Array,
  answer: string,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update terminal.till
          set floor_limit_minor = $3, cvm_limit_minor = $4, contactless_limit_minor = $5,
              offline_only = $6, country = $7, currency = $8, version = version + 1
        where till_id = $1 and version = $2
        returning till_id
     ), answered as (
       insert into terminal.answer (request_id, request_digest, answer)
       select $9::text, $10::bytea, $11::text from changed
       on conflict do nothing
     )
     select till_id from changed`,
    [till.tillId, till.version, ...valuesOf(till.settings), requestId, digest, answer],
  );
  return rows.length > 0;
}

function valuesOf(settings: Settings) {
  return [
    settings.floorLimitMinor,
    settings.cvmLimitMinor,
    settings.contactlessLimitMinor,
    settings.offlineOnly,
    settings.country,
    settings.currency,
  ] as const;
}

function readTill(row: SqlRow): Till {
  return {
    tillId: text(row, 'till_id'),
    usedAtMs: whole(row, 'used_at_ms'),
    settings: {
      floorLimitMinor: whole(row, 'floor_limit_minor'),
      cvmLimitMinor: whole(row, 'cvm_limit_minor'),
      contactlessLimitMinor: wholeOrNone(row, 'contactless_limit_minor') ?? null,
      offlineOnly: flag(row, 'offline_only'),
      country: text(row, 'country'),
      currency: text(row, 'currency') as Settings['currency'],
    },
    version: big(row, 'version'),
  };
}
