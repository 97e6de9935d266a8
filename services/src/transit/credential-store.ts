/** Tokens as gates know them, and which account each belongs to. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { text, textOrNone } from '../column.ts';

/** A token as gates know it. */
export type CredentialRow = {
  readonly credentialId: string;
  readonly accountId: string;
  /** The account that it is on its way to. */
  readonly joinTo: string | undefined;
  readonly lastFour: string;
  readonly denyEntry: string;
  readonly accountReference: string | undefined;
  readonly form: string;
};

const CREDENTIAL_COLUMNS =
  'credential_id, account_id, join_to, last_four, deny_entry, account_reference, form';

/** These tokens, as far as they are known. */
export async function readCredentials(
  sql: Sql,
  ids: readonly string[],
): Promise<readonly CredentialRow[]> {
  const rows = await sql(
    `select ${CREDENTIAL_COLUMNS} from transit.credential where credential_id = any($1::text[])
      order by credential_id`,
    [[...ids]],
  );
  return rows.map(credentialOf);
}

/** Write a token that was not seen before; false when it is there. */
export async function insertCredential(
  sql: Sql,
  row: CredentialRow,
  nowMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `insert into transit.credential (${CREDENTIAL_COLUMNS}, seen_at_ms, version)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 0) on conflict do nothing returning credential_id`,
    [
      row.credentialId,
      row.accountId,
      row.joinTo ?? null,
      row.lastFour,
      row.denyEntry,
      row.accountReference ?? null,
      row.form,
      nowMs,
    ],
  );
  return rows.length > 0;
}

/** Note which account a token turns out to belong to; nothing happens when it is on its way, or knows. */
export async function noteJoin(
  sql: Sql,
  credentialId: string,
  reference: string,
  joinTo: string,
): Promise<boolean> {
  const rows = await sql(
    `update transit.credential set join_to = $3, account_reference = $2, version = version + 1
      where credential_id = $1 and account_reference is null and join_to is null
      returning credential_id`,
    [credentialId, reference, joinTo],
  );
  return rows.length > 0;
}

/** Note that a token has arrived at its account. */
export async function noteJoined(sql: Sql, credentialId: string, joinTo: string): Promise<void> {
  await sql(
    `update transit.credential set account_id = join_to, join_to = null, version = version + 1
      where credential_id = $1 and join_to = $2`,
    [credentialId, joinTo],
  );
}

/** Note when a token is moved that could not leave its account now. */
export async function noteJoinLater(
  sql: Sql,
  credentialId: string,
  dueAtMs: InstantMs,
): Promise<void> {
  await sql('update transit.credential set join_due_at_ms = $2 where credential_id = $1', [
    credentialId,
    dueAtMs,
  ]);
}

/** Tokens that are on their way to another account, and to be moved by now. */
export async function readJoining(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly CredentialRow[]> {
  const rows = await sql(
    `select ${CREDENTIAL_COLUMNS} from transit.credential
      where join_to is not null and join_due_at_ms <= $1
      order by join_due_at_ms, credential_id limit $2`,
    [nowMs, most],
  );
  return rows.map(credentialOf);
}

function credentialOf(row: SqlRow): CredentialRow {
  return {
    credentialId: text(row, 'credential_id'),
    accountId: text(row, 'account_id'),
    joinTo: textOrNone(row, 'join_to'),
    lastFour: text(row, 'last_four'),
    denyEntry: text(row, 'deny_entry'),
    accountReference: textOrNone(row, 'account_reference'),
    form: text(row, 'form'),
  };
}
