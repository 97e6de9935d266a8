import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { FolderTaken } from './embedded.ts';
import { imageName, keepImage, readImage } from './image.ts';
import { type Migration, MigrationRefused } from './migrate.ts';
import { openDatabase } from './postgres.ts';

const scratch = mkdtempSync(join(tmpdir(), 'octavo-folder-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const imageFolder = join(scratch, 'images');

const start: Migration = {
  service: 'shelf',
  name: '001.sql',
  sql: 'create table shelf.book (id int4 primary key, title text not null);',
};
const migrations = [start];

describe('one process at a time', () => {
  const folder = join(scratch, 'taken');

  test('a second process is refused by name, and the data of the first are unharmed', async () => {
    const holder = await openInChild(folder);
    await holder.insert(1);
    await rejects(openDatabase({ folder, migrations, imageFolder }), FolderTaken);
    await holder.insert(2);
    await holder.close();
    deepEqual(await idsIn(folder), [1, 2]);
  });

  test('a second opening in one process is refused too', async () => {
    const first = await openDatabase({ folder, migrations, imageFolder });
    await rejects(openDatabase({ folder, migrations, imageFolder }), FolderTaken);
    await first.close();
    deepEqual(await idsIn(folder), [1, 2]);
  });

  test('when the holder is killed, the next one opens and finds every row that was written', async () => {
    const holder = await openInChild(folder);
    for (let id = 10; id < 60; id++) await holder.insert(id);
    await holder.kill();
    const ids = await idsIn(folder);
    deepEqual(ids, [1, 2, ...Array.from({ length: 50 }, (_, index) => 10 + index)]);
  });

  test('killed again and again, nothing that was answered is lost', async () => {
    for (let id = 100; id < 102; id++) {
      const holder = await openInChild(folder);
      await holder.insert(id);
      await holder.kill();
    }
    deepEqual((await idsIn(folder)).slice(-2), [100, 101]);
  });
});

describe('a folder whose making was interrupted', () => {
  test('holds nothing, and is made again', async () => {
    const folder = join(scratch, 'half');
    mkdirSync(join(folder, 'postgres', 'base'), { recursive: true });
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '18\n');
    deepEqual(await idsIn(folder), []);
  });
});

describe('migrations of a folder', () => {
  const folder = join(scratch, 'migrated');
  const next: Migration = {
    service: 'shelf',
    name: '002.sql',
    sql: 'alter table shelf.book add column pages int4; update shelf.book set pages = 8;',
  };
  const open = (list: readonly Migration[]) =>
    openDatabase({ folder, migrations: list, imageFolder });

  test('new ones are applied to the rows that are there', async () => {
    const old = await open([start]);
    await old.sql("insert into shelf.book values (1, 'octavo')");
    await old.close();
    const grown = await open([start, next]);
    deepEqual(await grown.sql('select * from shelf.book'), [{ id: 1, title: 'octavo', pages: 8 }]);
    await grown.close();
  });

  test('a changed, a removed and a preceding one are refused, and the folder is free again', async () => {
    const changed = { ...start, sql: `${start.sql} -- another word` };
    await rejects(open([changed, next]), MigrationRefused);
    await rejects(open([start]), MigrationRefused);
    await rejects(open([{ ...next, name: '000.sql' }, start, next]), MigrationRefused);
  });

  test('line ends do not count as a change', async () => {
    const windows = { ...next, sql: next.sql.replaceAll('\n', '\r\n') };
    await (await open([start, windows])).close();
  });

  test('one that fails leaves nothing behind, neither its tables nor its record', async () => {
    const broken: Migration = {
      service: 'shelf',
      name: '003.sql',
      sql: 'create table shelf.half (id int4); select 1/0;',
    };
    await rejects(open([start, next, broken]), { sqlState: '22012' });
    const database = await open([start, next]);
    deepEqual(await database.sql("select to_regclass('shelf.half') as half"), [{ half: null }]);
    await database.close();
  });

  test('services that are not in the list are left alone', async () => {
    const other = { service: 'other', name: '001.sql', sql: 'create table other.thing (id int4);' };
    const database = await open([other]);
    equal((await database.sql('select * from shelf.book')).length, 1);
    await database.close();
  });
});

describe('images', () => {
  const folder = join(scratch, 'own-images');
  const bareIn = (where: string) => readdirSync(where).filter((name) => name.startsWith('bare-'));
  before(async () => {
    // The first opening of all makes the bare image, which takes longer than anything here; others begin with it.
    await (await openDatabase({ migrations, imageFolder })).close();
    mkdirSync(folder);
    for (const name of bareIn(imageFolder))
      copyFileSync(join(imageFolder, name), join(folder, name));
  });
  const imagesIn = (where: string) =>
    readdirSync(where).filter((name) => name.startsWith('database-'));
  const opened = async (list: readonly Migration[]) => {
    const database = await openDatabase({ migrations: list, imageFolder: folder });
    const rows = await database.sql('select count(*) as books from shelf.book');
    await database.sql("insert into shelf.book values (1, 'not in the image')");
    await database.close();
    return rows;
  };

  test('an image is made once for one list of migrations, and what is done later is not in it', async () => {
    deepEqual(await opened(migrations), [{ books: 0n }]);
    const [name, ...others] = imagesIn(folder);
    deepEqual(others, []);
    const made = readFileSync(join(folder, String(name)));
    // RFC 8878, section 3.1.1.1.1: bit 2 of the frame header's first byte says that a checksum follows the content.
    equal((made[4] ?? 0) & 0b100, 0b100);
    deepEqual(await opened(migrations), [{ books: 0n }]);
    ok(readFileSync(join(folder, String(name))).equals(made));
  });

  test('other migrations make another image', async () => {
    await opened([{ ...start, sql: `${start.sql} create table shelf.other (id int4);` }]);
    equal(imagesIn(folder).length, 2);
    equal(readdirSync(folder).length, 3);
  });

  test('beside them is the bare one, with nothing in it, that others are made from', async () => {
    const [bare, ...others] = bareIn(imageFolder);
    deepEqual(others, []);
    deepEqual(bareIn(folder), [bare]);
    const own = join(scratch, 'only-bare');
    mkdirSync(own);
    copyFileSync(join(imageFolder, String(bare)), join(own, String(bare)));
    const database = await openDatabase({ migrations: [], imageFolder: own });
    const tables = `select tablename as name from pg_catalog.pg_tables where schemaname !~ '^(pg_|information_)'`;
    deepEqual(await database.sql(tables), [{ name: 'migration' }]);
    deepEqual(await database.sql('select * from octavo.migration'), []);
    await database.close();
  });

  test('a damaged image is made anew', async () => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
      writeFileSync(path, bytes);
    }
    deepEqual(await opened(migrations), [{ books: 0n }]);
  });

  test('a cut image is made anew', async () => {
    for (const name of imagesIn(folder)) {
      const path = join(folder, name);
      writeFileSync(path, readFileSync(path).subarray(0, 1_000));
    }
    deepEqual(await opened(migrations), [{ books: 0n }]);
  });

  test('a cache that can be neither read nor written is no error', async () => {
    const file = join(scratch, 'a-file');
    writeFileSync(file, '');
    const nowhere = join(file, 'images');
    const name = await imageName(migrations);
    equal(await readImage(nowhere, name), undefined);
    await keepImage(nowhere, name, Uint8Array.of(1));
    equal(await readImage(nowhere, name), undefined);
    ok(existsSync(file));
  });
});

