/** Reading a command's arguments strictly: what is not known is refused in one line. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Surroundings } from './surroundings.ts';

/** The command line cannot be understood; the message is the one line that is printed, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One option of a command, for reading it and for its help. */
export type Option = {
  readonly kind: 'flag' | 'text';
  readonly help: string;
  /** How the value is named in the help, such as `<amount>`. */
  readonly value?: string;
};

/** A command: its options, its help, and what it does. Resolves to the exit code. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  /** How words beside the options are named in the help, such as `<hex|file|->`; without it there are none. */
  readonly words?: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly string[];
  run(given: GivenOptions, words: readonly string[], surroundings: Surroundings): Promise<number>;
  /** The help for these words, where it differs from the help of the command. */
  help?(words: readonly string[]): string | undefined;
};

/** The options that were given. */
export type GivenOptions = Readonly<Record<string, string | boolean | undefined>>;

/** What was given: the options, and the words beside them. */
export type Given = { readonly options: GivenOptions; readonly words: readonly string[] };

/** The options that every command has. */
const commonOptions = {
  help: { kind: 'flag', help: 'show this help' },
  json: { kind: 'flag', help: 'one JSON object a line, the last one of type result' },
} as const satisfies Record<string, Option>;

/** Read the arguments of a command. Throws `UsageError`. */
export function readArguments(command: Command, args: readonly string[]): Given {
  const all: Record<string, Option> = { ...command.options, ...commonOptions };
  const options: ParseArgsOptionsConfig = {};
  for (const [name, option] of Object.entries(all)) {
    options[name] = { type: option.kind === 'flag' ? 'boolean' : 'string' };
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: command.words !== undefined,
    });
    return { options: values as GivenOptions, words: positionals };
  } catch (error) {
    if (error instanceof TypeError) {
      throw new UsageError(withoutKeys(firstSentence(error.message)));
    }
    throw error;
  }
}

/**
 * A line with an ellipsis for what could be a key or a card number, typed in a wrong place.
 * @example withoutKeys('unknown command 0123456789ABCDEF') // 'unknown command …'
 */
export function withoutKeys(line: string): string {
  return line.replaceAll(/[0-9A-Fa-f]{12,}/g, '…');
}

/** The text of an option, or undefined when it was not given. */
export function textOption(given: GivenOptions, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' ? value : undefined;
}

/** Write a command's help. */
export function helpOf(command: Command): string {
  const all: Record<string, Option> = { ...command.options, ...commonOptions };
  const rows = Object.entries(all).map(([name, option]) => ({
    left: `  --${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    right: option.help,
  }));
  const width = Math.max(...rows.map((row) => row.left.length)) + 2;
  return [
    `octavo ${command.name}: ${command.summary}`,
    '',
    `usage: octavo ${command.name}${command.words === undefined ? '' : ` ${command.words}`} [options]`,
    '',
    ...rows.map((row) => row.left.padEnd(width) + folded(row.right, width)),
    '',
    ...command.examples.map((example) => `  $ npx octavo ${example}`),
    '',
  ].join('\n');
}

const HELP_COLUMNS = 100;

/** A long help goes on under its column. */
function folded(text: string, at: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || at + longer.length <= HELP_COLUMNS) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(at)}`);
}

function firstSentence(message: string): string {
  return message.split(/\.\s|\n/)[0] ?? message;
}
