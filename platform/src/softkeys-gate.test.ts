import { deepEqual, equal, notDeepEqual } from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { fromAscii, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import fc from 'fast-check';
import { generateKeyring } from './keyring.ts';
import { systemRandom } from './personalised.fixture.ts';
import { softKeysFor } from './softkeys.ts';
import { denyEntryKeys } from './softkeys-gate.ts';
import { verifySignature } from './softkeys-p256.ts';

const keyring = generateKeyring(systemRandom);
const gate = softKeysFor('gate', keyring, systemRandom);
const transit = softKeysFor('transit', keyring, systemRandom);
const GATES = ['METRO001', 'METRO002'] as const;

describe('the hidden form of a name', () => {
  test('of the worked token is the worked entry', async () => {
    // docs/specs.md, transit sheet, section 4.1
    const key = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';
    const keys = denyEntryKeys({ deny: { epoch: 3, key }, credential: key });
    const entry = await keys.denyEntry('DENY1', '6212345678901232');
    equal(toHex(entry), '9040E671865B666F7B105E9B');
    equal(await keys.denyEpoch(), 3);
  });

  test('is the same at a gate and in the back office, and another for a token than for an account', async () => {
    const value = '99990000000000000000000000007';
    const key = fromHex(keyring.gate.deny.key);
    for (const kind of ['DENY1', 'PAR1'] as const) {
      const hash = createHmac('sha256', key).update(`${kind}|${value}`).digest();
      deepEqual(await gate.denyEntry(kind, value), new Uint8Array(hash.subarray(0, 12)));
      deepEqual(await transit.denyEntry(kind, value), await gate.denyEntry(kind, value));
    }
  });
});

describe('a gate’s own key', () => {
  test('signs its records, and no other gate’s', async () => {
    const bytes = fromAscii('a record');
    const [one, other] = GATES;
    const signature = await gate.signRecord(one, bytes);
    equal(signature.length, 64);
    equal(verifySignature(await gate.publicKey(one), bytes, signature), true);
    equal(verifySignature(await gate.publicKey(other), bytes, signature), false);
  });

  test('is what the back office holds its records against', async () => {
    const bytes = fromAscii('a record');
    const [one, other] = GATES;
    const key = await gate.publicKey(one);
    const signature = await gate.signRecord(one, bytes);
    for (const _ of ['first', 'again']) {
      equal(await transit.verifyRecord(key, bytes, signature), true);
      equal(await transit.verifyRecord(key, fromAscii('a rec0rd'), signature), false);
      equal(await transit.verifyRecord(key, bytes, signature.subarray(1)), false);
      equal(await transit.verifyRecord(await gate.publicKey(other), bytes, signature), false);
      equal(await transit.verifyRecord(new Uint8Array(65).fill(4), bytes, signature), false);
    }
  });

  test('is the same in every life', async () => {
    const again = softKeysFor('gate', keyring, systemRandom);
    for (const gateId of GATES)
      deepEqual(await again.publicKey(gateId), await gate.publicKey(gateId));
    const elsewhere = softKeysFor('gate', generateKeyring(systemRandom), systemRandom);
    notDeepEqual(await elsewhere.publicKey(GATES[0]), await gate.publicKey(GATES[0]));
  });
});

describe('a sealed token', () => {
  const track = fromHex('9999590100000012D31122010000');

  test('opens in the back office, for its gate and its number alone', async () => {
    const sealed = await gate.sealCredential(GATES[0], 7, track);
    deepEqual(await transit.openCredential(GATES[0], 7, sealed), track);
    equal(await transit.openCredential(GATES[1], 7, sealed), undefined);
    equal(await transit.openCredential(GATES[0], 8, sealed), undefined);
  });

  test('of one token and number is another each time', async () => {
    const seal = () => gate.sealCredential(GATES[0], 7, track);
    notDeepEqual(await seal(), await seal());
  });

  test('cut or changed anywhere does not open', async () => {
    const sealed = await gate.sealCredential(GATES[0], 7, track);
    for (let length = 0; length < sealed.length; length++)
      equal(await transit.openCredential(GATES[0], 7, sealed.subarray(0, length)), undefined);
    const change = fc.tuple(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, flip]) => {
        const changed = sealed.with(at, (sealed[at] as number) ^ flip);
        equal(await transit.openCredential(GATES[0], 7, changed), undefined);
      }),
    );
  });
});
