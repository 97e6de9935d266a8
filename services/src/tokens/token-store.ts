/** The rows of tokens, and the one statement by which a token changes. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { TokenParty, TokenState } from '@octavo/domain/token.ts';
import { big, bytes, bytesOrNone, flag, json, text, texts, whole } from '../column.ts';

/** One token. */
export type Token = {
  readonly tokenId: Uint8Array;
  readonly enrolmentId: Uint8Array;
  readonly elementId: Uint8Array;
  readonly sealedNumber: Uint8Array;
  readonly sealedPan: Uint8Array;
  readonly sealedPanExpiry: Uint8Array;
  readonly cardBin: string;
  readonly cardLastFour: string;
  readonly lastFour: string;
  /** YYMM. */
  readonly expiry: string;
  readonly sequenceNumber: string;
  readonly keyIndex: string;
  readonly requestorId: string;
  readonly accountReference: string;
  readonly assurance: string;
  readonly instanceAid: string;
  readonly holderPublicKey: Uint8Array | undefined;
  readonly rpIdHash: Uint8Array;
  readonly origin: string;
  readonly state: TokenState;
  readonly suspendedBy: readonly TokenParty[];
  readonly highestCounter: bigint;
  /** When it lapses, if it is not active by then. */
  readonly lapsesMs: InstantMs;
  /** Whether its instance holds certificates, so that it can be authenticated offline. */
  readonly certified: boolean;
  readonly version: bigint;
};

/** A line of a token's history. */
export type HistoryLine = {
  readonly atMs: InstantMs;
  readonly event: string;
  readonly party: string;
  readonly reason: string;
  readonly comment?: string | undefined;
};

/** An answered command of a token. */
export type TokenCommand = {
  readonly requestId: Uint8Array;
  readonly requestDigest: Uint8Array;
  readonly answer: unknown;
};

/** Something to tell the requestor: the body of `notify` without its id. */
export type Notice = {
  readonly notificationId: Uint8Array;
  readonly body: unknown;
  /** Orders notices of one token and one instant. */
  readonly sequence: bigint;
};

/** Read one token. */
export async function readToken(sql: Sql, tokenId: Uint8Array): Promise<Token | undefined> {
  const [row] = await sql('select * from tokens.token where token_id = $1', [tokenId]);
  return row && tokenOf(row);
}

/** Inactive tokens whose time is over. */
export async function readDueTokens(sql: Sql, nowMs: InstantMs): Promise<readonly Token[]> {
  const rows = await sql(
    `select * from tokens.token where state = 'inactive' and lapses_ms <= $1
     order by lapses_ms, token_id limit 100`,
    [nowMs],
  );
  return rows.map(tokenOf);
}

/** Keep a new token with the first line of its history; false when its number is taken, also by a deleted one. */
export async function insertToken(sql: Sql, token: Token, line: HistoryLine): Promise<boolean> {
  const rows = await sql(
    `with made as (
     insert into tokens.token (token_id, enrolment_id, element_id, sealed_number, sealed_pan,
       sealed_pan_expiry, card_bin, card_last_four, last_four, expiry, sequence_number, key_index,
       requestor_id, account_reference, assurance, instance_aid, holder_public_key, rp_id_hash,
       origin, state, suspended_by, highest_counter, lapses_ms, version, certified)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
       $20, $21, $22, $23, $24, $29)
     on conflict (token_id) do nothing returning token_id, version
     ), history as (
       insert into tokens.token_history (token_id, version, at_ms, event, state, party, reason)
       select token_id, version, $25::bigint, $26::text, $20::text, $27::text, $28::text from made
     )
     select token_id from made`,
    [
      token.tokenId,
      token.enrolmentId,
      token.elementId,
      token.sealedNumber,
      token.sealedPan,
      token.sealedPanExpiry,
      token.cardBin,
      token.cardLastFour,
      token.lastFour,
      token.expiry,
      token.sequenceNumber,
      token.keyIndex,
      token.requestorId,
      token.accountReference,
      token.assurance,
      token.instanceAid,
      token.holderPublicKey ?? null,
      token.rpIdHash,
      token.origin,
      token.state,
      token.suspendedBy,
      token.highestCounter,
      token.lapsesMs,
      token.version,
      line.atMs,
      line.event,
      line.party,
      line.reason,
      token.certified,
    ],
  );
  return rows.length > 0;
}

