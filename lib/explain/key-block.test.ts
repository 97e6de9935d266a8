import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromAscii } from '../bytes/bytes.ts';
import { CANNOT_BE_READ, leaves } from './explained.ts';
import { explainKeyBlock } from './key-block.ts';
import { readingsOf } from './readings.ts';

// @see docs/specs.md, cryptograms sheet, section 12
const VERSION_B =
  'B0096P0TE00S0000FE42B01E04E710B0BB5E0B247DF0CD9F0960DDECA48104DBE558FEC858D356EFECCE87522A7832F8';
const VERSION_D =
  'D0144E0AX00N0000F608E26D3CBB90301239A24DACE31FF07AD948A14C14367B3C0EE50A2A34E99DE0321A495BAE14632CDCBE9683D1CF7C6C61FAF2BDCDB74426AD9E11FB0619A6';

const rowsOf = (text: string): readonly (readonly [string, string, string])[] =>
  leaves(explainKeyBlock(fromAscii(text))).map(({ name, value, decoded }) => [
    name,
    value,
    decoded,
  ]);

test('a header says what the key is for, then come the encrypted key and its MAC', () => {
  deepEqual(rowsOf(VERSION_B), [
    ['version', 'B', 'protected by triple DES, derived keys'],
    ['length of the block', '0096', '96 characters'],
    ['key usage', 'P0', 'PIN key'],
    ['algorithm', 'T', 'triple DES'],
    ['mode of use', 'E', 'encrypt only'],
    ['version of the key', '00', 'none'],
    ['exportability', 'S', 'may leave under any key'],
    ['number of attributes', '00', 'none'],
    ['reserved', '00', ''],
    ['encrypted key', VERSION_B.slice(16, 80), ''],
    ['MAC of the key block', VERSION_B.slice(80), ''],
  ]);
});

test('version D has a longer MAC', () => {
  const rows = rowsOf(VERSION_D);
  same(rows[2]?.[2], 'EMV master key for application cryptograms');
  same(rows[4]?.[2], 'derive keys');
  same(rows[6]?.[2], 'may not leave');
  same(rows.at(-1)?.[1], VERSION_D.slice(-32));
});

test('attributes are named, short ones and long ones', () => {
  const short = `B0048P0TE00E0200KS08ABCDPB04${'00'.repeat(4)}1122334455667788`;
  deepEqual(
    rowsOf(short)
      .slice(9)
      .map(([name, value]) => [name, value]),
    [
      ['name of key serial number', 'KS'],
      ['length of the attribute', '08'],
      ['key serial number', 'ABCD'],
      ['name of filling', 'PB'],
      ['length of the attribute', '04'],
      ['encrypted key', '00000000'],
      ['MAC of the key block', '1122334455667788'],
    ],
  );
  const long = `D0000P0AE00E0100KS0002000CAB${'0'.repeat(64)}`;
  deepEqual(
    rowsOf(long)
      .slice(9, 12)
      .map(([, value]) => value),
    ['KS', '0002000C', 'AB'],
  );
});

test('what cannot be read is one span at the end', () => {
  for (const text of [
    '',
    'B0096',
    'B0096P0TE00SXX00FE42',
    'B0096P0TE00S0100KSFF',
    VERSION_B.slice(0, 20),
  ]) {
    const all = explainKeyBlock(fromAscii(text));
    const last = leaves(all).at(-1);
    same([last?.name, all.name].includes(CANNOT_BE_READ), true, text);
  }
});

test('a key block is known by its header and length', () => {
  for (const text of [VERSION_B, VERSION_D]) {
    same(readingsOf(Buffer.from(text))[0]?.kind.kind, 'keyblock');
    same(readingsOf(Buffer.from(`${text}00`))[0]?.kind.kind === 'keyblock', false);
  }
});

test('any text is covered', () => {
  const change = fc.tuple(fc.nat(90), fc.constantFrom(...'0123456789ABDFKSPT \u00ff'));
  fc.assert(
    fc.property(fc.constantFrom(VERSION_B, VERSION_D), fc.array(change), (text, changes) => {
      const characters = [...text];
      for (const [at, character] of changes) characters[at] = character;
      const bytes = Uint8Array.from(characters, (one) => one.charCodeAt(0));
      let end = 0;
      for (const leaf of leaves(explainKeyBlock(bytes))) {
        same(leaf.start, end);
        end = leaf.end;
      }
      same(end, bytes.length);
    }),
    { numRuns: 1000 },
  );
});
