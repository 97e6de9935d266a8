import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { counterSteps, KsnError, readAesKsn, readTdesKsn } from './ksn.ts';

test('the last 21 bits of a triple DES number count, and the rest names the initial key', () => {
  for (const [written, counter] of [
    ['FFFF9876543210E00000', 0],
    ['FFFF9876543210E00015', 0x15],
    ['FFFF9876543210EFF800', 0xff800],
    ['FFFF9876543210F00000', 0x100000],
  ] as const) {
    const ksn = readTdesKsn(fromHex(written));
    equal(ksn.counter, counter);
    equal(toHex(ksn.initialKeyId), 'FFFF9876543210E0');
  }
});

test('the last four bytes of an AES number count, and the rest names the initial key', () => {
  const ksn = readAesKsn(fromHex('1234567890123456FFFF0000'));
  equal(ksn.counter, 0xffff0000);
  equal(toHex(ksn.initialKeyId), '1234567890123456');
});

test('a counter with too many one bits is refused, at the byte where it begins', () => {
  // ten in triple DES and sixteen in AES are the most: FF801 follows FF800 there, and 20000 follows 1FFFE here
  equal(readTdesKsn(fromHex('FFFF9876543210E003FF')).counter, 0x3ff);
  throws(
    () => readTdesKsn(fromHex('FFFF9876543210E007FF')),
    (error: KsnError) => error instanceof KsnError && error.offset === 7,
  );
  equal(readAesKsn(fromHex('12345678901234560000FFFF')).counter, 0xffff);
  throws(
    () => readAesKsn(fromHex('12345678901234560001FFFF')),
    (error: KsnError) => error instanceof KsnError && error.offset === 8,
  );
});

test('any bytes are a serial number or the decoder’s own error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 14 }), (bytes) => {
      for (const read of [readTdesKsn, readAesKsn]) {
        try {
          equal(read(bytes).initialKeyId.length, 8);
        } catch (error) {
          ok(error instanceof KsnError);
        }
      }
    }),
  );
});

test('the way to a counter takes in its one bits from the highest, and ends in it', () => {
  deepEqual(counterSteps(0), []);
  deepEqual(counterSteps(0xffff0000).slice(0, 2), [0x80000000, 0xc0000000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0xffffffff }), (counter) => {
      const steps = counterSteps(counter);
      equal(steps.at(-1), counter);
      equal(steps.length, counter.toString(2).replaceAll('0', '').length);
      deepEqual(
        steps,
        [...steps].sort((a, b) => a - b),
      );
    }),
  );
});
