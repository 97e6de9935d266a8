import { equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';
import { revealHex, SecretBytes } from '../bytes/secret.ts';
import { dukptAesInitialKey, dukptAesTransactionKey, dukptAesWorkingKey } from './dukpt-aes.ts';
import { KsnError } from './ksn.ts';

// ANSI X9.24-3:2017, supplement, as the tests of openemv/dukpt have it
const BASE_KEY = fromHex('FEDCBA9876543210F1F1F1F1F1F1F1F1');
const INITIAL_KEY = fromHex('1273671EA26AC29AFA4D1084127652A1');

test('the initial key comes from the base key and the initial key id', () => {
  const key = dukptAesInitialKey(BASE_KEY, fromHex('1234567890123456'));
  equal(revealHex(key), revealHex(INITIAL_KEY));
});

test('the derivation keys of the first, the rolling and the last counters', () => {
  for (const [counter, key] of [
    ['00000005', 'C2A7AC328A5DA2D6002D62465BFC028B'],
    ['00000008', '718EE6CF0B27E53D5F7AF99C4D8146A2'],
    ['0001FFFE', 'E21E8C8D347F8561A2BE752DAA85A111'],
    ['00020000', 'F7AE9025468A25D37B7249CFFED224C8'],
    ['00020001', '692C8EA4013645135B36497131DF9D2C'],
    ['FFFE2000', '48E585B694EB0B18D5C35443E163C0BA'],
    ['FFFF0000', 'F6BA59389BD14A9855BE9727E7C52E3C'],
  ] as const) {
    equal(revealHex(dukptAesTransactionKey(INITIAL_KEY, serial(counter))), key, counter);
  }
});

test('every use has a key of its own', () => {
  const key = dukptAesTransactionKey(INITIAL_KEY, serial('00000001'));
  for (const [use, expected] of [
    ['key-encryption', '36A724B7BEFA5A25F5E7B5782A4554A2'],
    ['pin', 'AF8CB133A78F8DC2D1359F18527593FB'],
    ['mac-generate', 'A2DC23DE6FDE0824A2BC321E08E4B8B7'],
    ['mac-verify', 'DBB463945B286C07CD3AD82EE96FD9C9'],
    ['mac-both', '85675439D18D7F1158BD8E3EAA3D502B'],
    ['data-encrypt', 'A35C412EFD41FDB98B69797C02DCD08F'],
    ['data-decrypt', '16292C6EA8F64C5420A0584BFBC577BE'],
    ['data-both', 'A308E080DD15A1B741F1721BF67DE11C'],
  ] as const) {
    equal(revealHex(dukptAesWorkingKey(key, serial('00000001'), use)), expected, use);
  }
});

test('the working keys of a counter of many bits', () => {
  const key = dukptAesTransactionKey(INITIAL_KEY, serial('0001FFFE'));
  for (const [use, expected] of [
    ['pin', 'DDF7E08A84B5478C498D007C743BF762'],
    ['mac-generate', '6D7623AD652734B8FAE1B6E093EACE3D'],
    ['data-encrypt', '8E4E5D5E0F01C54F01F4ACA1C8F8EDCE'],
  ] as const) {
    equal(revealHex(dukptAesWorkingKey(key, serial('0001FFFE'), use)), expected, use);
  }
});

test('no transaction has counter 0, nor one with more than sixteen one bits', () => {
  for (const ksn of [serial('00000000'), serial('0001FFFF'), serial('000000')]) {
    throws(() => dukptAesTransactionKey(INITIAL_KEY, ksn), KsnError);
  }
  throws(() => dukptAesWorkingKey(INITIAL_KEY, serial('0001FFFF'), 'pin'), KsnError);
});

test('every key is key material', () => {
  const key = dukptAesTransactionKey(INITIAL_KEY, serial('00000001'));
  const initial = dukptAesInitialKey(BASE_KEY, fromHex('1234567890123456'));
  for (const one of [initial, key, dukptAesWorkingKey(key, serial('00000001'), 'pin')]) {
    equal(one instanceof SecretBytes, true);
  }
});

test('a key or id of another length is a bug of the caller', () => {
  throws(() => dukptAesInitialKey(new Uint8Array(24), new Uint8Array(8)), AssertionError);
  throws(() => dukptAesInitialKey(BASE_KEY, new Uint8Array(12)), AssertionError);
  throws(() => dukptAesTransactionKey(new Uint8Array(8), serial('00000001')), AssertionError);
});

function serial(counter: string): Uint8Array {
  return fromHex(`1234567890123456${counter}`);
}
