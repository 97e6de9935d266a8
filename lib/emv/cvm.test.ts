import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex } from '../bytes/bytes.ts';
import {
  CvmListError,
  cvmConditionWords,
  cvmMethodWords,
  cvmResultWords,
  decodeCvmList,
} from './cvm.ts';

test('a list is two amounts, then rules of two bytes', () => {
  // Amounts of another kind of card: X 50.00, Y 100.00; PIN online under X, else signature, else nothing.
  deepEqual(decodeCvmList(fromHex('00001388000027104206' + '5E03' + '1F00')), {
    amountX: 5000,
    amountY: 10000,
    rules: [
      { method: 2, triesNext: true, condition: 6 },
      { method: 30, triesNext: true, condition: 3 },
      { method: 31, triesNext: false, condition: 0 },
    ],
  });
});

test('a list without rules is one, and what is cut short says where', () => {
  deepEqual(decodeCvmList(new Uint8Array(8)).rules, []);
  for (const [hex, offset] of [
    ['', 0],
    ['000000', 0],
    ['0000000000', 4],
    ['00000000000000001E', 9],
  ] as const) {
    try {
      decodeCvmList(fromHex(hex));
      throw new Error('read');
    } catch (error) {
      same(error instanceof CvmListError && error.offset, offset, hex);
    }
  }
});

test('each method has its word, and what has none is of the system or of the issuer', () => {
  deepEqual([0, 1, 2, 3, 4, 5, 0x1e, 0x1f, 0x3f].map(cvmMethodWords), [
    'fail cardholder verification',
    'plaintext PIN checked by the card',
    'enciphered PIN checked online',
    'plaintext PIN checked by the card, and signature',
    'enciphered PIN checked by the card',
    'enciphered PIN checked by the card, and signature',
    'signature',
    'no cardholder verification required',
    'no cardholder verification performed',
  ]);
  for (let method = 6; method < 0x1e; method++) same(cvmMethodWords(method), 'reserved method');
  for (let method = 0x20; method < 0x30; method++)
    same(cvmMethodWords(method), 'method of the payment system');
  for (let method = 0x30; method < 0x3f; method++)
    same(cvmMethodWords(method), 'method of the issuer');
});

test('each condition has its words', () => {
  deepEqual(
    Array.from({ length: 10 }, (_, condition) => cvmConditionWords(condition)),
    [
      'always',
      'if unattended cash',
      'if neither cash nor a purchase with cashback',
      'if the terminal supports the method',
      'if manual cash',
      'if a purchase with cashback',
      'if in the application currency and under X',
      'if in the application currency and over X',
      'if in the application currency and under Y',
      'if in the application currency and over Y',
    ],
  );
  same(cvmConditionWords(0x0a), 'reserved condition');
  same(cvmConditionWords(0x80), 'condition of the payment system');
});

test('a result is unknown, failed or successful', () => {
  deepEqual([0, 1, 2, 3].map(cvmResultWords), ['unknown', 'failed', 'successful', '']);
});

test('any bytes are a list or the error of this codec', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        same(decodeCvmList(bytes).rules.length, (bytes.length - 8) / 2);
      } catch (error) {
        if (!(error instanceof CvmListError)) throw error;
      }
    }),
  );
});
