/** Values that stand alone, taken for what they are by their form, and any value by its tag. */
import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../bytes/bytes.ts';
import { explainDataObject } from './data-objects.ts';
import { kindOfTag } from './kinds-object.ts';
import { readingsOf } from './readings.ts';
import { sourceOf, sourcesBeside } from './sources.ts';

const kindsOf = (text: string): readonly string[] =>
  readingsOf(Buffer.from(text)).map(({ kind }) => kind.kind);

/** Values of vector upi-arqc-001, of the EMV contactless sheet, section 9, and of the cryptograms sheet, section 9. */
const VALUES: readonly (readonly [text: string, kind: string])[] = [
  ['60E1C8', 'termcap'],
  ['020300', 'cvmresult'],
  ['A000000333010101', 'aid'],
  ['9F66049F02069F03069F1A0295055F2A029A039C019F3704', 'dol'],
  ['00000000000000001E031F03', 'cvmlist'],
  ['422C7965036655553030', 'arpc'],
  ['22', 'termtype'],
  ['201', 'servicecode'],
  ['6000F0A001', 'addcap'],
  ['0080046000', 'tvr'],
];

for (const [text, kind] of VALUES) {
  test(`${text} is taken for ${kind}`, () => same(kindsOf(text)[0], kind));
}

test('two bytes that fit several flag objects are said to be each of them', () => {
  same(kindsOf('E800').includes('tsi'), true);
  deepEqual(
    ['aip', 'ctq', 'tsi', 'auc'].filter((kind) => kindsOf('4000').includes(kind)),
    ['aip', 'ctq', 'tsi', 'auc'],
  );
  deepEqual(kindsOf('7D00').includes('ctq'), true);
});

test('one bit without a name makes it unlikely, several more so', () => {
  const [one] = readingsOf(Buffer.from('0080046001'));
  same(one?.because, '5 bytes, but 1 bit set has no name');
  same((one?.sureness ?? 100) < 20, true);
});

test('a tag in hexadecimal of either case names any data object, and nothing else is one', () => {
  same(kindOfTag('9f33')?.title, 'terminal capabilities (9F33)');
  same(kindOfTag('DF7F')?.title, 'value of an unknown data object (DF7F)');
  for (const text of ['', '9', '9F', '9F3', '00', 'FF', '9F3300', '9F8', 'xx', '9F808001']) {
    same(kindOfTag(text), undefined, text);
  }
});

test('every set bit has its line, the nameless ones too; several bits that are a number have one', () => {
  deepEqual(explainDataObject('95', fromHex('0080040100')).bits, [
    { byte: 2, bits: '8', words: 'card and terminal have different application versions' },
    { byte: 3, bits: '3', words: 'online PIN entered' },
    { byte: 4, bits: '1', words: 'no name known' },
  ]);
  // Quick values of the verification results. @see docs/specs.md, cryptograms sheet, section 5
  const results = explainDataObject('9F10', fromHex('07010103A4000001')).children[3];
  deepEqual(
    results?.bits?.map(({ byte, bits }) => [byte, bits]),
    [
      [2, '8-7'],
      [2, '6-5'],
      [2, '3'],
    ],
  );
  same(explainDataObject('9F26', fromHex('5D016C91005E7CC2')).bits, undefined);
});

test('bytes beyond the table of a flag object are not read as bits', () => {
  const { bits = [] } = explainDataObject('95', new Uint8Array(2000).fill(0xff));
  same(bits.length, 5 * 8);
});

test('data objects that are known from elsewhere than the whole are listed by source', () => {
  const tree = explainDataObject('77', fromHex('9505000000000082020000'));
  deepEqual(sourcesBeside([tree], ''), [
    { source: sourceOf('95'), tags: ['95'] },
    { source: sourceOf('82'), tags: ['82'] },
  ]);
  deepEqual(sourcesBeside([tree], sourceOf('95') ?? '').length, 1);
});
