import { deepEqual, equal } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { z } from '@hono/zod-openapi';
import type { Sql } from '@octavo/domain/ports.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  activeCard,
  addCard,
  type Bench,
  no,
  openBench,
  openPhone,
  openWalletDatabase,
  type Phone,
  states,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { setToken } from './played.test.ts';

let database: Database;
before(async () => {
  database = await openWalletDatabase();
});
after(() => database.close());
let bench: Bench;
let phone: Phone;
let card: string;
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
  phone = await openPhone(bench);
  card = await activeCard(phone);
});

type Notice = z.input<typeof contract.notify.body>;

function payment(more: Partial<Notice> = {}): Notice {
  return {
    notificationId: freshId(),
    tokenReference: card,
    atMs: bench.clock.nowMs(),
    kind: 'payment',
    amountMinor: '2850',
    currency: '156',
    merchant: 'Corner Noodles',
    approved: true,
    ...more,
  };
}

function tell(notice: Notice) {
  return bench.asTokens(contract.notify, notice);
}

async function lines(afterSequence = 0) {
  const asked = { deviceId: phone.deviceId, afterSequence };
  return (await yes(phone.holder(contract.history, asked))).lines;
}

/** A wallet before whose statement of this number something else happens to the database; 0 is the first. */
function interrupted(at: number, between: () => Promise<unknown>) {
  let statements = 0;
  const sql: Sql = async (text, values) => {
    if (statements++ === at) await between();
    return await database.sql(text, values);
  };
  return { tell: bench.tokensOf(bench.again({ sql })), statements: () => statements };
}

describe('history', () => {
  test('payments and reversals become lines, newest last, with a rising sequence', async () => {
    await yes(tell(payment()));
    await yes(tell(payment({ approved: false, code: 'issuer.insufficient_funds' })));
    await yes(tell(payment({ kind: 'reversal' })));
    const all = await lines();
    deepEqual(
      all.map(({ kind, amountMinor, currency, merchant, approved, code }) => [
        kind,
        amountMinor,
        currency,
        merchant,
        approved,
        code,
      ]),
      [
        ['payment', '2850', '156', 'Corner Noodles', true, undefined],
        ['payment', '2850', '156', 'Corner Noodles', false, 'issuer.insufficient_funds'],
        ['reversal', '2850', '156', 'Corner Noodles', true, undefined],
      ],
    );
    equal(all[0]?.tokenLastFour, bench.played.tokens.get(card)?.tokenLastFour);
    const sequences = all.map(({ sequence }) => sequence);
    deepEqual(
      sequences,
      [...new Set(sequences)].sort((left, right) => left - right),
    );
    deepEqual(
      (await lines(sequences[0])).map(({ sequence }) => sequence),
      sequences.slice(1),
    );
  });

  test('a line names its payment and how it was answered; its reversal names the same payment', async () => {
    const named = { retrievalReference: '112216000001' };
    await yes(tell(payment({ ...named, responseCode: '00' })));
    await yes(tell(payment({ ...named, kind: 'reversal' })));
    await yes(tell(payment()));
    deepEqual(
      (await lines()).map(({ retrievalReference, responseCode }) => [
        retrievalReference,
        responseCode,
      ]),
      [
        ['112216000001', '00'],
        ['112216000001', undefined],
        [undefined, undefined],
      ],
    );
    await no(tell(payment({ retrievalReference: 'short' })), 'request.malformed');
  });

  test('a notification counts once, at once or later; its id with other content is refused', async () => {
    const notice = payment();
    await Promise.all([yes(tell(notice)), yes(tell(notice)), yes(tell(notice))]);
    await yes(tell(notice));
    equal((await lines()).length, 1);
    await no(tell({ ...notice, amountMinor: '2851' }), 'request.key_reused');
  });

  test('many notifications at once all become lines', async () => {
    await Promise.all(Array.from({ length: 8 }, () => yes(tell(payment()))));
    equal((await lines()).length, 8);
  });

  test('an amount that is no number of minor units is malformed', async () => {
    await no(tell(payment({ amountMinor: '28.50' })), 'request.malformed');
    equal((await lines()).length, 0);
  });

  test('a notification about a token on no phone is taken and dropped', async () => {
    await yes(tell(payment({ tokenReference: freshId() })));
    equal((await lines()).length, 0);
  });

  test('only the token service notifies', async () => {
    await no(phone.holder(contract.notify, payment()), 'caller.not_allowed');
    await no(bench.asAnyone(contract.notify, payment()), 'request.unsigned');
  });
});

describe('a token changed by others', () => {
  function told(more: Partial<Notice> = {}): Notice {
    const { notificationId } = payment();
    const { state } = bench.played.tokens.get(card) ?? {};
    const atMs = bench.clock.nowMs();
    return {
      notificationId,
      tokenReference: card,
      atMs,
      kind: 'state',
      state,
      approved: true,
      ...more,
    };
  }

  test('suspended by the bank shows suspended, and resumed shows active', async () => {
    setToken(bench.played, 'issuer', card, 'suspend');
    await yes(tell(told()));
    deepEqual(await states(phone), ['suspended']);
    setToken(bench.played, 'issuer', card, 'resume');
    await yes(tell(told()));
    deepEqual(await states(phone), ['active']);
    deepEqual(
      (await lines()).map(({ kind }) => kind),
      ['state', 'state'],
    );
  });

  test('a late notification changes nothing: the leaf follows the token as it is', async () => {
    setToken(bench.played, 'issuer', card, 'suspend');
    const late = told();
    setToken(bench.played, 'issuer', card, 'resume');
    await yes(tell(told()));
    await yes(tell(late));
    deepEqual(await states(phone), ['active']);
  });

  test('deleted by the bank: the leaf waits for the phone to erase the instance', async () => {
    setToken(bench.played, 'issuer', card, 'delete');
    await yes(tell(told()));
    deepEqual(await states(phone), ['removing']);
  });

  test('deleted before it was ever active: the leaf is free', async () => {
    const { tokenReference = '' } = await yes(addCard(phone, 'green'));
    setToken(bench.played, 'issuer', tokenReference, 'delete');
    await yes(tell(told({ tokenReference, state: 'deleted' })));
    deepEqual(await states(phone), ['active']);
  });

  test('a token service that does not answer is told to come again', async () => {
    setToken(bench.played, 'issuer', card, 'suspend');
    const notice = told();
    bench.faults.push({ path: '/tokens/token', how: 'unavailable' });
    await no(tell(notice), 'unavailable');
    bench.faults.pop();
    await yes(tell(notice));
    deepEqual(await states(phone), ['suspended']);
  });
});

test('a notice that comes twice at once counts once, wherever the twin falls between two statements', async () => {
  for (let at = 0; ; at++) {
    const notice = payment();
    const before = (await lines()).length;
    const { tell: tellInterrupted, statements } = interrupted(at, () => yes(tell(notice)));
    deepEqual(await tellInterrupted(contract.notify, notice), {});
    if (statements() <= at) break;
    equal((await lines()).length, before + 1);
  }
});
