/** What an operator looks up: tokens by what people read out, counted, and how full the ranges are. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { z } from '@hono/zod-openapi';
import { isRefused } from '@octavo/domain/refusal.ts';
import { CREDIT, closeDatabase, DEBIT, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { newPhone, tokenised } from './phone-bench.test.ts';

let world: World;
/** Three tokens, a second apart: a debit card twice, then a credit card; the first is deleted. */
const views: z.output<typeof contract.TokenView>[] = [];

before(async () => {
  world = await newWorld();
  world.issuer.word.recommendation = 'green';
  for (const card of [DEBIT, DEBIT, CREDIT]) {
    const { tokenReference = '' } = await tokenised(world, await newPhone(world.clock), { card });
    views.push(await viewOf(tokenReference));
    await world.clock.advance(1000);
  }
  const [first] = views;
  assert(first);
  await world.asOperator(contract.changeToken, {
    requestId: requestId(),
    tokenReference: first.tokenReference,
    event: 'delete',
    reason: 'OTHER',
  });
  views[0] = await viewOf(first.tokenReference);
});
after(closeDatabase);

async function viewOf(tokenReference: string) {
  const view = await world.asOperator(contract.token, { tokenReference });
  assert(!isRefused(view));
  return view;
}

type Ask = z.input<typeof contract.search.body>;

async function found(ask: Ask) {
  const answer = await world.asOperator(contract.search, ask);
  assert(!isRefused(answer), JSON.stringify(answer));
  return answer;
}

async function refusalOf(ask: unknown, by: 'asOperator' | 'asWallet' | 'asIssuer' = 'asOperator') {
  const answer = await world[by](contract.search, ask as Ask);
  return isRefused(answer) ? [answer.code, answer.detail?.field] : [];
}

describe('a search', () => {
  test('by reference finds one, as it is shown elsewhere', async () => {
    const [, second] = views;
    const { tokens, counts } = await found({ by: 'reference', text: second?.tokenReference ?? '' });
    assert.deepEqual(tokens, [second]);
    assert.deepEqual(counts, { total: 1, inactive: 1, active: 0, suspended: 0, deleted: 0 });
  });

  test('by account reference finds all tokens of a card, the newest first, deleted ones too', async () => {
    const [first, second, third] = views;
    const text = first?.accountReference ?? '';
    const { tokens, counts } = await found({ by: 'accountReference', text });
    assert.deepEqual(tokens, [second, first]);
    assert.deepEqual(counts, { total: 2, inactive: 1, active: 0, suspended: 0, deleted: 1 });
    assert.notEqual(third?.accountReference, text);
  });

  test('by last four digits of token or card, and counts beyond its limit', async () => {
    const [, , third] = views;
    const byToken = await found({ by: 'tokenLastFour', text: third?.tokenLastFour ?? '' });
    assert(byToken.tokens.some((each) => each.tokenReference === third?.tokenReference));
    const { tokens, counts } = await found({ by: 'cardLastFour', text: '0010', limit: 2 });
    assert.deepEqual(tokens, [third, views[1]]);
    assert.equal(counts.total, 3);
  });

  test('finds nothing, and says so', async () => {
    const none = { total: 0, inactive: 0, active: 0, suspended: 0, deleted: 0 };
    for (const ask of [
      { by: 'reference', text: '0'.repeat(32) },
      { by: 'accountReference', text: '9999'.padEnd(29, 'X') },
      { by: 'cardLastFour', text: '9999' },
    ] as const) {
      assert.deepEqual(await found(ask), { tokens: [], counts: none });
    }
  });

  test('refuses what nobody could have been told, and says where', async () => {
    const malformed = [
      { by: 'reference', text: '0' },
      { by: 'cardLastFour', text: '99' },
      { by: 'accountReference', text: '' },
      { by: 'cardLastFour', text: "' or 1" },
    ];
    for (const ask of malformed)
      assert.deepEqual(await refusalOf(ask), ['request.malformed', 'text']);
    const many = { by: 'cardLastFour', text: '0010', limit: 51 };
    assert.deepEqual(await refusalOf(many), ['request.malformed', 'limit']);
    assert.deepEqual(await refusalOf({ by: 'number', text: '' }), ['request.malformed', 'by']);
  });

  test('is the operator’s alone', async () => {
    for (const by of ['asWallet', 'asIssuer'] as const) {
      const ask = { by: 'cardLastFour', text: '0010' };
      assert.deepEqual(await refusalOf(ask, by), ['caller.not_allowed', undefined]);
    }
  });

  test('has an index for each way', async () => {
    const rows = await world.database.sql(
      `select indexdef from pg_catalog.pg_indexes
       where schemaname = 'tokens' and tablename = 'token' order by indexname`,
    );
    const all = rows.map(({ indexdef }) => String(indexdef)).join();
    for (const column of ['account_reference', 'last_four', 'card_last_four']) {
      assert(all.includes(`(${column}, lapses_ms, token_id)`), column);
    }
  });
});

test('every range says how full it is, deleted tokens counted as used', async () => {
  const answer = await world.asOperator(contract.rangeFill, {});
  assert(!isRefused(answer));
  const fill = { capacity: 10_000_000, active: 0, suspended: 0 };
  assert.deepEqual(answer.ranges.slice(0, 2), [
    {
      tokenBin: '99995801',
      keyIndex: '01',
      label: 'BAFANG DEBIT',
      ...fill,
      used: 2,
      inactive: 1,
      deleted: 1,
    },
    {
      tokenBin: '99995901',
      keyIndex: '01',
      label: 'BAFANG CREDIT',
      ...fill,
      used: 1,
      inactive: 1,
      deleted: 0,
    },
  ]);
  const other = await world.asIssuer(contract.rangeFill, {});
  assert(isRefused(other) && other.code === 'caller.not_allowed');
});

test('the description of every endpoint can be made', () => {
  const { paths } = world.service.describe() as { paths: Record<string, unknown> };
  for (const { path } of [
    contract.search,
    contract.tokenHistory,
    contract.rangeFill,
    contract.enrolments,
    contract.approveEnrolment,
    contract.pushCard,
  ]) {
    assert(Object.hasOwn(paths, path), path);
  }
});
