/** Taps with their verdicts; their shard key is the credential's id. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { flag, json, text, textOrNone, whole } from '../column.ts';

/** Where a tap was. */
export type TapPlace = {
  readonly operator: string;
  readonly station: string;
  readonly line: string;
  readonly route: string;
  readonly direction: 'none' | 'in' | 'out';
};

/** A tap. */
export type TapRow = {
  readonly credentialId: string;
  readonly gateId: string;
  readonly sequence: number;
  readonly kind: string;
  readonly correctedMs: InstantMs;
  readonly uncertaintyMs: number;
  readonly place: TapPlace;
  readonly form: string;
  readonly reason: string | undefined;
  readonly contested: boolean;
  readonly verdict: 'waiting' | 'good' | 'refused' | 'none';
  readonly adviceId: string;
  readonly adviceName: string | undefined;
  /** The class of the merchant that it is advised by, DE18. */
  readonly merchant: string;
  readonly adviceTries: number;
  readonly responseCode: string | undefined;
  readonly refusalCode: string | undefined;
  readonly retrievalReference: string | undefined;
  readonly answeredReference: string | undefined;
};

/** A tap that is new. */
export type NewTap = Pick<
  TapRow,
  | 'credentialId'
  | 'gateId'
  | 'sequence'
  | 'kind'
  | 'correctedMs'
  | 'uncertaintyMs'
  | 'place'
  | 'form'
  | 'reason'
  | 'contested'
  | 'merchant'
  | 'adviceId'
> & { readonly isAdvised: boolean };

const TAP_COLUMNS = `credential_id, gate_id, sequence, kind, corrected_ms, uncertainty_ms, place, form, reason,
  contested, verdict, advice_id, advice_name, merchant, advice_tries, response_code, refusal_code,
  retrieval_reference, answered_reference`;

/** Write taps; those that are there stay, but for one that is contested from now on: it is looked at again. */
export async function insertTaps(
  sql: Sql,
  taps: readonly NewTap[],
  nowMs: InstantMs,
): Promise<void> {
  await sql(
    `insert into transit.tap (credential_id, gate_id, sequence, kind, corrected_ms, uncertainty_ms, place, form,
         reason, contested, posted_at_ms, verdict, advice_id, merchant, advice_due_at_ms, advice_tries, effect_due)
       select t.credential_id, t.gate_id, t.sequence, t.kind, t.corrected_ms, t.uncertainty_ms, t.place, t.form,
           t.reason, t.contested, $1::bigint, case when t.advised then 'waiting' else 'none' end, t.advice_id,
           t.merchant, case when t.advised then $1::bigint end, 0, false
         from jsonb_to_recordset($2::jsonb) as t(credential_id text, gate_id text, sequence bigint, kind text,
           corrected_ms bigint, uncertainty_ms bigint, place jsonb, form text, reason text, contested boolean,
           advice_id text, merchant text, advised boolean)
       on conflict (credential_id, gate_id, sequence)
         do update set contested = true, counted_at_ms = null
           where excluded.contested and not tap.contested`,
    [
      nowMs,
      JSON.stringify(
        taps.map((tap) => ({
          credential_id: tap.credentialId,
          gate_id: tap.gateId,
          sequence: tap.sequence,
          kind: tap.kind,
          corrected_ms: tap.correctedMs,
          uncertainty_ms: tap.uncertaintyMs,
          place: tap.place,
          form: tap.form,
          reason: tap.reason ?? null,
          contested: tap.contested,
          advice_id: tap.adviceId,
          merchant: tap.merchant,
          advised: tap.isAdvised,
        })),
      ),
    ],
  );
}

