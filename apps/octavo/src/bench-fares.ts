/** Rating a month of a city's journeys, measured beside the plainest loop over the same taps, turn by turn. */
import { demoCity, demoCityPlan } from '@octavo/domain/transit/city.ts';
import { plainCity, ratePlainly } from '@octavo/domain/transit/plain-rating.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import { loadOf, rateLoad } from '@octavo/domain/transit/rating-load.ts';

/** CPU milliseconds of each round, and how many journeys a round rates. */
export type FareTimes = {
  readonly quick: readonly number[];
  readonly plain: readonly number[];
  readonly journeys: number;
};

/** 2026-03-02 at 04:30 in China: a service day begins. */
const FROM_MS = Date.UTC(2026, 2, 1, 20, 30);
const DAYS = 22;
const AS_OF_MS = FROM_MS + 40 * 24 * 60 * 60_000;

/** Measure; the first round is not counted. */
export function benchFares(riders: number, rounds: number, nowMs: () => number): FareTimes {
  const load = loadOf(demoCityPlan, { riders, days: DAYS, fromMs: FROM_MS, seed: 7 });
  const plainPlaces = plainCity(demoCityPlan);
  const quick: number[] = [];
  const plain: number[] = [];
  let journeys = 0;
  for (let round = 0; round <= rounds; round++) {
    const began = nowMs();
    journeys = rateLoad(load, demoCity, demoPolicy, AS_OF_MS).journeys;
    const between = nowMs();
    for (const taps of load) ratePlainly(taps, plainPlaces, demoPolicy, AS_OF_MS);
    if (round === 0) continue;
    quick.push(between - began);
    plain.push(nowMs() - between);
  }
  return { quick, plain, journeys };
}
