/** Patience with a bank that does not answer. */
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';

/** How long the bank may keep a reader of the story waiting before the world's clock is moved on. */
const PATIENCE_MS = 2_500;
const MOVED_ON_MS = 30_000;

/** Wait for an answer; where the clock is ours, move it on instead of sitting out a time-out. */
export async function hurried<T>(stage: Stage, show: Show, answer: Promise<T>): Promise<T> {
  const { advanceClock, clock } = stage;
  if (advanceClock === undefined) return answer;
  const stop = new AbortController();
  const waited = clock.sleep(PATIENCE_MS, stop.signal).then(() => 'waited' as const);
  const first = await Promise.race([answer.then(() => 'answered' as const), waited]);
  stop.abort();
  if (first === 'waited') {
    show.note(
      `The bank does not answer; the world’s clock is moved on by ${MOVED_ON_MS / 1000} s.`,
    );
    advanceClock(MOVED_ON_MS);
  }
  return answer;
}
