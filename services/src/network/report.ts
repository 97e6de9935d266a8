/** Telling the token service how messages ended, until it has heard. */
import { type KeptMessage, told } from '@octavo/domain/network.ts';
import type { CancelSignal } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { repeatPauseMs } from '@octavo/domain/repeat.ts';
import { type Bell, repeatedly } from '../bell.ts';
import { isPassing } from '../passing.ts';
import { outcome } from '../tokens/contract.ts';
import { alter, type Desk } from './desk.ts';
import { owingMessages } from './store.ts';

/** The longest rest while nothing is owed; what is owed anew rings. */
const LONGEST_REST_MS = 15 * 60_000;

/** Tell how one message ended and keep what came back; false when the token service did not answer. */
export async function tellTokens(desk: Desk, kept: KeptMessage): Promise<boolean> {
  const { messageKey: key, owed, fields = {}, code } = kept;
  if (owed === 'nothing') return true;
  const answer = await desk.ports.tokens(outcome, {
    mti: '0200',
    fields: { ...fields },
    responseCode: kept.responseCode ?? '96',
    ...(code === undefined ? {} : { code }),
    reversed: owed === 'reversed',
  });
  if (isRefused(answer) && isPassing(answer)) return false;
  // It may never have had a verdict on this message; then there is nothing to tell it.
  const tag91 = isRefused(answer) ? undefined : answer.tag91;
  await alter(desk, key, (now) => told(now, owed, tag91));
  return true;
}

/** Tell all that is owed, again and again until stopped. */
export async function runReports(desk: Desk, bell: Bell, stop: CancelSignal): Promise<void> {
  let failures = 0;
  await repeatedly(bell, stop, async () => {
    const all = await tellAll(desk, stop);
    failures = all ? 0 : failures + 1;
    return all ? LONGEST_REST_MS : repeatPauseMs(failures);
  });
}

async function tellAll(desk: Desk, stop: CancelSignal): Promise<boolean> {
  let after = '';
  while (!stop.aborted) {
    const owing = await owingMessages(desk.ports.sql, after);
    for (const kept of owing) {
      // Whoever works on it tells it, or rings when it lands.
      if (desk.flights.has(kept.messageKey)) continue;
      if (!(await tellTokens(desk, kept))) return false;
    }
    const last = owing.at(-1);
    if (last === undefined) break;
    after = last.messageKey;
  }
  return true;
}
