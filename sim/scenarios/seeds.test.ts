/** Twenty worlds in which everything goes wrong that may, and in which everything still comes out right. */
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkTold } from '../src/checks.ts';
import { type Ground, openGround } from '../src/ground.ts';
import { type PlayResult, play } from '../src/play.ts';

const PAYMENTS = 3;
const results: PlayResult[] = [];
let ground: Ground;
before(async () => {
  ground = await openGround();
});
after(() => ground.close());

for (let seed = 1; seed <= 20; seed++) {
  test(`the books agree after seed ${seed}`, async () => {
    const options = { seed: String(seed), payments: PAYMENTS, crashes: true };
    const result = await play(ground, options);
    results.push(result);
    deepEqual(
      result.breaches,
      [],
      `again: node sim/src/main.ts --seed ${seed} --payments ${PAYMENTS}`,
    );
  });
}

test('the same seed gives the same world, another seed another', async () => {
  const again = await play(ground, { seed: '3', payments: PAYMENTS, crashes: true });
  const first = results.find(({ seed }) => seed === '3');
  equal(again.hash, first?.hash);
  equal(again.steps, first?.steps);
  equal(new Set(results.map(({ hash }) => hash)).size, results.length);
  notEqual(again.hash, results.find(({ seed }) => seed === '4')?.hash);
});

test('every kind of fault happened; payments were approved, declined and taken back, and rides were charged all the same', () => {
  const totals = new Map<string, number>();
  for (const { tally, approved, reversed, payments, taps, charges, chargedMinor } of results) {
    const others = payments - approved - reversed;
    const rides = { taps, charges, fares: Number(chargedMinor) };
    const counts = { ...tally, approved, reversed, others, ...rides };
    for (const [kind, count] of Object.entries(counts)) {
      totals.set(kind, (totals.get(kind) ?? 0) + count);
    }
  }
  for (const [kind, count] of totals) ok(count > 0, kind);
});

test('no secret stands in what was told while cards were added', () => {
  ok(ground.cast.secrets.length >= 12);
  deepEqual(checkTold(ground.cast.events, [], ground.cast.secrets), []);
});

test('no card number stands in any table, not even as bytes', async () => {
  const numbers = ground.cast.secrets.filter(({ what }) => what === 'card number');
  for (const table of ground.tables) {
    const rows = await ground.sql(`select row_to_json(t)::text as line from ${table} t order by 1`);
    const lines = rows.map(({ line }) => String(line));
    deepEqual(checkTold([], lines, numbers), [], table);
  }
});
