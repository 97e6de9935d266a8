/** One seed from beginning to end: chaos, calm, rest, and the checks. */
import { createHash } from 'node:crypto';
import type { Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { type Books, readBooks, readPending } from './books.ts';
import { createChance } from './chance.ts';
import { type Breach, checkBooks, checkTold } from './checks.ts';
import { createFaults, drawRates, type FrameScript, type Rates, type Tally } from './faults.ts';
import type { Ground } from './ground.ts';
import { listen } from './log.ts';
import { createShopper, type Purchase, type Shopper } from './people.ts';
import { Stuck } from './scheduler.ts';
import { createWitness } from './witness.ts';
import { type Name, openWorld, type Strike, type World } from './world.ts';

/** What a seed is played with. */
export type PlayOptions = {
  readonly seed: string;
  /** How many payments each holder makes. */
  readonly payments: number;
  readonly crashes: boolean;
  /** Rates instead of drawn ones. */
  readonly rates?: Rates;
  /** Decides before chance does. */
  readonly script?: { readonly frame?: FrameScript; readonly strike?: Strike };
  /** What the people do, instead of shopping by whim. */
  readonly story?: (world: World, shoppers: readonly Shopper[]) => Promise<void>;
  /** How long the world may take from its beginning to its rest. */
  readonly restLimitMs?: number;
  /** A bug on purpose: a service's way to the database, bent. */
  readonly bend?: (name: Name, sql: Sql) => Sql;
  /** Only so many of the cast's holders. */
  readonly holders?: number;
};

/** What came of a seed. */
export type PlayResult = {
  readonly seed: string;
  readonly breaches: readonly Breach[];
  readonly payments: number;
  readonly approved: number;
  readonly reversed: number;
  readonly tally: Tally;
  readonly virtualMs: number;
  readonly steps: number;
  /** Over the ordered events and the ledger: the same for the same seed, on any machine. */
  readonly hash: string;
  readonly events: readonly TraceEvent[];
  readonly books: Books;
  /** In the order in which each holder made them. */
  readonly purchases: readonly Purchase[];
};

const HOUR_MS = 3_600_000;
/** Everything must have ended this long after the beginning. */
const REST_LIMIT_MS = 3 * HOUR_MS;
const LOOK_EVERY_MS = 20_000;
/** Within this time lines are up again: a lost sign-on is waited for, then dialled anew, twice over. */
const RECOVERY_MS = 180_000;

/** Play a seed on the ground. */
export async function play(ground: Ground, options: PlayOptions): Promise<PlayResult> {
  await ground.reset();
  const chance = createChance(`seed ${options.seed}`);
  const rates = options.rates ?? drawRates(chance.fork('rates'), options.crashes);
  const faults = createFaults(rates, chance.fork('faults'), options.script?.frame);
  const witness = createWitness(ground.sqlFor('tokens'));
  const sqlFor = (name: Name): Sql => {
    const sql = name === 'tokens' ? witness.sql : ground.sqlFor(name);
    return options.bend?.(name, sql) ?? sql;
  };
  const startMs = ground.cast.readyMs + chance.fork('hour').below(24 * HOUR_MS);
  const { keyring } = ground.cast;
  const world = openWorld({
    keyring,
    chance,
    faults,
    startMs,
    sqlFor,
    strike: options.script?.strike,
  });
  const log = listen();
  try {
    const shoppers = await Promise.all(
      ground.cast.holders
        .slice(0, options.holders ?? ground.cast.holders.length)
        .map((holder) => createShopper(world, holder)),
    );
    const stuck = await live(world, shoppers, ground.sql, options);
    const purchases = shoppers.flatMap((shopper) => shopper.purchases);
    const books = await readBooks(ground.sql);
    // Codes are typed only while the cast is made; three digits are bound to stand somewhere by chance.
    const secrets = ground.cast.secrets.filter(({ what }) => what === 'card number');
    return {
      seed: options.seed,
      breaches: [
        ...log.failures.map((failure) => `a service failed: ${failure}`),
        ...stuck,
        ...witness.breaches,
        ...checkBooks(books, purchases),
        ...checkTold(world.events, log.lines, secrets),
      ],
      payments: purchases.length,
      approved: books.payments.filter(({ state }) => state === 'posted').length,
      reversed: books.payments.filter(({ state }) => state === 'voided').length,
      tally: faults.tally,
      virtualMs: world.scheduler.nowMs() - startMs,
      steps: world.scheduler.steps(),
      hash: hashOf(world.events, books),
      events: world.events,
      books,
      purchases,
    };
  } finally {
    log.end();
    world.end();
  }
}

/** The story in its phases; what broke on the way, also when it does not come to its end. */
async function live(
  world: World,
  shoppers: readonly Shopper[],
  sql: Sql,
  options: PlayOptions,
): Promise<readonly Breach[]> {
  const { scheduler } = world;
  const course: Course = { phase: 'chaos', pending: [] };
  const latestMs = scheduler.nowMs() + (options.restLimitMs ?? REST_LIMIT_MS);
  try {
    return await scheduler.play(runCourse(world, shoppers, sql, options, course), latestMs);
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    return [`${error.message} in ${course.phase}: ${course.pending.join(', ')}`];
  }
}

/** Where a story stands, for the report of one that gets stuck. */
type Course = { phase: 'chaos' | 'calm' | 'rest' | 'afterwards'; pending: readonly string[] };

/** Chaos until all have shopped, calm until all is settled, and one more purchase to see that the world works again. */
async function runCourse(
  world: World,
  shoppers: readonly Shopper[],
  sql: Sql,
  options: PlayOptions,
  course: Course,
): Promise<readonly Breach[]> {
  const { scheduler, faults, nature } = world;
  const everybody = (act: (shopper: Shopper) => Promise<void>) => Promise.all(shoppers.map(act));
  const rest = async (): Promise<void> => {
    do {
      await scheduler.sleep(nature, LOOK_EVERY_MS);
      course.pending = await scheduler.call(nature, () => readPending(sql));
    } while (course.pending.length > 0);
  };
  if (options.story !== undefined) await options.story(world, shoppers);
  else await everybody((shopper) => shopper.shop(options.payments));
  course.phase = 'calm';
  faults.calm();
  await everybody((shopper) => shopper.unlock());
  await everybody((shopper) => shopper.askAgain());
  course.phase = 'rest';
  await rest();
  course.phase = 'afterwards';
  await scheduler.sleep(nature, RECOVERY_MS);
  const breaches: Breach[] = [];
  for (const shopper of shoppers.filter(({ holder }) => holder.isOrdinary)) {
    const [answer] = (await shopper.buyOnce()).answers;
    if (answer?.outcome === 'approved') continue;
    breaches.push(`afterwards ${shopper.holder.name} is told ${JSON.stringify(answer)}`);
  }
  await rest();
  return breaches;
}

function hashOf(events: readonly TraceEvent[], { entries }: Books): string {
  const hash = createHash('sha256');
  const write = (value: unknown) =>
    hash.update(
      `${JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))}\n`,
    );
  for (const event of events) write(event);
  for (const entry of entries) write(entry);
  return hash.digest('hex').slice(0, 16);
}
