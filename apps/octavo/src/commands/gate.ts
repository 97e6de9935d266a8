/** `octavo gate`: transit from the command line. */
import { join } from 'node:path';
import { cardRanges } from '@octavo/domain/demo.ts';
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import { readConfig } from '@octavo/platform/config.ts';
import { type Command, type GivenOptions, textOption, UsageError } from '../arguments.ts';
import type { DayReport } from '../city-day/day.ts';
import type { Ear } from '../ear.ts';
import { chooseMarks, choosePalette, chooseWidth } from '../paint.ts';
import { operatorKeyOf, worldOption, worldUrlOf } from '../remote-world.ts';
import { type GatePlace, operatorAt, type Way, waysOf } from '../ride-places.ts';
import type { Show } from '../show.ts';
import { showJson } from '../show-json.ts';
import { showText } from '../show-text.ts';
import type { Surroundings } from '../surroundings.ts';

/** The command. */
export const gateCommand: Command = {
  name: 'gate',
  summary: 'one ride with a dark phone and its charge, or a day of the city with its books',
  options: {
    station: {
      kind: 'text',
      value: '<xinjie>',
      help: 'where the gate stands; any name, known or not',
    },
    route: { kind: 'text', value: '<12>', help: 'a bus instead of a station' },
    direction: {
      kind: 'text',
      value: '<in>',
      help: 'which way it leads: in begins the ride there, out ends it there, none on a bus',
    },
    to: { kind: 'text', value: '<hebin>', help: 'the station where the ride ends' },
    number: {
      kind: 'text',
      value: '<digits>',
      help: 'the card: any valid number of the demo bank',
    },
    world: worldOption(
      'play against a running world, with the operator key in OCTAVO_OPERATOR_KEY',
    ),
    'close-day': {
      kind: 'flag',
      help: 'with --world: its clock goes on to the day’s end, for all who are in it',
    },
    'no-cheats': { kind: 'flag', help: 'the ride alone' },
    bytes: { kind: 'flag', help: 'every byte and field' },
    simulate: { kind: 'flag', help: 'play a day of the city in a world of its own' },
    riders: { kind: 'text', value: '<100>', help: 'how many people ride; each has a real element' },
    seed: { kind: 'text', value: '<7>', help: 'who goes where: the same seed, the same fares' },
  },
  examples: [
    'gate --station xinjie --direction in',
    'gate --station xinjie --to jichang',
    'gate --route 12',
    'gate --simulate',
    'gate --simulate --riders 1000 --seed 7',
  ],
  run: runGate,
};

