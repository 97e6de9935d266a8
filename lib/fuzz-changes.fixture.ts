/** How the fuzzer spoils an input: bytes or UTF-16 units turned over, left out, doubled, moved, and lengths that lie. */
import fc from 'fast-check';

const ACTS = [
  ...(['flip', 'set', 'edge', 'lie', 'widen'] as const),
  ...(['delete', 'insert', 'repeat', 'swap', 'cut'] as const),
] as const;

/** One change; both places are taken modulo the length of the input. */
export type Change = {
  readonly act: (typeof ACTS)[number];
  readonly at: number;
  readonly to: number;
  readonly value: number;
};

/** What a unit may become, and what could be the length of what comes after it. */
export type Alphabet = {
  /** Values at which codecs change their mind. */
  readonly edges: readonly number[];
  readonly any: (value: number) => number;
  readonly isLength: (unit: number, left: number) => boolean;
  /** What makes a length longer than it need be when it stands before it. */
  readonly wide: number;
};

/** Inputs of bytes. */
export const BYTES: Alphabet = {
  edges: [0x00, 0x01, 0x1f, 0x30, 0x39, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0x9f, 0xf0, 0xff],
  any: (value) => value,
  isLength: (unit, left) => unit > 0 && unit <= left,
  wide: 0x81,
};

/** Inputs of text: half characters, digits and spaces of other scripts, and what ends lines, are its edges. */
export const TEXT: Alphabet = {
  edges: [0x00, 0x0a, 0x20, 0x22, 0x2f, 0x3a, 0x5c, 0x7f, 0xff, 0x0661, 0x2028, 0xd800, 0xff11],
  any: (value) => 0x20 + (value % 0x5f),
  isLength: (unit) => unit >= 0x30 && unit <= 0x39,
  wide: 0x30,
};

const place = fc.noBias(fc.nat({ max: 0xffff }));
const change: fc.Arbitrary<Change> = fc.record({
  act: fc.constantFrom(...ACTS),
  at: place,
  to: place,
  value: fc.noBias(fc.nat({ max: 0xff })),
});

/** A few changes, most often one, so that what lies behind it is still reached. */
export const changes: fc.Arbitrary<readonly Change[]> = fc.oneof(
  { weight: 3, arbitrary: fc.array(change, { minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.array(change, { minLength: 2, maxLength: 5 }) },
);

/** The units of an input after some changes, one behind the other. */
export function changed(
  units: readonly number[],
  all: readonly Change[],
  alphabet: Alphabet,
): readonly number[] {
  return all.reduce((before, one) => changedOnce(before, one, alphabet), units);
}

const LONGEST_SLICE = 16;

function changedOnce(
  units: readonly number[],
  { act, at, to, value }: Change,
  alphabet: Alphabet,
): readonly number[] {
  const from = at % (units.length + 1);
  const other = to % (units.length + 1);
  const size = 1 + (to % LONGEST_SLICE);
  const before = units.slice(0, from);
  const slice = units.slice(from, from + size);
  const after = units.slice(from + size);
  if (act === 'cut') return before;
  if (act === 'delete') return [...before, ...after];
  if (act === 'insert')
    return [...before, ...filling(size, alphabet.any(value)), ...units.slice(from)];
  if (act === 'repeat') return [...units.slice(0, other), ...slice, ...units.slice(other)];
  if (act === 'swap') return swapped(units, from, other, size);
  if (from === units.length) return [...units, alphabet.any(value)];
  if (act === 'lie' || act === 'widen') return withLie(units, from, act, value, alphabet);
  const unit = units[from] as number;
  const edge = alphabet.edges[value % alphabet.edges.length] as number;
  const next = { flip: unit ^ (1 << (value & 7)), set: alphabet.any(value), edge };
  return units.with(from, next[act]);
}

function filling(size: number, unit: number): readonly number[] {
  return Array.from({ length: size }, () => unit);
}

/** Two slices change places, as far as they do not overlap. */
function swapped(
  units: readonly number[],
  left: number,
  right: number,
  size: number,
): readonly number[] {
  const [first, second] = left < right ? [left, right] : [right, left];
  const length = Math.min(size, second - first, units.length - second);
  return [
    ...units.slice(0, first),
    ...units.slice(second, second + length),
    ...units.slice(first + length, second),
    ...units.slice(first, first + length),
    ...units.slice(second + length),
  ];
}

/** The first unit from a place on that may be a length becomes a little more or less, any other, or wider. */
function withLie(
  units: readonly number[],
  from: number,
  act: 'lie' | 'widen',
  value: number,
  { isLength, any, wide }: Alphabet,
): readonly number[] {
  const at = units.findIndex(
    (unit, index) => index >= from && isLength(unit, units.length - index - 1),
  );
  if (at < 0) return units;
  if (act === 'widen') return [...units.slice(0, at), wide, ...units.slice(at)];
  const unit = units[at] as number;
  const lies = [unit + 1, unit - 1, unit + 2, any(value)];
  return units.with(at, lies[value % lies.length] as number);
}
