/** Builds the pages once for each state of their sources and keeps what was built in a cache folder. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const house = fileURLToPath(new URL('../../', import.meta.url));

/** What the pages are made of. */
const SOURCES = [
  'apps/web/**/*.{ts,tsx,css,html,json,svg,png,webmanifest}',
  '{lib,domain,platform/src,services/src}/**/*.ts',
  'package-lock.json',
];

/**
 * Build the pages into a folder of the cache, unless they are there. Resolves to the folder. Two processes that
 * build at once build the same; the later one's is thrown away.
 */
export async function buildPages(cacheFolder: string): Promise<string> {
  const folder = join(cacheFolder, `pages-${sourcesDigest()}`);
  if (await isThere(folder)) return folder;
  const { build } = await import('vite');
  const { webConfig } = await import('./vite.config.ts');
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(cacheFolder, { recursive: true });
  await build(webConfig(unfinished));
  await compressAll(unfinished);
  await rename(unfinished, folder).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true });
    if (!(await isThere(folder))) throw error;
  });
  await forgetOlder(cacheFolder, folder);
  return folder;
}

/** Whether the pages of these very sources are built already. */
export async function arePagesBuilt(cacheFolder: string): Promise<boolean> {
  return isThere(join(cacheFolder, `pages-${sourcesDigest()}`));
}

function sourcesDigest(): string {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((pattern) =>
    globSync(pattern, {
      cwd: house,
      exclude: ['**/node_modules', '**/*.test.ts', '**/*.fixture.ts'],
    }),
  );
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(house, file)));
  return hash.digest('hex').slice(0, 16);
}

const compress = promisify(gzip);

/** Beside every text its compressed form, which is what goes over the wire. */
async function compressAll(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  const texts = names.filter((name) => /\.(js|css|svg|json|webmanifest)$/.test(name));
  for (const name of texts) {
    const file = join(folder, name);
    await writeFile(`${file}.gz`, await compress(await readFile(file), { level: 9 }));
  }
}

/** How many builds are kept: this one, and those that another checkout or a running world may still read. */
const KEPT = 4;

async function forgetOlder(cacheFolder: string, current: string): Promise<void> {
  const names = (await readdir(cacheFolder)).filter((name) => /^pages-[0-9a-f]{16}$/.test(name));
  const aged = await Promise.all(
    names.map(async (name) => {
      const folder = join(cacheFolder, name);
      return { folder, atMs: (await stat(folder)).mtimeMs };
    }),
  );
  const older = aged.filter(({ folder }) => folder !== current).sort((a, b) => b.atMs - a.atMs);
  for (const { folder } of older.slice(KEPT)) await rm(folder, { recursive: true, force: true });
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
