/** What the surroundings decide, read once at the start from environment variables. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LogLevel } from './log.ts';

/** The configuration of a process. */
export type Config = {
  /** A PostgreSQL server; embedded when absent. May hold a password: do not print it. */
  readonly databaseUrl: string | undefined;
  /** The folder in which worlds, keys and elements are kept; absolute. */
  readonly home: string;
  /** The folder for what can be made again, such as database images; absolute. */
  readonly cache: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Names by which browsers may reach us. */
  readonly allowedHosts: readonly string[];
  readonly logLevel: LogLevel;
  /** What lets a command line into a running world. Secret. */
  readonly operatorKey: string | undefined;
};

/** A variable cannot be what it is set to. The message is one line that names it and says what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The variables that are read. Another one that begins with OCTAVO_ is a slip of the pen. */
const KNOWN = [
  'OCTAVO_HOME',
  'OCTAVO_CACHE',
  'OCTAVO_HOST',
  'OCTAVO_HOSTS',
  'OCTAVO_LOG',
  'OCTAVO_OPERATOR_KEY',
];

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Read the environment. Throws `ConfigError`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  for (const name of Object.keys(environment)) {
    if (name.startsWith('OCTAVO_') && !KNOWN.includes(name)) {
      throw new ConfigError(`${name} is not a setting; there are ${KNOWN.join(', ')}`);
    }
  }
  const read = (name: string) => environment[name]?.trim() || undefined;
  return {
    databaseUrl: databaseUrl(read('DATABASE_URL')),
    home: resolve(read('OCTAVO_HOME') ?? '.octavo'),
    cache: cacheFolder(environment),
    host: read('OCTAVO_HOST') ?? '127.0.0.1',
    port: port(read('PORT') ?? '8008'),
    allowedHosts: hosts(read('OCTAVO_HOSTS') ?? 'localhost,127.0.0.1,[::1]'),
    logLevel: level(read('OCTAVO_LOG') ?? 'info'),
    operatorKey: operatorKey(read('OCTAVO_OPERATOR_KEY')),
  };
}

/** The folder for what can be made again; absolute, and the user's own. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const cacheHome = read('XDG_CACHE_HOME') ?? join(homedir(), '.cache');
  return resolve(read('OCTAVO_CACHE') ?? join(cacheHome, 'octavo'));
}

function databaseUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  // The value is not repeated: it may hold a password.
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw new ConfigError('DATABASE_URL must be like postgres://user:password@host:5432/name');
  }
  return value;
}

function operatorKey(value: string | undefined): string | undefined {
  if (value === undefined || /^[0-9A-F]{64}$/.test(value)) return value;
  throw new ConfigError('OCTAVO_OPERATOR_KEY must be the 64 digits that octavo start prints');
}

function port(value: string): number {
  const number = Number(value);
  if (/^\d{1,5}$/.test(value) && number <= 65_535) return number;
  throw new ConfigError(`PORT must be a number from 0 to 65535, not "${value}"`);
}

function hosts(value: string): readonly string[] {
  const names = value.split(',').map((name) => name.trim().toLowerCase());
  const wrong = names.find((name) => !/^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/.test(name));
  if (wrong === undefined) return names;
  throw new ConfigError(
    `OCTAVO_HOSTS must be names like localhost or pay.example:8080, not "${wrong}"`,
  );
}

function level(value: string): LogLevel {
  const found = LEVELS.find((known) => known === value);
  if (found !== undefined) return found;
  throw new ConfigError(`OCTAVO_LOG must be one of ${LEVELS.join(', ')}, not "${value}"`);
}
