/**
 * Two accounts turn out to be one: a token that had an account of its own arrives at the account of its reference. Each
 * step is one statement and may be done again; between them the old account charges nothing any more. Then the whole is
 * rated anew, and the difference settled.
 */

import { step } from '@octavo/domain/life.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { type Account, accountLife, withCredential } from '@octavo/domain/transit/rider.ts';
import {
  type Debt,
  type Line,
  type Posting,
  takenOver,
} from '@octavo/domain/transit/settlement.ts';
import {
  daysPart,
  debtsPart,
  linesPart,
  movedParts,
  postingsPart,
  readAccount,
} from './account-store.ts';
import { alter, ensureAccount } from './accounts.ts';
import { bill } from './billing.ts';
import { bringToAccount } from './closing.ts';
import { readClosed } from './closing-store.ts';
import { type CredentialRow, noteJoined, noteJoinLater, readJoining } from './credential-store.ts';
import { readMoved, readUnbilled } from './money-store.ts';
import type { TransitPorts } from './ports.ts';
import { NEXT_TRY_MS } from './post.ts';
import { readTaps } from './tap-store.ts';

/** How many tokens one pass moves. */
const MOST_AT_ONCE = 100;

/** Move tokens that are on their way; answers how many arrived. */
export async function joinAccounts(ports: TransitPorts): Promise<number> {
  const rows = await readJoining(ports.sql, ports.clock.nowMs(), MOST_AT_ONCE);
  let arrived = 0;
  for (const row of rows) {
    if (await join(ports, row)) arrived++;
    else await noteJoinLater(ports.sql, row.credentialId, ports.clock.nowMs() + NEXT_TRY_MS);
  }
  return arrived;
}

/** Whether the token has arrived; false while its old account awaits the answer to a charge. */
async function join(ports: TransitPorts, row: CredentialRow): Promise<boolean> {
  const { credentialId, accountId: from, joinTo: to, accountReference, denyEntry } = row;
  if (to === undefined) return false;
  const left = await leave(ports, from, to);
  if (!left) return false;
  const { lastFour, form } = row;
  const credential = { credentialId, entry: denyEntry, lastFour, form };
  if ((await ensureAccount(ports, to, accountReference, credential)) !== undefined) return false;
  const old = await readAccount(ports.sql, from);
  if (old === undefined || !(await arrive(ports, old, to))) return false;
  await noteJoined(ports.sql, credentialId, to);
  ports.trace('transit.joined', { credentialId, from, accountId: to });
  const closed = await readClosed(ports.sql);
  const [first] = await readTaps(ports.sql, [credentialId], 0);
  if (closed !== undefined && first !== undefined) {
    await bringToAccount(ports, to, closed, first.correctedMs);
  }
  await bill(ports, to);
  return true;
}

/** Close the old account: what waits and what is owed leaves its books. */
async function leave(ports: TransitPorts, from: string, to: string): Promise<boolean> {
  const left = await alter(ports, from, async ({ account, debts, nowMs }) => {
    if (account.state === 'merged') return { kind: 'kept', answer: true };
    const state = step(accountLife, account.state, 'merge');
    if (account.inFlight !== undefined || state === undefined) {
      return { kind: 'kept', answer: false };
    }
    const lines = await readUnbilled(ports.sql, from);
    return {
      kind: 'altered',
      account: { ...account, state, mergedInto: to, billAtMs: undefined },
      event: 'merged',
      reference: to,
      parts: [...movedParts, postingsPart(moving({ lines, debts }, 'out'), nowMs)],
      answer: true,
    };
  });
  return left === true;
}

/** Let the account that it becomes take it all over, once. */
async function arrive(ports: TransitPorts, old: Account, to: string): Promise<boolean> {
  const arrived = await alter(ports, to, async ({ account, debts, nowMs }) => {
    if (account.joined.includes(old.accountId)) return { kind: 'kept', answer: true };
    const moved = await readMoved(ports.sql, old.accountId);
    const taken = moved.debts.map(takenOver);
    const credentials = old.credentials.reduce(withCredential, account).credentials;
    return {
      kind: 'altered',
      account: {
        ...account,
        credentials: credentials.map((one) => deadAsBefore(one, old)),
        denials: [...account.denials, ...old.denials],
        joined: [...account.joined, old.accountId, ...old.joined],
        billAtMs: nowMs,
      },
      event: 'joined',
      reference: old.accountId,
      parts: [
        linesPart(moved.lines, nowMs),
        debtsPart(taken, undefined, nowMs),
        daysPart(moved.days, nowMs, true),
        postingsPart(moving(moved, 'in'), nowMs),
      ],
      debts: [...debts, ...taken],
      answer: true,
    };
  });
  return !isRefused(arrived) && arrived;
}

function deadAsBefore(one: Account['credentials'][number], old: Account) {
  const known = old.credentials.find(({ credentialId }) => credentialId === one.credentialId);
  return known?.deadAtMs === undefined ? one : { ...one, deadAtMs: known.deadAtMs };
}

/** The postings that take lines and debts out of one account's books, or into another's. */
function moving(
  { lines, debts }: { readonly lines: readonly Line[]; readonly debts: readonly Debt[] },
  way: 'out' | 'in',
): readonly Posting[] {
  const signed = (amountMinor: bigint) => (way === 'out' ? -amountMinor : amountMinor);
  return [
    ...lines.map(({ lineId, day, amountMinor }): Posting => {
      const postingId = `${lineId}/moved_${way}`;
      return { postingId, kind: 'lines_moved', day, amountMinor: signed(amountMinor) };
    }),
    ...debts.map(({ debtId, day, amountMinor }): Posting => {
      const postingId = `${debtId}/moved_${way}`;
      return { postingId, kind: 'debt_moved', day, amountMinor: signed(amountMinor) };
    }),
  ];
}
