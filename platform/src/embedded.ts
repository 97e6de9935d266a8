/**
 * The embedded engine: PostgreSQL inside this process (PGlite), in memory or in a folder that is held by our own lock.
 * It has one connection; statements wait in line. A folder survives the death of the process, not a power cut.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MemoryFS, PGlite, type PGliteOptions, type Transaction } from '@electric-sql/pglite';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { statementsOn } from './embedded-statements.ts';
import { type Engine, type RunText, rethrowNamed, sqlOver } from './engine.ts';
import { FolderInUse, type FolderLock, lockFolder } from './folder-lock.ts';
import { entriesOf, imageName, keepImage, readImage } from './image.ts';
import { type Migration, migrate, type Session } from './migrate.ts';

/** Another process, or another part of this one, has this database open. Nothing in the folder was touched. */
export class FolderTaken extends Error {
  override readonly name = 'FolderTaken';
}

/** Where an embedded database lives, and where images of fresh ones are kept. */
export type EmbeddedOptions = {
  /** In memory when absent. */
  readonly folder?: string | undefined;
  readonly migrations: readonly Migration[];
  readonly imageFolder?: string | undefined;
};

/** Open in memory, or in a folder. Rejects with `FolderTaken`. A folder made earlier may still lack migrations. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Engine> {
  const { folder } = options;
  if (folder === undefined) return engineOf(await openFresh(undefined, options), undefined);
  const held = hold(folder);
  try {
    return engineOf(await openFolder(folder, options), held);
  } catch (error) {
    held.release();
    throw error;
  }
}

function hold(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return lockFolder(folder);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    throw new FolderTaken(`the database in ${folder} is open in another process`);
  }
}

async function openFolder(folder: string, options: EmbeddedOptions): Promise<PGlite> {
  const data = join(folder, 'postgres');
  const whole = join(folder, 'postgres.whole');
  if (existsSync(whole)) return await start({ dataDir: data });
  // A process died while it made this database. Nobody was given it yet, so it holds nothing.
  rmSync(data, { recursive: true, force: true });
  const database = await openFresh(data, options);
  writeFileSync(whole, '');
  return database;
}

async function openFresh(data: string | undefined, options: EmbeddedOptions): Promise<PGlite> {
  const imageFolder = options.imageFolder ?? defaultImageFolder();
  const name = await imageName(options.migrations);
  const known = await readImage(imageFolder, name);
  if (known !== undefined) return await startWith(known, data);
  const made = await openBare(imageFolder);
  await sessionOn(made, (session) => migrate(session, options.migrations));
  const tar = await tarOf(made);
  await keepImage(imageFolder, name, tar);
  if (data === undefined) return made;
  await made.close();
  return await startWith(tar, data);
}

/** A database with nothing of ours in it. It has an image too: making one is most of the way to any other. */
async function openBare(imageFolder: string): Promise<PGlite> {
  const name = await imageName('bare');
  const known = await readImage(imageFolder, name);
  if (known !== undefined) return await startWith(known, undefined);
  const made = await start({ initDbStartParams: ['--wal-segsize=1', ...settings(LOG)] });
  await dropTemplates(made);
  await keepImage(imageFolder, name, await tarOf(made));
  return made;
}

async function tarOf(database: PGlite): Promise<Uint8Array> {
  // What the log holds goes into the tables, so that an image opens without recovery.
  await database.exec('checkpoint');
  const tar = await database.dumpDataDir('none');
  return new Uint8Array(await tar.arrayBuffer());
}

/** Nobody makes another database in here. The templates are half of the files that every opening would unpack. */
async function dropTemplates(database: PGlite): Promise<void> {
  await database.exec('update pg_catalog.pg_database set datistemplate = false');
  await database.exec('drop database template0');
  await database.exec('drop database template1');
}

function defaultImageFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'octavo');
}

/** Start on what a tar holds, in memory or in a folder that is not there yet. The tar is the engine's from then on. */
async function startWith(tar: Uint8Array, data: string | undefined): Promise<PGlite> {
  if (data === undefined) return await start({ fs: new FilledMemory(tar) });
  mkdirSync(data, { mode: 0o700 });
  for (const { path, content } of entriesOf(tar)) {
    if (content === undefined) mkdirSync(join(data, path), { mode: 0o700 });
    else writeFileSync(join(data, path), content, { mode: 0o600 });
  }
  return await start({ dataDir: data });
}

/** The engine's files in memory, there from the start. */
class FilledMemory extends MemoryFS {
  readonly #tar: Uint8Array;
  constructor(tar: Uint8Array) {
    super();
    this.#tar = tar;
  }
  override async initialSyncFs(): Promise<void> {
    const files = this.pg?.Module.FS;
    assert(files !== undefined, 'the engine has its files');
    files.mkdirTree(DATA);
    for (const { path, content } of entriesOf(this.#tar)) {
      if (content === undefined) files.mkdir(DATA + path);
      else files.writeFile(DATA + path, content, { canOwn: true });
    }
  }
}

/** Where the engine looks for its data. */
const DATA = '/pglite/data';

/** Its shared memory is cleared at every start, and the 128 MB that it would take by itself are more than all the rest. */
const RUN = ['shared_buffers=16MB'];

/** A file of the log that is done with goes at once, so that an image holds one; a new one is not filled with zeros. */
const LOG = ['wal_recycle=off', 'wal_init_zero=off'];

function settings(list: readonly string[]): readonly string[] {
  return list.flatMap((setting) => ['-c', setting]);
}

async function start(options: PGliteOptions): Promise<PGlite> {
  const database = new TextEngine({
    ...options,
    relaxedDurability: false,
    startParams: [...PGlite.defaultStartParams, ...settings(RUN)],
  });
  await database.waitReady;
  // The engine's own conversions are switched off: text goes in and out, see columns.ts.
  for (const type of Object.keys(database.parsers)) database.parsers[type] = asIs;
  for (const type of Object.keys(database.serializers)) database.serializers[type] = asIs;
  return database;
}

/** The engine without its conversions of arrays, for which it would first ask about every type there is. */
class TextEngine extends PGlite {
  override async _initArrayTypes(): Promise<void> {}
}

function asIs(text: string): string {
  return text;
}

/** In a folder nothing checkpoints but us: without it the log of changes would grow until the database is closed. */
const STATEMENTS_PER_CHECKPOINT = 10_000;

function engineOf(database: PGlite, held: FolderLock | undefined): Engine {
  let statements = 0;
  const run = statementsOn(database);
  return {
    kind: 'embedded',
    run: async (text, values) => {
      statements++;
      if (held !== undefined && statements % STATEMENTS_PER_CHECKPOINT === 0) {
        await database.exec('checkpoint');
      }
      return await run(text, values);
    },
    session: (work) => sessionOn(database, work),
    close: async () => {
      await database.close();
      held?.release();
    },
  };
}

function runOn(database: Transaction): RunText {
  return async (text, values) => {
    const result = await database.query<(string | null)[]>(text, [...values], { rowMode: 'array' });
    return {
      columns: result.fields.map((field) => ({ name: field.name, type: field.dataTypeID })),
      rows: result.rows,
    };
  };
}

async function sessionOn(
  database: PGlite,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  await database.transaction(async (transaction) => {
    await work({
      sql: sqlOver(runOn(transaction)),
      script: async (text) => {
        await transaction.exec(text).catch(rethrowNamed);
      },
    });
  });
}
