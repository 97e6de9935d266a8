/** Vectors of key derivation. */
import type { Family } from './vector.ts';

const checkDigits: Family = {
  ids: ['sheet-cryptograms-9-luhn'],
  check: ({ inputs, outputs }) => [{ op: 'luhn', in: inputs, expect: outputs }],
};

export const keyFamilies: readonly Family[] = [checkDigits];
