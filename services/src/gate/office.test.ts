import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import type { TapRecordBody } from '@octavo/lib/transit/tap-record.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import fc from 'fast-check';
import { until } from '../until.fixture.ts';
import {
  ENTRANCE,
  EXIT,
  type Fate,
  HOUR_MS,
  journalOf,
  openBench,
  openFields,
  openGateDatabase,
  openSite,
  portsOf,
  type Site,
  START_MS,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { type Device, writeRecord } from './device.ts';
import { openFleet } from './fleet.ts';
import { bringRecords, runErrands, syncClock } from './office.ts';
import { stateOf } from './view.ts';

let database: Database;
let air: (name: string) => Channel | undefined;
let site: Site;
before(async () => {
  database = await openGateDatabase();
  air = await openFields();
});
after(() => database.close());
beforeEach(async () => {
  await database.truncate();
  site = openSite(database.sql, air);
});

/** A gate at the entrance, with its ports, in a life without errands of its own. */
async function device(at = ENTRANCE as typeof ENTRANCE | typeof EXIT) {
  const opened = await openBench(site).open(at);
  return revived(opened.gateId);
}

/** The same gate in a new life. */
async function revived(gateId: string) {
  const ports = portsOf(site);
  const fleet = openFleet(ports);
  const found = await fleet.find(gateId);
  ok(found !== undefined);
  return { ports, fleet, device: found, gateId };
}

/** Write a record as a tap would leave it, without a card. */
function written(
  { ports, device: gate }: { ports: ReturnType<typeof portsOf>; device: Device },
  tags: TapRecordBody['tags'] = [],
) {
  return writeRecord(ports, gate, async (place): Promise<TapRecordBody> => {
    return {
      ...place,
      kind: 'entry',
      deviceTimeMs: START_MS,
      offsetMs: 0,
      uncertaintyMs: 0,
      place: { ...ENTRANCE, vehicle: '', trip: '', stopId: '' },
      form: 'phone',
      tags,
      sealedToken: systemRandom(40),
      authentication: 'verified',
      decision: 'allow',
      reason: '',
      list: { epoch: 1, version: 1 },
      tariffVersion: 1,
    };
  });
}

const heldBy = (gateId: string) => site.office.recordsOf(gateId).map(({ sequence }) => sequence);

describe('records', () => {
  test('reach the back office in order, as soon as there is one', async () => {
    const bench = openBench(site);
    const running = bench.run();
    const gate = await bench.open();
    await gate.tap();
    await until(async () => (await gate.state()).heldUpTo === 1);
    deepEqual(heldBy(gate.gateId), [1]);
    deepEqual((await gate.taps())[0]?.isHeld, true);
    await running.stop();
  });

  test('wait for a week without a line, and then all come, in pieces', async () => {
    const bench = openBench(site);
    const running = bench.run();
    const gate = await bench.open();
    await gate.tap();
    await until(async () => (await gate.state()).heldUpTo === 1);
    await gate.set({ isOffline: true, whenListOlder: 'open', passBackSeconds: 0 });
    const { calls } = site.office.state;
    const before = calls.length;
    let key = gate;
    for (let day = 0; day < 7; day++) {
      for (let taps = 0; taps < 15; taps++) await key.tap();
      await site.clock.advance(24 * HOUR_MS);
      // A door lapses after a day without use; the gate behind it is the same.
      key = await bench.open();
    }
    deepEqual(calls.slice(before), []);
    await key.set({ isOffline: false });
    await until(async () => (await key.state()).heldUpTo === 106);
    deepEqual(
      heldBy(gate.gateId),
      Array.from({ length: 106 }, (_, index) => index + 1),
    );
    // 105 in pieces of at most forty.
    equal(site.office.state.uploads, 1 + 3);
    await running.stop();
  });

  test('that were brought and whose answer was lost are brought again, and are the same', async () => {
    const gate = await device();
    for (let taps = 0; taps < 90; taps++) await written(gate);
    // Nothing was asked yet; the enrolment is done, then what is held, then the first piece, whose answer is lost.
    site.office.state.fates = ['done', 'done', 'answer_lost'];
    equal(await bringRecords(gate.ports, gate.device), false);
    equal(gate.device.heldUpTo, 0);
    equal(heldBy(gate.gateId).length, 40);
    equal(await bringRecords(gate.ports, gate.device), true);
    equal(heldBy(gate.gateId).length, 90);
  });

  test('that are as long as records can be go in smaller pieces', async () => {
    const gate = await device();
    const long = ['9F10', '9F11', '9F12', '9F13'].map((tag) => ({ tag, value: systemRandom(120) }));
    for (let taps = 0; taps < 40; taps++) await written(gate, long);
    equal(await bringRecords(gate.ports, gate.device), true);
    equal(heldBy(gate.gateId).length, 40);
    equal(site.office.state.uploads, 2);
  });

  test('of an earlier life are asked for before any is brought', async () => {
    const first = await device();
    await written(first);
    await bringRecords(first.ports, first.device);
    await written(first);
    const second = await revived(first.gateId);
    site.office.state.uploads = 0;
    await bringRecords(second.ports, second.device);
    deepEqual([heldBy(first.gateId), site.office.state.uploads], [[1, 2], 1]);
  });

  test('that the back office lost are brought again', async () => {
    const gate = await device();
    for (let taps = 0; taps < 3; taps++) await written(gate);
    await bringRecords(gate.ports, gate.device);
    site.office.forget(gate.gateId);
    await written(gate);
    // It does not know the gate, which then enrols anew.
    equal(await bringRecords(gate.ports, gate.device), false);
    equal(gate.device.trouble, 'not_enrolled');
    await bringRecords(gate.ports, gate.device);
    const again = await revived(gate.gateId);
    await bringRecords(again.ports, again.device);
    deepEqual(heldBy(gate.gateId), [1, 2, 3, 4]);
  });

  test('that the gate lost while the back office has them take it out of service: no number is used twice', async () => {
    const bench = openBench(site);
    const gate = await bench.open();
    await gate.tap();
    const first = await revived(gate.gateId);
    await bringRecords(first.ports, first.device);
    // The disk was replaced by an empty one.
    const bare = openSite(site.sql, air);
    const wiped = { ...bare, office: site.office };
    const next = openBench(wiped);
    const running = next.run();
    const same = next.gateWithKey(gate.key, gate.gateId);
    await until(async () => (await same.state()).trouble === 'records_lost');
    equal((await same.tap()).code, 'gate.out_of_service');
    await running.stop();
  });

  test('that were lost while the back office is away take the gate out of service at its next start', async () => {
    site.office.state.isUp = false;
    const gate = await device();
    // As far behind as what is remembered of them may be.
    for (let taps = 0; taps < 33; taps++) await written(gate);
    const journal = site.journals.get(gate.gateId);
    ok(journal !== undefined);
    for (const left of [0, 1]) {
      const key = (await openBench(site).open()).key;
      const rolledBack = openSite(site.sql, air);
      const copy = await rolledBack.openJournal(gate.gateId);
      for (const entry of await journal.read(0, left)) await copy.append(entry);
      rolledBack.office.state.isUp = false;
      const same = openBench(rolledBack).gateWithKey(key, gate.gateId);
      await same.set({ whenListOlder: 'open' });
      const { shut, trouble } = await same.state();
      deepEqual([shut, trouble], ['gate.out_of_service', 'records_lost']);
      equal((await same.tap()).code, 'gate.out_of_service');
      equal(copy.count(), left);
    }
  });

  test('that were brought, or were there at a start, are remembered to the last', async () => {
    const gate = await device();
    const remembered = async () => {
      const rows = await database.sql(
        'select records_written::integer as n from gate.gate order by 1',
      );
      return rows[0]?.n;
    };
    for (let taps = 0; taps < 3; taps++) await written(gate);
    await bringRecords(gate.ports, gate.device);
    equal(await remembered(), 3);
    for (let taps = 0; taps < 4; taps++) await written(gate);
    equal(await remembered(), 3);
    await revived(gate.gateId);
    equal(await remembered(), 7);
  });

  test('are never more than 32 ahead of what is remembered, also where nobody can remember', async () => {
    const { ports, device: gate } = await device();
    let isFull = false;
    const sql: typeof ports.sql = (text, values) =>
      isFull ? Promise.reject(new StorageUnavailable('full')) : ports.sql(text, values);
    const full = { ports: { ...ports, sql }, device: gate };
    isFull = true;
    for (let taps = 0; taps < 32; taps++) await written(full);
    await rejects(written(full), StorageUnavailable);
    equal(gate.journal.count(), 32);
    isFull = false;
    equal((await written(full)).sequence, 33);
  });

  test('of a gate that is cut off are remembered between its taps, not while somebody waits', async () => {
    const gate = await device();
    gate.device.row = {
      ...gate.device.row,
      settings: { ...gate.device.row.settings, isOffline: true },
    };
    for (let taps = 0; taps < 16; taps++) await written(gate);
    await runErrands(gate.ports, gate.fleet, gate.device);
    equal(gate.device.recordsWritten, 16);
    equal((await revived(gate.gateId)).device.row.recordsWritten, 16);
  });

  test('that are lost stay lost whatever else goes wrong', async () => {
    const gate = await device();
    for (let taps = 0; taps < 3; taps++) await written(gate);
    await bringRecords(gate.ports, gate.device);
    const bare = openSite(site.sql, air);
    site = { ...bare, office: site.office };
    const next = await revived(gate.gateId);
    site.office.state.listOnTheWay = () => new Uint8Array(10);
    await runErrands(next.ports, next.fleet, next.device);
    equal(next.device.trouble, 'list_forged');
    const state = await stateOf(next.ports, next.device);
    deepEqual([state.shut, state.trouble], ['gate.out_of_service', 'records_lost']);
    // The back office forgets them; the numbers were signed all the same.
    site.office.forget(gate.gateId);
    await runErrands(next.ports, next.fleet, next.device);
    equal((await stateOf(next.ports, next.device)).shut, 'gate.out_of_service');
  });

  test('that are not believed do not keep back those behind them', async () => {
    const gate = await device();
    for (let taps = 0; taps < 41; taps++) await written(gate);
    const journal = site.journals.get(gate.gateId);
    ok(journal !== undefined);
    // Somebody wrote into the disk.
    const read = journal.read;
    journal.read = async (index, most) => {
      const entries = await read(index, most);
      return entries.map((entry, at) => {
        if (index + at !== 0) return entry;
        const changed = entry.slice();
        changed[30] = (changed[30] as number) ^ 1;
        return changed;
      });
    };
    const again = await revived(gate.gateId);
    equal(await bringRecords(again.ports, again.device), false);
    equal(again.device.trouble, 'records_refused');
    equal(site.office.heldCount(gate.gateId), 40);
  });
});

test('whatever is cut, lost or restarted, nothing is lost and nothing doubled', async () => {
  const fates = fc.array(fc.constantFrom<Fate>('done', 'answer_lost', 'lost'), { maxLength: 6 });
  const acts = fc.array(
    fc.oneof(
      fc.record({ act: fc.constant('tap' as const), times: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ act: fc.constant('bring' as const), fates }),
      fc.record({ act: fc.constant('restart' as const) }),
    ),
    { maxLength: 12 },
  );
  let number = 1;
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      site = openSite(database.sql, air);
      await database.truncate();
      const opened = await openBench(site).open(ENTRANCE, number++ % 99 || 1);
      let gate = await revived(opened.gateId);
      for (const each of all) {
        if (each.act === 'tap') for (let n = 0; n < each.times; n++) await written(gate);
        if (each.act === 'restart') gate = await revived(gate.gateId);
        if (each.act === 'bring') {
          site.office.state.fates = each.fates;
          await bringRecords(gate.ports, gate.device);
        }
      }
      site.office.state.fates = [];
      equal(await bringRecords(gate.ports, gate.device), true);
      deepEqual(site.office.recordsOf(gate.gateId), await journalOf(site, gate.gateId));
    }),
    { numRuns: 40 },
  );
});

