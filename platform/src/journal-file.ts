/**
 * A journal in a file: entries one after another, each behind its length and checks of both, and on the disk before it
 * counts. What the power cut off at the end is cut away at the next opening; damage anywhere else stops it.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Journal, StorageUnavailable } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { concat, equal, fromUint, toUint } from '@octavo/lib/bytes/bytes.ts';
import { syncFolder } from './durable-file.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';

/** Something before the end of a journal is not as it was written. Nothing is cut away; somebody must look. */
export class JournalDamaged extends StorageUnavailable {
  override readonly name = 'JournalDamaged';
}

/** The longest entry, in bytes. */
export const LONGEST_ENTRY = 4096;

/**
 * Open the journal of a folder, which is made if it is not there. One writer at a time: throws `FolderInUse` when
 * there is another, and `JournalDamaged`.
 */
export async function openJournal(folder: string): Promise<Journal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  let handle: FileHandle | undefined;
  try {
    handle = await open(join(folder, 'journal'), APPENDING, 0o600);
    await syncFolder(folder);
    await syncFolder(dirname(folder));
    const { ends, isTorn } = await scan(handle);
    if (isTorn) {
      await handle.truncate(lengthOf(ends));
      await handle.datasync();
    }
    return journalOf(handle, lock, ends);
  } catch (error) {
    await handle?.close();
    lock.release();
    throw error;
  }
}

/** A journal that lasts as long as the process: for worlds that are in memory as a whole. */
export function memoryJournal(): Journal {
  const entries: Uint8Array[] = [];
  return {
    count: () => entries.length,
    append: async (entry) => {
      assertEntry(entry);
      entries.push(entry.slice());
    },
    read: async (index, most) => entries.slice(index, index + most).map((entry) => entry.slice()),
    close: async () => {},
  };
}

/** Journals by name, each in one hand at a time. */
export type JournalKeeper = {
  /** The journal of a name. Whoever had it before can write no more, and what he was writing is done or not done. */
  open(name: string): Promise<Journal>;
  /** Give all of them back. */
  close(): Promise<void>;
};

/** Keep journals for services that may end where they stand, without giving anything back. */
export function keepJournals(open: (name: string) => Promise<Journal>): JournalKeeper {
  type Kept = { readonly journal: Promise<Journal>; hand: number; writing: Promise<unknown> };
  const kept = new Map<string, Kept>();
  return {
    open: async (name) => {
      const one = kept.get(name) ?? { journal: open(name), hand: 0, writing: Promise.resolve() };
      kept.set(name, one);
      const hand = ++one.hand;
      const journal = await one.journal;
      await one.writing;
      return {
        count: journal.count,
        read: journal.read,
        append: (entry) => {
          if (one.hand !== hand) {
            return Promise.reject(new StorageUnavailable('the journal is in other hands'));
          }
          const writing = journal.append(entry);
          one.writing = writing.catch(() => undefined);
          return writing;
        },
        close: async () => {},
      };
    },
    close: async () => {
      const all = await Promise.allSettled([...kept.values()].map(({ journal }) => journal));
      kept.clear();
      for (const each of all) if (each.status === 'fulfilled') await each.value.close();
    },
  };
}

/** Read and write, made if it is not there, never emptied. */
const APPENDING = 'a+';

/** Four bytes of length, four of SHA-256 over that, and four of SHA-256 over the entry. */
const HEAD_BYTES = 12;
const LENGTH_BYTES = 4;
const CHECK_BYTES = 4;
/** How much is read at once while scanning. */
const CHUNK_BYTES = 1 << 20;

