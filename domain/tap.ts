/**
 * The verdict on a tap: one staircase of named checks in a fixed order, from a readable message to an allowed
 * currency. The first that breaks names the refusal; every one is recorded with what it compared.
 * @see docs/specs.md, cryptograms sheet, section 10, and tokenisation sheet, section 5
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import {
  CTQ,
  CVR,
  cryptogramInformation,
  cvrHolderVerified,
  hasBit,
} from '@octavo/lib/emv/fields.ts';
import { currencies } from './money.ts';
import type { InstantMs } from './ports.ts';
import type { RefusalCode } from './refusal.ts';
import type { Tap } from './tap-data.ts';
import { instantOfLocal, isExpired } from './time.ts';
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
export type TapFacts = {
  readonly tap: Tap;
  readonly nowMs: InstantMs;
  /** What is known under this message's key; a repeat of the same content never comes this far. */
  readonly earlier: 'nothing' | 'reversed' | 'other_content';
  readonly token: TapToken | undefined;
  /** Whether the key port found the cryptogram to be this token's over these data. */
  readonly isCryptogramRight: boolean;
  /** The cryptogram that consumed this counter before. */
  readonly used: Uint8Array | undefined;
};

/** One check of the staircase, as it is recorded. */
export type TapCheck = {
  readonly name: TapCheckName;
  readonly outcome: 'held' | 'broken' | 'not_run';
  /** What was compared, in words and public values. */
  readonly compared: string;
};

/** The verdict, and what it does to the token whatever it says. */
export type Judgement = {
  /** Undefined when the tap is good. */
  readonly code: RefusalCode | undefined;
  readonly checks: readonly TapCheck[];
  /** The cryptogram is right and its counter fresh: the counter is used up. */
  readonly consumesCounter: boolean;
  /** The cryptogram is right and its counter was used by another one: two elements hold one token's keys. */
  readonly provesClone: boolean;
};

/** Merchant classes at which an element may answer without its holder. @see docs/specs.md, transit sheet */
export const TRANSIT_CLASSES: readonly string[] = ['4111', '4112', '4131'];

/** The most that an express tap may cost, minor units. profile octavo-1 */
const EXPRESS_CAP_MINOR = 2_000n;

/** Merchant classes where device tokens do not pay: cash, money orders, quasi-cash. profile octavo-1 */
const REFUSED_CLASSES: readonly string[] = ['4829', '6010', '6011', '6050', '6051'];

/** Judge a tap. Pure: the same facts, the same judgement. */
export function judgeTap(facts: TapFacts): Judgement {
  const checks: TapCheck[] = [];
  let code: RefusalCode | undefined;
  for (const { name, check } of staircase) {
    if (code !== undefined) {
      checks.push({ name, outcome: 'not_run', compared: '' });
      continue;
    }
    const finding = check(facts);
    code = finding.code;
    checks.push({
      name,
      outcome: code === undefined ? 'held' : 'broken',
      compared: finding.compared,
    });
  }
  return { code, checks, ...consequences(facts) };
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

type Finding = { readonly compared: string; readonly code?: RefusalCode };

const held = (compared: string): Finding => ({ compared });
const broken = (code: RefusalCode, compared: string): Finding => ({ code, compared });

/** The staircase. Its order is the order of precedence of the refusals. */
const staircase = [
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
  { name: 'token', check: token },
  { name: 'qualifiers', check: qualifiers },
  { name: 'counter', check: counter },
  { name: 'holder', check: holder },
  { name: 'express', check: express },
  { name: 'merchantClass', check: merchantClass },
  { name: 'currencyAllowed', check: currencyAllowed },
] as const satisfies readonly {
  readonly name: string;
  readonly check: (facts: TapFacts) => Finding;
}[];

/** The name of a check. */
type TapCheckName = (typeof staircase)[number]['name'];

function messageReadable({ tap }: TapFacts): Finding {
  const { unreadable } = tap;
  return unreadable.length === 0
    ? held('every element that a verdict needs is there')
    : broken('message.malformed', `missing or malformed: ${unreadable.join(', ')}`);
}

function messageNew({ earlier }: TapFacts): Finding {
  const compared = 'DE7, 11, 32, 33 against earlier messages';
  if (earlier === 'reversed') return broken('message.already_reversed', compared);
  return earlier === 'other_content' ? broken('message.key_reused', compared) : held(compared);
}

function tokenKnown(facts: TapFacts): Finding {
  const compared = `token ending in ${facts.tap.tokenLastFour}`;
  return facts.token === undefined ? broken('token.unknown', compared) : held(compared);
}

function tokenActive(facts: TapFacts): Finding {
  const { state } = known(facts);
  const compared = `state ${state}`;
  return state === 'active' ? held(compared) : broken(`token.${state}`, compared);
}

function tokenNotExpired(facts: TapFacts): Finding {
  const { expiry } = known(facts);
  const compared = `token expiry ${expiry} against today`;
  return isExpired(expiry, facts.nowMs) ? broken('token.expired', compared) : held(compared);
}

function entryMode({ tap }: TapFacts): Finding {
  const mode = tap.fields['22'] ?? '';
  const compared = `DE22 ${mode}, DE55 ${tap.chip === undefined ? 'absent' : 'present'}`;
  const isTap = mode.startsWith('07') && tap.chip !== undefined;
  return isTap ? held(compared) : broken('token.wrong_domain', compared);
}

/** A tap may leave its requestor out; what it says must be the token's own. */
function requestor(facts: TapFacts): Finding {
  const { requestorId } = known(facts);
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
  if (tap.issuerData?.dki !== Number.parseInt(known(facts).keyIndex, 16)) {
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

/** Every place that names the token or its expiry must name this one. */
function token(facts: TapFacts): Finding {
  const { number, named } = facts.tap;
  const { expiry } = known(facts);
  const compared = `number and expiry in DE2${named.map(({ place }) => `, ${place}`).join('')}`;
  const areSame = named.every(
    (one) =>
      (one.number === undefined || one.number === number) &&
      (one.expiry === undefined || one.expiry === expiry) &&
      (one.number !== undefined || one.expiry !== undefined),
  );
  return areSame ? held(compared) : broken('tap.token_differs', compared);
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

function counter(facts: TapFacts): Finding {
  const { highestCounter } = known(facts);
  const { counter: mine = 0 } = facts.tap;
  const compared = `counter ${mine}, highest used ${highestCounter}`;
  if (consequences(facts).provesClone) {
    return broken('tap.clone_proved', `counter ${mine} was used by another right cryptogram`);
  }
  if (facts.used !== undefined) {
    return broken('tap.replayed', `counter ${mine} was used by this very cryptogram`);
  }
  return mine > highestCounter ? held(compared) : broken('tap.counter_behind', compared);
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

/** Which of them the account holds is for its issuer to say. */
function currencyAllowed({ tap }: TapFacts): Finding {
  const code = tap.fields['49'] ?? '';
  const compared = `DE49 ${code} against the currencies spoken here`;
  return Object.hasOwn(currencies, code) ? held(compared) : broken('token.wrong_domain', compared);
}

/** Whether an element says the same as the data object the phone sealed. */
function same(tap: Tap, element: string, tag: string, digits: number, code: RefusalCode): Finding {
  const stated = tap.fields[element] ?? '';
  const sealed = tap.chip?.[tag];
  const compared = `DE${element} ${stated}, sealed ${tag} ${sealed ?? 'absent'}`;
  return stated.padStart(digits, '0') === sealed ? held(compared) : broken(code, compared);
}

function known({ token: row }: TapFacts): TapToken {
  assert(row !== undefined, 'the check before this one found the token');
  return row;
}
