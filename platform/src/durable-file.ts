/** Files that are either the old ones or the new ones, also after a crash. */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replace a file by these bytes, readable by its owner alone (mode 0600). The bytes and their name are on the
 * disk when this resolves; a crash in between leaves the old file whole.
 */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', OWNER_ONLY);
  try {
    // A file of this name may be left from a crash, with a mode of its own.
    await handle.chmod(OWNER_ONLY);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

/** The bytes of a file; undefined when there is none. */
export async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const OWNER_ONLY = 0o600;

/** Make the names in a folder last: a new or renamed file is there after a crash only then. Windows cannot open a folder, and needs not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
