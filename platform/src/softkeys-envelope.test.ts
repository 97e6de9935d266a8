import assert from 'node:assert/strict';
import { createCipheriv, createECDH, createHash, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { concat, fromUint } from '@octavo/lib/bytes/bytes.ts';
import fc from 'fast-check';
import { CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';
import { type CardEntry, sealCardEntry } from './card-entry.ts';
import { envelopeAddress, generateKeyring } from './keyring.ts';
import { systemRandom } from './personalised.fixture.ts';
import { envelopeKeys } from './softkeys-envelope.ts';
import { generateP256, pointOf, publicJwkOf } from './softkeys-p256.ts';

const keyring = generateKeyring(systemRandom);
const address = envelopeAddress(keyring);
const { openEnvelope } = envelopeKeys(keyring.tokens);
const right = { alg: 'ECDH-ES', enc: 'A256GCM', kid: address.kid } as const;

const entry: CardEntry = {
  kind: 'card',
  pan: '9999000000000001',
  expiry: '3012',
  cvn2: '123',
  elementId: 'AB'.repeat(32),
  holderPublicKey: '04'.repeat(65),
  rpIdHash: 'CD'.repeat(32),
  origin: 'https://pay.example',
  enrolmentId: 'enrolment-1',
  requestorId: '40010030273',
  atMs: 1_795_000_000_000,
};

async function sealed(
  header: CompactJWEHeaderParameters,
  key: object = { ...address.publicJwk, alg: header.alg },
): Promise<string> {
  return new CompactEncrypt(Buffer.from('{}')).setProtectedHeader(header).encrypt(key);
}

describe('an envelope to the token service', () => {
  test('that the card-entry frame closed opens to what was typed', async () => {
    const code = { ...entry, kind: 'code', code: '123456' } as const;
    for (const typed of [entry, code]) {
      const envelope = await sealCardEntry({ ...address, entry: typed });
      const plain = await openEnvelope(envelope);
      assert.deepEqual(JSON.parse(Buffer.from(plain ?? []).toString()), typed);
    }
  });

  test('made by hand from RFC 7518, section 4.6, opens', async () => {
    assert.deepEqual(await openEnvelope(byHand()), new Uint8Array(Buffer.from('by hand')));
  });

  test('of another algorithm, encryption or key id does not open', async () => {
    assert.notEqual(await openEnvelope(await sealed(right)), undefined);
    const { kid, ...nameless } = right;
    const secret = randomBytes(32);
    const refused = [
      await sealed({ ...right, enc: 'A128GCM' }),
      await sealed({ ...right, enc: 'A256CBC-HS512' }),
      await sealed({ ...right, alg: 'ECDH-ES+A256KW' }),
      await sealed({ ...right, kid: 'another' }),
      await sealed(nameless),
      await sealed({ alg: 'dir', enc: 'A256GCM', kid }, secret),
      await sealed({ alg: 'A256KW', enc: 'A256GCM', kid }, secret),
    ];
    for (const envelope of refused) assert.equal(await openEnvelope(envelope), undefined);
  });

  test('with a header member that we do not know does not open', async () => {
    assert.equal(await openEnvelope(await sealed({ ...right, typ: 'JWE' })), undefined);
    assert.equal(await openEnvelope(await sealed({ ...right, cty: 'JWT' })), undefined);
  });

  test('to another key does not open, also under our key id', async () => {
    const stranger = { ...publicJwkOf(generateP256(systemRandom)), alg: right.alg };
    assert.equal(await openEnvelope(await sealed(right, stranger)), undefined);
  });

  test("with a sender's point that is not on the curve does not open", async () => {
    const [header = '', ...rest] = (await sealed(right)).split('.');
    const { epk, ...others } = JSON.parse(Buffer.from(header, 'base64url').toString());
    const bent = [
      { ...epk, y: epk.x },
      { ...epk, crv: 'P-384' },
      { ...epk, x: 'AA' },
      { ...epk, d: 'AA' },
      { kty: 'OKP', crv: 'X25519', x: epk.x },
      'epk',
      null,
    ];
    for (const point of bent) {
      const text = JSON.stringify({ ...others, epk: point });
      const envelope = [Buffer.from(text).toString('base64url'), ...rest].join('.');
      assert.equal(await openEnvelope(envelope), undefined);
    }
  });

  test('with any character changed, or cut short, does not open', async () => {
    const envelope = await sealed(right);
    for (let at = 0; at < envelope.length; at++) {
      const other = envelope[at] === 'A' ? 'E' : 'A';
      const changed = envelope.slice(0, at) + other + envelope.slice(at + 1);
      // The last character of a part may hold bits that stand for nothing; then the bytes are the same.
      if (Buffer.from(changed, 'base64url').equals(Buffer.from(envelope, 'base64url'))) continue;
      if (sameBytes(changed, envelope)) continue;
      assert.equal(await openEnvelope(changed), undefined, `character ${at}`);
      assert.equal(await openEnvelope(envelope.slice(0, at)), undefined, `${at} characters`);
    }
  });

  test('any text is opened or is not ours', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.base64String(), fc.json())),
        async (parts) => {
          assert.equal(await openEnvelope(parts.join('.')), undefined);
          const [header = ''] = (await sealed(right)).split('.');
          assert.equal(await openEnvelope([header, ...parts].join('.')), undefined);
        },
      ),
      { numRuns: 50 },
    ));
});

function sameBytes(left: string, right: string): boolean {
  const bytes = (text: string): string =>
    text
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('hex'))
      .join('.');
  return bytes(left) === bytes(right);
}

/** ECDH-ES with Concat KDF and A256GCM out of node:crypto alone. */
function byHand(): string {
  const sender = createECDH('prime256v1');
  const point = sender.generateKeys();
  const shared = sender.computeSecret(pointOf(address.publicJwk));
  const sized = (text: string): Uint8Array => concat(fromUint(text.length, 4), Buffer.from(text));
  const otherInfo = concat(sized('A256GCM'), sized(''), sized(''), fromUint(256, 4));
  const key = createHash('sha256')
    .update(concat(fromUint(1, 4), shared, otherInfo))
    .digest();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString('base64url'),
  );
  const header = JSON.stringify({ ...right, epk: { kty: 'EC', crv: 'P-256', x, y } });
  const encoded = Buffer.from(header).toString('base64url');
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(encoded));
  const text = Buffer.concat([cipher.update('by hand'), cipher.final()]);
  const parts = [nonce, text, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  return [encoded, '', ...parts].join('.');
}
