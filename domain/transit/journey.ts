/** What comes out of rating: journeys with their prices and why, days, months, and the taps that were set aside. */
import type { InstantMs } from '../ports.ts';
import type { RatedTap } from './rated-tap.ts';
import type { Month, ServiceDay } from './service-day.ts';
import type { LadderStep } from './tariff.ts';

/**
 * What a journey is. `open`: still inside, nothing is charged yet. `held`: something about it is not known, so
 * nothing is charged; its only step says what.
 * @see docs/specs.md, transit sheet, section 5.1
 */
export type JourneyState =
  | 'complete'
  | 'single'
  | 'same_station'
  | 'change_of_mind'
  | 'overstay'
  | 'incomplete_no_exit'
  | 'incomplete_no_entry'
  | 'open'
  | 'held';

/** Why nothing can be charged for a journey. */
export type HeldFor =
  /** Entry or exit is at a station that the operator does not have. */
  | 'unknown_station'
  /** The operator is not of this city. */
  | 'unknown_operator'
  /** The operator does not run the route. */
  | 'unknown_route'
  /** A companion went through a gate that did not say which way. */
  | 'unknown_direction'
  /** No line and no interchange leads from the one station to the other. */
  | 'no_way'
  /** The operator had no tariff on the entry's service day. */
  | 'no_tariff'
  /** A clock was too far off to say which day or which order. */
  | 'clock_uncertain'
  /** Half of it is missing, and a tap that was set aside may be that half. */
  | 'other_half_set_aside';

/**
 * One step of a price. `deltaMinor` is what it adds; a journey's steps add up to its charge. Each rule carries the
 * numbers that its sentence needs. Spend and caps are as they were before this journey.
 */
export type ExplainStep = { readonly deltaMinor: bigint } & (
  | { readonly rule: 'fare.distance'; readonly metres: number }
  | { readonly rule: 'fare.flat' }
  | { readonly rule: 'fare.same_station' }
  | { readonly rule: 'fare.change_of_mind'; readonly seconds: number }
  | { readonly rule: 'fare.maximum_no_exit'; readonly station: string }
  | { readonly rule: 'fare.maximum_no_entry'; readonly station: string }
  | { readonly rule: 'fare.maximum_same_station'; readonly station: string }
  | {
      readonly rule: 'fare.interchange';
      readonly from: string;
      readonly to: string;
      readonly minutes: number;
    }
  | { readonly rule: 'fare.companion' }
  | { readonly rule: 'discount.transfer'; readonly minutes: number }
  | {
      readonly rule: 'discount.concession';
      readonly category: string;
      readonly perThousand: number;
    }
  | { readonly rule: 'discount.ladder'; readonly spentMinor: bigint; readonly perThousand: number }
  | { readonly rule: 'cap.day'; readonly capMinor: bigint; readonly spentMinor: bigint }
  | { readonly rule: 'penalty.overstay'; readonly minutes: number; readonly maximumMinutes: number }
  | { readonly rule: 'state.open' }
  | { readonly rule: 'state.held'; readonly reason: HeldFor }
);

/** The id of a rule. */
export type Rule = ExplainStep['rule'];

/** One journey, priced. */
export type Journey = {
  /** The name of its first tap, `gateId/sequence`. */
  readonly journeyId: string;
  readonly state: JourneyState;
  readonly companion: boolean;
  readonly operator: string;
  readonly form: string;
  /** All taps of it, in order: two, or one, or more where it went on after a walk outside. */
  readonly taps: readonly RatedTap[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly route: string | undefined;
  readonly startMs: InstantMs;
  readonly endMs: InstantMs | undefined;
  /** The service day of its first tap: whose cap it counts to, and whose tariff holds. */
  readonly serviceDay: ServiceDay;
  /** The calendar month of the moment of charge, the last tap: whose ladder it climbs. */
  readonly month: Month;
  readonly metres: number | undefined;
  readonly tariffId: string | undefined;
  /** What it would cost alone: no transfer, ladder or cap. Penalties are in it. */
  readonly singleMinor: bigint;
  readonly chargedMinor: bigint;
  readonly steps: readonly ExplainStep[];
};

/** One service day of an account. `totalMinor` is the sum of its journeys' charges. */
export type PricedDay = {
  readonly serviceDay: ServiceDay;
  readonly totalMinor: bigint;
  /** The part that counts to the cap. */
  readonly cappedMinor: bigint;
  /** Maximum fares, penalties and companions, on top of the cap. */
  readonly outsideMinor: bigint;
  readonly singlesMinor: bigint;
  readonly capMinor: bigint | undefined;
  readonly journeyIds: readonly string[];
};

/** How far an account has climbed an operator's ladder in a month, and the ladder, by the last ride's tariff. */
export type LadderProgress = {
  readonly operator: string;
  readonly month: Month;
  readonly spentMinor: bigint;
  readonly ladder: readonly LadderStep[];
};

/** A tap that takes no part, and why. `forged`: its name stands on another content as well. */
export type SetAside = {
  readonly tap: RatedTap;
  readonly reason: 'forged' | 'contested' | 'clock_uncertain';
};

/** All that follows from an account's taps. Journeys are in the order in which they are charged. */
export type RatedAccount = {
  readonly journeys: readonly Journey[];
  readonly days: readonly PricedDay[];
  readonly months: readonly LadderProgress[];
  readonly setAside: readonly SetAside[];
  /** Taps that came more than once, beyond their first time. */
  readonly duplicates: number;
};
