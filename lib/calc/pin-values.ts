/** Calculators of the short values that prove a PIN or a card number. */
import { cvc3 } from '../emv/cvc3.ts';
import { cardVerificationValue } from '../emv/cvv.ts';
import {
  type Ibm3624Rule,
  ibm3624Offset,
  ibm3624Pin,
  ibm3624ValidationData,
} from '../pin/ibm3624.ts';
import { pinVerificationValue } from '../pin/pvv.ts';
import { bytes, CalcError, count, digits, word } from './input.ts';
import { type Operation, operation } from './operation.ts';

const pan = digits('the card number with its check digit', { least: 12, most: 19 });

/** The example key of the sheet and of the vectors. */
const EXAMPLE_KEY = '0123456789ABCDEFFEDCBA9876543210';

const cvv = operation({
  name: 'cvv',
  summary: 'the card verification value: of the stripe, of the back (CVN2), of the chip (iCVN)',
  through: 'emv/cvv.ts cardVerificationValue',
  inputs: {
    cvk: bytes('the card verification key', { one: [16] }),
    pan,
    expiry: digits('the expiry in the order that the issuer uses, mostly YYMM', { one: [4] }),
    service_code: digits('the card’s own, 000 for CVN2, 999 for iCVN', { one: [3] }),
  },
  outputs: { cvv: 'three digits' },
  examples: [
    {
      in: { cvk: EXAMPLE_KEY, pan: '4123456789012345', expiry: '8701', service_code: '101' },
      out: { cvv: '561' },
      source: 'cryptograms sheet, section 8.2',
    },
  ],
  run: (given) => ({
    cvv: cardVerificationValue(given.cvk, given.pan, given.expiry, given.service_code),
  }),
});

const cvc3Operation = operation({
  name: 'cvc3',
  summary: 'the dynamic card verification code of one tap, for track 1 or track 2',
  through: 'emv/cvc3.ts cvc3',
  inputs: {
    key: bytes('the card’s key for this code', { one: [16] }),
    track: bytes('the track as the card holds it, zeros in the places to fill', {
      least: 1,
      most: 255,
    }),
    atc: bytes('the counter', { one: [2] }),
    un: bytes('the terminal’s unpredictable number', { one: [4] }),
  },
  outputs: { cvc3: 'five digits, of which the track takes the last ones' },
  examples: [
    {
      in: {
        key: '6D6425FB9401C21AA1F80451AB85DA3B',
        track: '5123456789012345D35121010000000000000F',
        atc: '005E',
        un: '00000899',
      },
      out: { cvc3: '29488' },
      source: 'pyemv-generate_cvc3-01',
    },
  ],
  run: ({ key, track, atc, un }) => ({ cvc3: cvc3(key, track, atc, un) }),
});

const pvv = operation({
  name: 'pvv',
  summary: 'the PIN verification value',
  through: 'pin/pvv.ts pinVerificationValue',
  inputs: {
    pvk: bytes('the PIN verification key', { one: [16, 24] }),
    pan,
    pvki: digits('the index of the key', { one: [1] }),
    pin: digits('the PIN, of which the first four digits count', { least: 4, most: 12 }),
  },
  outputs: { pvv: 'four digits' },
  examples: [
    {
      in: { pvk: EXAMPLE_KEY, pan: '1122334455667788', pvki: '1', pin: '4524' },
      out: { pvv: '8523' },
      source: 'psec-generate_visa_pvv-01',
    },
  ],
  run: (given) => ({ pvv: pinVerificationValue(given.pvk, given.pan, given.pvki, given.pin) }),
});

const ibm3624Inputs = {
  pvk: bytes('the PIN verification key', { one: [16, 24] }),
  conversion_table: digits('what each hexadecimal digit becomes', { one: [16] }),
  pan: digits('the card number', { least: 1, most: 19 }),
  pan_verify_offset: count('the first digit of the number that is taken, from 0', 0, 18),
  pan_verify_length: count('how many digits of it are taken', 0, 16),
  pan_pad: word('the hexadecimal digit that fills up to sixteen', [...'0123456789ABCDEF']),
};

const ibm3624Example = {
  pvk: EXAMPLE_KEY,
  conversion_table: '1234567890123456',
  pan: '1122334455667788',
  pan_verify_offset: '0',
  pan_verify_length: '16',
  pan_pad: 'F',
};

const ibm3624OffsetOperation = operation({
  name: 'ibm3624-offset',
  summary: 'the offset from the PIN that follows from the card to the one that was chosen',
  through: 'pin/ibm3624.ts ibm3624Offset',
  inputs: { ...ibm3624Inputs, pin: digits('the PIN', { least: 4, most: 16 }) },
  outputs: { offset: 'as many digits as the PIN has' },
  examples: [
    {
      in: { ...ibm3624Example, pin: '1234' },
      out: { offset: '7710' },
      source: 'psec-generate_ibm3624_offset-06',
    },
  ],
  run: (given) => ({ offset: ibm3624Offset(ruleOf(given), given.pin) }),
});

const ibm3624PinOperation = operation({
  name: 'ibm3624-pin',
  summary: 'the PIN that follows from the card and an offset',
  through: 'pin/ibm3624.ts ibm3624Pin',
  inputs: { ...ibm3624Inputs, offset: digits('the offset', { least: 4, most: 16 }) },
  outputs: { pin: 'as many digits as the offset has' },
  examples: [
    {
      in: { ...ibm3624Example, offset: '7710' },
      out: { pin: '1234' },
      source: 'psec-generate_ibm3624_pin-06',
    },
  ],
  run: (given) => ({ pin: ibm3624Pin(ruleOf(given), given.offset) }),
});

export const pinValueOperations: readonly Operation[] = [
  pvv,
  ibm3624OffsetOperation,
  ibm3624PinOperation,
  cvv,
  cvc3Operation,
];

/** The rule of a natural PIN, once it is sure that the part lies inside the number. */
function ruleOf(given: {
  readonly pvk: Uint8Array;
  readonly conversion_table: string;
  readonly pan: string;
  readonly pan_verify_offset: number;
  readonly pan_verify_length: number;
  readonly pan_pad: string;
}): Ibm3624Rule {
  const { pan: number, pan_verify_offset: from, pan_verify_length: length } = given;
  if (from + length > number.length) {
    throw new CalcError('bad_value', 'runs past the end of the number', 'pan_verify_length');
  }
  return {
    key: given.pvk,
    conversionTable: given.conversion_table,
    validationData: ibm3624ValidationData(number, from, length, given.pan_pad),
  };
}