/** Delete a token that nobody ever heard of. Its row stays, so its number never comes again. */
export async function dropToken(sql: Sql, tokenId: Uint8Array): Promise<void> {
  await sql(
    `update tokens.token set state = 'deleted', version = version + 1
     where token_id = $1 and state = 'inactive'`,
    [tokenId],
  );
}

/**
 * Write a token's new standing by version, with its history line, what the requestor is told, and the
 * command that asked for it. False when it was overtaken.
 */
export async function writeToken(
  sql: Sql,
  token: Token,
  next: Pick<Token, 'state' | 'suspendedBy'>,
  line: HistoryLine,
  notice: Notice,
  command?: TokenCommand,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update tokens.token set state = $3, suspended_by = $4, version = version + 1
       where token_id = $1 and version = $2 returning token_id, version
     ), history as (
       insert into tokens.token_history (token_id, version, at_ms, event, state, party, reason, comment)
       select token_id, version, $5::bigint, $6::text, $3::text, $7::text, $8::text, $9::text from changed
     ), command as (
       insert into tokens.token_command (token_id, request_id, request_digest, answer)
       select token_id, $10::bytea, $11::bytea, $12::jsonb from changed where $10::bytea is not null
     ), outbox as (
       insert into tokens.outbox (token_id, notification_id, body, at_ms, sequence, due_ms, failures)
       select token_id, $13::bytea, $14::jsonb, $5::bigint, $15::bigint, $5::bigint, 0 from changed
     )
     select version from changed`,
    [
      token.tokenId,
      token.version,
      next.state,
      next.suspendedBy,
      line.atMs,
      line.event,
      line.party,
      line.reason,
      line.comment ?? null,
      command?.requestId ?? null,
      command?.requestDigest ?? null,
      command === undefined ? null : JSON.stringify(command.answer),
      notice.notificationId,
      JSON.stringify(notice.body),
      notice.sequence,
    ],
  );
  return rows.length > 0;
}

/** Read a command of a token that was answered before. */
export async function readTokenCommand(
  sql: Sql,
  tokenId: Uint8Array,
  requestId: Uint8Array,
): Promise<TokenCommand | undefined> {
  const [row] = await sql(
    `select request_id, request_digest, answer from tokens.token_command
     where token_id = $1 and request_id = $2`,
    [tokenId, requestId],
  );
  return (
    row && {
      requestId: bytes(row, 'request_id'),
      requestDigest: bytes(row, 'request_digest'),
      answer: json(row, 'answer'),
    }
  );
}

/** A token's columns as a token. */
export function tokenOf(row: SqlRow): Token {
  return {
    tokenId: bytes(row, 'token_id'),
    enrolmentId: bytes(row, 'enrolment_id'),
    elementId: bytes(row, 'element_id'),
    sealedNumber: bytes(row, 'sealed_number'),
    sealedPan: bytes(row, 'sealed_pan'),
    sealedPanExpiry: bytes(row, 'sealed_pan_expiry'),
    cardBin: text(row, 'card_bin'),
    cardLastFour: text(row, 'card_last_four'),
    lastFour: text(row, 'last_four'),
    expiry: text(row, 'expiry'),
    sequenceNumber: text(row, 'sequence_number'),
    keyIndex: text(row, 'key_index'),
    requestorId: text(row, 'requestor_id'),
    accountReference: text(row, 'account_reference'),
    assurance: text(row, 'assurance'),
    instanceAid: text(row, 'instance_aid'),
    holderPublicKey: bytesOrNone(row, 'holder_public_key'),
    rpIdHash: bytes(row, 'rp_id_hash'),
    origin: text(row, 'origin'),
    state: text(row, 'state') as TokenState,
    suspendedBy: texts(row, 'suspended_by') as readonly TokenParty[],
    highestCounter: big(row, 'highest_counter'),
    lapsesMs: whole(row, 'lapses_ms'),
    certified: flag(row, 'certified'),
    version: big(row, 'version'),
  };
}
