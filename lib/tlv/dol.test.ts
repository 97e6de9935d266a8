import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { type DolEntry, decodeDol, dolLength, fillDol, splitDol } from './dol.ts';
import { TlvError } from './tlv.ts';

/** The PDOL of a real card. EMV contactless sheet, section 9.1 */
const pdol = fromHex('9F66049F02069F03069F1A0295055F2A029A039C019F3704');

const entries: readonly DolEntry[] = [
  { tag: '9F66', length: 4 },
  { tag: '9F02', length: 6 },
  { tag: '9F03', length: 6 },
  { tag: '9F1A', length: 2 },
  { tag: '95', length: 5 },
  { tag: '5F2A', length: 2 },
  { tag: '9A', length: 3 },
  { tag: '9C', length: 1 },
  { tag: '9F37', length: 4 },
];

/** What the reader of the worked tap fills in. EMV contactless sheet, section 9.2, data of the third command */
const asked = '36800080000000001250000000000000015600000000000156261122001A2B3C4D';

const terminal: Readonly<Record<string, string>> = {
  '9F66': '36800080',
  '9F02': '000000001250',
  '9F1A': '0156',
  '5F2A': '0156',
  '9A': '261122',
  '9C': '00',
  '9F37': '1A2B3C4D',
};

test('a real PDOL asks for nine objects in 33 bytes', () => {
  deepEqual(decodeDol(pdol), entries);
  same(dolLength(entries), 33);
});

test('an empty list asks for nothing', () => {
  deepEqual(decodeDol(new Uint8Array(0)), []);
  same(dolLength([]), 0);
  deepEqual(
    fillDol([], () => fromHex('01'), isNumeric),
    new Uint8Array(0),
  );
  deepEqual(splitDol([], new Uint8Array(0)), new Map());
});

test('a list is filled in its own order; what the reader does not know becomes zeros', () => {
  same(toHex(fillDol(entries, valueFor, isNumeric)), asked);
});

test('a number that is too long loses its left end, and one that is too short gets zeros at the left', () => {
  const filled = (length: number) =>
    toHex(fillDol([{ tag: '9F02', length }], () => fromHex('000000001250'), isNumeric));
  same(filled(2), '1250');
  same(filled(8), '0000000000001250');
  same(filled(0), '');
});

test('anything else loses its right end, and gets zeros at the right', () => {
  const filled = (length: number) =>
    toHex(fillDol([{ tag: '9F37', length }], () => fromHex('1A2B3C4D'), isNumeric));
  same(filled(2), '1A2B');
  same(filled(6), '1A2B3C4D0000');
  same(filled(0), '');
});

test('a template cannot be asked for: it becomes zeros', () => {
  same(toHex(fillDol([{ tag: '70', length: 3 }], () => fromHex('AABBCC'), isNumeric)), '000000');
});

test('filled data are cut apart again, as views', () => {
  const data = fromHex(asked);
  const values = splitDol(entries, data) as ReadonlyMap<string, Uint8Array>;
  deepEqual(
    [...values.keys()],
    entries.map(({ tag }) => tag),
  );
  for (const [tag, value] of values) {
    same(toHex(value), terminal[tag] ?? '00'.repeat(value.length), tag);
    same(value.buffer, data.buffer);
  }
});

test('data of another length than the list asks for are not cut apart', () => {
  same(splitDol(entries, fromHex(asked).subarray(1)), undefined);
  same(splitDol(entries, concat(fromHex(asked), fromHex('00'))), undefined);
});

test('of a tag that is asked for twice the last value stands', () => {
  const values = splitDol(decodeDol(fromHex('9C019C01')), fromHex('0102'));
  deepEqual([...(values ?? [])], [['9C', fromHex('02')]]);
});

test('a list cut after any byte is refused, unless the cut falls between two entries', () => {
  const borders = new Set([0, 3, 6, 9, 12, 14, 17, 19, 21, 24]);
  for (let length = 0; length < pdol.length; length++) {
    const cut = pdol.subarray(0, length);
    if (borders.has(length)) decodeDol(cut);
    else throws(() => decodeDol(cut), TlvError, `cut at ${length}`);
  }
});

test('a tag that is none and a length past 127 are refused, at their place', () => {
  deepEqual(refusal('9C019F81828300'), 2);
  deepEqual(refusal('9F803604'), 1);
  deepEqual(refusal('9C010004'), 2);
  deepEqual(refusal('9F3780'), 2);
  deepEqual(refusal('9F377F'), undefined);
  deepEqual(refusal('9F37'), 2);
});

test('any bytes are a list or a TlvError; a list says just what it was read from', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 48 }), (bytes) => {
      const list = readOrRefuse(bytes);
      if (list === undefined) return;
      const written = list.map(({ tag, length }) => `${tag}${toHex(Uint8Array.of(length))}`);
      same(written.join(''), toHex(bytes));
    }),
    { numRuns: 1000 },
  );
});

test('whatever is filled is as long as asked, and what fits comes out as it went in', () => {
  const entry = fc.record({
    tag: fc.constantFrom('9F02', '9F37', '9A', '5F2A', '9F66'),
    length: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ tag }) => tag }), (list) => {
      const data = fillDol(list, valueFor, isNumeric);
      same(data.length, dolLength(list));
      for (const { tag, length } of list) {
        const value = terminal[tag] ?? '';
        const split = toHex(splitDol(list, data)?.get(tag) ?? new Uint8Array(0));
        if (length * 2 >= value.length) {
          same(isNumeric(tag) ? split.endsWith(value) : split.startsWith(value), true);
        } else {
          same(isNumeric(tag) ? value.endsWith(split) : value.startsWith(split), true);
        }
      }
    }),
  );
});

test('a hundred thousand bytes of entries are read, filled and cut apart', () => {
  const list = decodeDol(fromHex('9C01'.repeat(50_000)));
  same(list.length, 50_000);
  const data = fillDol(list, valueFor, isNumeric);
  same(data.length, 50_000);
  same(splitDol(list, data)?.size, 1);
});

function valueFor(tag: string): Uint8Array | undefined {
  const value = terminal[tag];
  return value === undefined ? undefined : fromHex(value);
}

function isNumeric(tag: string): boolean {
  return ['9F02', '9F03', '9F1A', '5F2A', '9A', '9C'].includes(tag);
}

function readOrRefuse(bytes: Uint8Array): readonly DolEntry[] | undefined {
  try {
    return decodeDol(bytes);
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    return undefined;
  }
}

function refusal(hex: string): number | undefined {
  try {
    decodeDol(fromHex(hex));
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    return error.offset;
  }
  return undefined;
}
