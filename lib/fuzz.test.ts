/**
 * Every decoder of lib under the fuzzer: its own error or a value, its input untouched, the same answer again, nothing
 * shared changed. `FUZZ_RUNS` asks for longer hunts, `FUZZ_SEED` for others.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fromHex } from './bytes/bytes.ts';
import { CVR, hasBit } from './emv/fields.ts';
import { decodeIad } from './emv/iad.ts';
import { type Decoder, hunt, ofBytes, ofText, written } from './fuzz.fixture.ts';
import { decoders } from './fuzz-decoders.fixture.ts';
import { Iso8583Error } from './iso8583/field.ts';
import { cups } from './iso8583/unionpay.ts';
import { KeyBlockError, readKeyBlockHeader } from './keys/key-block-header.ts';
import { decodeTlv, find, TlvError } from './tlv/tlv.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 150);
const SEED = Number(process.env.FUZZ_SEED ?? 8583);

const lib = fileURLToPath(new URL('./', import.meta.url));
const files = globSync('**/*.ts', {
  cwd: lib,
  exclude: ['**/*.test.ts', '**/*.fixture.ts', 'node_modules'],
}).filter((file) => !file.startsWith('vectors/'));
const modules = new Map<string, Readonly<Record<string, unknown>>>();
for (const file of files) modules.set(file, await import(`./${file}`));

/** What is named like a decoder and is not in the table, with the reason. */
const NOT_FUZZED: Readonly<Record<string, string>> = {
  'iso8583/field.ts readOrNone': 'takes a function',
  'payload/malformed.ts readPart': 'takes a function',
  'iso8583/field.ts readValue': 'reads a field that was measured; every message goes through it',
  'kernel/holder.ts verifyHolder': 'takes values that were read; every tap goes through it',
  'globalplatform/scp02-channel.ts openScp02': 'opens a channel from its own side',
  'explain/readings.ts explainReading': 'explains what readAs and readingsOf give',
  'explain/readings.ts readAs': 'stands in the table once for each kind',
  'explain/explain.ts explainFlags': 'stands in the table with explainDataObject',
  'journey/explain.ts explainJourney': 'takes events that were grouped; group.test.ts gives it any',
};

/** In the room of the explainer everything hangs on its kinds, its front door, and keys that a reader brings. */
const EXPLAINER = /^explain\/(?!(explain|readings|recover)\.ts)/;

const VERB = /^(decode|parse|read|recover|open|unwrap|verify|explain|recogni[sz]e)([A-Z0-9]|$)/;

test('every decoder that lib exports is in the table, or a reason says why not', () => {
  const listed = new Set([
    ...decoders.map(({ file, name }) => `${file} ${name.split(' ')[0]}`),
    ...Object.keys(NOT_FUZZED),
  ]);
  // What is exported again elsewhere is the same function; one place is enough.
  const places = new Map<unknown, string[]>();
  for (const [file, exports] of modules) {
    for (const [name, value] of Object.entries(exports)) {
      for (const [what, one] of decodersIn(name, value)) {
        places.set(one, [...(places.get(one) ?? []), `${file} ${what}`]);
      }
    }
  }
  const all = [...places.values()];
  const missing = all.filter(
    (where) => !where.some((one) => listed.has(one) || EXPLAINER.test(one)),
  );
  deepEqual(missing, []);
  const known = new Set(all.flat());
  const gone = Object.keys(NOT_FUZZED).filter((one) => !known.has(one));
  deepEqual(gone, []);
  ok(all.length > 90);
});

/** Functions by their name, and the `decode` or `parse` of other values. */
function decodersIn(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value === 'function' && VERB.test(name)) return [[name, value]];
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return [];
  const methods = value as Readonly<Record<string, unknown>>;
  return ['decode', 'parse']
    .filter((method) => typeof methods[method] === 'function')
    .map((method) => [`${name}.${method}`, methods[method]]);
}

test('what the table names is where it says', () => {
  const wrong = decoders.filter(({ file, name }) => {
    const [exported = ''] = name.split(/[ .]/);
    return modules.get(file)?.[exported] === undefined && !name.startsWith('kind ');
  });
  deepEqual(
    wrong.map(({ name }) => name),
    [],
  );
});

test('every first sample is read', () => {
  const refused = decoders.filter((decoder) => {
    const value = firstOf(decoder);
    return value === undefined || (value as { kind?: string }).kind === 'refused';
  });
  deepEqual(
    refused.map(({ name }) => name),
    [],
  );
});

function firstOf(decoder: Decoder): unknown {
  return decoder.kind === 'text'
    ? decoder.decode(decoder.samples[0])
    : decoder.decode(decoder.samples[0]);
}

// A write to a table of lib, plain objects and lists, throws from here on; the rest is compared.
for (const exports of modules.values()) Object.values(exports).forEach(freeze);

function freeze(value: unknown): void {
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value ?? 0) === Object.prototype;
  if (!isPlain || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value as object).forEach(freeze);
}

