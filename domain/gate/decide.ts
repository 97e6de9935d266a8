/**
 * Whether a gate opens: a staircase of named refusals, then one effect. The gate decides alone; nobody is asked.
 * @see docs/specs.md, transit sheet, section 2.3
 */
import type { GateDirection, TapAuthentication, TapKind } from '@octavo/lib/transit/tap-record.ts';
import { type Refused, refused } from '../refusal.ts';
import type { PassBackFinding } from './pass-back.ts';

/** What a gate does with a list that is older than it should be. */
export type ListAgePolicy = {
  readonly longestAgeMs: number;
  /** `open`: the old list still counts, and who is not on it goes through. */
  readonly whenOlder: 'open' | 'closed';
};

/** What a gate does with a card that has just gone the same way. */
export type PassBackPolicy = {
  readonly windowMs: number;
  /** `companion`: the holder pays for somebody else. */
  readonly onAgain: 'refuse' | 'companion';
};

/** The gate's own state, before any card is read. */
export type GateState = {
  readonly isInService: boolean;
  /** How old the deny list is; undefined when there is none, or nobody knows the time. */
  readonly listAgeMs: number | undefined;
  readonly listAge: ListAgePolicy;
};

/** All that a decision hangs on. */
export type GateFacts = GateState & {
  /** Whether the card is of a kind that this gate takes. */
  readonly isSchemeTaken: boolean;
  /** Whether the card itself would not answer for this tap. */
  readonly isDeclinedByCard: boolean;
  readonly authentication: TapAuthentication;
  readonly isExpired: boolean;
  /** Whether the token or its account stands on the deny list. */
  readonly isDenied: boolean;
  readonly passBack: PassBackFinding;
  readonly passBackPolicy: PassBackPolicy;
  /** The last record says that this card was let through, and the barrier may not have opened then. */
  readonly mayNotHaveOpened: boolean;
  readonly isStationOpen: boolean;
  /** Which way the gate leads now, and at which side the card was held to it. */
  readonly leads: GateDirection;
  readonly direction: GateDirection;
};

/** The gate opens, and what the tap then is. */
export type GateOpens = { readonly kind: 'opens'; readonly as: Exclude<TapKind, 'refused'> };

/** Decide on one card. The refusals stand in order of precedence. */
export function decideGate(facts: GateFacts): GateOpens | Refused {
  const shut = whyShut(facts);
  if (shut !== undefined) return shut;
  if (!facts.isSchemeTaken) return refused('gate.scheme_refused');
  if (facts.isDeclinedByCard) return refused('gate.card_declined');
  // An expired card is not asked for its proof, and is told why it stays outside.
  const isUnasked = facts.isExpired && facts.authentication === 'not_done';
  if (facts.authentication !== 'verified' && !isUnasked) {
    return refused('gate.not_authenticated', { check: facts.authentication });
  }
  if (facts.isExpired) return refused('gate.expired');
  if (facts.isDenied) return refused('gate.on_deny_list');
  const again = facts.passBack === 'again' ? onAgain(facts) : undefined;
  if (again?.kind === 'refused') return again;
  if (!facts.isStationOpen) return refused('gate.station_closed');
  if (facts.leads !== facts.direction) return refused('gate.wrong_direction');
  return again ?? opensAs(KIND_OF[facts.direction]);
}

/** Why a gate would let nobody through, whoever came; undefined when it looks at cards. */
export function whyShut({ isInService, listAgeMs, listAge }: GateState): Refused | undefined {
  if (!isInService) return refused('gate.out_of_service');
  const isFresh = listAgeMs !== undefined && listAgeMs <= listAge.longestAgeMs;
  return isFresh || listAge.whenOlder === 'open' ? undefined : refused('gate.list_too_old');
}

const KIND_OF = { in: 'entry', out: 'exit', none: 'single' } as const satisfies Readonly<
  Record<GateDirection, TapKind>
>;

function opensAs(as: GateOpens['as']): GateOpens {
  return { kind: 'opens', as };
}

/** The same way again: a second rider, or one whom the first record did not let through. */
function onAgain({ passBackPolicy, mayNotHaveOpened }: GateFacts): GateOpens | Refused {
  // The first record stands and is the one that is paid for; this one only says that the barrier was opened after all.
  if (mayNotHaveOpened) return opensAs('check');
  if (passBackPolicy.onAgain === 'companion') return opensAs('companion');
  const seconds = Math.ceil(passBackPolicy.windowMs / 1000);
  return refused('gate.pass_back', { seconds });
}
