import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { type Life, mortal } from '../mortal.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  approve,
  askOf,
  decline,
  dump,
  type Habit,
  MERCHANT_ID,
  openBench,
  openFields,
  openTerminalDatabase,
  playAcquirer,
  TERMINAL_ID,
  TOKEN,
} from './bench.test.ts';
import * as contract from './contract.ts';

let database: Database;
let air: Awaited<ReturnType<typeof openFields>>;
before(async () => {
  database = await openTerminalDatabase();
  air = await openFields();
});
after(() => database.close());
beforeEach(() => database.truncate());

/** A till with one approved payment. */
async function openPaid() {
  const bench = openBench(database.sql, air);
  const cashier = await bench.cashier();
  const paid = askOf();
  ok(!isRefused(await cashier.client(contract.pay, paid)));
  const payment = paid.requestId;
  return { bench, cashier, payment, ask: { requestId: freshId(), payment } };
}

const refusal = (code: string) => ({ kind: 'refused', code });

/** The acquirer approves and then never answers a reversal. */
const deaf: Habit = (message) => (message.mti === '0400' ? undefined : approve(message));

describe('taking an approved payment back', () => {
  test('reverses it by its batch and trace number, with nothing of the card', async () => {
    const { bench, cashier, payment, ask } = await openPaid();
    const answer = await cashier.client(contract.voidPayment, ask);
    ok(!isRefused(answer));
    deepEqual(
      [answer.confirmed, answer.payment.state, answer.payment.responseCode],
      [true, 'voided', '00'],
    );
    deepEqual(
      [answer.payment.requestId, answer.payment.attempts, answer.payment.mayTakeBack],
      [payment, 1, false],
    );
    const [reversal] = bench.acquirer.got('0400');
    ok(reversal);
    deepEqual(
      { ...reversal.fields, 64: '' },
      {
        3: '000000',
        4: '000000001250',
        11: '000001',
        12: '163001',
        13: '1122',
        22: '072',
        25: '00',
        39: '06',
        41: TERMINAL_ID,
        42: MERCHANT_ID,
        49: '156',
        60: '2200000100060',
        64: '',
      },
    );
    equal((await dump(database.sql)).includes(TOKEN), false);
    bench.stop();
  });

  test('is told with the names of its payment', async () => {
    const { bench, cashier, payment, ask } = await openPaid();
    const before = bench.events.length;
    await cashier.client(contract.voidPayment, ask);
    const told = bench.events.slice(before);
    deepEqual(
      told.map(({ type }) => type),
      ['terminal.take_back', 'iso8583', 'terminal.reversed'],
    );
    for (const { detail } of told) {
      deepEqual(
        [detail.requestId, detail.terminalId, detail.traceNumber, detail.retrievalReference],
        [payment, TERMINAL_ID, '000001', '112216000123'],
      );
    }
    bench.stop();
  });

  test('the same request again, at once or later, tells how far it has come and asks once', async () => {
    const { bench, cashier, ask } = await openPaid();
    const [first, second] = await Promise.all([
      cashier.client(contract.voidPayment, ask),
      cashier.client(contract.voidPayment, ask),
    ]);
    deepEqual(second, first);
    deepEqual(await cashier.client(contract.voidPayment, ask), first);
    equal(bench.acquirer.got('0400').length, 1);
    bench.stop();
  });

  test('a used request id with another body is refused', async () => {
    const { bench, cashier, payment, ask } = await openPaid();
    await cashier.client(contract.voidPayment, ask);
    const other = { ...ask, payment: freshId() };
    deepEqual(await cashier.client(contract.voidPayment, other), refusal('request.key_reused'));
    const asPayment = { requestId: payment, payment };
    deepEqual(await cashier.client(contract.voidPayment, asPayment), refusal('request.key_reused'));
    bench.stop();
  });

  test('a second time is refused, and of two at once one is done', async () => {
    const { bench, cashier, payment } = await openPaid();
    const answers = await Promise.all(
      [freshId(), freshId()].map((requestId) =>
        cashier.client(contract.voidPayment, { requestId, payment }),
      ),
    );
    deepEqual(answers.filter(isRefused), [refusal('terminal.already_voided')]);
    const again = { requestId: freshId(), payment };
    const answer = await cashier.client(contract.voidPayment, again);
    deepEqual(answer, refusal('terminal.already_voided'));
    equal(bench.acquirer.got('0400').length, 1);
    bench.stop();
  });

  test('of another till is as unknown as none; the operator may', async () => {
    const { bench, payment, ask } = await openPaid();
    const other = await bench.cashier();
    const unknown = refusal('terminal.payment_unknown');
    deepEqual(await other.client(contract.voidPayment, ask), unknown);
    deepEqual(
      await other.client(contract.voidPayment, { requestId: freshId(), payment: freshId() }),
      unknown,
    );
    equal(bench.acquirer.got('0400').length, 0);
    const own = await bench.operator(contract.voidPayment, { requestId: freshId(), payment });
    ok(!isRefused(own));
    equal(own.confirmed, true);
    bench.stop();
  });

  test('that was declined, or is of a batch that is over, is refused', async () => {
    const { bench, cashier, payment } = await openPaid();
    bench.acquirer.state.habit = decline('51');
    const declined = askOf();
    await cashier.client(contract.pay, declined);
    const notPosted = refusal('terminal.not_posted');
    const ofDeclined = { requestId: freshId(), payment: declined.requestId };
    deepEqual(await cashier.client(contract.voidPayment, ofDeclined), notPosted);
    // The last trace number of the first batch is used up, so the next payment begins another.
    await database.sql(
      `update terminal.payment set sequence = 999999 where sequence = 2 and state = 'declined'`,
    );
    const ofBefore = { requestId: freshId(), payment };
    deepEqual(await cashier.client(contract.voidPayment, ofBefore), notPosted);
    deepEqual(
      (await cashier.paymentsNow()).map(({ mayTakeBack }) => mayTakeBack),
      [false, false],
    );
    bench.stop();
  });

  test('not confirmed says when it is asked again, and is asked again until it is', async () => {
    const { bench, cashier, ask } = await openPaid();
    bench.acquirer.state.habit = deaf;
    const taking = cashier.client(contract.voidPayment, ask);
    await until(() => bench.acquirer.got('0400').length === 1);
    await bench.clock.advance(60_000);
    const answer = await taking;
    ok(!isRefused(answer));
    // The first rest is five seconds: ISO 8583 sheet, section 10.
    deepEqual(
      [answer.confirmed, answer.payment.state, answer.payment.attempts, answer.payment.nextTryAtMs],
      [false, 'reversing', 1, bench.clock.nowMs() + 5_000],
    );
    bench.acquirer.state.habit = approve;
    await bench.clock.advance(4_999);
    equal(bench.acquirer.got('0400').length, 1);
    await until(async () => {
      await bench.clock.advance(1_000);
      return (await cashier.paymentsNow())[0]?.state === 'voided';
    });
    equal(bench.acquirer.got('0400').length, 2);
    const later = await cashier.client(contract.voidPayment, ask);
    ok(!isRefused(later));
    deepEqual(
      [later.confirmed, later.payment.attempts, later.payment.nextTryAtMs],
      [true, 2, undefined],
    );
    bench.stop();
  });

  test('without a line is kept, and goes out when there is one', async () => {
    const { bench, cashier, ask } = await openPaid();
    bench.acquirer.drop();
    bench.acquirer.state.isListening = false;
    const answer = await cashier.client(contract.voidPayment, ask);
    ok(!isRefused(answer));
    deepEqual([answer.confirmed, answer.payment.state], [false, 'reversing']);
    bench.acquirer.state.isListening = true;
    await until(async () => {
      await bench.clock.advance(1_000);
      return (await cashier.paymentsNow())[0]?.state === 'voided';
    });
    bench.stop();
  });

  test('days after the payment is still tried for three days', async () => {
    const { bench: before, payment } = await openPaid();
    const { acquirer, clock } = before;
    before.stop();
    await clock.advance(4 * 24 * 3_600_000);
    const bench = openBench(database.sql, air, acquirer, clock);
    acquirer.state.habit = deaf;
    const taking = bench.operator(contract.voidPayment, { requestId: freshId(), payment });
    await until(() => acquirer.got('0400').length === 1);
    await clock.advance(60_000);
    await taking;
    await clock.advance(600_000);
    equal((await bench.journalNow())[0]?.state, 'reversing');
    ok(acquirer.got('0400').length > 2);
    bench.stop();
  });
});

