/** Telling the requestor: what waits in the outbox is sent, oldest first, until the wallet has taken it. */
import type { z } from '@hono/zod-openapi';
import type { InstantMs, Sql } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { repeatPauseMs } from '@octavo/domain/repeat.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { bytes, json, whole } from '../column.ts';
import { notify } from '../wallet/contract.ts';
import type { Tokens } from './ports.ts';

const BATCH = 50;

/**
 * Send what is due. `unreached`: the wallet did not answer, so the rest waits; `more`: there is more to send now;
 * `sent`: nothing is left that is due.
 */
export async function sendOutbox(tokens: Tokens): Promise<'unreached' | 'more' | 'sent'> {
  const { sql, clock, wallet } = tokens;
  const due = await readDue(sql, clock.nowMs());
  for (const waiting of due) {
    const notificationId = toHex(waiting.notificationId);
    const answer = await wallet(notify, { ...waiting.body, notificationId });
    if (!isRefused(answer)) {
      await remove(sql, waiting);
      continue;
    }
    // While the wallet is away all wait alike, and keep their order; only what it refuses waits alone.
    if (answer.code === 'unavailable') return 'unreached';
    await postpone(sql, waiting, clock.nowMs());
  }
  return due.length === BATCH ? 'more' : 'sent';
}

type Waiting = {
  readonly tokenId: Uint8Array;
  readonly notificationId: Uint8Array;
  readonly body: Omit<z.input<typeof notify.body>, 'notificationId'>;
  readonly failures: number;
};

async function readDue(sql: Sql, nowMs: InstantMs): Promise<readonly Waiting[]> {
  const rows = await sql(
    `select token_id, notification_id, body, failures from tokens.outbox where due_ms <= $1
     order by at_ms, token_id, sequence, notification_id limit ${BATCH}`,
    [nowMs],
  );
  return rows.map((row) => ({
    tokenId: bytes(row, 'token_id'),
    notificationId: bytes(row, 'notification_id'),
    body: json(row, 'body') as Waiting['body'],
    failures: whole(row, 'failures'),
  }));
}

async function remove(sql: Sql, { tokenId, notificationId }: Waiting): Promise<void> {
  await sql('delete from tokens.outbox where token_id = $1 and notification_id = $2', [
    tokenId,
    notificationId,
  ]);
}

async function postpone(sql: Sql, waiting: Waiting, nowMs: InstantMs): Promise<void> {
  const { tokenId, notificationId, failures } = waiting;
  await sql(
    `update tokens.outbox set failures = failures + 1, due_ms = $4
     where token_id = $1 and notification_id = $2 and failures = $3`,
    [tokenId, notificationId, failures, nowMs + repeatPauseMs(failures + 1)],
  );
}
