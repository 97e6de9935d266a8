/** `octavo bench`: what our work costs beside what nobody can spare, as ratios with their spread. */
import { type Command, type GivenOptions, UsageError } from '../arguments.ts';
import type { Surroundings } from '../surroundings.ts';

const BENCHES = ['gate', 'fares'] as const;

/** The command. */
export const benchCommand: Command = {
  name: 'bench',
  summary: 'what our work costs beside the bare work, as ratios',
  words: BENCHES.join('|'),
  options: {
    quick: { kind: 'flag', help: 'fewer rounds and a shorter list, to see that it runs' },
  },
  examples: ['bench gate', 'bench fares', 'bench gate --json'],
  run: runBench,
};

/** One line of a bench: what is compared, and its ratio in each round. */
type Row = { readonly name: string; readonly ratios: readonly number[] };

async function runBench(
  given: GivenOptions,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const [what, ...rest] = words;
  if (what === undefined || rest.length > 0 || !(BENCHES as readonly string[]).includes(what)) {
    throw new UsageError(`bench takes one word: ${BENCHES.join(' or ')}`);
  }
  const isQuick = given.quick === true;
  const { title, rows, facts } =
    what === 'gate' ? await gateRows(isQuick, surroundings) : await fareRows(isQuick);
  const { stdout } = surroundings;
  if (given.json === true) {
    const lines = [
      ...rows.map((row) => ({ type: 'bench.ratio', name: row.name, ...spreadOf(row.ratios) })),
      { type: 'result', bench: what, ...facts },
    ];
    stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return 0;
  }
  stdout.write(`${title}\n\n${'median'.padStart(58)}${'least'.padStart(9)}${'most'.padStart(9)}\n`);
  for (const { name, ratios } of rows) {
    const { median, least, most } = spreadOf(ratios);
    const numbers = [median, least, most].map((one) => one.toFixed(2).padStart(9)).join('');
    stdout.write(`  ${name.padEnd(47)}${numbers}\n`);
  }
  stdout.write(
    `\n${Object.entries(facts)
      .map(([name, value]) => `  ${name.padEnd(47)}${String(value).padStart(9)}\n`)
      .join('')}`,
  );
  return 0;
}

type Told = {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly facts: Readonly<Record<string, number>>;
};

async function gateRows(isQuick: boolean, { environment }: Surroundings): Promise<Told> {
  const { readConfig } = await import('@octavo/platform/config.ts');
  const { benchGate } = await import('../bench-gate.ts');
  const { cache } = readConfig(environment);
  const bench = isQuick
    ? { entries: 10_000, rounds: 3, tapsInRound: 20 }
    : { entries: 1_000_000, rounds: 40, tapsInRound: 50 };
  const times = await benchGate(bench, cache, cache, () => performance.now());
  const { tap, unwritten, rsa, write } = times;
  const at = (times: readonly number[], round: number): number => times[round] ?? Number.NaN;
  const ratio = (name: string, of: (round: number) => number): Row => ({
    name,
    ratios: tap.map((_, round) => of(round)),
  });
  return {
    title: `octavo bench gate: one tap at the gate, ${bench.rounds} rounds of ${bench.tapsInRound}`,
    rows: [
      ratio('a tap / (bare RSA + bare write and sync)', (round) => {
        return at(tap, round) / (at(rsa, round) + at(write, round));
      }),
      ratio('a tap without its write / bare RSA', (round) => at(unwritten, round) / at(rsa, round)),
      ratio('bare write and sync / bare RSA', (round) => at(write, round) / at(rsa, round)),
    ],
    facts: { 'entries on the list': bench.entries, 'bytes of a record': times.recordBytes },
  };
}

async function fareRows(isQuick: boolean): Promise<Told> {
  const { benchFares } = await import('../bench-fares.ts');
  const rounds = isQuick ? 2 : 20;
  const { quick, plain, journeys } = benchFares(isQuick ? 50 : 500, rounds, () => cpuMs());
  return {
    title: `octavo bench fares: ${journeys} journeys of a month on one core, ${rounds} rounds`,
    rows: [
      {
        name: 'a plain loop / ours',
        ratios: quick.map((ms, round) => (plain[round] ?? Number.NaN) / ms),
      },
      {
        name: 'journeys a second / 100,000',
        ratios: quick.map((ms) => journeys / ms / 100),
      },
    ],
    facts: { journeys },
  };
}

/** What this process has had of its processors: other work on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function spreadOf(ratios: readonly number[]): { median: number; least: number; most: number } {
  const sorted = [...ratios].sort((left, right) => left - right);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}
