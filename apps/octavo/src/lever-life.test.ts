/** What is left of a service's ports when its life has ended: nothing is asked, answered or told any more. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlRow } from '@octavo/domain/ports.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { memoryLink } from '@octavo/platform/link.ts';
import type { WorldPorts } from '@octavo/services/compose';
import { beginLife } from './lever-life.ts';

function begin() {
  const asked: string[] = [];
  const told: string[] = [];
  let answer: (rows: readonly SqlRow[]) => void = () => {};
  const [near, far] = memoryLink();
  const ports = {
    clock: manualClock(0),
    sql: (text: string) => {
      asked.push(text);
      return new Promise<readonly SqlRow[]>((resolve) => {
        answer = resolve;
      });
    },
    traceFor: () => (type: string) => void told.push(type),
    air: () => async (command: Uint8Array) => command,
    dial: { networkToIssuer: async () => near },
    // What the life does not touch is not here.
  } as unknown as WorldPorts;
  const life = beginLife(ports);
  const came: string[] = [];
  const note = (what: string) => () => void came.push(what);
  return { life, ports: life.ports, far, asked, told, came, note, answer: () => answer([]) };
}

const settled = () => new Promise(setImmediate);

test('the living are answered', async () => {
  const { ports, answer, told, came, note } = begin();
  void ports.sql('select 1').then(note('rows'));
  void ports.air('field')?.(new Uint8Array(1)).then(note('air'));
  answer();
  await settled();
  ports.traceFor('issuer')('alive', {});
  deepEqual(came.toSorted(), ['air', 'rows']);
  deepEqual(told, ['alive']);
});

test('what was under way at death is done, and its answer never comes', async () => {
  const { life, ports, answer, asked, came, note } = begin();
  void ports.sql('update').then(note('rows'));
  await settled();
  life.end();
  answer();
  await settled();
  deepEqual([asked, came], [['update'], []]);
});

test('the dead ask nothing, sleep for ever and tell nothing', async () => {
  const { life, ports, asked, told, came, note } = begin();
  life.end();
  void ports.sql('update').then(note('rows'));
  void ports.clock.sleep(0).then(note('sleep'));
  void ports.air('field')?.(new Uint8Array(1)).then(note('air'));
  ports.traceFor('issuer')('dead', {});
  await settled();
  deepEqual([asked, told, came], [[], [], []]);
});

test('links drop at death: the peer learns it, the dead does not', async () => {
  const { life, ports, far, came, note } = begin();
  const link = await ports.dial.networkToIssuer();
  void link.frames[Symbol.asyncIterator]().next().then(note('frame'));
  life.end();
  equal((await far.frames[Symbol.asyncIterator]().next()).done, true);
  await settled();
  deepEqual(came, []);
});

test('who waits at a door when its service dies hears that it is unavailable', async () => {
  const { life } = begin();
  const open = life.open(() => new Promise<Response>(() => {}));
  const answering = open(new Request('http://world/issuer/account'));
  life.end();
  const response = await answering;
  deepEqual([response.status, await response.json()], [503, { code: 'unavailable' }]);
});
