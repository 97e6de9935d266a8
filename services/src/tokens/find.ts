/** What an operator looks up: tokens by what people read out, a token's history, and how full the ranges are. */
import type { z } from '@hono/zod-openapi';
import { cardRanges } from '@octavo/domain/demo.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { RANGE_CAPACITY, type TokenState } from '@octavo/domain/token.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import * as contract from './contract.ts';
import { countFound, countRanges, readFound, readHistory } from './find-store.ts';
import type { Tokens } from './ports.ts';
import { viewToken } from './token.ts';
import { readToken } from './token-store.ts';

type SearchAsk = z.output<typeof contract.search.body>;
type SearchAnswer = z.input<typeof contract.search.answer>;
type HistoryAnswer = z.input<typeof contract.tokenHistory.answer>;
type FillAnswer = z.input<typeof contract.rangeFill.answer>;

/** Find tokens, the newest first, and count all that match. */
export async function search({ sql, clock }: Tokens, ask: SearchAsk): Promise<SearchAnswer> {
  const what = { by: ask.by, value: ask.by === 'reference' ? fromHex(ask.text) : ask.text };
  const found = await readFound(sql, what, ask.limit ?? contract.MOST_FOUND);
  const nowMs = clock.nowMs();
  return {
    tokens: found.map((token) => viewToken(token, nowMs)),
    counts: countsOf(await countFound(sql, what)),
  };
}

/** What was done to a token and to the enrolment it came from, oldest first. */
export async function tokenHistory(
  { sql }: Tokens,
  tokenReference: string,
): Promise<HistoryAnswer | Refused> {
  const tokenId = fromHex(tokenReference);
  if ((await readToken(sql, tokenId)) === undefined) return refused('token.unknown');
  return { lines: [...(await readHistory(sql, tokenId))] };
}

/** How full each token range is. */
export async function rangeFill({ sql }: Tokens): Promise<FillAnswer> {
  const counted = await countRanges(sql);
  const ranges = cardRanges.map(({ bin, tokenBin, keyIndex, label }) => {
    const its = counted.filter((each) => each.cardBin === bin && each.keyIndex === keyIndex);
    const { total: used, ...states } = countsOf(its);
    return { tokenBin, keyIndex, label, capacity: RANGE_CAPACITY, used, ...states };
  });
  return { ranges };
}

type Counts = SearchAnswer['counts'];

function countsOf(
  counted: readonly { readonly state: TokenState; readonly tokens: number }[],
): Counts {
  const of = (state: TokenState): number =>
    counted.find((each) => each.state === state)?.tokens ?? 0;
  return {
    total: counted.reduce((sum, { tokens }) => sum + tokens, 0),
    inactive: of('inactive'),
    active: of('active'),
    suspended: of('suspended'),
    deleted: of('deleted'),
  };
}
