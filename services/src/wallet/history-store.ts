/** A device's history and the notifications it is made of: SQL and typed rows. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { bytes, flag, text, textOrNone, whole } from '../column.ts';
import type { Part } from './store.ts';

/** A line of a device's history before it has its sequence. Amounts are decimal strings of minor units. */
export type NewLine = {
  readonly atMs: InstantMs;
  readonly tokenReference: string;
  readonly tokenLastFour: string;
  readonly kind: 'payment' | 'reversal' | 'state';
  readonly amountMinor?: string | undefined;
  readonly currency?: string | undefined;
  readonly merchant?: string | undefined;
  readonly approved: boolean;
  readonly code?: string | undefined;
  readonly retrievalReference?: string | undefined;
  readonly responseCode?: string | undefined;
};

/** A line as it is kept. */
export type Line = NewLine & { readonly sequence: number };

/** Take a notification. */
export function notificationPart(
  notificationId: string,
  digest: Uint8Array,
  atMs: InstantMs,
): Part {
  return (bind) => `insert into wallet.notification
      (device_id, notification_id, digest, taken_at_ms)
    select device_id, ${bind(notificationId)}::text, ${bind(digest)}::bytea, ${bind(atMs)}::bigint
    from changed`;
}

/** Add a line to the history; its sequence is the device's new version. */
export function linePart(line: NewLine): Part {
  return (bind) => `insert into wallet.history (device_id, sequence, at_ms, token_reference,
      token_last_four, kind, amount_minor, currency, merchant, approved, code,
      retrieval_reference, response_code)
    select device_id, version, ${bind(line.atMs)}::bigint, ${bind(line.tokenReference)}::text,
      ${bind(line.tokenLastFour)}::text, ${bind(line.kind)}::text,
      ${bind(line.amountMinor ?? null)}::bigint, ${bind(line.currency ?? null)}::text,
      ${bind(line.merchant ?? null)}::text, ${bind(line.approved)}::boolean,
      ${bind(line.code ?? null)}::text, ${bind(line.retrievalReference ?? null)}::text,
      ${bind(line.responseCode ?? null)}::text from changed`;
}

/** The digest of a notification that was taken. */
export async function readNotification(
  sql: Sql,
  deviceId: string,
  notificationId: string,
): Promise<Uint8Array | undefined> {
  const [row] = await sql(
    'select digest from wallet.notification where device_id = $1 and notification_id = $2',
    [deviceId, notificationId],
  );
  return row === undefined ? undefined : bytes(row, 'digest');
}

/** The most lines that one answer holds. */
const MOST_LINES = 200;

/** A device's history after a sequence, oldest first. */
export async function readLines(
  sql: Sql,
  deviceId: string,
  afterSequence: number,
): Promise<readonly Line[]> {
  const rows = await sql(
    `select sequence, at_ms, token_reference, token_last_four, kind,
        amount_minor::text as amount_minor, currency, merchant, approved, code,
        retrieval_reference, response_code
      from wallet.history where device_id = $1 and sequence > $2 order by sequence limit $3`,
    [deviceId, afterSequence, MOST_LINES],
  );
  return rows.map(lineOf);
}

function lineOf(row: SqlRow): Line {
  return {
    sequence: whole(row, 'sequence'),
    atMs: whole(row, 'at_ms'),
    tokenReference: text(row, 'token_reference'),
    tokenLastFour: text(row, 'token_last_four'),
    kind: text(row, 'kind') as Line['kind'],
    amountMinor: textOrNone(row, 'amount_minor'),
    currency: textOrNone(row, 'currency'),
    merchant: textOrNone(row, 'merchant'),
    approved: flag(row, 'approved'),
    code: textOrNone(row, 'code'),
    retrievalReference: textOrNone(row, 'retrieval_reference'),
    responseCode: textOrNone(row, 'response_code'),
  };
}
