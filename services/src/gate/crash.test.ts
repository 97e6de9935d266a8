/** A gate whose life ends at any of its port calls: what is on the disk is a whole chain, and nobody pays twice. */
import { deepEqual, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Life, mortal } from '../mortal.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  journalOf,
  openBench,
  openFields,
  openGateDatabase,
  openSite,
  type Site,
} from './bench.test.ts';
import type { GatePorts } from './ports.ts';

let database: Database;
let air: (name: string) => Channel | undefined;
before(async () => {
  database = await openGateDatabase();
  air = await openFields();
});
after(() => database.close());

/** Ports that end with a life; the journal's writing is one of its calls. */
function dying(life: Life): (ports: GatePorts) => GatePorts {
  const { ports: wrapped, call } = mortal(life);
  return (ports) => ({
    ...wrapped(ports),
    trace: (type, detail) => {
      if (!life.ended) ports.trace(type, detail);
    },
    openJournal: async (gateId) => {
      const journal = await call(() => ports.openJournal(gateId));
      return { ...journal, append: (entry) => call(() => journal.append(entry)) };
    },
  });
}

/** What a rider does at a gate that dies at its `left`th call: taps, and after the restart taps again. */
async function tapTwice(site: Site, left: number) {
  const life: Life = { left, ended: false };
  const first = openBench(site, dying(life));
  let isOver = false;
  void first
    .open()
    .then((gate) => gate.tap())
    .then(() => {
      isOver = true;
    });
  await until(() => isOver || life.ended);
  const opened = first.events.some(({ type }) => type === 'gate.opened');
  const gate = await openBench(site).open();
  const answer = await gate.tap();
  return { isOver, opened, answer, records: await journalOf(site, gate.gateId) };
}

test('ended at any call, the rider gets through once, on one entry', async () => {
  let deaths = 0;
  for (let left = 0; ; left++) {
    await database.truncate();
    const site = openSite(database.sql, air);
    const { isOver, opened, answer, records } = await tapTwice(site, left);
    if (isOver) break;
    deaths++;
    const kinds = records.map(({ kind }) => kind);
    // A barrier that has moved has its record.
    ok(!opened || kinds[0] === 'entry');
    deepEqual(answer.outcome, 'opened', `death at call ${left}: ${answer.code}`);
    deepEqual(kinds, kinds.length === 1 ? ['entry'] : ['entry', 'check'], `death at ${left}`);
  }
  ok(deaths > 10, `${deaths} deaths`);
});
