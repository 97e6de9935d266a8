/**
 * The funding card on its way into a wallet: whether it can be added at all, and the decision (green, yellow, red)
 * over what wallet, token service and issuer say about it.
 * @see docs/specs.md, tokenisation sheet, section 3
 */
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import { accountReference as accountReferenceOf } from '@octavo/lib/emv/par.ts';
import { ACCOUNT_REFERENCE_CONTROLLER, type CardRange, institutions, rangeOfCard } from './demo.ts';
import type { InstantMs } from './ports.ts';
import { type Done, done, type Refused, refused } from './refusal.ts';
import { isExpired } from './time.ts';

/** Green: verified at once. Yellow: a code first. Red: refused, without a reason outward. */
export type Colour = 'green' | 'yellow' | 'red';

/** What is shown of a card's product before and after it is added. */
export type Face = {
  readonly issuerName: { readonly en: string; readonly zh: string };
  readonly kind: 'debit' | 'credit';
  readonly art: string;
  readonly needs: 'cvn2' | 'mobile';
  /** Digits of a whole number of this product. */
  readonly numberLength: number;
  readonly termsVersion: string;
};

/** The terms that holders accept now. */
const TERMS_VERSION = '2026-01';

/** How long an enrolment may take from its first request to an active token. */
export const ENROLMENT_MS = 30 * 60_000;

/** How long an enrolment waits for its issuer's word before it is given up; a repeat within that time goes on. */
export const UNDECIDED_MS = 2 * 60_000;

/** How long a card that its issuer pushed may be added by its receipt. */
export const PUSHED_MS = 10 * 60_000;

/** A pushed card's receipt, as a request to add the card meets it. */
export type PushedReceipt = {
  readonly expiresMs: InstantMs;
  /** The request that took it, once one has. */
  readonly takenBy: string | undefined;
};

/** Whether a receipt is good for a request: there, taken by no other request, and in time unless it is taken already. */
export function checkReceipt<Receipt extends PushedReceipt>(
  receipt: Receipt | undefined,
  requestId: string,
  nowMs: InstantMs,
): Done<Receipt> | Refused {
  if (receipt === undefined) return refused('push.unknown');
  if (receipt.takenBy === requestId) return done(receipt);
  if (receipt.takenBy !== undefined) return refused('push.used');
  return receipt.expiresMs <= nowMs ? refused('push.lapsed') : done(receipt);
}

/** How old an envelope of the card-entry frame may be, and how far ahead its clock. */
export const ENVELOPE_AGE_MS = 10 * 60_000;
export const ENVELOPE_AHEAD_MS = 60_000;

const DAY_MS = 24 * 60 * 60_000;

/** What each reason says of an enrolment by itself, and who may give it. */
export const reasons = {
  ACCOUNT_TOO_NEW: 'yellow',
  ACCOUNT_RECENTLY_CHANGED: 'yellow',
  SUSPICIOUS_ACTIVITY: 'red',
  INACTIVE_ACCOUNT: 'yellow',
  HAS_SUSPENDED_TOKENS: 'yellow',
  DEVICE_RECENTLY_LOST: 'red',
  TOO_MANY_RECENT_ATTEMPTS: 'red',
  TOO_MANY_RECENT_TOKENS: 'yellow',
  TOO_MANY_DIFFERENT_CARDHOLDERS: 'red',
  LOW_DEVICE_SCORE: 'yellow',
  LOW_ACCOUNT_SCORE: 'yellow',
  OUTSIDE_HOME_TERRITORY: 'yellow',
  UNABLE_TO_ASSESS: 'yellow',
  LONG_ACCOUNT_TENURE: 'green',
  GOOD_ACTIVITY_HISTORY: 'green',
} as const satisfies Readonly<Record<string, Colour>>;

/** A reason code of the table. */
export type Reason = keyof typeof reasons;

/** Reasons that together are worse than each alone. */
const combinations: readonly { readonly all: readonly Reason[]; readonly colour: Colour }[] = [
  { all: ['ACCOUNT_TOO_NEW', 'LOW_DEVICE_SCORE'], colour: 'red' },
  { all: ['ACCOUNT_TOO_NEW', 'LOW_ACCOUNT_SCORE'], colour: 'red' },
  { all: ['LOW_DEVICE_SCORE', 'LOW_ACCOUNT_SCORE'], colour: 'red' },
];

/** Scores run from 1 (worst) to 5; one of at most `atMost` gives its reason. */
const scoreRules = [
  { score: 'device', atMost: 2, reason: 'LOW_DEVICE_SCORE' },
  { score: 'account', atMost: 2, reason: 'LOW_ACCOUNT_SCORE' },
  { score: 'phoneNumber', atMost: 2, reason: 'UNABLE_TO_ASSESS' },
] as const satisfies readonly {
  readonly score: keyof Scores;
  readonly atMost: number;
  readonly reason: Reason;
}[];

/**
 * What an account's age says; a span begins with its first day and ends before its last. An account opened within
 * two days is refused whatever else is known of it; within a week it needs a code, and scores that are not low.
 */
const tenureRules: readonly {
  readonly fromDays: number;
  readonly toDays: number;
  readonly reason: Reason;
  readonly colour: Colour;
}[] = [
  { fromDays: 0, toDays: 2, reason: 'ACCOUNT_TOO_NEW', colour: 'red' },
  { fromDays: 2, toDays: 7, reason: 'ACCOUNT_TOO_NEW', colour: 'yellow' },
  {
    fromDays: 3 * 365,
    toDays: Number.POSITIVE_INFINITY,
    reason: 'LONG_ACCOUNT_TENURE',
    colour: 'green',
  },
];

