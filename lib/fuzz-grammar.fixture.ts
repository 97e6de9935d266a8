/** Inputs made by rule: valid, or wrong in one place deep inside with every length around it right. */
import fc from 'fast-check';
import { concat, fromHex } from './bytes/bytes.ts';
import { encodeIad } from './emv/iad.ts';
import { encodeTrack2 } from './emv/track2.ts';
import { BYTES, type Change, changed, changes } from './fuzz-changes.fixture.ts';
import { decodeDer, encodeDer } from './payload/der.ts';
import { decodeTlv, encodeTlv, isConstructed, type Tlv, tlv } from './tlv/tlv.ts';

/** Any bytes, from `minLength` to `maxLength` of them. */
export function bytes(minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength });
}

/** Decimal digits. */
export function digits(minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return text('0123456789', minLength, maxLength);
}

/** Text out of an alphabet. */
export function text(
  alphabet: string,
  minLength: number,
  maxLength = minLength,
): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
}

const byte = fc.nat({ max: 0xff });

/** Track 2 as tag 57 has it. */
export const packedTracks: fc.Arbitrary<Uint8Array> = fc
  .record({
    pan: digits(12, 19),
    expiry: fc.tuple(digits(2), fc.constantFrom('01', '09', '12')).map(([y, m]) => y + m),
    serviceCode: digits(3),
    discretionary: digits(0, 9),
  })
  .map(encodeTrack2);

/** Issuer application data of every length, with any verification results. */
export const issuerData: fc.Arbitrary<Uint8Array> = fc
  .record({
    dki: byte,
    cvn: fc.constantFrom(0x01, 0x11, 0x02),
    results: fc.noBias(bytes(3)),
    algorithm: fc.constantFrom(1, 4, 9),
    dataId: fc.constantFrom(0, 1, 2, 3, 4, 5),
    amounts: digits(20).map(fromHex),
    mac: bytes(4),
  })
  .map(({ dki, cvn, results, algorithm, dataId, amounts, mac }) => {
    const head = { dki, cvn, cvr: concat(Uint8Array.of(3), results), algorithm };
    if (dataId === 0) return encodeIad(head);
    const [amountBcd5, second] = [amounts.subarray(0, 5), amounts.subarray(5)];
    const both = dataId === 3 || dataId === 4 ? { secondAmountBcd5: second } : {};
    return encodeIad({ ...head, discretionary: { dataId, amountBcd5, ...both, mac } });
  });

/** The objects of DE55 and how long each is. */
const CHIP_LENGTHS: Readonly<Record<string, number>> = {
  '9F26': 8,
  '9F27': 1,
  '9F37': 4,
  '9F36': 2,
  '95': 5,
  '9A': 3,
  '9C': 1,
  '9F02': 6,
  '5F2A': 2,
  '82': 2,
  '9F1A': 2,
  '9F03': 6,
  '9F33': 3,
  '9F34': 3,
  '9F35': 1,
  '9F1E': 8,
  '84': 8,
  '9F09': 2,
  '9F41': 4,
  '9F63': 16,
  '9F6C': 2,
};

/** Chip data as a message carries them: issuer data always, some of the others, now and then a track. */
export const chipData: fc.Arbitrary<Uint8Array> = fc
  .record({
    issuer: issuerData,
    track: fc.option(packedTracks, { freq: 3, nil: undefined }),
    tags: fc.shuffledSubarray(Object.keys(CHIP_LENGTHS)),
    filling: bytes(16),
  })
  .map(({ issuer, track, tags, filling }) => {
    const others = tags.map((tag) => tlv(tag, filling.slice(0, CHIP_LENGTHS[tag])));
    const objects = [tlv('9F10', issuer), ...others];
    return encodeTlv(track === undefined ? objects : [...objects, tlv('57', track)]);
  });

/** Tags that mean something somewhere, and tags of every length. */
export const tags: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    '4F',
    '50',
    '57',
    '5A',
    '5C',
    '80',
    '81',
    '82',
    '83',
    '84',
    '86',
    '91',
    '94',
    '9A',
    '42',
    '45',
  ],
  ...['9F10', '9F38', '9F7F', '5F20', '5F37', '9F70', 'DF01', 'DF8101', '9F8E7F', 'C1', 'DF61'],
);

const templates = fc.constantFrom(
  '61',
  '6F',
  '70',
  '77',
  'A5',
  'BF0C',
  '7F21',
  'A1',
  '30',
  'FF8101',
);

