/** Vectors of message authentication codes and of check values. */
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

export const macFamilies: readonly Family[] = [checkValues];
