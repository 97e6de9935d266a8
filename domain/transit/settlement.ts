/**
 * The money of a rider's account: what a closed day brings to account, one charge for it, the debt when that is
 * declined, and every movement as a posting of two entries. Nothing is netted in silence: each correction and refund is
 * a line of its own.
 * @see docs/specs.md, transit sheet, sections 1.2, 1.4, 5.4 and 5.6
 */
import type { InstantMs } from '../ports.ts';
import type { ServiceDay } from './service-day.ts';
import type { SettledRow } from './settle.ts';

/**
 * What an account's lines are: what closing days brings (`settle.ts`), and refunds. What is written off is kept beside
 * the others and put on no charge.
 */
export type LineKind = SettledRow['kind'] | 'refund';

/** One line that waits for its charge, or has it. Credits and refunds are below zero. */
export type Line = {
  readonly lineId: string;
  readonly kind: LineKind;
  readonly day: ServiceDay;
  readonly amountMinor: bigint;
  readonly reason: string | undefined;
};

/** A day as it was brought to account last: what it costs, and how much of that is not asked for. */
export type DayKept = {
  readonly day: ServiceDay;
  readonly ratedMinor: bigint;
  readonly writtenOffMinor: bigint;
};

/** The rows that a day as it was kept stands for. */
export function rowsOf({ day, ratedMinor, writtenOffMinor }: DayKept): readonly SettledRow[] {
  const rows: readonly SettledRow[] = [
    { serviceDay: day, kind: 'fare', amountMinor: ratedMinor - writtenOffMinor },
    { serviceDay: day, kind: 'written_off', amountMinor: writtenOffMinor },
  ];
  return rows.filter((row) => row.amountMinor !== 0n);
}

/** The most that one charge may take. @see profile octavo-1, section 15 */
export const MOST_IN_ONE_CHARGE = 50_000n;

/** An amount in parts that one charge can take each; what is below zero takes nothing, and stays whole. */
export function chargeableParts(amountMinor: bigint): readonly bigint[] {
  const parts: bigint[] = [];
  let leftMinor = amountMinor;
  for (; leftMinor > MOST_IN_ONE_CHARGE; leftMinor -= MOST_IN_ONE_CHARGE) {
    parts.push(MOST_IN_ONE_CHARGE);
  }
  return leftMinor === 0n ? parts : [...parts, leftMinor];
}

/** What lines come to: nothing to do yet, done without money, or a sum to ask for. */
export type Bill =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'settled'; readonly lines: readonly Line[] }
  | { readonly kind: 'ask'; readonly lines: readonly Line[]; readonly amountMinor: bigint };

/** Put waiting lines on one bill, oldest first. A credit waits until fares outweigh it. */
export function billOf(waiting: readonly Line[]): Bill {
  const sumMinor = sumOf(waiting);
  if (waiting.length === 0 || sumMinor < 0n) return { kind: 'nothing' };
  if (sumMinor === 0n) return { kind: 'settled', lines: waiting };
  if (sumMinor <= MOST_IN_ONE_CHARGE) return { kind: 'ask', lines: waiting, amountMinor: sumMinor };
  // Credits first, so that what is asked for is never more than what is owed in the end.
  const ordered = [...waiting].sort((left, right) =>
    left.amountMinor < 0n === right.amountMinor < 0n ? 0 : left.amountMinor < 0n ? -1 : 1,
  );
  const lines: Line[] = [];
  let amountMinor = 0n;
  for (const line of ordered) {
    if (amountMinor + line.amountMinor > MOST_IN_ONE_CHARGE) continue;
    lines.push(line);
    amountMinor += line.amountMinor;
  }
  return amountMinor > 0n ? { kind: 'ask', lines, amountMinor } : { kind: 'nothing' };
}

/** The sum of lines. */
export function sumOf(lines: readonly { readonly amountMinor: bigint }[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0n);
}

/** Whether a debt is asked for again: soft by the schedule, data too, since it is ours to mend, hard never. */
export type DeclineClass = 'hard' | 'soft' | 'data';

/** Money that was asked for and not given. */
export type Debt = {
  readonly debtId: string;
  readonly day: ServiceDay;
  readonly amountMinor: bigint;
  readonly state: 'open' | 'paid' | 'written_off';
  readonly class: DeclineClass;
  readonly responseCode: string | undefined;
  readonly openedAtMs: InstantMs;
  /** How often it was asked for again. */
  readonly tries: number;
  readonly nextTryAtMs: InstantMs | undefined;
};

/** DE39 of declines that no retry can mend, and of those that are our own data's fault; all others are soft. */
const HARD_CODES = new Set(['04', '07', '14', '15', '41', '43', '57', '62']);
const DATA_CODES = new Set(['03', '09', '12', '13', '21', '25', '30', '58', '63', '97']);

/** The class of a decline by its DE39. @see docs/specs.md, transit sheet, section 1.4 */
export function declineClass(responseCode: string | undefined): DeclineClass {
  if (responseCode === undefined) return 'soft';
  if (HARD_CODES.has(responseCode)) return 'hard';
  return DATA_CODES.has(responseCode) ? 'data' : 'soft';
}

/** On which days after its opening a debt is asked for again. @see docs/specs.md, transit sheet, section 1.2 */
export const RETRY_DAYS: readonly number[] = [1, 3, 5, 7, 10, 13];

/** Below this a debt is written off once all retries are used. */
const WRITE_OFF_BELOW_MINOR = 100n;

