import { deepEqual, equal as same } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { type CryptogramMethod, UNIONPAY_3DES, verifyTap } from './cryptogram.ts';
import {
  EMV_AES,
  EMV_COMMON_3DES,
  sm4Cryptogram,
  UNIONPAY_01_SM4,
  UNIONPAY_SM4,
} from './cryptogram-methods.ts';

/** What the worked tap seals: cryptograms sheet, section 9. */
const SEALED = fromHex(
  '000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000',
);

/** Master key, session key and cryptogram of the worked tap by each method: cryptograms sheet, section 9. */
const WORKED: readonly (readonly [CryptogramMethod, string, string, string])[] = [
  [
    UNIONPAY_3DES,
    '0123456789ABCDEF23456789ABCDEF01',
    '84D46FA443EB7E33B4B05BE2F84CCD45',
    'AEBC72404A3A05AF',
  ],
  [
    EMV_COMMON_3DES,
    '0123456789ABCDEF23456789ABCDEF01',
    '1A67E00E83FDBADC2A1F16F294205D34',
    '5A69D934EDC80F26',
  ],
  [
    EMV_AES,
    '000102030405060708090A0B0C0D0E0F',
    'B85AC9C76DB401F0740853A8842DF5A8',
    '06284DA283BD2FF1',
  ],
  [
    UNIONPAY_SM4,
    '0123456789ABCDEFFEDCBA9876543210',
    'A27C63CE803156F2BFBF88397F49E513',
    '58896C73028CA76F',
  ],
];

test('each method makes card key, session key and cryptogram of the worked tap', () => {
  for (const [{ cardKey, sessionKey, mac }, masterKey, session, cryptogram] of WORKED) {
    const key = sessionKey(cardKey(fromHex(masterKey), '6258249900000018', '01'), fromHex('0001'));
    same(revealHex(key), session);
    same(toHex(mac(key, SEALED)), cryptogram);
  }
});

test('a tap whose issuer data name SM4 is checked by SM4, and by nothing else', () => {
  const values = new Map(
    Object.entries({
      '9F02': '000000001250',
      '9F03': '000000000000',
      '9F1A': '0156',
      '95': '0000000000',
      '5F2A': '0156',
      '9A': '261122',
      '9C': '00',
      '9F37': '1A2B3C4D',
      '82': '7000',
      '9F36': '0001',
      '9F10': '07010103A4000004',
      '9F26': '58896C73028CA76F',
    }).map(([tag, hex]) => [tag, fromHex(hex)]),
  );
  const masterKeyAc = fromHex('0123456789ABCDEFFEDCBA9876543210');
  const ask = { masterKeyAc, pan: '6258249900000018', psn: '01', values };
  const check = verifyTap(UNIONPAY_01_SM4, ask);
  same(check.kind === 'checked' && check.valid, true);
  values.set('9F10', fromHex('07010103A4000001'));
  deepEqual(verifyTap(UNIONPAY_01_SM4, ask), {
    kind: 'refused',
    code: 'tap.algorithm_unknown',
    tag: '9F10',
  });
});

test('an SM4 cryptogram is the start of the last block of a chain, with either padding', () => {
  const key16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(key16, fc.uint8Array({ maxLength: 80 }), (key, data) => {
      for (const padding of [1, 2] as const) {
        const mark = Uint8Array.from(padding === 2 ? [0x80] : []);
        const marked = concat(data, mark);
        const zeros = marked.length === 0 ? 16 : (16 - (marked.length % 16)) % 16;
        const cipher = createCipheriv('sm4-cbc', key, new Uint8Array(16)).setAutoPadding(false);
        const chained = cipher.update(concat(marked, new Uint8Array(zeros)));
        same(
          toHex(sm4Cryptogram(key, data, padding)),
          revealHex(chained.subarray(-16).subarray(0, 8)),
        );
      }
    }),
  );
});
