/**
 * A city's places as fares need them: operators, stations, lines of whole metres, and the shortest way between any
 * two stations of an operator, found once.
 * @see docs/specs.md, transit sheet, section 6.1
 */
import type { Tariff } from './tariff.ts';

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
