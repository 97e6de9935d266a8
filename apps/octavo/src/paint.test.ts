/** Colour and columns: which palette a terminal gets, and how wide a text is. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import {
  chooseMarks,
  choosePalette,
  chooseWidth,
  clip,
  columnsOf,
  columnsOfPieces,
  fold,
  type Palette,
  paint,
  piece,
  type Role,
} from './paint.ts';

const on = (environment: Record<string, string>, isTerminal = true) => ({
  environment,
  isTerminal,
  columns: undefined,
});

describe('the palette', () => {
  const trueColour = { COLORTERM: 'truecolor', TERM: 'xterm-256color' };

  test('is none in a pipe, with NO_COLOR set to anything, and on a dumb terminal', () => {
    equal(choosePalette(on(trueColour, false)), 'none');
    equal(choosePalette(on({ ...trueColour, NO_COLOR: '1' })), 'none');
    equal(choosePalette(on({ ...trueColour, NO_COLOR: '0' })), 'none');
    equal(choosePalette(on({ ...trueColour, TERM: 'dumb' })), 'none');
  });

  test('an empty NO_COLOR is as if it were not set', () => {
    equal(choosePalette(on({ ...trueColour, NO_COLOR: '' })), 'dark');
  });

  test('is of sixteen colours unless the terminal says that it can show all', () => {
    equal(choosePalette(on({ TERM: 'xterm' })), 'sixteen');
    equal(choosePalette(on({ COLORTERM: 'yes' })), 'sixteen');
    equal(choosePalette(on({ COLORTERM: 'truecolor' })), 'dark');
    equal(choosePalette(on({ COLORTERM: '24bit' })), 'dark');
  });

  test('is light where the terminal says that its ground is', () => {
    for (const ground of ['0;15', '0;default;7']) {
      equal(choosePalette(on({ ...trueColour, COLORFGBG: ground })), 'light');
    }
    equal(choosePalette(on({ ...trueColour, COLORFGBG: '15;0' })), 'dark');
    equal(choosePalette(on({ ...trueColour, COLORFGBG: '' })), 'dark');
  });
});

describe('paint', () => {
  test('true colour, sixteen and light each write their own codes and end them', () => {
    const amount = [piece('28.50', 'money')];
    equal(paint(amount, 'none'), '28.50');
    const painted = (['dark', 'light', 'sixteen'] as const).map((one) => paint(amount, one));
    equal(new Set(painted).size, 3);
    for (const text of painted) ok(text.startsWith('\u001b[') && text.endsWith('\u001b[0m'));
    ok(painted[0]?.includes('[38;2;') && painted[1]?.includes('[38;2;'));
    ok(!painted[2]?.includes('38;2'));
  });

  test('what is sealed is underlined', () => {
    ok(paint([piece('F190', 'proof', true)], 'dark').includes(';4m'));
    ok(paint([piece('F190', 'plain', true)], 'sixteen').includes('[4m'));
  });

  test('takes nothing away and adds nothing but codes', () => {
    fc.assert(
      fc.property(
        pieces(),
        fc.constantFrom<Palette>('none', 'sixteen', 'dark', 'light'),
        (all, palette) => {
          const plain = stripVTControlCharacters(paint(all, palette));
          equal(plain, all.map(({ text }) => text).join(''));
        },
      ),
    );
  });
});

describe('marks and width', () => {
  test('words stand for marks where the locale is not UTF-8; LC_ALL goes before LC_CTYPE before LANG', () => {
    const words = { yes: 'ok', no: 'no' };
    const marks = { yes: '✓', no: '−' };
    deepEqual(chooseMarks(on({ LANG: 'C' })), words);
    deepEqual(chooseMarks(on({ LANG: 'zh_CN.GB18030' })), words);
    deepEqual(chooseMarks(on({ LANG: 'zh_CN.UTF-8' })), marks);
    deepEqual(chooseMarks(on({ LANG: 'C', LC_ALL: 'C.utf8' })), marks);
    deepEqual(chooseMarks(on({ LC_ALL: 'POSIX', LC_CTYPE: 'C.UTF-8', LANG: 'C.UTF-8' })), words);
    deepEqual(chooseMarks(on({ LC_CTYPE: 'C', LANG: 'en_US.UTF-8' })), words);
    deepEqual(chooseMarks(on({})), marks);
  });

  test('lines are as wide as the terminal, at most a hundred columns', () => {
    const width = (columns: number | undefined) => chooseWidth({ ...on({}), columns });
    deepEqual([width(60), width(100), width(180), width(undefined)], [60, 100, 100, 100]);
  });
});

describe('columns', () => {
  test('Han and full-width characters take two, others one', () => {
    equal(columnsOf(''), 0);
    equal(columnsOf('Bafang'), 6);
    equal(columnsOf('八方银行'), 8);
    equal(columnsOf('¥28.50'), 6);
    equal(columnsOf('（ａ）'), 6);
    equal(columnsOf('𠮷'), 2);
    equal(columnsOf('•• 0010'), 7);
  });

  test('clip keeps what fits and shows that something is lost', () => {
    equal(clip('settlement', 10), 'settlement');
    equal(clip('settlement', 5), 'sett…');
    equal(clip('八方银行', 8), '八方银行');
    equal(clip('八方银行', 6), '八方…');
    fc.assert(
      fc.property(
        fc.string({ unit: characters() }),
        fc.integer({ min: 1, max: 40 }),
        (text, columns) => {
          ok(columnsOf(clip(text, columns)) <= columns);
        },
      ),
    );
  });
});

describe('fold', () => {
  test('leaves a line that fits as it is', () => {
    const line = [piece('   > '), piece('00A40400', 'rule')];
    deepEqual(fold(line, 13), [line]);
  });

  test('breaks at spaces, and indents what follows by two more than the line', () => {
    const folded = fold([piece('  one two '), piece('three', 'money')], 9);
    deepEqual(
      folded.map((line) => paint(line, 'none').trimEnd()),
      ['  one two', '    three'],
    );
    equal(folded[1]?.at(-1)?.role, 'money');
  });

  test('breaks inside a word that is wider than a line', () => {
    const folded = fold([piece('0123456789ABCDEF')], 6);
    ok(folded.every((line) => columnsOfPieces(line) <= 6));
    equal(folded.map((line) => paint(line, 'none').trim()).join(''), '0123456789ABCDEF');
  });

  test('no line is wider than it may be, and nothing but spaces is lost', () => {
    fc.assert(
      fc.property(pieces(), fc.integer({ min: 4, max: 60 }), (all, width) => {
        const folded = fold(all, width);
        for (const line of folded) ok(columnsOfPieces(line) <= width);
        const text = (one: string) => one.replaceAll(' ', '');
        equal(text(folded.map((line) => paint(line, 'none')).join('')), text(paint(all, 'none')));
      }),
    );
  });
});

function characters() {
  return fc.constantFrom('a', 'B', '7', ' ', ' ', '八', '方', '…', '•', '（');
}

function pieces() {
  const role = fc.constantFrom<Role>(
    'plain',
    'who',
    'money',
    'proof',
    'bold',
    'dim',
    'ok',
    'refused',
  );
  return fc.array(
    fc
      .tuple(fc.string({ unit: characters(), maxLength: 40 }), role, fc.boolean())
      .map(([text, one, sealed]) => piece(text, one, sealed)),
    { maxLength: 6 },
  );
}
