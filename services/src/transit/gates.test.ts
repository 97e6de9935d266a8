/** What gates bring and get: gaps, forgeries, broken chains, and the deny list as deltas. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { verifyP256 } from '@octavo/lib/cipher/p256.ts';
import {
  applyDelta,
  applySnapshot,
  type DenyList,
  decodeDelta,
  decodeSnapshot,
  isListed,
} from '@octavo/lib/transit/deny-list.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { pointOf } from '@octavo/platform/softkeys-p256.ts';
import { freshId } from '../asking.fixture.ts';
import { lentDatabase } from '../database.fixture.ts';
import {
  type Bench,
  enrol,
  fleet,
  HOUR_MS,
  MINUTE_MS,
  no,
  openBench,
  openCityGates,
  playGate,
  START_MS,
  uploadAll,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { openListDesk } from './list.ts';
import { cardOf } from './played.test.ts';
import type { TransitPorts } from './ports.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

const RIDER = cardOf(1, 'A');

/** Five entries of one rider at one gate, an hour apart. */
async function fiveTaps(bench: Bench) {
  const gate = playGate('GATE0001', 'shanqian', 'in');
  await enrol(bench, gate);
  bench.played.cards.set(RIDER.token, RIDER);
  for (let tap = 0; tap < 5; tap++) await gate.tap(RIDER, { atMs: START_MS + tap * HOUR_MS });
  return gate;
}

async function gateView(bench: Bench) {
  const { gates, forgeries } = await yes(bench.asOperator(contract.gates, {}));
  return { gate: gates[0], forgeries };
}

test('an unknown gate brings nothing, and gets nothing', async () => {
  const bench = openBench(database.sql);
  const gateId = 'NOBODY01';
  await no(bench.asGate(contract.upload, { gateId, records: [] }), 'transit.gate_unknown');
  await no(bench.asGate(contract.list, { gateId }), 'transit.gate_unknown');
  await no(bench.asGate(contract.time, { gateId }), 'transit.gate_unknown');
  await bench.stop();
});

test('a gate is enrolled once: the same command again is answered alike, another key is refused', async () => {
  const bench = openBench(database.sql);
  const place = { operator: 'duhui', station: 'shanqian', line: '1', route: '', direction: 'in' };
  const ask = {
    requestId: freshId(),
    gateId: 'GATE0001',
    publicKey: '04'.repeat(65),
    place: { ...place, direction: 'in' as const },
  };
  const enrolled = await yes(bench.asOperator(contract.enrolGate, ask));
  deepEqual(await yes(bench.asOperator(contract.enrolGate, ask)), enrolled);
  const other = { ...ask, publicKey: '05'.repeat(65) };
  await no(bench.asOperator(contract.enrolGate, other), 'request.key_reused');
  await no(
    bench.asOperator(contract.enrolGate, { ...other, requestId: freshId() }),
    'transit.gate_taken',
  );
  await bench.stop();
});

test('gaps are named with their age, and close as records come', async () => {
  const bench = openBench(database.sql);
  const { gateId, records } = await fiveTaps(bench);
  const [first = '', , third = '', , fifth = ''] = records;
  const sinceMs = bench.clock.nowMs();
  const some = await bench.upload(gateId, [fifth, first]);
  deepEqual([some.heldUpTo, some.missing, some.taken], [1, [{ from: 2, to: 4 }], 2]);
  await bench.clock.advance(MINUTE_MS);
  const more = await bench.upload(gateId, [third, first]);
  deepEqual([more.taken, more.known], [1, 1]);
  deepEqual((await gateView(bench)).gate?.gaps, [
    { from: 2, to: 2, sinceMs },
    { from: 4, to: 4, sinceMs },
  ]);
  const all = await bench.upload(gateId, records);
  deepEqual([all.heldUpTo, all.missing, all.taken, all.known], [5, [], 2, 3]);
  await bench.stop();
});

test('an edited record is kept apart and charged to nobody, and the true one still takes its place', async () => {
  const bench = openBench(database.sql);
  const { gateId, records } = await fiveTaps(bench);
  const edited = fromHex(records[1] ?? '');
  edited[20] = (edited[20] ?? 0) ^ 1;
  const answer = await bench.upload(gateId, [records[0] ?? '', toHex(edited), 'DEADBEEF']);
  deepEqual([answer.taken, answer.forged, answer.heldUpTo], [1, 2, 1]);
  const { gate, forgeries } = await gateView(bench);
  deepEqual(
    [gate?.forged, forgeries.map(({ reason }) => reason).sort()],
    [2, ['signature_wrong', 'unreadable']],
  );
  // Brought twice, it is one forgery.
  await bench.upload(gateId, [toHex(edited)]);
  equal((await gateView(bench)).gate?.forged, 2);
  equal((await bench.upload(gateId, records)).heldUpTo, 5);
  await bench.stop();
});

test('a record of another gate does not become this gate’s', async () => {
  const bench = openBench(database.sql);
  const { records } = await fiveTaps(bench);
  const other = playGate('GATE0002', 'taolin', 'out');
  await enrol(bench, other);
  const answer = await bench.upload(other.gateId, records);
  deepEqual([answer.taken, answer.forged], [0, 5]);
  await bench.stop();
});

