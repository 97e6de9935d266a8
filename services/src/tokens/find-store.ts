/** Readings for an operator: tokens by what is known of them, their history, and counts. Payments run none of these. */
import type { Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { TokenParty, TokenState } from '@octavo/domain/token.ts';
import { text, textOrNone, whole } from '../column.ts';
import { type Token, tokenOf } from './token-store.ts';

/** What tokens are found by. */
export type Sought = {
  readonly by: 'reference' | 'accountReference' | 'tokenLastFour' | 'cardLastFour';
  readonly value: Uint8Array | string;
};

/** How many tokens are in a state. */
export type StateCount = { readonly state: TokenState; readonly tokens: number };

/** A line of history as it is read. */
export type KeptLine = {
  readonly atMs: number;
  readonly event: string;
  readonly party: TokenParty;
  readonly reason: string;
  readonly comment: string | undefined;
  readonly state: string;
};

/** Each has an index that goes on with the order of showing. */
const COLUMNS = {
  reference: 'token_id',
  accountReference: 'account_reference',
  tokenLastFour: 'last_four',
  cardLastFour: 'card_last_four',
} as const satisfies Record<Sought['by'], string>;

/** The tokens that match, the newest first: later ones lapse later. */
export async function readFound(
  sql: Sql,
  { by, value }: Sought,
  limit: number,
): Promise<readonly Token[]> {
  const rows = await sql(
    `select * from tokens.token where ${COLUMNS[by]} = $1
     order by lapses_ms desc, token_id desc limit $2`,
    [value, limit],
  );
  return rows.map(tokenOf);
}

/** How many match, by state. */
export async function countFound(sql: Sql, { by, value }: Sought): Promise<readonly StateCount[]> {
  const rows = await sql(
    `select state, count(*) as tokens from tokens.token where ${COLUMNS[by]} = $1
     group by state order by state`,
    [value],
  );
  return rows.map(countOf);
}

/** How many tokens each range has, by state. */
export async function countRanges(
  sql: Sql,
): Promise<readonly (StateCount & { readonly cardBin: string; readonly keyIndex: string })[]> {
  const rows = await sql(
    `select card_bin, key_index, state, count(*) as tokens from tokens.token
     group by card_bin, key_index, state order by card_bin, key_index, state`,
  );
  return rows.map((row) => ({
    ...countOf(row),
    cardBin: text(row, 'card_bin'),
    keyIndex: text(row, 'key_index'),
  }));
}

/** The newest lines of a token's history, those of its enrolment before its own, oldest first. */
export async function readHistory(sql: Sql, tokenId: Uint8Array): Promise<readonly KeptLine[]> {
  const rows = await sql(
    `select * from (
       select 1 as place, version, at_ms, event, party, reason, comment, state
       from tokens.token_history where token_id = $1
       union all
       select 0 as place, h.version, h.at_ms, h.event, h.party, h.reason, h.comment, h.state
       from tokens.token t join tokens.enrolment_history h on h.enrolment_id = t.enrolment_id
       where t.token_id = $1
     ) as lines order by place desc, version desc limit ${MOST_LINES}`,
    [tokenId],
  );
  return rows.map(lineOf).reverse();
}

const MOST_LINES = 500;

function lineOf(row: SqlRow): KeptLine {
  return {
    atMs: whole(row, 'at_ms'),
    event: text(row, 'event'),
    party: text(row, 'party') as TokenParty,
    reason: text(row, 'reason'),
    comment: textOrNone(row, 'comment'),
    state: text(row, 'state'),
  };
}

function countOf(row: SqlRow): StateCount {
  return { state: text(row, 'state') as TokenState, tokens: whole(row, 'tokens') };
}
