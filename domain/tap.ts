/**
 * The verdict on a tap: one staircase of named checks in a fixed order, from a readable message to an allowed
 * currency. The first that breaks names the refusal; every one is recorded with what it compared.
 * @see docs/specs.md, cryptograms sheet, section 10, and tokenisation sheet, section 5
 */
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import {
  CTQ,
  CVR,
  cryptogramInformation,
  cvrHolderVerified,
  hasBit,
} from '@octavo/lib/emv/fields.ts';
import {
  currencyAllowed,
  known,
  type MessageFacts,
  messageNew,
  messageReadable,
  oneToken,
  tokenActive,
  tokenKnown,
  tokenNotExpired,
} from './message-checks.ts';
import type { RefusalCode } from './refusal.ts';
import { broken, type Check, climb, type Finding, held, type Step } from './staircase.ts';
import type { Tap } from './tap-data.ts';
import { instantOfLocal } from './time.ts';
import type { TokenState } from './token.ts';

/** What a verdict knows of the token. */
export type TapToken = {
  readonly state: TokenState;
  /** YYMM. */
  readonly expiry: string;
  readonly requestorId: string;
  readonly keyIndex: string;
  /** The highest counter consumed so far; 0 before the first. */
  readonly highestCounter: number;
};

/** Everything a verdict is made of. */
export type TapFacts = Omit<MessageFacts, 'token'> & {
  /** A tap at a gate, told later (0220): it gets a verdict and moves no money. */
  readonly isAdvice: boolean;
  readonly token: TapToken | undefined;
  /** Whether the key port found the cryptogram to be this token's over these data. */
  readonly isCryptogramRight: boolean;
  /** The cryptogram that consumed this counter before. */
  readonly used: Uint8Array | undefined;
};

/** The verdict, and what it does to the token whatever it says. */
export type Judgement = {
  /** Undefined when the tap is good. */
  readonly code: RefusalCode | undefined;
  readonly checks: readonly Check[];
  /** The cryptogram is right and its counter fresh: the counter is used up. */
  readonly consumesCounter: boolean;
  /** The cryptogram is right and its counter was used by another one: two elements hold one token's keys. */
  readonly provesClone: boolean;
};

/** Merchant classes of transit: there an element may answer without its holder. @see docs/specs.md, transit sheet */
export const TRANSIT_CLASSES: readonly string[] = ['4111', '4112', '4131'];

/** The most that an express tap may cost, minor units. profile octavo-1 */
const EXPRESS_CAP_MINOR = 2_000n;

/** Merchant classes where device tokens do not pay: cash, money orders, quasi-cash. profile octavo-1 */
const REFUSED_CLASSES: readonly string[] = ['4829', '6010', '6011', '6050', '6051'];

/** Judge a tap. Pure: the same facts, the same judgement. */
export function judgeTap(facts: TapFacts): Judgement {
  return { ...climb(staircase, facts), ...consequences(facts) };
}

/** What a right cryptogram does, also when an earlier check names the refusal. */
function consequences({
  tap,
  token,
  isCryptogramRight,
  used,
}: TapFacts): Pick<Judgement, 'consumesCounter' | 'provesClone'> {
  const { cryptogram } = tap;
  if (token === undefined || !isCryptogramRight || cryptogram === undefined) {
    return { consumesCounter: false, provesClone: false };
  }
  return {
    consumesCounter: used === undefined,
    provesClone: used !== undefined && !equalConstantTime(used, cryptogram),
  };
}

/** The staircase of a tap. */
const staircase: readonly Step<TapFacts>[] = [
  { name: 'messageReadable', check: messageReadable },
  { name: 'messageNew', check: messageNew },
  { name: 'tokenKnown', check: tokenKnown },
  { name: 'tokenActive', check: tokenActive },
  { name: 'tokenNotExpired', check: tokenNotExpired },
  { name: 'entryMode', check: entryMode },
  { name: 'requestor', check: requestor },
  { name: 'cryptogramVersion', check: cryptogramVersion },
  { name: 'cryptogram', check: cryptogram },
  { name: 'amount', check: amount },
  { name: 'currency', check: currency },
  { name: 'country', check: country },
  { name: 'date', check: date },
  { name: 'type', check: type },
  { name: 'token', check: oneToken },
  { name: 'qualifiers', check: qualifiers },
  { name: 'adviceTransit', check: adviceTransit },
  { name: 'counter', check: counter },
  { name: 'holder', check: holder },
  { name: 'express', check: express },
  { name: 'merchantClass', check: merchantClass },
  { name: 'currencyAllowed', check: currencyAllowed },
];

