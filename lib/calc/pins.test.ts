import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { agrees } from './calculate.ts';
import { CalcError } from './input.ts';
import type { Operation, Outputs } from './operation.ts';
import { pinOperations } from './pins.ts';

const CARD = '6228489900001234568';
const TOKEN = '6258249900000018';
const TDES = '0123456789ABCDEFFEDCBA9876543210';
const AES_256 = TDES + TDES;
/** Chance that always comes out the same. */
const ports = { random: (length: number) => new Uint8Array(length).fill(0x5a) };

test('every worked example comes out', () => {
  for (const { name, examples, run } of pinOperations) {
    for (const example of examples) same(agrees(example.out, run(example.in, ports)), true, name);
  }
});

test('a block with drawn fill is read again, in every format', () => {
  for (const format of ['0', '1', '2', '3', '4']) {
    const given = { format, pan: CARD, key: TDES };
    const { block } = calc('pin-block', { ...given, pin: '98765' });
    deepEqual(calc('pin-unblock', { ...given, block }), { pin: '98765' }, format);
  }
});

test('the fill digits of formats 1 and 3 may be given, in either case', () => {
  deepEqual(calc('pin-block', { format: '1', pin: '1234', random: '0a1b2c3d4e' }), {
    block: '1412340A1B2C3D4E',
  });
  // vector psec-decode_pinblock_iso_3-01
  const given = { format: '3', pin: '1234', pan: '5555555551234567', random: 'FFFFFFFFFF' };
  deepEqual(calc('pin-block', given), { block: '341261AAAAEDCBA9' });
});

test('a translation into another format keeps the PIN', () => {
  const { block } = calc('pin-translate', {
    block: '4606D67DC0C66F77',
    pan: CARD,
    key_in: TDES,
    format_in: '0',
    key_out: AES_256,
    format_out: '4',
  });
  const read = calc('pin-unblock', { format: '4', block, pan: CARD, key: AES_256 });
  deepEqual(read, { pin: '123456' });
});

test('what cannot be computed names its field', () => {
  const block = { format: '0', block: '0612AD56FFEDCBA9', pan: CARD };
  const made = { format: '0', pin: '1234', pan: CARD };
  const legs = { key_in: TDES, format_in: '0', key_out: TDES, format_out: '0' };
  const offset = {
    pvk: TDES,
    conversion_table: '1234567890123456',
    pan: '1122334455667788',
    pan_verify_offset: 0,
    pan_verify_length: 16,
    pan_pad: 'F',
    pin: '1234',
  };
  const wrong: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['pin-block', { ...made, format: '5' }, 'unknown_word format'],
    ['pin-block', { ...made, pin: '123' }, 'wrong_length pin'],
    ['pin-block', { ...made, pin: '12a4' }, 'bad_value pin'],
    ['pin-block', { format: '0', pin: '1234' }, 'missing_input pan'],
    ['pin-block', { ...made, format: '4' }, 'missing_input key'],
    ['pin-block', { ...made, key: AES_256 }, 'wrong_length key'],
    ['pin-block', { ...made, key: '01' }, 'wrong_length key'],
    ['pin-block', { ...made, format: '3', random: '0123456789' }, 'bad_value random'],
    ['pin-block', { ...made, format: '1', random: 'FF' }, 'bad_value random'],
    ['pin-block', { ...made, format: '4', key: TDES, random: 'FF' }, 'wrong_length random'],
    ['pin-block', { ...made, format: '4', key: TDES, random: 'FG' }, 'bad_hex random'],
    ['pin-block', { ...made, random: 'FFFFFFFF' }, 'unknown_input random'],
    ['pin-block', { ...made, format: '2', random: 'FFFFFFFF' }, 'unknown_input random'],
    ['pin-unblock', { ...block, pan: TOKEN }, 'malformed block'],
    ['pin-unblock', { ...block, key: TDES }, 'malformed block'],
    ['pin-unblock', { ...block, format: '4', key: TDES }, 'wrong_length block'],
    ['pin-unblock', { ...block, random: '00' }, 'unknown_input random'],
    ['pin-translate', { ...block, ...legs }, 'unknown_input format'],
    ['pin-translate', { ...legs, block: block.block, pan: CARD }, 'malformed block'],
    [
      'pin-translate',
      { ...legs, block: block.block, pan: CARD, format_out: '1' },
      'bad_value format_out',
    ],
    [
      'pin-remap',
      { format: '1', block: block.block, token: TOKEN, key_in: TDES, pan: CARD, key_out: TDES },
      'unknown_word format',
    ],
    ['ibm3624-offset', { ...offset, pan_verify_offset: 1 }, 'bad_value pan_verify_length'],
    ['ibm3624-offset', { ...offset, pan_pad: 'FF' }, 'unknown_word pan_pad'],
    ['ibm3624-offset', { ...offset, conversion_table: '12' }, 'wrong_length conversion_table'],
    ['pvv', { pvk: TDES, pan: '1234', pvki: '1', pin: '1234' }, 'wrong_length pan'],
    ['cvv', { cvk: TDES, pan: CARD, expiry: '30', service_code: '201' }, 'wrong_length expiry'],
    ['cvc3', { key: TDES, track: '', atc: '0001', un: '00000000' }, 'wrong_length track'],
  ];
  for (const [name, given, fault] of wrong) same(faultOf(name, given), fault);
});

test('a refused block says no digit of it', () => {
  const given = { format: '0', block: '4606D67DC0C66F77', pan: TOKEN, key: TDES };
  try {
    calc('pin-unblock', given);
  } catch (error) {
    same((error as Error).message, 'not a PIN block of this format');
    return;
  }
  throw new TypeError('the block of another number was read');
});

test('whatever is typed is an answer or an error that names its field', () => {
  const written = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), maxLength: 32 }),
    fc.constantFrom('0', '1', '2', '3', '4', '1234', CARD, TDES, AES_256, '0612AD56FFEDCBA9'),
    fc.nat(),
    fc.constant(null),
    fc.anything(),
  );
  for (const operation of pinOperations) {
    const names = Object.keys(operation.inputs);
    const line = fc
      .tuple(...names.map(() => written))
      .map((values) => Object.fromEntries(names.map((name, at) => [name, values[at]])));
    const near = fc
      .tuple(fc.constantFrom(...operation.examples), fc.constantFrom(...names), written)
      .map(([example, name, value]) => ({ ...example.in, [name]: value }));
    fc.assert(
      fc.property(fc.oneof(line, near), (given) => {
        try {
          operation.run(given, ports);
        } catch (error) {
          same(error instanceof CalcError && typeof error.field === 'string', true);
        }
      }),
    );
  }
});

function calc(name: string, given: Readonly<Record<string, unknown>>): Outputs {
  return named(name).run(given, ports);
}

function faultOf(name: string, given: Readonly<Record<string, unknown>>): string {
  try {
    calc(name, given);
  } catch (error) {
    if (error instanceof CalcError) return `${error.code} ${error.field ?? ''}`;
    throw error;
  }
  return 'none';
}

function named(name: string): Operation {
  const found = pinOperations.find((one) => one.name === name);
  if (found === undefined) throw new TypeError(`no operation ${name}`);
  return found;
}
