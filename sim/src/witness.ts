/**
 * Sees every statement of the token service take effect, and holds each against the state before it: counters only rise,
 * none is used twice, and nothing is found good on a token that was not active.
 */
import type { Sql } from '@octavo/domain/ports.ts';

/** The token service's way to the database, and what was seen on it. */
export type Witness = { readonly sql: Sql; readonly breaches: readonly string[] };

/** Watch a way to the database. */
export function createWitness(sql: Sql): Witness {
  const breaches: string[] = [];
  let before: Sight | undefined;
  return {
    breaches,
    sql: async (text, values) => {
      before ??= await look(sql);
      const rows = await sql(text, values);
      if (!WRITES.test(text)) return rows;
      const after = await look(sql);
      breaches.push(...compare(before, after));
      before = after;
      return rows;
    },
  };
}

const WRITES = /\b(insert into|update|delete from) tokens\.(token|tap|message)\b/;

type TokenSight = { readonly state: string; readonly highest: bigint };

type Sight = {
  readonly tokens: ReadonlyMap<string, TokenSight>;
  /** Counters used up, by token and counter: which message did. */
  readonly taps: ReadonlyMap<string, string>;
  /** Messages found good: token and counter. */
  readonly good: ReadonlyMap<string, { readonly token: string; readonly counter: bigint }>;
};

async function look(sql: Sql): Promise<Sight> {
  const tokens = await sql(
    `select encode(token_id, 'hex') as token, state, highest_counter from tokens.token order by token_id`,
  );
  const taps = await sql(
    `select encode(token_id, 'hex') as token, counter, message_key from tokens.tap
      order by token_id, counter`,
  );
  const good = await sql(
    `select encode(token_id, 'hex') as token, message_key, counter from tokens.message
      where code is null and fingerprint is not null order by token_id, message_key`,
  );
  return {
    tokens: new Map(
      tokens.map((row) => [
        String(row.token),
        { state: String(row.state), highest: row.highest_counter as bigint },
      ]),
    ),
    taps: new Map(taps.map((row) => [`${row.token} ${row.counter}`, String(row.message_key)])),
    good: new Map(
      good.map((row) => [
        `${row.token} ${row.message_key}`,
        { token: String(row.token), counter: row.counter as bigint },
      ]),
    ),
  };
}

function compare(before: Sight, after: Sight): readonly string[] {
  const breaches: string[] = [];
  for (const [token, { highest }] of before.tokens) {
    const now = after.tokens.get(token);
    if (now === undefined || now.highest < highest) breaches.push(`the counter of ${token} fell`);
  }
  for (const [tap, messageKey] of before.taps) {
    if (after.taps.get(tap) !== messageKey)
      breaches.push(`counter ${tap} was given to another message`);
  }
  for (const [key, { token, counter }] of after.good) {
    if (before.good.has(key)) continue;
    const was = before.tokens.get(token);
    if (was?.state !== 'active')
      breaches.push(`${key} was found good on a token that was ${was?.state}`);
    if (was !== undefined && counter <= was.highest)
      breaches.push(`${key} was found good by counter ${counter} after ${was.highest}`);
    if (!after.taps.has(`${token} ${counter}`)) breaches.push(`${key} used no counter up`);
  }
  return breaches;
}