/** All that lib exports beside functions. */
function tables(): string {
  return [...modules.values()]
    .flatMap((exports) => Object.entries(exports))
    .filter(([, value]) => typeof value !== 'function')
    .map(([name, value]) => `${name} ${written(value)}`)
    .join('\n');
}

const before = tables();

for (const decoder of decoders) {
  test(`${decoder.file} ${decoder.name} gives a value or its own error`, () => {
    equal(hunt(decoder, { seed: SEED, runs: RUNS }), undefined);
  });
}

test('no table of lib was changed', () => {
  equal(tables() === before, true);
});

/** Seeds that stand for any. */
const SEEDS = [1, 2, 3, 4, 5];

const decoderOf = (name: string): Decoder =>
  decoders.find((decoder) => decoder.name === name) as Decoder;

test('a fault deep behind a valid header is found, whatever the seed', () => {
  // One pattern of three bits in the verification results, inside 9F10, inside DE55, inside a message.
  const planted = plantedInMessages((cvr) => {
    const isFailed = hasBit(cvr, CVR.holderVerificationFailed);
    const isPattern = hasBit(cvr, CVR.lastOnlineNotCompleted) && !hasBit(cvr, CVR.newCard);
    if (isFailed && isPattern) throw new TypeError('planted');
  });
  for (const seed of SEEDS) match(hunt(planted, { seed, runs: RUNS }) ?? '', /TypeError: planted/);
});

test('an error that tells a digit too much is found', () => {
  const real = decoderOf('decodeTrack2Text');
  const { again: _, ...about } = real as Extract<Decoder, { kind: 'text' }>;
  const planted = ofText({
    ...about,
    decode: (text) => {
      const [pan = ''] = text.split('=');
      if (/^\d{12,19}$/.test(pan)) throw new TlvError(`no such number ${pan}`, 0);
      return undefined;
    },
    errors: [TlvError],
  });
  for (const seed of SEEDS) match(hunt(planted, { seed, runs: RUNS }) ?? '', /tells/);
});

test('a decoder that writes into its input is found', () => {
  const planted = plantedInMessages((cvr) => {
    if (hasBit(cvr, CVR.holderVerificationFailed)) cvr[0] = 0;
  }, true);
  for (const seed of SEEDS) match(hunt(planted, { seed, runs: RUNS }) ?? '', /input was changed/);
});

test('a decoder that remembers is found by what it answers later', () => {
  for (const seed of SEEDS) {
    const found = hunt(plantedInKeyBlocks(new Set()), { seed, runs: RUNS });
    match(found ?? '', /another result now/);
  }
});

test('a change of a shared table that shows in no answer is found', () => {
  for (const seed of SEEDS) {
    const seen = new Set<string>();
    const { decode, ...about } = plantedInKeyBlocks(seen);
    const quiet = ofText({ ...about, decode: (text) => [decode(text), 'the same'][1] });
    const found = hunt(quiet, { seed, runs: RUNS, shared: () => written(seen) });
    match(found ?? '', /shared tables were changed/);
  }
});

test('the same decoders without the faults are not accused', () => {
  for (const name of ['cups.decode', 'readKeyBlockHeader', 'decodeTrack2Text']) {
    equal(hunt(decoderOf(name), { seed: 1, runs: RUNS }), undefined);
  }
});

/** The decoder of switch messages, which also looks into the chip data and there does what it may not. */
function plantedInMessages(fault: (cvr: Uint8Array) => void, isInPlace = false): Decoder {
  const real = decoderOf('cups.decode') as Extract<Decoder, { kind: 'bytes' }>;
  return ofBytes({
    ...real,
    errors: [Iso8583Error],
    decode: (input) => {
      const message = cups.decode(input);
      const chip = message.fields[55];
      if (chip === undefined) return message;
      const at = indexOf(input, fromHex(chip));
      const bytes = isInPlace ? input.subarray(at, at + chip.length / 2) : fromHex(chip);
      const cvr = cvrIn(bytes);
      if (cvr !== undefined) fault(cvr);
      return message;
    },
  });
}

function indexOf(whole: Uint8Array, part: Uint8Array): number {
  return Buffer.from(whole).indexOf(Buffer.from(part));
}

function cvrIn(chip: Uint8Array): Uint8Array | undefined {
  try {
    const issuerData = find(decodeTlv(chip), '9F10')?.value;
    return issuerData === undefined ? undefined : decodeIad(issuerData).cvr;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The reader of key block headers, which keeps the name of one optional block for good. */
function plantedInKeyBlocks(seen: Set<string>): Extract<Decoder, { kind: 'text' }> {
  const real = decoderOf('readKeyBlockHeader') as Extract<Decoder, { kind: 'text' }>;
  return {
    ...real,
    errors: [KeyBlockError],
    decode: (text) => {
      const { header } = readKeyBlockHeader(text);
      for (const { id, data } of header.optionalBlocks) {
        if (id === 'LB' && data.length > 12) seen.add(id);
      }
      return [header, seen.size];
    },
  };
}
