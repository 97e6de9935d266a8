/**
 * Sees every statement of the token service take effect, and holds each against the state before it: counters only rise
 * but for those of gates, which are told of later; none is used twice, and nothing is found good on a token that was not
 * active.
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

/** A charge has no counter of its own: it names a tap that had one. */
type GoodMessage = {
  readonly token: string;
  readonly kind: string;
  readonly counter: bigint | null;
};

type Sight = {
  readonly tokens: ReadonlyMap<string, TokenSight>;
  /** Counters used up, by token and counter: which message did. */
  readonly taps: ReadonlyMap<string, string>;
  /** Messages found good: token and counter. */
  readonly good: ReadonlyMap<string, GoodMessage>;
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
    `select encode(token_id, 'hex') as token, message_key, kind, counter from tokens.message
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
        {
          token: String(row.token),
          kind: String(row.kind),
          counter: row.counter as bigint | null,
        },
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
  for (const [key, { token, kind, counter }] of after.good) {
    if (before.good.has(key)) continue;
    const was = before.tokens.get(token);
    if (was?.state !== 'active')
      breaches.push(`${key} was found good on a token that was ${was?.state}`);
    if (kind === 'charge') continue;
    if (kind === 'tap' && was !== undefined && counter !== null && counter <= was.highest)
      breaches.push(`${key} was found good by counter ${counter} after ${was.highest}`);
    if (!after.taps.has(`${token} ${counter}`)) breaches.push(`${key} used no counter up`);
  }
  return breaches;
}
