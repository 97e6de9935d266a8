import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Command, decodeCommand, encodeCommand } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { CREDIT_AID, DEBIT_AID } from './aids.ts';
import { GlobalPlatformError } from './commands.ts';
import {
  decodeFailedAids,
  decodeGetStatus,
  decodeRegistry,
  decodeSetStatus,
  encodeFailedAids,
  encodeRegistry,
  getStatus,
  setAvailability,
  setPriority,
} from './registry.ts';

const DEBIT = `${DEBIT_AID}0001`;
const CREDIT = `${CREDIT_AID}0002`;

test('SET STATUS activates and deactivates the instances it names', () => {
  // Provisioning sheet, section 6.1.
  const command = setAvailability([DEBIT, CREDIT], true);
  const names = '4F0AA00000033301010100014F0AA0000003330101020002';
  same(hexOf(command), `80F0010118${names}00`);
  same(hexOf(setAvailability([DEBIT, CREDIT], false)), `80F0010018${names}00`);
  deepEqual(decodeSetStatus(command), {
    kind: 'availability',
    activates: true,
    aids: [DEBIT, CREDIT],
  });
  const read = decodeSetStatus(setAvailability([DEBIT], false));
  deepEqual(read, { kind: 'availability', activates: false, aids: [DEBIT] });
});

test('SET STATUS puts an instance first, until power-off or for good', () => {
  // Provisioning sheet, section 6.1.
  same(hexOf(setPriority(DEBIT, 'persistent')), '80F002020C4F0AA000000333010101000100');
  for (const order of ['volatile', 'persistent'] as const) {
    const read = decodeSetStatus(setPriority(DEBIT, order));
    deepEqual(read, { kind: 'priority', order, aids: [DEBIT] });
  }
});

test('SET STATUS with P2 80 or another P1 is 6A86, with another P2 or wrong data 6A80', () => {
  // Provisioning sheet, section 6.1.
  const command = setAvailability([DEBIT], true);
  refuses(() => decodeSetStatus({ ...command, p2: 0x80 }), 0x6a86);
  refuses(() => decodeSetStatus({ ...command, p1: 0x40 }), 0x6a86);
  refuses(() => decodeSetStatus({ ...command, p2: 0x02 }), 0x6a80);
  refuses(() => decodeSetStatus({ ...setPriority(DEBIT, 'volatile'), p2: 0x00 }), 0x6a80);
  refuses(() => decodeSetStatus({ ...command, data: fromHex('4F04A0000003') }), 0x6a80);
  refuses(() => decodeSetStatus({ ...command, data: new Uint8Array(0) }), 0x6a80);
});

test('the names that failed come back in A1', () => {
  same(toHex(encodeFailedAids([DEBIT])), 'A10C4F0AA0000003330101010001');
  deepEqual(decodeFailedAids(fromHex('A10C4F0AA0000003330101010001')), [DEBIT]);
  refuses(() => decodeFailedAids(fromHex('4F0AA0000003330101010001')), 0x6a80);
  refuses(() => decodeFailedAids(fromHex('A100')), 0x6a80);
});

test('GET STATUS asks for all, for a beginning of names, for some objects, or for the rest', () => {
  // Provisioning sheet, section 6.1.
  same(hexOf(getStatus()), '80F24000024F0000');
  same(hexOf(getStatus({ tags: ['4F', '9F70'] })), '80F24000074F005C034F9F7000');
  same(hexOf(getStatus({ isNext: true })), '80F24001024F0000');
  for (const ask of [
    { aidPrefix: '', tags: undefined, isNext: false },
    { aidPrefix: 'A000000333', tags: ['4F', '9F70'], isNext: true },
  ]) {
    deepEqual(decodeGetStatus(getStatus(ask)), ask);
  }
});

test('GET STATUS with a list that no entry can serve is 6A88, of another form 6A86 or 6A80', () => {
  // Provisioning sheet, section 6.1.
  const get = (hex: string): Command => decodeCommand(fromHex(hex));
  refuses(() => decodeGetStatus(get('80F24000064F005C029F1F')), 0x6a88);
  deepEqual(decodeGetStatus(get('80F24000074F005C034F9F1F')).tags, ['4F']);
  refuses(() => decodeGetStatus(get('80F22000024F00')), 0x6a86);
  refuses(() => decodeGetStatus(get('80F24002024F00')), 0x6a86);
  refuses(() => decodeGetStatus(get('80F24000025000')), 0x6a80);
  refuses(() => decodeGetStatus(get('80F24000064F005C024F9F')), 0x6a80);
  refuses(() => decodeGetStatus(get('80F24000064F0042004F00')), 0x6a80);
  refuses(() => decodeGetStatus(get('80F24000')), 0x6a80);
});

test('an entry is 61 with name, states and update counter', () => {
  const entry = { aid: DEBIT, lifeCycle: 0x0f, isActivated: true, updateCounter: 3 };
  const hex = '61154F0AA00000033301010100019F70020F0180020003';
  same(toHex(encodeRegistry([entry])), hex);
  deepEqual(decodeRegistry(fromHex(hex)), [entry]);
  same(toHex(encodeRegistry([entry], ['9F70'])), '61059F70020F01');
});

test('an entry with parts missing, in another order or out of range is refused', () => {
  for (const hex of [
    '600500',
    '61059F70020F01',
    '61159F70020F014F0AA000000333010101000180020003',
    '61154F0AA00000033301010100019F70020F0280020003',
    '610F4F04A00000039F70020F0180020003',
  ]) {
    refuses(() => decodeRegistry(fromHex(hex)), 0x6a80);
  }
});

test('any registry comes back the same', () => {
  const aid = fc.uint8Array({ minLength: 5, maxLength: 16 }).map(toHex);
  const numbers = { lifeCycle: fc.nat(0xff), updateCounter: fc.nat(0xffff) };
  const entry = fc.record({ aid, isActivated: fc.boolean(), ...numbers });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) =>
      // Spread, for the generator's objects have no prototype.
      deepEqual(
        decodeRegistry(encodeRegistry(entries)),
        entries.map((one) => ({ ...one })),
      ),
    ),
  );
});

test('any bytes are read or refused with the own error', () => {
  const p2 = fc.constantFrom(0x00, 0x01, 0x02, 0x80);
  const p1 = fc.constantFrom(0x01, 0x02, 0x40);
  const data = fc.uint8Array({ maxLength: 40 });
  const command = fc.record({ cla: fc.constant(0x80), ins: fc.constant(0xf0), p1, p2, data });
  fc.assert(
    fc.property(command, (asked) => {
      ownErrorOnly(() => decodeSetStatus(asked));
      ownErrorOnly(() => decodeGetStatus(asked));
      ownErrorOnly(() => decodeRegistry(asked.data));
      ownErrorOnly(() => decodeFailedAids(asked.data));
    }),
  );
});

function hexOf(command: Command): string {
  return toHex(encodeCommand(command));
}

function refuses(read: () => unknown, status: number): void {
  throws(read, (error) => error instanceof GlobalPlatformError && error.status === status);
}

function ownErrorOnly(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof GlobalPlatformError)) throw error;
  }
}
