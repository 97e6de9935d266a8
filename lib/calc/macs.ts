/** Calculators of message authentication codes and of the check values of keys. */
import { toHex } from '../bytes/bytes.ts';
import { keyCheckValue } from '../cipher/check-value.ts';
import { bytes, count } from './input.ts';
import { type Operation, operation } from './operation.ts';

const kcv = operation({
  name: 'kcv',
  summary: 'the check value of a key',
  through: 'cipher/check-value.ts keyCheckValue',
  inputs: {
    key: bytes('the key', { one: [16] }),
    length: count('how many bytes', 1, 8),
  },
  outputs: { kcv: 'the first bytes of a zero block under the key' },
  examples: [
    {
      in: { key: '0123456789ABCDEFFEDCBA9876543210', length: 2 },
      out: { kcv: '08D7' },
      source: 'pyemv-key_check_digits-01',
    },
  ],
  run: ({ key, length }) => ({ kcv: toHex(keyCheckValue(key, length)) }),
});

export const macOperations: readonly Operation[] = [kcv];
