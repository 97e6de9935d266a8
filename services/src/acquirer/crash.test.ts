import { equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Life, mortal } from '../mortal.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  approve,
  openAcquirerDatabase,
  openBench,
  playNetwork,
  playTerminal,
  silent,
} from './bench.test.ts';
import type { AcquirerPorts } from './service.ts';
import { playOperator, type Tap } from './transit-bench.test.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

/** The acquirer's ports under a life. */
function dying(life: Life) {
  const { ports: wrapped, dial } = mortal(life);
  return (ports: AcquirerPorts): AcquirerPorts => ({
    ...wrapped(ports),
    dialNetwork: dial(ports.dialNetwork),
  });
}

for (const habit of ['answering', 'silent'] as const) {
  test(`a life that ends at any port call, the network ${habit}: the payment ends, and left at most once`, async () => {
    let isOver = false;
    for (let calls = 0; !isOver; calls++) {
      await database.truncate();
      const life: Life = { left: Number.POSITIVE_INFINITY, ended: false };
      const network = playNetwork();
      if (habit === 'silent') network.state.habit = silent;
      const first = openBench(database.sql, network, undefined, dying(life));
      await first.signedOn();
      const terminal = await playTerminal(first);
      await terminal.signIn();
      life.left = calls;
      const asked = terminal.purchase();
      await terminal.send(await terminal.seal('0200', asked));
      const answered = terminal.next();
      let hasAnswer = false;
      void answered.then(() => {
        hasAnswer = true;
      });
      await until(async () => {
        await first.clock.advance(habit === 'silent' ? 1_000 : 0);
        const reversed = habit === 'answering' || network.got('0420').length > 0;
        return life.ended || (hasAnswer && reversed);
      });
      isOver = !life.ended;
      life.ended = true;
      first.stop();
      network.drop();
      await checkSettled(network, first.clock);
    }
  });
}

for (const habit of ['answering', 'silent'] as const) {
  test(`a life that ends at any port call of a charge, the network ${habit}: it ends, and left at most once`, async () => {
    await transitAtEveryCall(habit, 'charge');
  });
  test(`a life that ends at any port call of an advice, the network ${habit}: the next gets its verdict`, async () => {
    await transitAtEveryCall(habit, 'advice');
  });
}

/** Have a transit operator ask for something once for each port call, with the first life ending there. */
async function transitAtEveryCall(
  habit: 'answering' | 'silent',
  what: 'charge' | 'advice',
): Promise<void> {
  let isOver = false;
  for (let calls = 0; !isOver; calls++) {
    await database.truncate();
    const life: Life = { left: Number.POSITIVE_INFINITY, ended: false };
    const network = playNetwork();
    if (habit === 'silent') network.state.habit = silent;
    const first = openBench(database.sql, network, undefined, dying(life));
    await first.signedOn();
    const operator = await playOperator(first);
    life.left = calls;
    const [charge, tap] = [operator.charge(), operator.tap()];
    let hasAnswer = false;
    const asking = what === 'charge' ? operator.ask(charge) : operator.advise([tap]);
    void asking.then(() => {
      hasAnswer = true;
    });
    await until(async () => {
      await first.clock.advance(habit === 'silent' ? 1_000 : 0);
      const reversed = habit === 'answering' || what === 'advice' || network.got('0420').length > 0;
      return life.ended || (hasAnswer && reversed);
    });
    isOver = !life.ended;
    life.ended = true;
    first.stop();
    network.drop();
    if (what === 'charge') await checkSettled(network, first.clock);
    else await checkAdvised(network, first.clock, operator, tap);
  }
}

/** Asked for again in the next life, an advice comes to its verdict; what left again left as a repeat of the same. */
async function checkAdvised(
  network: ReturnType<typeof playNetwork>,
  clock: Parameters<typeof openBench>[2],
  operator: Awaited<ReturnType<typeof playOperator>>,
  tap: Tap,
): Promise<void> {
  network.state.habit = approve;
  const second = openBench(database.sql, network, clock);
  await second.signedOn();
  const [advised] = await operator.advise([tap], second);
  equal(advised?.state, 'approved');
  const sent = network.got('0220', '0221');
  equal(network.got('0220').length <= 1, true, 'only the first leaves as 0220');
  const stamps = new Set(
    sent.map(({ fields }) => [7, 11, 37, 55].map((field) => fields[field]).join()),
  );
  equal(stamps.size, 1);
  second.stop();
}

/** The next life settles what the first left behind: nothing pending, nothing sent twice, every doubt reversed. */
async function checkSettled(
  network: ReturnType<typeof playNetwork>,
  clock: Parameters<typeof openBench>[2],
): Promise<void> {
  const second = openBench(database.sql, network, clock);
  await second.signedOn();
  const waiting = 'select count(*) as count from acquirer.reversal where response_code is null';
  await until(async () => {
    await second.clock.advance(1_000);
    const payments = await second.paymentsNow();
    const [row] = await database.sql(waiting);
    return row?.count === 0n && payments.every(({ state }) => state !== 'pending');
  });
  const [payment] = await second.paymentsNow();
  const sent = network.got('0200').length;
  const reversals = network.got('0420', '0421').length;
  ok(sent <= 1, 'a request leaves at most once');
  if (payment === undefined) equal(sent, 0);
  if (payment?.state === 'declined') equal(sent, 0);
  if (payment?.state === 'posted') {
    equal(sent, 1);
    equal(reversals, 0);
  }
  if (payment?.state === 'voided') ok(reversals >= 1);
  second.stop();
}
