/** What the deny list costs: gates share what was signed, and the operator's count reads nothing. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeSnapshot, listDigest } from '@octavo/lib/transit/deny-list.ts';
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

const RIDER = cardOf(1, 'A');

test('gates that ask within a minute get the same signed snapshot; a new version or a later minute a new one', async () => {
  let signed = 0;
  const bench = openBench(database.sql, playAcquirer(), manualClock(START_MS), (ports) => ({
    ...ports,
    keys: {
      ...ports.keys,
      sign: (bytes) => {
        signed++;
        return ports.keys.sign(bytes);
      },
    },
  }));
  const gates = await openCityGates(bench);
  const snapshotFor = async (gateId: string) =>
    (await yes(bench.asGate(contract.list, { gateId }))).snapshot ?? '';
  const first = await snapshotFor('GATE0001');
  await bench.clock.advance(30_000);
  equal(await snapshotFor('GATE0002'), first);
  equal(signed, 1);
  await bench.clock.advance(30_000);
  const later = await snapshotFor('GATE0003');
  equal(decodeSnapshot(fromHex(later)).issuedAtMs, START_MS + 60_000);
  bench.played.refusedTokens.set(RIDER.token, 'token.suspended');
  await gates.bus.tap(RIDER, { atMs: START_MS });
  await uploadAll(bench, [gates.bus]);
  equal(decodeSnapshot(fromHex(await snapshotFor('GATE0001'))).version, 2);
  await bench.stop();
});

test('the operator’s count of a long list reads none of its entries', async () => {
  let rows = 0;
  const counting: typeof database.sql = async (text, values) => {
    const answer = await database.sql(text, values);
    rows += answer.length;
    return answer;
  };
  const bench = openBench(counting);
  await openCityGates(bench);
  await yes(bench.asGate(contract.list, { gateId: 'GATE0001' }));
  await database.sql(
    `insert into transit.deny_entry (epoch, entry, account_id, reason, version)
      select l.epoch, lpad(n::text, 24, '0'), 'A', 'transit.debt', 1
        from transit.deny_list l, generate_series(1, 2000) n`,
  );
  rows = 0;
  equal((await yes(bench.asOperator(contract.lists, {}))).entries, 2000);
  ok(rows < 100);
  await bench.stop();
});

test('a new version reads what changed, not the whole list again, and comes to the same list', async () => {
  let rows = 0;
  const counting: typeof database.sql = async (text, values) => {
    const answer = await database.sql(text, values);
    rows += answer.length;
    return answer;
  };
  const bench = openBench(counting);
  bench.played.cards.set(RIDER.token, RIDER);
  const gates = await openCityGates(bench);
  await database.sql(
    `with list as (insert into transit.deny_list values (1, 1, 0) on conflict do nothing)
     insert into transit.deny_entry (epoch, entry, account_id, reason, version)
      select 1, upper(substring(md5(n::text), 1, 24)), 'A', 'transit.debt', 1 from generate_series(1, 2000) n`,
  );
  const snapshot = async () => {
    const { snapshot: text = '' } = await yes(bench.asGate(contract.list, { gateId: 'GATE0001' }));
    return decodeSnapshot(fromHex(text));
  };
  equal((await snapshot()).version, 1);
  const standing = async () =>
    (await database.sql('select entry from transit.deny_entry order by entry'))
      .map(({ entry }) => entry)
      .join('');
  for (const verdict of ['refused', 'good']) {
    if (verdict === 'refused') bench.played.refusedTokens.set(RIDER.token, 'token.suspended');
    else bench.played.refusedTokens.clear();
    await gates.bus.tap(RIDER, { atMs: bench.clock.nowMs() - HOUR_MS });
    await uploadAll(bench, [gates.bus]);
    rows = 0;
    const { entries, digest } = await snapshot();
    ok(rows < 100, `${rows} rows`);
    deepEqual([toHex(entries), digest], [await standing(), listDigest(entries)]);
    equal(entries.length / 12, verdict === 'refused' ? 2002 : 2000);
  }
  await bench.stop();
});