test('two histories under one key: both are kept, the doubtful records charge nobody, in either order', async () => {
  for (const isTrueFirst of [true, false]) {
    await database.truncate();
    const bench = openBench(database.sql);
    const gate = await fiveTaps(bench);
    // Somebody with the gate's key writes its second record anew.
    const twin = playGate(gate.gateId, 'shanqian', 'in');
    await twin.tap(RIDER, { atMs: START_MS });
    await twin.tap(cardOf(9, 'Z'), { atMs: START_MS + HOUR_MS });
    const uploads = [gate.records, [twin.records[1] ?? '']];
    for (const records of isTrueFirst ? uploads : uploads.reverse()) {
      await bench.upload(gate.gateId, records);
      await bench.rest();
    }
    const { forgeries } = await gateView(bench);
    ok(forgeries.some(({ reason }) => reason === 'sequence_reused'));
    const rows = await database.sql(
      'select sequence from transit.record where contested order by sequence',
    );
    ok(rows.some((row) => row.sequence === 2n));
    const taps = await database.sql(
      'select sequence from transit.tap where contested order by sequence',
    );
    ok(taps.some((row) => row.sequence === 2n));
    await bench.stop();
  }
});

test('a token under another record’s seal is not believed', async () => {
  const bench = openBench(database.sql);
  const gate = playGate('GATE0001', 'shanqian', 'in');
  await enrol(bench, gate);
  await gate.tap(RIDER, { atMs: START_MS, sealedFor: cardOf(7, 'G') });
  await uploadAll(bench, [gate]);
  const { forgeries } = await gateView(bench);
  deepEqual(
    forgeries.map(({ reason }) => reason),
    ['credential_differs'],
  );
  deepEqual((await yes(bench.asOperator(contract.accounts, {}))).accounts, []);
  await bench.stop();
});

test('a tap from the time to come is kept and charged to nobody: its clock jumped', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  const aheadMs = bench.clock.nowMs() + 3 * HOUR_MS;
  await gates.bus.tap(RIDER, { atMs: aheadMs });
  await uploadAll(bench, [gates.bus]);
  await bench.clock.advance(48 * HOUR_MS);
  await bench.rest();
  equal(bench.played.charges.length, 0);
  equal(
    (await yes(bench.asGate(contract.upload, { gateId: 'BUS00001', records: [] }))).heldUpTo,
    1,
  );
  await bench.stop();
});

test('the list reaches gates as a snapshot, then as deltas that fit, signed by the back office; a removal wins by its version', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '51';
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  const key = pointOf(fleet.transit.signing);
  const snapshotBytes = fromHex(
    (await yes(bench.asGate(contract.list, { gateId: 'GATE0001' }))).snapshot ?? '',
  );
  ok(verifyP256(snapshotBytes.slice(-64), snapshotBytes.slice(0, -64), key));
  const first = applySnapshot(undefined, decodeSnapshot(snapshotBytes));
  let list: DenyList = first.kind === 'applied' ? first.list : never();
  const follow = async () => {
    const { epoch, version } = list;
    const answer = await yes(
      bench.asGate(contract.list, { gateId: 'GATE0001', have: { epoch, version } }),
    );
    const bytes = fromHex(answer.delta ?? '');
    ok(verifyP256(bytes.slice(-64), bytes.slice(0, -64), key));
    const applied = applyDelta(list, decodeDelta(bytes));
    list = applied.kind === 'applied' ? applied.list : never();
  };
  await bench.clock.advance(MINUTE_MS);
  await follow();
  equal(list.version, 1);
  await gates.bus.tap(RIDER, { atMs: START_MS });
  await uploadAll(bench, [gates.bus]);
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  const before = list;
  await follow();
  equal(list.version, 2);
  const reference = await entryOf(RIDER.reference);
  ok(isListed(list.entries, reference));
  bench.played.bank = () => 'approved';
  equal((await yes(bench.payNow(RIDER))).state, 'approved');
  await follow();
  deepEqual([list.version, list.entries.length], [3, 0]);
  // A gate that slept through both gets one delta in which nothing is left of either.
  list = before;
  await follow();
  deepEqual([list.version, list.entries.length], [3, 0]);
  const { changes } = await yes(bench.asOperator(contract.lists, {}));
  deepEqual(
    changes.map(({ version, change }) => [version, change]),
    [
      [3, 'remove'],
      [3, 'remove'],
      [2, 'add'],
      [2, 'add'],
    ],
  );
  await bench.stop();
});

test('a refused verdict lists token and account at once with its reason; a later good one lets them go', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  bench.played.refusedTokens.set(RIDER.token, 'token.suspended');
  await gates.bus.tap(RIDER, { atMs: START_MS });
  await uploadAll(bench, [gates.bus]);
  const listed = await yes(bench.asOperator(contract.lists, {}));
  deepEqual(
    listed.changes.map(({ change, reason }) => [change, reason]),
    [
      ['add', 'response.62'],
      ['add', 'response.62'],
    ],
  );
  bench.played.refusedTokens.delete(RIDER.token);
  await gates.bus.tap(RIDER, { kind: 'refused', atMs: bench.clock.nowMs() });
  await uploadAll(bench, [gates.bus]);
  equal((await yes(bench.asOperator(contract.lists, {}))).entries, 0);
  await bench.stop();
});

