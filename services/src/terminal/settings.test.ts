import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv } from '@octavo/lib/tlv/tlv.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { askOf, openBench, openFields, openTerminalDatabase } from './bench.test.ts';
import * as contract from './contract.ts';
import type { TerminalPorts } from './service.ts';

let database: Database;
let fields: TerminalPorts['air'];
before(async () => {
  database = await openTerminalDatabase();
  fields = await openFields();
});
after(() => database.close());
beforeEach(() => database.truncate());

/** A bench whose phones write down what they are asked. */
async function openTill() {
  const commands: string[] = [];
  const air: TerminalPorts['air'] = (name) => {
    const channel = fields(name);
    if (channel === undefined) return undefined;
    return (command) => {
      commands.push(toHex(command));
      return channel(command);
    };
  };
  const bench = openBench(database.sql, air);
  const cashier = await bench.cashier();
  /** The qualifiers (9F66) of the last GET PROCESSING OPTIONS: first in its data, after tag and length of the template. */
  const qualifiers = () =>
    commands.findLast((command) => command.startsWith('80A80000'))?.slice(14, 22);
  return { bench, cashier, commands, qualifiers };
}

/** A payment's outcome and code. */
async function verdict(paid: ReturnType<Awaited<ReturnType<typeof openTill>>['cashier']['pay']>) {
  const answer = await paid;
  ok(!isRefused(answer));
  return [answer.outcome, answer.code];
}

// The bits of 9F66 are those of the EMV contactless sheet, section 4.1: byte 1, 20 quick path, 08 offline only;
// byte 2, 80 online cryptogram required, 40 holder to be verified; byte 4, 80 fDDA version 01.
describe('the reader’s settings', () => {
  test('begin as those of every reader: everything online, the holder from 1,000.00 on', async () => {
    const { bench, cashier, qualifiers } = await openTill();
    deepEqual(await cashier.client(contract.settings, {}), {
      version: 0,
      settings: {
        floorLimitMinor: 0,
        cvmLimitMinor: 100_000,
        contactlessLimitMinor: null,
        offlineOnly: false,
        country: '156',
        currency: '156',
      },
    });
    await cashier.pay();
    equal(qualifiers(), '20800080');
    bench.stop();
  });

  test('the floor limit: above it the reader wants an online cryptogram', async () => {
    const { bench, cashier, qualifiers } = await openTill();
    await cashier.set({ floorLimitMinor: 1_250 });
    deepEqual(await verdict(cashier.pay({ amountMinor: 1_250 })), ['approved', undefined]);
    equal(qualifiers(), '20000080');
    deepEqual(await verdict(cashier.pay({ amountMinor: 1_251 })), ['approved', undefined]);
    equal(qualifiers(), '20800080');
    bench.stop();
  });

  test('the holder limit: from it on the reader wants a verified holder', async () => {
    const { bench, cashier, qualifiers } = await openTill();
    await cashier.set({ cvmLimitMinor: 1_250 });
    deepEqual(await verdict(cashier.pay({ amountMinor: 1_249 })), ['approved', undefined]);
    equal(qualifiers(), '20800080');
    // A phone that waits for its holder says so; one that answers without is declined by the reader.
    deepEqual(await verdict(cashier.pay({ air: 'waiting' })), ['see_phone', undefined]);
    equal(qualifiers(), '20C00080');
    const unverified = ['declined', 'tap.holder_not_verified'];
    deepEqual(await verdict(cashier.pay({ amountMinor: 1_250 })), unverified);
    equal(bench.acquirer.got('0200').length, 1);
    bench.stop();
  });

  test('the contactless limit: from it on another interface is asked for, and no phone is', async () => {
    const { bench, cashier, commands } = await openTill();
    await cashier.set({ contactlessLimitMinor: 1_250 });
    for (const field of ['willing', 'nobody']) {
      const answer = await cashier.pay({ amountMinor: 1_250, air: field });
      deepEqual(answer, {
        outcome: 'other_interface',
        code: 'terminal.over_limit',
        message: 'Insert or swipe card',
        tookMs: 0,
      });
    }
    deepEqual(commands, []);
    deepEqual(await verdict(cashier.pay({ amountMinor: 1_249 })), ['approved', undefined]);
    bench.stop();
  });

  test('nothing is no amount to be tapped', async () => {
    const { bench, cashier } = await openTill();
    deepEqual(await verdict(cashier.pay({ amountMinor: 0 })), ['other_interface', undefined]);
    bench.stop();
  });

  test('offline only: the phone, which pays online, is declined without a line', async () => {
    const { bench, cashier, qualifiers } = await openTill();
    await cashier.set({ offlineOnly: true, floorLimitMinor: 100_000 });
    bench.acquirer.state.isListening = false;
    deepEqual(await verdict(cashier.pay()), ['declined', 'terminal.offline_only']);
    equal(qualifiers(), '28000080');
    deepEqual(bench.acquirer.mtis(), []);
    deepEqual(await cashier.paymentsNow(), []);
    bench.stop();
  });

  test('currency and country are sealed by the phone and sent to the acquirer', async () => {
    const { bench, cashier } = await openTill();
    await cashier.set({ country: '344', currency: '344' });
    await cashier.pay({ currency: '344' });
    const [asked] = bench.acquirer.got('0200');
    ok(asked);
    const chip = new Map(
      decodeTlv(fromHex(asked.fields[55] ?? '')).map(({ tag, value }) => [tag, toHex(value)]),
    );
    deepEqual([asked.fields[49], chip.get('5F2A'), chip.get('9F1A')], ['344', '0344', '0344']);
    bench.stop();
  });

  test('a payment in another currency than the till’s is refused before the phone is asked', async () => {
    const { bench, cashier, commands } = await openTill();
    const done = askOf();
    await cashier.client(contract.pay, done);
    await cashier.set({ currency: '840' });
    const before = commands.length;
    const changed = { kind: 'refused', code: 'terminal.settings_changed' };
    deepEqual(await cashier.pay(), changed);
    equal(commands.length, before);
    // What was paid before is told as it was.
    equal((await verdict(cashier.client(contract.pay, done)))[0], 'approved');
    bench.stop();
  });

  test('bind their own till and not another, nor the operator', async () => {
    const { bench, cashier, qualifiers } = await openTill();
    await cashier.set({ floorLimitMinor: 100_000, currency: '344' });
    const other = await bench.cashier();
    await other.pay();
    equal(qualifiers(), '20800080');
    const paid = await bench.pay();
    ok(!isRefused(paid));
    equal(qualifiers(), '20800080');
    bench.stop();
  });
});

