/** Where enrolments and tokens live: SQL and typed rows. They stay known after their leaf is free. */
import type { InstantMs, Sql } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { text, whole } from '../column.ts';
import type { Part } from './store.ts';

/** Take an enrolment id for a device, once; answers whose it is. */
export async function claimEnrolment(
  sql: Sql,
  enrolmentId: string,
  deviceId: string,
  atMs: InstantMs,
): Promise<string> {
  await sql(
    `insert into wallet.enrolment (enrolment_id, device_id, asked_at_ms) values ($1, $2, $3)
      on conflict (enrolment_id) do nothing`,
    [enrolmentId, deviceId, atMs],
  );
  const home = await readEnrolmentHome(sql, enrolmentId);
  assert(home !== undefined, 'an enrolment that was just claimed is there');
  return home;
}

/** Whose an enrolment id is. */
export async function readEnrolmentHome(
  sql: Sql,
  enrolmentId: string,
): Promise<string | undefined> {
  const [row] = await sql('select device_id from wallet.enrolment where enrolment_id = $1', [
    enrolmentId,
  ]);
  return row === undefined ? undefined : text(row, 'device_id');
}

/** How many enrolments a device has begun since an instant. */
export async function countEnrolments(
  sql: Sql,
  deviceId: string,
  sinceMs: InstantMs,
): Promise<number> {
  const [row] = await sql(
    'select count(*) as tries from wallet.enrolment where device_id = $1 and asked_at_ms > $2',
    [deviceId, sinceMs],
  );
  return row === undefined ? 0 : whole(row, 'tries');
}

/** Where a token lives. */
export async function readTokenHome(
  sql: Sql,
  tokenReference: string,
): Promise<{ readonly deviceId: string; readonly tokenLastFour: string } | undefined> {
  const [row] = await sql(
    'select device_id, token_last_four from wallet.token where token_reference = $1',
    [tokenReference],
  );
  if (row === undefined) return undefined;
  return { deviceId: text(row, 'device_id'), tokenLastFour: text(row, 'token_last_four') };
}

/** Remember which device a token lives on. */
export function tokenPart(tokenReference: string, tokenLastFour: string): Part {
  return (bind) => `insert into wallet.token (token_reference, device_id, token_last_four)
    select ${bind(tokenReference)}::text, device_id, ${bind(tokenLastFour)}::text from changed
    on conflict (token_reference) do nothing`;
}
