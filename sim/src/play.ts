/** One seed from beginning to end: chaos, calm, rest, and the checks. */
import { createHash } from 'node:crypto';
import type { Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { type Books, readBooks, readPending } from './books.ts';
import { type Chance, createChance } from './chance.ts';
import { type Breach, checkBooks, checkTold } from './checks.ts';
import { createFaults, drawRates, type FrameScript, type Rates, type Tally } from './faults.ts';
import type { Ground } from './ground.ts';
import { listen } from './log.ts';
import { createShopper, type Purchase, type Shopper } from './people.ts';
import { closeDay, dayEnd, endDay, layTransit, type Transit } from './riding.ts';
import { Stuck } from './scheduler.ts';
import { readTransit, transitPending } from './transit-books.ts';
import { checkTransit, writtenOf } from './transit-checks.ts';
import { createWitness } from './witness.ts';
import { type Name, openWorld, type Strike, type World } from './world.ts';

/** What a seed is played with. */
export type PlayOptions = {
  readonly seed: string;
  /** How many payments each holder makes. */
  readonly payments: number;
  readonly crashes: boolean;
  /** Whether people ride as well; where it is left out, the seed has it. */
  readonly transit?: boolean | undefined;
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
  /** Taps that the gates wrote down, and charges for rides that ended. */
  readonly taps: number;
  readonly charges: number;
  /** What the riders' bank was asked for and gave. */
  readonly chargedMinor: bigint;
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
  const hasTransit = hasRides(options, chance);
  const startMs = startOf(ground.cast.readyMs, chance.fork('hour'), hasTransit);
  const { keyring } = ground.cast;
  const world = openWorld({
    keyring,
    chance,
    faults,
    startMs,
    hasTransit,
    sqlFor,
    strike: options.script?.strike,
  });
  const log = listen();
  const transit = hasTransit ? layTransit(world, startMs) : undefined;
  try {
    const shoppers = await Promise.all(
      ground.cast.holders
        .slice(0, options.holders ?? ground.cast.holders.length)
        .map((holder) => createShopper(world, holder, transit?.gates)),
    );
    const stuck = await live({ world, shoppers, sql: ground.sql, transit, options });
    const purchases = shoppers.flatMap((shopper) => shopper.purchases);
    const books = await readBooks(ground.sql);
    const rides = transit && (await checkRides(world, ground.sql, transit, books));
    // Codes are typed only while the cast is made; three digits are bound to stand somewhere by chance.
    const secrets = ground.cast.secrets.filter(({ what }) => what === 'card number');
    return {
      seed: options.seed,
      breaches: [
        ...log.failures.map((failure) => `a service failed: ${failure}`),
        ...stuck,
        ...witness.breaches,
        ...checkBooks(books, purchases),
        ...(rides?.breaches ?? []),
        ...checkTold(world.events, log.lines, secrets),
      ],
      payments: purchases.length,
      approved: books.payments.filter(({ state }) => state === 'posted').length,
      reversed: books.payments.filter(({ state }) => state === 'voided').length,
      taps: rides?.taps ?? 0,
      charges: rides?.charges ?? 0,
      chargedMinor: rides?.chargedMinor ?? 0n,
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

/** How often a seed has people ride. */
const RIDES = 0.35;

/** Whether people ride: as it was asked, or as the seed has it; a story of its own has no gates. */
function hasRides({ transit, story }: PlayOptions, chance: Chance): boolean {
  return transit ?? (story === undefined && chance.fork('transit').happens(RIDES));
}

/** At any hour; where people ride, some minutes before their day ends. */
function startOf(readyMs: number, chance: Chance, hasTransit: boolean): number {
  if (!hasTransit) return readyMs + chance.below(24 * HOUR_MS);
  return dayEnd(readyMs) - 180_000 - chance.below(300_000);
}

/** What is played. */
type Staged = {
  readonly world: World;
  readonly shoppers: readonly Shopper[];
  readonly sql: Sql;
  readonly transit: Transit | undefined;
  readonly options: PlayOptions;
};

/** The story in its phases; what broke on the way, also when it does not come to its end. */
async function live(staged: Staged): Promise<readonly Breach[]> {
  const { scheduler } = staged.world;
  const course: Course = { phase: 'chaos', pending: [] };
  const latestMs = scheduler.nowMs() + (staged.options.restLimitMs ?? REST_LIMIT_MS);
  try {
    return await scheduler.play(runCourse(staged, course), latestMs);
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    return [`${error.message} in ${course.phase}: ${course.pending.join(', ')}`];
  }
}

/** Where a story stands, for the report of one that gets stuck. */
type Course = { phase: 'chaos' | 'calm' | 'rest' | 'afterwards'; pending: readonly string[] };

/** Chaos until all have shopped, calm until all is settled, and one more purchase to see that the world works again. */
async function runCourse(staged: Staged, course: Course): Promise<readonly Breach[]> {
  const { world, shoppers, sql, transit, options } = staged;
  const { scheduler, faults, nature, disks } = world;
  const everybody = (act: (shopper: Shopper) => Promise<void>) => Promise.all(shoppers.map(act));
  const pending = async () => [
    ...(await readPending(sql)),
    ...(transit === undefined ? [] : await transitPending(sql, disks)),
  ];
  const rest = async (): Promise<void> => {
    do {
      await scheduler.sleep(nature, LOOK_EVERY_MS);
      course.pending = await scheduler.call(nature, pending);
    } while (course.pending.length > 0);
  };
  await transit?.gates.open();
  if (options.story !== undefined) await options.story(world, shoppers);
  else await everybody((shopper) => shopper.shop(options.payments));
  if (transit !== undefined) await endDay(world, transit);
  course.phase = 'calm';
  faults.calm();
  await everybody((shopper) => shopper.unlock());
  await everybody((shopper) => shopper.askAgain());
  course.phase = 'rest';
  await rest();
  if (transit !== undefined) {
    // What came late is brought to account as well, and that once.
    await closeDay(world, transit.day);
    await rest();
  }
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

/** What came of the rides. */
async function checkRides(
  { disks }: World,
  sql: Sql,
  { gates, cut, day }: Transit,
  { entries, rides }: Books,
): Promise<{
  readonly breaches: readonly Breach[];
  readonly taps: number;
  readonly charges: number;
  readonly chargedMinor: bigint;
}> {
  const books = await readTransit(sql);
  const facts = {
    books,
    written: writtenOf(await disks.records()),
    told: gates.told,
    cut,
    day,
    entries: entries.filter(
      ({ account, retrievalReference }) => account === 'holder' && rides.has(retrievalReference),
    ),
  };
  return {
    breaches: checkTransit(facts),
    taps: facts.written.length,
    charges: books.charges.length,
    chargedMinor: books.charges
      .filter(({ state }) => state === 'approved')
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
  };
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
