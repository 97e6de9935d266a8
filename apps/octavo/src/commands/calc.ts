/** `octavo calc`: one calculation from the command line, or a file of them. */
import { calculate } from '@octavo/lib/calc/calculate.ts';
import type { Operation } from '@octavo/lib/calc/operation.ts';
import { operations } from '@octavo/lib/calc/operations.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { type Command, type GivenOptions, helpOf, textOption, UsageError } from '../arguments.ts';
import { runBatch } from '../calc-batch.ts';
import { operationHelp, operationList, showAnswer } from '../calc-text.ts';
import { clip } from '../paint.ts';

const EXIT_FAILED = 1;

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

async function runCalc(given: GivenOptions, words: readonly string[]): Promise<number> {
  const batch = textOption(given, 'batch');
  const [name, ...pairs] = words;
  if (batch !== undefined) {
    if (name !== undefined) throw new UsageError('--batch takes its lines from the file alone');
    return runBatch(batch, { random: systemRandom });
  }
  if (name === undefined) {
    process.stdout.write(overview());
    return 2;
  }
  const operation = operationNamed(name);
  const answer = calculate({ op: name, in: inputsOf(operation, pairs) }, { random: systemRandom });
  if (given.json === true) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return 'error' in answer ? EXIT_FAILED : 0;
  }
  if ('error' in answer) {
    const { field, message } = answer.error;
    throw new UsageError(field === undefined ? message : `${field}: ${message}`);
  }
  process.stdout.write(showAnswer(operation, answer.out));
  return 0;
}

function overview(): string {
  return `${helpOf(calcCommand)}\n${operationList()}`;
}

function operationNamed(name: string): Operation {
  const operation = operations.get(name);
  if (operation === undefined) {
    throw new UsageError(`there is no operation ${clip(name, 40)}; octavo calc lists them`);
  }
  return operation;
}

/**
 * The inputs as they stand in the words: `name=value`, and `name.part=value` or JSON for an input of several parts.
 */
export function inputsOf(
  operation: Operation,
  pairs: readonly string[],
): Readonly<Record<string, unknown>> {
  const inputs = new Map<string, unknown>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`name=value is wanted, not ${clip(pair, 40)}`);
    const [name = '', ...path] = pair.slice(0, at).split('.');
    const value = pair.slice(at + 1);
    const isObject = operation.inputs[name]?.isObject === true;
    const part = path.join('.');
    if (part === '') {
      if (inputs.has(name)) throw new UsageError(`${name} stands there twice`);
      inputs.set(name, isObject ? objectOf(name, value) : value);
    } else {
      if (!isObject) throw new UsageError(`${name} has no parts`);
      inputs.set(name, { ...(inputs.get(name) as object | undefined), [part]: value });
    }
  }
  return Object.fromEntries(inputs);
}

function objectOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${name}: JSON or ${name}.part=value`);
    throw error;
  }
}
