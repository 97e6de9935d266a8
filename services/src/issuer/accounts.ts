/** What the operator may see of accounts and of the ledger. */
import type { z } from '@hono/zod-openapi';
import { availableMinor, spentOnMinor } from '@octavo/domain/issuer.ts';
import { runningBalances } from '@octavo/domain/ledger.ts';
import type { InstantMs } from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { type FileRow, loadFiles, loadStatement, type StatementRow } from './account-store.ts';
import type {
  AccountLine,
  account,
  accountLedger,
  accounts,
  ledger,
  StatementLine,
  trialBalance,
} from './contract.ts';
import { loadBook, loadEntries, loadTrialBalance } from './ledger-store.ts';
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

/** How many accounts a page has. */
const PAGE = 100;

/** A page of accounts, and where the next one begins if there is one. */
export async function viewAccounts(
  ports: IssuerPorts,
  { after }: z.output<typeof accounts.body>,
): Promise<z.input<typeof accounts.answer>> {
  const files = await loadFiles(ports.sql, after, PAGE + 1);
  const page = files.slice(0, PAGE);
  const last = files.length > PAGE ? page.at(-1) : undefined;
  return {
    accounts: page.map((file) => accountLine(file, ports.clock.nowMs())),
    ...(last === undefined ? {} : { next: last.account.accountId }),
  };
}

/** How many lines a statement shows. */
const MOST_LINES = 500;

/** An account's statement. */
export async function viewAccountLedger(
  ports: IssuerPorts,
  { accountId }: z.output<typeof accountLedger.body>,
): Promise<z.input<typeof accountLedger.answer> | Refused> {
  const statement = await loadStatement(ports.sql, accountId, MOST_LINES);
  if (statement === undefined) return refused('card.unknown');
  const lines = statementLines(statement);
  return { account: accountLine(statement, ports.clock.nowMs()), lines: [...lines] };
}

/** What is shown of an account at an instant. */
export function accountLine(
  { card, account }: FileRow,
  atMs: InstantMs,
): z.input<typeof AccountLine> {
  const { lastFour: cardLastFour, kind, expiry, behaviour } = card;
  const { accountId, state, currency } = account;
  return {
    ...{ accountId, cardLastFour, kind, expiry, behaviour, state, currency },
    balanceMinor: String(account.balanceMinor),
    availableMinor: String(availableMinor(account)),
    spentTodayMinor: String(spentOnMinor(account, localTime(atMs).isoDate)),
    dailyLimitMinor: String(account.dailyLimitMinor),
  };
}

/** The lines of a statement, newest first, each with the balance after it. */
export function statementLines({
  account,
  entries,
}: StatementRow): readonly z.input<typeof StatementLine>[] {
  const balances = runningBalances(entries, account.balanceMinor);
  return entries.map(({ postingId, atMs, kind, amountMinor, retrievalReference }, at) => ({
    ...{ postingId, atMs, kind, retrievalReference },
    amountMinor: String(amountMinor),
    balanceMinor: String(balances[at]),
  }));
}

/** The bank's book: of each posting the side that the money left, and the side it went to. */
export async function viewLedger(
  ports: IssuerPorts,
  { last }: z.output<typeof ledger.body>,
): Promise<z.input<typeof ledger.answer>> {
  const { rows, creditedMinor, debitedMinor } = await loadBook(ports.sql, last);
  const moved = rows.map(({ amountMinor }) => ({
    amountMinor: amountMinor < 0n ? -amountMinor : amountMinor,
  }));
  const debitTotals = runningBalances(moved, debitedMinor);
  const creditTotals = runningBalances(moved, creditedMinor);
  return {
    postings: rows.map((row, at) => {
      const { postingId, accountId, atMs, kind, retrievalReference } = row;
      const amountMinor = String(moved[at]?.amountMinor);
      const holder = { account: row.account, amountMinor };
      const other = { account: row.otherAccount, amountMinor };
      return {
        ...{ postingId, accountId, atMs, kind, retrievalReference },
        cardLastFour: row.lastFour,
        ...(row.amountMinor < 0n
          ? { debit: holder, credit: other }
          : { debit: other, credit: holder }),
        debitTotalMinor: String(debitTotals[at]),
        creditTotalMinor: String(creditTotals[at]),
      };
    }),
    sumMinor: String(creditedMinor - debitedMinor),
  };
}
