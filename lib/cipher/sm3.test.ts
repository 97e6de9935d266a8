import { equal } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromAscii, toHex } from '../bytes/bytes.ts';
import { sm3Hash } from './sm3.ts';

test('the standard’s own value', () => {
  // cryptograms sheet, section 16
  equal(
    toHex(sm3Hash(fromAscii('abc'))),
    '66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0',
  );
});

test('node:crypto agrees on bytes of any length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      equal(toHex(sm3Hash(data)), toHex(createHash('sm3').update(data).digest()));
    }),
  );
});
