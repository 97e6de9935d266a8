/**
 * Payments to be undone: those without an end, and those that the cashier takes back. Each goes out again and again
 * until the acquirer says so.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
import type { MessageFields } from '@octavo/domain/message.ts';
import { GIVE_UP_AFTER_MS } from '@octavo/domain/network.ts';
import type { InstantMs } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { endsReversal, repeatPauseMs } from '@octavo/domain/repeat.ts';
import { sealPos } from '@octavo/lib/iso8583/mac.ts';
import type { AcquirerLine } from './line.ts';
import { placeOf, readAnswer, reversalFields, takeBackFields, toAcquirer } from './message.ts';
import {
  countAttempt,
  keepNextTry,
  listOpen,
  type Move,
  movePayment,
  type PaymentRow,
} from './payment-store.ts';
import type { TerminalPorts } from './ports.ts';
import { NO_ANSWER, reversedPayment } from './receipt.ts';
import { getReady } from './set-up.ts';
import { type Enrolled, findSelf, keepMacKey } from './store.ts';
import { journeyOf } from './tell.ts';

/**
 * Payments that an earlier life left pending may have been sent, so they are never sent again: they are to be
 * taken back. Only for callers who know that no payment is under way.
 */
export async function doubtLeftovers(ports: TerminalPorts): Promise<void> {
  const self = await findSelf(ports.sql);
  for (const row of await listOpen(ports.sql)) {
    if (row.state !== 'pending' || self === undefined) continue;
    const told = reversedPayment(row, self, NO_ANSWER);
    const move: Move = { state: 'reversing', code: NO_ANSWER, answer: JSON.stringify(told) };
    if (await movePayment(ports.sql, row, move)) {
      const journey = journeyOf(row, self.enrolled);
      ports.trace('terminal.outcome', { ...journey, outcome: told.outcome, code: NO_ANSWER });
    }
  }
}

/** Send every reversal that is open, or only those that are due, each at most `tries` times. */
export async function reverseAll(
  ports: TerminalPorts,
  line: AcquirerLine,
  tries: number,
  which: 'all' | 'due' = 'all',
): Promise<void> {
  for (const row of await listOpen(ports.sql)) {
    if (row.state !== 'reversing') continue;
    if (which === 'due' && (row.nextTryAtMs ?? 0) > ports.clock.nowMs()) continue;
    for (let tried = 0; tried < tries; tried++) {
      if (await reverseOnce(ports, line, row)) break;
    }
  }
}

/** How long until a reversal should be tried again; undefined when none is open. */
export async function nextReversalMs(
  ports: TerminalPorts,
  nowMs: InstantMs,
): Promise<number | undefined> {
  const open = await listOpen(ports.sql);
  if (open.length === 0) return undefined;
  // What was never tried is due at once.
  return Math.max(Math.min(...open.map((row) => row.nextTryAtMs ?? 0)) - nowMs, 0);
}

/** One try; true when the payment is voided, or given up for its age. */
export async function reverseOnce(
  ports: TerminalPorts,
  line: AcquirerLine,
  row: PaymentRow,
): Promise<boolean> {
  // However long the terminal was off, it is tried once.
  const sinceMs = row.takenBackAtMs ?? row.atMs;
  if (row.attempts > 0 && ports.clock.nowMs() - sinceMs >= GIVE_UP_AFTER_MS) {
    return endReversal(ports, row, { state: 'exception' });
  }
  const attempts = await countAttempt(ports.sql, row.sequence);
  const move = await askToReverse(ports, line, row);
  if (move !== undefined) return endReversal(ports, { ...row, attempts }, move);
  const nextTryAtMs = ports.clock.nowMs() + repeatPauseMs(attempts);
  await keepNextTry(ports.sql, row.sequence, nextTryAtMs);
  return false;
}

/** Ask the acquirer; undefined when it has not confirmed. */
async function askToReverse(
  ports: TerminalPorts,
  line: AcquirerLine,
  row: PaymentRow,
): Promise<Move | undefined> {
  const ready = await getReady(ports, line);
  if (isRefused(ready)) return undefined;
  const { enrolled } = ready.self;
  const mac = (input: Uint8Array) => ports.keys.terminalMac(ready.macKey, input);
  const asked = toAcquirer('0400', fieldsOf(row, enrolled));
  const frame = await line.ask(asked, await sealPos(asked, mac), journeyOf(row, enrolled));
  if (frame === undefined) return undefined;
  const answer = await readAnswer(frame, mac);
  if (!answer.macRight) {
    // Perhaps the acquirer has another key for us by now; a sign-in makes them one again.
    await keepMacKey(ports.sql, undefined);
    return undefined;
  }
  const { '37': retrievalReference, '39': responseCode } = answer.fields;
  return endsReversal(responseCode)
    ? { state: 'voided', responseCode, retrievalReference }
    : undefined;
}

/** A payment in doubt has its whole request yet; of one that had ended, what names it is enough. */
function fieldsOf(row: PaymentRow, who: Enrolled): MessageFields {
  return row.message === undefined
    ? takeBackFields(row, placeOf(row.sequence), who)
    : reversalFields(row.message);
}

async function endReversal(ports: TerminalPorts, row: PaymentRow, move: Move): Promise<boolean> {
  const isMoved = await movePayment(ports.sql, row, move);
  if (isMoved) {
    const self = await findSelf(ports.sql);
    const { state, responseCode, retrievalReference } = move;
    ports.trace('terminal.reversed', {
      ...journeyOf(row, self?.enrolled),
      ...(retrievalReference === undefined ? {} : { retrievalReference }),
      state,
      ...(responseCode === undefined ? {} : { responseCode }),
      attempts: row.attempts,
    });
  }
  return isMoved;
}
