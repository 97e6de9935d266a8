import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { maskMessage } from '../iso8583/mask.ts';
import { cryptogramResult } from '../iso8583/subfields.ts';
import { cups, pos } from '../iso8583/unionpay.ts';
import { encodeAccountReference, encodeTokenData } from '../iso8583/usage.ts';
import { CANNOT_BE_READ, type Explained, explainMessage, find, leaves } from './explain.ts';
import file from './explain.vectors.json' with { type: 'json' };

const real = file.vectors.find(({ id }) => id === 'upi-pos-0200-purchase') as unknown as {
  inputs: { message: string };
  outputs: {
    fields: Readonly<Record<string, string>>;
    de55_tags: Readonly<Record<string, string>>;
  };
};
/** Without the two bytes of length that frame it. */
const realBytes = fromHex(real.inputs.message).subarray(2);
const workedBytes = fromHex(file.message.bytes);
const purchase = explainMessage('pos', realBytes);
const worked = explainMessage('cups', workedBytes);

const value = (explained: Explained, pathOrTag: string): string | undefined =>
  find(explained, pathOrTag)?.value;
const words = (explained: Explained, pathOrTag: string): string | undefined =>
  find(explained, pathOrTag)?.decoded;

test('a real purchase has every element of its bitmap with its value', () => {
  // DE22 and DE23 without their filling nibble, DE35 with its separator as text, text as text.
  const text = (number: number): string => real.outputs.fields[number] as string;
  const numbers = Object.keys(real.outputs.fields).map(Number);
  const shown: Readonly<Record<number, string>> = {
    22: '071',
    23: '000',
    35: '6224242900000113=28062013949031013',
    52: text(52).toUpperCase(),
    55: text(55).toUpperCase(),
    59: String.fromCharCode(...fromHex(text(59))),
    60: '22000024000600',
    64: String.fromCharCode(...fromHex(text(64))),
  };
  for (const number of numbers) {
    if (number === 48 || number === 60) continue;
    same(value(purchase, `DE${number}`), shown[number] ?? text(number), `DE${number}`);
  }
  same(purchase.name, 'financial request');
  same(purchase.decoded, 'purchase, 0.01 CNY');
});

test('the chip data of a real purchase have every object with its value', () => {
  const chip = find(purchase, 'DE55');
  for (const [tag, expected] of Object.entries(real.outputs.de55_tags)) {
    same(value(chip as Explained, tag), expected, tag);
  }
  same(words(purchase, 'DE55/9F02'), '0.01 CNY');
  same(words(purchase, 'DE55/9F36'), '343');
  same(words(purchase, 'CVR'), 'ARQC, holder not verified');
  same(find(purchase, 'DE55/9F02')?.sealed, true);
  same(find(purchase, 'DE4')?.sealed, false);
});

test('packed sub-elements that share a byte share a span', () => {
  deepEqual(
    find(purchase, 'DE60')
      ?.children.slice(1)
      .map(({ name, value, decoded }) => [name, value, decoded]),
    [
      ['transaction type code', '22', 'purchase'],
      ['batch number', '000024', ''],
      ['network code and read capability', '0006', 'reads contactless'],
      ['chip condition and partial approval', '00', 'normal'],
    ],
  );
});

test('a filling nibble belongs to the last sub-element of an odd count of digits', () => {
  const signOn = file.vectors.find(({ id }) => id === 'upi-pos-0800-signon') as {
    inputs: { message: string };
  };
  const explained = explainMessage('pos', fromHex(signOn.inputs.message).subarray(2));
  same(explained.name, 'network management request');
  deepEqual(
    find(explained, 'DE60')
      ?.children.slice(1)
      .map(({ name, value, start, end }) => [name, value, end - start]),
    [
      ['transaction type code', '00', 1],
      ['batch number', '000000', 3],
      ['network code', '003', 2],
    ],
  );
  deepEqual(broken(explained), []);
});

test('the worked purchase between institutions has the values of the sheet', () => {
  // @see docs/specs.md, ISO 8583 sheet, section 14
  const expected = {
    'header.totalLength': '0498',
    'header.destination': '00010000   ',
    'header.source': '01020000   ',
    MTI: '0200',
    bitmap: 'F23C4681A8E08A100000000000000001',
    DE2: '6258249900000018',
    DE3: '000000',
    DE4: '000000001250',
    DE7: '1122083001',
    DE11: '000123',
    DE12: '163001',
    DE13: '1122',
    DE14: '3012',
    DE18: '5411',
    DE22: '072',
    DE23: '001',
    DE25: '00',
    DE32: '00010000',
    DE33: '00010000',
    DE35: '6258249900000018=301220100000000000',
    DE37: '112216000123',
    DE41: '00000001',
    DE42: '898110254110001',
    DE49: '156',
    DE53: '0600000000000000',
    DE60: '0000060003000000000000020',
    DE128: '0000000000000000',
  };
  for (const [path, text] of Object.entries(expected)) same(value(worked, path), text, path);
  deepEqual(
    ['DE43.1', 'DE43.2', 'DE43.3'].map((tag) => value(worked, tag)?.trimEnd()),
    ['DEMO SHOP', 'BEIJING', 'CHN'],
  );
});