function journalOf(handle: FileHandle, lock: FolderLock, ends: number[]): Journal {
  let isClosed = false;
  /** Whether something may stand after the last entry, of a write that failed. */
  let isRagged = false;
  let last: Promise<unknown> = Promise.resolve();

  const write = async (entry: Uint8Array): Promise<void> => {
    if (isClosed) throw new StorageUnavailable('the journal is closed');
    const start = lengthOf(ends);
    try {
      if (isRagged) await handle.truncate(start);
      isRagged = true;
      const frame = concat(headOf(entry), entry);
      await handle.appendFile(frame);
      await handle.datasync();
      isRagged = false;
      ends.push(start + frame.length);
    } catch (cause) {
      throw new StorageUnavailable('the journal could not be written', { cause });
    }
  };

  return {
    count: () => ends.length,
    append: (entry) => {
      assertEntry(entry);
      const kept = entry.slice();
      const turn = last.then(() => write(kept));
      last = turn.catch(() => undefined);
      return turn;
    },
    read: async (index, most) => {
      const count = Math.max(0, Math.min(most, ends.length - index));
      if (count === 0) return [];
      const start = startOf(ends, index);
      const bytes = await readAt(handle, start, startOf(ends, index + count) - start);
      return Array.from({ length: count }, (_, n) => {
        const from = startOf(ends, index + n) - start + HEAD_BYTES;
        return bytes.slice(from, startOf(ends, index + n + 1) - start);
      });
    },
    close: async () => {
      await last;
      if (isClosed) return;
      isClosed = true;
      await handle.close();
      lock.release();
    },
  };
}

function assertEntry(entry: Uint8Array): void {
  assert(entry.length > 0 && entry.length <= LONGEST_ENTRY, 'an entry of a length that is kept');
}

function headOf(entry: Uint8Array): Uint8Array {
  const length = fromUint(entry.length, LENGTH_BYTES);
  return concat(length, checkOf(length), checkOf(entry));
}

function checkOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest().subarray(0, CHECK_BYTES));
}

/** Where an entry's frame begins; `ends` holds where each ends. */
function startOf(ends: readonly number[], index: number): number {
  return index === 0 ? 0 : (ends[index - 1] as number);
}

function lengthOf(ends: readonly number[]): number {
  return startOf(ends, ends.length);
}

type Scanned = { readonly ends: number[]; readonly isTorn: boolean };

/** Find where the entries end, and whether something torn stands behind them. */
async function scan(handle: FileHandle): Promise<Scanned> {
  const { size } = await handle.stat();
  const ends: number[] = [];
  let chunk: Uint8Array = new Uint8Array(0);
  let chunkStart = 0;
  while (lengthOf(ends) < size) {
    const start = lengthOf(ends);
    const most = Math.min(HEAD_BYTES + LONGEST_ENTRY, size - start);
    if (start + most > chunkStart + chunk.length) {
      chunkStart = start;
      chunk = await readAt(handle, start, Math.min(CHUNK_BYTES, size - start));
    }
    const ahead = chunk.subarray(start - chunkStart, start - chunkStart + most);
    const found = firstFrame(ahead, size - start);
    if (found === 'torn') return { ends, isTorn: true };
    if (found === 'damaged') {
      throw new JournalDamaged(`entry ${ends.length} is not as it was written`);
    }
    ends.push(start + found);
  }
  return { ends, isTorn: false };
}

/**
 * The length of the frame that `ahead` begins with, of `left` bytes to the end of the file. What a lost power leaves of
 * the last frame is its beginning, or that with zeros behind it; a frame that nothing follows may have lost its entry.
 */
function firstFrame(ahead: Uint8Array, left: number): number | 'torn' | 'damaged' {
  const [head, behind] = [ahead.subarray(0, HEAD_BYTES), ahead.subarray(HEAD_BYTES)];
  if (head.length < HEAD_BYTES) return 'torn';
  const length = head.subarray(0, LENGTH_BYTES);
  const check = head.subarray(LENGTH_BYTES, LENGTH_BYTES + CHECK_BYTES);
  if (!equal(checkOf(length), check) || toUint(length) > LONGEST_ENTRY) {
    return ahead.length === left && behind.every((byte) => byte === 0) ? 'torn' : 'damaged';
  }
  const frame = HEAD_BYTES + toUint(length);
  if (frame > left) return 'torn';
  const entry = ahead.subarray(HEAD_BYTES, frame);
  if (equal(checkOf(entry), head.subarray(LENGTH_BYTES + CHECK_BYTES))) return frame;
  return frame === left ? 'torn' : 'damaged';
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, start + read);
    if (bytesRead === 0) throw new JournalDamaged('the file is shorter than it was');
    read += bytesRead;
  }
  return bytes;
}
