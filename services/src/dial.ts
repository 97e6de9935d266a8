/** What the services that keep a line do alike: dialling, and testing a silent line. */
import { type Dial, type Link, LinkDown } from '@octavo/domain/ports.ts';

/** Silence after which an echo is sent. @see docs/specs.md, ISO 8583 sheet, section 9 */
export const IDLE_MS = 60_000;

/** How many unanswered echoes end a line. */
export const MOST_MISSES = 3;

/** Dial; undefined when nobody is there. */
export async function dialOnce(dial: Dial): Promise<Link | undefined> {
  try {
    return await dial();
  } catch (error) {
    if (error instanceof LinkDown) return undefined;
    throw error;
  }
}