function entryMode({ tap }: TapFacts): Finding {
  const mode = tap.fields['22'] ?? '';
  const compared = `DE22 ${mode}, DE55 ${tap.chip === undefined ? 'absent' : 'present'}`;
  const isTap = mode.startsWith('07') && tap.chip !== undefined;
  return isTap ? held(compared) : broken('token.wrong_domain', compared);
}

/** A tap may leave its requestor out; what it says must be the token's own. */
function requestor(facts: TapFacts): Finding {
  const { requestorId } = known(facts.token);
  const claimed = facts.tap.chip?.['9F19'];
  const compared = `9F19 ${claimed ?? 'absent'} against ${requestorId}`;
  const isOwn = claimed === undefined || claimed === requestorId.padStart(12, '0');
  return isOwn ? held(compared) : broken('token.wrong_domain', compared);
}

function cryptogramVersion({ tap }: TapFacts): Finding {
  const { issuerData } = tap;
  if (issuerData === undefined) return broken('tap.cryptogram_missing', '9F10 absent or malformed');
  const { cvn, algorithm } = issuerData;
  const compared = `9F10: cryptogram version ${cvn}, algorithm ${algorithm}`;
  return cvn === 1 && algorithm === 1 ? held(compared) : broken('tap.version_refused', compared);
}

/** Right means more than the MAC: this token's key index, and a request for an approval (ARQC), not a card's no. */
function cryptogram(facts: TapFacts): Finding {
  const { tap, isCryptogramRight } = facts;
  if (tap.cryptogram === undefined || tap.counter === undefined) {
    return broken('tap.cryptogram_missing', '9F26 or 9F36 absent');
  }
  if (/^0*$/.test(tap.chip?.['9F37'] ?? '')) {
    return broken('tap.cryptogram_missing', '9F37 absent or zero: not unpredictable');
  }
  if (!isCryptogramRight) {
    return broken('tap.cryptogram_wrong', '9F26 is not the one that the token’s key gives');
  }
  if (tap.issuerData?.dki !== Number.parseInt(known(facts.token).keyIndex, 16)) {
    return broken('tap.cryptogram_wrong', '9F10 names another key index than the token’s');
  }
  const claimed = tap.chip?.['9F27'] ?? '80';
  const asksForApproval = cryptogramInformation(tap.issuerDataBytes) === ARQC && claimed === '80';
  return asksForApproval
    ? held('9F26 is the one that the token’s key gives')
    : broken('tap.cryptogram_wrong', `9F10 and 9F27 ${claimed}: not a request for approval`);
}

const ARQC = 0x80;

function amount({ tap }: TapFacts): Finding {
  return same(tap, '4', '9F02', 12, 'tap.amount_differs');
}

function currency({ tap }: TapFacts): Finding {
  return same(tap, '49', '5F2A', 4, 'tap.currency_differs');
}

function country({ tap }: TapFacts): Finding {
  return same(tap, '19', '9F1A', 4, 'tap.country_differs');
}

/** The message has no year of its own, so the sealed one must be that of a day less than half a year away. */
function date({ tap, nowMs }: TapFacts): Finding {
  const sealed = tap.chip?.['9A'] ?? '';
  const compared = `DE13 ${tap.fields['13']}, sealed 9A ${sealed}`;
  const sealedAtMs = instantOfLocal(
    `20${sealed.slice(0, 2)}-${sealed.slice(2, 4)}-${sealed.slice(4)}`,
    '12:00:00',
  );
  const isSameDay = sealed.slice(2) === tap.fields['13'];
  const isThisYear =
    sealedAtMs !== undefined && Math.abs(sealedAtMs - nowMs) < 183 * 24 * 60 * 60_000;
  return isSameDay && isThisYear ? held(compared) : broken('tap.date_differs', compared);
}

