import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  explainChipData,
  explainDataObject,
  explainFlags,
  find,
  leaves,
} from './explain.ts';
import file from './explain.vectors.json' with { type: 'json' };

const words = (tag: string, value: string, currency?: string): string =>
  explainDataObject(tag, fromHex(value), currency).decoded;

const dump = file.vectors.find(({ id }) => id === 'upi-arqc-001') as {
  inputs: { tags: Readonly<Record<string, string>>; mac_input: string; cvr: string };
};

test('a real tag dump of a field card is named object by object', () => {
  const { tags, mac_input, cvr } = dump.inputs;
  const explained = explainChipData(
    encodeTlv(Object.entries(tags).map(([tag, value]) => tlv(tag, fromHex(value)))),
  );
  deepEqual(
    explained.children.map(({ tag, value }) => [tag, value]),
    Object.entries(tags),
  );
  same(find(explained, 'CVR')?.value, cvr);
  same(
    find(explained, 'CVR')?.decoded,
    'ARQC, holder not verified, PIN try limit exceeded, dynamic data authentication performed',
  );
  same(find(explained, '9F10/amount1')?.decoded, '10.00 CNY');
  same(find(explained, '9F02')?.decoded, '0.01 CNY');
  same(find(explained, '9A')?.decoded, '1 Jul 2014');
  same(find(explained, '9F36')?.decoded, '576');
  same(find(explained, '9F09')?.decoded, 'PBOC 2.0');
  same(find(explained, '84')?.decoded, 'UnionPay debit');
  const sealed = leaves(explained).filter((leaf) => leaf.sealed);
  const order = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36', 'CVR'];
  const part = (tag: string): string =>
    sealed.find(({ path }) => path.split('/').includes(tag))?.value ?? '';
  same(order.map(part).join(''), mac_input);
});

test('nothing counts as sealed in data of another cryptogram version', () => {
  // Version 17 leaves currency, date and country out. @see docs/specs.md, cryptograms sheet, section 4
  const explained = explainChipData(fromHex('9F36020001' + '9F1008' + '0701110' + '3A0000001'));
  same(
    leaves(explained).some(({ sealed }) => sealed),
    false,
  );
});

test('flags are told by their set bits', () => {
  same(words('9F6C', '0000'), 'asks nothing of the reader');
  same(words('9F6C', '8000'), 'online PIN required');
  same(words('82', '7C00').split(', ').length, 5);
  same(
    words('95', '0080046000').split(', ')[0],
    'card and terminal have different application versions',
  );
  same(words('9F66', '21000080').includes('contact debit'), false);
  same(words('9F68', '00000800'), 'cardholder verification on the device supported');
  same(words('DF61', '40'), 'offline data authentication for online authorisation');
  const set = explainFlags('9F6C', fromHex('0080')).filter((bit) => bit.set);
  deepEqual(
    set.map(({ byte, mask }) => [byte, mask]),
    [[2, 0x80]],
  );
});

test('an amount takes the currency beside it, the one it is given, or none', () => {
  same(words('9F02', '000000128000', '156'), '1,280.00 CNY');
  same(words('9F02', '000000001250', '392'), '1,250 JPY');
  same(words('9F02', '000000001250', '999'), '1250 minor units of currency 999');
  same(words('9F02', '000000001250'), '1250 minor units');
  same(words('9F02', '0000000012AB', '156'), 'not a number');
});

test('dates, times and names are put in words, and what is none is said to be none', () => {
  same(words('5F24', '301231'), '31 Dec 2030');
  same(words('9A', '261322'), 'not a date');
  same(words('9F21', '163001'), '16:30:01');
  same(words('9F21', '253001'), 'not a time');
  same(words('4F', 'A0000003330101010001'), 'UnionPay debit, instance 0001');
  same(words('9F19', '012345678901'), '12345678901');
  same(words('8A', toHex(fromAscii('51'))), 'insufficient funds');
});

test('the file locator is cut into runs of records', () => {
  // @see docs/specs.md, EMV contactless sheet, section 9.3
  deepEqual(
    explainDataObject('94', fromHex('1001020018010201')).children.map(({ decoded }) => decoded),
    ['file 2, records 1 to 2, 0 signed', 'file 3, records 1 to 2, 1 signed'],
  );
  same(explainDataObject('94', fromHex('100102')).children[0]?.name, CANNOT_BE_READ);
});

test('an answer of the issuer is its cryptogram and its code', () => {
  const answer = explainDataObject('91', concat(new Uint8Array(8), fromAscii('00')));
  same(find(answer, 'ARC')?.decoded, 'approved');
  same(answer.decoded, 'approved');
});

