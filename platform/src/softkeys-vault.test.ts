import assert from 'node:assert/strict';
import { createDecipheriv, createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import type { VaultKeys } from '@octavo/domain/ports.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import fc from 'fast-check';
import { generateKeyring, type ServiceSection } from './keyring.ts';
import { systemRandom } from './personalised.fixture.ts';
import { SealBroken, vaultKeys } from './softkeys-vault.ts';

const section = generateKeyring(systemRandom).tokens;
const vault = vaultKeys(section, systemRandom);
const place = { id: 'token-1', column: 'pan' };
const plain = fromHex('6228489900001234');

describe('encryption at rest', () => {
  test('any value opens in its own place', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.string(), fc.string(), async (value, id, column) => {
        const sealed = await vault.vaultSeal(value, { id, column });
        assert.deepEqual(await vault.vaultOpen(sealed, { id, column }), value);
      }),
    ));

  test('is AES-256-GCM over version, nonce, ciphertext and tag, with the place as associated data', async () => {
    const sealed = await vault.vaultSeal(plain, place);
    const key = fromHex(section.vault.keys['1'] ?? '');
    const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
    // Each text after its length in two bytes, then the key version
    cipher.setAAD(Buffer.from('\x00\x07token-1\x00\x03pan\x01', 'latin1'));
    cipher.setAuthTag(sealed.subarray(-16));
    const opened = Buffer.concat([cipher.update(sealed.subarray(13, -16)), cipher.final()]);
    assert.equal(sealed[0], 1);
    assert.deepEqual(new Uint8Array(opened), plain);
  });

  test('a value moved to another row or column does not open, however the texts are cut', async () => {
    const sealed = await vault.vaultSeal(plain, place);
    const others = [
      { id: 'token-2', column: 'pan' },
      { id: 'token-1', column: 'expiry' },
      { id: 'token-', column: '1pan' },
      { id: 'token-1pan', column: '' },
    ];
    for (const other of others) await assert.rejects(vault.vaultOpen(sealed, other), SealBroken);
  });

  test('a value with any bit turned over, or cut short, does not open', async () => {
    const sealed = await vault.vaultSeal(plain, place);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = sealed.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      await assert.rejects(vault.vaultOpen(changed, place), SealBroken);
    }
    for (let length = 0; length < sealed.length; length++)
      await assert.rejects(vault.vaultOpen(sealed.subarray(0, length), place), SealBroken);
  });

  test('the same value sealed twice is not the same bytes', async () => {
    const [first, second] = [
      await vault.vaultSeal(plain, place),
      await vault.vaultSeal(plain, place),
    ];
    assert.notEqual(toHex(first), toHex(second));
  });

  test('an older key version still opens; new values are sealed under the current one', async () => {
    const old = await vault.vaultSeal(plain, place);
    const keys = { ...section.vault.keys, '2': toHex(systemRandom(32)) };
    const turned = vaultKeys({ ...section, vault: { current: 2, keys } }, systemRandom);
    assert.deepEqual(await turned.vaultOpen(old, place), plain);
    const fresh = await turned.vaultSeal(plain, place);
    assert.equal(fresh[0], 2);
    await assert.rejects(vault.vaultOpen(fresh, place), SealBroken);
    // A value cannot be passed off as one of another version.
    const renamed = Uint8Array.from(old).fill(2, 0, 1);
    await assert.rejects(turned.vaultOpen(renamed, place), SealBroken);
  });
});

describe('lookup by keyed hash', () => {
  test('is HMAC-SHA-256 over purpose, a zero byte, and value, under the lookup key', async () => {
    const expected = createHmac('sha256', fromHex(section.lookup))
      .update('pan\0', 'latin1')
      .update(plain)
      .digest();
    assert.deepEqual(await vault.lookupHash('pan', plain), new Uint8Array(expected));
  });

  test('differs by purpose, by service, and from the encryption key', async () => {
    const hash = async (keys: VaultKeys, purpose: string): Promise<string> =>
      toHex(await keys.lookupHash(purpose, plain));
    const swapped: ServiceSection = { ...section, lookup: section.vault.keys['1'] ?? '' };
    const hashes = [
      await hash(vault, 'pan'),
      await hash(vault, 'token'),
      await hash(vaultKeys(generateKeyring(systemRandom).issuer, systemRandom), 'pan'),
      await hash(vaultKeys(swapped, systemRandom), 'pan'),
    ];
    assert.equal(new Set(hashes).size, hashes.length);
    assert.equal(await hash(vault, 'pan'), hashes[0]);
  });
});
