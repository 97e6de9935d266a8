/** One seed from beginning to end: chaos, calm, rest, and the checks. */
import { createHash } from 'node:crypto';
import { type Sql, StorageUnavailable, type TraceEvent } from '@octavo/domain/ports.ts';
import { type Books, readBooks, readPending } from './books.ts';
import { createChance } from './chance.ts';
import { type Breach, checkBooks, checkTold } from './checks.ts';
import { createFaults, drawRates, type FrameScript, type Rates, type Tally } from './faults.ts';
import type { Ground } from './ground.ts';
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
const REST_LIMIT_MS = 12 * HOUR_MS;
const LOOK_EVERY_MS = 20_000;
/** Within this time lines are up again. */
const RECOVERY_MS = 90_000;

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

/** Chaos until all have shopped, then calm until all is settled. */
async function live(
  world: World,
  shoppers: readonly Shopper[],
  sql: Sql,
  options: PlayOptions,
): Promise<readonly Breach[]> {
  const { scheduler, faults, nature } = world;
  let phase: 'chaos' | 'rest' | 'over' = 'chaos';
  let pending: readonly string[] = [];
  const breaches: Breach[] = [];
  let failure: unknown;
  const settle = async (): Promise<void> => {
    await (options.story?.(world, shoppers) ??
      Promise.all(shoppers.map((shopper) => shopper.shop(options.payments))));
    faults.calm();
    await Promise.all(shoppers.map((shopper) => shopper.unlock()));
    await Promise.all(shoppers.map((shopper) => shopper.askAgain()));
    phase = 'rest';
    const rest = async () => {
      do {
        await scheduler.sleep(nature, LOOK_EVERY_MS);
        pending = await scheduler.call(nature, () => readPending(sql));
      } while (pending.length > 0);
    };
    await rest();
    // A world that has had its faults must work again as if nothing had been.
    await scheduler.sleep(nature, RECOVERY_MS);
    for (const shopper of shoppers.filter(({ holder }) => holder.isOrdinary)) {
      const [answer] = (await shopper.buyOnce()).answers;
      if (answer?.outcome !== 'approved') {
        breaches.push(`afterwards ${shopper.holder.name} is told ${JSON.stringify(answer)}`);
      }
    }
    await rest();
    phase = 'over';
  };
  void settle().catch((error: unknown) => {
    failure = error;
  });
  const latestMs = scheduler.nowMs() + (options.restLimitMs ?? REST_LIMIT_MS);
  try {
    await scheduler.run({ done: () => phase === 'over' || failure !== undefined, latestMs });
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    return [`${error.message} in ${phase}: ${pending.join(', ')}`];
  }
  if (failure !== undefined) throw failure;
  return breaches;
}

/** What the services write to the process's log while a seed is played, and what fails with nobody to hear it. */
function listen(): {
  readonly lines: readonly string[];
  readonly failures: readonly string[];
  end(): void;
} {
  const lines: string[] = [];
  const failures: string[] = [];
  const { error: writeError } = console;
  console.error = (...said: readonly unknown[]) => {
    lines.push(said.map(wordsOf).join(' '));
    // A storage that is away may show at an edge as a failed call; anything else is a bug.
    for (const one of said) {
      if (one instanceof Error && !(one instanceof StorageUnavailable)) failures.push(wordsOf(one));
    }
  };
  const unheard = (error: unknown) => void failures.push(wordsOf(error));
  process.on('unhandledRejection', unheard);
  return {
    lines,
    failures,
    end: () => {
      console.error = writeError;
      process.off('unhandledRejection', unheard);
    },
  };
}

function wordsOf(said: unknown): string {
  return said instanceof Error ? (said.stack ?? said.message) : String(said);
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
