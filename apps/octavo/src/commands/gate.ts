/** `octavo gate`: transit from the command line. */
import { readConfig } from '@octavo/platform/config.ts';
import { type Command, type GivenOptions, textOption, UsageError } from '../arguments.ts';
import type { DayReport } from '../city-day/day.ts';
import type { Surroundings } from '../surroundings.ts';

/** The command. */
export const gateCommand: Command = {
  name: 'gate',
  summary: 'a day of the city: riders, gates, verdicts, one charge each, and the books',
  options: {
    simulate: { kind: 'flag', help: 'play a day of the city in a world of its own' },
    riders: { kind: 'text', value: '<100>', help: 'how many people ride; each has a real element' },
    seed: { kind: 'text', value: '<7>', help: 'who goes where: the same seed, the same fares' },
  },
  examples: ['gate --simulate', 'gate --simulate --riders 1000 --seed 7'],
  run: runGate,
};

async function runGate(
  given: GivenOptions,
  _words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  if (given.simulate !== true) throw new UsageError('gate takes --simulate');
  const day = {
    riders: wholeOption(given, 'riders', 100, MOST_RIDERS),
    seed: wholeOption(given, 'seed', 7, MOST_SEED),
  };
  const { cache } = readConfig(surroundings.environment);
  const { playCityDay } = await import('../city-day/day.ts');
  const tell = given.json === true ? asJson(surroundings) : asText(surroundings);
  const report = await playCityDay(day, cache, tell.telling);
  return tell.end(report) ? 0 : 1;
}

const MOST_RIDERS = 20_000;
const MOST_SEED = 2_147_483_646;

function wholeOption(given: GivenOptions, name: string, usual: number, most: number): number {
  const text = textOption(given, name) ?? String(usual);
  const number = Number(text);
  if (!/^\d{1,10}$/.test(text) || number < 1 || number > most) {
    throw new UsageError(`--${name} takes a whole number from 1 to ${most}`);
  }
  return number;
}

type Teller = {
  readonly telling: Parameters<typeof import('../city-day/day.ts').playCityDay>[2];
  /** Answers whether the day was as it should be. */
  end(report: DayReport): boolean;
};

/** What must hold of a day, in words, and whether it does. */
function findings(report: DayReport): readonly (readonly [words: string, holds: boolean])[] {
  const { closing, books, replayed, taps } = report;
  const { inTime, late } = replayed;
  const sums = books.books;
  return [
    [`${taps.opened} taps opened a gate, ${taps.refused} did not`, taps.refused === 0],
    [
      `${closing.charges} charges, ${closing.approved} approved, ${closing.declined} declined`,
      closing.approved === closing.charges,
    ],
    [
      `${yuan(sums.journeysMinor)} of journeys, ${yuan(sums.salesMinor)} charged: the books agree`,
      sums.isBalanced && sums.journeysMinor === sums.salesMinor,
    ],
    [
      `${books.matched} charges as the acquirer has them, ${books.differences.length} otherwise`,
      books.differences.length === 0,
    ],
    [
      `the bank’s ledger sums to ${yuan(Number(report.ledgerSumMinor))}`,
      report.ledgerSumMinor === '0',
    ],
    [
      `${report.journeys} journeys, every price explained to its rider and found by a plain loop`,
      report.unexplained === 0,
    ],
    [
      'shuffled, doubled, a fifth of it late: the same charges, the same hash',
      inTime.digest === closing.digest && inTime.areChargesTheSame,
    ],
    [
      'a fifth of it after the day was closed: corrections, and the same hash',
      late.digest === closing.digest && late.salesMinor + late.unbilledMinor === sums.salesMinor,
    ],
  ];
}

function yuan(minor: number): string {
  return `¥${(minor / 100).toFixed(2)}`;
}

function asText({ stdout, isTerminal }: Surroundings): Teller {
  let last = '';
  return {
    telling: {
      progress: (what, count, all) => {
        const tenth = Math.floor((10 * count) / all) * 10;
        const line = `${what}, ${all}: ${tenth} %`;
        if (line === last) return;
        last = line;
        if (isTerminal) stdout.write(`\r  ${line.padEnd(40)}`);
        else if (tenth === 100) stdout.write(`  ${what}, ${all}\n`);
      },
    },
    end: (report) => {
      if (isTerminal) stdout.write(`\r${' '.repeat(44)}\r`);
      stdout.write(`octavo gate: ${report.riders} riders, ${report.gates} gates\n\n`);
      const found = findings(report);
      for (const [words, holds] of found) stdout.write(`  ${holds ? '✓' : '−'} ${words}\n`);
      stdout.write(`\n  hash of the day    ${report.closing.digest}\n`);
      stdout.write(`  hash of the fares  ${report.fareHash}\n`);
      return found.every(([, holds]) => holds);
    },
  };
}

function asJson({ stdout }: Surroundings): Teller {
  const write = (line: object): void => {
    stdout.write(`${JSON.stringify(line)}\n`);
  };
  return {
    telling: {
      progress: (what, count, all) => {
        if (count === all) write({ type: 'city.progress', what, count });
      },
    },
    end: (report) => {
      const found = findings(report);
      for (const [words, holds] of found) write({ type: 'city.finding', words, holds });
      const ok = found.every(([, holds]) => holds);
      write({ type: 'result', ok, ...report });
      return ok;
    },
  };
}
