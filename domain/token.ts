/**
 * The token: a card's stand-in on one device. Its number, its expiry, its life, and who may change it.
 * @see docs/specs.md, tokenisation sheet, sections 2 and 4
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toUint } from '@octavo/lib/bytes/bytes.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import type { CardRange } from './demo.ts';
import { type EventOf, type Life, type StateOf, step } from './life.ts';
import type { InstantMs } from './ports.ts';
import { type Done, done, type Refused, refused } from './refusal.ts';
import { localTime } from './time.ts';

/** Life of a payment token. A deleted token never returns; expiry is read from the date, not stored. */
export const tokenLife = {
  inactive: { activate: 'active', lapse: 'deleted', delete: 'deleted' },
  active: { suspend: 'suspended', delete: 'deleted' },
  suspended: { suspend: 'suspended', resume: 'active', delete: 'deleted' }, // active again when nobody holds it suspended
  deleted: {},
} as const satisfies Life;

/** A token's state. */
export type TokenState = StateOf<typeof tokenLife>;

/** What may happen to a token. */
export type TokenEvent = EventOf<typeof tokenLife>;

/** Who may hold a token suspended. */
export type TokenParty = 'wallet' | 'issuer' | 'tokens' | 'operator';

/** What a change looks at and what it makes anew. */
export type TokenStanding = {
  readonly state: TokenState;
  readonly suspendedBy: readonly TokenParty[];
  readonly requestorId: string;
};

/** A wish to change a token. A wallet has the tokens of its own requestors, the others have all. */
export type ChangeAsk = {
  readonly event: TokenEvent;
  readonly party: TokenParty;
  /** The requestors that the wallet acts for. */
  readonly ownRequestors: readonly string[];
};

/** How a card was verified, as two characters. @see docs/specs.md, tokenisation sheet, section 2 */
export const assurance = {
  /** Issuer interactive, one factor: the one-time code. */
  code: '11',
  /** Issuer risk-based, not interactive: a green decision. */
  green: '13',
  /** Issuer interactive, one factor: its call centre asked the holder. */
  callCentre: '11',
  /** Asserted by the issuer, whose own app had the holder before it. */
  bankApp: '14',
} as const;

/** The sequence number of every first token. */
export const FIRST_SEQUENCE_NUMBER = '01';

/** How far apart the counters of two loadings of one token begin: more than an element can tap between them. */
const LOADING_STRIDE = 0x100;
/** The highest counter to begin at; the rest is kept for taps. */
const LAST_FIRST_COUNTER = 0x7fff;

const TOKEN_YEARS = 5;
const BODY_DIGITS = 7;
const BODIES = 10 ** BODY_DIGITS;

/** How many token numbers a range has. */
export const RANGE_CAPACITY = BODIES;

/** Change a token's state: a staircase of refusals, then the new standing. */
export function changeToken<T extends TokenStanding>(token: T, ask: ChangeAsk): Done<T> | Refused {
  const { event, party } = ask;
  if (party === 'wallet' && !ask.ownRequestors.includes(token.requestorId)) {
    return refused('token.not_yours');
  }
  if (token.state === 'deleted') return refused('token.deleted');
  const state = step(tokenLife, token.state, event);
  if (state === undefined) return refused(refusalOf(token.state));
  if (event === 'suspend') {
    return done({ ...token, state, suspendedBy: withParty(token.suspendedBy, party) });
  }
  if (event !== 'resume') return done({ ...token, state });
  if (!token.suspendedBy.includes(party)) return refused('token.not_suspended_by_you');
  const suspendedBy = token.suspendedBy.filter((other) => other !== party);
  return done({ ...token, state: suspendedBy.length === 0 ? state : token.state, suspendedBy });
}

/**
 * Whether an instance may be given certificates now: `held` when it has them, `due` when it lacks them and the token
 * is active. A suspended token waits until it is resumed.
 */
export function certification({
  state,
  certified,
}: {
  readonly state: TokenState;
  readonly certified: boolean;
}): { readonly kind: 'held' | 'due' } | Refused {
  if (state === 'deleted') return refused('token.deleted');
  if (state === 'inactive') return refused('token.inactive');
  if (certified) return { kind: 'held' };
  return state === 'suspended' ? refused('token.suspended') : { kind: 'due' };
}

/**
 * A token number: the range's token digits, seven drawn ones, and the check digit. `draw` is four random
 * bytes; undefined when they fall into the part that would make some numbers likelier than others.
 */
export function tokenNumber(range: CardRange, draw: Uint8Array): string | undefined {
  assert(draw.length === 4, 'a draw is four bytes');
  const value = toUint(draw);
  if (value >= Math.floor(2 ** 32 / BODIES) * BODIES) return undefined;
  const body = range.tokenBin + String(value % BODIES).padStart(BODY_DIGITS, '0');
  return body + luhnDigit(body);
}

/** What a token's id is a keyed hash of: the key index and the last 14 digits, all that its card keys depend on. */
export function tokenIdentity(keyIndex: string, token: string): string {
  assert(/^[0-9A-F]{2}$/.test(keyIndex) && /^\d{16}$/.test(token), 'a key index and a token');
  return keyIndex + token.slice(-14);
}

/** YYMM of a token made now: five years on, whatever its card says, and never past the century's last month. */
export function tokenExpiry(nowMs: InstantMs): string {
  const { dateWithYear } = localTime(nowMs);
  const year = Number(dateWithYear.slice(0, 2)) + TOKEN_YEARS;
  return year > 99 ? '9912' : String(year).padStart(2, '0') + dateWithYear.slice(2, 4);
}

/**
 * Where the counter of an instance begins after so many loadings of its token went out. The element may hold what was
 * loaded, and have tapped with it, although no answer came through: the same keys must never meet a counter twice,
 * also not one whose tap is still on its way. Undefined when too few counters are left for taps.
 * @see profile octavo-1, section 6
 */
export function firstCounter(loadings: number, highestCounter: number): number | undefined {
  const stride = loadings === 0 ? 0 : LOADING_STRIDE;
  const first = Math.max(loadings * LOADING_STRIDE, highestCounter + stride);
  return first > LAST_FIRST_COUNTER ? undefined : first;
}

/** Why an event is not answered in a state that is not the last. */
function refusalOf(
  state: Exclude<TokenState, 'deleted'>,
): 'token.inactive' | 'token.not_suspended' | 'token.suspended' {
  if (state === 'inactive') return 'token.inactive';
  return state === 'active' ? 'token.not_suspended' : 'token.suspended';
}

function withParty(parties: readonly TokenParty[], party: TokenParty): readonly TokenParty[] {
  return parties.includes(party) ? parties : [...parties, party];
}
