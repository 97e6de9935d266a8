/** The calculators: a line of JSON that anybody may write. What cannot be computed is an answer. For the fuzzer. */
import fc from 'fast-check';
import { calculateText } from './calc/calculate.ts';
import type { Operation } from './calc/operation.ts';
import { operations } from './calc/operations.ts';
import { type Decoder, ofText } from './fuzz.fixture.ts';
import { BYTES, type Change, changed, changes } from './fuzz-changes.fixture.ts';

type Line = Readonly<Record<string, unknown>>;

/** An answer that names what is wrong. It is thrown here so that its words are looked at as those of errors are. */
class Refused extends Error {
  override readonly name = 'Refused';
}

const ports = { random: (length: number) => new Uint8Array(length).fill(0x5a) };

/** Values of the right form and the wrong length, words of other inputs, and what is no text at all. */
const strangers: readonly unknown[] = [
  ...['', '0', '00', 'F', '0'.repeat(16), 'F'.repeat(32), '0'.repeat(38), '9'.repeat(19), '03'],
  ...['80', '6A', '9F36020001', '70', 'A', 'emv', 'unionpay', '1', '4', '12', '16', '999999999'],
  ...[0, -1, 1.5, 1e21, null, true, [], {}, ['00'], { '9F02': '00' }, { '2': '6258249900000018' }],
];

/** What is done to one input of a line. */
type Edit = {
  readonly field: string;
  readonly other: string;
  readonly act: 'digits' | 'longer' | 'shorter' | 'stranger' | 'other' | 'drop';
  readonly stranger: unknown;
  readonly all: readonly Change[];
};

/** A line with one input, or two, left out, put in another's place, or changed in some digits. */
function linesOf({ name, examples, inputs }: Operation): fc.Arbitrary<string> {
  const fields = Object.keys(inputs);
  const edits: fc.Arbitrary<Edit> = fc.record({
    field: fc.constantFrom(...fields, 'no_such'),
    other: fc.constantFrom(...fields),
    act: fc.constantFrom('digits', 'digits', 'longer', 'shorter', 'stranger', 'other', 'drop'),
    stranger: fc.constantFrom(...strangers),
    all: changes,
  });
  return fc
    .tuple(fc.constantFrom(...examples), fc.array(edits, { minLength: 1, maxLength: 2 }))
    .map(([example, all]) => {
      const line = all.reduce<Line>(edited, example.in);
      return JSON.stringify({ op: name, in: line });
    });
}

function edited(line: Line, { field, other, act, stranger, all }: Edit): Line {
  if (act === 'drop') return without(line, field);
  if (act === 'other') return { ...line, [field]: line[other] };
  const value = line[field];
  if (act === 'stranger' || typeof value !== 'string') return { ...line, [field]: stranger };
  const next = {
    digits: digitsChanged(value, all),
    longer: value + value,
    shorter: value.slice(2),
  };
  return { ...line, [field]: next[act] };
}

function without(line: Line, field: string): Line {
  return Object.fromEntries(Object.entries(line).filter(([name]) => name !== field));
}

/** The same digits, some of them others of the same kind. */
function digitsChanged(value: string, all: readonly Change[]): string {
  const alphabet = /^\d*$/.test(value) ? '0123456789' : '0123456789ABCDEF';
  return changed(
    [...value].map((digit) => digit.charCodeAt(0)),
    all,
    BYTES,
  )
    .map((unit, at) =>
      value.charCodeAt(at) === unit ? value.charAt(at) : alphabet.charAt(unit % alphabet.length),
    )
    .join('');
}

/** Every calculator. */
export const calculators: readonly Decoder[] = [...operations.values()].map((operation) => {
  const [first, ...others] = operation.examples.map((example) =>
    JSON.stringify({ op: operation.name, in: example.in }),
  );
  return ofText({
    name: `calculate ${operation.name}`,
    file: 'calc/calculate.ts',
    errors: [Refused],
    samples: [first as string, ...others],
    grammar: linesOf(operation),
    shapes: {},
    share: 0.2,
    decode: (line) => {
      const { answer } = calculateText(line, ports);
      if ('error' in answer) throw new Refused(`${answer.error.code} ${answer.error.message}`);
      return answer.out;
    },
  });
});
