/** The issuer's decisions on adding a card: what the holder typed, and the one-time code that proves the holder. */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import { type Behaviour, type CardRange, rangeOfCard } from './demo.ts';
import { drawDigits } from './draw.ts';
import type { InstantMs, Random } from './ports.ts';
import { type Done, done, type Refused, refused } from './refusal.ts';
import { isExpired } from './time.ts';

/** The card file's row, without what is sealed in it. */
export type IssuerCard = {
  readonly accountId: string;
  readonly lastFour: string;
  /** YYMM. */
  readonly expiry: string;
  readonly kind: 'debit' | 'credit';
  readonly behaviour: Behaviour;
  readonly mobileMasked: string;
  readonly openedAtMs: InstantMs;
  /** Wrong details in a row. */
  readonly wrongDetails: number;
  readonly version: bigint;
};

/** Which of the typed details are right; undefined where nothing was typed. */
export type TypedDetails = {
  readonly expiry: string;
  readonly cvn2Right: boolean | undefined;
  readonly mobileRight: boolean | undefined;
};

/** The bank's opinion of adding a card. */
export type Assessment = {
  readonly kind: 'debit' | 'credit';
  readonly recommendation: 'green' | 'yellow' | 'red';
  readonly reasons: readonly string[];
  readonly accountOpenedAtMs: InstantMs;
  readonly mobileMasked: string;
};

/** After this many wrong details in a row a card is locked for adding. */
const MOST_WRONG_DETAILS = 5;

/** Judge what was typed. The count of wrong details changes with a refusal too, so both come back. */
export function assess(
  card: IssuerCard,
  typed: TypedDetails,
  atMs: InstantMs,
): { readonly wrongDetails: number; readonly answer: Assessment | Refused } {
  const { wrongDetails } = card;
  if (isExpired(card.expiry, atMs)) return { wrongDetails, answer: refused('card.expired') };
  if (wrongDetails >= MOST_WRONG_DETAILS) return { wrongDetails, answer: refused('card.locked') };
  if (!detailsRight(card, typed)) return countWrong(wrongDetails + 1);
  return { wrongDetails: 0, answer: opinionOf(card, atMs) };
}

function countWrong(wrongDetails: number): { wrongDetails: number; answer: Refused } {
  const triesLeft = MOST_WRONG_DETAILS - wrongDetails;
  const answer =
    triesLeft > 0 ? refused('card.details_wrong', { triesLeft }) : refused('card.locked');
  return { wrongDetails, answer };
}

/** The detail that the kind of card needs must be there; whatever else was typed must be right too. */
function detailsRight(card: IssuerCard, typed: TypedDetails): boolean {
  const needed = card.kind === 'credit' ? typed.cvn2Right : typed.mobileRight;
  const anyWrong = typed.cvn2Right === false || typed.mobileRight === false;
  return needed === true && !anyWrong && typed.expiry === card.expiry;
}

function opinionOf(card: IssuerCard, atMs: InstantMs): Assessment {
  const { kind, behaviour, mobileMasked } = card;
  const opinion = opinions[behaviour] ?? { recommendation: 'yellow' as const, reasons: [] };
  return { kind, ...opinion, accountOpenedAtMs: openedAtMs(card, atMs), mobileMasked };
}

/** What the bank recommends; where nothing is said: yellow, without reasons. */
const opinions: Partial<Record<Behaviour, Pick<Assessment, 'recommendation' | 'reasons'>>> = {
  green: {
    recommendation: 'green',
    reasons: ['LONG_ACCOUNT_TENURE', 'GOOD_ACTIVITY_HISTORY'],
  },
  red: { recommendation: 'red', reasons: ['SUSPICIOUS_ACTIVITY'] },
};

const DAY_MS = 86_400_000;

/** The demo bank's accounts are this old when their cards are printed, since young ones cannot be added. */
export const PRINTED_ACCOUNT_AGE_MS = 400 * DAY_MS;

/** A `too_new` card must stay too new however long a world runs: its account was always opened yesterday. */
function openedAtMs(card: IssuerCard, atMs: InstantMs): InstantMs {
  return card.behaviour === 'too_new' ? atMs - DAY_MS : card.openedAtMs;
}

/** What an account is opened with. Minor units. */
export type OpeningTerms = {
  readonly expiry: string;
  readonly openingMinor: bigint;
  readonly creditLimitMinor: bigint;
  readonly dailyLimitMinor: bigint;
};

/** Ten thousand yuan on a debit account, a line of twenty thousand on a credit one, spent within fifty thousand a day. */
export function openingTerms(kind: 'debit' | 'credit', behaviour: Behaviour): OpeningTerms {
  const empty = behaviour === 'no_funds';
  return {
    expiry: behaviour === 'expired' ? '2506' : '3012',
    openingMinor: kind === 'debit' && !empty ? 1_000_000n : 0n,
    creditLimitMinor: kind === 'credit' && !empty ? 2_000_000n : 0n,
    dailyLimitMinor: behaviour === 'low_limit' ? 10_000n : 5_000_000n,
  };
}

/** The bank's range of a whole card number; undefined when the bank does not issue such a number. */
export function rangeOfWholeCard(pan: string): CardRange | undefined {
  const range = rangeOfCard(pan);
  return range?.length === pan.length ? range : undefined;
}

