import assert from 'node:assert/strict';
import { constants, createHash, createPublicKey, publicDecrypt } from 'node:crypto';
import { describe, test } from 'node:test';
import { concat, equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { revealHex } from '@octavo/lib/bytes/secret.ts';
import { isExpired } from '@octavo/lib/oda/authority.ts';
import {
  type CertificateObjects,
  recoverIccKey,
  recoverIssuerKey,
} from '@octavo/lib/oda/certificates.ts';
import { systemRandom } from './personalised.fixture.ts';
import { authorityOf, generateAuthority } from './softkeys-authority.ts';

/** 2026-11-25, noon in Shanghai. */
const MADE_MS = Date.UTC(2026, 10, 25, 4);
const section = generateAuthority(systemRandom, MADE_MS);
const authority = authorityOf(section, systemRandom);

const TOKEN = '9999580100000018';
const staticData = fromHex('5A0899995801000000185F24033111305F3401017000');
const card = { token: TOKEN, expiry: '3111', staticData };

async function caKey() {
  const [key] = await authority.authorityKeys();
  assert.ok(key !== undefined);
  return key;
}

describe('the authority of a world', () => {
  test('publishes one key: RID A000000333, index F0, 1408 bits, exponent 3, good for ten years', async () => {
    const key = await caKey();
    assert.equal(toHex(key.rid), 'A000000333');
    assert.equal(key.index, 0xf0);
    assert.equal(key.modulus.length * 8, 1408);
    assert.equal(toHex(key.exponent), '03');
    assert.equal(key.expiry, '1136');
    assert.deepEqual(Object.keys(key).sort(), ['expiry', 'exponent', 'index', 'modulus', 'rid']);
  });

  test('certifies the issuer of every demo token for eight years', async () => {
    const { issuer } = authority.certifyCard(card);
    const recovered = recoverIssuerKey(await caKey(), issuer, TOKEN);
    assert.ok(recovered.kind === 'recovered');
    assert.equal(recovered.subject, '9999');
    assert.equal(recovered.expiry, '1134');
    assert.equal(recovered.key.modulus.length * 8, 1152);
    assert.equal(recoverIssuerKey(await caKey(), issuer, '6258249900000018').kind, 'refused');
  });

  test('certifies each card afresh, over its static data, until its token expires', async () => {
    const { issuer, card: first, parts } = authority.certifyCard(card);
    const { card: second } = authority.certifyCard(card);
    const keys = [first, second].map((objects) => cardKey(issuer, objects));
    assert.equal(toHex(product(parts)), toHex(keys[0]?.key.modulus ?? new Uint8Array(0)));
    assert.deepEqual(
      keys.map((key) => [key.expiry, key.subject, key.key.modulus.length]),
      [
        ['1131', TOKEN, 128],
        ['1131', TOKEN, 128],
      ],
    );
    const [one, other] = keys;
    assert.ok(one && other);
    assert.notEqual(toHex(one.serial), toHex(other.serial));
    assert.notEqual(toHex(one.key.modulus), toHex(other.key.modulus));
  });

  test('the certificate of another token, and other static data, are refused', async () => {
    const { issuer, card: objects } = authority.certifyCard(card);
    const issuerKey = recoverIssuerKey(await caKey(), issuer);
    assert.ok(issuerKey.kind === 'recovered');
    const { key } = issuerKey;
    assert.deepEqual(recoverIccKey(key, objects, staticData, '9999580100000026'), {
      kind: 'refused',
      code: 'pan',
    });
    const other = staticData.with(9, 0x19);
    assert.deepEqual(recoverIccKey(key, objects, other, TOKEN), { kind: 'refused', code: 'hash' });
  });

  test('another world’s authority does not vouch for them', async () => {
    const stranger = authorityOf(generateAuthority(systemRandom, MADE_MS), systemRandom);
    const [key] = await stranger.authorityKeys();
    assert.ok(key !== undefined);
    const { issuer } = authority.certifyCard(card);
    assert.equal(recoverIssuerKey(key, issuer, TOKEN).kind, 'refused');
  });

  test('the chain stands by Node’s own RSA and SHA-1 too, byte for byte as the sheet lays it out', async () => {
    // docs/specs.md, EMV contactless sheet, section 7.1
    const { issuer, card: objects } = authority.certifyCard(card);
    const ca = await caKey();
    const first = opened(ca.modulus, issuer.certificate);
    assert.equal(toHex(first.subarray(0, 8)), '6A029999FFFF1134');
    assert.equal(toHex(first.subarray(11, 15)), '01019001');
    assert.equal(first.at(-1), 0xbc);
    const digits = 176 - 36;
    const issuerModulus = concat(first.subarray(15, 15 + digits), issuer.remainder);
    assert.equal(issuerModulus.length, 144);
    assert.equal(toHex(first.subarray(155, 175)), sha1(first, issuer));

    const second = opened(issuerModulus, objects.certificate);
    assert.equal(toHex(second.subarray(0, 14)), `6A04${TOKEN}FFFF1131`);
    assert.equal(toHex(second.subarray(17, 21)), '01018001');
    const cardModulus = concat(second.subarray(21, 21 + 144 - 42), objects.remainder);
    assert.equal(cardModulus.length, 128);
    assert.equal(toHex(second.subarray(123, 143)), sha1(second, objects, staticData));
    assert.ok(equal(cardModulus, cardKey(issuer, objects).key.modulus));
  });

  test('its months never pass 49, from where certificates count to the last century', async () => {
    const late = generateAuthority(systemRandom, Date.UTC(2045, 0, 15));
    const [key] = await authorityOf(late, systemRandom).authorityKeys();
    assert.equal(key?.expiry, '0149');
    assert.equal(isExpired('0149', '450115'), false);
  });

  test('shows no private part in what it hands out, a card’s own included', async () => {
    const { ca, issuer: kept } = section;
    const { issuer, card: objects, parts } = authority.certifyCard(card);
    const own = Object.values(parts).map((part) => revealHex(part));
    const primes = [ca.firstPrime, ca.secondPrime, kept.firstPrime, kept.secondPrime];
    const shown = [await authority.authorityKeys(), issuer, objects, parts].map(hexOf).join();
    for (const secret of [...primes, ...own]) assert.ok(!shown.includes(secret));
    for (const prime of primes) assert.ok(!own.includes(prime));
  });
});

function cardKey(issuer: CertificateObjects, objects: CertificateObjects) {
  const ca = { modulus: fromHex(section.ca.modulus), exponent: fromHex('03') };
  const recovered = recoverIssuerKey(ca, issuer);
  assert.ok(recovered.kind === 'recovered');
  const key = recoverIccKey(recovered.key, objects, staticData, TOKEN);
  assert.ok(key.kind === 'recovered');
  return key;
}

function product(parts: { readonly firstPrime: Uint8Array; readonly secondPrime: Uint8Array }) {
  const [p, q] = [parts.firstPrime, parts.secondPrime].map((part) =>
    BigInt(`0x${revealHex(part)}`),
  );
  assert.ok(p !== undefined && q !== undefined);
  return fromHex((p * q).toString(16));
}

function opened(modulus: Uint8Array, signature: Uint8Array): Uint8Array {
  const n = Buffer.from(modulus).toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'RSA', n, e: 'Aw' } });
  return new Uint8Array(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature));
}

/** Of the block's inside, the remainder, the exponent, and what else the hash covers. */
function sha1(
  block: Uint8Array,
  { remainder, exponent }: CertificateObjects,
  more: Uint8Array = new Uint8Array(0),
): string {
  const inside = block.subarray(1, block.length - 21);
  const hash = createHash('sha1').update(concat(inside, remainder, exponent, more));
  return toHex(new Uint8Array(hash.digest()));
}

function hexOf(value: unknown): string {
  return JSON.stringify(value, (_name, part) => (part instanceof Uint8Array ? toHex(part) : part));
}
