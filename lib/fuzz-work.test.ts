/**
 * The work of every decoder grows as its input does, and no faster, whatever the input is like. Work is counted, not
 * timed: how often each block of lib ran, and how much the built-in functions copied for it.
 */
import { deepEqual, ok } from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import type { Decoder, Input } from './fuzz.fixture.ts';

// Compiled code is not counted, and what was loaded before the counting began is counted by function alone.
setFlagsFromString('--no-opt');
setFlagsFromString('--no-maglev');
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
const { decoders } = await import('./fuzz-decoders.fixture.ts');
const { ofBytes } = await import('./fuzz.fixture.ts');
const { repeated } = await import('./fuzz-shapes.fixture.ts');
const { decodeTlv } = await import('./tlv/tlv.ts');

const SIZE = 500;
/** Four times the input may take so many times the work, and a little that does not depend on it. */
const GROWTH = 4.6;
const CONSTANT = 4000;

test('four times the input takes at most about four times the work', async () => {
  // All inputs are made before the counting, which then need not begin anew for each.
  for (const make of decoders.flatMap(({ shapes }): Shape[] => Object.values(shapes)))
    for (const size of [SIZE, 4 * SIZE]) made(make, size);
  const wrong: string[] = [];
  for (const decoder of decoders) wrong.push(...(await growingFaster(decoder)));
  deepEqual(wrong, []);
});

/** What reads input of any size, in work that grows with it; all others know how long their input may be. */
const OF_ANY_SIZE: ReadonlySet<string> = new Set([
  ...['fromHex', 'fromAscii', 'toAscii', 'fromBase64', 'Pan.parse'],
  ...['decodeTlv', 'decodeDol', 'decodeDgis', 'decodeAids', 'decodeFailedAids', 'decodeRegistry'],
  ...['decodeElementCertificate', 'decodeAgree', 'decodeNonce', 'decodeLasting', 'decodeCvmList'],
  ...['readCard', 'readObjects', 'decode', 'readSelected', 'readAccount', 'staticDataOf'],
  ...['Deframer pos', 'Deframer cups', 'readKeyBlockHeader', 'decodePinField'],
  ...['parseAccountReference', 'parseTokenData', 'originalData.parse', 'verifyP256', 'verifyDer'],
  ...['explainCommand', 'explainResponse', 'explainSession', 'explainChipData'],
  ...['explainMessage pos', 'explainMessage cups', 'explainMessage 1987-ascii'],
  ...['maskMessage pos', 'maskMessage cups', 'maskMessage 1987-ascii', 'verifyWith'],
  ...['verifyElementCertificate', 'unwrapDek', 'unwrapScp02Dek', 'verifyTap01', 'verifyTap'],
  ...['explainWithKey', 'keyFrom', 'explainDataObject', 'decodeSnapshot', 'decodeDelta'],
  // What is hashed or answered beside a signature.
  ...['recoverIssuerKey', 'verifyCda of an answer'],
]);

const MEGABYTE = 1_000_000;
/** Enough to see that an input is too long, and to say so. */
const REFUSAL = 4000;

test('a megabyte is refused at once by whatever has a longest input', async () => {
  const wrong: string[] = [];
  for (const decoder of decoders.filter(({ name }) => !OF_ANY_SIZE.has(name))) {
    const inputs = Object.values(decoder.shapes).map((make) => made(make, MEGABYTE));
    if (inputs.length === 0) continue;
    const work = await workOf(() => {
      for (const input of inputs) outcome(decoder, input);
    });
    if (work > REFUSAL * inputs.length) wrong.push(`${decoder.name}: ${work}`);
  }
  deepEqual(wrong, []);
});

test('work that grows with the square is found, in our loops and in the copies of built-in functions', async () => {
  const shapes = { long: repeated('5000') };
  const about = {
    file: 'fuzz-work.test.ts',
    errors: [],
    samples: [new Uint8Array(0)] as const,
    shapes,
  };
  const looking = ofBytes({
    ...about,
    name: 'looks again',
    // The objects up to every eighth byte, all over again.
    decode: (input) => {
      for (let end = 0; end < input.length; end += 8) decodeTlv(input.subarray(0, end));
    },
  });
  const copying = ofBytes({
    ...about,
    name: 'copies again',
    decode: (input) => {
      let left = input;
      while (left.length > 0) left = left.slice(1);
    },
  });
  for (const decoder of [looking, copying]) ok((await growingFaster(decoder)).length > 0);
});

async function growingFaster(decoder: Decoder): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [shape, make] of Object.entries(decoder.shapes)) {
    const workAt = (size: number): Promise<number> => {
      const input = made(make, size);
      return workOf(() => outcome(decoder, input));
    };
    const first = await workAt(4 * SIZE);
    // What is little for the large input needs nothing to be compared with.
    if (first <= CONSTANT) continue;
    const work = await workAt(SIZE);
    const most = GROWTH * work + CONSTANT;
    // The first time also makes tables that are made once.
    const more = first > most ? await workAt(4 * SIZE) : first;
    if (more > most) wrong.push(`${decoder.name} ${shape}: ${work}, ${more}`);
  }
  return wrong;
}

/** What was counted before is thrown away by counting once more where something else may have run. */
let isFresh = false;

async function workOf(work: () => void): Promise<number> {
  if (!isFresh) await counted();
  const copied = copiesIn(work);
  return copied + (await counted());
}

/** Inputs by their shape and size: making one takes longer than refusing it, and many decoders share them. */
const inputs = new Map<Shape, Map<number, Input>>();

type Shape = (size: number) => Input;

function made(make: Shape, size: number): Input {
  const sizes = inputs.get(make) ?? new Map<number, Input>();
  const known = sizes.get(size);
  if (known !== undefined) return known;
  isFresh = false;
  const input = make(size);
  inputs.set(make, sizes.set(size, input));
  return input;
}

function outcome(decoder: Decoder, input: Input): void {
  try {
    (decoder.decode as (given: Input) => unknown)(input);
  } catch (error) {
    if (!decoder.errors.some((one) => error instanceof one)) throw error;
  }
}

/** How often blocks of lib ran since it was asked last. */
async function counted(): Promise<number> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  isFresh = true;
  return result
    .filter(({ url }) => /\/lib\/(?!.*node_modules)[^?]*(?<!\.fixture|\.test)\.ts$/.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

type Method = (this: { readonly length: number }, ...given: unknown[]) => unknown;

/** Built-in functions that go through all of what they are called on. */
const COPYING: readonly (readonly [object, readonly string[]])[] = [
  [
    Object.getPrototypeOf(Uint8Array.prototype) as object,
    ['slice', 'set', 'map', 'fill', 'with', 'join'],
  ],
  [Array.prototype, ['slice', 'concat', 'flat', 'flatMap', 'map', 'filter', 'join', 'with']],
  [
    String.prototype,
    ['replace', 'replaceAll', 'split', 'trim', 'match', 'toUpperCase', 'toLowerCase'],
  ],
];

/** How many bytes, characters and members the built-in functions went through for some work. */
function copiesIn(work: () => void): number {
  let copied = 0;
  const undo = COPYING.flatMap(([prototype, names]) =>
    names.map((name) => {
      const methods = prototype as Record<string, Method>;
      const method = methods[name] as Method;
      methods[name] = function (...given) {
        const result = Reflect.apply(method, this, given);
        copied += name === 'slice' ? (result as Uint8Array).length : this.length;
        return result;
      };
      return () => {
        methods[name] = method;
      };
    }),
  );
  try {
    work();
  } finally {
    for (const one of undo) one();
  }
  return copied;
}
