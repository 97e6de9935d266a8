/**
 * A city's riders for measuring and for the seeded day: their taps follow from a seed alone, and the work to be
 * measured is a plain function, so that whoever holds a clock can put it around.
 */
import type { InstantMs } from '../ports.ts';
import type { City, CityPlan } from './network.ts';
import type { Policy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';
import { rateAccount } from './rating.ts';

/** How many riders there are, for how many days, beginning at an instant that begins a service day. */
export type Load = {
  readonly riders: number;
  readonly days: number;
  readonly fromMs: InstantMs;
  readonly seed: number;
};

/** What rating a load came to. */
export type LoadRated = { readonly journeys: number; readonly totalMinor: bigint };

/**
 * The taps of each rider: to work and back by metro every day, every other day a bus before it, and now and then an
 * exit that is missing. Every rider's taps come shuffled by two places, as uploads bring them.
 */
export function loadOf(plan: CityPlan, load: Load): readonly (readonly RatedTap[])[] {
  const draw = drawing(load.seed);
  const sequences = new Map<string, number>();
  return Array.from({ length: load.riders }, () => {
    const taps: RatedTap[] = [];
    const tap = (more: Omit<RatedTap, 'sequence' | 'uncertaintyMs' | 'form'>): void => {
      const sequence = (sequences.get(more.gateId) ?? 0) + 1;
      sequences.set(more.gateId, sequence);
      taps.push({ ...more, sequence, uncertaintyMs: 250, form: 'phone' });
    };
    const line = plan.lines[draw(plan.lines.length)];
    const [home = '', work = ''] = [0, 1].map(() => line?.stations[draw(line.stations.length)]);
    const route = plan.routes[draw(plan.routes.length)];
    const operator = line?.operator ?? '';
    for (let day = 0; day < load.days; day++) {
      const leaveMs = load.fromMs + day * DAY_MS + 2 * HOUR_MS + draw(2 * HOUR_MS);
      if (day % 2 === 0 && route !== undefined) {
        const gateId = `BUS${route.route.padStart(5, '0')}`;
        const bus = { kind: 'single', operator: route.operator, route: route.route } as const;
        tap({ ...bus, gateId, correctedMs: leaveMs });
      }
      for (const [from, to, atMs] of [
        [home, work, leaveMs + HOUR_MS / 2],
        [work, home, leaveMs + 10 * HOUR_MS],
      ] as const) {
        const lineOf = { operator, line: line?.line };
        const entry = {
          kind: 'entry',
          ...lineOf,
          station: from,
          gateId: gateAt(from, 'I'),
        } as const;
        tap({ ...entry, correctedMs: atMs });
        if (draw(200) === 0) continue;
        const exit = { kind: 'exit', ...lineOf, station: to, gateId: gateAt(to, 'O') } as const;
        tap({ ...exit, correctedMs: atMs + HOUR_MS / 4 + draw(HOUR_MS) });
      }
    }
    for (let at = 2; at < taps.length; at += 3) taps.push(...taps.splice(at - 2, 1));
    return taps;
  });
}

/** Rate all riders, one after another: the work that is measured. */
export function rateLoad(
  riders: readonly (readonly RatedTap[])[],
  city: City,
  policy: Policy,
  asOfMs: InstantMs,
): LoadRated {
  let journeys = 0;
  let totalMinor = 0n;
  for (const taps of riders) {
    const rated = rateAccount(taps, city, policy, asOfMs);
    journeys += rated.journeys.length;
    for (const day of rated.days) totalMinor += day.totalMinor;
  }
  return { journeys, totalMinor };
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

function gateAt(station: string, way: 'I' | 'O'): string {
  return `${station
    .replace(/[^a-z]/g, '')
    .slice(0, 6)
    .toUpperCase()
    .padEnd(6, '0')}0${way}`;
}

/** Numbers that follow from a seed, by a multiplication modulo 2^31 - 1: chance enough for a load. */
function drawing(seed: number): (below: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
