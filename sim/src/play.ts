/** One seed from beginning to end: chaos, calm, rest, and the checks. */
import { createHash } from 'node:crypto';
import type { Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { type Books, readBooks, readPending } from './books.ts';
import { createChance } from './chance.ts';
import { type Breach, checkBooks, checkTold } from './checks.ts';
import { createFaults, drawRates, type FrameFate, type Rates } from './faults.ts';
import type { Ground } from './ground.ts';
import { createShopper, type Shopper } from './people.ts';
import { type Blow, type Owner, Stuck } from './scheduler.ts';
import { createWitness } from './witness.ts';
import { type Name, openWorld, type World } from './world.ts';

/** What a seed is played with. */
export type PlayOptions = {
  readonly seed: string;
  /** How many payments each holder makes. */
  readonly payments: number;
  readonly crashes: boolean;
  /** Rates instead of drawn ones. */
  readonly rates?: Rates;
  /** Decides before chance does. */
  readonly script?: {
    readonly frame?: (leg: string) => FrameFate | undefined;
    readonly strike?: (owner: Owner) => Blow;
  };
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
  readonly tally: World['tally'];
  readonly virtualMs: number;
  readonly steps: number;
  /** Over the ordered events and the ledger: the same for the same seed, on any machine. */
  readonly hash: string;
  readonly events: readonly TraceEvent[];
  readonly books: Books;
};

const HOUR_MS = 3_600_000;
/** Everything must have ended this long after the last fault. */
const REST_LIMIT_MS = 12 * HOUR_MS;
const LOOK_EVERY_MS = 20_000;

/** Play a seed on the ground. */
export async function play(ground: Ground, options: PlayOptions): Promise<PlayResult> {
  await ground.reset();
  const chance = createChance(`seed ${options.seed}`);
  const rates = options.rates ?? drawRates(chance.fork('rates'), options.crashes);
  const faults = createFaults(rates, chance.fork('faults'), options.script);
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
    const stuck = await live(world, shoppers, ground.sql, options.payments);
    const purchases = shoppers.flatMap((shopper) => shopper.purchases);
    const books = await readBooks(ground.sql);
    const { secrets } = ground.cast;
    return {
      seed: options.seed,
      breaches: [
        ...stuck,
        ...witness.breaches,
        ...checkBooks(books, purchases),
        ...checkTold(world.events, log.lines, secrets),
      ],
      payments: purchases.length,
      approved: books.payments.filter(({ state }) => state === 'posted').length,
      reversed: books.payments.filter(({ state }) => state === 'voided').length,
      tally: world.tally,
      virtualMs: world.scheduler.nowMs() - startMs,
      steps: world.scheduler.steps(),
      hash: hashOf(world.events, books),
      events: world.events,
      books,
    };
  } finally {
    log.end();
    world.end();
  }
}

/** Chaos until all have shopped, then calm until all is settled. */
async function live(
  world: World,
  shoppers: readonly Shopper[],
  sql: Sql,
  payments: number,
): Promise<readonly Breach[]> {
  const { scheduler, faults, nature } = world;
  let phase: 'chaos' | 'rest' | 'over' = 'chaos';
  let pending: readonly string[] = [];
  let failure: unknown;
  const settle = async (): Promise<void> => {
    await Promise.all(shoppers.map((shopper) => shopper.shop(payments)));
    faults.calm();
    await Promise.all(shoppers.map((shopper) => shopper.unlock()));
    await Promise.all(shoppers.map((shopper) => shopper.askAgain()));
    phase = 'rest';
    do {
      await scheduler.sleep(nature, LOOK_EVERY_MS);
      pending = await scheduler.call(nature, () => readPending(sql));
    } while (pending.length > 0);
    phase = 'over';
  };
  void settle().catch((error: unknown) => {
    failure = error;
  });
  const latestMs = scheduler.nowMs() + REST_LIMIT_MS;
  try {
    await scheduler.run({ done: () => phase === 'over' || failure !== undefined, latestMs });
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    return [`${error.message} in ${phase}: ${pending.join(', ')}`];
  }
  if (failure !== undefined) throw failure;
  return [];
}

/** What the services write to the process's log while a seed is played. */
function listen(): { readonly lines: readonly string[]; end(): void } {
  const lines: string[] = [];
  const { error } = console;
  console.error = (...said: readonly unknown[]) => void lines.push(said.map(String).join(' '));
  return {
    lines,
    end: () => {
      console.error = error;
    },
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
