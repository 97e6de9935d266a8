/** Where a ride leads: from the gate that was named to another station's, or the other way round, or past one gate on a bus. */
import { demoCityPlan } from '@octavo/domain/transit/city.ts';
import type { Tariff } from '@octavo/domain/transit/tariff.ts';
import type * as gate from '@octavo/services/gate';
import type { z } from 'zod';

/** Where a gate stands, as the command line names it. */
export type GatePlace = z.output<typeof gate.openGate.body>['place'];

/** One gate of a ride. */
export type Way = { readonly place: GatePlace; readonly isNamed: boolean };

/** The ends of a ride where nobody names them: some stations apart, so that the distance counts. */
const ENDS: Readonly<Record<string, readonly [string, string]>> = {
  duhui: ['hebin', 'xinjie'],
  binjiang: ['shimen', 'matou'],
};

/**
 * The gates of a ride in the order in which they are passed. A named gate that leads in is its beginning, one that leads
 * out its end; the other end is `to`, or a station of the same operator. One that leads neither way is the whole ride.
 */
export function waysOf(named: GatePlace, to: string | undefined): readonly Way[] {
  const own = { place: named, isNamed: true };
  if (named.direction === 'none' || named.station === '') return [own];
  const ends = ENDS[named.operator] ?? [];
  const station = to ?? ends.find((one) => one !== named.station) ?? named.station;
  const other = (direction: 'in' | 'out'): Way => ({
    place: { ...named, operator: operatorAt(station) ?? named.operator, station, direction },
    isNamed: false,
  });
  return named.direction === 'in' ? [own, other('out')] : [other('in'), own];
}

/** In one line how the ride goes, where that is not what its reader would think. */
export function wayWords(ways: readonly Way[]): string | undefined {
  const [first, second] = ways;
  if (first === undefined || first.isNamed || second === undefined) return undefined;
  const [from, to] = [stationName(first.place.station), stationName(second.place.station)];
  return `The gate you named leads out: the ride begins at ${from} and ends at ${to}.`;
}

/** Who runs a station; undefined where the city has none of that name. */
export function operatorAt(station: string | undefined): string | undefined {
  return demoCityPlan.stations.find((one) => one.station === station)?.operator;
}

/** A place in words. */
export function placeWords({ station, route, direction }: GatePlace): string {
  const name = station === '' ? `bus ${route}` : stationName(station);
  return direction === 'none' ? name : `${name}, ${direction}`;
}

/** A station's name as people say it. */
export function stationName(station: string): string {
  return demoCityPlan.stations.find((one) => one.station === station)?.name.en ?? station;
}

/** An operator's name as people say it. */
export function operatorName(operator: string): string {
  return demoCityPlan.operators.find((one) => one.operator === operator)?.name.en ?? operator;
}

/** The prices that hold at an operator on a service day. */
export function tariffOn(operator: string, day: string): Tariff | undefined {
  return demoCityPlan.tariffs.findLast(
    (tariff) => tariff.operator === operator && tariff.validFrom <= day,
  );
}
