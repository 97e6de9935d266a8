/** Calculators of card numbers. */
import { isLuhnValid, luhnDigit } from '../emv/pan.ts';
import { deriveAccountReference } from '../emv/par.ts';
import { bytes, CalcError, digits, text } from './input.ts';
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

const par = operation({
  name: 'par',
  summary: 'the account reference (PAR) of a card under a key',
  through: 'emv/par.ts deriveAccountReference',
  inputs: {
    pan: digits('the card number', { least: 12, most: 19 }),
    key: bytes('the key of the hash', { least: 16, most: 64 }),
    controller: text('four digits or capital letters that name who gives references out', 4),
  },
  outputs: { par: 'the controller and 25 characters' },
  examples: [
    {
      in: {
        pan: '6228489900001234568',
        key: '000102030405060708090A0B0C0D0E0F',
        controller: '9999',
      },
      out: { par: '9999FLIXOFOED9D1RO3MA6087S6EH' },
      source: 'profile octavo-1, section 13, recomputed with node:crypto',
    },
  ],
  unconfirmed:
    'The composition of 4 and 25 characters is the standard’s; how the 25 are drawn from the number is a definition of this project.',
  run: ({ pan, key, controller }) => {
    if (!/^[0-9A-Z]{4}$/.test(controller))
      throw new CalcError('bad_value', 'four digits or capital letters are wanted', 'controller');
    return { par: deriveAccountReference(key, pan, controller) };
  },
});

export const numberOperations: readonly Operation[] = [luhn, par];
