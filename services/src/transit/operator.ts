/** What the operator reads: lists, journeys, accounts, debts, charges, and one tap. */
import type { z } from '@hono/zod-openapi';
import { type RefusalCode, type Refused, refused } from '@octavo/domain/refusal.ts';
import {
  dayName,
  dayNumber,
  dayOfName,
  dayStartMs,
  type ServiceDay,
} from '@octavo/domain/transit/service-day.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { readAccount, readAccounts } from './account-store.ts';
import type * as contract from './contract.ts';
import { readCredentials } from './credential-store.ts';
import { readRecord } from './gate-store.ts';
import { countEntries, readHead, readLastChanges } from './list-store.ts';
import { readCharges, readDay, readDebts, readOwed } from './money-store.ts';
import type { TransitPorts } from './ports.ts';
import { endOf, rate } from './rated.ts';
import { journeyView, tapsByName } from './shown-journeys.ts';
import { accountView, debtView, showCharges } from './shown-money.ts';
import { readTap } from './tap-store.ts';
import { uncountedBefore } from './uncounted.ts';

/** How many rows one answer holds. */
const MOST_ROWS = 500;

/** How many accounts' journeys one answer is made of. */
const MOST_ACCOUNTS = 200;

/** The deny list and its last changes. */
export async function lists(ports: TransitPorts): Promise<z.input<typeof contract.lists.answer>> {
  const epoch = await ports.keys.denyEpoch();
  const head = await readHead(ports.sql, epoch);
  const changes = await readLastChanges(ports.sql, epoch, MOST_ROWS);
  return {
    epoch,
    version: head?.version ?? 0,
    entries: await countEntries(ports.sql, epoch),
    ...(head === undefined ? {} : { publishedAtMs: head.publishedAtMs }),
    changes: [...changes],
  };
}

/** Journeys of one account in a month, or of a day's accounts, as they are rated now. */
export async function journeys(
  ports: TransitPorts,
  { day, accountId, month }: z.output<typeof contract.journeys.body>,
): Promise<z.input<typeof contract.journeys.answer>> {
  const { serviceDayStartMs } = ports.policy;
  const nowMs = ports.clock.nowMs();
  const today = dayName(dayNumber(nowMs, serviceDayStartMs));
  const fromDay = day ?? `${month ?? today.slice(0, 7)}-02`;
  const ids = accountId === undefined ? await ridersOf(ports, day ?? today) : [accountId];
  const found: z.input<typeof contract.journeys.answer>['journeys'] = [];
  for (const id of ids.slice(0, MOST_ACCOUNTS)) {
    const account = await readAccount(ports.sql, id);
    if (account === undefined) continue;
    const fromMs = dayStartMs(dayOfName(fromDay), serviceDayStartMs);
    const rated = await rate(ports, account, fromMs, nowMs);
    const taps = tapsByName(rated.taps);
    const own = rated.account.journeys.filter(({ serviceDay }) =>
      day === undefined ? serviceDay.startsWith(fromDay.slice(0, 7)) : serviceDay === day,
    );
    found.push(
      ...own.map((journey) => ({ ...journeyView(journey, taps, ports.city), accountId: id })),
    );
  }
  return { journeys: found.slice(0, MOST_ROWS) };
}

/** The accounts that rode on a day: those that a closing brought to account, and those that none has looked at yet. */
async function ridersOf(ports: TransitPorts, day: ServiceDay): Promise<readonly string[]> {
  const counted = await readDay(ports.sql, day);
  const beganMs = dayStartMs(dayOfName(day), ports.policy.serviceDayStartMs);
  const uncounted = [...(await uncountedBefore(ports, endOf(ports, day)))]
    .filter(([, { lastMs }]) => lastMs >= beganMs)
    .map(([accountId]) => accountId);
  return [...new Set([...counted.map(({ accountId }) => accountId), ...uncounted])];
}

/** Accounts, those that changed last first. */
export async function accounts(
  ports: TransitPorts,
  { owing }: z.output<typeof contract.accounts.body>,
): Promise<z.input<typeof contract.accounts.answer>> {
  const states = owing
    ? (['denied', 'dormant'] as const)
    : (['active', 'denied', 'dormant', 'merged'] as const);
  const rows = await readAccounts(ports.sql, [...states], MOST_ROWS);
  const owed = await readOwed(
    ports.sql,
    rows.map(({ accountId }) => accountId),
  );
  return { accounts: rows.map((row) => accountView(row, owed.get(row.accountId))) };
}

/** Debts, open ones first. */
export async function debts(ports: TransitPorts): Promise<z.input<typeof contract.debts.answer>> {
  const rows = await readDebts(ports.sql, MOST_ROWS);
  return { debts: rows.map((row) => debtView(row.accountId, row)) };
}

/** Charges, newest first. */
export async function charges(
  ports: TransitPorts,
  { day }: z.output<typeof contract.charges.body>,
): Promise<z.input<typeof contract.charges.answer>> {
  const rows = await readCharges(ports.sql, day, MOST_ROWS);
  return { charges: await showCharges(ports.sql, rows) };
}

/** One record, and what is known of it. */
export async function tap(
  ports: TransitPorts,
  { gateId, sequence }: z.output<typeof contract.tap.body>,
): Promise<z.input<typeof contract.tap.answer> | Refused> {
  const record = await readRecord(ports.sql, gateId, sequence);
  if (record === undefined) return refused('tap.not_kept');
  const { body, takenAtMs, credentialId } = record;
  const shown = { record: toHex(body), takenAtMs };
  if (credentialId === undefined) return { ...shown, verdict: 'none' };
  const row = await readTap(ports.sql, credentialId, gateId, sequence);
  const [credential] = await readCredentials(ports.sql, [credentialId]);
  const { responseCode, refusalCode, retrievalReference } = row ?? {};
  return {
    ...shown,
    ...(credential === undefined ? {} : { accountId: credential.accountId }),
    verdict: row?.verdict ?? 'waiting',
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(refusalCode === undefined ? {} : { code: refusalCode as RefusalCode }),
    ...(retrievalReference === undefined ? {} : { retrievalReference }),
  };
}
