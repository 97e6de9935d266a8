/** The rows of taps and of the messages that carried them: one reading and one writing for each verdict. */

import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { Check } from '@octavo/domain/staircase.ts';
import type { AskedKind } from '@octavo/domain/transit-charge.ts';
import { bigOrNone, bytesOrNone, flag, json, text, textOrNone, whole } from '../column.ts';
import { type HistoryLine, type Notice, type Token, tokenOf } from './token-store.ts';

/** What a charge that names an advice is held against. */
export type AdvicePart = {
  /** DE32. */
  readonly acquirer: string;
  /** DE42. */
  readonly merchantId: string | undefined;
  /** Tag 9A, YYMMDD; empty when the tap had none. */
  readonly tapDay: string;
};

/** A verdict that was given, by its message, and what came of the message. */
export type KeptMessage = {
  readonly kind: AskedKind;
  /** Undefined where a reversal came before its original. */
  readonly fingerprint: Uint8Array | undefined;
  /** Undefined when the tap was good. */
  readonly code: string | undefined;
  readonly checks: readonly Check[];
  readonly counter: bigint | undefined;
  readonly amountMinor: bigint | undefined;
  readonly currency: string | undefined;
  readonly merchant: string | undefined;
  readonly atMs: InstantMs;
  readonly outcomeCode: string | undefined;
  readonly reversed: boolean;
  /** Of an advice. */
  readonly advice?: AdvicePart | undefined;
  /** Of a charge: the key of the advice that it names. */
  readonly adviceKey?: string | undefined;
};

/** What a verdict reads: the token, what is known under the message's key, and who used the counter. */
export type TapReading = {
  readonly token: Token;
  readonly message: KeptMessage | undefined;
  /** The cryptogram that used the counter up: of the tap asked for, or of the kept message. */
  readonly used: Uint8Array | undefined;
};

/** What a verdict writes beside the token's version. */
export type TapWriting = {
  readonly messageKey: string;
  readonly next: Pick<Token, 'state' | 'suspendedBy' | 'highestCounter'>;
  /** A counter to use up, or to mark as used twice; undefined when the cryptogram was not right. */
  readonly tap: { readonly counter: number; readonly cryptogram: Uint8Array } | undefined;
  /** Undefined when something is known under the key already. */
  readonly message: KeptMessage | undefined;
  /** A refusal to tell, unless this counter was told with this code before: a tap may be sent any number of times. */
  readonly refusal: Notice | undefined;
  /** The suspension, when a clone was proved. */
  readonly suspension: { readonly line: HistoryLine; readonly notice: Notice } | undefined;
  readonly atMs: InstantMs;
};

/** Read all that a verdict needs, in one statement. `counter` undefined: the one of the kept message. */
export async function readTap(
  sql: Sql,
  tokenId: Uint8Array,
  messageKey: string,
  counter?: number,
): Promise<TapReading | undefined> {
  const [row] = await sql(
    `select t.*, ${MESSAGE}, p.cryptogram as used
     from tokens.token t
     left join tokens.message m on m.token_id = t.token_id and m.message_key = $2
     left join tokens.tap p on p.token_id = t.token_id and p.counter = coalesce($3::bigint, m.counter)
     where t.token_id = $1`,
    [tokenId, messageKey, counter ?? null],
  );
  return (
    row && {
      token: tokenOf(row),
      message: row.kept_key === null ? undefined : messageOf(row),
      used: bytesOrNone(row, 'used'),
    }
  );
}

/** The columns of a kept message; `kept_key` is null where there is none. */
export const MESSAGE = `m.message_key as kept_key, m.kind, m.fingerprint, m.code, m.checks, m.counter,
  m.amount_minor, m.currency, m.merchant, m.at_ms, m.outcome_code, m.reversed, m.acquirer,
  m.merchant_id, m.tap_day, m.advice_key`;

