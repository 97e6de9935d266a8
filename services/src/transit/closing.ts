/**
 * Closing service days: each account's taps are rated anew, what that is more or less than before becomes lines, and
 * lines become one charge. Closing a day twice does nothing more.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import type { PricedDay } from '@octavo/domain/transit/journey.ts';
import type { Account } from '@octavo/domain/transit/rider.ts';
import {
  dayName,
  dayNumber,
  dayOfName,
  dayStartMs,
  type ServiceDay,
} from '@octavo/domain/transit/service-day.ts';
import { type SettledRow, settle } from '@octavo/domain/transit/settle.ts';
import {
  chargeableParts,
  type Line,
  type Posting,
  rowsOf,
} from '@octavo/domain/transit/settlement.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { type DayWrite, daysPart, linesPart, postingsPart } from './account-store.ts';
import { alter, type Decision, freshId } from './accounts.ts';
import { bill } from './billing.ts';
import { readClosed, saveClosing } from './closing-store.ts';
import { type DayRow, readCharges, readDay, readDays } from './money-store.ts';
import type { TransitPorts } from './ports.ts';
import { postRecords } from './post.ts';
import { closingOf, digestOfDay, endOf, lastToClose, type Rated, rate } from './rated.ts';
import { noteCounted, readUncounted, type TapRow } from './tap-store.ts';
import { uncountedBefore } from './uncounted.ts';

/** How many accounts are closed side by side. */
const SIDE_BY_SIDE = 8;

/** What came of closing a day. */
export type Closed = {
  readonly accounts: number;
  readonly charges: number;
  readonly approved: number;
  readonly declined: number;
  readonly waiting: number;
  readonly digest: string;
};

/** Close a service day that is over. */
export async function closeDay(ports: TransitPorts, day: ServiceDay): Promise<Closed | Refused> {
  const beganAtMs = ports.clock.nowMs();
  if (endOf(ports, day) > beganAtMs) return refused('transit.day_open');
  // Whatever was taken before belongs to the day.
  while ((await postRecords(ports)) > 0);
  const uncounted = await uncountedBefore(ports, endOf(ports, day));
  // An old day that is closed again is seen as the last closing saw it, or what was known since would be forgotten.
  const closedBefore = await readClosed(ports.sql);
  const through = closedBefore !== undefined && closedBefore > day ? closedBefore : day;
  await sideBySide([...uncounted], async ([accountId, { firstMs }]) => {
    await bringToAccount(ports, accountId, through, firstMs);
    await bill(ports, accountId);
  });
  await saveClosing(ports.sql, day, beganAtMs, ports.clock.nowMs());
  const closed = await closedOf(ports, day, uncounted.size);
  ports.trace('transit.day_closed', { day, ...closed });
  return closed;
}

/** How many days back the clock closes; taps of days before are brought to account with the first of these. */
const MOST_DAYS_BACK = 31;

/** Close the days that are due by the clock; answers whether there were any. */
export async function closeDue(ports: TransitPorts): Promise<boolean> {
  const last = dayOfName(lastToClose(ports, ports.clock.nowMs()));
  const closed = await readClosed(ports.sql);
  if (closed !== undefined && dayOfName(closed) >= last) return false;
  const uncounted = await readUncounted(ports.sql, endOf(ports, dayName(last)));
  const firstMs = uncounted.reduce((first, each) => Math.min(first, each.firstMs), Infinity);
  const { serviceDayStartMs } = ports.policy;
  // Days on which nobody rode need no closing, but the last one, which says how far we are.
  const earliest = firstMs === Infinity ? last : dayNumber(firstMs, serviceDayStartMs);
  const next = closed === undefined ? earliest : Math.max(dayOfName(closed) + 1, earliest);
  for (let day = Math.max(next, last - MOST_DAYS_BACK); day <= last; day++) {
    await closeDay(ports, dayName(day));
  }
  return true;
}

/** Bring an account's days up to one to account. Its taps from `firstMs` on are new, or belong to it since now. */
export async function bringToAccount(
  ports: TransitPorts,
  accountId: string,
  through: ServiceDay,
  firstMs: number,
): Promise<void> {
  const counted = await alter(ports, accountId, async ({ account, nowMs }) => {
    if (account.state === 'merged') return { kind: 'kept', answer: [] };
    const rated = await rate(ports, account, firstMs, closingOf(ports, through));
    const kept = await readDays(ports.sql, accountId, rated.sinceDay);
    return decide(ports, account, rated, kept, { through, nowMs });
  });
  if (isRefused(counted) || counted.length === 0) return;
  await noteCounted(ports.sql, counted, ports.clock.nowMs());
}