describe('the clock', () => {
  test('of a gate that is off is put right, by half the way', async () => {
    const bench = openBench(site);
    const gate = await bench.open();
    await gate.set({ clockOffMs: -5000 });
    const life = await revived(gate.gateId);
    equal(await syncClock(life.ports, life.device), true);
    deepEqual(life.device.comparison, { offsetMs: 5000, uncertaintyMs: 0, atMs: START_MS - 5000 });
    // The next life knows it too.
    deepEqual((await revived(gate.gateId)).device.comparison, life.device.comparison);
  });

  test('is in each record, as far off as it may be by then', async () => {
    const bench = openBench(site);
    const gate = await bench.open();
    await gate.tap();
    await gate.set({ isOffline: true });
    await site.clock.advance(12 * HOUR_MS);
    await gate.tap('second');
    const [first, second] = await journalOf(site, gate.gateId);
    equal(first?.uncertaintyMs, 0);
    // 43,200 s x 50 millionths = 2.16 s. The transit sheet, section 2.4.
    equal(second?.uncertaintyMs, 2160);
  });

  test('that is set back shuts the gate until it is compared again, since nobody knows the age of its list', async () => {
    const bench = openBench(site);
    const gate = await bench.open();
    await gate.tap();
    await gate.set({ isOffline: true, clockOffMs: -HOUR_MS });
    equal((await gate.tap('second')).code, 'gate.list_too_old');
    await gate.set({ isOffline: false, clockOffMs: -HOUR_MS });
    equal((await gate.tap('second')).outcome, 'opened');
    const [, second] = await journalOf(site, gate.gateId);
    deepEqual([second?.offsetMs, second?.deviceTimeMs], [HOUR_MS, START_MS - HOUR_MS]);
  });
});

test('all gates are shown to their operator, and one record to whoever explains it', async () => {
  const bench = openBench(site);
  const gate = await bench.open();
  await bench.open(EXIT);
  const { record = '' } = await gate.tap();
  const { gates } = await yes(bench.operator(contract.gates, {}));
  deepEqual(gates.map(({ place }) => place.direction).sort(), ['in', 'out']);
  const shown = await yes(bench.operator(contract.record, { gateId: gate.gateId, sequence: 1 }));
  equal(shown.record, record);
});
