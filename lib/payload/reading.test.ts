import { deepEqual, equal, throws } from 'node:assert/strict';
import { createPrivateKey, diffieHellman, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromAscii, fromHex } from '../bytes/bytes.ts';
import { character } from '../character.fixture.ts';
import {
  encodeSpki,
  isPrivateKey,
  publicKeyOf,
  sharedSecret,
  signDer,
  verifyDer,
} from '../cipher/p256.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { decodeDer, encodeDer, oidOf, TAG, timeOf } from './der.ts';
import { fromUtf8, type Json, jsonObject, parseJson } from './json.ts';
import { PayloadError } from './malformed.ts';
import { decodeSpki } from './points.ts';

test('base 64 is written as others write it, and read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = toBase64(bytes);
      equal(text, Buffer.from(bytes).toString('base64'));
      deepEqual(fromBase64(text), bytes);
    }),
  );
});

test('base 64 with another alphabet, spaces, no padding or bits left over is refused', () => {
  for (const text of [
    'A',
    'AA',
    'AA=',
    'AAA',
    'A===',
    '====',
    'AB==',
    'AAB=',
    'A A=',
    'AA=A',
    '_-==',
    'AAAA\n',
  ])
    throws(() => fromBase64(text), PayloadError, text);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const bytes = orPayloadError(() => fromBase64(text));
      if (bytes !== undefined) equal(toBase64(bytes), text);
    }),
  );
});

test('JSON is read as another reader reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'), (text, space) => {
      const value = JSON.parse(text) as unknown;
      deepEqual(plainOf(parseJson(JSON.stringify(value, null, space))), value);
    }),
  );
  const escapes = '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u003d\\ud83d\\ude00é\u007f\u0085"';
  equal(parseJson(escapes), JSON.parse(escapes));
});

test('text that is no JSON is a PayloadError, and what another reader refuses is refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), almostJson()), (text) => {
      if (orPayloadError(() => parseJson(text)) !== undefined) JSON.parse(text);
    }),
    { numRuns: 500 },
  );
  for (const text of [
    '',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    "'a'",
    '{a:1}',
    '[1,]',
    '{"a":1,}',
    '"\n"',
    '"\\x"',
    'nul',
    '"\\u12"',
  ])
    throws(() => parseJson(text), PayloadError, text);
});

test('JSON with a name twice, half a character, too deep or too long is refused', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '"\\ud83d"',
    '"\ud83d"',
    '['.repeat(10) + ']'.repeat(10),
    `"${'x'.repeat(70_000)}"`,
  ])
    throws(() => parseJson(text), PayloadError);
  equal(Array.isArray(parseJson('['.repeat(9) + ']'.repeat(9))), true);
});

test('an object has the names that it should have and no others', () => {
  jsonObject('{"a":1,"b":2}', ['a'], ['b', 'c']);
  for (const text of ['{"b":1}', '{"a":1,"d":1}', '[]', '1', '{"__proto__":1}'])
    throws(() => jsonObject(text, ['a'], ['b']), PayloadError);
});

test('UTF-8 is read as another reader reads it', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), textBytes()), (bytes) => {
      const text = orPayloadError(() => fromUtf8(bytes));
      if (text === undefined) throws(() => decoder.decode(bytes));
      else equal(text, decoder.decode(bytes));
    }),
  );
});

test('DER: what is written is read, with the bytes of every member', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), (values) => {
      const inner = values.map((value) => encodeDer(TAG.octetString, value));
      const node = decodeDer(encodeDer(TAG.sequence, concat(...inner)));
      deepEqual(
        node.children.map(({ value }) => Buffer.from(value)),
        values.map((one) => Buffer.from(one)),
      );
      deepEqual(concat(...node.children.map(({ raw }) => raw)), concat(...inner));
    }),
  );
});

test('DER: an indefinite length ends at two zero bytes', () => {
  const node = decodeDer(fromHex('3080020105308002010600000201070000'));
  deepEqual(
    node.children.map(({ tag }) => tag),
    [TAG.integer, TAG.sequence, TAG.integer],
  );
  deepEqual(node.children[1]?.children[0]?.value, Uint8Array.of(6));
});

test('DER: what has no single reading is refused', () => {
  for (const bytes of [
    '', // nothing
    '30', // no length
    '3001', // past the end
    '30030201', // a member past the end
    '02010500', // bytes after the end
    '30810100', // a length that is not minimal
    '3082000100', // likewise
    '3083000001', // a length of three bytes
    '048000000000', // an indefinite length without members
    '30800201', // without an end
    '3080020105', // likewise
    '308002010500', // half an end
    '2403040105', // a string in pieces
    '1F8101', // an identifier of several bytes
    '30020500FF', // likewise, after members
  ])
    throws(() => decodeDer(fromHex(bytes)), PayloadError, bytes);
  throws(() => decodeDer(new Uint8Array(20_000)), PayloadError);
  let deep = encodeDer(TAG.sequence, new Uint8Array());
  for (let level = 0; level < 20; level++) deep = encodeDer(TAG.sequence, deep);
  throws(() => decodeDer(deep), PayloadError);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      orPayloadError(() => decodeDer(bytes));
    }),
  );
});

