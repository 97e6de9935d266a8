import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Iso8583Error } from './message.ts';
import {
  cardholderAuthentication,
  cryptogramResult,
  merchantLocation,
  originalData,
  PURCHASE_SWITCH_RESERVED,
  parseCryptogramResult,
  posReserved,
  retrievalReference,
  switchReserved,
  workingKey,
} from './subfields.ts';
import {
  encodeAccountReference,
  encodeTokenData,
  parseAccountReference,
  parseTokenData,
} from './usage.ts';

/** Where a call is refused, or undefined. */
function refusal(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof Iso8583Error) return error.path;
    throw error;
  }
  return undefined;
}

test('DE60 of a recorded POS purchase and of a sign-on', () => {
  // The published messages among the vectors, upi-pos-0200-purchase and upi-pos-0800-signon.
  const purchase = {
    typeCode: '22',
    batch: '000024',
    networkCode: '000',
    readCapability: '6',
    chipCondition: '0',
    partial: '0',
  };
  deepEqual(posReserved.parse('22000024000600'), purchase);
  same(posReserved.build(purchase), '22000024000600');
  const signOn = { typeCode: '00', batch: '000000', networkCode: '003' };
  deepEqual(posReserved.parse('00000000003'), signOn);
  same(posReserved.build(signOn), '00000000003');
});

test('sub-fields may be missing from the right only, and have their lengths', () => {
  const start = { typeCode: '22', batch: '000024', networkCode: '000' };
  same(
    refusal(() => posReserved.build({ ...start, chipCondition: '0' })),
    'DE60.5',
  );
  same(
    refusal(() => posReserved.build({ ...start, batch: '24' })),
    'DE60.2',
  );
  same(
    refusal(() => posReserved.parse('2200002400')),
    'DE60.3',
  );
  same(
    refusal(() => posReserved.parse('22000024000600')),
    undefined,
  );
  same(
    refusal(() => posReserved.parse('220000240006001560')),
    'DE60.8',
  );
});

test('DE60 of the worked 0200', () => {
  // ISO 8583 sheet, section 14.
  same(switchReserved.build(PURCHASE_SWITCH_RESERVED), '0000060003000000000000020');
  deepEqual(switchReserved.parse('0000060003000000000000020'), PURCHASE_SWITCH_RESERVED);
});

test('DE61 tells the cryptogram result in its thirty-second character', () => {
  same(cryptogramResult('right'), `00${' '.repeat(20)}22CUP   20`);
  for (const result of ['right', 'wrong', 'notChecked'] as const) {
    same(parseCryptogramResult(cryptogramResult(result)), result);
  }
  same(parseCryptogramResult(`00${' '.repeat(20)}22CUP   29`), undefined);
  same(cardholderAuthentication.parse(`${cryptogramResult('wrong')}AR000001`).block, 'AR000001');
});

test('DE90 names the original, ids filled up with zeros at the left', () => {
  const text = '020000012311220830010000001000000000010000';
  const values = { mti: '0200', traceNumber: '000123', transmission: '1122083001' };
  same(originalData.build({ ...values, acquirer: '00010000', forwarder: '10000' }), text);
  deepEqual(originalData.parse(text), {
    ...values,
    acquirer: '00000010000',
    forwarder: '00000010000',
  });
  same(
    refusal(() => originalData.parse(text.slice(1))),
    'DE90.5',
  );
  same(
    refusal(() => originalData.parse(`x${text.slice(1)}`)),
    'DE90',
  );
});

test('DE37 of the worked 0200 is month, day, hour and trace number', () => {
  same(retrievalReference('1122', '163001', '000123'), '112216000123');
  same(
    refusal(() => retrievalReference('1122', '1630', '000123')),
    'DE37',
  );
});

test('DE43 of the worked 0200', () => {
  const text = 'DEMO SHOP                BEIJING     CHN';
  deepEqual(merchantLocation.parse(text), { name: 'DEMO SHOP', city: 'BEIJING', country: 'CHN' });
  same(merchantLocation.build({ name: 'DEMO SHOP', city: 'BEIJING', country: 'CHN' }), text);
  same(
    refusal(() => merchantLocation.build({ name: 'x'.repeat(26), city: '', country: 'CHN' })),
    'DE43.1',
  );
});

test('a Chinese name keeps its last character, even where the second byte of that is a space elsewhere', () => {
  // A cup, as another implementation reads it; each byte stands as one character in a field.
  same(new TextDecoder('gb18030').decode(Uint8Array.of(0xb0, 0xa0)), '盃');
  const location = { name: 'SHOP \u00b0\u00a0', city: '\u00b0\u00a0', country: 'CHN' };
  deepEqual(merchantLocation.parse(merchantLocation.build(location)), location);
});

test('DE62 of a sign-on answer is sixteen bytes of key and four of check value', () => {
  const text = '00112233445566778899AABBCCDDEEFF01020304';
  deepEqual(workingKey.parse(text), { encryptedKey: text.slice(0, 32), checkValue: '01020304' });
  same(
    refusal(() => workingKey.parse(text.slice(2))),
    'DE62.2',
  );
});

test('token data are usage TK, a length, then tags rising', () => {
  // By hand from the coding: "TK" "036", 01 01 "1", 02 10 token, 03 04 expiry, 06 02 shortened to show the shape.
  const data = { verified: '1', token: '6258249900000018', expiry: '3012', requestor: '98' };
  const text =
    '544B303331' + '010131' + '021036323538323439393030303030303138' + '030433303132' + '06023938';
  same(encodeTokenData(data), text);
  deepEqual(parseTokenData(text), data);
});

test('token data of another usage, length, tag or order are refused', () => {
  same(
    refusal(() => parseTokenData('534D303030')),
    'DE63',
  );
  same(
    refusal(() => parseTokenData('544B303034010131')),
    'DE63',
  );
  same(
    refusal(() => parseTokenData('544B303033090131')),
    'DE63.09',
  );
  same(
    refusal(() => parseTokenData('544B303036010131010131')),
    'DE63.01',
  );
  same(
    refusal(() => parseTokenData('544B303033010231')),
    'DE63.01',
  );
  same(
    refusal(() => parseTokenData('544B3030320100')),
    'DE63.01',
  );
  same(
    refusal(() => parseTokenData('544B303033010100')),
    'DE63.01',
  );
});

test("any text is token data or refused in the codec's own words, and token data round", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      refusal(() => parseTokenData(`544B303${String(bytes.length).padStart(2, '0')}`));
      refusal(() =>
        parseTokenData(
          [...bytes]
            .map((byte) => byte.toString(16).padStart(2, '0'))
            .join('')
            .toUpperCase(),
        ),
      );
    }),
  );
  const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 });
  const data = fc.record(
    { verified: word, token: word, expiry: word, requestor: word },
    { requiredKeys: [], noNullPrototype: true },
  );
  fc.assert(fc.property(data, (value) => deepEqual(parseTokenData(encodeTokenData(value)), value)));
});

test('the account reference is usage PR, tag 01, twenty-nine characters', () => {
  const reference = '5001ABCDEFGHIJKLMNOPQRSTUVWX1';
  const element = encodeAccountReference(reference);
  same(element.slice(0, 14), '5052303331011D');
  same(parseAccountReference(element), reference);
  throws(() => encodeAccountReference('5001'), Iso8583Error);
  same(
    refusal(() => parseAccountReference('5052303030')),
    'DE56.01',
  );
});
