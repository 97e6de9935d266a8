import { equal } from 'node:assert/strict';
import { after, afterEach, beforeEach, test } from 'node:test';
import { type Bench, createBench, openNetworkDatabase, purchaseFields } from './bench.test.ts';

const database = await openNetworkDatabase();
let bench: Bench;
beforeEach(async () => {
  await database.truncate();
  bench = await createBench(database.sql);
});
afterEach(() => bench.end());
after(() => database.close());

test('a good tap is approved', async () => {
  const acquirer = await bench.signOn();
  const answer = await acquirer.ask('0200', purchaseFields());
    answer,
    bench.trace.map((t) => [t.type, t.detail.mti ?? t.detail.code]),
    bench.portCalls,
    bench.issuer.seen,
  );
  equal(answer.fields[39], '00');
});
