/**
 * A lock on a folder that dies with its process. The operating system holds it, through the file lock that
 * SQLite takes on an empty database, so a crash leaves nothing to clear away and no process number to guess at.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Somebody else, in this process or another, works on the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** A held lock. */
export type FolderLock = { release(): void };

/** Lock a folder that exists, by a file `lock` in it; throws `FolderInUse` when it is held already. */
export function lockFolder(folder: string): FolderLock {
  const database = new DatabaseSync(join(folder, 'lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new FolderInUse(`the folder is in use: ${folder}`);
    throw error;
  }
  return { release: () => database.close() };
}

/** SQLite's result code when another connection holds the lock. */
const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
