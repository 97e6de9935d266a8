/** Where a gate may stand in the demo city, and what that place is called in both languages. */
import { demoCityPlan } from '@octavo/domain/transit/city.ts';
import type { Name } from '@octavo/domain/transit/network.ts';
import type { PlaceAsk } from './api.ts';

/** A gate's place and which one of its kind it is there. */
export type GatePlace = { readonly place: PlaceAsk; readonly number: number };

const { operators, lines, routes, stations } = demoCityPlan;

/** An entrance in the middle of the first line. */
export const FIRST_PLACE: GatePlace = placeAt({
  operator: 'duhui',
  line: '1',
  station: 'xinjie',
  direction: 'in',
  number: 4,
});

/** A gate at a station. */
export function placeAt(at: {
  readonly operator: string;
  readonly line: string;
  readonly station: string;
  readonly direction: 'in' | 'out';
  readonly number: number;
}): GatePlace {
  const { number, ...place } = at;
  return { place: { ...place, route: '' }, number };
}

/** A reader on a bus. */
export function placeOnBus(operator: string, route: string, number: number): GatePlace {
  return { place: { operator, station: '', line: '', route, direction: 'none' }, number };
}

/** Lines and routes, each a place to choose. */
export const ways: readonly {
  readonly id: string;
  readonly operator: string;
  readonly name: Name;
  readonly stations: readonly { readonly station: string; readonly name: Name }[];
}[] = [
  ...lines.map(({ line, operator, name, stations: ids }) => ({
    id: line,
    operator,
    name: joined(operatorName(operator), name),
    stations: ids.map((station) => ({ station, name: stationName(station) })),
  })),
  ...routes.map(({ route, operator, name }) => ({
    id: route,
    operator,
    name: joined(operatorName(operator), name),
    stations: [],
  })),
];

/** What the sign over the gate says: the station, or the route of a bus. */
export function nameOf({ station, route }: PlaceAsk): Name {
  if (station !== '') return stationName(station);
  const known = routes.find((one) => one.route === route);
  return known?.name ?? { en: route, zh: route };
}

/** Whether what was kept still is a place of this city. */
export function isPlace(kept: unknown): kept is GatePlace {
  const { place, number } = (kept ?? {}) as Partial<GatePlace>;
  if (place === undefined || typeof number !== 'number') return false;
  const way = ways.find(
    ({ id, operator }) => operator === place.operator && (id === place.line || id === place.route),
  );
  if (way === undefined) return false;
  if (way.stations.length === 0) return place.station === '' && place.direction === 'none';
  return way.stations.some(({ station }) => station === place.station);
}

function stationName(station: string): Name {
  const known = stations.find((one) => one.station === station);
  return known?.name ?? { en: station, zh: station };
}

function operatorName(operator: string): Name {
  const known = operators.find((one) => one.operator === operator);
  return known?.name ?? { en: operator, zh: operator };
}

function joined(first: Name, second: Name): Name {
  return { en: `${first.en}, ${second.en}`, zh: `${first.zh} ${second.zh}` };
}
