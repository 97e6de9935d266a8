import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { textOf } from '@octavo/lib/oda/chain.fixture.ts';
import { authorityKeyText } from './authority.ts';

test('a key is written with the check sum of the sheet', () => {
  // docs/specs.md, EMV contactless sheet, section 9.3
  const modulus = textOf('9.3-checksum', 'modulus');
  const key = {
    rid: fromHex('A000000333'),
    index: 0xf1,
    modulus: fromHex(modulus),
    exponent: fromHex('03'),
    expiry: '1230',
  };
  deepEqual(authorityKeyText(key), {
    rid: 'A000000333',
    index: 'F1',
    modulus,
    exponent: '03',
    checksum: '3D8905203866B7417E4A8AB7BB198F9673DE6912',
    expiry: '1230',
  });
});