test('DER: object identifiers in dots', () => {
  const named = (hex: string) => oidOf(decodeDer(fromHex(hex)));
  // RFC 5280: basicConstraints; RFC 5480: the curve P-256; the markers' arc.
  equal(named('0603551D13'), '2.5.29.19');
  equal(named('06082A8648CE3D030107'), '1.2.840.10045.3.1.7');
  equal(named('06092A864886F76364061D'), '1.2.840.113635.100.6.29');
  for (const hex of ['0600', '06022A80', '06032A8001', '06072AFFFFFFFFFF7F'])
    throws(() => named(hex), PayloadError, hex);
});

test('DER: times to the second, in UTC, of days that exist', () => {
  const read = (tag: number, text: string) => timeOf(decodeDer(encodeDer(tag, fromAscii(text))));
  equal(read(TAG.utcTime, '210901190306Z'), Date.UTC(2021, 8, 1, 19, 3, 6));
  equal(read(TAG.utcTime, '500101000000Z'), Date.UTC(1950, 0, 1));
  equal(read(TAG.generalizedTime, '20550101000000Z'), Date.UTC(2055, 0, 1));
  for (const text of [
    '2109011903Z',
    '210931190306Z',
    '210229000000Z',
    '210901240000Z',
    '210901190306+0000',
    '',
  ])
    throws(() => read(TAG.utcTime, text), PayloadError, text);
  throws(() => read(TAG.octetString, '210901190306Z'), PayloadError);
});

test('P-256: agreement and signatures are those of another implementation', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (message) => {
      const [ours, theirs] = [nodeKey(), nodeKey()];
      deepEqual(
        Buffer.from(sharedSecret(ours.secret, theirs.point)),
        diffieHellman({ privateKey: ours.privateKey, publicKey: theirs.publicKey }),
      );
      deepEqual(publicKeyOf(ours.secret), ours.point);
      equal(verify('sha256', message, ours.publicKey, signDer(message, ours.secret)), true);
      equal(
        verifyDer(sign('sha256', message, createPrivateKey(ours.pem)), message, ours.point),
        true,
      );
      equal(verifyDer(signDer(message, ours.secret), message, theirs.point), false);
    }),
    { numRuns: 20 },
  );
});

test('P-256: zero and the order are no private keys, and other bytes no public ones', () => {
  const order = fromHex('FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551');
  for (const bytes of [new Uint8Array(32), order, new Uint8Array(31).fill(1), new Uint8Array()])
    equal(isPrivateKey(bytes), false);
  const spki = encodeSpki(publicKeyOf(new Uint8Array(32).fill(1)));
  for (let at = 0; at < spki.length; at++)
    throws(() => decodeSpki(spki.with(at, (spki[at] ?? 0) ^ 1)), PayloadError, String(at));
  for (let length = 0; length < spki.length; length++)
    throws(() => decodeSpki(spki.slice(0, length)), PayloadError);
});

test('P-256: a signature that is not strict DER verifies nothing', () => {
  const key = new Uint8Array(32).fill(1);
  const signature = signDer(Uint8Array.of(1), key);
  const verdict = (bytes: Uint8Array) => verifyDer(bytes, Uint8Array.of(1), publicKeyOf(key));
  equal(verdict(signature), true);
  for (const other of [
    new Uint8Array(),
    concat(signature, Uint8Array.of(0)),
    signature.slice(1),
    new Uint8Array(64),
  ])
    equal(verdict(other), false);
});

function orPayloadError<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    equal(error instanceof PayloadError, true, String(error));
    return undefined;
  }
}

function plainOf(value: Json): unknown {
  if (value === null || typeof value !== 'object') return value;
  if ('digits' in value) return Number(value.digits);
  if (value instanceof Map)
    return Object.fromEntries(
      [...(value as ReadonlyMap<string, Json>)].map(([name, one]) => [name, plainOf(one)]),
    );
  return (value as readonly Json[]).map(plainOf);
}

/** JSON text with one character taken out, put in or changed. */
function almostJson(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', '"', '\\', ',', '}', '0', '\u0001'),
      fc.boolean(),
    )
    .map(([text, place, put, isIn]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + put + text.slice(isIn ? at : at + 1);
    });
}

function textBytes(): fc.Arbitrary<Uint8Array> {
  return fc.string({ unit: character }).map((text) => new Uint8Array(Buffer.from(text)));
}

function nodeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const secret = new Uint8Array(Buffer.from(d, 'base64url'));
  return { privateKey, publicKey, pem, secret, point: new Uint8Array(spki.subarray(-65)) };
}
