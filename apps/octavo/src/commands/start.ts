/** `octavo start`: the whole world in one process, kept running on a folder of its own. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@octavo/platform/clock.ts';
import { type Config, readConfig } from '@octavo/platform/config.ts';
import { holdServer } from '@octavo/platform/database-claim.ts';
import { lockFolder } from '@octavo/platform/folder-lock.ts';
import { openLog, traceToLog } from '@octavo/platform/log.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { type Command, type GivenOptions, textOption, UsageError } from '../arguments.ts';
import { type ServedWorld, serveWorld } from '../sites/serve.ts';
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
  const { host, port, allowedHosts, cache: cacheFolder } = config;
  const served = await serveWorld(world, {
    host,
    port,
    allowedHosts,
    publicUrl: publicUrlOf(given),
    tls: await tlsOf(given),
    cacheFolder,
    onFailure: (error) => log.error('a request failed', { error: String(error) }),
    onBuild: () => log.info('building the pages'),
  });
  announce(given, world, served, folder, stdout);
  await asked;
  await served.close();
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

/** The base of the sites' names, where the operator says one. */
function publicUrlOf(given: GivenOptions): string | undefined {
  const text = textOption(given, 'public-url');
  if (text === undefined) return undefined;
  if (!/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?\/?$/.test(text) || !URL.canParse(text)) {
    throw new UsageError('--public-url takes an address like https://octavo.example');
  }
  return new URL(text).origin;
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

function announce(
  given: GivenOptions,
  world: World,
  { url, sites }: ServedWorld,
  folder: string,
  stdout: Surroundings['stdout'],
): void {
  const operatorKey = world.keyring.operator.token;
  if (given.json === true) {
    const line = {
      type: 'started',
      url,
      sites,
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
    ['phone', sites.wallet],
    ['terminal', sites.terminal],
    ['gate', sites.gate],
    ['bank', sites.bank],
    ['console', `${sites.console}   signs in with the operator key below`],
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
