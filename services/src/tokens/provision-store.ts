/** The rows of talks with elements: where the personalising or erasing of each token stands. */
import type { Sql, SqlRow } from '@octavo/domain/ports.ts';
import { big, bytes, bytesOrNone, flag, json, text, whole, wholeOrNone } from '../column.ts';
import type { HistoryLine, Notice, Token, TokenCommand } from './token-store.ts';

/** The steps of a talk, in order. */
export type ProvisionStep = 'nonce' | 'agree' | 'open' | 'load' | 'done';

/** Bring an instance onto the element, give it certificates, or remove it. */
export type ProvisionPurpose = 'personalise' | 'certify' | 'erase';

/** Where a talk stands. `answer` is what the element was last told to do. */
export type Provisioning = {
  readonly tokenId: Uint8Array;
  readonly purpose: ProvisionPurpose;
  readonly step: ProvisionStep;
  readonly answer: unknown;
  /** Of the round that brought the answer. */
  readonly roundDigest: Uint8Array | undefined;
  /** How often the talk went back to agree on keys anew. */
  readonly agreements: number;
  /** How often commands that load the instance went out; the element may hold what any of them loads. */
  readonly loadings: number;
  /** Whether the commands that last went out to load the instance bring certificates. */
  readonly certifies: boolean;
  readonly sealedOffer: Uint8Array | undefined;
  readonly offeredVersion: number | undefined;
  readonly hostChallenge: Uint8Array | undefined;
  readonly receipt: Uint8Array | undefined;
  /** 0 before it was first written. */
  readonly version: bigint;
};

/** Read where a token's talk stands. */
export async function readProvisioning(
  sql: Sql,
  tokenId: Uint8Array,
): Promise<Provisioning | undefined> {
  const [row] = await sql('select * from tokens.provisioning where token_id = $1', [tokenId]);
  return row && provisioningOf(row);
}

/** Write the next stand of a talk by version, and the request that led to it. False when it was overtaken. */
export async function writeProvisioning(
  sql: Sql,
  next: Provisioning,
  command: TokenCommand,
): Promise<boolean> {
  const rows = await sql(`with ${CHANGED}, ${COMMAND} select token_id from changed`, [
    ...changedValues(next),
    ...commandValues(command),
  ]);
  return rows.length > 0;
}

/**
 * End a talk together with the change of its token: active, certified, or deleted. False when either was overtaken.
 * The requestor is told where there is a notice.
 */
export async function writeProvisioningAndToken(
  sql: Sql,
  next: Provisioning,
  command: TokenCommand | undefined,
  token: Token,
  { state, certified }: Pick<Token, 'state' | 'certified'>,
  line: HistoryLine,
  notice: Notice | undefined,
): Promise<boolean> {
  const rows = await sql(
    `with token as (
       update tokens.token set state = $17, certified = $18, version = version + 1
       where token_id = $1 and version = $19 and exists (
         select from tokens.provisioning where token_id = $1 and version = $11)
       returning token_id, version
     ), changed as (
       update tokens.provisioning set ${SETS}
       where token_id = $1 and version = $11 and exists (select from token)
       returning token_id
     ), ${COMMAND}, history as (
       insert into tokens.token_history (token_id, version, at_ms, event, state, party, reason)
       select token_id, version, $20::bigint, $21::text, $17::text, $22::text, $23::text from token
     ), outbox as (
       insert into tokens.outbox (token_id, notification_id, body, at_ms, sequence, due_ms, failures)
       select token_id, $24::bytea, $25::jsonb, $20::bigint, $26::bigint, $20::bigint, 0 from token
       where $24::bytea is not null
     )
     select token_id from token`,
    [
      ...changedValues(next),
      ...commandValues(command),
      state,
      certified,
      token.version,
      line.atMs,
      line.event,
      line.party,
      line.reason,
      notice?.notificationId ?? null,
      notice === undefined ? null : JSON.stringify(notice.body),
      notice?.sequence ?? null,
    ],
  );
  return rows.length > 0;
}

const SETS = `purpose = $2, step = $3, answer = $4::jsonb, round_digest = $5, agreements = $6,
  sealed_offer = $7, offered_version = $8, host_challenge = $9, receipt = $10, loadings = $12,
  certifies = $13,
  version = version + 1`;

/** Version 0 is inserted first; any other is updated. */
const CHANGED = `made as (
    insert into tokens.provisioning (token_id, purpose, step, answer, round_digest, agreements,
      sealed_offer, offered_version, host_challenge, receipt, version, loadings, certifies)
    select $1::bytea, $2::text, $3::text, $4::jsonb, $5::bytea, $6::integer, $7::bytea, $8::integer,
      $9::bytea, $10::bytea, 1, $12::integer, $13::boolean where $11::bigint = 0
    on conflict (token_id) do nothing returning token_id
  ), updated as (
    update tokens.provisioning set ${SETS}
    where token_id = $1 and version = $11 and $11::bigint > 0 returning token_id
  ), changed as (select token_id from made union all select token_id from updated)`;

const COMMAND = `command as (
    insert into tokens.token_command (token_id, request_id, request_digest, answer)
    select token_id, $14::bytea, $15::bytea, $16::jsonb from changed where $14::bytea is not null
  )`;

function changedValues(next: Provisioning) {
  return [
    next.tokenId,
    next.purpose,
    next.step,
    JSON.stringify(next.answer),
    next.roundDigest ?? null,
    next.agreements,
    next.sealedOffer ?? null,
    next.offeredVersion ?? null,
    next.hostChallenge ?? null,
    next.receipt ?? null,
    next.version,
    next.loadings,
    next.certifies,
  ];
}

function commandValues(command: TokenCommand | undefined) {
  return [
    command?.requestId ?? null,
    command?.requestDigest ?? null,
    command === undefined ? null : JSON.stringify(command.answer),
  ];
}

function provisioningOf(row: SqlRow): Provisioning {
  return {
    tokenId: bytes(row, 'token_id'),
    purpose: text(row, 'purpose') as ProvisionPurpose,
    step: text(row, 'step') as ProvisionStep,
    answer: json(row, 'answer'),
    roundDigest: bytesOrNone(row, 'round_digest'),
    agreements: whole(row, 'agreements'),
    loadings: whole(row, 'loadings'),
    certifies: flag(row, 'certifies'),
    sealedOffer: bytesOrNone(row, 'sealed_offer'),
    offeredVersion: wholeOrNone(row, 'offered_version'),
    hostChallenge: bytesOrNone(row, 'host_challenge'),
    receipt: bytesOrNone(row, 'receipt'),
    version: big(row, 'version'),
  };
}
