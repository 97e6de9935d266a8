import { equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Life, mortal } from '../mortal.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  askOf,
  openBench,
  openFields,
  openTerminalDatabase,
  playAcquirer,
  silent,
} from './bench.test.ts';
import type { TerminalPorts } from './service.ts';

let database: Database;
let air: TerminalPorts['air'];
before(async () => {
  database = await openTerminalDatabase();
  air = await openFields();
});
after(() => database.close());
beforeEach(() => database.truncate());

/** The terminal's ports under a life. */
function dying(life: Life) {
  const { call, ports: wrapped, dial } = mortal(life);
  return (ports: TerminalPorts): TerminalPorts => ({
    ...wrapped(ports),
    dialAcquirer: dial(ports.dialAcquirer),
    air: (name) => {
      const channel = ports.air(name);
      return channel === undefined ? undefined : (command) => call(() => channel(command));
    },
  });
}

for (const habit of ['answering', 'silent'] as const) {
  test(`a life that ends at any port call, the acquirer ${habit}: the payment ends, and left at most once`, async () => {
    let isOver = false;
    for (let calls = 0; !isOver; calls++) {
      await database.truncate();
      const life: Life = { left: Number.POSITIVE_INFINITY, ended: false };
      const acquirer = playAcquirer();
      if (habit === 'silent') acquirer.state.habit = silent;
      const first = openBench(database.sql, air, acquirer, undefined, dying(life));
      ok(!isRefused(await first.setUp()));
      life.left = calls;
      const ask = askOf();
      let hasAnswer = false;
      void first.pay(ask).then(() => {
        hasAnswer = true;
      });
      await until(async () => {
        await first.clock.advance(habit === 'silent' ? 1_000 : 0);
        return life.ended || hasAnswer;
      });
      isOver = !life.ended;
      life.ended = true;
      acquirer.drop();
      await checkSettled(acquirer, first.clock, ask);
    }
  });
}

/** The next life settles what the first left behind, and the same request is told what became of it. */
async function checkSettled(
  acquirer: ReturnType<typeof playAcquirer>,
  clock: Parameters<typeof openBench>[3],
  ask: ReturnType<typeof askOf>,
): Promise<void> {
  const sentBefore = acquirer.got('0200').length;
  const second = openBench(database.sql, air, acquirer, clock);
  const isOpen = (state: string) => state === 'pending' || state === 'reversing';
  await until(async () => {
    await second.clock.advance(1_000);
    return !(await second.journalNow()).some(({ state }) => isOpen(state));
  });
  ok(sentBefore <= 1);
  equal(acquirer.got('0200').length, sentBefore, 'a request leaves at most once');
  const [line] = await second.journalNow();
  if (line === undefined) equal(sentBefore, 0);
  if (line?.state === 'voided') ok(acquirer.got('0400').length >= 1);
  if (line?.state === 'posted') {
    equal(sentBefore, 1);
    equal(acquirer.got('0400').length, 0);
  }
  if (line !== undefined) {
    const answer = await second.pay(ask);
    ok(!isRefused(answer));
    equal(answer.outcome, line.state === 'posted' ? 'approved' : 'reversed');
    equal(acquirer.got('0200').length, sentBefore);
  }
  second.stop();
}
