/** Calculators of card numbers. */
import { isLuhnValid, luhnDigit } from '../emv/pan.ts';
import { digits } from './input.ts';
import { type Operation, operation } from './operation.ts';

const luhn = operation({
  name: 'luhn',
  summary: 'whether a number’s check digit holds, and which one would',
  through: 'emv/pan.ts isLuhnValid, luhnDigit',
  inputs: { pan: digits('a number with its check digit', { least: 2, most: 19 }) },
  outputs: {
    valid: 'whether the last digit is the check digit of those before it',
    check_digit: 'the digit that would be',
  },
  examples: [
    {
      in: { pan: '6258249900000018' },
      out: { valid: true, check_digit: '8' },
      source: 'cryptograms sheet, section 9 (token)',
    },
  ],
  run: ({ pan }) => ({ valid: isLuhnValid(pan), check_digit: luhnDigit(pan.slice(0, -1)) }),
});

export const numberOperations: readonly Operation[] = [luhn];
