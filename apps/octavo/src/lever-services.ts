/** The services of a running world, each in a life of its own, so that one can die and be built anew on its tables. */
import type { InstantMs, Link, Trace } from '@octavo/domain/ports.ts';
import {
  type Composed,
  compose,
  describeTogether,
  type ServiceName,
  serviceNames,
  type WorldPorts,
} from '@octavo/services/compose';
import type { Fetch } from '@octavo/services/endpoint';
import { beginLife, type Life, nobodyAnswers } from './lever-life.ts';

/** How one service stands. */
export type ServiceState = {
  readonly name: ServiceName;
  readonly state: 'running' | 'killed';
  /** Since when it stands so. */
  readonly sinceMs: InstantMs;
  readonly restarts: number;
};

/** All services behind one door, and the levers on them. */
export type Staff = {
  /** Hands a request to the service that its path begins with; a dead one is `unavailable`. */
  readonly fetch: Fetch;
  describe(): Record<string, unknown>;
  /** Let all begin their own work; to be called once. */
  run(): void;
  isRunning(name: ServiceName): boolean;
  /** Give a service a link that a peer opened. */
  accept(name: ServiceName, link: Link): void;
  list(): readonly ServiceState[];
  /** End a service where it stands; one that is dead stays so. */
  kill(name: ServiceName): void;
  /** Build a service anew on its tables; one that runs is ended first. */
  restart(name: ServiceName): void;
  /** Let all that run come to their end; to be called once their lines are being closed. */
  stop(): Promise<void>;
};

/** Build every service. `trace` hears of deaths and births. */
export function openStaff(ports: WorldPorts, trace: Trace): Staff {
  const { clock } = ports;
  const reach = (name: ServiceName): Fetch => {
    return (request) => posts[name].holder?.fetch(request) ?? nobodyAnswers();
  };
  const post = (name: ServiceName): Post => {
    const holder = beginHolder(name, ports, reach);
    return { describe: holder.composed.describe, holder, sinceMs: clock.nowMs(), restarts: 0 };
  };
  const posts: Readonly<Record<ServiceName, Post>> = {
    issuer: post('issuer'),
    tokens: post('tokens'),
    network: post('network'),
    wallet: post('wallet'),
    acquirer: post('acquirer'),
    transit: post('transit'),
    gate: post('gate'),
    terminal: post('terminal'),
  };
  const kill = (name: ServiceName) => {
    const { holder } = posts[name];
    if (holder === undefined) return;
    holder.life.end();
    Object.assign(posts[name], { holder: undefined, sinceMs: clock.nowMs() });
    trace('lever.service', { name, state: 'killed' });
  };
  return {
    fetch: (request) => {
      const first = new URL(request.url).pathname.split('/')[1];
      const name = serviceNames.find((one) => one === first);
      return name === undefined
        ? Response.json({ code: 'request.malformed' }, { status: 404 })
        : reach(name)(request);
    },
    describe: () => describeTogether(serviceNames.map((name) => posts[name].describe())),
    run: () => {
      for (const { holder } of Object.values(posts)) holder?.run();
    },
    isRunning: (name) => posts[name].holder !== undefined,
    accept: (name, link) => {
      const { holder } = posts[name];
      if (holder === undefined) link.close();
      else holder.composed.services[name]?.accept?.(holder.life.hold(link));
    },
    list: () => serviceNames.map((name) => stateOf(name, posts[name])),
    kill,
    restart: (name) => {
      kill(name);
      const { restarts } = posts[name];
      const fresh = post(name);
      Object.assign(posts[name], { ...fresh, restarts: restarts + 1 });
      fresh.holder?.run();
      trace('lever.service', { name, state: 'running' });
    },
    stop: async () => {
      await Promise.all(Object.values(posts).map(({ holder }) => holder?.stop()));
    },
  };
}

/** The place of one service, whoever holds it. */
type Post = {
  /** What it answers does not change with its lives. */
  describe(): Record<string, unknown>;
  holder: Holder | undefined;
  sinceMs: InstantMs;
  restarts: number;
};

/** One life of a service at its work. */
type Holder = {
  readonly life: Life;
  readonly composed: Composed;
  readonly fetch: Fetch;
  run(): void;
  stop(): Promise<void>;
};

function beginHolder(
  name: ServiceName,
  ports: WorldPorts,
  reach: (name: ServiceName) => Fetch,
): Holder {
  const life = beginLife(ports);
  const others = serviceNames.filter((other) => other !== name);
  const peers = Object.fromEntries(others.map((other) => [other, life.reach(reach(other))]));
  const composed = compose([name], life.ports, peers);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  return {
    life,
    composed,
    fetch: life.open(composed.fetch),
    run: () => {
      running = composed.run(stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

function stateOf(name: ServiceName, { holder, sinceMs, restarts }: Post): ServiceState {
  return { name, state: holder === undefined ? 'killed' : 'running', sinceMs, restarts };
}