function type({ tap }: TapFacts): Finding {
  const processing = tap.fields['3'] ?? '';
  const compared = `DE3 ${processing}, 9C ${tap.chip?.['9C'] ?? 'absent'}`;
  const isSame = processing.slice(0, 2) === tap.chip?.['9C'];
  return isSame ? held(compared) : broken('tap.type_differs', compared);
}

/** CTQ lies outside the MAC: it may say less than the sealed results, never more. */
function qualifiers({ tap }: TapFacts): Finding {
  const { qualifiers: ctq, results } = tap;
  if (ctq === undefined) return held('9F6C absent: it claims nothing');
  const claims = hasBit(ctq, CTQ.deviceCvmPerformed);
  const sealed = cvrHolderVerified(results);
  const compared = `9F6C: ${words(claims)}; sealed: ${words(sealed)}`;
  const overclaims = ctq.length !== 2 || (claims && !sealed);
  return overclaims ? broken('tap.ctq_overclaims', compared) : held(compared);
}

function words(isVerified: boolean): string {
  return isVerified ? 'holder verified' : 'not verified';
}

function adviceTransit({ tap, isAdvice }: TapFacts): Finding {
  if (!isAdvice) return held('not an advice');
  const merchant = tap.fields['18'] ?? 'absent';
  const compared = `advice from DE18 ${merchant}`;
  const isTransit = TRANSIT_CLASSES.includes(merchant);
  return isTransit ? held(compared) : broken('tap.advice_not_transit', compared);
}

/** A gate may be a week without a line, so an advice may come behind a later tap; what was used stays used. */
function counter(facts: TapFacts): Finding {
  const { highestCounter } = known(facts.token);
  const { counter: mine = 0 } = facts.tap;
  const compared = `counter ${mine}, highest used ${highestCounter}`;
  if (consequences(facts).provesClone) {
    return broken('tap.clone_proved', `counter ${mine} was used by another right cryptogram`);
  }
  if (facts.used !== undefined) {
    return broken('tap.replayed', `counter ${mine} was used by this very cryptogram`);
  }
  const isFresh = mine > highestCounter || (facts.isAdvice && mine > 0);
  return isFresh ? held(compared) : broken('tap.counter_behind', compared);
}

function holder({ tap }: TapFacts): Finding {
  if (hasBit(tap.results, CVR.express)) return held('express: answered without asking the holder');
  const isVerified = cvrHolderVerified(tap.results);
  const compared = `sealed verification results: ${words(isVerified)}`;
  return isVerified ? held(compared) : broken('tap.holder_not_verified', compared);
}

function express({ tap }: TapFacts): Finding {
  if (!hasBit(tap.results, CVR.express)) return held('not an express tap');
  const { '18': merchant = 'absent', '4': digits = '' } = tap.fields;
  const compared = `express at DE18 ${merchant} for DE4 ${digits}`;
  const isTransit = TRANSIT_CLASSES.includes(merchant) && BigInt(digits) <= EXPRESS_CAP_MINOR;
  return isTransit ? held(compared) : broken('tap.express_not_transit', compared);
}

function merchantClass({ tap }: TapFacts): Finding {
  const { '18': merchant } = tap.fields;
  const compared = `DE18 ${merchant ?? 'absent'} against the classes that device tokens do not pay`;
  const isAllowed = merchant !== undefined && !REFUSED_CLASSES.includes(merchant);
  return isAllowed ? held(compared) : broken('token.wrong_domain', compared);
}

/** Whether an element says the same as the data object the phone sealed. */
function same(tap: Tap, element: string, tag: string, digits: number, code: RefusalCode): Finding {
  const stated = tap.fields[element] ?? '';
  const sealed = tap.chip?.[tag];
  const compared = `DE${element} ${stated}, sealed ${tag} ${sealed ?? 'absent'}`;
  return stated.padStart(digits, '0') === sealed ? held(compared) : broken(code, compared);
}
