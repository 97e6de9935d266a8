/** Answers to reset, track 1 and clear PIN blocks, by published samples. */
import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import atrs from '../apdu/atr.vectors.json' with { type: 'json' };
import { fromHex } from '../bytes/bytes.ts';
import { type Explained, find, leaves } from './explained.ts';
import { hidden } from './hide.ts';
import { explainReading, readingsOf } from './readings.ts';
import { explainAtr } from './reset.ts';

const readOf = (text: string) => readingsOf(Buffer.from(text))[0];
function treeOf(text: string): Explained {
  const reading = readOf(text);
  const [part] = reading === undefined ? [] : explainReading(reading);
  if (part === undefined) throw new Error('not recognised');
  return part.tree;
}

test('every published answer to reset is known as one and has its bytes named', () => {
  for (const { atr, protocols, historical, convention, interfaceBytes } of atrs) {
    same(readOf(atr)?.kind.kind, 'atr', atr);
    const tree = treeOf(atr);
    same(tree.decoded, `speaks ${protocols.map((one) => `T=${one}`).join(', ')}`);
    same(find(tree, 'TS')?.decoded, `${convention} convention`);
    for (const [name, value] of Object.entries(interfaceBytes))
      same(find(tree, name)?.value, value);
    same(find(tree, 'T0')?.decoded, `${historical.length / 2} historical bytes`);
    same(
      leaves(tree).some(({ name }) => /cannot|unknown/.test(name)),
      false,
      atr,
    );
  }
});

const words = (atr: string, tag: string): readonly string[] => {
  const found = find(explainAtr(fromHex(atr)), tag);
  return [found?.name ?? '', found?.decoded ?? ''];
};

test('interface bytes are told by the protocol they belong to', () => {
  const jcop = '3BF81300008131FE454A434F5076323431B7';
  deepEqual(words(jcop, 'TA1'), ['speed', 'F=372, D=4: 93 clock cycles a bit']);
  deepEqual(words(jcop, 'TB1'), ['programming voltage', 'none']);
  deepEqual(words(jcop, 'TC1'), ['extra guard time', '0 bit times more']);
  deepEqual(words(jcop, 'TD1'), ['protocol', 'T=1, more settings follow']);
  deepEqual(words(jcop, 'TA3'), ['longest block that the card takes', '254 bytes']);
  deepEqual(words(jcop, 'TB3'), [
    'waiting times of T=1',
    'for a block integer 4, for a character integer 5',
  ]);
  deepEqual(words(jcop, 'historical'), ['historical bytes', 'JCOPv241']);
  deepEqual(words(jcop, 'TCK'), ['check byte', 'the sum is right']);
  const gemalto = '3B9F95801FC78031E073FE2113671192004001000118';
  deepEqual(words(gemalto, 'TA1'), ['speed', 'F=512, D=16: 32 clock cycles a bit']);
  deepEqual(words(gemalto, 'TA3'), [
    'clock stop and voltages',
    'clock stop either way, 5 V, 3 V, 1.8 V',
  ]);
  deepEqual(words('3BDC18FF8191FE1FC38073C821136605036351000250', 'TC1'), [
    'extra guard time',
    'the shortest',
  ]);
});

test('historical bytes are objects with short tags when they say so', () => {
  const names = (atr: string): readonly string[] =>
    explainAtr(fromHex(atr)).children.map(({ name }) => name);
  deepEqual(names('3B9F95801FC78031E073FE2113671192004001000118').slice(6), [
    'category of the historical bytes',
    'card service data',
    'card capabilities',
    'pre-issuing data',
    'check byte',
  ]);
  // A reader writes the name of a card without contacts. PC/SC part 3
  deepEqual(names('3B8F8001804F0CA000000306030001000000006A').slice(4), [
    'category of the historical bytes',
    'application identifier',
    'check byte',
  ]);
});

test('track 1 is told part by part, number and name masked', () => {
  // @see docs/specs.md, ISO 7813: a published sample
  const text = '%B5452300551227189^HOGAN/PAUL      ^08043210000000725000000?';
  const tree = treeOf(text);
  deepEqual(
    tree.children.map(({ name, value }) => [name, value]),
    [
      ['start sentinel', '%'],
      ['format code', 'B'],
      ['account number', '5452300551227189'],
      ['separator', '^'],
      ['cardholder name', 'HOGAN/PAUL      '],
      ['separator', '^'],
      ['expiry', '0804'],
      ['service code', '321'],
      ['discretionary data', '0000000725000000'],
      ['end sentinel', '?'],
    ],
  );
  const bytes = Buffer.from(text);
  const shown = JSON.stringify(hidden({ title: '', bytes, tree }));
  for (const secret of ['5452300551227189', 'HOGAN', '725']) same(shown.includes(secret), false);
  same(readOf(text.slice(1, -1))?.kind.kind, 'track1');
  same(readOf(`${text}K`)?.kind.kind, 'track1');
});

test('of a clear PIN block format and length are told, and the rest is masked', () => {
  // Vectors psec-encode_pinblock_iso_2-01 and psec-encode_pinblock_iso_0-01.
  same(readOf('241234FFFFFFFFFF')?.kind.kind, 'pinblock');
  const tree = treeOf('241234FFFFFFFFFF');
  same(tree.children[0]?.decoded, 'format 2, 4 digits');
  const shown = hidden({ title: '', bytes: fromHex('241234FFFFFFFFFF'), tree });
  same(shown.hex, '24**************');
  const names = readingsOf(Buffer.from('041261AAAAEDCBA9')).map(({ kind }) => kind.kind);
  same(names.includes('pinblock'), true);
});
