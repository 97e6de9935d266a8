/** What gates write and read: tap records, and deny lists as they come. For the fuzzer. */
import fc from 'fast-check';
import { concat, fromAscii, fromUint } from './bytes/bytes.ts';
import { type Decoder, ofBytes } from './fuzz.fixture.ts';
import { bytes } from './fuzz-grammar.fixture.ts';
import { filled } from './fuzz-shapes.fixture.ts';
import { entryLists, tapRecords } from './transit/arbitrary.fixture.ts';
import {
  changesBetween,
  decodeDelta,
  decodeSnapshot,
  encodeDelta,
  encodeSnapshot,
  listDigest,
} from './transit/deny-list.ts';
import { decodeTapRecord, encodeTapRecord } from './transit/tap-record.ts';
import { TransitError } from './transit/wire.ts';

const signature = new Uint8Array(64).fill(0x5a);
const heads = fc.record({
  epoch: fc.nat(9),
  version: fc.nat(99),
  issuedAtMs: fc.nat(),
  signature: bytes(64),
});

const snapshots = fc
  .tuple(heads, entryLists)
  .map(([head, entries]) => encodeSnapshot({ ...head, entries, digest: listDigest(entries) }));

const deltas = fc
  .tuple(heads, entryLists, entryLists)
  .map(([{ version: from, ...head }, before, after]) =>
    encodeDelta({
      ...head,
      from,
      to: from + 1,
      ...changesBetween(before, after),
      digest: listDigest(after),
    }),
  );

const [record] = fc.sample(tapRecords, { seed: 1, numRuns: 1 }).map(encodeTapRecord);
const [snapshot] = fc.sample(snapshots, { seed: 3, numRuns: 1 });
const [delta] = fc.sample(deltas, { seed: 3, numRuns: 1 });
if (record === undefined || snapshot === undefined || delta === undefined)
  throw new TypeError('no sample');

/** A snapshot that says how many entries follow, and they follow: the smallest entries there are. */
function longSnapshot(size: number): Uint8Array {
  const count = Math.ceil(size / 12);
  const entries = new Uint8Array(count * 12);
  for (let index = 0; index < count; index++) entries.set(fromUint(index, 4), index * 12 + 8);
  const head = concat(fromAscii('DLS1'), new Uint8Array(16), new Uint8Array(32));
  return concat(head, fromUint(count, 4), entries, signature);
}

/** The decoders of transit. */
export const transit: readonly Decoder[] = [
  ofBytes({
    name: 'decodeTapRecord',
    file: 'transit/tap-record.ts',
    errors: [TransitError],
    samples: [record],
    grammar: tapRecords.map(encodeTapRecord),
    shapes: { filled: filled(0x01) },
    decode: decodeTapRecord,
    again: (input) => encodeTapRecord(decodeTapRecord(input)),
  }),
  ofBytes({
    name: 'decodeSnapshot',
    file: 'transit/deny-list.ts',
    errors: [TransitError],
    samples: [snapshot],
    grammar: snapshots,
    shapes: { long: longSnapshot },
    decode: decodeSnapshot,
    again: (input) => encodeSnapshot(decodeSnapshot(input)),
  }),
  ofBytes({
    name: 'decodeDelta',
    file: 'transit/deny-list.ts',
    errors: [TransitError],
    samples: [delta],
    grammar: deltas,
    shapes: { filled: filled(0x44) },
    decode: decodeDelta,
    again: (input) => encodeDelta(decodeDelta(input)),
  }),
];
