/**
 * Images of freshly migrated embedded databases. Making one takes seconds, opening one a fraction of a second.
 * An image is a tar of the data folder in Zstandard, kept under a name that says what it was made from.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { hashOf, type Migration } from './migrate.ts';

/** How the databases in the images are made; another way, another number. */
const RECIPE = 3;

/** The name of the image of these migrations, or of none, under this engine: any change of either gives another. */
export async function imageName(made: readonly Migration[] | 'bare'): Promise<string> {
  const hash = createHash('sha256').update(`${RECIPE} ${await engineVersion()}`);
  for (const migration of made === 'bare' ? [] : made) {
    hash.update(`\n${migration.service} ${migration.name} ${hashOf(migration)}`);
  }
  const kind = made === 'bare' ? made : 'database';
  return `${kind}-${hash.digest('hex').slice(0, 32)}.tar.zst`;
}

/** The tar inside an image, or undefined when there is no whole image of that name. */
export async function readImage(folder: string, name: string): Promise<Uint8Array | undefined> {
  try {
    return await decompress(await readFile(join(folder, name)));
  } catch (error) {
    // No image, no way to it, or one that its checksum says is damaged: a new one makes all of them good.
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const damaged = code.startsWith('ZSTD_') || code === 'Z_BUF_ERROR';
    if (damaged || code === 'ENOENT' || unreachable.has(code)) return undefined;
    throw error;
  }
}

/**
 * Keep an image. It appears whole or not at all, whoever else writes the same one. A folder that cannot be written is
 * no error: the next opening is slow, nothing more.
 */
export async function keepImage(folder: string, name: string, tar: Uint8Array): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const image = await compress(tar, {
      params: { [constants.ZSTD_c_checksumFlag]: 1 },
    });
    await place(join(folder, name), image);
    await forgetOldImages(folder);
  } catch (error) {
    if (!unreachable.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** A file of a tar, or a folder, which has no content. Paths begin with a slash; a folder comes before what is in it. */
export type TarEntry = { readonly path: string; readonly content: Uint8Array | undefined };

/** What a tar of the engine's holds. The contents are parts of the tar, not copies. */
export function* entriesOf(tar: Uint8Array): Generator<TarEntry> {
  // The header of a tar, POSIX.1-1988: name in bytes 0 to 99, size 124 to 135, type 156, first part of the name 345 to 499.
  for (let at = 0; tar[at] !== undefined && tar[at] !== 0; ) {
    const size = Number.parseInt(wordIn(tar, at + 124, 12), 8);
    const before = wordIn(tar, at + 345, 155);
    const name = wordIn(tar, at, 100);
    const path = before === '' ? name : `${before}/${name}`;
    const begin = at + RECORD_BYTES;
    const isFolder = tar[at + 156] === FOLDER;
    assert(path.startsWith('/') && size >= 0 && begin + size <= tar.length, 'a whole tar');
    yield { path, content: isFolder ? undefined : tar.subarray(begin, begin + size) };
    at = begin + (isFolder ? 0 : Math.ceil(size / RECORD_BYTES) * RECORD_BYTES);
  }
}

const RECORD_BYTES = 512;
/** The digit 5. */
const FOLDER = 0x35;

/** The characters up to the first zero. */
function wordIn(tar: Uint8Array, begin: number, length: number): string {
  const field = tar.subarray(begin, begin + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}

async function place(path: string, image: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}`;
  try {
    await writeFile(part, image, { mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** So many are kept: that of every service and of a few versions side by side, not every step of writing a migration. */
const IMAGES_KEPT = 24;

async function forgetOldImages(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^(bare|database)-/.test(name));
  const images = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      // Another process may forget it between the two calls.
      const times = await stat(path, { throwIfNoEntry: false });
      return { path, madeMs: times?.mtimeMs ?? 0 };
    }),
  );
  images.sort((left, right) => right.madeMs - left.madeMs);
  for (const image of images.slice(IMAGES_KEPT)) await rm(image.path, { force: true });
}

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const unreachable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EDQUOT']);

/** The version in the engine's package description, which its exports do not reach. */
async function engineVersion(): Promise<string> {
  const entry = import.meta.resolve('@electric-sql/pglite');
  const description = await readFile(new URL('../package.json', entry), 'utf8');
  return String((JSON.parse(description) as { version?: unknown }).version);
}