function decide(
  ports: TransitPorts,
  account: Account,
  rated: Rated,
  kept: readonly DayRow[],
  { through, nowMs }: { readonly through: ServiceDay; readonly nowMs: number },
): Decision<readonly TapRow[]> {
  const moment = { asOfMs: closingOf(ports, through), sinceDay: rated.sinceDay, nowMs };
  const { rows } = settle(kept.flatMap(rowsOf), rated.account, moment, ports.policy);
  const answer = countedOf(ports, rated, through);
  const days = daysOf(rated, kept, rows, through);
  if (rows.length === 0 && days.length === 0) return { kind: 'kept', answer };
  const lines = rows.flatMap((row) => linesOf(ports, row));
  const asks = lines.some(({ kind }) => kind !== 'written_off');
  return {
    kind: 'altered',
    account: asks ? { ...account, billAtMs: nowMs } : account,
    event: 'days_closed',
    reference: through,
    parts: [
      daysPart(days, nowMs),
      linesPart(lines, nowMs),
      postingsPart(lines.map(postingOf), nowMs),
    ],
    answer,
  };
}

/** The lines of a row: a single one, unless it is more than one charge may take. */
function linesOf(
  ports: TransitPorts,
  { serviceDay, kind, amountMinor }: SettledRow,
): readonly Line[] {
  return chargeableParts(amountMinor).map((part) => {
    return { lineId: freshId(ports), kind, day: serviceDay, amountMinor: part, reason: undefined };
  });
}

/** The posting of a line: riders owe more, or less. */
export function postingOf({ lineId, kind, day, amountMinor }: Line): Posting {
  return { postingId: lineId, kind, day, amountMinor };
}

/** Days whose price or journeys changed, as they are kept from now on. */
function daysOf(
  { account, sinceDay }: Rated,
  kept: readonly DayRow[],
  rows: readonly SettledRow[],
  through: ServiceDay,
): readonly DayWrite[] {
  const before = new Map(kept.map((row) => [row.day, row]));
  const now = new Map(account.days.map((day) => [day.serviceDay, day]));
  const names = [...new Set([...before.keys(), ...now.keys()])]
    .filter((day) => day >= sinceDay && day <= through)
    .sort();
  return names.flatMap((day) => {
    const write = dayWrite(day, now.get(day), account.journeys, before.get(day), rows);
    const same = before.get(day);
    const isSame =
      same !== undefined &&
      same.ratedMinor === write.ratedMinor &&
      toHex(same.digest) === toHex(write.digest);
    return isSame ? [] : [write];
  });
}

function dayWrite(
  day: ServiceDay,
  priced: PricedDay | undefined,
  journeys: Rated['account']['journeys'],
  before: DayRow | undefined,
  rows: readonly SettledRow[],
): DayWrite {
  const own = journeys.filter((journey) => journey.serviceDay === day);
  const writtenOff = rows
    .filter((row) => row.serviceDay === day && row.kind === 'written_off')
    .reduce((sum, row) => sum + row.amountMinor, before?.writtenOffMinor ?? 0n);
  return {
    day,
    ratedMinor: priced?.totalMinor ?? 0n,
    writtenOffMinor: writtenOff,
    journeys: own.length,
    digest: digestOfDay(own),
  };
}

/**
 * The taps that a closing has dealt with: those of journeys that are still open are looked at again, and so is what came
 * meanwhile of the month before, whose days were not settled.
 */
function countedOf(ports: TransitPorts, rated: Rated, through: ServiceDay): readonly TapRow[] {
  const open = new Set(
    rated.account.journeys
      .filter(({ state }) => state === 'open')
      .flatMap(({ taps }) => taps.map(({ gateId, sequence }) => `${gateId}/${sequence}`)),
  );
  const fromMs = dayStartMs(dayOfName(rated.sinceDay), ports.policy.serviceDayStartMs);
  const endMs = endOf(ports, through);
  return rated.taps.filter(
    ({ correctedMs, gateId, sequence }) =>
      correctedMs >= fromMs && correctedMs < endMs && !open.has(`${gateId}/${sequence}`),
  );
}

async function closedOf(ports: TransitPorts, day: ServiceDay, accounts: number): Promise<Closed> {
  const charges = (await readCharges(ports.sql, day, MOST_CHARGES)).filter(
    ({ kind }) => kind === 'daily',
  );
  const count = (state: string) => charges.filter((charge) => charge.state === state).length;
  const rows = await readDay(ports.sql, day);
  // Row by row: a large city's accounts are more than one call takes.
  const hash = sha256.create();
  for (const { accountId, ratedMinor, digest } of rows) {
    hash.update(fromAscii(`${accountId} ${ratedMinor} `)).update(digest);
  }
  return {
    accounts,
    charges: charges.length,
    approved: count('approved') + count('settled'),
    declined: count('declined'),
    waiting: count('asking'),
    digest: toHex(hash.digest()),
  };
}

const MOST_CHARGES = 1_000_000;

async function sideBySide<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = [...all].reverse();
  const one = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await act(next);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, one));
}
