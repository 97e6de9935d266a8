import { deepEqual, notEqual, equal as same, throws } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { character } from '@octavo/lib/character.fixture.ts';
import { Iso8583Error } from '@octavo/lib/iso8583/field.ts';
import fc from 'fast-check';
import {
  fingerprint,
  type MessageFields,
  messageKey,
  messageName,
  originalData,
  originalKey,
  pick,
  retrievalReference,
} from './message.ts';

const purchase: MessageFields = {
  '2': '6258249900000018',
  '4': '000000001250',
  '7': '1122163001',
  '11': '000123',
  '32': '99990201',
  '33': '99990201',
  '64': 'AAAAAAAAAAAAAAAA',
};

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const institution = fc
  .string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 11 })
  .filter((code) => /[1-9]/.test(code));
const request = fc.record({
  '7': digits(10),
  '11': digits(6),
  '32': institution,
  '33': institution,
});
/** Values as a decoder gives them, and worse. */
const text = fc.oneof(
  fc.string({ unit: character }),
  fc.string({ unit: fc.constantFrom(...'=%;\n2a') }),
);
const fields = fc.dictionary(fc.integer({ min: 2, max: 128 }).map(String), text, { maxKeys: 8 });

test('picking takes what is there of what is named, and nothing else', () => {
  deepEqual(pick({ '2': '6258', '4': '12', '35': '6258=' }, [2, 4, 14]), {
    '2': '6258',
    '4': '12',
  });
});

test('the key is MTI class, DE7, DE11, DE32 and DE33', () => {
  for (const [number, other] of [
    ['7', '1122163002'],
    ['11', '000124'],
    ['32', '99990202'],
    ['33', '99990202'],
  ] as const) {
    notEqual(messageKey('0200', { ...purchase, [number]: other }), messageKey('0200', purchase));
  }
  notEqual(messageKey('0400', purchase), messageKey('0200', purchase));
  same(messageKey('0200', { ...purchase, '4': '1', '64': 'B' }), messageKey('0200', purchase));
});

test('a request, its answer and its repeat have one key', () => {
  const key = messageKey('0200', purchase);
  for (const mti of ['0210', '0201', '0220', '0221']) same(messageKey(mti, purchase), key, mti);
});

test('a message that lacks a part of the key has none', () => {
  for (const number of ['7', '11', '32', '33']) {
    const { [number]: _, ...rest } = purchase;
    same(messageKey('0200', rest), undefined, number);
  }
});

test('zeros before an institution’s number do not make it another', () => {
  const padded = { ...purchase, '32': '00099990201', '33': '0099990201' };
  same(messageKey('0200', padded), messageKey('0200', purchase));
});

test('different parts never make the same key', () => {
  fc.assert(
    fc.property(request, request, (left, right) => {
      const number = (code: string) => BigInt(code);
      const equal =
        left['7'] === right['7'] &&
        left['11'] === right['11'] &&
        number(left['32']) === number(right['32']) &&
        number(left['33']) === number(right['33']);
      same(messageKey('0200', left) === messageKey('0200', right), equal);
    }),
  );
});

test('DE90 is MTI, DE11, DE7, DE32 and DE33, institutions right-aligned and filled with zeros', () => {
  // ISO 8583 sheet, section 3, DE90
  same(originalData('0200', purchase), `0200${'000123'}${'1122163001'}00099990201${'00099990201'}`);
});

test('the original that DE90 names is found by its own key', () => {
  fc.assert(
    fc.property(request, (original) =>
      same(originalKey(originalData('0200', original)), messageKey('0200', original)),
    ),
  );
});

test('DE90 that is not 42 digits names nothing', () => {
  const whole = originalData('0200', purchase);
  for (const wrong of [undefined, '', whole.slice(1), `${whole}0`, `x${whole.slice(1)}`]) {
    same(originalKey(wrong), undefined);
  }
  fc.assert(
    fc.property(text, (any) => {
      same(originalKey(any) === undefined, !/^[0-9]{42}$/.test(any) || any.includes('\n'));
    }),
  );
});

test('a message without a key cannot be named by DE90', () => {
  const { '7': _, ...rest } = purchase;
  throws(() => originalData('0200', rest), Iso8583Error);
  throws(() => originalData('0200', { ...purchase, '32': '999999999999' }), Iso8583Error);
});

test('the fingerprint is the same for the same content, in whatever order it was read', () => {
  const reversed = Object.fromEntries(Object.entries(purchase).reverse());
  deepEqual(fingerprint('0200', reversed), fingerprint('0200', purchase));
});

test('the fingerprint leaves out the MACs and the repeat digit', () => {
  const before = fingerprint('0420', purchase);
  deepEqual(fingerprint('0421', purchase), before);
  deepEqual(fingerprint('0420', { ...purchase, '64': 'BB', '128': 'CC' }), before);
});

test('the fingerprint leaves out nothing else', () => {
  const before = toHex(fingerprint('0200', purchase));
  notEqual(toHex(fingerprint('0210', purchase)), before);
  notEqual(toHex(fingerprint('0400', purchase)), before);
  for (let number = 2; number < 128; number++) {
    if (number === 64) continue;
    const changed = { ...purchase, [number]: `${purchase[number] ?? ''}1` };
    notEqual(toHex(fingerprint('0200', changed)), before, `DE${number} changed`);
    const emptied = { ...purchase, [number]: '' };
    notEqual(toHex(fingerprint('0200', emptied)), before, `DE${number} emptied`);
  }
});

test('any text has a fingerprint, and different contents have different ones', () => {
  const content = (value: MessageFields) =>
    JSON.stringify(Object.entries(value).filter(([number]) => number !== '64' && number !== '128'));
  fc.assert(
    fc.property(fields, fields, (left, right) => {
      const equal = toHex(fingerprint('0200', left)) === toHex(fingerprint('0200', right));
      same(equal, content(left) === content(right));
    }),
  );
  for (const [left, right] of [
    ['%', '%25;'],
    ['\n', '%a;'],
    ['e\u0301', '\u00e9'],
    ['\ud800', '\udfff'],
    ['a\n35=b', 'a'],
  ] as const) {
    notEqual(toHex(fingerprint('0200', { '2': left })), toHex(fingerprint('0200', { '2': right })));
  }
});

test('a value cannot pass for a field', () => {
  const one = fingerprint('0200', { '2': 'a\n4=b' });
  const two = fingerprint('0200', { '2': 'a', '4': 'b' });
  notEqual(toHex(one), toHex(two));
});

test('the fingerprint of plain fields is SHA-256 of them, line by line', () => {
  const lines = ['020', '2=6258249900000018', '11=000123'].join('\n');
  same(
    toHex(fingerprint('0200', { '11': '000123', '2': '6258249900000018' })),
    createHash('sha256').update(lines).digest('hex').toUpperCase(),
  );
});

test('DE37 is month, day and hour, then the trace number', () => {
  // ISO 8583 sheet, section 14
  same(retrievalReference('1122163001', '000123'), '112216000123');
  throws(() => retrievalReference('11221630', '000123'), Iso8583Error);
});

test('a message’s name in logs tells nothing of its key', () => {
  const name = messageName(messageKey('0200', purchase) ?? '');
  same(/^[0-9A-F]{16}$/.test(name), true);
  notEqual(name, messageName(messageKey('0400', purchase) ?? ''));
});
