import { equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { fromHex, toHex } from './bytes.ts';
import { revealHex, SecretBytes, secret } from './secret.ts';

const KEY = secret(fromHex('0123456789ABCDEF'));

test('a secret shows its length and nothing else', () => {
  const shown = [
    String(KEY),
    `${KEY}`,
    JSON.stringify({ KEY }),
    inspect({ KEY }),
    KEY.join(),
    KEY.toLocaleString(),
    inspect([KEY], { showHidden: true, customInspect: true }),
  ].join();
  equal(shown.match(/\[8 secret bytes\]/g)?.length, 7);
  equal(/67|0x|103|1,35/.test(shown), false);
});

test('hexadecimal is refused, except by name', () => {
  throws(() => toHex(KEY), /not for printing/);
  equal(revealHex(KEY), '0123456789ABCDEF');
});

test('what is cut out of a secret is one too', () => {
  for (const part of [KEY.subarray(0, 4), KEY.slice(0, 4), KEY.map((byte) => byte ^ 1)]) {
    equal(part instanceof SecretBytes, true);
    throws(() => toHex(part), /not for printing/);
  }
});

test('a secret is a copy: the bytes it came from may be wiped', () => {
  const bytes = fromHex('0102');
  const kept = secret(bytes);
  bytes.fill(0);
  equal(revealHex(kept), '0102');
});