async function idsIn(folder: string): Promise<unknown[]> {
  const database = await openDatabase({ folder, migrations, imageFolder });
  const rows = await database.sql('select id from shelf.book order by id');
  await database.close();
  return rows.map((row) => row.id);
}

/** Another process that opens the folder, inserts the ids it reads on its input and answers each. */
async function openInChild(folder: string) {
  const program = `
    import { createInterface } from 'node:readline';
    const { openDatabase } = await import(${JSON.stringify(import.meta.resolve('./postgres.ts'))});
    const database = await openDatabase(${JSON.stringify({ folder, migrations, imageFolder })});
    console.log('open');
    for await (const line of createInterface({ input: process.stdin })) {
      await database.sql("insert into shelf.book values ($1, 'x')", [Number(line)]);
      console.log('inserted ' + line);
    }
    await database.close();`;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('the child has no pipes');
  const ended = once(child, 'exit');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const heard = async (expected: string) => equal((await lines.next()).value, expected);
  await heard('open');
  return {
    insert: async (id: number) => {
      stdin.write(`${id}\n`);
      await heard(`inserted ${id}`);
    },
    close: async () => {
      stdin.end();
      deepEqual(await ended, [0, null]);
    },
    kill: async () => {
      child.kill('SIGKILL');
      deepEqual(await ended, [null, 'SIGKILL']);
    },
  };
}
