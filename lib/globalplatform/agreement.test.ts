import { deepEqual, rejects, equal as same, throws } from 'node:assert/strict';
import { createECDH, createHash, createSign, type ECDH, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeCommand } from '../apdu/apdu.ts';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import {
  AGREEMENT_STATUS,
  AgreementError,
  acceptAgreement,
  agreementMessage,
  decodeAgree,
  decodeNonce,
  domainKeys,
  encodeNonce,
  proposeAgreement,
} from './agreement.ts';
import { SSD_AID } from './aids.ts';
import type { StaticKeys } from './scp03.ts';

const tokenService = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const tokenServiceKey = pointOf(tokenService.publicKey.export({ format: 'jwk' }));
const element = newPair();
const ephemeral = newPair();
const elementCertificate = fromHex('7F2103420141');
const nonce = fromHex('000102030405060708090A0B0C0D0E0F');

test('the token service signs certificate hash, domain, key version, nonce and point', () => {
  // Provisioning sheet, section 7, step 2.
  const ephemeralPoint = publicOf(ephemeral);
  const terms = { elementCertificate, ssdAid: SSD_AID, keyVersion: 0x30, nonce, ephemeralPoint };
  const expected = `${hash(elementCertificate)}A000000333005344000130${toHex(nonce)}${toHex(ephemeralPoint)}`;
  same(toHex(agreementMessage(terms)), expected);
});

test('both sides derive the keys that an independent computation derives', async () => {
  const { command, keys } = await propose();
  const message = messageOf(command.data, nonce);
  const shared = Uint8Array.from(element.computeSecret(ephemeral.getPublicKey()));
  const expected = independentKeys(shared, message);
  deepEqual(asHex(keys), expected);
  deepEqual(asHex(domainKeys(shared, message)), expected);
  const accepted = accept(command.data);
  if (accepted.kind !== 'agreed') throw new Error(accepted.code);
  deepEqual(asHex(accepted.keys), expected);
  same(accepted.keyVersion, 0x30);
  same(String(accepted.keys.enc), '[16 secret bytes]');
});

test('AGREE is 80 2A 00 00 with domain, key version, point and signature', async () => {
  const { command } = await propose();
  const { signature } = decodeAgree(command.data);
  // profile octavo-1, section 4: 12, 3, 67 and 67 bytes make 95.
  same(
    toHex(encodeCommand(command)),
    `802A0000954F0AA00000033300534400018001308641${toHex(publicOf(ephemeral))}5F3740${toHex(signature)}`,
  );
});

test('malformed data are refused first, whatever else is wrong', async () => {
  const { data } = (await propose()).command;
  for (let length = 0; length < data.length; length++) {
    const refused = accept(data.subarray(0, length), { nonce: undefined });
    deepEqual(refused, { kind: 'refused', code: 'agreement.malformed' });
  }
  deepEqual(accept(concat(data, fromHex('8100'))), {
    kind: 'refused',
    code: 'agreement.malformed',
  });
});

test('a key version outside 30 to 3F, another domain and a point off the curve are malformed', async () => {
  const { data } = (await propose()).command;
  const changed = (at: number, value: number): Uint8Array =>
    data.map((byte, index) => (index === at ? value : byte));
  const malformed = { kind: 'refused', code: 'agreement.malformed' };
  deepEqual(accept(changed(14, 0x2f)), malformed);
  deepEqual(accept(changed(14, 0x40)), malformed);
  deepEqual(accept(changed(11, 0x02)), malformed);
  deepEqual(accept(changed(17, 0x02)), malformed);
  deepEqual(accept(changed(81, (data[81] as number) ^ 0x01)), malformed);
});

test('without an outstanding nonce nothing is agreed', async () => {
  const { data } = (await propose()).command;
  const refused = accept(data, { nonce: undefined });
  deepEqual(refused, { kind: 'refused', code: 'agreement.no_nonce' });
});

test('an agreement replayed against a new nonce is refused, its signature being for the old one', async () => {
  const { data } = (await propose()).command;
  const refused = accept(data, { nonce: new Uint8Array(16) });
  deepEqual(refused, { kind: 'refused', code: 'agreement.signature_wrong' });
});

test('a signature of somebody else, or one for another element, is refused', async () => {
  const { data } = (await propose()).command;
  const wrong = { kind: 'refused', code: 'agreement.signature_wrong' };
  deepEqual(accept(data, { tokenServiceKey: publicOf(newPair()) }), wrong);
  deepEqual(accept(data, { elementCertificate: fromHex('7F2103420142') }), wrong);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const forged = await propose({ signer: stranger });
  deepEqual(accept(forged.command.data), wrong);
});