test('codes are put in words', () => {
  const expected = {
    DE3: 'purchase',
    DE4: '12.50 CNY',
    DE7: '22 Nov, 08:30:01',
    DE12: '16:30:01',
    DE13: '22 Nov',
    DE14: 'Dec 2030',
    DE18: 'grocery',
    DE22: 'contactless, no PIN typed',
    DE25: 'normal',
    DE49: 'CNY',
    DE55: '21 objects, 164 bytes',
    'DE60.3': 'reads contactless',
    'DE60.6': 'shop terminal',
    'DE35/expiry': 'Dec 2030',
    bitmap:
      'DE 2, 3, 4, 7, 11, 12, 13, 14, 18, 22, 23, 25, 32, 33, 35, 37, 41, 42, 43, 49, 53, 55, 60, 128',
  };
  for (const [path, text] of Object.entries(expected)) same(words(worked, path), text, path);
});

test('a masked message reads the same with marks in place of what is hidden', () => {
  const masked = explainMessage('cups', maskMessage('cups', workedBytes, 'pan'));
  same(value(masked, 'DE2'), '625824******0018');
  same(words(masked, 'DE2'), 'masked');
  same(words(masked, 'DE14'), 'masked');
  same(value(masked, 'DE35/number'), '625824******0018');
  same(words(masked, 'DE4'), '12.50 CNY');
  same(value(masked, 'DE55/9F26'), 'AEBC72404A3A05AF');
  const packed = explainMessage('pos', maskMessage('pos', realBytes, 'pan'));
  same(value(packed, 'DE2'), '622424******0113');
  same(value(packed, 'DE52'), '*'.repeat(16));
  same(words(packed, 'DE52'), 'masked');
});

test('an answer says its verdict, a reversal which message it is about', () => {
  const { header } = cups.decode(workedBytes);
  const original = `0200${'000123'}${'1122083001'}${'00001020000'}${'00001020000'}`;
  const fields = { 3: '000000', 4: '000000001250', 39: '61', 49: '156', 90: original };
  const answer = explainMessage('cups', cups.encode({ header, mti: '0431', fields }));
  same(answer.name, 'reversal advice response, repeated');
  same(answer.decoded, 'over the amount limit');
  same(words(answer, 'DE90.1'), 'financial request');
  same(value(answer, 'DE90.2'), '000123');
  same(words(answer, 'DE90.3'), '22 Nov, 08:30:01');
  same(value(answer, 'DE90.4'), '00001020000');
});

test('token data, account reference and cryptogram result are opened', () => {
  const { header } = cups.decode(workedBytes);
  const fields = {
    56: encodeAccountReference('Q1HJZ28RKA1EBL470G9XYG90R5D3E'),
    61: cryptogramResult('wrong'),
    63: encodeTokenData({ verified: '1', token: '6258249900000018', expiry: '3012' }),
  };
  const explained = explainMessage('cups', cups.encode({ header, mti: '0200', fields }));
  same(value(explained, 'DE56.01'), 'Q1HJZ28RKA1EBL470G9XYG90R5D3E');
  same(value(explained, 'DE63.02'), '6258249900000018');
  same(words(explained, 'DE63.03'), 'Dec 2030');
  same(words(explained, 'DE61.8'), 'wrong');
  same(words(explained, 'DE61.3'), 'not checked');
});

test('additional amounts are cut into amounts', () => {
  const { header } = cups.decode(workedBytes);
  const fields = { 54: '1002156C000000123456' + '1001156D000000000100' };
  const explained = explainMessage('cups', cups.encode({ header, mti: '0210', fields }));
  deepEqual(
    find(explained, 'DE54')
      ?.children.slice(1)
      .map(({ decoded }) => decoded),
    ['1,234.56 CNY credit', '1.00 CNY debit'],
  );
});

test('rates and fees are put in words', () => {
  const { header } = cups.decode(workedBytes);
  const fields = { 9: '61234567', 10: '00000007', 28: 'D00000150', 49: '156' };
  const explained = explainMessage('cups', cups.encode({ header, mti: '0210', fields }));
  // The first digit says how many are decimals. @see docs/specs.md, ISO 8583 sheet, section 3
  same(words(explained, 'DE9'), '1.234567');
  same(words(explained, 'DE10'), '7');
  same(words(explained, 'DE28'), '1.50 CNY debit');
});

test('an amount cut short and an object that runs past its element cannot be read', () => {
  const { header } = cups.decode(workedBytes);
  const fields = { 54: '1002156C0000', 56: toHex(fromAscii('PR0040')) };
  const explained = explainMessage('cups', cups.encode({ header, mti: '0210', fields }));
  deepEqual(
    broken(explained).map(([, , why]) => why),
    ['an amount is cut short', 'the length runs past the end'],
  );
});

