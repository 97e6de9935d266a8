/**
 * The wallet's opinion of an enrolment: three scores from 1 (worst) to 5 and reason codes, by rules kept as data.
 * A phone and a user that are new score 3: nothing speaks for or against them.
 * @see docs/specs.md, tokenisation sheet, section 3
 */
import type { Reason, Scores } from './card.ts';
import type { InstantMs } from './ports.ts';

/** What the wallet knows when a card is added. */
export type ScoreFacts = {
  readonly deviceKnownMs: number;
  readonly userKnownMs: number;
  /** How many cards were tried on this phone within the last day, this one not counted. */
  readonly triesWithinDay: number;
  readonly suspendedCards: number;
  /** Null when the phone was never locked. */
  readonly sinceLockedMs: number | null;
};

/** Scores and reasons as they are sent. */
export type Opinion = Scores & { readonly reasons: readonly Reason[] };

/** How long back tries are counted. */
export const SCORE_DAY_MS = 24 * 60 * 60_000;

const MIDDLE = 3;
const MANY_TRIES = 8;

/** A rule adds to scores, gives a reason, or both. */
type ScoreRule = {
  readonly when: (facts: ScoreFacts) => boolean;
  readonly adds: Partial<Scores>;
  readonly reason?: Reason;
};

const days = (count: number): InstantMs => count * SCORE_DAY_MS;

const scoreTable: readonly ScoreRule[] = [
  { when: (facts) => facts.deviceKnownMs >= days(7), adds: { device: 1 } },
  { when: (facts) => facts.deviceKnownMs >= days(30), adds: { device: 1 } },
  { when: (facts) => facts.userKnownMs >= days(7), adds: { account: 1 } },
  {
    when: (facts) => facts.userKnownMs >= days(30),
    adds: { account: 1, phoneNumber: 1 },
    reason: 'GOOD_ACTIVITY_HISTORY',
  },
  // The number was proved by a code at sign-in.
  { when: () => true, adds: { phoneNumber: 1 } },
  // Unlocked means found, but by whom is for the bank's code to tell.
  {
    when: (facts) => facts.sinceLockedMs !== null && facts.sinceLockedMs < days(1),
    adds: { device: -2 },
  },
  {
    when: (facts) => facts.triesWithinDay >= MANY_TRIES,
    adds: { device: -1, account: -1 },
    reason: 'TOO_MANY_RECENT_TOKENS',
  },
  { when: (facts) => facts.suspendedCards > 0, adds: {}, reason: 'HAS_SUSPENDED_TOKENS' },
];

/** The opinion that the rules make of the facts. */
export function opinionOf(facts: ScoreFacts): Opinion {
  const rules = scoreTable.filter((rule) => rule.when(facts));
  const score = (name: keyof Scores): number => {
    const sum = rules.reduce((total, rule) => total + (rule.adds[name] ?? 0), MIDDLE);
    return Math.min(5, Math.max(1, sum));
  };
  return {
    device: score('device'),
    account: score('account'),
    phoneNumber: score('phoneNumber'),
    reasons: rules.flatMap(({ reason }) => (reason === undefined ? [] : [reason])),
  };
}
