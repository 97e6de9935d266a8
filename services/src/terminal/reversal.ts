/**
 * Payments without an end: taken back, again and again until the acquirer says so.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
import { GIVE_UP_AFTER_MS } from '@octavo/domain/network.ts';
import type { InstantMs } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { endsReversal, repeatPauseMs } from '@octavo/domain/repeat.ts';
import { sealPos } from '@octavo/lib/iso8583/mac.ts';
import type { AcquirerLine } from './line.ts';
import { readAnswer, reversalFields, toAcquirer } from './message.ts';
import type { TerminalPorts } from './ports.ts';
import { NO_ANSWER, reversedPayment } from './receipt.ts';
import { getReady } from './set-up.ts';
import {
  countAttempt,
  findSelf,
  keepMacKey,
  listOpen,
  movePayment,
  type PaymentRow,
} from './store.ts';

/**
 * Payments that an earlier life left pending may have been sent, so they are never sent again: they are to be
 * taken back. Only for callers who know that no payment is under way.
 */
export async function doubtLeftovers(ports: TerminalPorts): Promise<void> {
  const self = await findSelf(ports.sql);
  for (const row of await listOpen(ports.sql)) {
    if (row.state !== 'pending' || self === undefined) continue;
    const answer = reversedPayment(row, self, NO_ANSWER);
    const isMoved = await movePayment(
      ports.sql,
      row,
      'reversing',
      undefined,
      JSON.stringify(answer),
    );
    if (isMoved) ports.trace('terminal.outcome', { outcome: answer.outcome, code: NO_ANSWER });
  }
}

/** Send every reversal that is open, each at most `tries` times. */
export async function reverseAll(
  ports: TerminalPorts,
  line: AcquirerLine,
  tries: number,
): Promise<void> {
  for (const row of await listOpen(ports.sql)) {
    if (row.state !== 'reversing') continue;
    for (let tried = 0; tried < tries; tried++) {
      if (await reverseOnce(ports, line, row)) break;
    }
  }
}

/** How long until a reversal should be tried again; undefined when none is open. */
export async function nextReversalMs(
  ports: TerminalPorts,
  nowMs: InstantMs,
  triedAtMs: InstantMs,
): Promise<number | undefined> {
  const open = await listOpen(ports.sql);
  if (open.length === 0) return undefined;
  // What was never tried is due at once.
  if (open.some((row) => row.attempts === 0)) return 0;
  const pauses = open.map((row) => repeatPauseMs(row.attempts));
  return Math.max(triedAtMs + Math.min(...pauses) - nowMs, 0);
}

/** One try; true when the payment is voided, or given up for its age. */
async function reverseOnce(
  ports: TerminalPorts,
  line: AcquirerLine,
  row: PaymentRow,
): Promise<boolean> {
  if (row.message === undefined) return true;
  // However long the terminal was off, it is tried once.
  if (row.attempts > 0 && ports.clock.nowMs() - row.atMs >= GIVE_UP_AFTER_MS) {
    return movePayment(ports.sql, row, 'exception', undefined, undefined);
  }
  await countAttempt(ports.sql, row.sequence);
  const ready = await getReady(ports, line);
  if (isRefused(ready)) return false;
  const mac = (input: Uint8Array) => ports.keys.terminalMac(ready.macKey, input);
  const asked = toAcquirer('0400', reversalFields(row.message));
  const frame = await line.ask(asked, await sealPos(asked, mac));
  if (frame === undefined) return false;
  const answer = await readAnswer(frame, mac);
  if (!answer.macRight) {
    // Perhaps the acquirer has another key for us by now; a sign-in makes them one again.
    await keepMacKey(ports.sql, undefined);
    return false;
  }
  const responseCode = answer.fields['39'];
  if (!endsReversal(responseCode)) return false;
  return movePayment(ports.sql, row, 'voided', responseCode, undefined);
}
