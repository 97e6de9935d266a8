import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import {
  decodeTlv,
  encodeLength,
  encodeTlv,
  find,
  findPath,
  isConstructed,
  MAX_DEPTH,
  readTag,
  type Tlv,
  TlvError,
  type TlvSpan,
  template,
  tlv,
} from './tlv.ts';
import file from './tlv.vectors.json' with { type: 'json' };

const samples = file.vectors.map(({ id, bytes, leaves }) => ({
  id,
  bytes: fromHex(bytes),
  leaves: leaves as [string, string][],
}));

test('a tag, a length, a value', () => {
  deepEqual(shape(decodeTlv(fromHex('9F36020001'))), [['9F36', '0001']]);
});

test('nothing is a sequence of no objects, and a value may be empty', () => {
  deepEqual(decodeTlv(new Uint8Array(0)), []);
  deepEqual(shape(decodeTlv(fromHex('9F3600'))), [['9F36', '']]);
});

test('a tag goes on after its first byte when the five low bits are set, then while bit 8 is set', () => {
  deepEqual(shape(decodeTlv(fromHex('820170DF0101AA9F817F01BB'))), [
    ['82', '70'],
    ['DF01', 'AA'],
    ['9F817F', 'BB'],
  ]);
});

test('bit 6 of the first byte makes an object a template of others', () => {
  deepEqual(shape(decodeTlv(fromHex('70045F340101'))), [['70', [['5F34', '01']]]]);
  deepEqual(shape(decodeTlv(fromHex('BF0C00'))), [['BF0C', []]]);
  same(isConstructed('BF0C'), true);
  same(isConstructed('9F38'), false);
});

test('a length below 128 is one byte, a longer one says first how many bytes follow', () => {
  for (const [length, hex] of [
    [0, '00'],
    [0x7f, '7F'],
    [0x80, '8180'],
    [0xff, '81FF'],
    [0x100, '820100'],
    [0xffff, '82FFFF'],
    [0x10000, '83010000'],
  ] as const) {
    same(toHex(encodeLength(length)), hex);
    same(decodeTlv(concat(fromHex(`50${hex}`), new Uint8Array(length)))[0]?.value.length, length);
  }
});

test('a length that no three bytes can say is a bug of ours', () => {
  same(toHex(encodeLength(0xffffff)), '83FFFFFF');
  for (const length of [-1, 0.5, 0x1000000, Number.NaN]) {
    throws(() => encodeLength(length), AssertionError);
  }
});

test('a length longer than it must be is refused', () => {
  for (const hex of ['508100', '50817F', '50820080', '508200FF', '5083000100', '508300FFFF']) {
    deepEqual(refusal(hex + '00'.repeat(0x100)), ['the length is not minimal', 1], hex);
  }
});

test('an indefinite length is refused, and one of four bytes or more', () => {
  for (const hex of ['70805F34010100', '70840000000000', '70FF', '7085']) {
    deepEqual(refusal(hex), ['a length of this form is not allowed', 1], hex);
  }
});

test('a length that runs past the end is refused, at the length', () => {
  deepEqual(refusal('500201'), ['the length runs past the end', 1]);
  deepEqual(refusal('8701015083FFFFFF'), ['the length runs past the end', 4]);
});

test('a part may not run past its template, though bytes follow there', () => {
  deepEqual(refusal('70035F3402018701'), ['the length runs past the end', 4]);
  deepEqual(refusal('70025F34018701'), ['the length is missing', 4]);
  deepEqual(refusal('70015F340101'), ['the tag is cut short', 2]);
  deepEqual(refusal('70035082018701'), ['the length is cut short', 3]);
});

test('a tag is at most three bytes, its number is minimal, and it does not begin with 00 or FF', () => {
  deepEqual(refusal('9F81828300'), ['a tag of more than three bytes', 0]);
  deepEqual(refusal('9F803600'), ['a tag number is not minimal', 1]);
  deepEqual(refusal('870101000100'), ['a tag cannot begin with 00 or FF', 3]);
  deepEqual(refusal('FF01'), ['a tag cannot begin with 00 or FF', 0]);
  deepEqual(refusal('9F'), ['the tag is cut short', 0]);
  same(readTag(fromHex('009F3602'), 1, 4), 3);
});

