import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import file from '../vectors/vectors.json' with { type: 'json' };
import { withOddParity } from './keys.ts';
import {
  aesSessionKey,
  counterDiversifier,
  emvCommonSessionKey,
  sm4SessionKey,
  visaSecureMessagingKey,
} from './session-keys.ts';

test('the common session key gives the published values, from counters and from cryptograms', () => {
  const chosen = file.vectors.filter(({ id }) => id.startsWith('pyemv-derive_common_sk'));
  same(chosen.length, 8);
  for (const { id, inputs, outputs } of chosen) {
    const { icc_mk, r } = inputs as unknown as Record<'icc_mk' | 'r', string>;
    same(revealHex(emvCommonSessionKey(fromHex(icc_mk), fromHex(r))), outputs.result, id);
  }
});

test('a diversifier is the counter and zeros; M/Chip ends it with the unpredictable number', () => {
  // vectors pyemv-derive_common_sk-02 and -05 write theirs so
  const atc = fromHex('001C');
  same(toHex(counterDiversifier(atc)), '001C000000000000');
  same(toHex(counterDiversifier(atc, 8, fromHex('ABCDEF12'))), '001C0000ABCDEF12');
  same(toHex(counterDiversifier(atc, 16)), '001C0000000000000000000000000000');
});

test('the third byte is F0 for the left half and 0F for the right, whatever it was', () => {
  fc.assert(
    fc.property(bytes(16), bytes(8), fc.nat(255), (key, r, third) => {
      const tripled = concat(key, key.subarray(0, 8));
      const cipher = createCipheriv('des-ede3-ecb', tripled, null).setAutoPadding(false);
      const expected = cipher.update(concat(r.with(2, 0xf0), r.with(2, 0x0f)));
      const given = emvCommonSessionKey(key, r.with(2, third));
      same(revealHex(given), revealHex(withOddParity(expected)));
    }),
  );
});

test('Visa’s script key gives the published values', () => {
  const chosen = file.vectors.filter(({ id }) => id.startsWith('pyemv-derive_visa_sm_sk'));
  same(chosen.length, 4);
  for (const { id, inputs, outputs } of chosen) {
    const { icc_mk, atc } = inputs as unknown as Record<'icc_mk' | 'atc', string>;
    same(revealHex(visaSecureMessagingKey(fromHex(icc_mk), fromHex(atc))), outputs.result, id);
  }
});

test('the AES session key encrypts the counter; the worked tap', () => {
  // cryptograms sheet, section 9
  const cardKey = fromHex('D2D33623EFCC45A02EB686ACC95DD00F');
  const key = aesSessionKey(cardKey, counterDiversifier(fromHex('0001'), 16));
  same(revealHex(key), 'B85AC9C76DB401F0740853A8842DF5A8');
});

test('an AES session key is as long as the card key', () => {
  for (const length of [16, 24, 32]) {
    fc.assert(
      fc.property(bytes(length), bytes(16), (cardKey, r) => {
        const cipher = createCipheriv(`aes-${length * 8}-ecb`, cardKey, null).setAutoPadding(false);
        const halves = concat(r.with(2, 0xf0), r.with(2, 0x0f));
        const expected = cipher.update(length === 16 ? r : halves).subarray(0, length);
        same(revealHex(aesSessionKey(cardKey, r)), revealHex(expected));
      }),
      { numRuns: 20 },
    );
  }
});

test('SM4 makes a session key of one block: the counter and its inverse, each behind six zeros', () => {
  // cryptograms sheet, section 9
  const worked = sm4SessionKey(fromHex('809C6577E83D3D0E48175902E6F23422'), fromHex('0001'));
  same(revealHex(worked), 'A27C63CE803156F2BFBF88397F49E513');
  const block = fromHex('0000000000000240000000000000FDBF');
  fc.assert(
    fc.property(bytes(16), (key) => {
      const cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false);
      same(revealHex(sm4SessionKey(key, fromHex('0240'))), revealHex(cipher.update(block)));
    }),
    { numRuns: 20 },
  );
});

test('a session key is key material', () => {
  deepEqual(
    [
      emvCommonSessionKey(new Uint8Array(16), new Uint8Array(8)),
      visaSecureMessagingKey(new Uint8Array(16), new Uint8Array(2)),
      aesSessionKey(new Uint8Array(16), new Uint8Array(16)),
      sm4SessionKey(new Uint8Array(16), new Uint8Array(2)),
    ].map(String),
    Array(4).fill('[16 secret bytes]'),
  );
});

test('keys, counters and diversifiers of another length are a bug of the caller', () => {
  const [two, eight, sixteen] = [2, 8, 16].map((length) => new Uint8Array(length));
  throws(() => emvCommonSessionKey(new Uint8Array(24), eight as Uint8Array), AssertionError);
  throws(() => emvCommonSessionKey(sixteen as Uint8Array, two as Uint8Array), AssertionError);
  throws(() => visaSecureMessagingKey(new Uint8Array(24), two as Uint8Array), AssertionError);
  throws(() => visaSecureMessagingKey(sixteen as Uint8Array, eight as Uint8Array), AssertionError);
  throws(() => aesSessionKey(sixteen as Uint8Array, eight as Uint8Array), AssertionError);
  throws(() => sm4SessionKey(sixteen as Uint8Array, eight as Uint8Array), AssertionError);
  throws(() => counterDiversifier(two as Uint8Array, 8, two as Uint8Array), AssertionError);
});

function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}
