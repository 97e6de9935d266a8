import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex, xor } from '../bytes/bytes.ts';
import { revealHex, secret } from '../bytes/secret.ts';
import file from '../vectors/vectors.json' with { type: 'json' };
import {
  type ClearPinFormat,
  cardPinBlock,
  decipherFormat4,
  decodePinBlock,
  encipherFormat4,
  encodePinBlock,
  format4PanField,
  format4PinField,
  panBlock,
} from './pin-block.ts';
import {
  decodePinField,
  encodePinField,
  isFill,
  PinBlockError,
  type PinFormat,
  pinFill,
} from './pin-field.ts';

/** The example card of the cryptograms sheet, section 11. */
const PAN = '6228489900001234568';
const AES_KEY = fromHex('000102030405060708090A0B0C0D0E0F');
const RANDOM = fromHex('0011223344556677');

const digit = fc.constantFrom(...'0123456789');
const anyPin = fc.string({ unit: digit, minLength: 4, maxLength: 12 });
const anyPan = fc.string({ unit: digit, minLength: 1, maxLength: 19 });
const anyFormat = fc.constantFrom<ClearPinFormat[]>(0, 1, 2, 3);
const eightBytes = fc.uint8Array({ minLength: 8, maxLength: 8 });
const anyAesKey = fc
  .constantFrom(16, 24, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

test('format 0 mixes the PIN field with twelve digits of the number', () => {
  // cryptograms sheet, section 11
  same(revealHex(encodePinField(0, '123456', 'FFFFFFFF')), '06123456FFFFFFFF');
  same(toHex(panBlock(PAN)), '0000990000123456');
  same(revealHex(encodePinBlock(0, '123456', PAN, 'FFFFFFFF')), '0612AD56FFEDCBA9');
});

test('formats 1 and 2 do not look at the number', () => {
  for (const format of [1, 2] as const) {
    same(
      revealHex(encodePinBlock(format, '1234', PAN, 'FFFFFFFFFF')),
      revealHex(encodePinBlock(format, '1234', '', 'FFFFFFFFFF')),
    );
  }
});

test('the block for a card is one of format 2, as published', () => {
  const chosen = file.vectors.filter(({ id }) => id.startsWith('pyemv-format_iso9564_2'));
  same(chosen.length, 2);
  for (const { id, inputs, outputs } of chosen) {
    const { pin } = inputs as unknown as { pin: string };
    same(revealHex(cardPinBlock(pin)), outputs.result, id);
  }
});

test('the example block of format 4, field by field', () => {
  // cryptograms sheet, section 11
  same(revealHex(format4PinField('123456', RANDOM)), '46123456AAAAAAAA0011223344556677');
  same(toHex(format4PanField(PAN)), '76228489900001234568000000000000');
  const block = encipherFormat4(AES_KEY, '123456', PAN, RANDOM);
  same(toHex(block), '574D56448BA2DBC2B70185E98CEF9376');
  same(decipherFormat4(AES_KEY, block, PAN), '123456');
});

test('a number shorter than twelve digits is filled with zeros in front', () => {
  same(toHex(format4PanField('1')), '00000000000010000000000000000000');
  same(toHex(panBlock('1')), '0000000000000000');
});

test('format 4 agrees with node:crypto on every PIN, number and length of key', () => {
  fc.assert(
    fc.property(anyAesKey, anyPin, anyPan, eightBytes, (key, pin, pan, random) => {
      const first = nodeAes(key, format4PinField(pin, random));
      const block = nodeAes(key, xor(first, format4PanField(pan)));
      deepEqual(encipherFormat4(key, pin, pan, random), block);
      same(decipherFormat4(key, block, pan), pin);
    }),
  );
});

test('the clear formats give back the PIN that went in', () => {
  fc.assert(
    fc.property(anyFormat, anyPin, anyPan, eightBytes, (format, pin, pan, random) => {
      const block = encodePinBlock(format, pin, pan, pinFill(format, pin.length, random));
      same(decodePinBlock(format, block, pan), pin);
    }),
  );
});

test('the fill digits are F in formats 0 and 2, any in format 1, A to F in format 3', () => {
  fc.assert(
    fc.property(eightBytes, (random) => {
      same(pinFill(0, 4, random), 'FFFFFFFFFF');
      same(pinFill(2, 12, random), 'FF');
      same(/^[0-9A-F]{10}$/.test(pinFill(1, 4, random)), true);
      same(/^[A-F]{10}$/.test(pinFill(3, 4, random)), true);
    }),
  );
  const drawn = [0, 1, 2, 3, 4, 5].map((last) =>
    pinFill(3, 4, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, last)).charAt(0),
  );
  same(new Set(drawn).size, 6);
  same(isFill(3, 4, 'ABCDEFABC9'), false);
  same(isFill(3, 4, 'ABCDEFABC'), false);
});

test('every fault of a block is the one refusal, which tells no digit and no place', () => {
  const faults = [
    ['another format', '16123456FFFFFFFF'],
    ['three digits', '03123FFFFFFFFFFF'],
    ['thirteen digits', '0D1234567890123F'],
    ['a PIN that is not decimal', '0412A4FFFFFFFFFF'],
    ['fill that is not F', '041234FFFFFFFFF0'],
    ['a byte too few', '041234FFFFFFFF'],
    ['a byte too many', '041234FFFFFFFFFFFF'],
    ['nothing', ''],
  ] as const;
  for (const [fault, field] of faults) {
    throws(() => decodePinField(0, fromHex(field)), isTheRefusal, fault);
    throws(() => decodePinBlock(0, fromHex(field), '1'), isTheRefusal, fault);
  }
  throws(() => decodePinField(3, fromHex('341234ABCDEF9ABC')), isTheRefusal);
  throws(() => decodePinField(4, fromHex('441234AAAAAAAAAB')), isTheRefusal);
});