test('objects nest eight deep and no deeper', () => {
  same(shapeDepth(decodeTlv(nested(MAX_DEPTH - 1))), MAX_DEPTH);
  deepEqual(refusal(toHex(nested(MAX_DEPTH))), ['nested deeper than 8', 16]);
  const deepest = Array.from({ length: MAX_DEPTH - 1 }).reduce<Tlv>(
    (inner) => template('70', [inner]),
    tlv('50', new Uint8Array(0)),
  );
  deepEqual(encodeTlv([deepest]), nested(MAX_DEPTH - 1));
  throws(() => encodeTlv([template('70', [deepest])]), AssertionError);
});

for (const { id, bytes, leaves } of samples) {
  test(`${id}: a real sample is read, and written as it was`, () => {
    const objects = decodeTlv(bytes);
    deepEqual(leavesOf(objects), leaves);
    deepEqual(encodeTlv(objects), bytes);
  });

  test(`${id}: cut after any byte it is refused, unless the cut falls between two objects`, () => {
    const borders = new Set([0, ...decodeTlv(bytes).map(({ end }) => end)]);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      if (borders.has(length)) decodeTlv(cut);
      else throws(() => decodeTlv(cut), TlvError, `cut at ${length}`);
    }
  });
}

test('values are views of what was read, and spans say where each part lies', () => {
  for (const { bytes } of samples) {
    for (const span of allSpans(decodeTlv(bytes))) {
      same(span.value.buffer, bytes.buffer);
      same(span.value.byteOffset, bytes.byteOffset + span.valueStart);
      same(span.valueStart + span.value.length, span.end);
      same(toHex(bytes.subarray(span.start, span.lengthStart)), span.tag);
      const length = bytes.subarray(span.lengthStart, span.valueStart);
      deepEqual(length, encodeLength(span.value.length));
    }
  }
});

test('an object is found by its tag on one level, or by the tags on the way to it', () => {
  const objects = decodeTlv(samples[0]?.bytes as Uint8Array);
  same(toHex(findPath(objects, '6F', 'A5', 'BF0C', '9F4D')?.value as Uint8Array), '0B0A');
  same(findPath(objects, '6F', '9F4D'), undefined);
  same(findPath(objects, '6F', '84', '9F4D'), undefined);
  same(findPath(objects), undefined);
  same(find(objects, '84'), undefined);
  const twice = decodeTlv(fromHex('500101500102'));
  same(toHex(find(twice, '50')?.value as Uint8Array), '01');
});

test('an object with parts is written from them', () => {
  const changed = { ...template('70', [tlv('50', fromHex('AA'))]), value: fromHex('FFFF') };
  same(toHex(encodeTlv([changed])), '70035001AA');
  same(toHex(template('70', [tlv('50', fromHex('AA'))]).value), '5001AA');
});

test('a tag that could not be read again is not written', () => {
  for (const tag of ['', '9F', '9F8036', '0001', '5000', '9F81828300', 'FF01']) {
    throws(() => encodeTlv([tlv(tag, new Uint8Array(0))]), Error, tag);
  }
});

test('what is written is read again, whatever the tree', () => {
  fc.assert(
    fc.property(fc.array(anyTree(3), { maxLength: 4 }), (objects) => {
      const bytes = encodeTlv(objects);
      deepEqual(shape(decodeTlv(bytes)), shape(objects));
      deepEqual(encodeTlv(decodeTlv(bytes)), bytes);
    }),
  );
});

test('any bytes are objects or a TlvError that says where; what is read is written as it was', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.array(fc.constantFrom(0x70, 0x6f, 0x9f, 0x01, 0x02, 0x04, 0x81, 0x80, 0x50)).map(toBytes),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      const objects = readOrRefuse(input);
      if (objects !== undefined) deepEqual(encodeTlv(objects), input);
    }),
    { numRuns: 1000 },
  );
});

test('a changed byte in a real sample gives objects or a TlvError', () => {
  const sample = fc.constantFrom(...samples.map(({ bytes }) => bytes));
  fc.assert(
    fc.property(sample, fc.nat(), fc.nat({ max: 255 }), (bytes, at, byte) => {
      const changed = Uint8Array.from(bytes);
      changed[at % bytes.length] = byte;
      readOrRefuse(changed);
    }),
    { numRuns: 1000 },
  );
});

