import { deepEqual, equal, notDeepEqual } from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { refused } from '@octavo/domain/refusal.ts';
import { answeredBefore, digestOf, keyReused, requestBytes } from './request.ts';

const keys = {
  lookupHash: async (purpose: string, value: Uint8Array) =>
    new Uint8Array(createHmac('sha256', purpose).update(value).digest()),
};

test('a digest is keyed, over path and body', async () => {
  const body = { pan: '9999010000000018', code: '123456' };
  const said = '["/issuer/x",[["code","123456"],["pan","9999010000000018"]]]';
  equal(new TextDecoder().decode(requestBytes('/issuer/x', body)), said);
  const digest = createHmac('sha256', 'request').update(said).digest();
  deepEqual(await digestOf(keys, '/issuer/x', body), new Uint8Array(digest));
});

test('the order in which the parts came is nothing; path, names and values are', () => {
  const said = requestBytes('/a', { one: 1, two: '2' });
  deepEqual(requestBytes('/a', { two: '2', one: 1 }), said);
  for (const [path, body] of [
    ['/b', { one: 1, two: '2' }],
    ['/a', { one: 1, two: 2 }],
    ['/a', { one: 1, three: '2' }],
    ['/a', { one: 1 }],
  ] as const) {
    notDeepEqual(requestBytes(path, body), said);
  }
});

test('a new command has no answer', () => {
  equal(answeredBefore(undefined, Uint8Array.of(1)), undefined);
});

test('the same id and body get the stored answer, also where that is a refusal', () => {
  const digest = Uint8Array.of(1, 2);
  deepEqual(answeredBefore({ digest, answer: { expiry: '3012' } }, digest), { expiry: '3012' });
  const refusal = refused('card.unknown');
  deepEqual(answeredBefore({ digest, answer: refusal }, digest), refusal);
});

test('the same id and another body are refused, whatever was answered', () => {
  const done = { digest: Uint8Array.of(1, 2), answer: {} };
  deepEqual(answeredBefore(done, Uint8Array.of(1, 3)), refused('request.key_reused'));
  deepEqual(keyReused(Uint8Array.of(1, 2), Uint8Array.of(1)), refused('request.key_reused'));
  equal(keyReused(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), undefined);
});
