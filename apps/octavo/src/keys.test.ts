/** The keys that readers load, from a world's folder and from a world that runs. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { generateKeyring } from '@octavo/platform/keyring.ts';
import { saveKeyring } from '@octavo/platform/keyring-file.ts';
import { jsonLines } from './process.fixture.ts';
import { say } from './run-words.fixture.ts';

const home = mkdtempSync(join(tmpdir(), 'octavo-keys-'));
after(() => rmSync(home, { recursive: true, force: true }));
const file = join(home, 'world', 'keyring.json');
mkdirSync(join(home, 'world'));

const MADE_MS = Date.UTC(2026, 10, 25, 4);
const keyring = generateKeyring((length) => new Uint8Array(randomBytes(length)), MADE_MS);
const { modulus } = keyring.tokens.authority.ca;
const checksum = createHash('sha1').update(`A000000333F0${modulus}03`, 'hex').digest('hex');
const expected = {
  type: 'authority.key',
  rid: 'A000000333',
  index: 'F0',
  modulus,
  exponent: '03',
  checksum: checksum.toUpperCase(),
  expiry: '1136',
};

const exported = (...words: string[]) =>
  say(['keys', 'export-ca', ...words], { environment: { OCTAVO_HOME: home } });

describe('the keys of the world in our folder', () => {
  test('are one JSON object a line; --json adds the line that sums up', async () => {
    await saveKeyring(file, keyring);
    const plain = await exported();
    deepEqual([plain.code, plain.stderr], [0, '']);
    deepEqual(jsonLines(plain.stdout), [expected]);
    const summed = await exported('--json');
    deepEqual(jsonLines(summed.stdout), [expected, { type: 'result', keys: 1 }]);
  });

  test('show no private key, and leave the keyring as it is', async () => {
    await saveKeyring(file, keyring);
    const before = readFileSync(file, 'utf8');
    const { stdout } = await exported('--json');
    const texts = [...before.matchAll(/"([0-9A-Za-z_-]{32,})"/g)].map(([, text = '']) => text);
    ok(texts.length > 20);
    deepEqual(
      texts.filter((text) => stdout.includes(text)),
      [modulus],
    );
    equal(readFileSync(file, 'utf8'), before);
  });

  test('of an older world are not there yet, and said so in one line', async () => {
    const { authority: _, ...tokens } = keyring.tokens;
    writeFileSync(file, JSON.stringify({ ...keyring, tokens }));
    const { code, stdout, stderr } = await exported();
    deepEqual([code, stdout], [1, '']);
    match(stderr, /^octavo: [^\n]*not there yet[^\n]*\n$/);
  });

  test('cannot be had where no world is kept', async () => {
    rmSync(file, { force: true });
    const { code, stdout, stderr } = await exported();
    deepEqual([code, stdout], [1, '']);
    match(stderr, /^octavo: no world is kept in [^\n]+; octavo start makes one\n$/);
  });
});

describe('the keys of a running world', () => {
  const operatorKey = 'AB'.repeat(32);
  const { type: _, ...key } = expected;
  const asking = (url: string, environment: Record<string, string>) =>
    say(['keys', 'export-ca', '--json', '--world', url], {
      environment: { OCTAVO_HOME: home, ...environment },
    });

  test('come by the operator’s key; what is refused is said in one line', async () => {
    const server = createServer((request, response) => {
      const isOurs = request.headers.authorization?.includes(operatorKey) === true;
      equal(request.url, '/tokens/authority-keys');
      response.writeHead(isOurs ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isOurs ? { keys: [key] } : { code: 'request.unsigned' }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const good = await asking(url, { OCTAVO_OPERATOR_KEY: operatorKey });
    deepEqual(jsonLines(good.stdout), [expected, { type: 'result', keys: 1 }]);
    const wrong = await asking(url, { OCTAVO_OPERATOR_KEY: 'CD'.repeat(32) });
    deepEqual([wrong.code, wrong.stdout], [1, '']);
    match(wrong.stderr, /^octavo: [^\n]*operator key[^\n]*\n$/);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const away = await asking(url, { OCTAVO_OPERATOR_KEY: operatorKey });
    equal(away.code, 1);
    match(away.stderr, /^octavo: no world answers at http[^\n]+\n$/);
  });

  test('need that key', async () => {
    const { code, stderr } = await asking('http://127.0.0.1:9', {});
    equal(code, 2);
    match(stderr, /^octavo: --world needs the operator key[^\n]+\n$/);
  });
});

describe('bad usage', () => {
  const wrong: readonly (readonly string[])[] = [
    ['keys'],
    ['keys', 'import-ca'],
    ['keys', 'export-ca', 'export-ca'],
    ['keys', 'export-ca', '--world', 'ftp://x'],
    ['keys', 'export-ca', '--private'],
  ];
  for (const words of wrong) {
    test(`${words.join(' ')} ends with 2 and one line`, async () => {
      const { code, stdout, stderr } = await say(words, { environment: { OCTAVO_HOME: home } });
      deepEqual([code, stdout], [2, '']);
      match(stderr, /^octavo: [^\n]+\n$/);
    });
  }

  test('--help says what there is', async () => {
    const { code, stdout } = await say(['keys', '--help']);
    equal(code, 0);
    match(stdout, /usage: octavo keys export-ca \[options\]/);
  });
});
