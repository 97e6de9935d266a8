/** Wallet payloads as published, told member by member over their own text. */
import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import apple from '../payload/ec-v1.vectors.json' with { type: 'json' };
import google from '../payload/ec-v2.vectors.json' with { type: 'json' };
import { CANNOT_BE_READ, type Explained, find, leaves } from './explained.ts';
import { hidden } from './hide.ts';
import { explainPayload } from './payload.ts';
import { readingsOf } from './readings.ts';

const explained = (text: string): Explained => explainPayload(Buffer.from(text));
const appleText = JSON.stringify(apple.payload);
const googleText = JSON.stringify(google.payload);

/** Leaves follow each other over the whole text, and each shows the characters it covers; no two paths are alike. */
function holds(text: string): void {
  const bytes = Buffer.from(text);
  let end = 0;
  const paths = new Set<string>();
  for (const leaf of leaves(explainPayload(bytes))) {
    same(leaf.start, end, leaf.path);
    same(paths.has(leaf.path), false, leaf.path);
    paths.add(leaf.path);
    end = leaf.end;
  }
  same(end, bytes.length);
}

test("Apple's token: every member with its bytes counted", () => {
  const tree = explained(appleText);
  const says = (path: string): readonly string[] => {
    const found = find(tree, path);
    return [found?.name ?? '', found?.decoded ?? ''];
  };
  deepEqual(says('version'), [
    'version of the payload',
    "Apple's, encrypted to the merchant's elliptic curve key",
  ]);
  const sizeOf = (text: string): number => Buffer.from(text, 'base64').length;
  const { data, signature, header } = apple.payload;
  same(says('data')[1], `${sizeOf(data)} bytes, with their tag of 16 at the end`);
  same(says('signature')[1], `${sizeOf(signature)} bytes, CMS signed data in DER`);
  deepEqual(says('header/ephemeralPublicKey'), [
    "sender's one-time public key",
    '91 bytes, SubjectPublicKeyInfo, P-256',
  ]);
  deepEqual(says('header/publicKeyHash'), [
    "hash of the merchant's public key",
    '32 bytes, SHA-256',
  ]);
  deepEqual(says('header/transactionId'), ['transaction identifier', '32 bytes']);
  same(find(tree, 'header/transactionId')?.value, header.transactionId);
  same(readingsOf(Buffer.from(appleText))[0]?.kind.kind, 'wallet');
});

test("Google's token: what is signed as text is opened, its escapes and all", () => {
  const tree = explained(googleText);
  const says = (path: string): string => find(tree, path)?.decoded ?? '';
  same(says('protocolVersion'), "Google's, with an intermediate signing key");
  same(says('signature').endsWith('r and s in DER'), true);
  same(says('intermediateSigningKey/signedKey/keyExpiration'), '2018-11-15 23:09:53 UTC');
  same(says('intermediateSigningKey/signedKey/keyValue'), '91 bytes, SubjectPublicKeyInfo, P-256');
  same(says('intermediateSigningKey/signatures/signature').endsWith('r and s in DER'), true);
  same(says('signedMessage/ephemeralPublicKey'), '65 bytes, a point of P-256, x and y');
  same(says('signedMessage/tag[2]'), '32 bytes, HMAC with SHA-256');
  same(says('signedMessage/encryptedMessage'), '9 bytes');
  same(readingsOf(Buffer.from(googleText))[0]?.kind.kind, 'wallet');
});

test('decrypted payment data are told, number and name masked', () => {
  // Members of tokenisation sheet, section 6.4; the token of cryptograms sheet, section 9.
  const text = JSON.stringify({
    applicationPrimaryAccountNumber: '6258249900000018',
    applicationExpirationDate: '301231',
    currencyCode: '156',
    transactionAmount: 1250,
    cardholderName: 'A HOLDER',
  });
  const tree = explained(text);
  same(find(tree, 'applicationExpirationDate')?.decoded, '31 Dec 2030');
  same(find(tree, 'currencyCode')?.decoded, 'CNY');
  same(find(tree, 'transactionAmount')?.decoded, '1250 minor units');
  const shown = hidden({ title: '', bytes: Buffer.from(text), tree });
  const all = JSON.stringify(shown);
  same(all.includes('625824******0018'), true);
  for (const secret of ['6258249900000018', 'A HOLDER', Buffer.from('A HOLDER').toString('hex')])
    same(all.toLowerCase().includes(secret.toLowerCase()), false, secret);
});

test('what is no JSON object is one span that says why', () => {
  for (const text of ['', '{', '[]', '{"a":1,}', '{"a":1,"a":2}', '{"a":1} x']) {
    same(explained(text).name, CANNOT_BE_READ, text);
  }
});

test('empty things, spaces and numbers are covered', () => {
  for (const text of [
    '{}',
    ' { } ',
    '{"a":{},"b":[],"signatures":[],"c":""}',
    '{ "data" : "" , "x" : [ 1 , true , [ null ] , { "tag" : "a" , "open" : 1 } ] }',
    '{"signedMessage":"{ \\"tag\\" : \\"a\\\\u0041\\" }"}',
    '{"signedMessage":"{}","signedKey":"no"}',
    '{"signatures":["",""]}',
  ]) {
    holds(text);
    same(explained(text).name, 'wallet payload', text);
  }
});

test('any JSON object is covered, every character by one leaf', () => {
  const keys = fc.constantFrom('data', 'tag', 'signatures', 'signedKey', 'value', 'a b', 'é');
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(values.object, fc.constantFrom(0, 2), (object, indent) => {
      const text = JSON.stringify(object, undefined, indent);
      holds(text);
      holds(JSON.stringify({ signedMessage: text }));
    }),
    { numRuns: 500 },
  );
});
