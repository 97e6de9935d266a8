/** Plays seeds and tells of each in one line; exits with 1 at the first broken rule and says how to see it again. */
import { parseArgs } from 'node:util';
import { openGround } from './ground.ts';
import { type PlayResult, play } from './play.ts';

const USAGE =
  'node sim/src/main.ts [--seed n] [--seeds 20] [--payments n] [--crashes on|off] [--transit on|off] [--verbose]';

type Asked = {
  readonly seeds: readonly number[];
  readonly payments: number;
  readonly crashes: boolean;
  /** Left out: as the seed has it. */
  readonly transit: boolean | undefined;
  readonly verbose: boolean;
};

/** What was asked for, or undefined when it makes no sense. */
function readArguments(): Asked | undefined {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string' },
        seeds: { type: 'string', default: '20' },
        payments: { type: 'string', default: '6' },
        crashes: { type: 'string', default: 'on' },
        transit: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    });
    const [seed, count, payments] = [values.seed ?? '1', values.seeds, values.payments].map(Number);
    const isWhole = (value: number | undefined): value is number =>
      value !== undefined && Number.isSafeInteger(value) && value > 0;
    if (!isWhole(seed) || !isWhole(count) || !isWhole(payments)) return undefined;
    if (values.crashes !== 'on' && values.crashes !== 'off') return undefined;
    if (values.transit !== undefined && values.transit !== 'on' && values.transit !== 'off') {
      return undefined;
    }
    const transit = values.transit === undefined ? undefined : values.transit === 'on';
    const seeds =
      values.seed === undefined ? Array.from({ length: count }, (_, at) => at + 1) : [seed];
    return { seeds, payments, crashes: values.crashes === 'on', transit, verbose: values.verbose };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function transitWord(transit: boolean | undefined): string {
  return transit === undefined ? '' : ` --transit ${transit ? 'on' : 'off'}`;
}

function lineOf(result: PlayResult): string {
  const { seed, payments, approved, reversed, taps, charges, tally, virtualMs, hash } = result;
  const { lost, late, overtaken, doubled, line_drops: drops, calls, statements, crashes } = tally;
  return [
    `seed ${seed.padEnd(4)}`,
    `${payments} payments`,
    `${approved} approved`,
    `${reversed} reversed`,
    `${taps} taps at gates`,
    `${charges} charges`,
    `frames ${lost} lost ${late + overtaken} late ${doubled} doubled`,
    `${drops} lines dropped`,
    `${calls} calls`,
    `${statements} statements`,
    `${crashes} crashes`,
    `${Math.round(virtualMs / 60_000)} min`,
    hash,
  ].join('  ');
}

async function main(): Promise<number> {
  const asked = readArguments();
  if (asked === undefined) {
    process.stderr.write(`usage: ${USAGE}\n`);
    return 2;
  }
  const { seeds, payments, crashes, transit, verbose } = asked;
  const ground = await openGround();
  try {
    for (const seed of seeds) {
      const result = await play(ground, { seed: String(seed), payments, crashes, transit });
      if (verbose) {
        for (const event of result.events) process.stdout.write(`${JSON.stringify(event)}\n`);
      }
      process.stdout.write(`${lineOf(result)}\n`);
      if (result.breaches.length > 0) {
        for (const breach of result.breaches) process.stdout.write(`  broken: ${breach}\n`);
        const again = `--seed ${seed} --payments ${payments} --crashes ${crashes ? 'on' : 'off'}${transitWord(transit)}`;
        process.stdout.write(`  again: node sim/src/main.ts ${again} --verbose\n`);
        return 1;
      }
    }
    return 0;
  } finally {
    await ground.close();
  }
}

process.exitCode = await main();
