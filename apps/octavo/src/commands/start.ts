/** `octavo start`: the whole world in one process, kept running on a folder of its own. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@octavo/platform/clock.ts';
import { type Config, readConfig } from '@octavo/platform/config.ts';
import { holdServer } from '@octavo/platform/database-claim.ts';
import { lockFolder } from '@octavo/platform/folder-lock.ts';
import { serveHttp } from '@octavo/platform/http.ts';
import { openLog, traceToLog } from '@octavo/platform/log.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import type { Edge } from '@octavo/services/endpoint';
import { type Command, type GivenOptions, textOption, UsageError } from '../arguments.ts';
import { operatorEdge } from '../operator.ts';
import type { Surroundings } from '../surroundings.ts';
import { openWorld, resetWorld, type World } from '../world.ts';

const POS_PORT = 8009;

/** The command. */
export const startCommand: Command = {
  name: 'start',
  summary: 'the whole world in one process, kept running',
  options: {
    port: {
      kind: 'text',
      value: '<8008>',
      help: 'where the HTTP contracts answer; PORT sets it too',
    },
    'pos-port': { kind: 'text', value: '<8009>', help: 'where terminals connect' },
    reset: { kind: 'flag', help: 'forget the kept world first: its keys and its database' },
  },
  examples: ['start', 'start --reset --port 9000'],
  run: runStart,
};

async function runStart(
  given: GivenOptions,
  _words: readonly string[],
  { environment, stdout }: Surroundings,
): Promise<number> {
  const config = readConfig(environment);
  const port = portOf(given, 'port', config.port);
  const posPort = portOf(given, 'pos-port', POS_PORT);
  if (given.reset === true && config.databaseUrl !== undefined) {
    throw new UsageError(
      '--reset forgets an embedded world; the tables of a server are yours to drop',
    );
  }
  const stop = new AbortController();
  const hold = await holdWorld(config, () => stop.abort());
  try {
    const folder = join(config.home, 'world');
    if (given.reset === true) await resetWorld(folder);
    const world = await openWorld({
      clock: systemClock(),
      random: systemRandom,
      folder,
      databaseUrl: config.databaseUrl,
      imageFolder: config.cache,
      posPort,
    });
    try {
      await serveUntilAsked(given, { ...config, port }, world, folder, stop.signal, stdout);
    } finally {
      await world.close();
    }
  } finally {
    await hold.release();
  }
  return stop.signal.aborted ? 1 : 0;
}

async function serveUntilAsked(
  given: GivenOptions,
  config: Config,
  world: World,
  folder: string,
  lost: AbortSignal,
  stdout: Surroundings['stdout'],
): Promise<void> {
  // Before anybody is told that we run: whoever hears it may end us at once.
  const asked = untilAsked(lost);
  const log = openLog({ level: config.logLevel });
  world.events.subscribe(traceToLog(log));
  const { host, port, allowedHosts } = config;
  const server = await serveHttp(worldFetch(world), {
    onFailure: (error) => log.error('a request failed', { error: String(error) }),
    host,
    port,
    allowedHosts,
  });
  announce(given, world, server.url, folder, stdout);
  await asked;
  await server.close();
}

/**
 * Take the world for this process before anything of it is read, made or forgotten. The lock lies beside the
 * world's folder, so that forgetting it does not free it.
 */
async function holdWorld(
  config: Config,
  onLost: () => void,
): Promise<{ release(): Promise<void> }> {
  await mkdir(config.home, { recursive: true, mode: 0o700 });
  const lock = lockFolder(config.home);
  if (config.databaseUrl === undefined) return { release: async () => lock.release() };
  const held = await holdServer(config.databaseUrl, onLost);
  return {
    release: async () => {
      await held.release();
      lock.release();
    },
  };
}

/** The services, the operator's edge, and the description of both. */
function worldFetch(world: World): (request: Request) => Response | Promise<Response> {
  const operator = operatorEdge(world);
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/openapi.json') return Response.json(describeBoth(world, operator));
    return pathname.startsWith('/operator/') ? operator.fetch(request) : world.fetch(request);
  };
}

/** The services' description, with the operator's paths beside theirs. */
function describeBoth(world: World, operator: Edge): Record<string, unknown> {
  const described = world.describe();
  return { ...described, paths: Object.assign({}, described.paths, operator.describe().paths) };
}

function announce(
  given: GivenOptions,
  world: World,
  url: string,
  folder: string,
  stdout: Surroundings['stdout'],
): void {
  const operatorKey = world.keyring.operator.token;
  if (given.json === true) {
    const line = {
      type: 'started',
      url,
      posAddress: world.posAddress,
      operatorKey,
      engine: world.engine,
      folder,
    };
    stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const durability =
    world.engine === 'embedded'
      ? 'embedded; survives the death of this process, not a power cut (DATABASE_URL is for money)'
      : 'PostgreSQL server';
  const rows = [
    ['world', folder],
    ['contracts', `${url}/openapi.json`],
    ['terminals', world.posAddress],
    ['database', durability],
    ['operator', operatorKey],
    ['play', `OCTAVO_OPERATOR_KEY=${operatorKey} npx octavo tap --world ${url}`],
  ];
  const lines = rows.map(([name = '', value = '']) => `   ${name.padEnd(12)}${value}`);
  stdout.write(`\noctavo start\n\n${lines.join('\n')}\n\n`);
}

function portOf(given: GivenOptions, name: string, otherwise: number): number {
  const text = textOption(given, name);
  if (text === undefined) return otherwise;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new UsageError(`--${name} takes a port number`);
  return port;
}

/** Until somebody ends us, or we lost what we hold. */
function untilAsked(lost: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    lost.addEventListener('abort', () => resolve());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
