/** Vectors of key derivation and check values. */
import { type Family, textIn } from './vector.ts';

const checkValues: Family = {
  ids: ['pyemv-key_check_digits-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'kcv',
      in: { key: textIn(inputs, 'key'), length: textIn(inputs, 'length') },
      expect: { kcv: textIn(outputs, 'result') },
    },
  ],
};

const checkDigits: Family = {
  ids: ['sheet-cryptograms-9-luhn'],
  check: ({ inputs, outputs }) => [{ op: 'luhn', in: inputs, expect: outputs }],
};

export const keyFamilies: readonly Family[] = [checkValues, checkDigits];
