/** One run of the command line: finds the command, reads its options, runs it, and says with which code to end. */
import { ConfigError } from '@octavo/platform/config.ts';
import { type Command, helpOf, readArguments, UsageError, withoutKeys } from './arguments.ts';
import type { Surroundings } from './surroundings.ts';

/** Exit codes: everything as it should, something otherwise, bad usage. */
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/**
 * What can be wrong with the surroundings, each with a message that says all there is to say. Known by name,
 * since loading the classes would load the database too.
 */
const PLAIN = [
  'DatabaseTaken',
  'FolderTaken',
  'FolderInUse',
  'KeyringError',
  'MigrationRefused',
  'ServerRefused',
  'StorageUnavailable',
  'WorldRefused',
];

/** Commands load when they are asked for, so that the first line of each comes at once. */
const commands: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  tap: {
    summary: 'one card, one phone, one purchase, and every cheat refused',
    load: async () => (await import('./commands/tap.ts')).tapCommand,
  },
  start: {
    summary: 'the same world, kept running',
    load: async () => (await import('./commands/start.ts')).startCommand,
  },
  gate: {
    summary: 'one dark phone at a gate, or a day of the city with its books',
    load: async () => (await import('./commands/gate.ts')).gateCommand,
  },
  explain: {
    summary: 'what any bytes are, to the last one',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  keys: {
    summary: 'the public keys that readers load',
    load: async () => (await import('./commands/keys.ts')).keysCommand,
  },
  bench: {
    summary: 'what our work costs beside the bare work, as ratios',
    load: async () => (await import('./commands/bench.ts')).benchCommand,
  },
  calc: {
    summary: 'keys, cryptograms, MACs, PIN blocks, certificates, messages',
    load: async () => (await import('./commands/calc.ts')).calcCommand,
  },
};

/** Run the words that stand behind `octavo`. Resolves to the exit code; rejects only for faults of our own. */
export async function runWords(
  given: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const [name, ...rest] = given;
  if (name === undefined || name === '--help' || name === 'help') {
    stdout.write(overview());
    return name === undefined ? EXIT_USAGE : 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined)
    return badUsage(stderr, `unknown command ${withoutKeys(name)}; octavo --help lists them`);
  const command = await entry.load();
  try {
    const { options, words } = readArguments(command, rest);
    if (options.help === true) {
      stdout.write(command.help?.(words) ?? helpOf(command));
      return 0;
    }
    return await command.run(options, words, surroundings);
  } catch (error) {
    if (error instanceof UsageError)
      return badUsage(stderr, `${error.message}; octavo ${name} --help`);
    if (error instanceof ConfigError) return badUsage(stderr, error.message);
    if (isPlain(error)) {
      stderr.write(`octavo: ${error.message}\n`);
      return EXIT_FAILED;
    }
    throw error;
  }
}

function isPlain(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (PLAIN.includes(error.name) || ('code' in error && error.code === 'EADDRINUSE'))
  );
}

function badUsage(stderr: Surroundings['stderr'], line: string): number {
  stderr.write(`octavo: ${line}\n`);
  return EXIT_USAGE;
}

function overview(): string {
  const rows = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(8)}${summary}`,
  );
  return [
    'octavo: an open phone-payment system',
    '',
    ...rows,
    '',
    'octavo <command> --help',
    '',
  ].join('\n');
}