test('work is linear: no byte is looked at more than four times, however the objects lie', () => {
  for (const [name, bytes] of [
    ['tiny objects', empties('50', 100_000)],
    ['tiny templates', empties('70', 100_000)],
    ['nested past all bounds', nestedDeep(100_000)],
    [
      'one long value, eight deep',
      around(MAX_DEPTH - 1, encodeTlv([tlv('50', new Uint8Array(100_000))])),
    ],
    ['eight deep around tiny objects', around(MAX_DEPTH - 1, empties('50', 100_000))],
    ['a tag without an end', new Uint8Array(100_000).fill(0x9f)],
  ] as const) {
    const counted = countingReads(bytes);
    readOrRefuse(counted.bytes);
    same(counted.reads() <= 4 * bytes.length, true, `${name}: ${counted.reads()} reads`);
  }
});

test('a hundred thousand objects are written and read again', () => {
  const objects = Array.from({ length: 100_000 }, () => tlv('50', fromHex('AA')));
  const bytes = encodeTlv([template('70', objects)]);
  same(bytes.length, 300_000 + 5);
  same(decodeTlv(bytes)[0]?.children?.length, 100_000);
});

function readOrRefuse(bytes: Uint8Array): readonly TlvSpan[] | undefined {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    same(error.offset >= 0 && error.offset <= bytes.length, true);
    return undefined;
  }
}

function refusal(hex: string): readonly [string, number] | undefined {
  try {
    decodeTlv(fromHex(hex));
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    return [error.message.replace(/ \(at byte \d+\)$/, ''), error.offset];
  }
  return undefined;
}

type Shape = readonly (readonly [string, string | Shape])[];

function shape(objects: readonly Tlv[]): Shape {
  return objects.map(({ tag, value, children }) => [
    tag,
    children === undefined ? toHex(value) : shape(children),
  ]);
}

function shapeDepth(objects: readonly Tlv[]): number {
  return 1 + Math.max(0, ...objects.map(({ children }) => (children ? shapeDepth(children) : 0)));
}

function leavesOf(objects: readonly Tlv[], path = ''): readonly (readonly [string, string])[] {
  return objects.flatMap(({ tag, value, children }) =>
    children === undefined
      ? [[`${path}${tag}`, toHex(value)] as const]
      : leavesOf(children, `${path}${tag}/`),
  );
}

function allSpans(objects: readonly TlvSpan[]): readonly TlvSpan[] {
  return objects.flatMap((object) => [object, ...allSpans(object.children ?? [])]);
}

function anyTree(depth: number): fc.Arbitrary<Tlv> {
  const leaf = fc
    .tuple(
      fc.constantFrom('4F', '50', '5A', '82', '9F26', '9F36', 'DF8101', '9FFF7F'),
      fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ minLength: 126, maxLength: 260 })),
    )
    .map(([tag, value]) => tlv(tag, value));
  if (depth === 0) return leaf;
  const parts = fc.array(anyTree(depth - 1), { maxLength: 3 });
  const tags = fc.constantFrom('61', '6F', '70', 'A5', 'BF0C', '7F21', 'BF8101');
  return fc.oneof(
    leaf,
    fc.tuple(tags, parts).map(([tag, children]) => template(tag, children)),
  );
}

/** So many templates around one empty object. */
function nested(templates: number): Uint8Array {
  return around(templates, fromHex('5000'));
}

/** Templates of two bytes each around what is inside, with lengths as long as they must be. */
function around(templates: number, inside: Uint8Array): Uint8Array {
  let bytes = inside;
  for (let level = 0; level < templates; level++) {
    bytes = concat(fromHex('70'), encodeLength(bytes.length), bytes);
  }
  return bytes;
}

/** Templates to the last byte, each as long as all that follows: `70 83 LL LL LL` again and again. */
function nestedDeep(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let end = 5; end <= length; end += 5) {
    bytes.set(concat(fromHex('7083'), fromUint(length - end, 3)), end - 5);
  }
  return bytes;
}

/** Empty objects of one tag, in so many bytes. */
function empties(tag: string, length: number): Uint8Array {
  return fromHex(`${tag}00`.repeat(length / 2));
}

function toBytes(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** The same bytes, and how often one of them was read. Views of them count too, when they are walked. */
function countingReads(bytes: Uint8Array): { readonly bytes: Uint8Array; reads(): number } {
  let reads = 0;
  const counting = (target: Uint8Array): Uint8Array =>
    new Proxy(target, {
      get: (of, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
        if (key === Symbol.iterator) reads += of.length;
        if (key === 'subarray') {
          return (from: number, to: number) => counting(of.subarray(from, to));
        }
        const value: unknown = Reflect.get(of, key, of);
        return typeof value === 'function' ? value.bind(of) : value;
      },
    });
  return { bytes: counting(bytes), reads: () => reads };
}
