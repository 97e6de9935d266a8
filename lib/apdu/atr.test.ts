import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { AtrError, decodeAtr } from './atr.ts';
import vectors from './atr.vectors.json' with { type: 'json' };

const JCOP = '3BF81300008131FE454A434F5076323431B7';

for (const { atr, source, ...says } of vectors) {
  test(`${atr}: ${source}`, () => {
    const { convention, protocols, interfaceBytes, historicalBytes, checksum } = decodeAtr(
      fromHex(atr),
    );
    const bytes = Object.fromEntries(
      interfaceBytes.map(({ name, value }) => [name, toHex(Uint8Array.of(value))]),
    );
    const historical = toHex(historicalBytes);
    deepEqual({ convention, protocols, interfaceBytes: bytes, historical, checksum }, says);
  });
}

test('a card begins with 3B or 3F', () => {
  for (const first of ['00', '03', '3A', '3C', 'FF']) {
    throws(() => decodeAtr(fromHex(`${first}00`)), { name: 'AtrError', offset: 0 });
  }
});

test('no protocol named is T=0, without a check byte', () => {
  deepEqual(decodeAtr(fromHex('3B00')).protocols, [0]);
  same(decodeAtr(fromHex('3B00')).checksum, 'absent');
  throws(() => decodeAtr(fromHex('3B0000')), AtrError);
});

test('any protocol beside T=0 brings a check byte, which makes the exclusive or zero', () => {
  same(decodeAtr(fromHex('3B8000')).checksum, 'absent');
  same(decodeAtr(fromHex('3B800181')).checksum, 'right');
  same(decodeAtr(fromHex('3B80800101')).checksum, 'right');
  same(decodeAtr(fromHex('3B80800102')).checksum, 'wrong');
  throws(() => decodeAtr(fromHex('3B8001')), AtrError);
});

test('a changed byte makes the check byte wrong, and the rest is read all the same', () => {
  const changed = decodeAtr(fromHex(JCOP.replace('4A434F50', '4A434F51')));
  same(changed.checksum, 'wrong');
  same(toHex(changed.historicalBytes), '4A434F5176323431');
});

test('protocols are offered in rising order, and 15 is not the first', () => {
  throws(() => decodeAtr(fromHex('3B80811000')), { name: 'AtrError', offset: 3 });
  throws(() => decodeAtr(fromHex('3B800F00')), { name: 'AtrError', offset: 2 });
});

test('an answer cut at any byte, or followed by another, is refused', () => {
  for (const { atr } of vectors) {
    const bytes = fromHex(atr);
    for (let length = 0; length < bytes.length; length++) {
      throws(() => decodeAtr(bytes.subarray(0, length)), AtrError, `${atr} cut to ${length}`);
    }
    throws(() => decodeAtr(fromHex(`${atr}00`)), AtrError);
  }
});

test('an answer is at most 33 bytes', () => {
  throws(() => decodeAtr(new Uint8Array(34)), { name: 'AtrError', offset: 33 });
});

test('any bytes are an answer or the own error, and what is read is all of them', () => {
  const likely = fc
    .tuple(fc.constantFrom(0x3b, 0x3f), fc.uint8Array({ maxLength: 33 }))
    .map(([first, rest]) => Uint8Array.of(first, ...rest));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), likely), (bytes) => {
      try {
        const { interfaceBytes, historicalBytes, checksum } = decodeAtr(bytes);
        const check = checksum === 'absent' ? 0 : 1;
        same(2 + interfaceBytes.length + historicalBytes.length + check, bytes.length);
      } catch (error) {
        same(error instanceof AtrError, true, String(error));
      }
    }),
  );
});
