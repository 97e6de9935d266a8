import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import {
  createECDH,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { toAscii } from '../bytes/bytes.ts';
import { encodeSpki, publicKeyOf, signDer, verifyDer } from '../cipher/p256.ts';
import {
  decodeEcV2,
  decodeRootKeys,
  decryptPayload,
  type EcV2Refusal,
  encodeRootKeys,
  keyToSign,
  makeEcV2,
  messageToSign,
  openEcV2,
} from './ec-v2.ts';
import { PayloadError } from './malformed.ts';
import { decodeSpki } from './points.ts';

const published = JSON.parse(
  readFileSync(new URL('./ec-v2.vectors.json', import.meta.url), 'utf8'),
) as {
  payload: { signature: string; signedMessage: string; intermediateSigningKey: object };
  recipientId: string;
  merchantPrivateKey: string;
  plain: string;
};

const recipientId = 'gateway:lianxian';
const now = 1_750_000_000_000;
const expiration = now + 1;
const [rootKey, intermediateKey, merchantKey, ephemeralKey] = [1, 2, 3, 4].map((byte) =>
  new Uint8Array(32).fill(byte),
) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const plain = Buffer.from(`{"messageExpiration":"${expiration}","messageId":"1"}`);
const order = {
  plain,
  merchantPublicKey: publicKeyOf(merchantKey),
  ephemeralPrivateKey: ephemeralKey,
  recipientId,
  signer: { rootPrivateKey: rootKey, intermediatePrivateKey: intermediateKey, expiration },
};
const rootKeys = [{ publicKey: publicKeyOf(rootKey), expiration }];
const offer = { merchantPrivateKey: merchantKey, recipientId, rootKeys, now };

test('the published example: its message opens, and is signed for its merchant alone', () => {
  const payload = decodeEcV2(JSON.stringify(published.payload));
  const opened = decryptPayload(payload, Buffer.from(published.merchantPrivateKey, 'hex'));
  equal(toAscii(opened ?? new Uint8Array()), published.plain);
  const { keyValue } = JSON.parse(payload.signedKey) as { keyValue: string };
  const intermediate = decodeSpki(Buffer.from(keyValue, 'base64'));
  const signed = (recipient: string) =>
    verifyDer(payload.signature, messageToSign(recipient, payload.signedMessage), intermediate);
  ok(signed(published.recipientId));
  ok(!signed('merchant:12346'));
});

test('what is made is opened', () => {
  deepEqual(openEcV2({ ...offer, payload: makeEcV2(order) }), {
    kind: 'opened',
    plain: new Uint8Array(plain),
  });
});

test('another implementation opens what is made: HKDF, HMAC and both signatures', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      const merchant = createECDH('prime256v1');
      merchant.generateKeys();
      const payload = decodeEcV2(
        makeEcV2({
          ...order,
          plain: bytes,
          merchantPublicKey: new Uint8Array(merchant.getPublicKey()),
          ephemeralPrivateKey: aPrivateKey(),
        }),
      );
      const message = JSON.parse(payload.signedMessage) as Record<string, string>;
      const point = Buffer.from(message.ephemeralPublicKey ?? '', 'base64');
      const input = Buffer.concat([point, merchant.computeSecret(point)]);
      const keys = Buffer.from(hkdfSync('sha256', input, Buffer.alloc(32), 'Google', 64));
      const encrypted = Buffer.from(message.encryptedMessage ?? '', 'base64');
      equal(
        createHmac('sha256', keys.subarray(32)).update(encrypted).digest('base64'),
        message.tag,
      );
      const toVerify = messageToSign(recipientId, payload.signedMessage);
      ok(verify('sha256', toVerify, nodeKey(intermediateKey), payload.signature));
      const [keySignature = new Uint8Array()] = payload.keySignatures;
      ok(verify('sha256', keyToSign(payload.signedKey), nodeKey(rootKey), keySignature));
    }),
    { numRuns: 10 },
  );
});

test('lengths before what is signed are four bytes, the lowest first', () => {
  equal(
    Buffer.from(keyToSign('ab')).toString('hex'),
    '06000000476f6f676c6504000000454376320200' + '00006162',
  );
});

test('another version is refused', () => {
  refusedAs('ecv2.version_unknown', changed({ protocolVersion: 'ECv1' }));
});

test('root keys that expired verify nothing', () => {
  const payload = makeEcV2(order);
  equal(codeOf(openEcV2({ ...offer, payload, now: expiration })), 'ecv2.root_keys_expired');
  equal(codeOf(openEcV2({ ...offer, payload, rootKeys: [] })), 'ecv2.root_keys_expired');
});

test('an intermediate key that no root key signed is refused', () => {
  const signer = { ...order.signer, rootPrivateKey: merchantKey };
  refusedAs('ecv2.intermediate_signature_wrong', makeEcV2({ ...order, signer }));
  refusedAs('ecv2.intermediate_signature_wrong', makeEcV2({ ...order, signer: undefined }));
});

