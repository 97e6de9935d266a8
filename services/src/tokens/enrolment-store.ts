/** The rows of enrolments: who asks to add which card to which element, and how far that has come. */
import type { Colour, Reason, Tries } from '@octavo/domain/card.ts';
import { VELOCITY_MS } from '@octavo/domain/card.ts';
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { Refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import {
  big,
  bytes,
  bytesOrNone,
  json,
  text,
  textOrNone,
  texts,
  whole,
  wholeOrNone,
} from '../column.ts';
import type { HistoryLine } from './token-store.ts';

/** How far an enrolment has come. `asked`: its issuer has not said anything yet. */
export type EnrolmentState = 'asked' | 'code_awaited' | 'verified' | 'tokenised' | 'lapsed';

/** What stands from the first request on. */
export type EnrolmentBirth = {
  readonly enrolmentId: Uint8Array;
  readonly requestId: Uint8Array;
  readonly requestDigest: Uint8Array;
  readonly requestorId: string;
  readonly elementId: Uint8Array;
  /** Keyed hash of the card's number. */
  readonly cardHash: Uint8Array;
  readonly cardBin: string;
  readonly cardLastFour: string;
  readonly holderPublicKey: Uint8Array | undefined;
  readonly rpIdHash: Uint8Array;
  readonly origin: string;
  readonly termsVersion: string;
  readonly termsAcceptedMs: InstantMs;
  readonly startedMs: InstantMs;
};

/** What changes as it goes on. */
export type EnrolmentProgress = {
  readonly sealedPan: Uint8Array | undefined;
  readonly sealedPanExpiry: Uint8Array | undefined;
  readonly state: EnrolmentState;
  readonly colour: Colour | undefined;
  readonly reasons: readonly Reason[];
  readonly assurance: string | undefined;
  readonly mobileMasked: string | undefined;
  readonly triesLeft: number | undefined;
  readonly resendsLeft: number | undefined;
  readonly codeExpiresMs: InstantMs | undefined;
  /** Why it was refused, to be said again. */
  readonly refusal: Refused | undefined;
  readonly tokenId: Uint8Array | undefined;
  readonly expiresMs: InstantMs;
};

/** One enrolment. */
export type Enrolment = EnrolmentBirth & EnrolmentProgress & { readonly version: bigint };

/** A command about an enrolment that was answered: its body's digest, and its refusal if it was refused. */
export type EnrolmentCommand = {
  readonly requestId: Uint8Array;
  readonly requestDigest: Uint8Array;
  readonly refusal: Refused | undefined;
  /** The check of a code that was answered with it, by the code's keyed hash; `all` when a new code was sent. */
  readonly endsChecks?: Uint8Array | 'all' | undefined;
};

/** Read one enrolment. */
export async function readEnrolment(
  sql: Sql,
  enrolmentId: Uint8Array,
): Promise<Enrolment | undefined> {
  const [row] = await sql('select * from tokens.enrolment where enrolment_id = $1', [enrolmentId]);
  return row && enrolmentOf(row);
}

/** The enrolment that an enrol request made, or that has its enrolment id. */
export async function findEnrolment(
  sql: Sql,
  enrolmentId: Uint8Array,
  requestId: Uint8Array,
): Promise<Enrolment | undefined> {
  const [row] = await sql(
    `select * from tokens.enrolment where enrolment_id = $1 or request_id = $2
     order by (enrolment_id = $1) desc, enrolment_id limit 1`,
    [enrolmentId, requestId],
  );
  return row && enrolmentOf(row);
}

/** Enrolments that are open although their time is over, and those that are verified and wait for a token. */
export async function readDueEnrolments(sql: Sql, nowMs: InstantMs): Promise<readonly Enrolment[]> {
  const rows = await sql(
    `select * from tokens.enrolment
     where state in ('asked', 'code_awaited', 'verified') and (expires_ms <= $1 or state = 'verified')
     order by expires_ms, enrolment_id limit 100`,
    [nowMs],
  );
  return rows.map(enrolmentOf);
}

/** Who holds a card on an element for a requestor, if that enrolment or its token still lives. */
export async function readCardHolder(
  sql: Sql,
  birth: Pick<EnrolmentBirth, 'cardHash' | 'elementId' | 'requestorId'>,
  nowMs: InstantMs,
): Promise<{ readonly enrolmentId: Uint8Array; readonly isLive: boolean } | undefined> {
  const [row] = await sql(
    `select l.enrolment_id,
       (e.state in ('asked', 'code_awaited', 'verified') and e.expires_ms > $4)
       or (e.state = 'tokenised' and t.state <> 'deleted'
           and (t.state <> 'inactive' or t.lapses_ms > $4)) as live
     from tokens.card_live l
     join tokens.enrolment e on e.enrolment_id = l.enrolment_id
     left join tokens.token t on t.token_id = e.token_id
     where l.card_hash = $1 and l.element_id = $2 and l.requestor_id = $3`,
    [birth.cardHash, birth.elementId, birth.requestorId, nowMs],
  );
  return row && { enrolmentId: bytes(row, 'enrolment_id'), isLive: row.live === true };
}

/** When a card and an element were tried before, as far back as any rule looks. */
export async function readTries(
  sql: Sql,
  { cardHash, elementId }: Pick<EnrolmentBirth, 'cardHash' | 'elementId'>,
  nowMs: InstantMs,
): Promise<Tries> {
  const rows = await sql(
    `select subject = $1 as is_card, at_ms from tokens.attempt
     where subject in ($1, $2) and at_ms > $3 order by at_ms desc, subject, enrolment_id limit 200`,
    [cardHash, elementId, nowMs - VELOCITY_MS],
  );
  const times = (isCard: boolean) =>
    rows.filter((row) => row.is_card === isCard).map((row) => whole(row, 'at_ms'));
  return { card: times(true), element: times(false) };
}

/** Forget tries that no rule looks back to. */
export async function forgetTries(sql: Sql, nowMs: InstantMs): Promise<void> {
  await sql('delete from tokens.attempt where at_ms <= $1', [nowMs - VELOCITY_MS]);
}

/**
 * Begin an enrolment, hold its card and count its tries, all or nothing. False when somebody holds the card
 * (other than `deadHolder`, an enrolment known to be over) or the enrolment was begun already.
 */
export async function insertEnrolment(
  sql: Sql,
  birth: EnrolmentBirth,
  progress: Pick<EnrolmentProgress, 'sealedPan' | 'sealedPanExpiry' | 'expiresMs'>,
  elementCertificate: Uint8Array,
  deadHolder: Uint8Array | undefined,
): Promise<boolean> {
  const rows = await sql(
    `with live as (
       insert into tokens.card_live (card_hash, element_id, requestor_id, enrolment_id)
       select $6::bytea, $5::bytea, $4::text, $1::bytea
       where not exists (
         select from tokens.enrolment where enrolment_id = $1 or request_id = $2)
       on conflict (card_hash, element_id, requestor_id) do update
         set enrolment_id = excluded.enrolment_id
         where tokens.card_live.enrolment_id = $18::bytea
       returning enrolment_id
     ), made as (
       insert into tokens.enrolment (enrolment_id, request_id, request_digest, requestor_id,
         element_id, card_hash, card_bin, card_last_four, holder_public_key, rp_id_hash, origin,
         terms_version, terms_accepted_ms, started_ms, sealed_pan, sealed_pan_expiry, expires_ms,
         state, reasons, version)
       select enrolment_id, $2::bytea, $3::bytea, $4::text, $5::bytea, $6::bytea, $7::text, $8::text,
         $9::bytea, $10::bytea, $11::text, $12::text, $13::bigint, $14::bigint, $15::bytea,
         $16::bytea, $17::bigint, 'asked', '{}', 1
       from live
       on conflict do nothing returning enrolment_id
     ), tried as (
       insert into tokens.attempt (subject, enrolment_id, at_ms)
       select subject, enrolment_id, $14::bigint
       from made cross join (values ($5::bytea), ($6::bytea)) as subjects (subject)
       on conflict do nothing
     ), element as (
       insert into tokens.element (element_id, certificate, key_version, spent_version, last_suffix)
       select $5::bytea, $19::bytea, 0, 0, 0 from made
       on conflict (element_id) do nothing
     )
     select enrolment_id from made`,
    [
      birth.enrolmentId,
      birth.requestId,
      birth.requestDigest,
      birth.requestorId,
      birth.elementId,
      birth.cardHash,
      birth.cardBin,
      birth.cardLastFour,
      birth.holderPublicKey ?? null,
      birth.rpIdHash,
      birth.origin,
      birth.termsVersion,
      birth.termsAcceptedMs,
      birth.startedMs,
      progress.sealedPan ?? null,
      progress.sealedPanExpiry ?? null,
      progress.expiresMs,
      deadHolder ?? null,
      elementCertificate,
    ],
  );
  return rows.length > 0;
}

/**
 * The request id under which the issuer is asked about a code: `requestId`, or the one of an earlier check of the same
 * code that was not answered. Whatever the issuer made of that one, it says again.
 */
export async function claimCodeCheck(
  sql: Sql,
  enrolmentId: Uint8Array,
  codeHash: Uint8Array,
  requestId: string,
): Promise<string> {
  const [row] = await sql(
    `insert into tokens.code_check (enrolment_id, code_hash, request_id) values ($1, $2, $3)
     on conflict (enrolment_id, code_hash) do update set request_id = tokens.code_check.request_id
     returning request_id`,
    [enrolmentId, codeHash, requestId],
  );
  assert(row !== undefined, 'it is there before or after');
  return text(row, 'request_id');
}

/** Write an enrolment's progress by version, the command that led to it, and who decided. False when it was overtaken. */
export async function writeEnrolment(
  sql: Sql,
  enrolment: Enrolment,
  change: Partial<EnrolmentProgress>,
  command?: EnrolmentCommand,
  line?: HistoryLine,
): Promise<boolean> {
  const next = { ...enrolment, ...change };
  const rows = await sql(
    `with changed as (
       update tokens.enrolment set state = $3, colour = $4, reasons = $5, assurance = $6,
         mobile_masked = $7, tries_left = $8, resends_left = $9, code_expires_ms = $10,
         refusal = $11::jsonb, token_id = $12, sealed_pan = $13, sealed_pan_expiry = $14,
         expires_ms = $15, version = version + 1
       where enrolment_id = $1 and version = $2 returning enrolment_id, version
     ), history as (
       insert into tokens.enrolment_history
         (enrolment_id, version, at_ms, event, state, party, reason, comment)
       select enrolment_id, version, $21::bigint, $22::text, $3::text, $23::text, $24::text, $25::text
       from changed where $22::text is not null
     ), command as (
       insert into tokens.enrolment_command (enrolment_id, request_id, request_digest, refusal)
       select enrolment_id, $16::bytea, $17::bytea, $18::jsonb from changed where $16::bytea is not null
     ), checks as (
       delete from tokens.code_check
       where enrolment_id in (select enrolment_id from changed)
         and ($3::text <> 'code_awaited' or $20::boolean or code_hash = $19::bytea)
     )
     select enrolment_id from changed`,
    [
      enrolment.enrolmentId,
      enrolment.version,
      next.state,
      next.colour ?? null,
      next.reasons,
      next.assurance ?? null,
      next.mobileMasked ?? null,
      next.triesLeft ?? null,
      next.resendsLeft ?? null,
      next.codeExpiresMs ?? null,
      refusalJson(next.refusal),
      next.tokenId ?? null,
      next.sealedPan ?? null,
      next.sealedPanExpiry ?? null,
      next.expiresMs,
      command?.requestId ?? null,
      command?.requestDigest ?? null,
      refusalJson(command?.refusal),
      command?.endsChecks instanceof Uint8Array ? command.endsChecks : null,
      command?.endsChecks === 'all',
      line?.atMs ?? null,
      line?.event ?? null,
      line?.party ?? null,
      line?.reason ?? null,
      line?.comment ?? null,
    ],
  );
  return rows.length > 0;
}

/** Read a command about an enrolment that was answered before. */
export async function readEnrolmentCommand(
  sql: Sql,
  enrolmentId: Uint8Array,
  requestId: Uint8Array,
): Promise<EnrolmentCommand | undefined> {
  const [row] = await sql(
    `select request_id, request_digest, refusal from tokens.enrolment_command
     where enrolment_id = $1 and request_id = $2`,
    [enrolmentId, requestId],
  );
  return (
    row && {
      requestId: bytes(row, 'request_id'),
      requestDigest: bytes(row, 'request_digest'),
      refusal: json(row, 'refusal') as Refused | undefined,
    }
  );
}

function refusalJson(refusal: Refused | undefined): string | null {
  return refusal === undefined ? null : JSON.stringify(refusal);
}

/** An enrolment's columns as an enrolment. */
export function enrolmentOf(row: SqlRow): Enrolment {
  const codeExpiresMs = row.code_expires_ms === null ? undefined : whole(row, 'code_expires_ms');
  return {
    enrolmentId: bytes(row, 'enrolment_id'),
    requestId: bytes(row, 'request_id'),
    requestDigest: bytes(row, 'request_digest'),
    requestorId: text(row, 'requestor_id'),
    elementId: bytes(row, 'element_id'),
    cardHash: bytes(row, 'card_hash'),
    cardBin: text(row, 'card_bin'),
    cardLastFour: text(row, 'card_last_four'),
    holderPublicKey: bytesOrNone(row, 'holder_public_key'),
    rpIdHash: bytes(row, 'rp_id_hash'),
    origin: text(row, 'origin'),
    termsVersion: text(row, 'terms_version'),
    termsAcceptedMs: whole(row, 'terms_accepted_ms'),
    startedMs: whole(row, 'started_ms'),
    sealedPan: bytesOrNone(row, 'sealed_pan'),
    sealedPanExpiry: bytesOrNone(row, 'sealed_pan_expiry'),
    state: text(row, 'state') as EnrolmentState,
    colour: textOrNone(row, 'colour') as Colour | undefined,
    reasons: texts(row, 'reasons') as readonly Reason[],
    assurance: textOrNone(row, 'assurance'),
    mobileMasked: textOrNone(row, 'mobile_masked'),
    triesLeft: wholeOrNone(row, 'tries_left'),
    resendsLeft: wholeOrNone(row, 'resends_left'),
    codeExpiresMs,
    refusal: json(row, 'refusal') as Refused | undefined,
    tokenId: bytesOrNone(row, 'token_id'),
    expiresMs: whole(row, 'expires_ms'),
    version: big(row, 'version'),
  };
}