/** How often a card, or an element, may be tried. One try more gives the reason. */
const velocityRules = [
  { subject: 'card', tries: 10, withinMs: DAY_MS, reason: 'TOO_MANY_RECENT_ATTEMPTS' },
  { subject: 'element', tries: 24, withinMs: DAY_MS, reason: 'TOO_MANY_RECENT_ATTEMPTS' },
] as const satisfies readonly {
  readonly subject: keyof Tries;
  readonly tries: number;
  readonly withinMs: number;
  readonly reason: Reason;
}[];

/** The longest time that a velocity rule looks back. */
export const VELOCITY_MS = Math.max(...velocityRules.map(({ withinMs }) => withinMs));

/** The wallet's scores, 1 (worst) to 5. */
export type Scores = {
  readonly device: number;
  readonly account: number;
  readonly phoneNumber: number;
};

/** When a card, and an element, were tried before. */
export type Tries = {
  readonly card: readonly InstantMs[];
  readonly element: readonly InstantMs[];
};

/** What the decision is made of. */
export type Assessment = {
  readonly scores: Scores;
  /** The wallet's reason codes; one that is not in the table says that somebody could not assess. */
  readonly walletReasons: readonly string[];
  readonly issuer: {
    readonly recommendation: Colour;
    readonly reasons: readonly string[];
    readonly accountOpenedAtMs: InstantMs;
  };
  readonly nowMs: InstantMs;
};

/** A colour, and every reason that had a part in it. */
export type Decision = { readonly colour: Colour; readonly reasons: readonly Reason[] };

/** Whether a typed card can be added at all, in order: check digit, range and length, expiry. */
export function checkCard(
  card: { readonly pan: string; readonly expiry: string },
  nowMs: InstantMs,
): Done<CardRange> | Refused {
  if (!isLuhnValid(card.pan)) return refused('card.luhn_wrong');
  const range = rangeOfCard(card.pan);
  if (range === undefined || range.length !== card.pan.length) return refused('card.unknown_bin');
  if (isExpired(card.expiry, nowMs)) return refused('card.expired');
  return done(range);
}

/** Whether tries have been too many already; this one would be one more. */
export function isTriedTooOften(tries: Tries, nowMs: InstantMs): boolean {
  return velocityRules.some(
    (rule) =>
      tries[rule.subject].filter((atMs) => atMs > nowMs - rule.withinMs).length >= rule.tries,
  );
}

/** The decision: the worst colour that anybody's reason or recommendation gives. */
export function decide(assessment: Assessment): Decision {
  const tenure = tenureOf(assessment);
  const found = reasonsFor(assessment, tenure);
  const colours: readonly Colour[] = [
    assessment.issuer.recommendation,
    ...tenure.map(({ colour }) => colour),
    ...coloursOf(found),
  ];
  return { colour: worst(colours), reasons: found };
}

/**
 * The decision on a card that its issuer has pushed: the issuer has its holder before it, so there is nothing left to
 * ask, and only what wallet and token service call red by themselves refuses.
 */
export function decidePushed({
  scores,
  walletReasons,
}: Pick<Assessment, 'scores' | 'walletReasons'>): Decision {
  const found = [...new Set(walletFindings(scores, walletReasons))];
  return { colour: worst(coloursOf(found)) === 'red' ? 'red' : 'green', reasons: found };
}

/** What is shown of cards of a range. */
export function faceOf(range: CardRange): Face {
  const { en, zh } = institutions[range.issuer];
  const { kind, art, needs, length: numberLength } = range;
  const termsVersion = TERMS_VERSION;
  return { issuerName: { en, zh }, kind, art, needs, numberLength, termsVersion };
}

/**
 * The account reference (PAR) of a card, given out by this world's controller, from a keyed hash of its number
 * (32 bytes): one for all tokens of a card, and it tells nothing of the number.
 */
export function accountReference(hash: Uint8Array): string {
  return accountReferenceOf(ACCOUNT_REFERENCE_CONTROLLER, hash);
}

function tenureOf({ issuer, nowMs }: Assessment): typeof tenureRules {
  const ageDays = Math.max(0, (nowMs - issuer.accountOpenedAtMs) / DAY_MS);
  return tenureRules.filter(({ fromDays, toDays }) => ageDays >= fromDays && ageDays < toDays);
}

function reasonsFor(
  { scores, walletReasons, issuer }: Assessment,
  tenure: typeof tenureRules,
): readonly Reason[] {
  const found: readonly Reason[] = [
    ...walletFindings(scores, walletReasons),
    ...issuer.reasons.map(knownReason),
    ...tenure.map(({ reason }) => reason),
  ];
  return [...new Set(found)];
}

/** What the wallet's reasons and scores say. */
function walletFindings(scores: Scores, walletReasons: readonly string[]): readonly Reason[] {
  return [
    ...walletReasons.map(knownReason),
    ...scoreRules.filter((rule) => scores[rule.score] <= rule.atMost).map(({ reason }) => reason),
  ];
}

/** The colours of reasons, each by itself and together. */
function coloursOf(found: readonly Reason[]): readonly Colour[] {
  return [
    ...found.map((reason) => reasons[reason]),
    ...combinations
      .filter(({ all }) => all.every((reason) => found.includes(reason)))
      .map(({ colour }) => colour),
  ];
}

function knownReason(text: string): Reason {
  return Object.hasOwn(reasons, text) ? (text as Reason) : 'UNABLE_TO_ASSESS';
}

function worst(colours: readonly Colour[]): Colour {
  if (colours.includes('red')) return 'red';
  return colours.includes('yellow') ? 'yellow' : 'green';
}
