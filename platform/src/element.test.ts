import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldLost } from '@octavo/lib/apdu/channel.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv, find } from '@octavo/lib/tlv/tlv.ts';
import {
  type ElementHost,
  type ElementStorage,
  ElementUnavailable,
  type Exchange,
  memoryElement,
  openElement,
} from './element.ts';
import { generateKeyring } from './keyring.ts';
import { bearElement } from './maker.ts';
import { ok, personalise, systemRandom, tap, WORKED_PROFILE } from './personalised.fixture.ts';
import { softKeysFor } from './softkeys.ts';

const keyring = generateKeyring(systemRandom);
const clock = { nowMs: () => 1_795_000_000_000 };
const profile = { ...WORKED_PROFILE, answersWithoutHolder: true };

function open(
  storage: ElementStorage,
  onExchange?: (exchange: Exchange) => void,
): Promise<ElementHost> {
  return openElement({ storage, clock, random: systemRandom, onExchange });
}

function born(): LastingState {
  return bearElement({ keyring, random: systemRandom, serial: 7 });
}

/** An element that answers taps without its holder, so that each tap is one counter. */
async function payingElement(): Promise<LastingState> {
  const storage = memoryElement(born());
  const host = await open(storage);
  await personalise(host, softKeysFor('tokens', keyring, systemRandom), profile);
  await host.close();
  return storage.snapshot();
}

describe('the host of an element', () => {
  test('saves what lasts before the answer leaves', async () => {
    const memory = memoryElement(await payingElement());
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const events: string[] = [];
    const slow: ElementStorage = {
      ...memory,
      save: async (lasting) => {
        events.push('save');
        await gate;
        await memory.save(lasting);
        events.push('saved');
      },
    };
    const host = await open(slow);
    const answer = tap(host).then(() => events.push('answer'));
    while (events.length === 0) await turnOfTheLoop();
    await turnOfTheLoop();
    assert.deepEqual(events, ['save']);
    release();
    await answer;
    assert.deepEqual(events, ['save', 'saved', 'answer']);
  });

  test('saves nothing when nothing that lasts has changed', async () => {
    const memory = memoryElement(await payingElement());
    let saves = 0;
    const counted: ElementStorage = {
      ...memory,
      save: (lasting) => {
        saves++;
        return memory.save(lasting);
      },
    };
    const host = await open(counted);
    await ok(host, '80CA7F2100');
    await ok(host, '80CADF0100');
    await host.air(fromHex('00A4040008A00000033301010100'));
    await host.air(fromHex('FFFF'));
    assert.equal(saves, 0);
    await tap(host);
    assert.equal(saves, 1);
  });

  test('takes one command at a time, in the order they came', async () => {
    const host = await open(memoryElement(await payingElement()));
    await host.air(fromHex('00A4040008A00000033301010100'));
    const taps = await Promise.all(Array.from({ length: 8 }, () => tap(host)));
    assert.deepEqual(taps.map(counterOf), [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('that could not save gives no answer, and none until it is opened again', async () => {
    const memory = memoryElement(await payingElement());
    let fails = true;
    const broken: ElementStorage = {
      ...memory,
      save: async (lasting) => {
        if (fails) throw new Error('no space left');
        await memory.save(lasting);
      },
    };
    const host = await open(broken);
    await assert.rejects(tap(host), /no space left/);
    await assert.rejects(host.wired(fromHex('80CA7F2100')), FieldLost);
    await host.powerOff();
    await assert.rejects(host.wired(fromHex('80CA7F2100')), FieldLost);
    await host.close();
    fails = false;
    assert.equal(counterOf(await tap(await open(broken))), 1);
  });

  test('killed at any moment around a save never lets a counter come twice', async () => {
    const memory = memoryElement(await payingElement());
    const deaths = [
      'before',
      'after',
      'never',
      'after',
      'before',
      'never',
      'never',
      'after',
    ] as const;
    const seen: number[] = [];
    for (const death of deaths) {
      const dying: ElementStorage = {
        ...memory,
        save: async (lasting) => {
          if (death === 'before') throw new Error('killed');
          await memory.save(lasting);
          if (death === 'after') throw new Error('killed');
        },
      };
      const host = await open(dying);
      const answer = await tap(host).catch(() => undefined);
      if (answer !== undefined) seen.push(counterOf(answer));
      await host.close();
    }
    // Three answers left; a counter whose answer was lost may be skipped, never repeated.
    assert.deepEqual(seen, [2, 4, 5]);
  });

  test('forgets at power-off what does not last, and keeps what does', async () => {
    const host = await open(memoryElement(await payingElement()));
    assert.equal(counterOf(await tap(host)), 1);
    await ok(host, '00A404000AA000000333005344000100');
    await host.powerOff();
    // The issuer's domain is selected again, and it alone gives the certificate.
    await ok(host, '80CA7F2100');
    assert.equal(toHex(await host.air(fromHex('80CA9F3600'))), '6985');
    assert.equal(counterOf(await tap(host)), 2);
  });

  test('tells the traces of each exchange, without passcodes', async () => {
    const exchanges: Exchange[] = [];
    const host = await open(memoryElement(born()), (exchange) => exchanges.push(exchange));
    await ok(host, '0024018106313233343536');
    await ok(host, '0020008106313233343536');
    await ok(host, '002400810C313233343536363534333231');
    await host.air(fromHex('00A404000E325041592E5359532E444446303100'));
    assert.deepEqual(
      exchanges.map(({ via, command, response }) => [via, toHex(command), toHex(response)]),
      [
        ['wired', '0024018106FFFFFFFFFFFF', '9000'],
        ['wired', '0020008106FFFFFFFFFFFF', '9000'],
        ['wired', '002400810CFFFFFFFFFFFFFFFFFFFFFFFF', '9000'],
        ['air', '00A404000E325041592E5359532E444446303100', '6A82'],
      ],
    );
    assert.ok(exchanges.every(({ atMs }) => atMs === clock.nowMs()));
  });

  test('closed, has no power: every command loses its field, and closing again does nothing', async () => {
    const storage = memoryElement(born());
    const host = await open(storage);
    await host.close();
    await assert.rejects(host.wired(fromHex('80CA7F2100')), FieldLost);
    await assert.rejects(host.air(fromHex('80CA9F3600')), FieldLost);
    const next = await open(storage);
    await host.close();
    await assert.rejects(open(storage), ElementUnavailable);
    await next.close();
  });
});

describe('an element in memory', () => {
  test('is hosted once at a time', async () => {
    const storage = memoryElement(born());
    const host = await open(storage);
    await assert.rejects(open(storage), ElementUnavailable);
    await host.close();
    await (await open(storage)).close();
  });

  test('copied, makes the very cryptogram of its original: which is how a cheat clones it', async () => {
    const original = memoryElement(await payingElement());
    const copy = memoryElement(original.snapshot());
    const [first, second] = [await tap(await open(original)), await tap(await open(copy))];
    assert.equal(toHex(first), toHex(second));
  });

  test('put back to a snapshot, uses its counters again: which is what the token service must find', async () => {
    const storage = memoryElement(await payingElement());
    const older = storage.snapshot();
    const host = await open(storage);
    assert.equal(counterOf(await tap(host)), 1);
    assert.throws(() => storage.restore(older));
    await host.close();
    storage.restore(older);
    assert.equal(counterOf(await tap(await open(storage))), 1);
  });
});

function counterOf(answer: Uint8Array): number {
  const [response] = decodeTlv(answer.subarray(0, -2));
  return Number.parseInt(
    toHex(find(response?.children ?? [], '9F36')?.value ?? new Uint8Array(0)),
    16,
  );
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
