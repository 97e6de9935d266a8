/** Rating: all taps of an account in, priced journeys and days out. */
import type { InstantMs } from '../ports.ts';
import type { RatedAccount } from './journey.ts';
import type { CityPlan } from './network.ts';
import type { Policy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';

/**
 * Price all journeys of an account: a pure function of the set of its taps, whatever their order and however often
 * each came. `asOfMs` is the moment up to which it is known that somebody has or has not left.
 * Taps must reach back to the beginning of the earliest month that matters, and one service day before it.
 */
export type RateAccount = (
  taps: readonly RatedTap[],
  city: CityPlan,
  policy: Policy,
  asOfMs: InstantMs,
) => RatedAccount;