describe('changing the settings', () => {
  test('of a version that is not the last is refused, and of two at once one is done', async () => {
    const { bench, cashier } = await openTill();
    const read = await cashier.client(contract.settings, {});
    ok(!isRefused(read));
    const ask = (floorLimitMinor: number) => ({
      requestId: freshId(),
      version: 0,
      settings: { ...read.settings, floorLimitMinor },
    });
    const answers = await Promise.all(
      [1, 2].map((limit) => cashier.client(contract.changeSettings, ask(limit))),
    );
    const changed = { kind: 'refused', code: 'terminal.settings_changed' };
    deepEqual(answers.filter(isRefused), [changed]);
    const [done] = answers.filter((answer) => !isRefused(answer));
    deepEqual(await cashier.client(contract.settings, {}), done);
    deepEqual(await cashier.client(contract.changeSettings, ask(3)), changed);
    bench.stop();
  });

  test('under one request id is done once; under a used one with another body refused', async () => {
    const { bench, cashier } = await openTill();
    const read = await cashier.client(contract.settings, {});
    ok(!isRefused(read));
    const ask = {
      requestId: freshId(),
      version: 0,
      settings: { ...read.settings, offlineOnly: true },
    };
    const [first, second] = await Promise.all([
      cashier.client(contract.changeSettings, ask),
      cashier.client(contract.changeSettings, ask),
    ]);
    deepEqual(first, { version: 1, settings: ask.settings });
    deepEqual(second, first);
    deepEqual(await cashier.client(contract.changeSettings, ask), first);
    deepEqual(await cashier.client(contract.changeSettings, { ...ask, version: 1 }), {
      kind: 'refused',
      code: 'request.key_reused',
    });
    bench.stop();
  });

  test('to what a reader cannot be is refused', async () => {
    const { bench, cashier } = await openTill();
    const wrong = [
      { currency: '999' as never },
      { country: '000' },
      { country: '15' },
      { floorLimitMinor: -1 },
      { cvmLimitMinor: 1.5 },
      { contactlessLimitMinor: 1_000_000_000_000 },
    ];
    for (const change of wrong) {
      const answer = await cashier.set(change);
      ok(isRefused(answer));
      equal(answer.code, 'request.malformed');
    }
    bench.stop();
  });
});
