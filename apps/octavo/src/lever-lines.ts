/** The lines between the institutions of one process, real TCP on this machine, and the levers on them. */
import type { Clock, Dial, Link, Trace } from '@octavo/domain/ports.ts';
import { LinkDown } from '@octavo/domain/ports.ts';
import {
  type Direction,
  type FaultyLine,
  faultyLine,
  healed,
  type LineCounts,
  type LineOrders,
} from '@octavo/platform/faulty-line.ts';
import { dialTcp, type Listener, listenTcp } from '@octavo/platform/link.ts';
import type { ServiceName, WorldPorts } from '@octavo/services/compose';

/** The lines by the legs that messages name in traces. */
export const lineNames = ['terminal-acquirer', 'acquirer-network', 'network-issuer'] as const;

/** One line's name: who dials, who listens. */
export type LineName = (typeof lineNames)[number];

/** How one line stands. */
export type LineState = {
  readonly line: LineName;
  /** Cut both ways: no link stands and none can be opened. */
  readonly down: boolean;
  readonly links: number;
  readonly forth: LineOrders & LineCounts;
  readonly back: LineOrders & LineCounts;
};

/** What is to be changed on a line; `heal` first takes back what was ordered before. */
export type LineChange = Partial<LineOrders> & { readonly heal?: boolean | undefined };

/** The lines of a world. */
export type Lines = {
  readonly dial: WorldPorts['dial'];
  readonly posAddress: string;
  read(): readonly LineState[];
  order(line: LineName, direction: Direction | 'both', change: LineChange): LineState;
  close(): Promise<void>;
};

/** What lines need of their world. */
export type LineGround = {
  readonly posPort: number;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly isRunning: (name: ServiceName) => boolean;
  readonly onLink: (name: ServiceName, link: Link) => void;
};

/** Open the lines. Rejects with the system's error when the port for terminals is taken. */
export async function openLines(ground: LineGround): Promise<Lines> {
  const { clock, trace } = ground;
  const listeners: Listener[] = [];
  const faulty = (line: LineName) =>
    faultyLine(clock, (direction, fate) => trace('lever.frame', { line, direction, fate }));
  const lines: Readonly<Record<LineName, FaultyLine>> = {
    'terminal-acquirer': faulty('terminal-acquirer'),
    'acquirer-network': faulty('acquirer-network'),
    'network-issuer': faulty('network-issuer'),
  };
  const close = async () => {
    for (const line of Object.values(lines)) line.end();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  const open = async (name: LineName, port: number) => {
    const opened = await openLine(name, lines[name], port, ground);
    listeners.push(opened.listener);
    return opened;
  };
  try {
    const issuer = await open('network-issuer', 0);
    const network = await open('acquirer-network', 0);
    // Last, since terminals know its port: who calls before the services are there would find nobody.
    const acquirer = await open('terminal-acquirer', ground.posPort);
    return {
      dial: {
        networkToIssuer: issuer.dial,
        acquirerToNetwork: network.dial,
        terminalToAcquirer: acquirer.dial,
      },
      posAddress: `${LOOPBACK}:${acquirer.listener.port}`,
      read: () => lineNames.map((name) => stateOf(name, lines[name])),
      order: (name, direction, change) => {
        const state = orderOn(name, lines[name], direction, change);
        trace('lever.line', { line: name, direction, ...change });
        return state;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const LOOPBACK = '127.0.0.1';

const LISTENS = {
  'terminal-acquirer': { service: 'acquirer', dialect: 'pos' },
  'acquirer-network': { service: 'network', dialect: 'cups' },
  'network-issuer': { service: 'issuer', dialect: 'cups' },
} as const;

async function openLine(
  name: LineName,
  line: FaultyLine,
  port: number,
  { isRunning, onLink }: LineGround,
): Promise<{ readonly listener: Listener; readonly dial: Dial }> {
  const { service, dialect } = LISTENS[name];
  const listener = await listenTcp({
    host: LOOPBACK,
    port,
    dialect,
    onLink: (link) => {
      const accepted = line.accept(link);
      if (accepted !== undefined) onLink(service, accepted);
    },
  });
  const tcp = dialTcp({ host: LOOPBACK, port: listener.port, dialect });
  const dial = line.dial(async () => {
    // The port is ours and stays open; a dead service takes no calls all the same.
    if (!isRunning(service)) throw new LinkDown(`the ${service} does not run`);
    return tcp();
  });
  return { listener, dial };
}

function orderOn(
  name: LineName,
  line: FaultyLine,
  direction: Direction | 'both',
  { heal, ...orders }: LineChange,
): LineState {
  const directions = direction === 'both' ? (['forth', 'back'] as const) : [direction];
  for (const one of directions) line.order(one, heal === true ? { ...healed, ...orders } : orders);
  return stateOf(name, line);
}

function stateOf(name: LineName, line: FaultyLine): LineState {
  const forth = line.read('forth');
  const back = line.read('back');
  return { line: name, down: forth.cut && back.cut, links: line.links(), forth, back };
}
