import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bcdFromDigits, digitsFromBcd } from './bcd.ts';
import {
  BytesError,
  concat,
  equalConstantTime,
  fromAscii,
  fromHex,
  fromUint,
  invert,
  Reader,
  toAscii,
  toHex,
  toUint,
  xor,
} from './bytes.ts';

test('hexadecimal is read in either case and written in upper case', () => {
  same(toHex(fromHex('9f2608AbCd')), '9F2608ABCD');
});

test('hexadecimal with an odd digit count or a foreign character is refused with its place', () => {
  throws(() => fromHex('9F2'), BytesError);
  throws(
    () => fromHex('9G'),
    (error: BytesError) => error.offset === 1,
  );
  throws(() => fromHex('9F 26 '), BytesError);
});

test('any bytes survive hexadecimal, any ASCII survives bytes', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => deepEqual(fromHex(toHex(bytes)), bytes)));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) =>
      same(toAscii(fromAscii(text)), text),
    ),
  );
});

test('ASCII refuses what is not ASCII', () => {
  throws(() => fromAscii('é'), BytesError);
  throws(
    () => toAscii(Uint8Array.of(0x41, 0x80)),
    (error: BytesError) => error.offset === 1,
  );
});

test('constant-time comparison agrees with the plain one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (a, b) =>
      same(equalConstantTime(a, b), toHex(a) === toHex(b)),
    ),
  );
});

test('integers are big-endian and must fit', () => {
  same(toHex(fromUint(0x03d3, 2)), '03D3');
  same(toUint(fromHex('0000FC2C')), 0xfc2c);
  throws(() => fromUint(65536, 2), BytesError);
  throws(() => fromUint(-1, 2), BytesError);
});

test('joining, xor and inversion', () => {
  same(toHex(concat(fromHex('00'), fromHex(''), fromHex('0102'))), '000102');
  same(toHex(xor(fromHex('FF00'), fromHex('0F0F'))), 'F00F');
  same(toHex(invert(fromHex('03D3'))), 'FC2C');
  throws(() => xor(fromHex('FF'), fromHex('')), BytesError);
});

test('a reader refuses to run past the end and to leave bytes behind', () => {
  const reader = new Reader(fromHex('010203'));
  same(reader.byte(), 1);
  throws(
    () => reader.take(3),
    (error: BytesError) => error.offset === 1,
  );
  throws(() => reader.end(), BytesError);
  same(toHex(reader.take(2)), '0203');
  reader.end();
});

test('packed decimal is right-aligned, zero-filled and strict', () => {
  same(toHex(bcdFromDigits('1250', 6)), '000000001250');
  same(digitsFromBcd(fromHex('0156')), '0156');
  throws(() => bcdFromDigits('12a', 6), BytesError);
  throws(() => bcdFromDigits('1234567', 3), BytesError);
  throws(() => digitsFromBcd(fromHex('1F')), BytesError);
});
