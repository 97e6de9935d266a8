import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { concat } from '@octavo/lib/bytes/bytes.ts';
import { createPasskey, openPasskey } from './passkey.ts';
import { systemRandom } from './personalised.fixture.ts';

const relyingParty = { rpId: 'pay.example', origin: 'https://pay.example', random: systemRandom };
const challenge = Uint8Array.from({ length: 32 }, (_, index) => index * 8);

describe('a passkey in software', () => {
  test('signs authenticator data and the hash of the client data, in DER', () => {
    const passkey = createPasskey(relyingParty);
    const { authenticatorData, clientDataJSON, signature } = passkey.assert(challenge);
    const point = passkey.publicKey;
    const [x, y] = [point.slice(1, 33), point.slice(33)].map((half) =>
      Buffer.from(half).toString('base64url'),
    );
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const message = concat(authenticatorData, sha256(clientDataJSON));
    assert.equal(signature[0], 0x30);
    assert.ok(verify('sha256', message, key, signature));
    assert.equal(verify('sha256', concat(message, Uint8Array.of(0)), key, signature), false);
  });

  test('writes client data in the order browsers do, with the challenge in base64url', () => {
    const { clientDataJSON } = createPasskey(relyingParty).assert(challenge);
    assert.equal(
      Buffer.from(clientDataJSON).toString(),
      '{"type":"webauthn.get","challenge":"AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg","origin":"https://pay.example","crossOrigin":false}',
    );
  });

  test('says whose it is, that the user was present and verified, and how often it signed', () => {
    const passkey = createPasskey(relyingParty);
    for (const count of [1, 2, 3]) {
      const { authenticatorData } = passkey.assert(challenge);
      assert.equal(authenticatorData.length, 37);
      assert.deepEqual(authenticatorData.slice(0, 32), sha256(Buffer.from('pay.example')));
      assert.equal(authenticatorData[32], 0x05);
      assert.deepEqual([...authenticatorData.slice(33)], [0, 0, 0, count]);
    }
  });

  test('may keep its count at zero, as synchronised passkeys do', () => {
    const passkey = createPasskey({ ...relyingParty, counts: false });
    passkey.assert(challenge);
    assert.deepEqual([...passkey.assert(challenge).authenticatorData.slice(33)], [0, 0, 0, 0]);
  });

  test('can be told to lie, for tests of those who must not believe it', () => {
    const { authenticatorData, clientDataJSON } = createPasskey(relyingParty).assert(challenge, {
      origin: 'https://pay.example.evil',
      crossOrigin: true,
      userPresent: false,
      userVerified: false,
    });
    assert.equal(authenticatorData[32], 0x00);
    const claims = JSON.parse(Buffer.from(clientDataJSON).toString());
    assert.equal(claims.origin, 'https://pay.example.evil');
    assert.equal(claims.crossOrigin, true);
  });

  test('kept and taken up again is the same passkey, and its count goes on', () => {
    const first = createPasskey(relyingParty);
    first.assert(challenge);
    const again = openPasskey(JSON.parse(JSON.stringify(first.record())));
    assert.deepEqual(again.publicKey, first.publicKey);
    assert.deepEqual(again.credentialId, first.credentialId);
    assert.equal(again.assert(challenge).authenticatorData[36], 2);
  });
});

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
