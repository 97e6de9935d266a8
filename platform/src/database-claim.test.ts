import { equal, match, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { bindKeyring, DatabaseTaken, holdServer, keyringName } from './database-claim.ts';
import { generateKeyring } from './keyring.ts';
import { openDatabase } from './postgres.ts';
import { systemRandom } from './random.ts';

test('a database takes the first keyring, the same one again, and no other', async () => {
  const database = await openDatabase({ migrations: [] });
  const own = generateKeyring(systemRandom);
  await bindKeyring(database.sql, own);
  await bindKeyring(database.sql, own);
  await rejects(bindKeyring(database.sql, generateKeyring(systemRandom)), DatabaseTaken);
  await bindKeyring(database.sql, own);
  await database.close();
});

test('a keyring’s name is the same each time and holds none of its keys', () => {
  const keyring = generateKeyring(systemRandom);
  equal(keyringName(keyring), keyringName(structuredClone(keyring)));
  match(keyringName(keyring), /^[0-9A-F]{32}$/);
  equal(JSON.stringify(keyring).includes(keyringName(keyring)), false);
});

test('a server that is not there is unavailable', async () => {
  await rejects(
    holdServer('postgres://nobody@127.0.0.1:1/none', () => undefined),
    (error: Error) => error.name === 'StorageUnavailable',
  );
});

const url = process.env.DATABASE_URL;
if (url !== undefined) {
  test('a server is held by one process at a time', async () => {
    const held = await holdServer(url, () => undefined);
    await rejects(
      holdServer(url, () => undefined),
      DatabaseTaken,
    );
    await held.release();
    const again = await holdServer(url, () => undefined);
    await again.release();
  });
}
