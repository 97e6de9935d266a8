/** Altering an account: read, decide, and write by its version, with what the deny list is to be told in the same statement. */
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import {
  type Account,
  type Credential,
  openAccount,
  relist,
  standBy,
  withCredential,
} from '@octavo/domain/transit/rider.ts';
import { type Debt, weighDebts } from '@octavo/domain/transit/settlement.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, type Written, written } from '../change.ts';
import {
  insertAccount,
  listingPart,
  type Part,
  readAccount,
  saveAccount,
} from './account-store.ts';
import { readOpenDebts } from './money-store.ts';
import type { TransitPorts } from './ports.ts';

/** The account behind an account reference. */
export async function accountIdOf(ports: TransitPorts, reference: string): Promise<string> {
  return toHex(
    (await ports.keys.lookupHash('transit.account', fromAscii(reference))).subarray(0, 16),
  );
}

/** The id of a token: a keyed hash of its number. */
export async function credentialIdOf(ports: TransitPorts, token: string): Promise<string> {
  return toHex(
    (await ports.keys.lookupHash('transit.credential', fromAscii(token))).subarray(0, 16),
  );
}

/** A fresh id of a line or a charge. */
export function freshId(ports: TransitPorts): string {
  return toHex(ports.random(16));
}

/** What an account shall be, and what is written with it. */
export type Decision<Answer> =
  | { readonly kind: 'kept'; readonly answer: Answer }
  | {
      readonly kind: 'altered';
      readonly account: Account;
      readonly event: string;
      readonly reference: string;
      readonly parts?: readonly Part[];
      /** The account's debts as they will be, where they change. */
      readonly debts?: readonly Debt[];
      readonly answer: Answer;
    };

/** What an account is decided from. */
export type Situation = {
  readonly account: Account;
  readonly debts: readonly Debt[];
  readonly nowMs: number;
};

/** Alter an account; `decide` awaits nothing but the store. */
export async function alter<Answer>(
  ports: TransitPorts,
  accountId: string,
  decide: (situation: Situation) => Promise<Decision<Answer> | Refused>,
): Promise<Answer | Refused> {
  return await change(async () => {
    const account = await readAccount(ports.sql, accountId);
    if (account === undefined) return refused('transit.account_unknown');
    const debts = await readOpenDebts(ports.sql, accountId);
    const nowMs = ports.clock.nowMs();
    const decided = await decide({ account, debts, nowMs });
    if (isRefused(decided)) return decided;
    if (decided.kind === 'kept') return written(decided.answer);
    return await save(ports, decided, decided.debts ?? debts, nowMs);
  });
}

async function save<Answer>(
  ports: TransitPorts,
  decided: Extract<Decision<Answer>, { kind: 'altered' }>,
  debts: readonly Debt[],
  nowMs: number,
): Promise<Written<Answer>> {
  const { event, reference, parts = [], answer } = decided;
  const stood = standing(decided.account, debts);
  const { account, changes } = relist(stood, nowMs);
  const listing = changes.length === 0 ? [] : [listingPart(changes, nowMs)];
  const happened = { event, reference, atMs: nowMs };
  const all = [...listing, ...parts];
  if (!(await saveAccount(ports.sql, account, happened, all))) return overtaken;
  trace(ports, account, event, changes);
  return written(answer);
}

/** An account as its debts make it stand; a merged one stands no more. */
function standing(account: Account, debts: readonly Debt[]): Account {
  if (account.state === 'merged') return account;
  return { ...account, state: standBy(account.state, weighDebts(debts)) };
}

function trace(
  ports: TransitPorts,
  { accountId, state }: Account,
  event: string,
  changes: readonly { readonly change: string; readonly reason: string }[],
): void {
  ports.trace('transit.account', { accountId, state, event });
  for (const { change: kind, reason } of changes) {
    ports.trace('transit.listing', { accountId, change: kind, reason });
  }
}

/** Give a token its account: a new one, or one more token of an account that is there. */
export async function ensureAccount(
  ports: TransitPorts,
  accountId: string,
  accountReference: string | undefined,
  credential: Credential,
): Promise<Refused | undefined> {
  const reference = await referenceOf(ports, accountReference);
  const event = { event: 'opened', reference: credential.credentialId };
  const fresh = openAccount(accountId, reference, credential);
  if (await insertAccount(ports.sql, fresh, { ...event, atMs: ports.clock.nowMs() })) return;
  const added = await alter(ports, accountId, async ({ account }) => {
    const next = withCredential(account, credential);
    if (next === account) return { kind: 'kept', answer: undefined };
    return {
      kind: 'altered',
      account: next,
      event: 'token_added',
      reference: credential.credentialId,
      answer: undefined,
    };
  });
  return isRefused(added) ? added : undefined;
}

/** An account reference with its line in the deny list. */
async function referenceOf(
  ports: TransitPorts,
  accountReference: string | undefined,
): Promise<{ readonly text: string; readonly entry: string } | undefined> {
  if (accountReference === undefined) return undefined;
  const entry = toHex(await ports.keys.denyEntry('PAR1', accountReference));
  return { text: accountReference, entry };
}
