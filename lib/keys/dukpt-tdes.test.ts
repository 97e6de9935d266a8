import { equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../bytes/assert.ts';
import { fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex, SecretBytes } from '../bytes/secret.ts';
import { tripleDesCbcEncrypt, tripleDesEncrypt } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { dukptTdesInitialKey, dukptTdesTransactionKey, dukptTdesWorkingKey } from './dukpt-tdes.ts';
import { KsnError } from './ksn.ts';

// ANSI X9.24-1:2009, A.4, as the tests of openemv/dukpt and moov-io/dukpt have it
const BASE_KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const INITIAL_KEY = fromHex('6AC292FAA1315B4D858AB3A3D7D5933A');
const PIN_BLOCK = fromHex('041274EDCBA9876F');
const DATA = fromAscii('4012345678909D987');

test('the initial key comes from the base key and any of the terminal’s serial numbers', () => {
  for (const ksn of ['FFFF9876543210E00000', 'FFFF9876543210E00015', 'FFFF9876543210F00000']) {
    equal(revealHex(dukptTdesInitialKey(BASE_KEY, fromHex(ksn))), revealHex(INITIAL_KEY));
  }
});

test('the transaction keys and encrypted PINs when the counter rolls over', () => {
  for (const [ksn, key, encrypted] of [
    ['FFFF9876543210EFF800', 'F9CDFEBF4F5B1D9EB3EC12454527E176', '33365F5CC6F23C35'],
    ['FFFF9876543210EFF801', '5BEE92627E97825C911BF619DF72CA3B', '3A86BF003F835C9D'],
    ['FFFF9876543210EFF802', '64CA2F8AB93F61B01620B00BF77C7301', '3DB977D05C36DF3F'],
    ['FFFF9876543210EFFA00', '2B9E2CE7C2750337E10B54D2989EA6AF', '849763B43E5F9CFF'],
    ['FFFF9876543210EFFC00', 'F9430DF975082491C77BE4EF4FDB91EE', 'DEFC6F09F8927B71'],
    ['FFFF9876543210F00000', 'AA4D58DB653EC74A48C75F2F047DD2B5', '73EC88AD0AC5830E'],
  ] as const) {
    const transactionKey = dukptTdesTransactionKey(INITIAL_KEY, fromHex(ksn));
    equal(revealHex(transactionKey), key, ksn);
    const pinKey = dukptTdesWorkingKey(transactionKey, 'pin');
    equal(toHex(tripleDesEncrypt(pinKey, PIN_BLOCK)), encrypted, ksn);
  }
});

test('data and MACs have keys of their own, and each way has its own', () => {
  const key = dukptTdesTransactionKey(INITIAL_KEY, fromHex('FFFF9876543210E00001'));
  const padded = new Uint8Array(24);
  padded.set(DATA);
  for (const [use, encrypted] of [
    ['data-request', 'FC0D53B7EA1FDA9EE68AAF2E70D9B9506229BE2AA993F04F'],
    ['data-response', '1FCC89AF66222F27B903898BB2BC8589CDBFDE5EC6AFCC25'],
  ] as const) {
    const dataKey = dukptTdesWorkingKey(key, use);
    equal(toHex(tripleDesCbcEncrypt(dataKey, new Uint8Array(8), padded)), encrypted);
  }
  for (const [use, mac] of [
    ['mac-request', '9CCC78173FC4FB64'],
    ['mac-response', '20364223C1FF00FA'],
  ] as const) {
    equal(toHex(retailMac(dukptTdesWorkingKey(key, use), DATA, 1)), mac);
  }
});

test('no transaction has counter 0, nor one with more than ten one bits', () => {
  for (const ksn of ['FFFF9876543210E00000', 'FFFF9876543210E007FF', 'FFFF9876543210E000']) {
    throws(() => dukptTdesTransactionKey(INITIAL_KEY, fromHex(ksn)), KsnError);
  }
});

test('every key is key material', () => {
  const ksn = fromHex('FFFF9876543210E00001');
  const key = dukptTdesTransactionKey(INITIAL_KEY, ksn);
  for (const one of [dukptTdesInitialKey(BASE_KEY, ksn), key, dukptTdesWorkingKey(key, 'pin')]) {
    equal(one instanceof SecretBytes, true);
  }
});

test('a key of another length is a bug of the caller', () => {
  const ksn = fromHex('FFFF9876543210E00001');
  throws(() => dukptTdesInitialKey(new Uint8Array(24), ksn), AssertionError);
  throws(() => dukptTdesTransactionKey(new Uint8Array(8), ksn), AssertionError);
  throws(() => dukptTdesWorkingKey(new Uint8Array(8), 'pin'), AssertionError);
});