test('a life that ends at any port call of taking back: the next one ends it', async () => {
  let isOver = false;
  for (let calls = 0; !isOver; calls++) {
    await database.truncate();
    const life: Life = { left: Number.POSITIVE_INFINITY, ended: false };
    const acquirer = playAcquirer();
    const { ports, dial } = mortal(life);
    const first = openBench(database.sql, air, acquirer, undefined, (own) => ({
      ...ports(own),
      dialAcquirer: dial(own.dialAcquirer),
    }));
    ok(!isRefused(await first.setUp()));
    const paid = askOf();
    ok(!isRefused(await first.operator(contract.pay, paid)));
    const ask = { requestId: freshId(), payment: paid.requestId };
    life.left = calls;
    let hasAnswer = false;
    void first.operator(contract.voidPayment, ask).then(() => {
      hasAnswer = true;
    });
    await until(() => life.ended || hasAnswer);
    isOver = !life.ended;
    life.ended = true;
    acquirer.drop();
    const second = openBench(database.sql, air, acquirer, first.clock);
    const asked = await second.operator(contract.voidPayment, ask);
    ok(!isRefused(asked));
    await until(async () => {
      await second.clock.advance(1_000);
      return (await second.journalNow())[0]?.state === 'voided';
    });
    second.stop();
  }
});