test('another number is refused where it shows in the fill', () => {
  const block = encodePinBlock(0, '123456', PAN, 'FFFFFFFF');
  throws(() => decodePinBlock(0, block, '6258249900000018'), isTheRefusal);
  throws(
    () =>
      decipherFormat4(AES_KEY, encipherFormat4(AES_KEY, '1234', PAN, RANDOM), '6258249900000018'),
    isTheRefusal,
  );
});

test('another number that differs beside the PIN alone gives another PIN: format 0 has no check', () => {
  // The first of the twelve digits stands beside the third of the PIN: 3 xor 9 xor 8 is 2.
  same(decodePinBlock(0, fromHex('0612AD56FFEDCBA9'), '6228488900001234568'), '122456');
});

test('any bytes in any format are a PIN or the one refusal', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<PinFormat[]>(0, 1, 2, 3, 4),
      fc.uint8Array({ maxLength: 20 }),
      anyPan,
      (format, block, pan) => {
        try {
          const pin =
            format === 4
              ? decipherFormat4(AES_KEY, block, pan)
              : decodePinBlock(format, block, pan);
          same(/^\d{4,12}$/.test(pin), true);
        } catch (error) {
          same(isTheRefusal(error), true);
        }
      },
    ),
  );
});

test('a field passes exactly where format, length, PIN and fill are right, digit by digit', () => {
  const patterns = {
    0: /^0(?:4\d{4}F{10}|6\d{6}F{8}|C\d{12}F{2})$/,
    1: /^1(?:4\d{4}.{10}|6\d{6}.{8}|C\d{12}.{2})$/,
    2: /^2(?:4\d{4}F{10}|6\d{6}F{8}|C\d{12}F{2})$/,
    3: /^3(?:4\d{4}[A-F]{10}|6\d{6}[A-F]{8}|C\d{12}[A-F]{2})$/,
    4: /^4(?:4\d{4}A{10}|6\d{6}A{8}|C\d{12}A{2})$/,
  };
  for (const format of [0, 1, 2, 3, 4] as const) {
    for (const pin of ['1234', '987654', '123456789012']) {
      const sound = revealHex(encodePinField(format, pin, pinFill(format, pin.length, RANDOM)));
      for (let at = 0; at < 16; at++) {
        // Another length may be right too, so what is let in is told by the patterns alone.
        for (const digit of '0123456789ABCDEF') {
          if (at === 1 && !'46C'.includes(digit)) continue;
          const changed = `${sound.slice(0, at)}${digit}${sound.slice(at + 1)}`;
          const read = (): string => decodePinField(format, fromHex(changed));
          if (!patterns[format].test(changed)) throws(read, isTheRefusal, changed);
          else same(read(), changed.slice(2, 2 + Number.parseInt(changed.charAt(1), 16)), changed);
        }
      }
    }
  }
});

test('every digit of a field is looked at as often, whichever is wrong', () => {
  const faults = ['041234FFFFFFFFFF', 'F41234FFFFFFFFFF', '0F1234FFFFFFFFFF', '04A234FFFFFFFFFF'];
  const looks = [...faults, '041234FFFFFFFFF0', '0000000000000000'].map((hex) => {
    const seen = new Array<number>(8).fill(0);
    const field = new Proxy(fromHex(hex), {
      get: (bytes, name) => {
        const at = Number(name.toString());
        if (at in seen) seen[at] = (seen[at] as number) + 1;
        return Reflect.get(bytes, name, bytes);
      },
    });
    if (hex === '041234FFFFFFFFFF') decodePinField(0, field);
    else throws(() => decodePinField(0, field), isTheRefusal, hex);
    return seen.join();
  });
  same(new Set(looks.slice(1)).size, 1);
});

test('clear fields and blocks are not for printing, and are read as they are', () => {
  const made = [
    encodePinField(1, '1234', '0123456789'),
    encodePinBlock(0, '1234', PAN, 'FFFFFFFFFF'),
    encodePinBlock(1, '1234', PAN, '0123456789'),
    cardPinBlock('1234'),
    format4PinField('1234', RANDOM),
  ];
  same(made.map(String).join(' '), `${'[8 secret bytes] '.repeat(4)}[16 secret bytes]`);
  same(decodePinField(2, cardPinBlock('1234')), '1234');
  const block = secret(fromHex('0612AD56FFEDCBA9'));
  same(decodePinBlock(0, block, PAN), '123456');
});

test('what is no PIN, no number, no fill and no randomness is a bug of the caller', () => {
  throws(() => encodePinField(0, '123', 'FFFFFFFFFFF'), AssertionError);
  throws(() => encodePinField(0, '1234567890123', 'F'), AssertionError);
  throws(() => encodePinField(0, '1234', 'FFFFFFFFF0'), AssertionError);
  throws(() => encodePinBlock(0, '1234', '', 'FFFFFFFFFF'), AssertionError);
  throws(() => encodePinBlock(3, '1234', '12345678901234567890', 'FFFFFFFFFF'), AssertionError);
  for (const pin of ['123', '1234567890123', '12a4', '', '1'.repeat(20)]) {
    throws(() => cardPinBlock(pin), AssertionError);
    throws(() => format4PinField(pin, RANDOM), AssertionError);
  }
  throws(() => pinFill(1, 4, new Uint8Array(7)), AssertionError);
  throws(() => format4PinField('1234', concat(RANDOM, RANDOM)), AssertionError);
});

function isTheRefusal(error: unknown): boolean {
  return error instanceof PinBlockError && error.message === 'not a PIN block of this format';
}

/** One block of AES by node:crypto. */
function nodeAes(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return new Uint8Array([...cipher.update(block), ...cipher.final()]);
}
