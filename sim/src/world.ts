/** The whole world on one scheduler: every service in a life of its own on one database, so that it can die and be built anew. */
import type { Directory, Link, Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { LinkDown } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import {
  envelopeAddress,
  generateKeyring,
  type Keyring,
  publicDirectory,
} from '@octavo/platform/keyring.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { verifySignature } from '@octavo/platform/softkeys-p256.ts';
import {
  type Composed,
  compose,
  type ServiceName,
  type WorldPorts,
} from '@octavo/services/compose';
import type { Fetch } from '@octavo/services/endpoint';
import { type Chance, createChance } from './chance.ts';
import type { Faults, Leg } from './faults.ts';
import { beginLife, guardCalls, type Life, type Surroundings } from './life.ts';
import { type Blow, createScheduler, type Owner, type Scheduler } from './scheduler.ts';
import { openWire } from './wire.ts';

/** Who runs: the institutions, and as many terminals as there are schemas for. */
export const terminalNames = ['terminal', 'terminal2'] as const;
export const serviceNames = [
  'issuer',
  'tokens',
  'network',
  'wallet',
  'acquirer',
  ...terminalNames,
] as const;

/** One running service's name. */
export type Name = (typeof serviceNames)[number];

/** A world under way. */
export type World = {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly nature: Owner;
  readonly keyring: Keyring;
  readonly events: readonly TraceEvent[];
  readonly chance: Chance;
  /** Reach a service as somebody outside; calls may be lost as between services. */
  reach(caller: Owner, name: Name): Fetch;
  isAlive(name: Name): boolean;
  setAir(name: string, channel: Channel | undefined): void;
  start(name: Name): void;
  /** End a service's life, and begin another after a while. */
  crash(name: Name): void;
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
  /** Each service's own way to the database. */
  readonly sqlFor: (name: Name) => Sql;
  /** Decides instead of chance who dies at which call. */
  readonly strike?: Strike | undefined;
};

/** Make a world's keys. */
export function keyringOf(chance: Chance): Keyring {
  return generateKeyring(chance.fork('keyring').bytes);
}

/** Open a world and start every service. */
export function openWorld(parts: WorldParts): World {
  const { faults, chance, keyring } = parts;
  const nature: Owner = { name: 'nature', alive: true };
  const events: TraceEvent[] = [];
  const running = new Map<string, { readonly life: Life; readonly composed: Composed }>();
  const air = new Map<string, Channel>();
  const randoms = new Map(serviceNames.map((name) => [name, chance.fork(name).bytes]));

  const strike = (owner: Owner, what: string) => {
    const name = owner.name as Name;
    if (!owner.alive || !running.has(name)) return { blow: 'none' as const };
    const blow = parts.strike?.(name, what) ?? faults.crash();
    return blow === 'none' ? { blow } : { blow, onDeath: () => world.crash(name) };
  };
  const scheduler = createScheduler(parts.startMs, chance.fork('scheduler'), strike);
  const tell: Surroundings['tell'] = (service, type, detail) =>
    void events.push({ service, type, detail, atMs: scheduler.nowMs() });
  const answererOf = (name: Name) => {
    const own = running.get(name);
    return own && { life: own.life, fetch: own.composed.fetch };
  };
  const reach = (caller: Owner, name: Name): Fetch =>
    guardCalls({ scheduler, faults }, caller, nature, () => answererOf(name));

  const dialling = (life: Life, leg: Leg, target: Name) =>
    life.guardDial(async (): Promise<Link> => {
      const own = running.get(target);
      if (own === undefined) throw new LinkDown('nobody listens');
      const wire = openWire({ scheduler, faults, nature }, leg, [life, own.life]);
      for (const owner of [life, own.life]) owner.mourners.add(() => wire.die(owner));
      own.composed.services[target as ServiceName]?.accept?.(wire.links[1]);
      return wire.links[0];
    });

  const portsOf = (life: Life, name: Name): WorldPorts => {
    const random = randoms.get(name);
    assert(random !== undefined, 'every service has its chance');
    const directory: Directory = directoryOf(keyring);
    const { kid, publicJwk } = envelopeAddress(keyring);
    return {
      clock: life.clock,
      random,
      sql: life.sql,
      traceFor: life.traceFor,
      keys: {
        tokens: life.guard(softKeysFor('tokens', keyring, random)),
        issuer: life.guard(softKeysFor('issuer', keyring, random)),
        network: life.guard(softKeysFor('network', keyring, random)),
        wallet: life.guard(softKeysFor('wallet', keyring, random)),
        acquirer: life.guard(softKeysFor('acquirer', keyring, random)),
        terminal: life.guard(softKeysFor('terminal', terminalKeyring(keyring, name), random)),
      },
      directory: life.guard(directory),
      operatorKey: keyring.operator.token,
      makerKey: publicDirectory(keyring).maker,
      envelopeKey: { kid, jwk: { kty: 'EC', crv: 'P-256', x: publicJwk.x, y: publicJwk.y } },
      dial: {
        networkToIssuer: dialling(life, 'network-issuer', 'issuer'),
        acquirerToNetwork: dialling(life, 'acquirer-network', 'network'),
        terminalToAcquirer: dialling(life, 'terminal-acquirer', 'acquirer'),
      },
      posAddress: '127.0.0.1:9999',
      air: (field) => {
        const channel = air.get(field);
        return channel && life.guardAir(channel);
      },
    };
  };

  const start = (name: Name): void => {
    assert(!running.has(name), 'a service lives once at a time');
    const life = beginLife(name, { scheduler, faults, sql: parts.sqlFor(name), tell });
    const peers = {
      issuer: reach(life, 'issuer'),
      tokens: reach(life, 'tokens'),
      wallet: reach(life, 'wallet'),
      acquirer: reach(life, 'acquirer'),
    };
    const kind: ServiceName = name === 'terminal2' ? 'terminal' : name;
    const composed = compose([kind], portsOf(life, name), peers);
    running.set(name, { life, composed });
    void composed.run(life.stop.signal);
  };

  const world: World = {
    scheduler,
    faults,
    nature,
    keyring,
    events,
    chance,
    reach,
    isAlive: (name) => running.has(name),
    setAir: (name, channel) => {
      if (channel === undefined) air.delete(name);
      else air.set(name, channel);
    },
    start,
    crash: (name) => {
      const own = running.get(name);
      assert(own !== undefined, 'only the living die');
      const { life } = own;
      running.delete(name);
      life.alive = false;
      faults.tally.crashes++;
      scheduler.forget(life);
      for (const mourn of life.mourners) mourn();
      void scheduler.sleep(nature, faults.downMs()).then(() => start(name));
    },
    end: () => {
      for (const { life } of running.values()) life.alive = false;
      nature.alive = false;
      running.clear();
    },
  };
  for (const name of serviceNames) start(name);
  return world;
}

function directoryOf(keyring: Keyring): Directory {
  const keys: Readonly<Record<string, Uint8Array>> = publicDirectory(keyring);
  return {
    verify: async (party, message, signature) => {
      const key = keys[party];
      return key !== undefined && verifySignature(key, message, signature);
    },
  };
}

/** Every terminal has a key pair of its own, the same in every seed. */
function terminalKeyring(keyring: Keyring, name: Name): Pick<Keyring, 'terminal'> {
  return name === 'terminal2' ? SECOND : keyring;
}

const SECOND = { terminal: generateKeyring(createChance('second terminal').bytes).terminal };
