import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { calculate } from './calculate.ts';
import type { Outputs } from './operation.ts';

const ports = { random: (length: number) => new Uint8Array(length).fill(0x5a) };
const KBPK = 'DD7515F2BFC17F85CE48F3CA25CB21F6';
const KEY = '3F419E1CB7079442AA37474C2EFBF8B8';
const BDK = '0123456789ABCDEFFEDCBA9876543210';
const IK = '6AC292FAA1315B4D858AB3A3D7D5933A'; // vector dukpt-tdes-ik

test('a wrapped key opens again; the length in the header is worked out', () => {
  for (const header of [
    'B0000P0TE00E0000',
    'D9999P0AE00E0000',
    'B    P0TE00E0000',
    'BxxxxP0TE00E0000',
  ]) {
    const { block } = answered('tr31-wrap', { kbpk: KBPK, header, key: KEY });
    const opened = answered('tr31-unwrap', { kbpk: KBPK, block });
    const length = String(block).length;
    equal(opened.key, KEY);
    equal(opened.header, `${header.charAt(0)}${`000${length}`.slice(-4)}${header.slice(5)}`);
  }
});

test('padding that is given fills whole blocks, and hides the length of the key where it is longer', () => {
  const line = { kbpk: KBPK, header: 'B0000P0TE00E0000', key: KEY };
  for (const padding of ['000102030405', '0001020304050607080910111213']) {
    const { block } = answered('tr31-wrap', { ...line, padding });
    equal(answered('tr31-unwrap', { kbpk: KBPK, block }).key, KEY);
  }
  for (const padding of ['', '0001020304']) {
    deepEqual(refused('tr31-wrap', { ...line, padding }), ['wrong_length', 'padding']);
  }
});

test('a header to wrap under has sixteen characters and counts no attributes', () => {
  for (const [header, code] of [
    ['B0000P0TE00E0100', 'malformed'],
    ['A0000P0TE00E0000', 'malformed'],
    ['B0000P0TE00E000', 'malformed'],
    ['B0040P0TE00N0100KS1800604B120F9292800000', 'wrong_length'],
  ] as const) {
    deepEqual(refused('tr31-wrap', { kbpk: KBPK, header, key: KEY }), [code, 'header']);
  }
});

test('a protection key and a key have lengths that the version and the algorithm have', () => {
  const header = 'B0000P0TE00E0000';
  const long = { kbpk: KBPK + KBPK, header, key: KEY };
  deepEqual(refused('tr31-wrap', long), ['wrong_length', 'kbpk']);
  deepEqual(refused('tr31-wrap', { kbpk: KBPK, header, key: `${KEY}00` }), ['malformed', 'key']);
});

test('a block whose MAC does not hold is named', () => {
  const block = 'B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248F';
  deepEqual(refused('tr31-unwrap', { kbpk: KBPK, block }), ['malformed', 'block']);
});

test('the key at counter 0 is the initial key, and no other use has one there', () => {
  const zero = { scheme: 'tdes', ksn: 'FFFF9876543210E00000' };
  equal(answered('dukpt', { ...zero, bdk: BDK, use: 'key' }).key, IK);
  equal(answered('dukpt', { ...zero, ik: IK, use: 'key' }).key, IK);
  deepEqual(refused('dukpt', { ...zero, ik: IK, use: 'pin' }), ['malformed', 'ksn']);
});

test('the base key and the initial key lead to the same keys', () => {
  for (const use of ['key', 'pin', 'mac', 'data']) {
    const line = { scheme: 'tdes', ksn: 'FFFF9876543210E00015', use };
    deepEqual(answered('dukpt', { ...line, bdk: BDK }), answered('dukpt', { ...line, ik: IK }));
  }
});

test('mac and data are the keys of what a terminal sends', () => {
  // ANSI X9.24-3:2017, supplement, counter 1
  const line = { scheme: 'aes128', bdk: 'FEDCBA9876543210F1F1F1F1F1F1F1F1' };
  const ksn = '123456789012345600000001';
  const macKey = answered('dukpt', { ...line, ksn, use: 'mac' }).key;
  equal(macKey, 'A2DC23DE6FDE0824A2BC321E08E4B8B7');
  const dataKey = answered('dukpt', { ...line, ksn, use: 'data' }).key;
  equal(dataKey, 'A35C412EFD41FDB98B69797C02DCD08F');
});

test('one of bdk and ik is wanted, and a serial number of the scheme', () => {
  const line = { scheme: 'tdes', ksn: 'FFFF9876543210E00001', use: 'key' };
  deepEqual(refused('dukpt', line), ['missing_input', 'bdk']);
  deepEqual(refused('dukpt', { ...line, bdk: BDK, ik: IK }), ['unknown_input', 'ik']);
  for (const ksn of ['FFFF9876543210E007FF', '123456789012345600000001']) {
    deepEqual(refused('dukpt', { ...line, bdk: BDK, ksn }), ['malformed', 'ksn']);
  }
});

function answered(op: string, given: Readonly<Record<string, unknown>>): Outputs {
  const answer = calculate({ op, in: given }, ports);
  ok('out' in answer, JSON.stringify(answer));
  return answer.out;
}

function refused(op: string, given: Readonly<Record<string, unknown>>) {
  const answer = calculate({ op, in: given }, ports);
  ok('error' in answer);
  return [answer.error.code, answer.error.field];
}
