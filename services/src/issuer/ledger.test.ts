import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import fc from 'fast-check';
import {
  type Bench,
  openBench,
  openIssuerDatabase,
  purchaseFields,
  reversalFields,
  viewOf,
} from './bench.test.ts';
import * as contract from './contract.ts';

let database: Database;
let bench: Bench;
before(async () => {
  database = await openIssuerDatabase();
  bench = openBench(database.sql);
});
after(() => database.close());

/** Purchases by number, each of its own amount. Several fill the account. */
const AMOUNTS = [100n, 250_000n, 399_999n, 1n, 700_000n, 5_000n];

type Act = { readonly kind: 'purchase' | 'repeat' | 'reversal'; readonly number: number };
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('purchase', 'repeat', 'reversal'),
  number: fc.nat(AMOUNTS.length - 1),
});
/** Batches one after the other; within a batch all at once. */
const story = fc.array(fc.array(act, { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 6,
});

let cards = 0;
async function freshCard(kind: 'debit' | 'credit'): Promise<string> {
  cards += 1;
  const body = kind === 'debit' ? '999901777000' : '999902777';
  const number = body + String(cards).padStart(6, '0');
  const pan = number + luhnDigit(number);
  const printed = await bench.operator(contract.printCard, { pan, mobile: '13900000000' });
  ok(!isRefused(printed));
  return pan;
}

test('whatever comes in whatever order, doubled or at once: the ledger sums to zero and the account is what is left', async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.constantFrom('debit', 'credit'), async (batches, kind) => {
      const pan = await freshCard(kind);
      const opening = BigInt((await viewOf(bench, pan)).availableMinor);
      const purchaseOf = (number: number) =>
        purchaseFields({
          2: pan,
          4: String(AMOUNTS[number]).padStart(12, '0'),
          11: String(number).padStart(6, '0'),
        });
      const messageOf = ({ kind: what, number }: Act): [string, MessageFields] => {
        if (what === 'purchase') return ['0200', purchaseOf(number)];
        if (what === 'repeat') return ['0201', purchaseOf(number)];
        return [
          '0420',
          reversalFields(purchaseOf(number), { 11: `9${purchaseOf(number)['11']?.slice(1)}` }),
        ];
      };
      const approved = new Set<number>();
      const reversed = new Set<number>();
      for (const batch of batches) {
        const before = new Set(reversed);
        await Promise.all(
          batch.map(async (one) => {
            const answer = (await bench.network.ask(...messageOf(one))).fields[39];
            if (one.kind === 'reversal') {
              reversed.add(one.number);
              ok(['00', '25'].includes(answer ?? ''), `0430 ${answer}`);
              return;
            }
            ok(['00', '51', '94'].includes(answer ?? ''), `0210 ${answer}`);
            ok(!(answer === '00' && before.has(one.number)), 'approved after it was reversed');
            if (answer === '00') approved.add(one.number);
          }),
        );
      }
      const kept = [...approved].filter((number) => !reversed.has(number));
      const taken = kept.reduce((sum, number) => sum + (AMOUNTS[number] ?? 0n), 0n);
      const view = await viewOf(bench, pan);
      equal(BigInt(view.availableMinor), opening - taken);
      equal(BigInt(view.spentTodayMinor), taken);
      const held = view.entries.filter((entry) => entry.account === 'holder');
      const sum = held.reduce((total, entry) => total + BigInt(entry.amountMinor), 0n);
      equal(sum, BigInt(view.availableMinor) - (kind === 'credit' ? opening : 0n));
      const balance = await bench.operator(contract.trialBalance, {});
      ok(!isRefused(balance));
      equal(balance.sumMinor, '0');
    }),
    { numRuns: 40 },
  );
});

test('every posting in the database has two entries that sum to zero', async () => {
  const wrong = await database.sql(
    `select account_id, posting_id from issuer.ledger_entry
      group by account_id, posting_id having sum(amount_minor) <> 0 or count(*) <> 2 order by 1, 2`,
  );
  deepEqual(wrong, []);
});

test('every unique key and primary key on the money path holds the account id', async () => {
  const rows = await database.sql(
    `select c.conrelid::regclass::text as table_name, array_agg(a.attname::text order by a.attname) as columns
       from pg_catalog.pg_constraint c
       join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
      where c.contype in ('p', 'u') and c.connamespace = 'issuer'::regnamespace
      group by c.oid, c.conrelid order by 1`,
  );
  const money = ['card', 'account', 'ledger_entry', 'message', 'payment', 'history'];
  for (const row of rows) {
    const name = String(row.table_name).replace('issuer.', '');
    if (money.includes(name)) ok((row.columns as string[]).includes('account_id'), name);
  }
});
