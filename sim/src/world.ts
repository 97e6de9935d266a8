/** The whole world on one scheduler: every service in a life of its own on one database, so that it can die and be built anew. */
import {
  type Link,
  LinkDown,
  type Random,
  type Sql,
  type TraceEvent,
} from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { generateKeyring, type Keyring } from '@octavo/platform/keyring.ts';
import { type Composed, compose, type ServiceName } from '@octavo/services/compose';
import type { Fetch } from '@octavo/services/endpoint';
import type { Chance } from './chance.ts';
import type { Faults, Leg } from './faults.ts';
import { type Disks, emptyDisks } from './gates.ts';
import { beginLife, guardCalls, type Life } from './life.ts';
import { portsOf } from './ports.ts';
import { type Blow, createScheduler, type Owner, type Scheduler } from './scheduler.ts';
import { openWire } from './wire.ts';

/** The terminals; each has a schema of its own. */
export const terminalNames = ['terminal', 'terminal2'] as const;

const payingNames = [
  'issuer',
  'tokens',
  'network',
  'wallet',
  'acquirer',
  ...terminalNames,
] as const;

/** They live in worlds in which somebody rides. */
const ridingNames = ['transit', 'gate'] as const;

/** One running service's name. */
export type Name = (typeof payingNames)[number] | (typeof ridingNames)[number];

/** A world under way. */
export type World = {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly nature: Owner;
  readonly keyring: Keyring;
  readonly events: readonly TraceEvent[];
  readonly chance: Chance;
  /** What the gates wrote, where there are any. */
  readonly disks: Disks;
  /** Reach a service as somebody outside; calls may be lost as between services. */
  reach(caller: Owner, name: Name): Fetch;
  /** Put a phone into a field, or take it out. */
  setAir(name: string, channel: Channel | undefined): void;
  /** End every life; nothing of this world goes on. */
  end(): void;
};

/** Says who dies at which call; `what` is the statement where the call is one. Undefined leaves it to chance. */
export type Strike = (name: Name, what: string) => Blow | undefined;

/** What a world is made of. */
export type WorldParts = {
  readonly keyring: Keyring;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly startMs: number;
  /** Whether there are gates and their back office. */
  readonly hasTransit: boolean;
  /** Each service's own way to the database. */
  readonly sqlFor: (name: Name) => Sql;
  /** Decides instead of chance who dies at which call. */
  readonly strike?: Strike | undefined;
};

/** Make a world's keys, its authority good from `startMs` on. */
export function keyringOf(chance: Chance, startMs: number): Keyring {
  return generateKeyring(chance.fork('keyring').bytes, startMs);
}

/** Open a world and start every service. */
export function openWorld(parts: WorldParts): World {
  const { faults, chance, keyring, startMs } = parts;
  const running: Running = new Map();
  const names: readonly Name[] = parts.hasTransit ? [...payingNames, ...ridingNames] : payingNames;
  const strike = (owner: Owner, what: string) => {
    const name = owner.name as Name;
    if (!owner.alive || !running.has(name)) return { blow: 'none' as const };
    const blow = parts.strike?.(name, what) ?? faults.crash();
    return blow === 'none' ? { blow } : { blow, onDeath: () => crash(ground, name) };
  };
  const ground: Ground = {
    parts,
    running,
    scheduler: createScheduler(startMs, chance.fork('scheduler'), strike),
    nature: { name: 'nature', alive: true },
    events: [],
    air: new Map(),
    disks: emptyDisks(),
    randoms: new Map(names.map((name) => [name, chance.fork(name).bytes])),
  };
  for (const name of names) start(ground, name);
  const { scheduler, nature, events, air, disks } = ground;
  return {
    scheduler,
    faults,
    nature,
    keyring,
    events,
    chance,
    disks,
    reach: (caller, name) => reach(ground, caller, name),
    setAir: (name, channel) => {
      if (channel === undefined) air.delete(name);
      else air.set(name, channel);
    },
    end: () => {
      for (const { life } of running.values()) life.alive = false;
      nature.alive = false;
      running.clear();
    },
  };
}

type Running = Map<string, { readonly life: Life; readonly composed: Composed }>;

/** What the parts of a world have in common. */
type Ground = {
  readonly parts: WorldParts;
  readonly running: Running;
  readonly scheduler: Scheduler;
  readonly nature: Owner;
  readonly events: TraceEvent[];
  readonly air: Map<string, Channel>;
  readonly disks: Disks;
  /** A service's chance goes on over its deaths: a new life draws no number twice. */
  readonly randoms: ReadonlyMap<Name, Random>;
};

/** Begin a service's life on what its earlier ones wrote. */
function start(ground: Ground, name: Name): void {
  const { parts, running, scheduler, events, air, disks, randoms } = ground;
  const { faults, keyring, sqlFor } = parts;
  assert(!running.has(name), 'a service lives once at a time');
  const random = randoms.get(name);
  assert(random !== undefined, 'every service has its chance');
  const life = beginLife(name, {
    scheduler,
    faults,
    sql: sqlFor(name),
    tell: (service, type, detail) =>
      void events.push({ service, type, detail, atMs: scheduler.nowMs() }),
  });
  const ports = portsOf(life, {
    keyring,
    random,
    dial: (leg) => life.guardDial(() => dial(ground, life, leg)),
    air: (field) => air.get(field),
    openJournal: disks.open,
  });
  const peers = {
    issuer: reach(ground, life, 'issuer'),
    tokens: reach(ground, life, 'tokens'),
    wallet: reach(ground, life, 'wallet'),
    acquirer: reach(ground, life, 'acquirer'),
    transit: reach(ground, life, 'transit'),
  };
  const composed = compose([kindOf(name)], ports, peers);
  running.set(name, { life, composed });
  void composed.run(life.stop.signal);
}

/** End a service's life, and begin another after a while. */
function crash(ground: Ground, name: Name): void {
  const { parts, running, scheduler, nature } = ground;
  const own = running.get(name);
  assert(own !== undefined, 'only the living die');
  const { life } = own;
  running.delete(name);
  life.alive = false;
  parts.faults.tally.crashes++;
  scheduler.forget(life);
  for (const mourn of life.mourners) mourn();
  void scheduler.sleep(nature, parts.faults.downMs()).then(() => start(ground, name));
}

function reach(ground: Ground, caller: Owner, name: Name): Fetch {
  const { parts, running, scheduler, nature } = ground;
  return guardCalls({ scheduler, faults: parts.faults }, caller, nature, () => {
    const own = running.get(name);
    return own && { life: own.life, fetch: own.composed.fetch };
  });
}

/** Who listens at the far end of each leg. */
const LISTENERS = {
  'network-issuer': 'issuer',
  'acquirer-network': 'network',
  'terminal-acquirer': 'acquirer',
} as const satisfies Record<Leg, ServiceName>;

async function dial(ground: Ground, caller: Life, leg: Leg): Promise<Link> {
  const { parts, running, scheduler, nature } = ground;
  const target = LISTENERS[leg];
  const own = running.get(target);
  if (own === undefined) throw new LinkDown('nobody listens');
  const ether = { scheduler, faults: parts.faults, nature };
  const wire = openWire(ether, leg, [caller, own.life]);
  for (const owner of [caller, own.life]) owner.mourners.add(() => wire.die(owner));
  const [callers, listeners] = wire.links;
  own.composed.services[target]?.accept?.(listeners);
  return callers;
}

function kindOf(name: Name): ServiceName {
  return name === 'terminal2' ? 'terminal' : name;
}
