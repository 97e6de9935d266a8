import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../bytes/bytes.ts';
import {
  CANNOT_BE_READ,
  explainChipData,
  explainDataObject,
  explainFlags,
  find,
} from './explain.ts';

const words = (tag: string, value: string): string =>
  explainDataObject(tag, fromHex(value)).decoded;
const partsOf = (tag: string, value: string): readonly (readonly [string, string, string])[] =>
  explainDataObject(tag, fromHex(value)).children.map(({ name, value: bytes, decoded }) => [
    name,
    bytes,
    decoded,
  ]);

test("a real card's list of methods is told rule by rule", () => {
  // Vector oda-pm3-dda-icc, static data.
  const list = explainChipData(fromHex('8E0C00000000000000001E031F03')).children[0];
  deepEqual(
    list?.children.slice(2).map(({ name, decoded }) => [name, decoded]),
    [
      ['amount X', '0 minor units of the application currency'],
      ['amount Y', '0 minor units of the application currency'],
      ['rule', ''],
      ['rule', ''],
    ],
  );
  deepEqual(
    list?.children.slice(4).flatMap(({ children }) => children.map(({ decoded }) => decoded)),
    [
      'signature; if it fails, verification has failed',
      'if the terminal supports the method',
      'no cardholder verification required; if it fails, verification has failed',
      'if the terminal supports the method',
    ],
  );
});

test('bit 7 of a method lets the next rule be tried', () => {
  const rule = find(explainDataObject('8E', fromHex('00001388000027104206')), 'rule');
  deepEqual(
    rule?.children.map(({ name, decoded }) => [name, decoded]),
    [
      ['method', 'enciphered PIN checked online; if it fails, try the next rule'],
      ['condition', 'if in the application currency and under X'],
    ],
  );
  same(words('8E', '00001388000027104206'), '1 rule');
});

test('a list of methods cut short says where', () => {
  same(
    explainDataObject('8E', fromHex('00000000000000001E')).children.at(-1)?.name,
    CANNOT_BE_READ,
  );
  same(explainDataObject('8E', fromHex('000000')).children.at(-1)?.name, CANNOT_BE_READ);
});

test('what the terminal did: method, condition, result', () => {
  same(words('9F34', '1E0302'), 'signature: successful');
  deepEqual(partsOf('9F34', '420301'), [
    ['method', '42', 'enciphered PIN checked online; if it fails, try the next rule'],
    ['condition', '03', 'if the terminal supports the method'],
    ['result', '01', 'failed'],
  ]);
  // @see docs/specs.md, ISO 8583 sheet, section 7
  same(words('9F34', '1F0302'), 'no cardholder verification required: successful');
  same(words('9F34', '3F0000'), 'no cardholder verification performed: unknown');
});

test('what a terminal can do is told bit by bit', () => {
  // @see docs/specs.md, real POS purchase
  same(
    words('9F33', 'E0E1C8'),
    'manual key entry, magnetic stripe, chip with contacts, plaintext PIN checked by the card, enciphered PIN checked online, signature, static data authentication, dynamic data authentication, combined data authentication',
  );
  same(words('9F35', '22'), "a merchant's, attended, offline with online capability");
  same(words('9F40', '0000000001'), 'code table 1');
  same(words('9B', 'E800').split(', ').length, 4);
  same(words('9B', '0000'), 'nothing performed');
  same(explainFlags('9F40', new Uint8Array(5)).length, 27);
});

test('where a card may be used, and on what conditions the issuer acts', () => {
  // Application usage control and action codes of vector oda-pm3-dda-icc.
  same(words('9F07', 'FF00').split(', ').length, 8);
  same(words('9F0D', 'FC50ACA000').startsWith('offline data authentication not performed'), true);
  same(words('9F0E', '0000000000'), 'on no condition');
  same(words('9F0F', '0000008000'), 'floor limit exceeded');
});

test('a service code is told digit by digit', () => {
  same(
    words('5F30', '0201'),
    'service code 201: international, use the chip, authorised as usual, no restrictions',
  );
  same(
    words('5F30', '0620'),
    'service code 620: national, use the chip, authorised by the issuer, no restrictions, PIN required',
  );
  same(words('5F30', '0101').includes('international, authorised'), true);
  same(words('5F30', '0333'), 'service code 333: cash machines only, PIN required');
});

test('data for a tap signature hold its version, a random number and the qualifiers', () => {
  // @see docs/specs.md, EMV contactless sheet, section 9.3
  deepEqual(partsOf('9F69', '01A1B2C3D4008000'), [
    ['fDDA version', '01', 'version 01'],
    ["card's unpredictable number", 'A1B2C3D4', ''],
    ['card transaction qualifiers', '0080', 'holder verified on the device'],
    ['reserved', '00', ''],
  ]);
});

test('languages are named', () => {
  same(words('5F2D', '7A68656E'), 'Chinese, English');
  same(words('5F2D', '7A687878'), 'Chinese, xx');
  same(explainDataObject('5F2D', fromHex('7A6865')).children.at(-1)?.name, CANNOT_BE_READ);
});

test('a script command is cut into header, data and MAC', () => {
  // @see docs/specs.md, cryptograms sheet, section 9
  const put = explainDataObject('86', fromHex('04DA9F540A000000020000E95EE927'));
  same(put.decoded, 'PUT DATA');
  deepEqual(
    put.children.map(({ name, value }) => [name, value]),
    [
      ['class', '04'],
      ['instruction', 'DA'],
      ['parameter 1', '9F'],
      ['parameter 2', '54'],
      ['length of the data', '0A'],
      ['data of the script command', '000000020000'],
      ['MAC of the issuer script', 'E95EE927'],
    ],
  );
  const block = explainDataObject('86', fromHex('841E000004D4517A12'));
  same(block.decoded, 'APPLICATION BLOCK');
  same(block.children.at(-1)?.value, 'D4517A12');
});

test('results of scripts are five bytes each', () => {
  deepEqual(partsOf('DF31', '2000000001' + '1300000002'), [
    ['result of a script', '2000000001', 'successful'],
    ['result of a script', '1300000002', 'failed, command 3'],
  ]);
});

test('what is signed beside the records, and what a log holds', () => {
  same(
    explainDataObject('9F4A', fromHex('82')).children[0]?.name,
    'signed beside the records: application interchange profile',
  );
  // @see docs/specs.md, EMV contactless sheet, section 10
  const log = explainDataObject('9F4F', fromHex('9A039F21039F0206'));
  same(log.decoded, 'logs 3 objects, 12 bytes');
  same(log.children[1]?.name, 'logs transaction time');
});

test('single values in words', () => {
  same(words('8F', 'F1'), 'key F1 of the authority');
  same(words('9F32', '03'), '3');
  same(words('9F47', '010001'), '65537');
  same(words('9F11', '01'), 'ISO 8859-1');
  same(words('DF69', '01'), 'SM algorithms supported');
});
