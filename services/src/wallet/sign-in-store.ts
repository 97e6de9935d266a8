/** The wallet's users, their last sign-in codes and their sessions: SQL and typed rows. */
import type { InstantMs, Sealed, Sql } from '@octavo/domain/ports.ts';
import type { SignIn } from '@octavo/domain/sign-in.ts';
import { flag, text, whole } from '../column.ts';

/** The last code of a mobile number. */
export async function readSignIn(sql: Sql, userId: string): Promise<SignIn | undefined> {
  const [row] = await sql(
    `select request_id, code_hash, delivered, expires_at_ms, tries, session, hour_began_ms,
        codes_in_hour, version from wallet.sign_in where user_id = $1`,
    [userId],
  );
  if (row === undefined) return undefined;
  return {
    requestId: text(row, 'request_id'),
    codeHash: text(row, 'code_hash'),
    delivered: flag(row, 'delivered'),
    expiresAtMs: whole(row, 'expires_at_ms'),
    tries: row.tries as SignIn['tries'],
    session: row.session as SignIn['session'],
    hourBeganMs: whole(row, 'hour_began_ms'),
    codesInHour: whole(row, 'codes_in_hour'),
    version: whole(row, 'version'),
  };
}

/** Write a fresh code over the version it was read with, or the first one; false when another was faster. */
export async function saveCode(sql: Sql, userId: string, signIn: SignIn): Promise<boolean> {
  const rows = await sql(
    `insert into wallet.sign_in (user_id, request_id, code_hash, delivered, expires_at_ms, tries,
        session, hour_began_ms, codes_in_hour, version)
      values ($1, $2, $3, $4, $5, $6::jsonb, null, $7, $8, 1)
      on conflict (user_id) do update set request_id = excluded.request_id,
        code_hash = excluded.code_hash, delivered = excluded.delivered,
        expires_at_ms = excluded.expires_at_ms, tries = excluded.tries, session = null,
        hour_began_ms = excluded.hour_began_ms, codes_in_hour = excluded.codes_in_hour,
        version = sign_in.version + 1
      where sign_in.version = $9
      returning version`,
    [
      userId,
      signIn.requestId,
      signIn.codeHash,
      signIn.delivered,
      signIn.expiresAtMs,
      JSON.stringify(signIn.tries),
      signIn.hourBeganMs,
      signIn.codesInHour,
      signIn.version,
    ],
  );
  return rows.length > 0;
}

/** Write that a code reached its mobile number, unless another code has taken its place. */
export async function saveDelivered(sql: Sql, userId: string, codeHash: string): Promise<void> {
  await sql(
    `update wallet.sign_in set delivered = true, version = version + 1
      where user_id = $1 and code_hash = $2`,
    [userId, codeHash],
  );
}

/** Who signs in, when a try was right. */
export type NewSession = {
  readonly sessionHash: string;
  readonly mobileSealed: Sealed;
  readonly atMs: InstantMs;
};

/** Write a try, and with the right one the session and, at the first, the user; false when overtaken. */
export async function saveTry(
  sql: Sql,
  userId: string,
  signIn: SignIn,
  session: NewSession | undefined,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
        update wallet.sign_in set tries = $3::jsonb, session = $4::jsonb, version = version + 1
          where user_id = $1 and version = $2 returning user_id),
      born as (
        insert into wallet.user (user_id, mobile_sealed, born_at_ms)
          select user_id, $6::bytea, $7::bigint from changed where $5::text is not null
          on conflict (user_id) do nothing),
      opened as (
        insert into wallet.session (session_hash, user_id, opened_at_ms, expires_at_ms)
          select $5::text, user_id, $7::bigint, $8::bigint from changed where $5::text is not null
          on conflict (session_hash) do nothing)
      select user_id from changed`,
    [
      userId,
      signIn.version,
      JSON.stringify(signIn.tries),
      signIn.session === null ? null : JSON.stringify(signIn.session),
      session?.sessionHash ?? null,
      session?.mobileSealed ?? null,
      session?.atMs ?? null,
      signIn.session?.expiresAtMs ?? null,
    ],
  );
  return rows.length > 0;
}

/** An open session: whose it is, and when its holder signed in. */
export type Session = { readonly userId: string; readonly openedAtMs: InstantMs };

/** The session, when it is still good. */
export async function readSession(
  sql: Sql,
  sessionHash: string,
  nowMs: InstantMs,
): Promise<Session | undefined> {
  const [row] = await sql(
    `select user_id, opened_at_ms from wallet.session
      where session_hash = $1 and expires_at_ms > $2`,
    [sessionHash, nowMs],
  );
  return row && { userId: text(row, 'user_id'), openedAtMs: whole(row, 'opened_at_ms') };
}

/** When a user was born. */
export async function readBirth(sql: Sql, userId: string): Promise<InstantMs | undefined> {
  const [row] = await sql('select born_at_ms from wallet.user where user_id = $1', [userId]);
  return row === undefined ? undefined : whole(row, 'born_at_ms');
}