/** Taps whose verdict is to be asked for by now. */
export async function readToAdvise(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly TapRow[]> {
  const rows = await sql(
    `select ${TAP_COLUMNS} from transit.tap where advice_due_at_ms <= $1
      order by advice_due_at_ms, credential_id, gate_id, sequence limit $2`,
    [nowMs, most],
  );
  return rows.map(tapOf);
}

/** What came of asking for verdicts. */
export type Advised = {
  readonly credentialId: string;
  readonly gateId: string;
  readonly sequence: number;
  readonly verdict: 'waiting' | 'good' | 'refused';
  readonly dueAtMs: InstantMs | undefined;
  readonly responseCode: string | undefined;
  readonly refusalCode: string | undefined;
  readonly retrievalReference: string | undefined;
  readonly adviceName: string | undefined;
  readonly answeredReference: string | undefined;
  /** Whether the account has to hear of it. */
  readonly effectDue: boolean;
};

/** Write what came of asking for verdicts; one that is final stays. */
export async function saveAdvised(
  sql: Sql,
  advised: readonly Advised[],
  nowMs: InstantMs,
): Promise<void> {
  await sql(
    `update transit.tap set verdict = a.verdict, advice_due_at_ms = a.due, advice_tries = advice_tries + 1,
         response_code = a.response_code, refusal_code = a.refusal_code,
         retrieval_reference = a.retrieval_reference, advice_name = a.advice_name,
         answered_reference = a.answered_reference, effect_due = a.effect_due,
         verdict_at_ms = case when a.verdict = 'waiting' then null else $1::bigint end
       from jsonb_to_recordset($2::jsonb) as a(credential_id text, gate_id text, sequence bigint, verdict text,
         due bigint, response_code text, refusal_code text, retrieval_reference text, advice_name text,
         answered_reference text, effect_due boolean)
      where tap.credential_id = a.credential_id and tap.gate_id = a.gate_id and tap.sequence = a.sequence
        and tap.verdict = 'waiting'`,
    [
      nowMs,
      JSON.stringify(
        advised.map((one) => ({
          credential_id: one.credentialId,
          gate_id: one.gateId,
          sequence: one.sequence,
          verdict: one.verdict,
          due: one.dueAtMs ?? null,
          response_code: one.responseCode ?? null,
          refusal_code: one.refusalCode ?? null,
          retrieval_reference: one.retrievalReference ?? null,
          advice_name: one.adviceName ?? null,
          answered_reference: one.answeredReference ?? null,
          effect_due: one.effectDue,
        })),
      ),
    ],
  );
}

/** Taps whose verdict their account is to hear by now: those not told yet before any that could not be told. */
export async function readToTell(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly TapRow[]> {
  const rows = await sql(
    `select ${TAP_COLUMNS} from transit.tap where effect_due and tell_due_at_ms <= $1
      order by tell_due_at_ms, verdict_at_ms, credential_id, gate_id, sequence limit $2`,
    [nowMs, most],
  );
  return rows.map(tapOf);
}

/** Note that an account has heard of a verdict. */
export async function noteTold(
  sql: Sql,
  { credentialId, gateId, sequence }: Pick<TapRow, 'credentialId' | 'gateId' | 'sequence'>,
): Promise<void> {
  await sql(
    `update transit.tap set effect_due = false
      where credential_id = $1 and gate_id = $2 and sequence = $3`,
    [credentialId, gateId, sequence],
  );
}

/** Note when an account is told again that could not hear of a verdict now. */
export async function noteTellLater(
  sql: Sql,
  { credentialId, gateId, sequence }: Pick<TapRow, 'credentialId' | 'gateId' | 'sequence'>,
  dueAtMs: InstantMs,
): Promise<void> {
  await sql(
    `update transit.tap set tell_due_at_ms = $4
      where credential_id = $1 and gate_id = $2 and sequence = $3`,
    [credentialId, gateId, sequence, dueAtMs],
  );
}

/** All taps of some tokens from an instant on, oldest first. */
export async function readTaps(
  sql: Sql,
  credentialIds: readonly string[],
  fromMs: InstantMs,
): Promise<readonly TapRow[]> {
  const rows = await sql(
    `select ${TAP_COLUMNS} from transit.tap
      where credential_id = any($1::text[]) and corrected_ms >= $2
      order by corrected_ms, credential_id, gate_id, sequence`,
    [[...credentialIds], fromMs],
  );
  return rows.map(tapOf);
}

/** The tokens that have taps before an instant which no closing has looked at, the first and the last of those taps. */
export async function readUncounted(
  sql: Sql,
  beforeMs: InstantMs,
): Promise<
  readonly {
    readonly credentialId: string;
    readonly firstMs: InstantMs;
    readonly lastMs: InstantMs;
  }[]
> {
  const rows = await sql(
    `select credential_id, min(corrected_ms) as first_ms, max(corrected_ms) as last_ms from transit.tap
      where counted_at_ms is null and corrected_ms < $1 group by credential_id order by credential_id`,
    [beforeMs],
  );
  return rows.map((row) => ({
    credentialId: text(row, 'credential_id'),
    firstMs: whole(row, 'first_ms'),
    lastMs: whole(row, 'last_ms'),
  }));
}

/** Note that a closing has looked at these taps. */
export async function noteCounted(
  sql: Sql,
  taps: readonly Pick<TapRow, 'credentialId' | 'gateId' | 'sequence' | 'contested'>[],
  nowMs: InstantMs,
): Promise<void> {
  // Arrays tell the planner how few are looked for, however many taps there are; a JSON text would not.
  await sql(
    `update transit.tap set counted_at_ms = $1
       from unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[])
         as c(credential_id, gate_id, sequence, contested)
      where tap.credential_id = c.credential_id and tap.gate_id = c.gate_id and tap.sequence = c.sequence
        and tap.contested = c.contested`,
    [
      nowMs,
      taps.map(({ credentialId }) => credentialId),
      taps.map(({ gateId }) => gateId),
      taps.map(({ sequence }) => sequence),
      taps.map(({ contested }) => contested),
    ],
  );
}

/** Taps of some tokens that have a good verdict, newest first. */
export async function readGoodTaps(
  sql: Sql,
  credentialIds: readonly string[],
  fromMs: InstantMs,
  most: number,
): Promise<readonly TapRow[]> {
  return await readJudged(sql, 'good', credentialIds, fromMs, most);
}

/** Taps of some tokens whose verdict is a refusal, or that got none and never will, newest first. */
export async function readRefusedTaps(
  sql: Sql,
  credentialIds: readonly string[],
  fromMs: InstantMs,
  most: number,
): Promise<readonly TapRow[]> {
  return await readJudged(sql, 'refused', credentialIds, fromMs, most);
}

async function readJudged(
  sql: Sql,
  verdict: 'good' | 'refused',
  credentialIds: readonly string[],
  fromMs: InstantMs,
  most: number,
): Promise<readonly TapRow[]> {
  const rows = await sql(
    `select ${TAP_COLUMNS} from transit.tap
      where credential_id = any($1::text[]) and corrected_ms >= $2 and verdict = $4
      order by corrected_ms desc, credential_id, gate_id, sequence limit $3`,
    [[...credentialIds], fromMs, most, verdict],
  );
  return rows.map(tapOf);
}

/** Whether any tap of some tokens still waits for its verdict. */
export async function isAnyWaiting(sql: Sql, credentialIds: readonly string[]): Promise<boolean> {
  const [row] = await sql(
    `select exists (select 1 from transit.tap
       where credential_id = any($1::text[]) and verdict = 'waiting') as waits`,
    [[...credentialIds]],
  );
  return row?.waits === true;
}

/** How many records were taken, wait, had a verdict, opened no gate, and could not be believed. */
export async function countTaps(sql: Sql): Promise<{
  readonly received: number;
  readonly waiting: number;
  readonly advised: number;
  readonly refused: number;
  readonly forged: number;
}> {
  const [row] = await sql(
    `select (select count(*) from transit.record) as received,
       (select count(*) from transit.record where posted_at_ms is null)
         + (select count(*) from transit.tap where verdict = 'waiting') as waiting,
       (select count(*) from transit.tap where verdict in ('good', 'refused')) as advised,
       (select count(*) from transit.tap where kind = 'refused') as refused,
       (select count(*) from transit.forgery) as forged`,
  );
  const count = (name: string): number => whole(row ?? {}, name);
  return {
    received: count('received'),
    waiting: count('waiting'),
    advised: count('advised'),
    refused: count('refused'),
    forged: count('forged'),
  };
}

/** One tap. */
export async function readTap(
  sql: Sql,
  credentialId: string,
  gateId: string,
  sequence: number,
): Promise<TapRow | undefined> {
  const [row] = await sql(
    `select ${TAP_COLUMNS} from transit.tap
      where credential_id = $1 and gate_id = $2 and sequence = $3`,
    [credentialId, gateId, sequence],
  );
  return row && tapOf(row);
}

function tapOf(row: SqlRow): TapRow {
  return {
    credentialId: text(row, 'credential_id'),
    gateId: text(row, 'gate_id'),
    sequence: whole(row, 'sequence'),
    kind: text(row, 'kind'),
    correctedMs: whole(row, 'corrected_ms'),
    uncertaintyMs: whole(row, 'uncertainty_ms'),
    place: json(row, 'place') as TapPlace,
    form: text(row, 'form'),
    reason: textOrNone(row, 'reason'),
    contested: flag(row, 'contested'),
    verdict: text(row, 'verdict') as TapRow['verdict'],
    adviceId: text(row, 'advice_id'),
    adviceName: textOrNone(row, 'advice_name'),
    merchant: text(row, 'merchant'),
    adviceTries: whole(row, 'advice_tries'),
    responseCode: textOrNone(row, 'response_code'),
    refusalCode: textOrNone(row, 'refusal_code'),
    retrievalReference: textOrNone(row, 'retrieval_reference'),
    answeredReference: textOrNone(row, 'answered_reference'),
  };
}
