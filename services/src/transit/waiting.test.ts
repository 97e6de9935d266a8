/** What cannot be moved now stands in nobody's way: the next in line are looked at before it is tried again. */
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Sql } from '@octavo/domain/ports.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { lentDatabase } from '../database.fixture.ts';
import { HOUR_MS, openBench, openCityGates, START_MS, uploadAll, yes } from './bench.test.ts';
import * as contract from './contract.ts';
import { cardOf, playAcquirer } from './played.test.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

const STUCK = cardOf(1, 'A');
const NEXT = cardOf(2, 'B');

/** More than one pass takes. */
const MANY = 200;

test('records whose account cannot be opened now hold up no other record, and are posted when it can', async () => {
  let isBlocked = true;
  const sql: Sql = async (text, values) => {
    const isItsAccount =
      text.includes('insert into transit.account') && values?.includes(STUCK.reference);
    return isBlocked && isItsAccount === true ? [] : await database.sql(text, values);
  };
  const clock = manualClock(START_MS);
  const bench = openBench(database.sql, playAcquirer(), clock, (ports) => ({ ...ports, sql }));
  const gates = await openCityGates(bench);
  for (const card of [STUCK, NEXT]) bench.played.cards.set(card.token, card);
  await gates.shanqianIn.tap(STUCK, { atMs: START_MS });
  await bench.upload(gates.shanqianIn.gateId, gates.shanqianIn.records);
  await database.sql(
    `insert into transit.record (gate_id, sequence, body, hash, previous, contested, taken_at_ms)
       select gate_id, sequence + n, body, hash, previous, contested, taken_at_ms
         from transit.record, generate_series(1000, $1::bigint) as n`,
    [1000 + MANY],
  );
  await gates.taolinOut.tap(NEXT, { atMs: START_MS });
  await uploadAll(bench, [gates.taolinOut]);
  const accounts = async () => (await yes(bench.asOperator(contract.accounts, {}))).accounts;
  deepEqual(
    (await accounts()).map(({ accountReference }) => accountReference),
    [NEXT.reference],
  );
  await database.sql('delete from transit.record where sequence > 1000');
  isBlocked = false;
  await bench.rest();
  equal((await accounts()).length, 2);
  await bench.stop();
});

test('verdicts that their accounts cannot hear now hold up no other verdict', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  for (const card of [STUCK, NEXT]) bench.played.cards.set(card.token, card);
  await gates.shanqianIn.tap(STUCK, { atMs: START_MS });
  await uploadAll(bench, [gates.shanqianIn]);
  // Merged, and its token not arrived yet.
  await database.sql("update transit.account set state = 'merged', bill_at_ms = null");
  await database.sql(
    `insert into transit.tap select (jsonb_populate_record(t, jsonb_build_object('sequence', n,
         'verdict', 'refused', 'refusal_code', 'token.deleted', 'effect_due', true, 'verdict_at_ms', 0))).*
       from transit.tap t, generate_series(1000, $1::bigint) as n`,
    [1000 + MANY],
  );
  bench.played.refusedTokens.set(NEXT.token, 'token.deleted');
  await gates.taolinOut.tap(NEXT, { atMs: START_MS });
  await uploadAll(bench, [gates.taolinOut]);
  const { entries } = await yes(bench.asOperator(contract.lists, {}));
  equal(entries, 2);
  await bench.stop();
});

test('tokens that cannot leave their account now hold up no other, nor do debts beside a charge that is under way', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '51';
  const gates = await openCityGates(bench);
  const plastic = cardOf(3, 'C', false, 'card');
  for (const card of [NEXT, plastic]) bench.played.cards.set(card.token, card);
  await gates.shanqianIn.tap(NEXT, { atMs: START_MS });
  await uploadAll(bench, [gates.shanqianIn]);
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  await database.sql('update transit.debt set next_try_at_ms = $1', [bench.clock.nowMs()]);
  // Accounts whose charge is under way, each with a debt to be asked for again and a token to be moved.
  await database.sql(
    `with stuck as (select lpad(n::text, 32, '0') as id from generate_series(1, $1::bigint) as n),
       accounts as (insert into transit.account (account_id, state, credentials, denials, listed, joined, in_flight,
           changed_at_ms, version)
         select id, 'denied', '[]', '[]', '[]', '{}', 'asking', 0, 0 from stuck),
       tokens as (insert into transit.credential (credential_id, account_id, join_to, last_four, deny_entry, form,
           seen_at_ms, version)
         select id, id, 'another', '0000', '', 'card', 0, 0 from stuck)
     insert into transit.debt (account_id, debt_id, day, amount_minor, state, class, opened_at_ms, tries,
         next_try_at_ms, moved)
       select id, id, '2026-01-01', 300, 'open', 'soft', 0, 1, 0, false from stuck`,
    [MANY],
  );
  await gates.haitangOut.tap(plastic, { atMs: bench.clock.nowMs() });
  await uploadAll(bench, [gates.haitangOut]);
  const { accounts } = await yes(bench.asOperator(contract.accounts, {}));
  equal(accounts.filter(({ state }) => state === 'merged').length, 1);
  deepEqual(
    (await bench.riderOf(NEXT)).debts.map(({ tries }) => tries),
    [1],
  );
  await bench.stop();
});