/** Data objects in data objects, as deep as they may be and one deeper. */
export const nestedObjects: fc.Arbitrary<Uint8Array> = fc
  .record({ objects: fc.array(fc.tuple(tags, bytes(0, 20)), { maxLength: 5 }), outer: around(9) })
  .map(({ objects, outer }) =>
    outer.reduce(
      // Written by hand, since the encoder refuses what is too deep.
      (inner, tag) => concat(fromHex(tag), lengthOf(inner), inner),
      encodeTlv(objects.map(([tag, value]) => tlv(tag, value))),
    ),
  );

function around(most: number): fc.Arbitrary<readonly string[]> {
  return fc.array(templates, { maxLength: most });
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100
    ? Uint8Array.of(0x81, length)
    : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

/** What is done to one part of a tree: its content is changed, it goes, it comes twice, or it gets another name. */
type Edit = {
  readonly at: number;
  readonly act: (typeof EDITS)[number];
  readonly all: readonly Change[];
};

const EDITS = ['change', 'change', 'change', 'drop', 'repeat', 'rename'] as const;

/** Edits of the parts of a tree. */
const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.noBias(fc.nat({ max: 0xffff })),
    act: fc.constantFrom(...EDITS),
    all: changes,
  }),
  { minLength: 1, maxLength: 2 },
);

/** Samples of data objects with a value, a tag or an object changed, and every length around it right again. */
export function respelt(...samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...samples), edits).map(([sample, all]) =>
    encodeTlv(
      all.reduce<readonly Tlv[]>((objects, edit) => {
        const counted = { left: edit.at % countObjects(objects) };
        return objects.flatMap((object) => editObject(object, edit, counted));
      }, decodeTlv(sample)),
    ),
  );
}

function countObjects(objects: readonly Tlv[]): number {
  return objects.reduce((sum, { children }) => sum + 1 + countObjects(children ?? []), 0) || 1;
}

/** A counter that goes down from object to object; the edit is made where it is zero. */
type Counted = { left: number };

function editObject(object: Tlv, edit: Edit, counted: Counted): readonly Tlv[] {
  const { tag, value, children } = object;
  const isHere = counted.left-- === 0;
  if (isHere && edit.act === 'drop') return [];
  if (isHere && edit.act === 'repeat') return [object, object];
  if (isHere && edit.act === 'rename') {
    return [isConstructed(tag) ? { ...object, tag: '70' } : { tag: '9F36', value }];
  }
  if (children !== undefined) {
    return [{ tag, value, children: children.flatMap((one) => editObject(one, edit, counted)) }];
  }
  return [isHere ? { tag, value: changedBytes(value, edit.all) } : object];
}

/** Bytes after some changes. */
function changedBytes(value: Uint8Array, all: readonly Change[]): Uint8Array {
  return Uint8Array.from(changed([...value], all, BYTES));
}

/** The same for ASN.1: samples with one or two objects changed inside, and every length around them right again. */
export function respeltDer(...samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...samples), edits).map(([sample, all]) => {
    const nodes = all.reduce<readonly Node[]>(
      (before, edit) => {
        const counted = { left: edit.at % countNodes(before) };
        return before.flatMap((node) => editNode(node, edit, counted));
      },
      [decodeDer(sample)],
    );
    return concat(...nodes.map(encodeNode));
  });
}

type Node = {
  readonly tag: number;
  readonly value: Uint8Array;
  readonly children: readonly Node[];
};

function countNodes(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countNodes(children), 0) || 1;
}

const OTHER_KINDS = [0x01, 0x02, 0x03, 0x04, 0x06, 0x17, 0x30, 0x31, 0xa0, 0x24, 0x1f];

function editNode(node: Node, edit: Edit, counted: Counted): readonly Node[] {
  const isHere = counted.left-- === 0;
  const children = node.children.flatMap((child) => editNode(child, edit, counted));
  const isLeaf = node.children.length === 0;
  const edited = { ...node, children };
  if (!isHere) return [edited];
  if (edit.act === 'drop') return [];
  if (edit.act === 'repeat') return [edited, edited];
  const other = OTHER_KINDS[edit.at % OTHER_KINDS.length] as number;
  if (edit.act === 'rename' || !isLeaf) return [{ ...edited, tag: other }];
  return [{ ...node, value: changedBytes(node.value, edit.all) }];
}

function encodeNode({ tag, value, children }: Node): Uint8Array {
  return encodeDer(tag, children.length === 0 ? value : concat(...children.map(encodeNode)));
}
