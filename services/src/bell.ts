/** Work that is done again and again: when it is due, or as soon as somebody wakes it. */
import { type CancelSignal, type Clock, StorageUnavailable } from '@octavo/domain/ports.ts';

/** A loop's bell. Waking it while it works makes it work once more. */
export type Bell = {
  wake(): void;
  /** Resolves after `durationMs`, or when woken. */
  wait(durationMs: number): Promise<void>;
};

/** How long a loop waits when the database did not answer. */
const STORAGE_PAUSE_MS = 1_000;

/** Make a bell. */
export function createBell(clock: Clock): Bell {
  let rung = false;
  let asleep: AbortController | undefined;
  return {
    wake() {
      rung = true;
      asleep?.abort('woken');
    },
    async wait(durationMs) {
      if (!rung) {
        asleep = new AbortController();
        await clock.sleep(durationMs, asleep.signal);
        asleep = undefined;
      }
      rung = false;
    },
  };
}

/** Work until stopped; `work` says how long it may rest. */
export async function repeatedly(
  bell: Bell,
  stop: CancelSignal,
  work: () => Promise<number>,
): Promise<void> {
  stop.addEventListener('abort', () => bell.wake());
  while (!stop.aborted) {
    const restMs = await workOnce(work);
    if (!stop.aborted) await bell.wait(restMs);
  }
}

async function workOnce(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StorageUnavailable) return STORAGE_PAUSE_MS;
    throw error;
  }
}
