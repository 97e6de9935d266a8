/** `octavo explain`: what bytes are, to the last one. */
import { cardRanges } from '@octavo/domain/demo.ts';
import { find } from '@octavo/lib/explain/explained.ts';
import { hasOddDigits, waysToTake } from '@octavo/lib/explain/given.ts';
import { hidden, revealed } from '@octavo/lib/explain/hide.ts';
import type { ExplainedPart } from '@octavo/lib/explain/kind.ts';
import { CERTIFICATE } from '@octavo/lib/explain/kinds-key.ts';
import { kindOfTag } from '@octavo/lib/explain/kinds-object.ts';
import { opensslScriptOfParts } from '@octavo/lib/explain/openssl.ts';
import {
  explainReading,
  kinds,
  othersOf,
  type Reading,
  readAs,
  readingsOf,
} from '@octavo/lib/explain/readings.ts';
import { keyFrom, partsOpenedBy } from '@octavo/lib/explain/recover.ts';
import { sourcesBeside } from '@octavo/lib/explain/sources.ts';
import { warningsOfParts } from '@octavo/lib/explain/warnings.ts';
import { readAsClosed, readWithKey } from '@octavo/lib/explain/with-key.ts';
import { type Command, type GivenOptions, textOption, UsageError } from '../arguments.ts';
import { readWords, type TooLong, tooLong } from '../explain-input.ts';
import { explainJson, line } from '../explain-json.ts';
import { type Explanation, explainText } from '../explain-text.ts';
import { chooseMarks, choosePalette, chooseWidth } from '../paint.ts';
import type { Surroundings } from '../surroundings.ts';

const NAMES = kinds.map(({ kind }) => kind).join(', ');

/** The command. */
export const explainCommand: Command = {
  name: 'explain',
  summary: 'what any bytes are, to the last one',
  words: '<hex|base64|text|file|->',
  options: {
    as: {
      kind: 'text',
      value: '<tag|name>',
      help: `read it as the value of a tag (9F33), or as ${NAMES}`,
    },
    reveal: {
      kind: 'flag',
      help: 'show account numbers, PINs and keys, which are masked otherwise',
    },
    openssl: {
      kind: 'flag',
      help: 'print the openssl command lines that recompute the cryptogram, with the keys left to you',
    },
    key: {
      kind: 'text',
      value: '<modulus>:<exponent>',
      help: 'open certificates and signatures (90, 93, 9F46, 9F4B, or a bare one) with a public key',
    },
    date: { kind: 'text', value: '<YYYY-MM-DD>', help: 'warn of what has expired on that day' },
  },
  examples: [
    'explain 00A4040008A000000333010101',
    'explain 9F3602000195050000000000',
    'explain --as 9F33 E0E9C8',
    'explain --openssl "$DE55" > check.sh; IMK=… PAN=… bash check.sh',
    'explain message.hex     # a word that is hexadecimal is never taken for a file',
  ],
  run: explain,
};

const EXIT_NOTHING_FITS = 1;

async function explain(
  given: GivenOptions,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const kind = kindOf(given);
  const today = todayOf(given);
  const key = publicKeyOf(given);
  const raw = await readWords(words, surroundings);
  if ('kind' in raw) return refuse(given, raw, surroundings);
  if (waysToTake(raw).length === 0)
    return refuse(given, raw.length === 0 ? EMPTY : tooLong(), surroundings);
  const readings = readingsOf(raw);
  const alone = key === undefined ? undefined : readAlone(raw, key, kind);
  const plain = kind === undefined ? readings[0] : readAs(raw, kind);
  const reading = alone ?? plain ?? (key && readAsClosed(raw, key));
  if (reading === undefined)
    return refuse(given, hasOddDigits(raw) ? ODD_DIGITS : NOTHING_FITS, surroundings);
  const asRead = explainReading(reading);
  const isDone = key === undefined || reading !== plain;
  const parts = isDone ? asRead : partsOpenedBy(asRead, key);
  if (given.openssl === true) return printScript(given, parts, surroundings);
  const tokenRanges = cardRanges.map(({ tokenBin }) => tokenBin);
  const warnings = warningsOfParts(parts, { tokenRanges, today });
  const show = given.reveal === true ? revealed : hidden;
  const others = kind === undefined ? othersOf(reading, readings) : [];
  const sources = sourcesBeside(
    parts.map(({ tree }) => tree),
    reading.kind.source,
  );
  const hint = key === undefined ? keyHint(parts) : '';
  tell(given, { reading, others, parts: parts.map(show), warnings, sources, hint }, surroundings);
  return 0;
}

