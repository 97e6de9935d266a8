import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { revealHex } from '@octavo/lib/bytes/secret.ts';
import { decodeTlv } from '@octavo/lib/tlv/tlv.ts';
import { generateKeyring, publicDirectory } from './keyring.ts';
import { bearElement, MAKER_ID } from './maker.ts';
import { systemRandom } from './personalised.fixture.ts';
import { verifySignature } from './softkeys-p256.ts';

const keyring = generateKeyring(systemRandom);

describe('the demo maker', () => {
  test("signs the objects 42, 45 and 86 of the element's certificate as they stand", () => {
    const { certificate } = bearElement({ keyring, random: systemRandom, serial: 1 }).birth;
    const [outer] = decodeTlv(certificate);
    const [name, , publicKey, signature] = outer?.children ?? [];
    assert.ok(name && publicKey && signature);
    assert.equal(Buffer.from(name.value).toString(), MAKER_ID);
    const { maker, wallet } = publicDirectory(keyring);
    const signed = certificate.subarray(name.start, publicKey.end);
    assert.equal(verifySignature(maker, signed, signature.value), true);
    assert.equal(verifySignature(wallet, signed, signature.value), false);
  });

  test("gives each element a key and a number of its own, and the token service's key", () => {
    const [first, second] = [1, 0xfffffffe].map(
      (serial) => bearElement({ keyring, random: systemRandom, serial }).birth,
    );
    assert.ok(first && second);
    assert.notEqual(revealHex(first.privateKey), revealHex(second.privateKey));
    assert.deepEqual(first.tokenServiceKey, publicDirectory(keyring).tokens);
    assert.equal(first.cplc.length, 42);
    // The serial number stands after six fields of two bytes. docs/specs.md, provisioning sheet, section 2
    assert.equal(toHex(first.cplc.subarray(12, 16)), '00000001');
    assert.equal(toHex(second.cplc.subarray(12, 16)), 'FFFFFFFE');
  });
});
