/** Rows and runs: every byte in one run, every run in one row, and lines that break runs without losing a byte. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { explainChipData } from '@octavo/lib/explain/data-objects.ts';
import { spanOf } from '@octavo/lib/journey/span.ts';
import { fieldsOf, linesOf, runsOf, type Source, valueLength, valueText } from './fields.ts';

/** Worked chip data. @see docs/specs.md, EMV contactless sheet, section 9.2 */
const HEX =
  '820270009F3602000157126258249900000018D301220100000000000F9F101307010103A40000010A0100000000003A65702A9F2608AEBC72404A3A05AF';

function source(hex = HEX): Source {
  return { key: 'answers', hex, tree: spanOf(explainChipData(fromHex(hex)), 'apdu') };
}

test('runs follow each other from the first byte to the last', () => {
  let at = 0;
  for (const { start, length } of runsOf(source())) {
    equal(start, at);
    at += length;
  }
  equal(at, HEX.length / 2);
});

test('every run belongs to a row, and tag and length to the row of their object', () => {
  const rows = new Set(fieldsOf(source()).map(({ key }) => key));
  for (const { field } of runsOf(source())) ok(rows.has(field), field);
  const counter = runsOf(source()).filter(({ field }) => field === 'answers:9F36');
  deepEqual(
    counter.map(({ isForm, length }) => [isForm, length]),
    [
      [true, 2],
      [true, 1],
      [false, 2],
    ],
  );
});

test('lines hold so many bytes each, and a run that breaks keeps all of its own', () => {
  for (const perLine of [8, 16]) {
    const lines = linesOf(runsOf(source()), perLine);
    deepEqual(
      lines.map(({ offset }) => offset),
      lines.map((_, index) => index * perLine),
    );
    const pieces = lines.flatMap(({ segments }) => segments);
    equal(
      pieces.reduce((sum, { from, to }) => sum + to - from, 0),
      HEX.length / 2,
    );
    equal(
      pieces.filter(({ isFirst }) => isFirst).length,
      pieces.filter(({ isLast }) => isLast).length,
    );
  }
});

test('the number of a card or token is identity, the name of an application is not', () => {
  const runs = runsOf(source(`${HEX}8408A000000333010101`));
  const hidden = runs.filter(({ isIdentity }) => isIdentity).map(({ field }) => field);
  ok(hidden.some((field) => field.startsWith('answers:57/')));
  ok(!hidden.includes('answers:84'));
});

test('a value stands as bytes in pairs, its length without tag and length, and a number with four digits alone', () => {
  const spans = new Map(fieldsOf(source()).map(({ span }) => [span.path, span]));
  const counter = spans.get('9F36');
  ok(counter);
  deepEqual([valueText(counter), valueLength(counter)], ['00 01', 2]);
  const track = spans.get('57');
  ok(track);
  equal(valueText(track), '•••• 0018');
});
