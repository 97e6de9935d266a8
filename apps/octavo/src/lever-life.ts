/**
 * One life of a service: ports that end with it. What a dead service asked for never comes, so it does nothing more;
 * what it had asked of the database before is done or not done, as when a process dies.
 */
import type { Clock, Dial, Link, Sql, Trace } from '@octavo/domain/ports.ts';
import { refusals } from '@octavo/domain/refusal.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { mortalClock } from '@octavo/platform/clock.ts';
import type { WorldPorts } from '@octavo/services/compose';
import type { Fetch } from '@octavo/services/endpoint';

/** A life. */
export type Life = {
  /** The world's ports, as long as the life lasts. */
  readonly ports: WorldPorts;
  /** A link that a peer opened, dropped at death. */
  hold(link: Link): Link;
  /** Another service's door, as long as the life lasts. */
  reach(fetch: Fetch): Fetch;
  /** The service's own door: who waits there at death hears that nobody answers. */
  open(fetch: Fetch): Fetch;
  /** Links drop, and nothing more is done. */
  end(): void;
};

/** Begin a life on the world's ports. */
export function beginLife(ports: WorldPorts): Life {
  const clock = mortalClock(ports.clock);
  const links = new Set<Link>();
  const mourners = new Set<() => void>();
  let isOver = false;
  const whileAlive: WhileAlive = async (act) => {
    if (isOver) return never();
    const result = await settled(act);
    if (isOver) return never();
    if (result.kind === 'failed') throw result.error;
    return result.value;
  };
  const hold = (link: Link): Link => {
    links.add(link);
    return mortalLink(link, whileAlive, () => links.delete(link));
  };
  return {
    ports: mortalPorts(ports, clock, whileAlive, hold, () => isOver),
    hold,
    reach: (fetch) => (request) => whileAlive(() => fetch(request)),
    open: (fetch) => (request) =>
      new Promise((resolve, reject) => {
        const mourn = () => resolve(nobodyAnswers());
        mourners.add(mourn);
        const answering = whileAlive(() => fetch(request));
        answering.then(resolve, reject).finally(() => mourners.delete(mourn));
      }),
    end: () => {
      isOver = true;
      clock.die();
      for (const link of links) link.close();
      for (const mourn of mourners) mourn();
      mourners.clear();
    },
  };
}

/** Does something, and answers only the living. */
type WhileAlive = <T>(act: () => T | Promise<T>) => Promise<T>;

/** A promise of its own for each, since one for all would keep all who wait for it. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** The answer of somebody whose service is not there. */
export function nobodyAnswers(): Response {
  return Response.json({ code: 'unavailable' }, { status: refusals.unavailable.http });
}

type Settled<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

async function settled<T>(act: () => T | Promise<T>): Promise<Settled<T>> {
  try {
    return { kind: 'done', value: await act() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

function mortalPorts(
  ports: WorldPorts,
  clock: Clock,
  whileAlive: WhileAlive,
  hold: (link: Link) => Link,
  isOver: () => boolean,
): WorldPorts {
  const sql: Sql = (text, values) => whileAlive(() => ports.sql(text, values));
  const traceFor = (service: string): Trace => {
    const trace = ports.traceFor(service);
    return (type, detail) => {
      if (!isOver()) trace(type, detail);
    };
  };
  const dialled = (dial: Dial): Dial => {
    return () =>
      whileAlive(async () => {
        const link = await dial();
        // The line may stand when the one who dialled is dead.
        if (isOver()) link.close();
        return hold(link);
      });
  };
  const air = (name: string): Channel | undefined => {
    const channel = ports.air(name);
    return channel && ((command) => whileAlive(() => channel(command)));
  };
  const { networkToIssuer, acquirerToNetwork, terminalToAcquirer } = ports.dial;
  return {
    ...ports,
    clock,
    sql,
    traceFor,
    air,
    dial: {
      networkToIssuer: dialled(networkToIssuer),
      acquirerToNetwork: dialled(acquirerToNetwork),
      terminalToAcquirer: dialled(terminalToAcquirer),
    },
  };
}

function mortalLink(link: Link, whileAlive: WhileAlive, gone: () => void): Link {
  return {
    send: (frame) => whileAlive(() => link.send(frame)),
    frames: framesOfTheLiving(link, whileAlive, gone),
    close: () => {
      gone();
      link.close();
    },
  };
}

async function* framesOfTheLiving(
  link: Link,
  whileAlive: WhileAlive,
  gone: () => void,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const frame of link.frames) yield await whileAlive(() => frame);
    await whileAlive(() => undefined);
  } finally {
    gone();
  }
}
