import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { encodeSnapshot, listDigest } from '@octavo/lib/transit/deny-list.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { until } from '../until.fixture.ts';
import {
  ENTRANCE,
  EXIT,
  HOUR_MS,
  keys,
  MINUTE_MS,
  openBench,
  openFields,
  openGateDatabase,
  openSite,
  portsOf,
  type Site,
  START_MS,
  TOKEN,
} from './bench.test.ts';
import { openFleet } from './fleet.ts';
import { pullList } from './office.ts';

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

describe('the deny list', () => {
  const entry = () => keys.transit.denyEntry('DENY1', TOKEN);

  test('comes whole first, then by what changed, and lasts through a restart', async () => {
    const { ports, fleet, device: gate, gateId } = await device();
    equal(await pullList(ports, fleet, gate), true);
    equal(gate.list?.version, 1);
    site.office.publish([await entry()]);
    equal(await pullList(ports, fleet, gate), true);
    deepEqual([gate.list?.version, gate.list?.entries], [2, await entry()]);
    const next = await revived(gateId);
    deepEqual(next.device.list, gate.list);
  });

  test('that did not change is known to be fresh', async () => {
    const { ports, fleet, device: gate } = await device();
    await pullList(ports, fleet, gate);
    await site.clock.advance(HOUR_MS);
    await pullList(ports, fleet, gate);
    equal(gate.list?.issuedAtMs, START_MS + HOUR_MS);
  });

  test('of a gate that is far behind comes whole again', async () => {
    const { ports, fleet, device: gate } = await device();
    await pullList(ports, fleet, gate);
    for (let versions = 0; versions < 3; versions++) site.office.publish([await entry()]);
    await pullList(ports, fleet, gate);
    equal(gate.list?.version, 4);
  });

  test('changed on its way, or signed by somebody else, is not taken', async () => {
    const { ports, fleet, device: gate } = await device();
    await pullList(ports, fleet, gate);
    const before = gate.list;
    site.office.publish([await entry()]);
    const last = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 60 ? byte ^ 1 : byte));
    const forged = () => {
      const body = { epoch: 1, version: 9, issuedAtMs: START_MS, entries: new Uint8Array(0) };
      const digest = listDigest(body.entries);
      return encodeSnapshot({ ...body, digest, signature: systemRandom(64) });
    };
    for (const onTheWay of [last, forged, () => new Uint8Array(10), () => new Uint8Array(0)]) {
      site.office.state.listOnTheWay = onTheWay;
      equal(await pullList(ports, fleet, gate), false);
      deepEqual([gate.trouble, gate.list], ['list_forged', before]);
    }
    site.office.state.listOnTheWay = (bytes) => bytes;
    equal(await pullList(ports, fleet, gate), true);
    deepEqual([gate.trouble, gate.list?.version], [undefined, 2]);
  });

  test('that is a replay of an old one is not taken, and the newer one stays', async () => {
    const { ports, fleet, device: gate } = await device();
    let old: Uint8Array | undefined;
    site.office.state.listOnTheWay = (bytes) => {
      old ??= bytes;
      return bytes;
    };
    await pullList(ports, fleet, gate);
    site.office.publish([await entry()]);
    await site.clock.advance(MINUTE_MS);
    await pullList(ports, fleet, gate);
    const before = gate.list;
    site.office.state.listOnTheWay = () => old as Uint8Array;
    // It is asked for as a delta, then whole; the old whole list is told to be either.
    for (let versions = 0; versions < 3; versions++) site.office.publish([]);
    equal(await pullList(ports, fleet, gate), false);
    deepEqual([gate.trouble, gate.list], ['list_older', before]);
  });

  test('whose delta does not fit is fetched whole', async () => {
    const { ports, fleet, device: gate } = await device();
    await pullList(ports, fleet, gate);
    site.office.publish([await entry()]);
    // The gate's own list was spoilt: what changed leads somewhere else.
    gate.list = { epoch: 1, version: 1, issuedAtMs: START_MS, entries: systemRandom(12) };
    site.office.state.calls = [];
    equal(await pullList(ports, fleet, gate), true);
    deepEqual(site.office.state.calls, ['/transit/list', '/transit/list']);
    deepEqual(gate.list?.entries, await entry());
  });

  test('is one array for all gates of a version', async () => {
    const bench = openBench(site);
    const ids = [await bench.open(), await bench.open(EXIT)].map(({ gateId }) => gateId);
    const ports = portsOf(site);
    const fleet = openFleet(ports);
    const lists = [];
    for (const gateId of ids) {
      const gate = await fleet.find(gateId);
      ok(gate !== undefined);
      await pullList(ports, fleet, gate);
      lists.push(gate.list?.entries);
    }
    ok(lists[0] !== undefined && lists[0] === lists[1]);
  });

  test('under other keys than the gate’s lets nobody through, whatever the gate does with an old one', async () => {
    site.office.publish([await entry()]);
    const gate = await openBench(site).open();
    equal((await gate.tap()).code, 'gate.on_deny_list');
    await gate.set({ whenListOlder: 'open' });
    site.office.state.isUp = false;
    // The gate's keys were changed, and no list under them has come yet.
    const rekeyed = openBench(site, (ports) => ({
      ...ports,
      keys: { ...ports.keys, denyEpoch: async () => 2 },
    }));
    const same = rekeyed.gateWithKey(gate.key, gate.gateId);
    for (const field of ['willing', 'stranger'])
      equal((await same.tap(field)).code, 'gate.list_too_old');
    equal((await same.state()).shut, 'gate.list_too_old');
  });

  test('that there is none of stops nobody where an old one does not', async () => {
    site.office.state.isUp = false;
    const gate = await openBench(site).open();
    await gate.set({ whenListOlder: 'open' });
    equal((await gate.tap()).outcome, 'opened');
  });

  test('that was removed from is soon seen at a gate where somebody is', async () => {
    site.office.publish([await entry()]);
    const bench = openBench(site);
    const running = bench.run();
    const gate = await bench.open();
    equal((await gate.tap()).code, 'gate.on_deny_list');
    site.office.publish([]);
    await site.clock.advance(30_000);
    await until(async () => (await gate.state()).list?.version === 3);
    equal((await gate.tap()).outcome, 'opened');
    await running.stop();
  });
});
