/** How calculators and their results are set on a terminal. */
import {
  aliasesOf,
  type Operation,
  type Output,
  type Outputs,
} from '@octavo/lib/calc/operation.ts';
import { operations } from '@octavo/lib/calc/operations.ts';

/** The column at which values and explanations begin. */
const VALUE_AT = 24;

/** Every operation in a line of its own. */
export function operationList(): string {
  const rows = [...operations.values()].map(({ name, summary }) => row(name, summary));
  return ['operations', '', ...rows, '', 'octavo calc <operation> --help', ''].join('\n');
}

/** What an operation takes and gives, with a worked example and its source. */
export function operationHelp(operation: Operation): string {
  const { name, summary, inputs, outputs, through, unconfirmed, examples } = operation;
  const [example] = examples;
  return [
    `octavo calc ${name}: ${summary}`,
    '',
    'inputs',
    ...Object.entries(inputs).map(([field, { form, help, isOptional }]) =>
      row(
        isOptional ? `[${field}]` : field,
        [`${help} (${form})`, ...aliasesOf(operation, field)].join(', also '),
      ),
    ),
    '',
    'outputs',
    ...Object.entries(outputs).map(([field, help]) => row(field, help)),
    '',
    `lib/${through}`,
    ...(unconfirmed === undefined ? [] : ['', `Not confirmed from outside: ${unconfirmed}`]),
    '',
    `example, from ${example.source}`,
    '',
    commandOf(operation, example.in),
    ...rowsOf(example.out),
    '',
  ].join('\n');
}

/** The outputs of one calculation. */
export function showAnswer(outputs: Outputs): string {
  return `${rowsOf(outputs).join('\n')}\n`;
}

/** The command line of an example, one input a line when it would be long. */
function commandOf({ name, inputs }: Operation, given: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(given).flatMap(([field, value]) =>
    inputs[field]?.isObject === true
      ? Object.entries(value as object).map(([part, one]) => quoted(`${field}.${part}=${one}`))
      : [quoted(`${field}=${value}`)],
  );
  const line = `  $ npx octavo calc ${[name, ...words].join(' ')}`;
  return line.length <= 100 ? line : `  $ npx octavo calc ${[name, ...words].join(' \\\n      ')}`;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w.,:=/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function rowsOf(outputs: Outputs, indent = 2): readonly string[] {
  return Object.entries(outputs).flatMap(([name, value]) => rowsOfOutput(name, value, indent));
}

function rowsOfOutput(name: string, value: Output | undefined, indent: number): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [row(name, value ? 'yes' : 'no', indent)];
  if (typeof value === 'string') return [row(name, value, indent)];
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => rowsOfOutput(`${name} ${index + 1}`, one, indent));
  }
  return [`${' '.repeat(indent)}${name}`, ...rowsOf(value as Outputs, indent + 2)];
}

function row(name: string, text: string, indent = 2): string {
  const head = `${' '.repeat(indent)}${name}`;
  return `${head.padEnd(VALUE_AT - 1)} ${text}`;
}
