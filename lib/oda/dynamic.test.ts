import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { sha1 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { rsaSign } from '../cipher/rsa.ts';
import { TlvError } from '../tlv/tlv.ts';
import { bytesOf, changedAt, rsa, tap } from './chain.fixture.ts';
import { ODA_CHECKS } from './checks.ts';
import {
  fddaHashInput,
  signCda,
  signDda,
  signDynamicData,
  signFdda,
  verifyCda,
  verifyDda,
  verifyFdda,
} from './dynamic.ts';

const { icc } = rsa;
const atc = fromHex('0002');
const un = fromHex('1A2B3C4D');
const number = fc.uint8Array({ minLength: 2, maxLength: 8 });
const bytes = fc.uint8Array({ maxLength: 60 });

test('DDA: what is signed verifies, and gives the dynamic number back', () => {
  fc.assert(
    fc.property(number, bytes, (iccDynamicNumber, data) => {
      const checked = verifyDda(icc.open, signDda(icc.hidden, iccDynamicNumber, data), data);
      ok(checked.kind === 'verified');
      deepEqual(checked.iccDynamicNumber, iccDynamicNumber);
    }),
    { numRuns: 10 },
  );
});

test('length, trailer, header, format, hash, algorithm, dynamic_data: in this order', () => {
  const good = block('0501', '03020002');
  equal(verdict(rsaSign(icc.hidden, good)), 'verified');
  equal(verdict(new Uint8Array(95)), 'length');
  const wrong = good.with(95, 0).with(0, 0).with(1, 0x03).with(20, 0);
  equal(verdict(rsaSign(icc.hidden, wrong)), 'trailer');
  equal(verdict(rsaSign(icc.hidden, wrong.with(95, 0xbc))), 'header');
  equal(verdict(rsaSign(icc.hidden, wrong.with(95, 0xbc).with(0, 0x6a))), 'format');
  equal(verdict(rsaSign(icc.hidden, good.with(20, 0))), 'hash');
  equal(verdict(rsaSign(icc.hidden, block('0502', '48020002'))), 'algorithm');
  equal(verdict(rsaSign(icc.hidden, block('0501', '48020002'))), 'dynamic_data');
});

test('dynamic_data: at most the room of the key, and a dynamic number of 2 to 8 bytes inside', () => {
  for (const [head, expected] of [
    ['47020002', 'verified'],
    ['00020002', 'dynamic_data'],
    ['02020002', 'dynamic_data'],
    ['030100', 'dynamic_data'],
    ['0A09', 'dynamic_data'],
    ['0908', 'verified'],
    ['FF08', 'dynamic_data'],
  ] as const) {
    equal(verdict(rsaSign(icc.hidden, block('0501', head))), expected, head);
  }
});

test('fDDA version 00 covers 9F37 alone, and its dynamic data are the counter', () => {
  const data = { version: 0, unpredictableNumber: un } as const;
  equal(toHex(fddaHashInput(data)), '1A2B3C4D');
  deepEqual(verifyFdda(icc.open, signFdda(icc.hidden, atc, data), data), {
    kind: 'verified',
    iccDynamicNumber: atc,
    iccDynamicData: fromHex('020002'),
  });
});

test('fDDA version 01 covers 9F37, 9F02, 5F2A and 9F69, and 9F69 stands behind the counter', () => {
  equal(toHex(fddaHashInput(tap)), '1A2B3C4D000000001250015601A1B2C3D4008000');
  const signature = signFdda(icc.hidden, atc, tap);
  deepEqual(signature, bytesOf('9.3-fdda-long', 'tag_9F4B'));
  deepEqual(verifyFdda(icc.open, signature, tap), {
    kind: 'verified',
    iccDynamicNumber: atc,
    iccDynamicData: fromHex('02000201A1B2C3D4008000'),
  });
});

test('fDDA version 01 verifies with the counter alone too', () => {
  const checked = verifyFdda(icc.open, bytesOf('9.3-fdda-short', 'tag_9F4B'), tap);
  ok(checked.kind === 'verified');
  deepEqual(checked.iccDynamicNumber, atc);
});

test('fDDA: a tap of one version is none of the other', () => {
  const zero = { version: 0, unpredictableNumber: un } as const;
  equal(code(verifyFdda(icc.open, signFdda(icc.hidden, atc, tap), zero)), 'hash');
  equal(code(verifyFdda(icc.open, signFdda(icc.hidden, atc, zero), tap)), 'hash');
});

test('fDDA: any byte of the tap or of the signature changed is refused', () => {
  const signature = signFdda(icc.hidden, atc, tap);
  for (let at = 0; at < signature.length; at++) {
    const checked = verifyFdda(icc.open, changedAt(signature, at), tap);
    ok(Object.hasOwn(ODA_CHECKS, code(checked)));
  }
  const parts = [
    'unpredictableNumber',
    'amountAuthorised',
    'transactionCurrencyCode',
    'cardAuthenticationData',
  ] as const;
  for (const part of parts) {
    for (let at = 0; at < tap[part].length; at++) {
      const changed = { ...tap, [part]: changedAt(tap[part], at) };
      equal(code(verifyFdda(icc.open, signature, changed)), 'hash', `${part} ${at}`);
    }
  }
});

const transaction = {
  terminalDynamicData: un,
  dolData: fromHex('000000001250015626112200'),
  response: fromHex('9F2701809F360200029F100403A40000'),
};
const cryptogram = fromHex('AEBC72404A3A05AF');
const combined = { iccDynamicNumber: atc, cryptogramInformation: 0x80, cryptogram };

test('CDA: dynamic number, cryptogram information and cryptogram come back', () => {
  const signature = signCda(icc.hidden, combined, transaction);
  const checked = verifyCda(icc.open, signature, transaction);
  ok(checked.kind === 'verified');
  deepEqual(checked.iccDynamicNumber, atc);
  deepEqual(checked.cryptogram, cryptogram);
  equal(checked.cryptogramInformation, 0x80);
});

test('CDA: transaction_hash when the DOL data or the answer are others', () => {
  const signature = signCda(icc.hidden, combined, transaction);
  const dolData = changedAt(transaction.dolData, 0);
  const response = changedAt(transaction.response, 7);
  equal(code(verifyCda(icc.open, signature, { ...transaction, dolData })), 'transaction_hash');
  equal(code(verifyCda(icc.open, signature, { ...transaction, response })), 'transaction_hash');
});

test('CDA: hash when the unpredictable number is another', () => {
  const signature = signCda(icc.hidden, combined, transaction);
  const other = { ...transaction, terminalDynamicData: changedAt(un, 0) };
  equal(code(verifyCda(icc.open, signature, other)), 'hash');
});

test('CDA: cid when the signed cryptogram information is not the answered one', () => {
  const signature = signCda(icc.hidden, { ...combined, cryptogramInformation: 0x40 }, transaction);
  equal(code(verifyCda(icc.open, signature, transaction)), 'cid');
  // EMV looks at the cryptogram information first, so an answer with another one is told by it.
  const response = changedAt(transaction.response, 3);
  const good = signCda(icc.hidden, combined, transaction);
  equal(code(verifyCda(icc.open, good, { ...transaction, response })), 'cid');
  const without = { ...transaction, response: fromHex('9F36020002') };
  equal(code(verifyCda(icc.open, signCda(icc.hidden, combined, without), without)), 'cid');
});

test('CDA: a DDA signature is too short to be one', () => {
  equal(code(verifyCda(icc.open, signDda(icc.hidden, atc, un), transaction)), 'dynamic_data');
});

test('CDA: an answer that is no data objects is the decoder’s error', () => {
  const response = fromHex('9F27');
  throws(() => verifyCda(icc.open, new Uint8Array(96), { ...transaction, response }), TlvError);
});

test('any bytes are refused by a named check', () => {
  const any = fc.oneof(bytes, fc.uint8Array({ minLength: 96, maxLength: 96 }));
  fc.assert(
    fc.property(any, any, (signature, data) => {
      ok(Object.hasOwn(ODA_CHECKS, code(verifyDda(icc.open, signature, data))));
    }),
  );
});

test('dynamic data without a dynamic number, or longer than the key, are a bug of the caller', () => {
  throws(() => signDynamicData(icc.hidden, fromHex('0100'), un), AssertionError);
  throws(() => signDynamicData(icc.hidden, concat(fromHex('020002'), new Uint8Array(69)), un));
  throws(() => signDda(icc.hidden, new Uint8Array(9), un), AssertionError);
  throws(() => signFdda(icc.hidden, fromHex('000002'), tap), AssertionError);
});

/** A block of 96 bytes over `un` whose content begins with these. */
function block(kind: string, data: string): Uint8Array {
  const content = new Uint8Array(74).fill(0xbb);
  content.set(fromHex(kind + data));
  return concat(fromHex('6A'), content, sha1(concat(content, un)), fromHex('BC'));
}

function verdict(signature: Uint8Array): string {
  return code(verifyDda(icc.open, signature, un));
}

function code(checked: ReturnType<typeof verifyDda>): string {
  return checked.kind === 'refused' ? checked.code : checked.kind;
}