/** A bare certificate with its key, unless it is asked for as something else. */
function readAlone(
  raw: Uint8Array,
  key: NonNullable<ReturnType<typeof keyFrom>>,
  kind: Reading['kind'] | undefined,
): Reading | undefined {
  const isAskedFor = kind === CERTIFICATE;
  return kind === undefined || isAskedFor ? readWithKey(raw, key, isAskedFor) : undefined;
}

/** What a key would open here. */
function keyHint(parts: readonly ExplainedPart[]): string {
  const closed = ['90', '93', '9F46', '9F4B'].filter((tag) =>
    parts.some(({ tree }) => (find(tree, tag)?.decoded ?? '').includes('closed')),
  );
  const first = closed[0] === '90' ? "the authority's key" : 'the key of its signer';
  return closed.length === 0 ? '' : `--key with ${first} opens ${closed.join(', ')}`;
}

/** The script alone, so that it can be piped into bash. */
function printScript(
  given: GivenOptions,
  parts: readonly ExplainedPart[],
  surroundings: Surroundings,
): number {
  const script = opensslScriptOfParts(parts, given.reveal === true);
  if (script.kind === 'refused')
    return refuse(given, { ...script, kind: 'no_script' }, surroundings);
  const { text } = script;
  surroundings.stdout.write(
    given.json === true ? line({ type: 'result', ok: true, script: text }) : text,
  );
  return 0;
}

type Refused = Pick<TooLong, 'words'> & { readonly kind: string };

const EMPTY: Refused = { kind: 'empty', words: 'there is nothing to explain' };
const NOTHING_FITS: Refused = {
  kind: 'nothing_fits',
  words:
    'nothing we know fits; --as <tag or name> explains it all the same (octavo explain --help)',
};

const ODD_DIGITS: Refused = {
  kind: 'odd_digits',
  words: 'an odd number of hexadecimal digits: one is missing, or one too many',
};

function refuse(
  given: GivenOptions,
  { kind, words }: Refused,
  { stdout, stderr }: Surroundings,
): number {
  if (given.json === true) stdout.write(line({ type: 'result', ok: false, code: kind, words }));
  else stderr.write(`octavo: ${words}\n`);
  return EXIT_NOTHING_FITS;
}

function tell(given: GivenOptions, explanation: Explanation, surroundings: Surroundings): void {
  const write = (text: string) => surroundings.stdout.write(text);
  if (given.json === true) {
    explainJson(write, explanation);
    return;
  }
  explainText(
    write,
    {
      palette: choosePalette(surroundings),
      width: Math.max(chooseWidth(surroundings), NARROWEST),
      marks: chooseMarks(surroundings),
    },
    explanation,
  );
}

const NARROWEST = 60;

function kindOf(given: GivenOptions): Reading['kind'] | undefined {
  const name = textOption(given, 'as')?.toLowerCase();
  if (name === undefined) return undefined;
  const found = kinds.find(({ kind }) => kind === name) ?? kindOfTag(name);
  if (found === undefined)
    throw new UsageError(`--as takes a tag in hexadecimal, or one of ${NAMES}`);
  return found;
}

function publicKeyOf(given: GivenOptions): ReturnType<typeof keyFrom> {
  const text = textOption(given, 'key');
  if (text === undefined) return undefined;
  const key = keyFrom(text);
  if (key === undefined)
    throw new UsageError(
      '--key takes a modulus and 03 or 010001, hexadecimal, with a colon between',
    );
  return key;
}

/** YYMMDD. */
function todayOf(given: GivenOptions): string | undefined {
  const date = textOption(given, 'date');
  if (date === undefined) return undefined;
  const match = /^20(\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(date);
  if (match === null) throw new UsageError('--date takes a day such as 2026-11-22');
  return match.slice(1).join('');
}
