import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { tapRecords } from './arbitrary.fixture.ts';
import { CHAIN_START, type ChainBreak, type ChainRecord, checkChain } from './chain.ts';
import { decodeTapRecord, encodeTapRecord, NO_RECORD, recordHash } from './tap-record.ts';

const GATE = 'METRO001';
const [sample] = fc.sample(tapRecords, { seed: 1, numRuns: 1 });
if (sample === undefined) throw new TypeError('no sample');

/** A record of the gate, as it comes: with its number, after another one. */
function record(sequence: number, previous: Uint8Array, deviceTimeMs = sequence): ChainRecord {
  const given = { ...sample, gateId: GATE, sequence, previous, deviceTimeMs, offsetMs: 0 };
  return { bytes: encodeTapRecord(given as never), isSigned: true };
}

/** So many records, each after the one before. */
function chain(length: number): readonly ChainRecord[] {
  const run: ChainRecord[] = [];
  let previous = NO_RECORD;
  for (let sequence = 1; sequence <= length; sequence++) {
    const next = record(sequence, previous);
    run.push(next);
    previous = recordHash(next.bytes);
  }
  return run;
}

const whole = chain(6);
const at = (index: number): ChainRecord => whole[index] as ChainRecord;

function breaksOf(run: readonly ChainRecord[]): readonly ChainBreak[] {
  return checkChain(CHAIN_START, GATE, run).breaks;
}

/** The bytes of a record with its time changed, as somebody without the gate's key would leave them. */
function edited({ bytes }: ChainRecord): ChainRecord {
  const read = decodeTapRecord(bytes);
  return { bytes: encodeTapRecord({ ...read, deviceTimeMs: 999 }), isSigned: false };
}

describe('a run of records', () => {
  test('that is as the gate made it has no break, and ends with its last', () => {
    const report = checkChain(CHAIN_START, GATE, whole);
    deepEqual(report, { breaks: [], end: { sequence: 6, hash: recordHash(at(5).bytes) } });
    // And in two parts.
    const first = checkChain(CHAIN_START, GATE, whole.slice(0, 3));
    deepEqual(checkChain(first.end, GATE, whole.slice(3)), report);
  });

  test('with one edited says which', () => {
    const run = whole.with(2, edited(at(2)));
    deepEqual(breaksOf(run), [{ kind: 'edited', index: 2, sequence: 3 }]);
    equal(checkChain(CHAIN_START, GATE, run).end.sequence, 2);
  });

  test('with its last edited says forged: nothing tells that there was another', () => {
    deepEqual(breaksOf(whole.with(5, edited(at(5)))), [{ kind: 'forged', index: 5, sequence: 6 }]);
  });

  test('with a signature that is not the gate’s says forged', () => {
    const run = whole.with(2, { ...at(2), isSigned: false });
    deepEqual(breaksOf(run), [{ kind: 'forged', index: 2, sequence: 3 }]);
  });

  test('with some dropped says from where to where', () => {
    const run = [at(0), at(3), at(4)];
    const report = checkChain(CHAIN_START, GATE, run);
    deepEqual(report.breaks, [{ kind: 'dropped', index: 1, from: 2, to: 3 }]);
    equal(report.end.sequence, 1);
  });

  test('with two exchanged says which came late, and nothing is missing', () => {
    const run = [at(0), at(2), at(1), at(3), at(4), at(5)];
    const report = checkChain(CHAIN_START, GATE, run);
    deepEqual(report.breaks, [{ kind: 'reordered', index: 2, sequence: 2 }]);
    equal(report.end.sequence, 6);
  });

  test('with a record in another one’s place that the gate’s key signed says replaced', () => {
    const run = whole.with(2, record(3, recordHash(at(1).bytes), 999));
    deepEqual(breaksOf(run), [{ kind: 'replaced', index: 2, sequence: 3 }]);
    // Beside the first one.
    deepEqual(breaksOf([...whole, record(3, recordHash(at(1).bytes), 999)]), [
      { kind: 'replaced', index: 6, sequence: 3 },
    ]);
  });

  test('that goes on from another record than the one that was held says replaced', () => {
    const { end } = checkChain(CHAIN_START, GATE, whole.slice(0, 2));
    const other = record(3, new Uint8Array(32).fill(7));
    deepEqual(checkChain(end, GATE, [other]), {
      end,
      breaks: [{ kind: 'replaced', index: 0, sequence: 3 }],
    });
  });

  test('with a forgery beside the true record keeps the true one', () => {
    for (const run of [
      [at(0), edited(at(1)), at(1), at(2)],
      [at(0), at(1), edited(at(1)), at(2)],
    ]) {
      const report = checkChain(CHAIN_START, GATE, run);
      equal(report.end.sequence, 3);
      deepEqual(
        report.breaks.map(({ kind }) => kind),
        ['forged'],
      );
    }
  });

  test('with a record twice, or again, has no break', () => {
    deepEqual(breaksOf([at(0), at(1), at(0), at(1), at(2)]), []);
    const { end } = checkChain(CHAIN_START, GATE, whole);
    deepEqual(checkChain(end, GATE, whole), { end, breaks: [] });
  });

  test('with another gate’s record, or no record, says so', () => {
    const foreign = { ...decodeTapRecord(at(1).bytes), gateId: 'METRO002' };
    const run = [
      at(0),
      { bytes: encodeTapRecord(foreign), isSigned: true },
      { bytes: at(1).bytes.subarray(0, 20), isSigned: false },
      at(1),
    ];
    deepEqual(breaksOf(run), [
      { kind: 'other_gate', index: 1 },
      { kind: 'unreadable', index: 2, offset: 18 },
    ]);
    equal(checkChain(CHAIN_START, GATE, run).end.sequence, 2);
  });

  test('in any order, with any of them twice, ends with the same record', () => {
    const { end } = checkChain(CHAIN_START, GATE, whole);
    const shuffled = fc.shuffledSubarray([...whole, ...whole], { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(shuffled, (run) => {
        const report = checkChain(CHAIN_START, GATE, run);
        deepEqual(report.end, end);
        deepEqual(
          report.breaks.filter(({ kind }) => kind !== 'reordered'),
          [],
        );
      }),
    );
  });

  test('with one byte of one record changed never passes', () => {
    const place = fc.tuple(fc.nat(5), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(place, ([index, offset, flip]) => {
        const bytes = at(index).bytes.slice();
        const where = offset % bytes.length;
        bytes[where] = (bytes[where] as number) ^ flip;
        const report = checkChain(CHAIN_START, GATE, whole.with(index, { bytes, isSigned: false }));
        equal(report.breaks.length > 0, true);
        equal(report.end.sequence <= index, true);
      }),
    );
  });
});
