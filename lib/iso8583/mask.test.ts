import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import file from './iso8583.vectors.json' with { type: 'json' };
import { maskMessage } from './mask.ts';
import { Iso8583Error } from './message.ts';
import { cups, describe, pos } from './unionpay.ts';

type Recorded = { readonly id: string; readonly inputs: { readonly message?: string } };
const messageOf = (id: string): Uint8Array =>
  fromHex((file.vectors as readonly Recorded[]).find((one) => one.id === id)?.inputs.message ?? '');
const purchase = messageOf('upi-pos-0200-purchase').subarray(2);
const worked = messageOf('sheet-cups-0200');
const { header } = cups.decode(worked);

/** Which spans of a message masking changed, as they read afterwards. */
function changed(dialect: 'pos' | 'cups', bytes: Uint8Array): Readonly<Record<string, string>> {
  const after = describe(dialect, maskMessage(dialect, bytes, 'pan'));
  const before = describe(dialect, bytes);
  return Object.fromEntries(
    after.flatMap(({ path, value }, at) => (before[at]?.value === value ? [] : [[path, value]])),
  );
}
const cupsWith = (fields: Record<number, string>): Uint8Array =>
  cups.encode({ header, mti: '0200', fields });

test('on a recorded purchase the number, expiry, track and PIN block go, and nothing else', () => {
  deepEqual(changed('pos', purchase), {
    DE2: '622424******0113',
    DE14: '****',
    DE35: '622424******0113=*****************',
    DE52: '****************',
  });
});

test('on the wire a packed digit becomes nibble F, a character a star', () => {
  const packed = toHex(maskMessage('pos', purchase, 'pan'));
  same(packed.includes('622424FFFFFF0113DFFFFFFFFFFFFFFFFF'), true);
  const text = String.fromCharCode(...maskMessage('cups', worked, 'pan'));
  same(text.includes('16625824******0018'), true);
  same(text.includes(`35625824******0018=${'*'.repeat(18)}`), true);
});

test('a masked message does not decode', () => {
  throws(() => pos.decode(maskMessage('pos', purchase, 'pan')), Iso8583Error);
  throws(() => cups.decode(maskMessage('cups', worked, 'pan')), Iso8583Error);
});

test('with nothing to mask the copy is the message', () => {
  same(toHex(maskMessage('cups', worked, 'none')), toHex(worked));
});

test('card data inside the chip data go, in templates too, and the rest stays', () => {
  const masked = (de55: string): string | undefined => changed('cups', cupsWith({ 55: de55 })).DE55;
  same(masked('5A0862582499000000189F36020001'), '5A08625824FFFFFF00189F36020001');
  same(masked('700C5A0A6258249900000000018F'), '700C5A0A625824FFFFFFFFF0018F');
  same(masked('5F2403301231'), '5F2403FFFFFF');
  same(
    masked('57136258249900000018D30122010000000000000F'),
    '5713625824FFFFFF0018DFFFFFFFFFFFFFFFFFFFFF',
  );
});

test('chip data that cannot be read go whole', () => {
  same(changed('cups', cupsWith({ 55: '5A086258' })).DE55, 'FFFFFFFF');
});

test('a number too short to show its ends goes whole, and so does a track without a separator', () => {
  deepEqual(changed('cups', cupsWith({ 2: '625824990018', 35: '62582499000000183012' })), {
    DE2: '************',
    DE35: '********************',
  });
});

test("of the cardholder's authentication the results stay", () => {
  const de61 = '01110101199001011234  22CUP12310AM1234NAME';
  deepEqual(
    changed('cups', cupsWith({ 61: de61, 45: 'B6258249900000018^X', 102: '6258249900000018' })),
    {
      DE45: '*'.repeat(19),
      DE61: '01********************22CUP***10AM********',
      DE102: '625824******0018',
    },
  );
});

test('a message whose parts cannot be found is not masked but refused', () => {
  throws(() => maskMessage('pos', purchase.subarray(1), 'pan'), Iso8583Error);
});
