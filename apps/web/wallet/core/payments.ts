/** History as the holder reads it: payments newest first, by month, with what each month took. */
import type { HistoryLine } from './api.ts';

/** A line about money. */
export type Payment = HistoryLine & { readonly amountMinor: string; readonly currency: string };

/** The payments among the lines of history, newest first. */
export function paymentsOf(lines: readonly HistoryLine[]): readonly Payment[] {
  return lines.filter(isPayment).toReversed();
}

function isPayment(line: HistoryLine): line is Payment {
  return line.kind !== 'state' && line.amountMinor !== undefined && line.currency !== undefined;
}

/** How a payment ended, as far as its own line says. */
export function endOf({ kind, approved }: HistoryLine): 'paid' | 'refused' | 'taken_back' {
  if (kind === 'reversal') return 'taken_back';
  return approved ? 'paid' : 'refused';
}

/** The payments of one month. */
export type Month = {
  /** The first instant of the month that a line was seen in, for its name. */
  readonly atMs: number;
  readonly lines: readonly Payment[];
  /** What was taken and not given back, in minor units; undefined when currencies are mixed. */
  readonly takenMinor: bigint | undefined;
  readonly currency: string;
};

/** Payments, newest first, by month of the reader's own calendar. */
export function monthsOf(payments: readonly Payment[]): readonly Month[] {
  const groups = new Map<string, Payment[]>();
  for (const line of payments) {
    const day = new Date(line.atMs);
    const key = `${day.getFullYear()}-${day.getMonth()}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map((lines) => {
    const [first] = lines as [Payment];
    const isOneCurrency = lines.every(({ currency }) => currency === first.currency);
    const takenMinor = lines.reduce((sum, line) => sum + effectOf(line), 0n);
    return {
      atMs: first.atMs,
      lines,
      takenMinor: isOneCurrency ? takenMinor : undefined,
      currency: first.currency,
    };
  });
}

function effectOf(line: Payment): bigint {
  const end = endOf(line);
  if (end === 'refused') return 0n;
  return end === 'paid' ? BigInt(line.amountMinor) : -BigInt(line.amountMinor);
}

/**
 * When a phone was locked, as far as its history tells: the first of the last suspensions without a resumption after
 * them; and what was tried since. A phone without cards leaves no such line.
 */
export function sinceLock(lines: readonly HistoryLine[]): {
  readonly lockedAtMs: number | undefined;
  readonly suspended: number;
  readonly tried: readonly HistoryLine[];
} {
  const states = lines.filter(({ kind }) => kind === 'state');
  const last = states.findLastIndex(({ approved }) => approved);
  const suspensions = states.slice(last + 1);
  const [first] = suspensions;
  if (first === undefined) return { lockedAtMs: undefined, suspended: 0, tried: [] };
  const tried = lines.filter(({ kind, approved, sequence }) => {
    return kind === 'payment' && !approved && sequence > first.sequence;
  });
  const tokens = new Set(suspensions.map(({ tokenReference }) => tokenReference));
  return { lockedAtMs: first.atMs, suspended: tokens.size, tried: tried.toReversed() };
}
