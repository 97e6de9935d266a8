/**
 * What a gate knows of the time: its own clock, how far that was off when it was last compared with the back office's,
 * and how far off the sum may be by now.
 * @see docs/specs.md, transit sheet, sections 2.4 and 5.3
 */
import { UNKNOWN_UNCERTAINTY_MS } from '@octavo/lib/transit/tap-record.ts';
import type { InstantMs } from '../ports.ts';

/** One exchange: when the gate asked and was answered by its own clock, and the other clock in between. */
export type TimeExchange = {
  readonly askedAtMs: InstantMs;
  readonly officeMs: InstantMs;
  readonly answeredAtMs: InstantMs;
};

/** What an exchange told: what is to be added to the gate's clock, how far that may be off, and when by that clock. */
export type ClockComparison = {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
  readonly atMs: InstantMs;
};

/** The time as a gate writes it down. */
export type GateTime = {
  readonly deviceTimeMs: InstantMs;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
};

/**
 * Compare two clocks by one exchange: the other was read half way, give or take half the way. Undefined when the gate's
 * own clock went back meanwhile.
 */
export function compareClocks(exchange: TimeExchange): ClockComparison | undefined {
  const { askedAtMs, officeMs, answeredAtMs } = exchange;
  const wayMs = answeredAtMs - askedAtMs;
  if (wayMs < 0) return undefined;
  const offsetMs = officeMs - askedAtMs - Math.floor(wayMs / 2);
  return { offsetMs, uncertaintyMs: Math.ceil(wayMs / 2), atMs: answeredAtMs };
}

/** Of two comparisons the one to go by: the surer one, but the newer one where both cannot be true. */
export function surerComparison(
  kept: ClockComparison | undefined,
  fresh: ClockComparison,
): ClockComparison {
  if (kept === undefined) return fresh;
  const keptNowMs = grownUncertaintyMs(kept, fresh.atMs);
  if (keptNowMs === undefined) return fresh;
  const isApart = Math.abs(kept.offsetMs - fresh.offsetMs) > keptNowMs + fresh.uncertaintyMs;
  return isApart || fresh.uncertaintyMs <= keptNowMs ? fresh : kept;
}

/** The time at a gate. Without a comparison, or with the clock behind its last one, nobody knows how far off it is. */
export function gateTime(comparison: ClockComparison | undefined, nowMs: InstantMs): GateTime {
  const uncertaintyMs = comparison && grownUncertaintyMs(comparison, nowMs);
  return {
    deviceTimeMs: nowMs,
    // A clock that fell back to its beginning must not be led before it: no record can say that.
    offsetMs: Math.max(0 - nowMs, comparison?.offsetMs ?? 0),
    uncertaintyMs: Math.min(uncertaintyMs ?? UNKNOWN_UNCERTAINTY_MS, UNKNOWN_UNCERTAINTY_MS),
  };
}

/** A quartz clock drifts by at most this much: 50 millionths. */
const DRIFT_PER_MILLION = 50;

/** Undefined when the clock stands behind the comparison: it was set back, and by how much nobody knows. */
function grownUncertaintyMs(comparison: ClockComparison, nowMs: InstantMs): number | undefined {
  const elapsedMs = nowMs - comparison.atMs;
  if (elapsedMs < 0) return undefined;
  return comparison.uncertaintyMs + Math.ceil((elapsedMs * DRIFT_PER_MILLION) / 1_000_000);
}