test('a refusal that is not the token’s fault lists nobody', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  // The network answers 58, which has several reasons: that this was no transit operator is our matter.
  const [misplaced, other] = [cardOf(3, 'C'), cardOf(4, 'D')];
  bench.played.refusedTokens.set(misplaced.token, 'tap.advice_not_transit');
  await gates.bus.tap(misplaced, { atMs: START_MS });
  // It answers 63 to a day of another year; the gate's clock gave the card that day.
  bench.played.refusedTokens.set(other.token, 'tap.date_differs');
  const odd = [{ tag: '9A', value: fromHex('250302') }];
  await gates.bus.tap(other, { atMs: START_MS, odd });
  await uploadAll(bench, [gates.bus]);
  equal(bench.played.advised.length, 2);
  equal((await yes(bench.asOperator(contract.lists, {}))).entries, 0);
  const tap = await yes(bench.asOperator(contract.tap, { gateId: 'BUS00001', sequence: 2 }));
  deepEqual([tap.verdict, tap.responseCode, tap.code], ['refused', '63', 'tap.date_differs']);
  await bench.stop();
});

test('a tap that no card proved bars nobody: whoever says another’s token at a gate gets no verdict on it', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  await gates.bus.tap(RIDER, { atMs: START_MS });
  await uploadAll(bench, [gates.bus]);
  bench.played.refusedTokens.set(RIDER.token, 'tap.cryptogram_wrong');
  await gates.bus.tap(RIDER, { kind: 'refused', atMs: START_MS + HOUR_MS, isProved: false });
  // A token that never rode gets no account by being named.
  const stranger = cardOf(2, 'B');
  await gates.bus.tap(stranger, { kind: 'refused', atMs: START_MS + HOUR_MS, isProved: false });
  await uploadAll(bench, [gates.bus]);
  equal((await yes(bench.asOperator(contract.accounts, {}))).accounts.length, 1);
  equal(bench.played.advised.length, 1);
  equal((await yes(bench.asOperator(contract.lists, {}))).entries, 0);
  equal((await bench.books()).taps.waiting, 0);
  await bench.stop();
});

test('a signed record that makes no sense holds up nobody else’s verdict', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  const other = cardOf(2, 'B');
  for (const card of [RIDER, other]) bench.played.cards.set(card.token, card);
  const odd = [
    { tag: '9F02', value: fromHex('00000000000A') },
    { tag: '5F34', value: fromHex('FF') },
    { tag: '9F10', value: new Uint8Array(300) },
    { tag: '9A', value: new Uint8Array(0) },
  ];
  for (const [place, one] of odd.entries()) {
    await gates.bus.tap(RIDER, { atMs: START_MS + place * HOUR_MS, odd: [one] });
  }
  await gates.bus.tap(other, { atMs: START_MS });
  await uploadAll(bench, [gates.bus]);
  deepEqual(
    bench.played.advised.map(({ token }) => token),
    [other.token],
  );
  equal((await bench.books()).taps.waiting, 0);
  await bench.stop();
});

test('a day that no calendar has is not closed', async () => {
  const bench = openBench(database.sql);
  for (const day of ['2026-02-29', '2026-01-45', '2026-00-10']) {
    await no(bench.asOperator(contract.closeDay, { day }), 'request.malformed');
  }
  await bench.stop();
});

test('a wish that is taken back while it is being published does not stay on the list', async () => {
  let ports: TransitPorts | undefined;
  const bench = openBench(database.sql, undefined, undefined, (own) => {
    ports = own;
    return own;
  });
  await bench.stop();
  if (ports === undefined) never();
  const wish = (change: string, version: number) =>
    database.sql(
      `insert into transit.listing (account_id, account_version, number, entry, change, reason, at_ms)
         values ('one', $1, 0, $2, $3, 'transit.debt', $1)`,
      [version, 'AB'.repeat(12), change],
    );
  const quick = openListDesk(ports);
  // Between the reading of the first wish and the version that would fulfil it, another desk publishes both.
  let isLate = false;
  const slow = openListDesk({
    ...ports,
    sql: async (text, values) => {
      if (!isLate && text.includes('update transit.deny_list')) {
        isLate = true;
        await wish('remove', 2);
        while (await quick.publish());
      }
      return database.sql(text, values);
    },
  });
  await wish('add', 1);
  while (await slow.publish());
  equal(isLate, true);
  deepEqual(await database.sql('select entry from transit.deny_entry'), []);
});

function entryOf(reference: string): Promise<Uint8Array> {
  return softKeysFor('transit', fleet, systemRandom).denyEntry('PAR1', reference);
}

function never(): never {
  throw new Error('the list was not taken');
}
