/** The token service's own work: send the outbox, finish or end what is open, forget what is old. */
import type { CancelSignal, Clock } from '@octavo/domain/ports.ts';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import { forgetTries, readDueEnrolments } from './enrolment-store.ts';
import { lapsed } from './enrolment-view.ts';
import { forgetEnvelopes } from './envelope.ts';
import { sendOutbox, waitAfter } from './outbox.ts';
import type { Tokens } from './ports.ts';
import { lapseToken } from './token.ts';
import { readDueTokens } from './token-store.ts';
import { tokenise } from './tokenise.ts';

/** How long the service sleeps when nobody wakes it. */
const IDLE_MS = 15_000;

/** Something that waits for a time or for a nudge, whichever comes first. */
export type Alarm = { nudge(): void; wait(durationMs: number): Promise<void> };

/** Make an alarm. A nudge while nobody waits ends the next waiting at once. */
export function createAlarm(clock: Clock): Alarm {
  let isNudged = false;
  let waking: AbortController | undefined;
  return {
    nudge: () => {
      isNudged = true;
      waking?.abort();
    },
    wait: async (durationMs) => {
      waking = new AbortController();
      if (isNudged) waking.abort();
      await clock.sleep(durationMs, waking.signal);
      isNudged = false;
    },
  };
}

/** Work until stopped. What an earlier life left open is settled first. */
export async function runTokens(tokens: Tokens, alarm: Alarm, stop: CancelSignal): Promise<void> {
  stop.addEventListener('abort', () => alarm.nudge());
  let failures = 0;
  while (!stop.aborted) {
    const sent = await round(tokens);
    failures = sent === 'unreached' ? failures + 1 : 0;
    if (sent === 'sent') await alarm.wait(IDLE_MS);
    // News does not make a wallet that is away come back sooner.
    const untilMs = tokens.clock.nowMs() + (failures === 0 ? 0 : waitAfter(failures));
    while (!stop.aborted && tokens.clock.nowMs() < untilMs) {
      await alarm.wait(untilMs - tokens.clock.nowMs());
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
}
