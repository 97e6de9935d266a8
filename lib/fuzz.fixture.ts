/**
 * The fuzzer: what a decoder is to it, how it spoils inputs, and what must hold for every one of them. A decoder gets
 * random bytes or text, real samples that have been changed, and inputs made by a grammar, whole and changed.
 */
import fc from 'fast-check';
import { character } from './character.fixture.ts';
import { BYTES, changed, changes, TEXT } from './fuzz-changes.fixture.ts';

/** What a decoder reads. */
export type Input = Uint8Array | string;

type ErrorClass = abstract new (...given: never[]) => Error;

/** A decoder as the fuzzer sees it. */
export type About<Read extends Input> = {
  /** As it is exported: `decodeTlv`, or `cups.decode`. */
  readonly name: string;
  /** Where it stands under lib. */
  readonly file: string;
  /** What it may throw; nothing where every input gives a value. */
  readonly errors: readonly ErrorClass[];
  /** Real inputs; the first is one that the decoder reads. */
  readonly samples: readonly [Read, ...Read[]];
  readonly grammar?: fc.Arbitrary<Read>;
  /** Large inputs of about so many bytes or characters, as valid as they can be or as hard as they can be. */
  readonly shapes: Readonly<Record<string, (size: number) => Read>>;
  /** A slow one is asked less often: the share of the runs. */
  readonly share?: number;
  readonly decode: (input: Read) => unknown;
  /** Decode and write again; where one value has one writing, whatever is read comes out as it went in. */
  readonly again?: (input: Read) => Read;
};

/** Every decoder reads one of the two. */
export type Decoder =
  | ({ readonly kind: 'bytes' } & About<Uint8Array>)
  | ({ readonly kind: 'text' } & About<string>);

/** A decoder of bytes. */
export function ofBytes(about: About<Uint8Array>): Decoder {
  return { kind: 'bytes', ...about };
}

/** A decoder of text. */
export function ofText(about: About<string>): Decoder {
  return { kind: 'text', ...about };
}

/** How a hunt goes: the seed makes it the same each time; `shared` writes down what no decoder may change. */
export type Hunt = {
  readonly seed: number;
  readonly runs: number;
  readonly shared?: () => string;
};

/** Hunt for an input on which a decoder does what it may not; the words say which, undefined when there is none. */
export function hunt(decoder: Decoder, hunt: Hunt): string | undefined {
  const before = hunt.shared?.();
  const found =
    decoder.kind === 'bytes'
      ? search(decoder, byteInputs(decoder), copyOfBytes, hunt)
      : search(decoder, textInputs(decoder), (text) => text, hunt);
  if (found !== undefined) return `${decoder.name}: ${found}`;
  return before === hunt.shared?.() ? undefined : `${decoder.name}: shared tables were changed`;
}

/** A value or an error written down whole, so that two can be compared. Key material too. */
export function written(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Uint8Array) return `<${hexOf(value)}>`;
  if (value instanceof Map || value instanceof Set) return `{${listed([...value])}}`;
  if (Array.isArray(value)) return `[${listed(value)}]`;
  if (value instanceof RegExp) return String(value);
  const own = Object.entries(value).map(([name, one]) => `${name}:${written(one)}`);
  if (value instanceof Error) own.unshift(`${value.constructor.name} ${value.message}`);
  return `(${own.join()})`;
}

function listed(values: readonly unknown[]): string {
  return values.map(written).join();
}

function copyOfBytes(bytes: Uint8Array): Uint8Array {
  return bytes.slice();
}