/** A card number of a range, drawn by chance but for its last digit. */
export function drawCardNumber({ bin, length }: CardRange, random: Random): string {
  const body = bin + drawDigits(length - bin.length - 1, random);
  return body + luhnDigit(body);
}

/** How many cards a holder may have opened in the bank's app; those printed for the number count too. */
const MOST_CARDS = 12;

/** Whether a holder of so many cards may open another. */
export function mayOpen(cards: number): Done<undefined> | Refused {
  return cards < MOST_CARDS ? done(undefined) : refused('issuer.cards_full');
}

/** Whether the bank hands a card on to a wallet: it is in date, and the bank does not refuse adding it. */
export function mayPush(card: IssuerCard, atMs: InstantMs): Done<undefined> | Refused {
  if (isExpired(card.expiry, atMs)) return refused('card.expired');
  if (opinions[card.behaviour]?.recommendation === 'red') return refused('card.declined');
  return done(undefined);
}

/** A mobile number with its middle four digits hidden. @example maskMobile('13800000001') // '138****0001' */
export function maskMobile(mobile: string): string {
  return `${mobile.slice(0, 3)}****${mobile.slice(7)}`;
}

/** How long a one-time code can be used. @see docs/specs.md, tokenisation sheet, section 3 */
const CODE_LIFE_MS = 10 * 60_000;

/** Wrong tries that a code bears. @see docs/specs.md, tokenisation sheet, section 3 */
const CODE_TRIES = 3;

/** New codes for one enrolment within `RESEND_WINDOW_MS`, the first not counted. */
const MOST_RESENDS = 3;

/** The hour of the resend limit. */
export const RESEND_WINDOW_MS = 60 * 60_000;

/** The one-time code of an enrolment. A new code replaces the last and starts the tries anew. */
export type CodeRow = {
  readonly accountId: string;
  readonly expiresAtMs: InstantMs;
  readonly wrongTries: number;
  readonly verified: boolean;
  /** The holder's word in the bank's app, which stands instead of the code. */
  readonly decision: Decision | undefined;
  readonly version: bigint;
};

/** What a holder says of an enrolment in the bank's app. */
export type Decision = 'approved' | 'refused';

/** What sending a code answers. */
export type CodeSent = {
  readonly triesLeft: number;
  readonly resendsLeft: number;
  readonly expiresAtMs: InstantMs;
};

/** Whether a code may be sent for this card; `recentResends` counts those of the last hour. */
export function sendCode(
  code: CodeRow | undefined,
  accountId: string,
  recentResends: number,
  atMs: InstantMs,
): Done<CodeSent> | Refused {
  const expiresAtMs = atMs + CODE_LIFE_MS;
  if (code === undefined) {
    return done({ triesLeft: CODE_TRIES, resendsLeft: MOST_RESENDS, expiresAtMs });
  }
  if (code.accountId !== accountId) return refused('enrolment.unknown');
  if (!isWaiting(code)) return refused('enrolment.not_waiting');
  const resendsLeft = MOST_RESENDS - recentResends - 1;
  if (resendsLeft < 0) return refused('enrolment.resend_limit');
  return done({ triesLeft: CODE_TRIES, resendsLeft, expiresAtMs });
}

/** Judge a typed code. A wrong one is counted, and the third kills the code; undefined means right. */
export function checkCode(
  code: CodeRow,
  right: boolean,
  atMs: InstantMs,
): { readonly wrongTries: number; readonly refusal: Refused | undefined } {
  const { wrongTries } = code;
  if (!isWaiting(code)) return { wrongTries, refusal: refused('enrolment.not_waiting') };
  if (wrongTries >= CODE_TRIES) return { wrongTries, refusal: refused('enrolment.code_dead') };
  if (atMs >= code.expiresAtMs) return { wrongTries, refusal: refused('enrolment.code_expired') };
  if (right) return { wrongTries, refusal: undefined };
  const triesLeft = CODE_TRIES - wrongTries - 1;
  const refusal =
    triesLeft > 0 ? refused('enrolment.code_wrong', { triesLeft }) : refused('enrolment.code_dead');
  return { wrongTries: wrongTries + 1, refusal };
}

/**
 * Whether the holder may decide in the bank's app instead of typing the code: while the code could be used, also after
 * too many wrong tries, since the app asks nobody else.
 */
export function decideInApp(code: CodeRow, atMs: InstantMs): Done<undefined> | Refused {
  if (!isWaiting(code)) return refused('enrolment.not_waiting');
  return atMs < code.expiresAtMs ? done(undefined) : refused('enrolment.code_expired');
}

function isWaiting(code: CodeRow): boolean {
  return !code.verified && code.decision === undefined;
}

/** Draw the six characters of DE38; letters that look like digits are left out. */
export function drawApprovalCode(random: Random): string {
  assert(APPROVAL_LETTERS.length === 32, 'five bits choose a letter fairly');
  let code = '';
  for (const byte of random(6)) code += APPROVAL_LETTERS[byte & 31];
  return code;
}

const APPROVAL_LETTERS = '0123456789ABCDEFGHJKLMNPQRSTVWXY';
