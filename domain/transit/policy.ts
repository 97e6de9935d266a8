/**
 * The rules that a city sets over all its operators: windows, the cap of a day, what is done with doubtful taps.
 * Every one of them differs between cities, so all are data.
 * @see docs/specs.md, transit sheet, sections 1.2, 2.3, 3, 5 and 6
 */

/** A city's rules of pairing, capping and settling. */
export type Policy = {
  /** When a service day begins, after local midnight. */
  readonly serviceDayStartMs: number;
  /** The most that a service day's rides cost; maximum fares and penalties come on top. Undefined: no cap. */
  readonly dayCapMinor: bigint | undefined;
  /** Out again at the same station within this time was no ride. */
  readonly changeOfMindMs: number;
  /** Out at the same station within the window: what it costs. Later it is a ride of no distance. */
  readonly sameStation: {
    readonly windowMs: number;
    readonly charge: 'free' | 'minimum' | 'maximum';
  };
  /** An exit later than this after an entry does not belong to it. */
  readonly longestStayMs: number;
  /** A clock that may be off by more is believed only where nothing depends on it. */
  readonly uncertaintyLimitMs: number;
  /** Whether an entry by phone and an exit by plastic of one account make a journey. */
  readonly crossFormPairing: boolean;
  /** The rider category by which concessions are looked up. */
  readonly category: string;
  /** How long after its end a service day is settled. */
  readonly settleAfterMs: number;
  /** What comes to light about a day older than this is not charged any more. */
  readonly writeOffAfterDays: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The demo city's rules. */
export const demoPolicy: Policy = {
  serviceDayStartMs: 4.5 * HOUR_MS,
  dayCapMinor: 2000n,
  changeOfMindMs: 2 * MINUTE_MS,
  sameStation: { windowMs: 20 * MINUTE_MS, charge: 'minimum' },
  longestStayMs: 10 * HOUR_MS,
  uncertaintyLimitMs: 5 * MINUTE_MS,
  crossFormPairing: false,
  category: 'adult',
  settleAfterMs: 2 * HOUR_MS,
  writeOffAfterDays: 14,
};
