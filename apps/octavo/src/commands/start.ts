/** `octavo start`: the whole world in one process, kept running on a folder of its own. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@octavo/platform/clock.ts';
import { type Config, readConfig } from '@octavo/platform/config.ts';
import { holdServer } from '@octavo/platform/database-claim.ts';
import { lockFolder } from '@octavo/platform/folder-lock.ts';
import { serveHttp } from '@octavo/platform/http.ts';
import { openLog, traceToLog } from '@octavo/platform/log.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import type { Edge, Fetch } from '@octavo/services/endpoint';
import { originOf, siteNames } from '@octavo/web/sites.ts';
import { type Command, type GivenOptions, textOption, UsageError } from '../arguments.ts';
import { operatorEdge } from '../operator.ts';
import { openSites } from '../sites/open.ts';
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
    'public-url': {
      kind: 'text',
      value: '<url>',
      help: 'the name under which browsers find the pages, such as https://octavo.example; wallet. and its kin stand before it',
    },
    'tls-cert': {
      kind: 'text',
      value: '<file>',
      help: 'certificate chain in PEM, for all those names',
    },
    'tls-key': { kind: 'text', value: '<file>', help: 'its private key in PEM' },
    reset: { kind: 'flag', help: 'forget the kept world first: its keys and its database' },
  },
  examples: [
    'start',
    'start --reset --port 9000',
    'start --public-url https://octavo.example --tls-cert chain.pem --tls-key key.pem',
  ],
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
  let answer: Fetch = () => new Response(null, { status: 503 });
  const server = await serveHttp((request) => answer(request), {
    onFailure: (error) => log.error('a request failed', { error: String(error) }),
    host,
    port,
    allowedHosts: [...allowedHosts, ...siteHosts(publicUrlOf(given, port))],
    tls: await tlsOf(given),
  });
  try {
    // The port is known now, also when it was a free one.
    const base = publicUrlOf(given, Number(new URL(server.url).port));
    answer = await openSites({
      world,
      worldFetch: worldFetch(world),
      base,
      cacheFolder: config.cache,
      onBuild: () => log.info('building the pages'),
    });
    announce(given, world, { url: server.url, base }, folder, stdout);
    await asked;
  } finally {
    await server.close();
  }
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

/** The base of the sites: what the operator says, or a name that browsers take for this machine. */
function publicUrlOf(given: GivenOptions, port: number): string {
  const text = textOption(given, 'public-url');
  if (text === undefined) return `http://octavo.localhost:${port}`;
  if (!/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?\/?$/.test(text) || !URL.canParse(text)) {
    throw new UsageError('--public-url takes an address like https://octavo.example');
  }
  return new URL(text).origin;
}

/** The host names of a base and its sites, without ports. */
function siteHosts(base: string): readonly string[] {
  const { hostname } = new URL(base);
  return [hostname, ...siteNames.map((site) => `${site}.${hostname}`)];
}

async function tlsOf(given: GivenOptions): Promise<{ cert: string; key: string } | undefined> {
  const cert = textOption(given, 'tls-cert');
  const key = textOption(given, 'tls-key');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new UsageError('--tls-cert and --tls-key go together');
  }
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
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
  { url, base }: { readonly url: string; readonly base: string },
  folder: string,
  stdout: Surroundings['stdout'],
): void {
  const operatorKey = world.keyring.operator.token;
  if (given.json === true) {
    const line = {
      type: 'started',
      url,
      sites: Object.fromEntries(siteNames.map((site) => [site, originOf(site, base)])),
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
    ['phone', originOf('wallet', base)],
    ['terminal', originOf('terminal', base)],
    ['bank', originOf('bank', base)],
    ['console', `${originOf('console', base)}   signs in with the operator key below`],
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
