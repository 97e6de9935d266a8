import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { isAbsolute, resolve } from 'node:path';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

test('without any setting everything runs embedded, on this machine alone', () => {
  const config = readConfig({});
  equal(config.databaseUrl, undefined);
  equal(config.host, '127.0.0.1');
  deepEqual(config.allowedHosts, ['localhost', '127.0.0.1', '[::1]']);
  ok(isAbsolute(config.home) && isAbsolute(config.cache));
});

test('each setting is read', () => {
  const config = readConfig({
    DATABASE_URL: 'postgresql://octavo:word@db.example:5432/octavo',
    OCTAVO_HOME: 'world',
    OCTAVO_CACHE: '/cache',
    OCTAVO_HOST: '0.0.0.0',
    OCTAVO_HOSTS: 'Pay.example, pay.example:8443',
    OCTAVO_LOG: 'warn',
    PORT: '0',
    PATH: '/bin',
  });
  deepEqual(config, {
    databaseUrl: 'postgresql://octavo:word@db.example:5432/octavo',
    home: resolve('world'),
    cache: resolve('/cache'),
    host: '0.0.0.0',
    port: 0,
    allowedHosts: ['pay.example', 'pay.example:8443'],
    logLevel: 'warn',
    operatorKey: undefined,
  });
});

test('an empty setting counts as none', () => {
  equal(readConfig({ DATABASE_URL: ' ', OCTAVO_LOG: '' }).databaseUrl, undefined);
});

test('a wrong value is refused in one line that names the setting', () => {
  const wrong = {
    PORT: ['x', '-1', '65536', '1e3', '80.5'],
    OCTAVO_LOG: ['loud'],
    OCTAVO_HOSTS: ['http://localhost', 'a b', ','],
    DATABASE_URL: ['mysql://x', 'db.example'],
    OCTAVO_HOUSE: ['a setting that is not one'],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      throws(
        () => readConfig({ [name]: value }),
        (error: Error) =>
          error instanceof ConfigError &&
          error.message.includes(name) &&
          !error.message.includes('\n'),
        `${name}=${value}`,
      );
    }
  }
});

test('a password in a wrong database URL is not repeated', () => {
  throws(
    () => readConfig({ DATABASE_URL: 'postgres//octavo:password-word@db' }),
    (error: Error) => !error.message.includes('password-word'),
  );
});

test('an operator key is the 64 digits that a world prints, and nothing else', () => {
  equal(readConfig({ OCTAVO_OPERATOR_KEY: 'A1'.repeat(32) }).operatorKey, 'A1'.repeat(32));
  throws(
    () => readConfig({ OCTAVO_OPERATOR_KEY: 'short' }),
    (error) => error instanceof ConfigError && !error.message.includes('short'),
  );
});