test('one signature of an intermediate key by any root key is enough', () => {
  const other = { publicKey: publicKeyOf(merchantKey), expiration };
  const payload = makeEcV2(order);
  equal(openEcV2({ ...offer, payload, rootKeys: [other, ...rootKeys] }).kind, 'opened');
});

test('an intermediate key that expired is refused', () => {
  const signer = { ...order.signer, expiration: now };
  refusedAs('ecv2.intermediate_expired', makeEcV2({ ...order, signer }));
});

test('a message for another recipient, or changed after it was signed, is refused', () => {
  refusedAs('ecv2.signature_wrong', makeEcV2({ ...order, recipientId: 'gateway:other' }));
  const { signedMessage } = decodeEcV2(makeEcV2(order));
  refusedAs('ecv2.signature_wrong', changed({ signedMessage: `${signedMessage} ` }));
});

test('a message that was encrypted to another merchant is refused', () => {
  const merchantPublicKey = publicKeyOf(rootKey);
  refusedAs('ecv2.tag_wrong', makeEcV2({ ...order, merchantPublicKey }));
});

test('a tag that differs in one bit is refused, even when it was signed', () => {
  const { signedMessage } = decodeEcV2(makeEcV2(order));
  const message = JSON.parse(signedMessage) as { tag: string };
  const tag = Buffer.from(message.tag, 'base64');
  tag[31] = (tag[31] ?? 0) ^ 1;
  const other = JSON.stringify({ ...message, tag: tag.toString('base64') });
  const signature = signDer(messageToSign(recipientId, other), intermediateKey);
  refusedAs(
    'ecv2.tag_wrong',
    changed({ signedMessage: other, signature: Buffer.from(signature).toString('base64') }),
  );
});

test('a message that does not say when it ends is refused', () => {
  for (const text of ['{"a":1}', '{"messageExpiration":1}', '[]', 'x', '\u00ff'])
    refusedAs('ecv2.message_without_expiration', makeEcV2({ ...order, plain: Buffer.from(text) }));
});

test('a message that ended is refused', () => {
  const old = Buffer.from(`{"messageExpiration":"${now}"}`);
  refusedAs('ecv2.message_expired', makeEcV2({ ...order, plain: old }));
});

test('root keys are published as a list, and those of other versions are passed over', () => {
  const { keys } = JSON.parse(encodeRootKeys(rootKeys)) as { keys: object[] };
  const old = { ...keys[0], protocolVersion: 'ECv1' };
  deepEqual(decodeRootKeys(JSON.stringify({ keys: [old, ...keys] })), rootKeys);
  throws(() => decodeRootKeys('{"keys":[{}]}'), PayloadError);
});

test('a payload with a part too many, too few, or of another kind is malformed', () => {
  const whole = JSON.parse(makeEcV2(order)) as Record<string, unknown>;
  for (const name of Object.keys(whole)) {
    for (const other of [undefined, 7, null, 'é'.repeat(4), [], {}]) {
      const payload = JSON.stringify({ ...whole, [name]: other });
      if (other === 'éééé' && name !== 'signature') continue;
      throws(() => openEcV2({ ...offer, payload }), PayloadError, `${name}: ${other}`);
    }
  }
  throws(() => decodeEcV2(JSON.stringify({ ...whole, more: 1 })), PayloadError);
});

test('a one-time key that is no point of the curve is malformed, though it was signed', () => {
  const { signedMessage } = decodeEcV2(makeEcV2(order));
  const message = JSON.parse(signedMessage) as object;
  const point = Buffer.alloc(65, 4).toString('base64');
  const other = JSON.stringify({ ...message, ephemeralPublicKey: point });
  throws(() => decryptPayload({ signedMessage: other }, merchantKey), PayloadError);
});

test('any text is a payload or a PayloadError; so is every truncation', () => {
  const payload = makeEcV2(order);
  for (let length = 0; length < payload.length; length++)
    throws(() => decodeEcV2(payload.slice(0, length)), PayloadError);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      throws(() => decodeEcV2(text), PayloadError);
      throws(() => decodeRootKeys(text), PayloadError);
    }),
  );
});

function changed(parts: object): string {
  return JSON.stringify({ ...(JSON.parse(makeEcV2(order)) as object), ...parts });
}

function refusedAs(code: EcV2Refusal, payload: string): void {
  equal(codeOf(openEcV2({ ...offer, payload })), code);
}

function codeOf(opened: ReturnType<typeof openEcV2>): string {
  return opened.kind === 'refused' ? opened.code : opened.kind;
}

function nodeKey(privateKey: Uint8Array): ReturnType<typeof createPublicKey> {
  const key = Buffer.from(encodeSpki(publicKeyOf(privateKey)));
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function aPrivateKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { d = '' } = privateKey.export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(d, 'base64url'));
}
