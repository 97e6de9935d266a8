/** What the demo bank was told to do, in the database. */
import type { Behaved } from '@octavo/domain/issuer-behave.ts';
import type { InstantMs, Sql } from '@octavo/domain/ports.ts';
import { legs } from './ledger-store.ts';

/** The operator's command, with the answer under its request id. */
export type BehaveCommand = {
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly answer: string;
};

/**
 * Store a card and its account as they were told: by the account's version, so that a payment that is being decided
 * sees it, and the card's goes on with it. False: overtaken.
 */
export async function saveBehaved(
  sql: Sql,
  { card, account, posting }: Behaved,
  command: BehaveCommand,
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `with locked as (
       select account_id from issuer.account where account_id = $1 and version = $2 for update),
     asked as (
       insert into issuer.request (request_id, digest, answer, at_ms)
       select $3::text, $4::bytea, $5::jsonb, $6::bigint from locked
       on conflict (request_id) do nothing returning request_id),
     changed as (
       update issuer.account a set balance_minor = $7, credit_limit_minor = $8, daily_limit_minor = $9,
                                   version = a.version + 1
         from locked, asked where a.account_id = locked.account_id returning a.account_id, a.version),
     card as (
       update issuer.card c set behaviour = $10, expiry = $11, version = c.version + 1
         from changed where c.account_id = changed.account_id returning c.account_id, c.version),
     history as (
       insert into issuer.history (account_id, subject, version, event, reference, at_ms)
       select account_id, 'account', version, 'behaves', $3, $6 from changed
       union all
       select account_id, 'card', version, $10, $3, $6 from card),
     entries as (
       insert into issuer.ledger_entry (account_id, posting_id, ledger_account, amount_minor, kind,
                                        retrieval_reference, account_version, at_ms)
       select account_id, $12::text, leg.account, leg.amount, 'adjustment', $13::text, version, $6
         from changed, unnest($14::text[], $15::bigint[]) as leg(account, amount))
     select version from changed`,
    [
      account.accountId,
      account.version - 1n,
      command.requestId,
      command.digest,
      command.answer,
      atMs,
      account.balanceMinor,
      account.creditLimitMinor,
      account.dailyLimitMinor,
      card.behaviour,
      card.expiry,
      posting?.postingId ?? null,
      posting?.retrievalReference ?? null,
      ...legs(posting),
    ],
  );
  return rows.length === 1;
}
