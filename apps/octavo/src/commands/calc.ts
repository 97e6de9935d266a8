/** `octavo calc`: one calculation from the command line, or a file of them. */
import { type CalcAnswer, calculate, echoed } from '@octavo/lib/calc/calculate.ts';
import type { Operation } from '@octavo/lib/calc/operation.ts';
import { operations } from '@octavo/lib/calc/operations.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { type Command, type GivenOptions, helpOf, textOption, UsageError } from '../arguments.ts';
import { resultOf, runBatch, writeLine } from '../calc-batch.ts';
import { operationHelp, operationList, showAnswer } from '../calc-text.ts';
import type { Surroundings } from '../surroundings.ts';

/** As for bad usage. */
const EXIT_WRONG_INPUT = 2;

/** The command. */
export const calcCommand: Command = {
  name: 'calc',
  summary: 'keys, cryptograms, MACs, PIN blocks, certificates, messages',
  words: '<operation> name=value …',
  options: {
    batch: {
      kind: 'text',
      value: '<file.jsonl|->',
      help: 'compute a file of lines, one answer a line',
    },
  },
  examples: [
    'calc kcv key=0123456789ABCDEFFEDCBA9876543210 length=3',
    'calc verify-tap --help',
    'calc --batch lines.jsonl',
  ],
  run: runCalc,
  help: ([name]) => (name === undefined ? overview() : operationHelp(operationNamed(name))),
};

async function runCalc(
  given: GivenOptions,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const batch = textOption(given, 'batch');
  const [name] = words;
  if (batch !== undefined) {
    if (name !== undefined) throw new UsageError('--batch takes its lines from the file alone');
    return runBatch(batch, { random: systemRandom }, surroundings);
  }
  if (given.json === true) return answerInJson(words, surroundings);
  if (name === undefined) {
    surroundings.stdout.write(overview());
    return EXIT_WRONG_INPUT;
  }
  const answer = answerTo(words);
  if ('error' in answer) {
    const { field, message } = answer.error;
    throw new UsageError(field === undefined ? message : `${field}: ${message}`);
  }
  surroundings.stdout.write(showAnswer(answer.out));
  return 0;
}

/** What the words give; words that are no operation and inputs throw `UsageError`. */
function answerTo([name = '', ...pairs]: readonly string[]): CalcAnswer {
  const given = inputsOf(operationNamed(name), pairs);
  return calculate({ op: name, in: given }, { random: systemRandom });
}

/** One line for the answer, whatever is wrong, and one that sums up. */
async function answerInJson(words: readonly string[], { stdout }: Surroundings): Promise<number> {
  const answer = inJson(words);
  const isWrong = 'error' in answer;
  await writeLine(stdout, answer);
  await writeLine(stdout, resultOf({ ok: isWrong ? 0 : 1, failed: 0, errors: isWrong ? 1 : 0 }));
  return isWrong ? EXIT_WRONG_INPUT : 0;
}

function inJson(words: readonly string[]): CalcAnswer {
  try {
    return answerTo(words);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const [op = ''] = words;
    const { message } = error;
    return operations.has(op)
      ? { op, error: { code: 'bad_usage', message } }
      : { op: echoed(op), error: { code: 'unknown_operation', message, field: 'op' } };
  }
}

function overview(): string {
  return `${helpOf(calcCommand)}\n${operationList()}`;
}

function operationNamed(name: string): Operation {
  const operation = operations.get(name);
  if (operation !== undefined) return operation;
  const which = echoed(name) === '' ? 'such operation (word 1)' : `operation ${name}`;
  throw new UsageError(`there is no ${which}; octavo calc lists them`);
}

/**
 * The inputs as they stand in the words: `name=value`, and `name.part=value` or JSON for an input of several parts.
 * What is wrong is named by the number of the word, since a word in the wrong place may be a key or a PIN.
 */
export function inputsOf(
  operation: Operation,
  pairs: readonly string[],
): Readonly<Record<string, unknown>> {
  const inputs = new Map<string, unknown>();
  for (const [index, pair] of pairs.entries()) {
    // The operation is the first word.
    put(inputs, operation, pair, `word ${index + 2}`);
  }
  return Object.fromEntries(inputs);
}

function put(
  inputs: Map<string, unknown>,
  operation: Operation,
  pair: string,
  which: string,
): void {
  const at = pair.indexOf('=');
  if (at < 1) throw new UsageError(`${which}: name=value is wanted`);
  const [name, part] = cutAt(pair.slice(0, at), '.');
  const value = pair.slice(at + 1);
  const { inputs: known, aliases = {} } = operation;
  const input = Object.hasOwn(known, name) ? known[name] : undefined;
  if (input === undefined && !Object.hasOwn(aliases, name) && !isInputName(name)) {
    throw new UsageError(`${which}: ${operation.name} has no such input`);
  }
  if (part === undefined) {
    if (inputs.has(name)) throw new UsageError(`${which}: ${name} stands there twice`);
    inputs.set(name, input?.isObject === true ? objectOf(name, value, which) : value);
    return;
  }
  if (input?.isObject !== true) throw new UsageError(`${which}: ${name} has no parts`);
  const parts = (inputs.get(name) ?? {}) as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(parts, part)) {
    throw new UsageError(`${which}: a part of ${name} that stands there already`);
  }
  inputs.set(name, { ...parts, [part]: value });
}

/** A word that could be the name of an input, and no key or PIN; whether it is one, the operation says. */
function isInputName(name: string): boolean {
  return /^[a-z_][a-z_0-9]{0,19}$/.test(name) && !/^[0-9a-f]+$|\d{4}/.test(name);
}

function cutAt(text: string, mark: string): readonly [before: string, after: string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function objectOf(name: string, text: string, which: string): object {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UsageError(`${which}: ${name} is an object in JSON, or ${name}.part=value`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
