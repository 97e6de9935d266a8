/** The token service's own work: send the outbox, finish or end what is open, forget what is old. */
import { type CancelSignal, StorageUnavailable } from '@octavo/domain/ports.ts';
import { repeatPauseMs } from '@octavo/domain/repeat.ts';
import type { Bell } from '../bell.ts';
import { forgetTries, readDueEnrolments } from './enrolment-store.ts';
import { lapsed } from './enrolment-view.ts';
import { forgetEnvelopes } from './envelope.ts';
import { sendOutbox } from './outbox.ts';
import type { Tokens } from './ports.ts';
import { forgetPushed } from './push-store.ts';
import { lapseToken } from './token.ts';
import { readDueTokens } from './token-store.ts';
import { tokenise } from './tokenise.ts';

/** How long the service sleeps when nobody wakes it. */
const IDLE_MS = 15_000;

/** Work until stopped. What an earlier life left open is settled first. */
export async function runTokens(tokens: Tokens, bell: Bell, stop: CancelSignal): Promise<void> {
  stop.addEventListener('abort', () => bell.wake());
  let failures = 0;
  while (!stop.aborted) {
    const sent = await round(tokens);
    failures = sent === 'unreached' ? failures + 1 : 0;
    if (sent === 'sent') await bell.wait(IDLE_MS);
    // News does not make a wallet that is away come back sooner.
    const untilMs = tokens.clock.nowMs() + (failures === 0 ? 0 : repeatPauseMs(failures));
    while (!stop.aborted && tokens.clock.nowMs() < untilMs) {
      await bell.wait(untilMs - tokens.clock.nowMs());
    }
  }
}

async function round(tokens: Tokens): Promise<'unreached' | 'more' | 'sent'> {
  try {
    await endWhatIsDue(tokens);
    return await sendOutbox(tokens);
  } catch (error) {
    if (error instanceof StorageUnavailable) return 'unreached';
    throw error;
  }
}

async function endWhatIsDue(tokens: Tokens): Promise<void> {
  const { sql, clock } = tokens;
  for (const enrolment of await readDueEnrolments(sql, clock.nowMs())) {
    const isInTime = enrolment.expiresMs > clock.nowMs();
    if (isInTime) await tokenise(tokens, enrolment);
    else await lapsed(tokens, enrolment);
  }
  for (const token of await readDueTokens(sql, clock.nowMs())) await lapseToken(tokens, token);
  await forgetEnvelopes(tokens);
  await forgetTries(sql, clock.nowMs());
  await forgetPushed(sql, clock.nowMs());
}