test('one bit changed anywhere in AGREE is refused', async () => {
  const { data } = (await propose()).command;
  for (let index = 0; index < data.length; index++) {
    const mutant = data.map((byte, at) => (at === index ? byte ^ 0x01 : byte));
    same(accept(mutant).kind, 'refused', `byte ${index}`);
  }
});

test('a key version that is not higher than the one held is refused', async () => {
  const { data } = (await propose({ keyVersion: 0x31 })).command;
  const low = { kind: 'refused', code: 'agreement.key_version_not_higher' };
  deepEqual(accept(data, { heldKeyVersion: 0x31 }), low);
  deepEqual(accept(data, { heldKeyVersion: 0x3f }), low);
  same(accept(data, { heldKeyVersion: 0x30 }).kind, 'agreed');
});

test('each refusal has the status word of the profile', () => {
  // profile octavo-1, section 4.
  deepEqual(AGREEMENT_STATUS, {
    'agreement.malformed': 0x6a80,
    'agreement.no_nonce': 0x6985,
    'agreement.signature_wrong': 0x6982,
    'agreement.key_version_not_higher': 0x6985,
  });
});

test('a key version that cannot be is a bug of the token service', async () => {
  await rejects(propose({ keyVersion: 0x2f }), AssertionError);
  await rejects(propose({ keyVersion: 0x40 }), AssertionError);
});

test('the nonce is answered as DF01 with 16 bytes', () => {
  same(toHex(encodeNonce(nonce)), `DF0110${toHex(nonce)}`);
  same(toHex(decodeNonce(encodeNonce(nonce))), toHex(nonce));
  throws(() => decodeNonce(fromHex('DF010F000102030405060708090A0B0C0D0E')), AgreementError);
  throws(() => decodeNonce(concat(encodeNonce(nonce), fromHex('8000'))), AgreementError);
});

test('any bytes are a message or the own error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 160 }), (bytes) => {
      throws(() => decodeAgree(bytes), AgreementError);
      throws(() => decodeNonce(bytes), AgreementError);
    }),
  );
});

type Change = { keyVersion?: number; signer?: typeof tokenService.privateKey };

function propose(change: Change = {}): ReturnType<typeof proposeAgreement> {
  return proposeAgreement({
    ephemeralSecretKey: secretOf(ephemeral),
    elementCertificate,
    elementPublicKey: publicOf(element),
    keyVersion: change.keyVersion ?? 0x30,
    nonce,
    sign: (message) => {
      const key = change.signer ?? tokenService.privateKey;
      const signer = createSign('sha256').update(message);
      return Uint8Array.from(signer.sign({ key, dsaEncoding: 'ieee-p1363' }));
    },
  });
}

function accept(
  data: Uint8Array,
  change: Partial<Parameters<typeof acceptAgreement>[0]> = {},
): ReturnType<typeof acceptAgreement> {
  const elementSecretKey = secretOf(element);
  const known = { elementSecretKey, elementCertificate, tokenServiceKey, nonce };
  return acceptAgreement({ ...known, heldKeyVersion: 0x00, data, ...change });
}

function messageOf(data: Uint8Array, withNonce: Uint8Array): Uint8Array {
  const agree = decodeAgree(data);
  return agreementMessage({ ...agree, elementCertificate, nonce: withNonce });
}

/** Provisioning sheet, section 7, step 4, from Node's hash alone. */
function independentKeys(shared: Uint8Array, message: Uint8Array): object {
  const round = (counter: number): string =>
    hash(concat(shared, fromUint(counter, 4), fromHex('535344'), fromHex(hash(message))));
  const bytes = round(1) + round(2);
  return { enc: bytes.slice(0, 32), mac: bytes.slice(32, 64), dek: bytes.slice(64, 96) };
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').toUpperCase();
}

function asHex(keys: StaticKeys): object {
  return { enc: revealHex(keys.enc), mac: revealHex(keys.mac), dek: revealHex(keys.dek) };
}

function newPair(): ECDH {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return pair;
}

function publicOf(pair: ECDH): Uint8Array {
  return Uint8Array.from(pair.getPublicKey());
}

/** Node leaves out leading zeros. */
function secretOf(pair: ECDH): Uint8Array {
  return fromHex(pair.getPrivateKey('hex').padStart(64, '0'));
}

function pointOf(jwk: { x?: string; y?: string }): Uint8Array {
  const part = (text = ''): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'));
  return concat(fromHex('04'), part(jwk.x), part(jwk.y));
}
