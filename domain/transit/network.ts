/**
 * A city's places as fares need them: operators, stations, lines of whole metres, and the shortest way between any
 * two stations of an operator, found once.
 * @see docs/specs.md, transit sheet, section 6.1
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { RatedTap } from './rated-tap.ts';
import { dayOfName } from './service-day.ts';
import { baseFare, type Tariff } from './tariff.ts';

/** A name in both languages of the house. */
export type Name = { readonly en: string; readonly zh: string };

/** Somebody who runs lines and sets prices. One operator has one tariff at a time and one paid area. */
export type Operator = {
  readonly operator: string;
  readonly name: Name;
  readonly mode: 'metro' | 'bus';
};

/** A station of one operator. */
export type Station = { readonly station: string; readonly operator: string; readonly name: Name };

/** A line: its stations in order, and the metres between each and the next. */
export type Line = {
  readonly line: string;
  readonly operator: string;
  readonly name: Name;
  readonly stations: readonly string[];
  readonly metres: readonly number[];
};

/** A bus route without tap-off. */
export type Route = { readonly route: string; readonly operator: string; readonly name: Name };

/** Two stations of one operator between which one walks outside and goes on with the same journey. */
export type Interchange = {
  readonly between: readonly [string, string];
  readonly windowMs: number;
};

/** A city as it is written down. */
export type CityPlan = {
  readonly operators: readonly Operator[];
  readonly stations: readonly Station[];
  readonly lines: readonly Line[];
  readonly routes: readonly Route[];
  readonly interchanges: readonly Interchange[];
  readonly tariffs: readonly Tariff[];
};

/** What rating asks of one operator: its places by number, and ways in whole metres between any two. */
export type OperatorNetwork = Operator & {
  /** The number of each station. */
  readonly stations: ReadonlyMap<string, number>;
  /** Metres from station to station, row by row; `NO_WAY` where none leads. */
  readonly metres: Int32Array;
  /** Metres to the farthest station that can be reached from each. */
  readonly farthest: Int32Array;
  readonly routes: ReadonlySet<string>;
  /** Windows of interchanges on foot, by `from * stations + to`. */
  readonly interchanges: ReadonlyMap<number, number>;
  /** The newest first. */
  readonly tariffs: readonly PricedTariff[];
};

/** A tariff with its prices by pair of stations, so that a journey needs no search. */
export type PricedTariff = {
  readonly tariff: Tariff;
  readonly fromDay: number;
  /** By `from * stations + to`; zero where no way leads. */
  readonly fares: readonly bigint[];
};

/** A city made ready for rating: open it once, it never changes. */
export type City = {
  readonly operators: ReadonlyMap<string, OperatorNetwork>;
  /** Of stations. */
  readonly names: ReadonlyMap<string, Name>;
};

/** In `metres`: no way leads from one to the other. */
export const NO_WAY = -1;

/**
 * Make a city ready: ways and fares between all stations. The plan is ours, so what does not fit together in it (a
 * line through a station that is not there, two tariffs from one day) is a bug and asserted.
 */
export function openCity(plan: CityPlan): City {
  const operators = plan.operators.map((one) => openOperator(one, plan));
  const names = new Map(plan.stations.map(({ station, name }) => [station, name]));
  return { operators: new Map(operators.map((one) => [one.operator, one])), names };
}

/** The tariff that holds on a service day; undefined before the operator's first. */
export function tariffOn(network: OperatorNetwork, day: number): PricedTariff | undefined {
  return network.tariffs.find((one) => one.fromDay <= day);
}

/** The number of the station at which a tap was; undefined when the operator has none of that name. */
export function stationOf(network: OperatorNetwork, tap: RatedTap | undefined): number | undefined {
  return tap?.station === undefined ? undefined : network.stations.get(tap.station);
}

function openOperator(operator: Operator, plan: CityPlan): OperatorNetwork {
  const own = <T extends { operator: string }>(rows: readonly T[]): readonly T[] =>
    rows.filter((row) => row.operator === operator.operator);
  const stations = new Map(own(plan.stations).map(({ station }, index) => [station, index]));
  assert(stations.size === own(plan.stations).length, 'a station stands in a plan once');
  const metres = shortestWays(own(plan.lines), stations);
  const interchanges = openInterchanges(plan.interchanges, stations);
  const tariffs = own(plan.tariffs)
    .map((tariff) => priceAll(tariff, metres))
    .toSorted((one, other) => other.fromDay - one.fromDay);
  assert(new Set(tariffs.map((one) => one.fromDay)).size === tariffs.length, 'one tariff a day');
  const routes = new Set(own(plan.routes).map(({ route }) => route));
  const farthest = farthestWays(metres, stations.size);
  return { ...operator, stations, metres, farthest, routes, interchanges, tariffs };
}

/** Floyd's table: by way of each station in turn. All lengths are integers, so it is exact. */
function shortestWays(lines: readonly Line[], stations: ReadonlyMap<string, number>): Int32Array {
  const size = stations.size;
  const metres = new Int32Array(size * size).fill(NO_WAY);
  const at = (from: number, to: number): number => metres[from * size + to] ?? NO_WAY;
  const shorten = (from: number, to: number, length: number): void => {
    if (at(from, to) === NO_WAY || length < at(from, to)) metres[from * size + to] = length;
  };
  for (let one = 0; one < size; one++) shorten(one, one, 0);
  for (const line of lines) {
    assert(line.metres.length === line.stations.length - 1, 'a length between each two stations');
    for (const [index, length] of line.metres.entries()) {
      assert(Number.isSafeInteger(length) && length > 0, 'lengths are whole metres');
      const from = stations.get(line.stations[index] ?? '');
      const to = stations.get(line.stations[index + 1] ?? '');
      assert(from !== undefined && to !== undefined, 'a line calls at stations of its operator');
      shorten(from, to, length);
      shorten(to, from, length);
    }
  }
  for (let via = 0; via < size; via++) {
    for (let from = 0; from < size; from++) {
      for (let to = 0; to < size; to++) {
        if (at(from, via) === NO_WAY || at(via, to) === NO_WAY) continue;
        shorten(from, to, at(from, via) + at(via, to));
      }
    }
  }
  return metres;
}

function farthestWays(metres: Int32Array, size: number): Int32Array {
  const farthest = new Int32Array(size);
  for (let from = 0; from < size; from++) {
    farthest[from] = Math.max(...metres.subarray(from * size, from * size + size));
  }
  return farthest;
}

function openInterchanges(
  interchanges: readonly Interchange[],
  stations: ReadonlyMap<string, number>,
): ReadonlyMap<number, number> {
  const windows = new Map<number, number>();
  for (const { between, windowMs } of interchanges) {
    const [one, other] = between.map((station) => stations.get(station));
    if (one === undefined || other === undefined) continue;
    windows.set(one * stations.size + other, windowMs);
    windows.set(other * stations.size + one, windowMs);
  }
  return windows;
}

function priceAll(tariff: Tariff, metres: Int32Array): PricedTariff {
  const fares = Array.from(metres, (way) => (way === NO_WAY ? 0n : baseFare(tariff.fare, way)));
  return { tariff, fromDay: dayOfName(tariff.validFrom), fares };
}