test('issuer application data with SM4 and those with two amounts are read', () => {
  // Seen example. @see docs/specs.md, cryptograms sheet, section 5
  const sm4 = explainDataObject('9F10', fromHex('07010103A00000040A0100000489729AD84140'), '156');
  same(find(sm4, 'algorithm')?.decoded, 'SM4');
  same(find(sm4, 'amount1')?.decoded, '489.72 CNY');
  const two = explainDataObject(
    '9F10',
    fromHex('07010103A0000001' + '0F03' + '0000001000' + '0000002000' + 'D1F61152'),
    '156',
  );
  deepEqual(
    two.children.slice(-3).map(({ name, decoded }) => [name, decoded]),
    [
      ['purse balance', '10.00 CNY'],
      ['cumulative amount', '20.00 CNY'],
      ['MAC over the reported amount', ''],
    ],
  );
});

test('issuer application data of another form keep what can be read', () => {
  const broken = explainDataObject('9F10', fromHex('07010103A0000001' + '0A09'));
  same(find(broken, 'CVR')?.value, '03A00000');
  same(broken.children.at(-1)?.name, CANNOT_BE_READ);
  same(broken.children.at(-1)?.decoded, 'an unknown data id');
  same(explainDataObject('9F10', fromHex('0601')).children[0]?.name, CANNOT_BE_READ);
});

test('a track whose number has an odd count shares a byte with its separator', () => {
  const track = explainDataObject('57', fromHex('6258249900000018123D301220100000'));
  deepEqual(
    track.children.map(({ name, value, decoded }) => [name, value, decoded]),
    [
      ['account number and separator', '6258249900000018123D', ''],
      ['expiry', '3012', 'Dec 2030'],
      [
        'service code and discretionary data',
        '20100000',
        'service code 201: international, use the chip, authorised as usual, no restrictions',
      ],
    ],
  );
});

test('masked objects say so and show nothing more', () => {
  const track = explainDataObject('57', fromHex('625824FFFFFF0018DFFFFFFFFFFFFFFFFFFF'));
  same(track.children[0]?.decoded, 'masked');
  same(words('5A', '625824FFFFFF0018'), 'masked');
  same(words('5F24', 'FFFFFF'), 'masked');
  same(words('5F20', 'FFFFFFFF'), 'masked');
});

test('a tag that nobody knows is still an object with a length', () => {
  const explained = explainChipData(fromHex('DF7F0101'));
  same(explained.children[0]?.name, 'unknown data object');
  same(explained.children[0]?.value, '01');
});

test('the same tag twice has two paths', () => {
  const explained = explainChipData(fromHex('9F3602000187010' + '19F36020002'));
  same(find(explained, '9F36')?.value, '0001');
  same(find(explained, '9F36[2]')?.value, '0002');
});

/** What cannot be read of some chip data, and what stands before it. */
function brokenOf(hex: string): readonly [before: readonly string[], rest: string, why: string] {
  const all = explainChipData(fromHex(hex));
  const broken = leaves(all).find(({ name }) => name === CANNOT_BE_READ) as Explained;
  const before = all.children.filter((child) => child !== broken).map(({ tag }) => tag);
  return [before, broken.value, broken.decoded];
}

test('what cannot be read is one span with its reason, after all that can', () => {
  deepEqual(brokenOf('870101' + '0000'), [['87'], '0000', 'a tag cannot begin with 00 or FF']);
  deepEqual(brokenOf('9F'), [[], '9F', 'the tag is cut short']);
  deepEqual(brokenOf('9F36'), [[], '9F36', 'the length is missing']);
  deepEqual(brokenOf('87810101'), [[], '87810101', 'the length is not minimal']);
  deepEqual(brokenOf('8780'), [[], '8780', 'a length of this form is not allowed']);
  deepEqual(brokenOf('878201'), [[], '878201', 'the length is cut short']);
});

test('a broken template does not hide the objects after it', () => {
  const explained = explainChipData(fromHex('70028705' + '9F36020001'));
  same(find(explained, '70/87/cut')?.name, CANNOT_BE_READ);
  same(find(explained, '9F36')?.decoded, '1');
});

test('an object that announces more than there is keeps its name, and of a template all that is there', () => {
  const explained = explainChipData(fromHex('70209F3602000157136258'));
  deepEqual(
    leaves(explained)
      .filter(({ name }) => name === CANNOT_BE_READ)
      .map(({ path, value, decoded }) => [path, value, decoded]),
    [
      ['70/cut', '20', '32 bytes are announced, 9 are there'],
      ['70/57/cut', '13', '19 bytes are announced, 2 are there'],
    ],
  );
  same(find(explained, '9F36')?.decoded, '1');
  same(leaves(explained).at(-1)?.name, 'first bytes of track 2 equivalent data');
});

test('half a value is compared with nothing', () => {
  deepEqual(find(explainChipData(fromHex('95050080')), '95')?.value, '');
});

test('nesting past eight is not followed', () => {
  let nested = fromHex('870101');
  for (let level = 0; level < 8; level++) nested = encodeTlv([tlv('70', nested)]);
  const last = leaves(explainChipData(nested)).at(-1);
  deepEqual([last?.name, last?.decoded], [CANNOT_BE_READ, 'nested deeper than 8']);
});
