/**
 * Store and forward: the network's own reversals, sent until the issuer answers. Nobody waits for the answer;
 * it finds its row by its key, also after a restart.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
import { type MessageFields, messageKey } from '@octavo/domain/message.ts';
import { GIVE_UP_AFTER_MS, unsentDelayMs } from '@octavo/domain/network.ts';
import type { CancelSignal } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { endsReversal, repeatPauseMs } from '@octavo/domain/repeat.ts';
import { type Bell, repeatedly } from '../bell.ts';
import { original } from '../tokens/contract.ts';
import type { Desk } from './desk.ts';
import { fromNetwork } from './legs.ts';
import {
  dueReversals,
  nextDueAtMs,
  type QueuedReversal,
  saveQueued,
  saveReversalAnswer,
} from './queue.ts';

/** The longest rest while nothing is due; a new reversal rings. */
const LONGEST_REST_MS = 15 * 60_000;

/** Forward what is due, again and again until stopped. */
export async function runForward(desk: Desk, bell: Bell, stop: CancelSignal): Promise<void> {
  const { sql, clock } = desk.ports;
  await repeatedly(bell, stop, async () => {
    const due = await dueReversals(sql, clock.nowMs());
    await Promise.all(due.map((queued) => forwardOne(desk, queued)));
    const next = await nextDueAtMs(sql);
    if (next === undefined) return LONGEST_REST_MS;
    // While the line is down the due ones stay due; its coming up rings.
    const restMs = next - clock.nowMs();
    return restMs > 0 ? Math.min(restMs, LONGEST_REST_MS) : desk.line.isUp() ? 0 : LONGEST_REST_MS;
  });
}

/** Take the issuer's answer to a reversal; false when none waits under its key. */
export async function hearReversalAnswer(desk: Desk, fields: MessageFields): Promise<boolean> {
  const key = messageKey('0430', fields);
  const responseCode = fields['39'];
  if (key === undefined || responseCode === undefined) return false;
  return saveReversalAnswer(desk.ports.sql, key, responseCode, endsReversal(responseCode));
}

async function forwardOne(desk: Desk, queued: QueuedReversal): Promise<void> {
  const { sql, clock, tokens } = desk.ports;
  if (clock.nowMs() - queued.createdAtMs >= GIVE_UP_AFTER_MS) {
    await saveQueued(sql, { ...queued, state: 'exception' });
    return;
  }
  if (!desk.line.isUp()) return;
  const card = await tokens(original, { token: queued.token, messageKey: queued.originalKey });
  const nowMs = clock.nowMs();
  if (isRefused(card)) {
    const nextAtMs = nowMs + unsentDelayMs(nowMs - queued.createdAtMs);
    await saveQueued(sql, { ...queued, nextAtMs });
    return;
  }
  const sendings = queued.sendings + 1;
  const nextAtMs = nowMs + repeatPauseMs(sendings);
  // Saved before it is sent: after a restart the next sending is a repeat, 0421.
  if (!(await saveQueued(sql, { ...queued, sendings, nextAtMs }))) return;
  await desk.line.send(
    fromNetwork(queued.issuer, sendings === 1 ? '0420' : '0421', {
      ...queued.fields,
      2: card.pan,
      14: card.panExpiry,
    }),
  );
}
