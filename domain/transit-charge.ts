/**
 * A deferred charge: what a rider's taps came to, asked for later without a cryptogram. It is lawful by naming one
 * transit advice that had a good verdict. The verdict on it is a staircase of named checks, as a tap's.
 * @see docs/specs.md, transit sheet, sections 1 and 1.4; profile octavo-1, section 15
 */
import { type MessageFields, originalKey } from './message.ts';
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
import type { InstantMs } from './ports.ts';
import type { RefusalCode } from './refusal.ts';
import { broken, type Check, climb, type Finding, held, type Step } from './staircase.ts';
import { TRANSIT_CLASSES } from './tap.ts';
import { instantOfLocal, localTime } from './time.ts';

/** What a financial message asks of the token service. */
export type AskedKind = 'tap' | 'advice' | 'charge';

/** An advice as a charge that names it needs it. */
export type NamedAdvice = {
  /** Whether its verdict was good. */
  readonly isGood: boolean;
  /** DE32. */
  readonly acquirer: string;
  /** DE42; undefined when the advice had none. */
  readonly merchantId: string | undefined;
  /** The day of the tap as the phone sealed it (tag 9A, YYMMDD). */
  readonly tapDay: string;
  readonly receivedAtMs: InstantMs;
};

/** What became of the charges that name an advice; a declined or reversed one leaves it free. */
export type AdviceStanding = 'free' | 'under_way' | 'approved';

/** Everything a verdict on a charge is made of. */
export type ChargeFacts = MessageFacts & {
  /** The advice that it names among this very token's; undefined when there is none. */
  readonly advice: NamedAdvice | undefined;
  readonly standing: AdviceStanding;
};

/** The verdict on a charge. */
export type ChargeJudgement = {
  /** Undefined when the charge is lawful. */
  readonly code: RefusalCode | undefined;
  readonly checks: readonly Check[];
};

/** DE22 of a charge: credentials on file, no PIN. Profile octavo-1, section 15. */
export const CHARGE_ENTRY_MODE = '102';

/** The most that one charge may take, minor units. Profile octavo-1, section 15. */
const CHARGE_LIMIT_MINOR = 50_000n;

/** How old the tap behind a charge may be, in days. @see docs/specs.md, transit sheet, section 1 */
const OLDEST_TAP_DAYS = 14;

/** What a message asks; undefined when no verdict is given on its kind. A charge that is not one in form is a tap. */
export function askedKind(mti: string, fields: MessageFields): AskedKind | undefined {
  if (/^022[01]$/.test(mti)) return 'advice';
  if (!/^020\d$/.test(mti)) return undefined;
  return adviceNamedBy(fields) === undefined ? 'tap' : 'charge';
}

/** The key of the advice that a charge's DE90 names; undefined when the message has not the form of a charge. */
export function adviceNamedBy(fields: MessageFields): string | undefined {
  const { '22': entryMode, '35': track, '55': chipData, '90': original } = fields;
  if (entryMode !== CHARGE_ENTRY_MODE || track !== undefined || chipData !== undefined) {
    return undefined;
  }
  return original?.startsWith('0220') ? originalKey(original) : undefined;
}

/** Judge a charge. Pure: the same facts, the same judgement. */
export function judgeCharge(facts: ChargeFacts): ChargeJudgement {
  return climb(staircase, facts);
}

const staircase: readonly Step<ChargeFacts>[] = [
  { name: 'messageReadable', check: messageReadable },
  { name: 'messageNew', check: messageNew },
  { name: 'tokenKnown', check: tokenKnown },
  { name: 'tokenActive', check: tokenActive },
  { name: 'tokenNotExpired', check: tokenNotExpired },
  { name: 'token', check: oneToken },
  { name: 'chargeTransit', check: chargeTransit },
  { name: 'adviceKnown', check: adviceKnown },
  { name: 'adviceGood', check: adviceGood },
  { name: 'sameMerchant', check: sameMerchant },
  { name: 'adviceRecent', check: adviceRecent },
  { name: 'chargeLimit', check: chargeLimit },
  { name: 'currencyAllowed', check: currencyAllowed },
  { name: 'chargedOnce', check: chargedOnce },
  { name: 'noneUnderWay', check: noneUnderWay },
];

function chargeTransit({ tap }: ChargeFacts): Finding {
  const merchant = tap.fields['18'] ?? 'absent';
  const compared = `charge from DE18 ${merchant}`;
  const isTransit = TRANSIT_CLASSES.includes(merchant);
  return isTransit ? held(compared) : broken('charge.not_transit', compared);
}

function adviceKnown({ advice }: ChargeFacts): Finding {
  const compared = 'DE90 against the advices of this token';
  return advice === undefined ? broken('charge.advice_unknown', compared) : held(compared);
}

function adviceGood(facts: ChargeFacts): Finding {
  const isGood = known(facts.advice).isGood;
  const compared = `the advice’s verdict: ${isGood ? 'good' : 'refused'}`;
  return isGood ? held(compared) : broken('charge.advice_refused', compared);
}

function sameMerchant({ tap, advice }: ChargeFacts): Finding {
  const { acquirer, merchantId } = known(advice);
  const { '32': mine = '', '42': shop } = tap.fields;
  const compared = `DE42 ${shop ?? 'absent'}, the advice’s ${merchantId ?? 'absent'}`;
  const isSame =
    withoutZeros(mine) === withoutZeros(acquirer) && shop !== undefined && shop === merchantId;
  return isSame ? held(compared) : broken('charge.other_merchant', compared);
}

/** Institutions are numbers. */
function withoutZeros(code: string): string {
  return code.replace(/^0+/, '');
}

/** By the day that the phone sealed; a gate whose clock ran ahead does not make a tap younger than its advice. */
function adviceRecent(facts: ChargeFacts): Finding {
  const { tapDay, receivedAtMs } = known(facts.advice);
  const received = localTime(receivedAtMs).dateWithYear;
  const isAhead = tapDay > received;
  const day = isAhead ? received : tapDay;
  const ageDays = daysBetween(day, localTime(facts.nowMs).dateWithYear);
  const compared = `tap of ${day}, days since: ${ageDays ?? 'unknown'}`;
  const isRecent = ageDays !== undefined && ageDays <= OLDEST_TAP_DAYS;
  return isRecent ? held(compared) : broken('charge.too_late', compared);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole days from one day (YYMMDD) to another; undefined when one of them is none. */
function daysBetween(from: string, to: string): number | undefined {
  const [start, end] = [from, to].map((day) =>
    instantOfLocal(`20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4)}`, '00:00:00'),
  );
  return start === undefined || end === undefined ? undefined : Math.round((end - start) / DAY_MS);
}

function chargeLimit({ tap }: ChargeFacts): Finding {
  const digits = tap.fields['4'] ?? '';
  const compared = `DE4 ${digits} against the limit of one charge`;
  const isWithin = BigInt(digits) <= CHARGE_LIMIT_MINOR;
  return isWithin ? held(compared) : broken('charge.over_limit', compared);
}

function chargedOnce({ standing }: ChargeFacts): Finding {
  const compared = 'approved charges that name this advice';
  return standing === 'approved' ? broken('charge.already_charged', compared) : held(compared);
}

function noneUnderWay({ standing }: ChargeFacts): Finding {
  const compared = 'unanswered charges that name this advice';
  return standing === 'under_way' ? broken('charge.under_way', compared) : held(compared);
}