function same(one: Input, other: Input): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function search<Read extends Input>(
  about: About<Read>,
  inputs: fc.Arbitrary<Read>,
  copy: (input: Read) => Read,
  { seed, runs }: Hunt,
): string | undefined {
  const canaries = about.samples.map((sample) => outcomeOf(about, copy(sample)).text);
  let turn = 0;
  const property = fc.property(inputs, (input) => {
    const kept = copy(input);
    const first = outcomeOf(about, input);
    if (first.fault !== undefined) throw new Error(first.fault);
    if (!same(input, kept)) throw new Error('the input was changed');
    if (first.isRead && about.again !== undefined && !same(about.again(kept), kept))
      throw new Error('what was read is written in another way');
    const index = turn++ % about.samples.length;
    const canary = outcomeOf(about, copy(about.samples[index] as Read));
    if (canary.text !== canaries[index]) throw new Error('a sample gives another result now');
    if (outcomeOf(about, kept).text !== first.text) throw new Error('not the same result again');
  });
  const numRuns = Math.ceil(runs * (about.share ?? 1));
  const found = fc.check(property, { seed, numRuns });
  if (!found.failed) return undefined;
  const [input] = found.counterexample ?? [];
  const { errorInstance: why } = found;
  return `${why instanceof Error ? why.message : String(why)}; on ${written(input)}`;
}

type Outcome = { readonly text: string; readonly isRead?: true; readonly fault?: string };

/** What a decoder makes of an input: its value or its own error, and the fault when it is another. */
function outcomeOf<Read extends Input>(about: About<Read>, input: Read): Outcome {
  try {
    return { text: written(about.decode(input)), isRead: true };
  } catch (error) {
    const text = written(error);
    if (!(error instanceof Error)) return { text, fault: `threw ${text}` };
    const isOwn = about.errors.some((one) => error instanceof one);
    if (!isOwn) return { text, fault: `threw ${error.stack ?? text}` };
    return tells(text, input) ? { text, fault: 'an error tells what was in the input' } : { text };
  }
}

/** Whether an error repeats so much of the input that it may be part of an account number or a key. */
function tells(error: string, input: Input): boolean {
  const runs = error.match(/\d{6,}|[0-9A-Fa-f]{8,}/g) ?? [];
  // Limits such as 999999 are nobody's number, and words are not hexadecimal.
  const telling = runs.filter((run) => /\d/.test(run) && !/^(.)\1*$/.test(run));
  if (telling.length === 0) return false;
  const around = typeof input === 'string' ? input : `${hexOf(input)} ${charactersOf(input)}`;
  return telling.some((run) => around.includes(run));
}

const HEX = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

function charactersOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const LONGEST_RANDOM = 300;

function byteInputs(about: About<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const changedFrom = (from: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
    fc.tuple(from, changes).map(([bytes, all]) => Uint8Array.from(changed([...bytes], all, BYTES)));
  const random = fc.uint8Array({ maxLength: LONGEST_RANDOM });
  return mixed(random, about, changedFrom);
}

function textInputs(about: About<string>): fc.Arbitrary<string> {
  const changedFrom = (from: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(from, changes).map(([text, all]) => {
      const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
      return changed(units, all, TEXT)
        .map((unit) => String.fromCharCode(unit))
        .join('');
    });
  const random = fc.oneof(
    fc.string({ maxLength: LONGEST_RANDOM }),
    fc.string({ unit: character, maxLength: LONGEST_RANDOM }),
  );
  return mixed(random, about, changedFrom);
}

const LARGEST_SHAPE = 3000;

function mixed<Read extends Input>(
  random: fc.Arbitrary<Read>,
  { samples, grammar, shapes }: About<Read>,
  changedFrom: (from: fc.Arbitrary<Read>) => fc.Arbitrary<Read>,
): fc.Arbitrary<Read> {
  const plain = [
    { weight: 2, arbitrary: random },
    { weight: 8, arbitrary: changedFrom(fc.constantFrom(...samples)) },
  ];
  const all = Object.values(shapes);
  if (all.length > 0) {
    const size = fc.integer({ min: 1, max: LARGEST_SHAPE });
    const shaped = fc.tuple(fc.constantFrom(...all), size).map(([make, most]) => make(most));
    plain.push({ weight: 1, arbitrary: fc.oneof(shaped, changedFrom(shaped)) });
  }
  if (grammar === undefined) return fc.oneof(...plain);
  return fc.oneof(
    ...plain,
    { weight: 10, arbitrary: grammar },
    { weight: 4, arbitrary: changedFrom(grammar) },
  );
}
