import { equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Link } from '@octavo/domain/ports.ts';
import type { Database } from '../../../platform/src/postgres.ts';
import {
  openAcquirerDatabase,
  openBench,
  playNetwork,
  playTerminal,
  silent,
  until,
} from './bench.test.ts';
import type { AcquirerPorts } from './service.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

/** What is left of a life: how many port calls it may still make. */
type Life = { left: number; ended: boolean };

/** Ports of a service that dies at one of its calls: `before` it is done, or `after` but before it is answered. */
function mortal(life: Life, when: 'before' | 'after') {
  const forever = new Promise<never>(() => {});
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    if (life.ended) return forever;
    life.ended = --life.left < 0;
    if (!life.ended) return act();
    if (when === 'after') await act();
    return forever;
  };
  const wrapped = <Port extends object>(port: Port): Port =>
    Object.fromEntries(
      Object.entries(port).map(([name, act]) => [
        name,
        (...values: unknown[]) => call(() => act(...values)),
      ]),
    ) as Port;
  const wrappedLink = (link: Link): Link => ({
    frames: link.frames,
    send: (frame) => call(() => link.send(frame)),
    close: () => link.close(),
  });
  return (ports: AcquirerPorts): AcquirerPorts => ({
    ...ports,
    clock: {
      nowMs: ports.clock.nowMs,
      sleep: (ms, signal) => (life.ended ? forever : ports.clock.sleep(ms, signal)),
    },
    sql: (text, values) => call(() => ports.sql(text, values)),
    keys: wrapped(ports.keys),
    dialNetwork: async () => wrappedLink(await call(ports.dialNetwork)),
  });
}

for (const habit of ['answering', 'silent'] as const) {
  for (const when of ['before', 'after'] as const) {
    test(`a life that ends ${when} any port call, the network ${habit}: the payment ends, and left at most once`, async () => {
      let isOver = false;
      for (let calls = 0; !isOver; calls++) {
        await database.truncate();
        const life: Life = { left: Number.POSITIVE_INFINITY, ended: false };
        const network = playNetwork();
        if (habit === 'silent') network.state.habit = silent;
        const first = openBench(database.sql, network, undefined, mortal(life, when));
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
