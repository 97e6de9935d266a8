/** Where the terminal's last payments stand, in memory: whether the phone may be taken away. */
import type { z } from '@hono/zod-openapi';
import type { progress } from './contract.ts';
import { type Asker, mayTouch } from './till.ts';

/** How far a payment has come. */
export type Stage = z.output<typeof progress.answer>['stage'];

/** Keeps the stages. */
export type Progress = {
  /** Say how far a payment has come. */
  reach(requestId: string, asker: Asker, stage: Stage): void;
  /** The stage of a payment that the asker may see; undefined when none is remembered. */
  stageOf(requestId: string, asker: Asker): Stage | undefined;
};

/** Make the keeper. It remembers the last hundred payments. */
export function createProgress(): Progress {
  type Kept = { readonly tillId: string | undefined; readonly stage: Stage };
  const kept = new Map<string, Kept>();
  return {
    reach(requestId, asker, stage) {
      const owner = asker === 'operator' ? { tillId: undefined } : { tillId: asker.tillId };
      // Another till's request under the same id is refused as such, and must not blur the first one's stage.
      if (kept.has(requestId) && kept.get(requestId)?.tillId !== owner.tillId) return;
      kept.set(requestId, { stage, ...owner });
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    stageOf(requestId, asker) {
      const found = kept.get(requestId);
      return found !== undefined && mayTouch(asker, found) ? found.stage : undefined;
    },
  };
}

const MOST_KEPT = 100;
