import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { generateP256, pointOf, verifySignature } from '@octavo/platform/softkeys-p256.ts';
import { createChance } from './chance.ts';
import { signSteadily } from './signature.ts';

test('a steady signature is the same every time and stands under its public key', () => {
  const chance = createChance('signatures');
  for (let round = 0; round < 20; round++) {
    const pair = generateP256(chance.bytes);
    const message = chance.bytes(40);
    const signature = signSteadily(pair, message);
    // Node's own cryptography judges it.
    equal(verifySignature(pointOf(pair), message, signature), true);
    deepEqual(signSteadily(pair, message), signature);
    equal(verifySignature(pointOf(pair), chance.bytes(40), signature), false);
  }
});
