/** What the operator may see of accounts and of the ledger. */
import type { z } from '@hono/zod-openapi';
import { availableMinor, spentOnMinor } from '@octavo/domain/issuer.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import type { account, trialBalance } from './contract.ts';
import { loadEntries, loadTrialBalance } from './ledger-store.ts';
import { accountIdOf, type IssuerPorts } from './ports.ts';
import { loadCard } from './store.ts';

/** One account with its ledger. */
export async function viewAccount(
  ports: IssuerPorts,
  pan: string,
): Promise<z.input<typeof account.answer> | Refused> {
  const accountId = await accountIdOf(ports.keys, pan);
  const file = await loadCard(ports.sql, accountId);
  if (file === undefined) return refused('card.unknown');
  const today = localTime(ports.clock.nowMs()).isoDate;
  const entries = await loadEntries(ports.sql, accountId);
  return {
    cardLastFour: file.card.lastFour,
    kind: file.card.kind,
    currency: file.account.currency,
    availableMinor: String(availableMinor(file.account)),
    spentTodayMinor: String(spentOnMinor(file.account, today)),
    dailyLimitMinor: Number(file.account.dailyLimitMinor),
    entries: entries.map((entry) => ({ ...entry, amountMinor: String(entry.amountMinor) })),
  };
}

/** The whole ledger by account name. Each posting has one entry of the holder, so those are counted. */
export async function viewTrialBalance(
  ports: IssuerPorts,
): Promise<z.input<typeof trialBalance.answer>> {
  const rows = await loadTrialBalance(ports.sql);
  const sumMinor = rows.reduce((sum, row) => sum + row.sumMinor, 0n);
  return {
    sumMinor: String(sumMinor),
    postings: rows.find((row) => row.account === 'holder')?.entries ?? 0,
    accounts: rows.map((row) => ({ account: row.account, sumMinor: String(row.sumMinor) })),
  };
}