async function runGate(
  given: GivenOptions,
  _words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  if (given.simulate !== true) return rideOnce(given, surroundings);
  const strange = ONCE.find((name) => given[name] !== undefined);
  if (strange !== undefined)
    throw new UsageError(`--${strange}: a day of the city has no one gate`);
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

/** What only one ride has, and what only a day has. */
const ONCE = [
  'station',
  'route',
  'direction',
  'to',
  'number',
  'world',
  'close-day',
  'no-cheats',
  'bytes',
] as const;
const DAY = ['riders', 'seed'] as const;

/** One person, one ride. */
async function rideOnce(given: GivenOptions, surroundings: Surroundings): Promise<number> {
  const begun = performance.now();
  const strange = DAY.find((name) => given[name] !== undefined);
  if (strange !== undefined) throw new UsageError(`--${strange} goes with --simulate`);
  const config = readConfig(surroundings.environment);
  const url = worldUrlOf(given);
  const closesDay = given['close-day'] === true;
  if (closesDay && url === undefined)
    throw new UsageError('--close-day goes with --world; a world of its own closes its day anyhow');
  const options = {
    number: cardNumberOf(given),
    ways: chosenWays(given),
    everyByte: given.bytes === true,
    closesDay,
    elapsedMs: () => performance.now() - begun,
  };
  const show = chooseShow(given, surroundings);
  show.title('octavo gate', 'one dark phone, one ride', url ?? 'offline, fresh keys');
  // Everything heavy loads only now, after the first line.
  const { playGateStory } = await import('../gate-story.ts');
  const { tellDeskCheats, tellGateCheats } = await import('../gate-cheats-told.ts');
  const { openLocalWorld, openRemoteStage } = await import('../stages.ts');
  const { cache, home } = config;
  const { stage, world } =
    url === undefined
      ? await openLocalWorld({ knownKeys: false, startMs: Date.now(), imageFolder: cache })
      : {
          stage: await openRemoteStage(url, operatorKeyOf(config), cache, join(home, 'sims.json')),
          world: undefined,
        };
  const playCheats = (told: Show, ear: Ear) =>
    world === undefined
      ? tellDeskCheats(stage.operator, told, ear)
      : tellGateCheats(world, told, ear);
  const withCheats = given['no-cheats'] === true ? {} : { playCheats };
  try {
    return (await playGateStory(stage, { ...options, ...withCheats }, show)) ? 0 : 1;
  } finally {
    await stage.close();
  }
}

/** The gates that the ride passes. */
function chosenWays(given: GivenOptions): readonly Way[] {
  const place = placeOf(given);
  const to = textOption(given, 'to');
  if (to === undefined) return waysOf(place, undefined);
  if (place.station === '' || place.direction !== 'in')
    throw new UsageError('--to: a ride ends elsewhere when it begins at a gate that leads in');
  if (to === place.station)
    throw new UsageError('--to: the ride ends at another station than it begins');
  checkName(to);
  return waysOf(place, to);
}

/** The gate's place. A station that the city has stands at its own operator; another one at the first metro. */
function placeOf(given: GivenOptions): GatePlace {
  const [station, route] = [textOption(given, 'station'), textOption(given, 'route')];
  if (station !== undefined && route !== undefined)
    throw new UsageError('--station and --route: a gate stands at one of them');
  for (const name of [station, route]) {
    if (name !== undefined) checkName(name);
  }
  const direction = directionOf(textOption(given, 'direction') ?? (route ? 'none' : 'in'));
  if (route !== undefined) {
    return { operator: BUS, station: '', line: '', route, direction };
  }
  return {
    operator: operatorAt(station) ?? METRO,
    station: station ?? 'xinjie',
    line: 'A',
    route: '',
    direction,
  };
}

function checkName(name: string): void {
  if (!/^[\x21-\x7e]{1,24}$/.test(name))
    throw new UsageError(
      '--station, --to and --route take 1 to 24 Latin characters without blanks',
    );
}

const METRO = 'duhui';
const BUS = 'gongjiao';

function directionOf(text: string): GatePlace['direction'] {
  if (text === 'in' || text === 'out' || text === 'none') return text;
  throw new UsageError('--direction takes in, out or none');
}

/** The card's number; undefined draws a fresh one. */
function cardNumberOf(given: GivenOptions): string | undefined {
  const named = textOption(given, 'number')?.replaceAll(' ', '');
  if (named === undefined) return undefined;
  const range = cardRanges.find(
    ({ bin, length }) => named.startsWith(bin) && named.length === length,
  );
  if (range === undefined || !/^\d+$/.test(named) || !isLuhnValid(named))
    throw new UsageError('--number takes a valid number of the demo bank');
  return named;
}

function chooseShow(given: GivenOptions, surroundings: Surroundings): Show {
  const write = (line: string) => surroundings.stdout.write(line);
  if (given.json === true) return showJson(write);
  return showText(write, {
    palette: choosePalette(surroundings),
    width: chooseWidth(surroundings),
    marks: chooseMarks(surroundings),
  });
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
        const line = `${what}, ${all}: ${Math.floor((100 * count) / all)} %`;
        if (line === last) return;
        last = line;
        if (isTerminal) stdout.write(`\r  ${line.padEnd(40)}`);
        else if (count === all) stdout.write(`  ${what}, ${all}\n`);
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