const DAY_MS = 24 * 60 * 60 * 1000;

type Owed = {
  readonly chargeId: string;
  readonly day: ServiceDay;
  readonly amountMinor: bigint;
};

/** The debt that a declined charge leaves. */
export function openDebt(charge: Owed, responseCode: string | undefined, nowMs: InstantMs): Debt {
  return opened(charge, declineClass(responseCode), responseCode, nowMs);
}

/** The debt of a charge that nobody could be asked for, and not by the rider's fault: it is of class data. */
export function openOwnDebt(charge: Owed, nowMs: InstantMs): Debt {
  return opened(charge, 'data', undefined, nowMs);
}

function opened(
  { chargeId, day, amountMinor }: Owed,
  kind: DeclineClass,
  responseCode: string | undefined,
  nowMs: InstantMs,
): Debt {
  const debt = {
    debtId: chargeId,
    day,
    amountMinor,
    state: 'open' as const,
    class: kind,
    responseCode,
    openedAtMs: nowMs,
    tries: 0,
    nextTryAtMs: undefined,
  };
  return { ...debt, nextTryAtMs: nextTry(debt) };
}

/** The debt after a retry was declined: its next date, or its end when it is too small to be worth more. */
export function retryDeclined(debt: Debt, responseCode: string | undefined): Debt {
  const kind = debt.class === 'hard' ? 'hard' : declineClass(responseCode);
  return tried({ ...debt, class: kind, responseCode });
}

/** The debt after a retry for which nobody could be asked: a try is used up, and nobody said anything new of it. */
export function retryImpossible(debt: Debt): Debt {
  return tried(debt);
}

function tried(before: Debt): Debt {
  const debt = { ...before, tries: before.tries + 1 };
  const nextTryAtMs = nextTry(debt);
  const isOver = nextTryAtMs === undefined && debt.amountMinor < WRITE_OFF_BELOW_MINOR;
  return { ...debt, nextTryAtMs, state: isOver ? 'written_off' : 'open' };
}

function nextTry(debt: Pick<Debt, 'class' | 'openedAtMs' | 'tries'>): InstantMs | undefined {
  const days = RETRY_DAYS[debt.tries];
  return debt.class === 'hard' || days === undefined ? undefined : debt.openedAtMs + days * DAY_MS;
}

/** A debt as the account asks for it that took it over: what was tried before counts. */
export function takenOver(debt: Debt): Debt {
  return { ...debt, nextTryAtMs: nextTry(debt) };
}

/** Whether no try is left. */
function isUsedUp({ nextTryAtMs, tries }: Debt): boolean {
  return nextTryAtMs === undefined && tries >= RETRY_DAYS.length;
}

/**
 * How debts weigh on their account. One that our own data caused lists nobody while it is ours to mend: the rider did
 * nothing. Once a bank has said no to it, or no try is left, it lists until it is paid, like any other.
 * @see docs/specs.md, transit sheet, section 1.4
 */
export function weighDebts(debts: readonly Debt[]): {
  readonly owes: boolean;
  readonly isExhausted: boolean;
} {
  const open = debts.filter(({ state }) => state === 'open');
  const heavy = open.filter((debt) => debt.class !== 'data' || isUsedUp(debt));
  return { owes: heavy.length > 0, isExhausted: heavy.length > 0 && heavy.every(isUsedUp) };
}

/** The open debts that one payment covers: the oldest first, up to what one charge may take. */
export function debtsToPay(debts: readonly Debt[]): readonly Debt[] {
  const oldestFirst = debts
    .filter(({ state }) => state === 'open')
    .sort((left, right) => left.openedAtMs - right.openedAtMs);
  const paid: Debt[] = [];
  let sumMinor = 0n;
  for (const debt of oldestFirst) {
    if (sumMinor + debt.amountMinor > MOST_IN_ONE_CHARGE) break;
    paid.push(debt);
    sumMinor += debt.amountMinor;
  }
  return paid;
}

/**
 * Why money moved, and the two accounts of the ledger: the first has more by the amount, the second less. `rider` is
 * what riders owe that was not asked for yet, `debt` what was asked for in vain.
 */
export const postingKinds = {
  fare: ['rider', 'fares'],
  correction: ['rider', 'fares'],
  credit: ['rider', 'fares'],
  written_off: ['write_offs', 'fares'],
  refund: ['rider', 'refunds'],
  sale: ['clearing', 'rider'],
  debt_opened: ['debt', 'rider'],
  debt_recovered: ['clearing', 'debt'],
  debt_written_off: ['write_offs', 'debt'],
  lines_moved: ['rider', 'joined'],
  debt_moved: ['debt', 'joined'],
} as const satisfies Record<string, readonly [string, string]>;

/** Why money moved. */
export type PostingKind = keyof typeof postingKinds;

/** One movement of money within an account's books. */
export type Posting = {
  readonly postingId: string;
  readonly kind: PostingKind;
  readonly day: ServiceDay;
  readonly amountMinor: bigint;
};

/** Both entries of a posting; they sum to zero. */
export function entriesOf({ kind, amountMinor }: Posting): readonly {
  readonly ledgerAccount: string;
  readonly amountMinor: bigint;
}[] {
  const [more, less] = postingKinds[kind];
  return [
    { ledgerAccount: more, amountMinor },
    { ledgerAccount: less, amountMinor: -amountMinor },
  ];
}