/** Write a verdict by the token's version: counter, message, what is told of it, and a suspension with its line. */
export async function writeTap(sql: Sql, token: Token, writing: TapWriting): Promise<boolean> {
  const { next, tap, message, suspension, refusal } = writing;
  const rows = await sql(
    `with changed as (
       update tokens.token set state = $3, suspended_by = $4, highest_counter = $5,
         version = version + 1
       where token_id = $1 and version = $2 returning token_id, version
     ), tap as (
       insert into tokens.tap (token_id, counter, cryptogram, message_key, at_ms)
       select token_id, $6::bigint, $7::bytea, $8::text, $9::bigint from changed
       where $6::bigint is not null
       on conflict (token_id, counter) do update set other_cryptogram = excluded.cryptogram
         where tokens.tap.cryptogram <> excluded.cryptogram
           and tokens.tap.other_cryptogram is null
     ), told as (
       select token_id from changed where $25::bytea is not null and not exists (
         select from tokens.message
         where token_id = $1 and counter = $13::bigint and code = $11::text and told)
     ), message as (
       insert into tokens.message (token_id, message_key, fingerprint, code, checks, counter,
         amount_minor, currency, merchant, at_ms, outcome_code, reversed, told, kind, acquirer,
         merchant_id, tap_day, advice_key)
       select token_id, $8::text, $10::bytea, $11::text, $12::jsonb, $13::bigint, $14::bigint,
         $15::text, $16::text, $9::bigint, $17::text, $18::boolean, exists (select from told),
         $28::text, $29::text, $30::text, $31::text, $32::text
       from changed where $12::jsonb is not null
     ), refusal as (
       insert into tokens.outbox (token_id, notification_id, body, at_ms, sequence, due_ms, failures)
       select token_id, $25::bytea, $26::jsonb, $9::bigint, $27::bigint, $9::bigint, 0 from told
     ), history as (
       insert into tokens.token_history (token_id, version, at_ms, event, state, party, reason)
       select token_id, version, $9::bigint, $19::text, $3::text, $20::text, $21::text
       from changed where $19::text is not null
     ), outbox as (
       insert into tokens.outbox (token_id, notification_id, body, at_ms, sequence, due_ms, failures)
       select token_id, $22::bytea, $23::jsonb, $9::bigint, $24::bigint, $9::bigint, 0
       from changed where $22::bytea is not null
     )
     select version from changed`,
    [
      token.tokenId,
      token.version,
      next.state,
      next.suspendedBy,
      next.highestCounter,
      tap?.counter ?? null,
      tap?.cryptogram ?? null,
      writing.messageKey,
      writing.atMs,
      message?.fingerprint ?? null,
      message?.code ?? null,
      message === undefined ? null : JSON.stringify(message.checks),
      message?.counter ?? null,
      message?.amountMinor ?? null,
      message?.currency ?? null,
      message?.merchant ?? null,
      message?.outcomeCode ?? null,
      message?.reversed ?? null,
      suspension?.line.event ?? null,
      suspension?.line.party ?? null,
      suspension?.line.reason ?? null,
      suspension?.notice.notificationId ?? null,
      suspension === undefined ? null : JSON.stringify(suspension.notice.body),
      suspension?.notice.sequence ?? null,
      refusal?.notificationId ?? null,
      refusal === undefined ? null : JSON.stringify(refusal.body),
      refusal?.sequence ?? null,
      message?.kind ?? null,
      message?.advice?.acquirer ?? null,
      message?.advice?.merchantId ?? null,
      message?.advice?.tapDay ?? null,
      message?.adviceKey ?? null,
    ],
  );
  return rows.length > 0;
}

/** Keep how a message ended, and what its requestor is told, if it still stands as it was read. */
export async function writeOutcome(
  sql: Sql,
  tokenId: Uint8Array,
  messageKey: string,
  before: Pick<KeptMessage, 'outcomeCode' | 'reversed'>,
  after: Pick<KeptMessage, 'outcomeCode' | 'reversed'>,
  notice: Notice | undefined,
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update tokens.message set outcome_code = $5, reversed = $6
       where token_id = $1 and message_key = $2
         and outcome_code is not distinct from $3 and reversed = $4
       returning token_id
     ), outbox as (
       insert into tokens.outbox (token_id, notification_id, body, at_ms, sequence, due_ms, failures)
       select token_id, $7::bytea, $8::jsonb, $9::bigint, $10::bigint, $9::bigint, 0
       from changed where $7::bytea is not null
     )
     select token_id from changed`,
    [
      tokenId,
      messageKey,
      before.outcomeCode ?? null,
      before.reversed,
      after.outcomeCode ?? null,
      after.reversed,
      notice?.notificationId ?? null,
      notice === undefined ? null : JSON.stringify(notice.body),
      atMs,
      notice?.sequence ?? null,
    ],
  );
  return rows.length > 0;
}

/** A kept message out of a row with the columns of `MESSAGE`. */
export function messageOf(row: SqlRow): KeptMessage {
  const acquirer = textOrNone(row, 'acquirer');
  const merchantId = textOrNone(row, 'merchant_id');
  return {
    kind: text(row, 'kind') as AskedKind,
    fingerprint: bytesOrNone(row, 'fingerprint'),
    code: textOrNone(row, 'code'),
    checks: json(row, 'checks') as readonly Check[],
    counter: bigOrNone(row, 'counter'),
    amountMinor: bigOrNone(row, 'amount_minor'),
    currency: textOrNone(row, 'currency'),
    merchant: textOrNone(row, 'merchant'),
    atMs: whole(row, 'at_ms'),
    outcomeCode: textOrNone(row, 'outcome_code'),
    reversed: flag(row, 'reversed'),
    advice:
      acquirer === undefined
        ? undefined
        : { acquirer, merchantId, tapDay: textOrNone(row, 'tap_day') ?? '' },
    adviceKey: textOrNone(row, 'advice_key'),
  };
}
