import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex, type SecretBytes, secret } from '../bytes/secret.ts';
import {
  decodeScp02Answer,
  deriveScp02Key,
  deriveScp02Session,
  encodeScp02Answer,
  Scp02Error,
  scp02CardChallenge,
  scp02CardCryptogram,
  scp02HostCryptogram,
} from './scp02.ts';
import vectors from './scp02.vectors.json' with { type: 'json' };

const { channel } = vectors;
const ANSWER = fromHex(channel.answer);

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('a session key is a triple DES chain over the constant of its use, the counter and zeros', () => {
  const uses = { sMac: '0101', sRmac: '0102', sDek: '0181', sEnc: '0182' } as const;
  for (const [use, constant] of Object.entries(uses)) {
    fc.assert(
      fc.property(bytes(16), bytes(2), (key, sequence) => {
        const input = concat(fromHex(constant), sequence, new Uint8Array(12));
        const derived = deriveScp02Key(key, use as keyof typeof uses, sequence);
        same(revealHex(derived), toHex(chainByNode(key, input)));
      }),
    );
  }
});

test('session keys are not for printing', () => {
  const key = deriveScp02Key(new Uint8Array(16), 'sEnc', new Uint8Array(2));
  same(String(key), '[16 secret bytes]');
  throws(() => toHex(key), AssertionError);
});

test('the published card proves its keys, and the host its own', () => {
  const { cardChallenge, sequence, cardCryptogram } = decodeScp02Answer(ANSWER);
  const host = fromHex(channel.initializeUpdate).subarray(5, 13);
  const [enc, mac, dek] = [channel.enc, channel.mac, channel.dek].map((hex) =>
    secret(fromHex(hex)),
  ) as [SecretBytes, SecretBytes, SecretBytes];
  const keys = { enc, mac, dek };
  const session = deriveScp02Session(keys, { host, sequence, card: cardChallenge });
  same(toHex(session.cardCryptogram), toHex(cardCryptogram));
  same(toHex(session.hostCryptogram), channel.externalAuthenticate.slice(10, 26));
});

test('cryptograms are the last block of a chain over what each end says, padded with 80', () => {
  fc.assert(
    fc.property(bytes(16), bytes(8), bytes(2), bytes(6), (sEnc, host, sequence, card) => {
      const challenges = { host, sequence, card };
      const of = (...parts: readonly Uint8Array[]) =>
        toHex(chainByNode(sEnc, concat(...parts, fromHex('8000000000000000'))).subarray(-8));
      same(toHex(scp02CardCryptogram(sEnc, challenges)), of(host, sequence, card));
      same(toHex(scp02HostCryptogram(sEnc, challenges)), of(sequence, card, host));
    }),
  );
});

test('a derived challenge depends on the domain’s name and on S-MAC, and is six bytes', () => {
  const sMac = fromHex(channel.mac);
  const one = scp02CardChallenge(sMac, 'A000000151000000');
  same(one.length, 6);
  deepEqual(scp02CardChallenge(sMac, 'A000000151000000'), one);
  same(toHex(scp02CardChallenge(sMac, 'A000000003000000')) === toHex(one), false);
  same(toHex(scp02CardChallenge(fromHex(channel.enc), 'A000000151000000')) === toHex(one), false);
});

test('the answer names its parts, and is written back the same', () => {
  const answer = decodeScp02Answer(ANSWER);
  same(answer.keyVersion, 0x70);
  same(toHex(answer.sequence), '0001');
  same(toHex(answer.cardChallenge), '6B4524ABEE7C');
  same(toHex(answer.cardCryptogram), 'F32EA3838BC148F3');
  same(toHex(encodeScp02Answer(answer)), channel.answer);
});

test('an answer cut at any byte, or followed by another, is refused and says where', () => {
  for (let length = 0; length < ANSWER.length; length++) {
    throws(() => decodeScp02Answer(ANSWER.subarray(0, length)), Scp02Error);
  }
  const longer = concat(ANSWER, Uint8Array.of(0));
  throws(() => decodeScp02Answer(longer), { name: 'Scp02Error', offset: 28 });
  throws(() => decodeScp02Answer(ANSWER.with(11, 0x03)), { name: 'Scp02Error', offset: 11 });
});

test('any bytes are an answer or the error of the channel', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
      try {
        deepEqual(encodeScp02Answer(decodeScp02Answer(data)), Uint8Array.from(data));
      } catch (error) {
        same(error instanceof Scp02Error, true, String(error));
      }
    }),
  );
});

test('challenges of another length are a bug of the caller', () => {
  const challenges = {
    host: new Uint8Array(8),
    sequence: new Uint8Array(2),
    card: new Uint8Array(6),
  };
  const key = new Uint8Array(16);
  for (const wrong of [
    { host: new Uint8Array(7) },
    { sequence: new Uint8Array(3) },
    { card: new Uint8Array(8) },
  ]) {
    throws(() => scp02CardCryptogram(key, { ...challenges, ...wrong }), AssertionError);
  }
  throws(() => deriveScp02Key(key, 'sEnc', new Uint8Array(3)), AssertionError);
});

/** Two-key triple DES in a chain, by Node: its third key is the first again. */
function chainByNode(key: Uint8Array, data: Uint8Array): Uint8Array {
  const key24 = concat(key, key.subarray(0, 8));
  const cipher = createCipheriv('des-ede3-cbc', key24, new Uint8Array(8)).setAutoPadding(false);
  return Uint8Array.from(cipher.update(data));
}