test('the working key of a sign-on is a key and its check value', () => {
  const { tpdu, header } = pos.decode(realBytes);
  const fields = { 39: '00', 62: toHex(concat(new Uint8Array(16), fromAscii('1234'))) };
  const explained = explainMessage('pos', pos.encode({ tpdu, header, mti: '0810', fields }));
  deepEqual(
    find(explained, 'DE62')
      ?.children.slice(1)
      .map(({ name, value }) => [name, value]),
    [
      ['MAC key, encrypted', '00'.repeat(16)],
      ['check value of the MAC key', '31323334'],
    ],
  );
});

/** What of a message cannot be read: where and why. */
function broken(explained: Explained): readonly (readonly [number, number, string])[] {
  return leaves(explained)
    .filter(({ name }) => name === CANNOT_BE_READ)
    .map(({ start, end, decoded }) => [start, end, decoded]);
}

test('a message cut short is explained up to there', () => {
  const cut = explainMessage('cups', workedBytes.subarray(0, 300));
  same(words(cut, 'DE22'), 'contactless, no PIN typed');
  deepEqual(broken(cut), [[295, 300, 'DE55: cut short']]);
  same(words(cut, 'header.totalLength'), 'the message has 300 bytes, its header says otherwise');
});

test('an element of foreign characters hides nothing else', () => {
  const bytes = workedBytes.slice();
  bytes[90] = 0x41; // first digit of DE4
  const explained = explainMessage('cups', bytes);
  deepEqual(broken(explained), [[90, 102, 'DE4: not a character of format n']]);
  same(value(explained, 'DE7'), '1122083001');
  same(value(explained, 'DE128'), '0000000000000000');
});

test('an element that the dialect does not have ends what can be read', () => {
  const bytes = workedBytes.slice();
  bytes[50] = (bytes[50] as number) | 0x01; // DE8
  const explained = explainMessage('cups', bytes);
  same(words(explained, 'DE7'), '22 Nov, 08:30:01');
  deepEqual(broken(explained), [[112, 498, 'the dialect does not have DE8']]);
});

test('bytes after the end and bytes that are no message are said to be so', () => {
  const longer = explainMessage('pos', concat(realBytes, fromHex('00')));
  deepEqual(broken(longer), [[426, 427, 'bytes after the end']]);
  same(explainMessage('pos', fromHex('6000')).name, CANNOT_BE_READ);
  same(explainMessage('cups', new Uint8Array(0)).name, CANNOT_BE_READ);
});

test('a usage that the tables do not lay out is named, and its content is one span', () => {
  const { header } = cups.decode(workedBytes);
  const fields = {
    3: '000000',
    48: toHex(fromAscii('NK0123456789ABCDEF')),
    57: 'ARanswer',
  };
  const explained = explainMessage('cups', cups.encode({ header, mti: '0800', fields }));
  same(words(explained, 'DE48/usage'), 'new key');
  same(value(explained, 'DE48/data'), toHex(fromAscii('0123456789ABCDEF')));
  same(find(explained, 'DE48/data')?.name, 'key');
  same(words(explained, 'DE57/usage'), 'answer');
});

/** What stands before the usage block of DE61: id type and number, results, CVN2. @see docs/specs.md, ISO 8583 sheet, section 6 */
const HOLDER_HEAD = `01${'1'.repeat(20)}20CUP1231`.padEnd(32, '2').slice(0, 32);

test('the usage block of DE61 is cut as its usage says', () => {
  const { header } = cups.decode(workedBytes);
  const blockOf = (block: string): Explained => {
    const fields = { 3: '000000', 61: HOLDER_HEAD + block };
    return explainMessage('cups', cups.encode({ header, mti: '0100', fields }));
  };
  const asked = blockOf(`AM${'1'.repeat(16)}NM04LIMING`);
  same(words(asked, 'DE61.usage'), 'data to be verified');
  same(value(asked, 'DE61.9.1'), '1'.repeat(16));
  same(value(asked, 'DE61.9.2'), 'NM04LIMING');
  const answered = blockOf('AR0001232026-11-22 16:30:010');
  same(value(answered, 'DE61.9.1'), '000123');
  same(value(answered, 'DE61.9.2'), '2026-11-22 16:30:01');
  same(value(answered, 'DE61.9.3'), '0');
  same(value(blockOf('CR2'), 'DE61.9.1'), '2');
  same(find(blockOf('XX'), 'DE61.9')?.name, 'usage block');
});

test('DE57 of usage AB and DE121 are cut at their places', () => {
  const { header } = cups.decode(workedBytes);
  const fields = {
    3: '000000',
    57: `AB${'I'.repeat(20)}${'S'.repeat(20)}${' '.repeat(56)}`,
    121: `1D2${'S'.repeat(40)}${'F'.repeat(38)}`,
  };
  const explained = explainMessage('cups', cups.encode({ header, mti: '0210', fields }));
  same(words(explained, 'DE57/issuer'), 'I'.repeat(20));
  same(words(explained, 'DE57/switch'), 'S'.repeat(20));
  same(value(explained, 'DE121.2'), 'D');
  same(value(explained, 'DE121.5'), 'F'.repeat(38));
});
