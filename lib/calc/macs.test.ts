import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { calculate } from './calculate.ts';

const ports = { random: (length: number) => new Uint8Array(length) };
const KEY8 = '0123456789ABCDEF';
const KEY16 = '0123456789ABCDEFFEDCBA9876543210';
const DATA = '30323030';

test('each algorithm has keys of its own length', () => {
  for (const [algorithm, key] of [
    ['alg1', KEY16],
    ['alg3', KEY8],
    ['cmac', KEY8],
    ['pos-ecb', KEY8],
    ['x9.9', KEY16],
    ['x9.19', KEY8],
  ] as const) {
    const line = { algorithm, key, data: DATA, padding: '1' };
    deepEqual(refused('mac', line), ['wrong_length', 'key'], algorithm);
  }
  ok('out' in calculate({ op: 'mac', in: { algorithm: 'hmac-sha256', key: '', data: '' } }, ports));
});

test('the two algorithms of ISO 9797-1 want a padding, the two of ANSI have zeros', () => {
  const alg3 = { algorithm: 'alg3', key: KEY16, data: DATA };
  deepEqual(refused('mac', alg3), ['missing_input', 'padding']);
  const alg1 = { algorithm: 'alg1', key: KEY8, data: DATA };
  deepEqual(refused('mac', alg1), ['missing_input', 'padding']);
  deepEqual(mac({ ...alg3, algorithm: 'x9.19' }), mac({ ...alg3, padding: 1 }));
  deepEqual(mac({ ...alg1, algorithm: 'x9.9' }), mac({ ...alg1, padding: 1 }));
});

test('padding changes nothing where the algorithm has its own way', () => {
  for (const algorithm of ['cmac', 'pos-ecb', 'hmac-sha256']) {
    const line = { algorithm, key: KEY16, data: DATA };
    equal(mac({ ...line, padding: 2 }), mac(line));
  }
});

test('a check value is of a key that its algorithm has', () => {
  deepEqual(refused('kcv', { key: KEY8, length: 3, algorithm: 'aes' }), ['wrong_length', 'key']);
  const long = { key: KEY16 + KEY16, length: 3 };
  deepEqual(refused('kcv', long), ['wrong_length', 'key']);
  deepEqual(refused('kcv', { key: KEY16, length: 9 }), ['bad_value', 'length']);
});

function mac(given: Readonly<Record<string, unknown>>): unknown {
  const answer = calculate({ op: 'mac', in: given }, ports);
  ok('out' in answer, JSON.stringify(answer));
  return answer.out.mac;
}

function refused(op: string, given: Readonly<Record<string, unknown>>) {
  const answer = calculate({ op, in: given }, ports);
  ok('error' in answer);
  return [answer.error.code, answer.error.field];
}
