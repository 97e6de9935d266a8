/** The card file and the accounts in the database, and the commands that were done. One statement is one effect. */
import { type Behaviour, behaviours } from '@octavo/domain/demo.ts';
import type { Account } from '@octavo/domain/issuer.ts';
import type { IssuerCard } from '@octavo/domain/issuer-card.ts';
import type { Posting } from '@octavo/domain/ledger.ts';
import type { InstantMs, Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { big, bytes, json, text, whole } from '../column.ts';
import type { DoneRequest } from '../request.ts';
import { legs } from './ledger-store.ts';

/** A card with the keyed hash of its mobile number. */
export type CardRow = { readonly card: IssuerCard; readonly mobileHash: string };

/** The columns of a card, named `c`, that `readCard` reads. */
export const CARD_COLUMNS = `c.last_four, c.expiry, c.kind, c.behaviour, c.mobile_hash, c.mobile_masked,
  c.opened_at_ms, c.wrong_details, c.version as card_version`;

/** The columns of an account, named `a`, that `readAccount` reads. */
export const ACCOUNT_COLUMNS = `a.state as account_state, a.currency, a.balance_minor, a.credit_limit_minor,
  a.daily_limit_minor, a.spent_on, a.spent_minor, a.version as account_version`;

/** The card of a row that has `CARD_COLUMNS` from an outer join; undefined when there is none. */
export function readCard(accountId: string, row: SqlRow): CardRow | undefined {
  if (row.card_version === null) return undefined;
  const kind = text(row, 'kind');
  const behaviour = text(row, 'behaviour');
  assert(kind === 'debit' || kind === 'credit', 'a kind of card');
  assert(isBehaviour(behaviour), 'a behaviour of the demo bank');
  return {
    card: {
      accountId,
      lastFour: text(row, 'last_four'),
      expiry: text(row, 'expiry'),
      kind,
      behaviour,
      mobileMasked: text(row, 'mobile_masked'),
      openedAtMs: whole(row, 'opened_at_ms'),
      wrongDetails: whole(row, 'wrong_details'),
      version: big(row, 'card_version'),
    },
    mobileHash: text(row, 'mobile_hash'),
  };
}

/** Whether a word names one of the demo bank's behaviours. */
export function isBehaviour(word: string): word is Behaviour {
  return Object.hasOwn(behaviours, word);
}

/** The account of a row that has `ACCOUNT_COLUMNS` from an outer join; undefined when there is none. */
export function readAccount(accountId: string, row: SqlRow): Account | undefined {
  if (row.account_version === null) return undefined;
  const state = text(row, 'account_state');
  assert(state === 'open' || state === 'closed', 'a state of an account');
  return {
    accountId,
    state,
    currency: text(row, 'currency'),
    balanceMinor: big(row, 'balance_minor'),
    creditLimitMinor: big(row, 'credit_limit_minor'),
    dailyLimitMinor: big(row, 'daily_limit_minor'),
    spentOn: text(row, 'spent_on'),
    spentMinor: big(row, 'spent_minor'),
    version: big(row, 'account_version'),
  };
}

/** A card and its account, or undefined. */
export async function loadCard(
  sql: Sql,
  accountId: string,
): Promise<(CardRow & { readonly account: Account }) | undefined> {
  const [row] = await sql(
    `select ${CARD_COLUMNS}, ${ACCOUNT_COLUMNS}
       from issuer.card c join issuer.account a on a.account_id = c.account_id
      where c.account_id = $1`,
    [accountId],
  );
  const cardRow = row && readCard(accountId, row);
  const account = row && readAccount(accountId, row);
  return cardRow && account && { ...cardRow, account };
}

/** Which of these accounts are there. */
export async function knownAccounts(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql(
    'select account_id from issuer.card where account_id = any($1::text[]) order by account_id',
    [ids],
  );
  return new Set(rows.map((row) => text(row, 'account_id')));
}

/** A card and its account as they are opened, versions at one, with the posting that brings the first money. */
export type Opening = CardRow & {
  readonly account: Account;
  readonly pan: Sealed;
  readonly mobile: Sealed;
  readonly posting: Posting | undefined;
};

/** A holder's command to open an account, with the count of openings (the inbox's version) that it was decided on. */
export type OpeningCommand = {
  readonly version: bigint;
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly answer: string;
};

/**
 * Open card and account. With a command only while the holder's inbox has its version and the request id is new.
 * True when this call did it, false when they were there or the holder was faster elsewhere.
 */
export async function saveOpening(
  sql: Sql,
  opening: Opening,
  atMs: InstantMs,
  command?: OpeningCommand,
): Promise<boolean> {
  const { card, account, posting } = opening;
  const asked = `holder as (
       update issuer.inbox set version = version + 1 where mobile_hash = $8 and version = $24
       returning mobile_hash),
     asked as (
       insert into issuer.request (request_id, digest, answer, at_ms)
       select $25::text, $26::bytea, $27::jsonb, $23::bigint from holder
       on conflict (request_id) do nothing returning request_id),`;
  const rows = await sql(
    `with ${command === undefined ? '' : asked}
     opened as (
       insert into issuer.card (account_id, pan, last_four, expiry, kind, behaviour, mobile, mobile_hash,
                                mobile_masked, opened_at_ms, wrong_details, version)
       select $1::text, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::bytea, $8::text,
              $9::text, $10::bigint, 0, $11::bigint ${command === undefined ? '' : 'from asked'}
       on conflict (account_id) do nothing returning account_id),
     account as (
       insert into issuer.account (account_id, state, currency, balance_minor, credit_limit_minor,
                                   daily_limit_minor, spent_on, spent_minor, version)
       select account_id, $12::text, $13::text, $14::bigint, $15::bigint, $16::bigint, $17::text,
              $18::bigint, $11 from opened),
     entries as (
       insert into issuer.ledger_entry (account_id, posting_id, ledger_account, amount_minor, kind,
                                        retrieval_reference, account_version, at_ms)
       select account_id, $19::text, leg.account, leg.amount, 'opening', $20::text, $11, $23::bigint
         from opened, unnest($21::text[], $22::bigint[]) as leg(account, amount)),
     history as (
       insert into issuer.history (account_id, subject, version, event, reference, at_ms)
       select account_id, subject, $11, 'opened', '', $23::bigint
         from opened, unnest(array['card', 'account']) as subject)
     select account_id from opened`,
    [
      account.accountId,
      opening.pan,
      card.lastFour,
      card.expiry,
      card.kind,
      card.behaviour,
      opening.mobile,
      opening.mobileHash,
      card.mobileMasked,
      card.openedAtMs,
      account.version,
      account.state,
      account.currency,
      account.balanceMinor,
      account.creditLimitMinor,
      account.dailyLimitMinor,
      account.spentOn,
      account.spentMinor,
      posting?.postingId ?? null,
      posting?.retrievalReference ?? null,
      ...legs(posting),
      atMs,
      ...(command === undefined
        ? []
        : [command.version, command.requestId, command.digest, command.answer]),
    ],
  );
  return rows.length === 1;
}

/** Count right or wrong details on a card by version, with the answer under its request id. False: overtaken. */
export async function saveAssessment(
  sql: Sql,
  change: {
    readonly accountId: string;
    readonly version: bigint;
    readonly wrongDetails: number;
    readonly event: string;
    readonly requestId: string;
    readonly digest: Uint8Array;
    readonly answer: string;
  },
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update issuer.card set wrong_details = $3, version = version + 1
        where account_id = $1 and version = $2 returning account_id, version),
     history as (
       insert into issuer.history (account_id, subject, version, event, reference, at_ms)
       select account_id, 'card', version, $4, $5, $8 from changed),
     request as (
       insert into issuer.request (request_id, digest, answer, at_ms)
       select $5, $6, $7::jsonb, $8 from changed)
     select version from changed`,
    [
      change.accountId,
      change.version,
      change.wrongDetails,
      change.event,
      change.requestId,
      change.digest,
      change.answer,
      atMs,
    ],
  );
  return rows.length === 1;
}

/** The command done under a request id, or undefined. */
export async function loadRequest(sql: Sql, requestId: string): Promise<DoneRequest | undefined> {
  const [row] = await sql('select digest, answer from issuer.request where request_id = $1', [
    requestId,
  ]);
  return row && { digest: bytes(row, 'digest'), answer: json(row, 'answer') };
}

/** Store a command with its answer, insert-first. False: the id is there already. */
export async function saveRequest(
  sql: Sql,
  requestId: string,
  digest: Uint8Array,
  answer: string,
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `insert into issuer.request (request_id, digest, answer, at_ms) values ($1, $2, $3::jsonb, $4)
     on conflict (request_id) do nothing returning request_id`,
    [requestId, digest, answer, atMs],
  );
  return rows.length === 1;
}
