import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Journal } from '@octavo/domain/ports.ts';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import { fromAscii, toAscii } from '@octavo/lib/bytes/bytes.ts';
import { FolderInUse } from './folder-lock.ts';
import {
  JournalDamaged,
  keepJournals,
  LONGEST_ENTRY,
  memoryJournal,
  openJournal,
} from './journal-file.ts';

const root = await mkdtemp(join(tmpdir(), 'octavo-journal-'));
after(() => rm(root, { recursive: true }));
let folders = 0;

/** A journal's folder with these entries in it. */
async function written(...entries: readonly string[]): Promise<string> {
  const folder = join(root, String(folders++));
  const journal = await openJournal(folder);
  for (const entry of entries) await journal.append(fromAscii(entry));
  await journal.close();
  return folder;
}

/** What stands in a journal, which is closed again. */
async function entriesIn(folder: string): Promise<readonly string[]> {
  const journal = await openJournal(folder);
  const entries = await textsOf(journal);
  await journal.close();
  return entries;
}

async function textsOf(journal: Journal, index = 0, most = 1000): Promise<readonly string[]> {
  return (await journal.read(index, most)).map(toAscii);
}

/** How much stands before each entry. */
const HEAD = 12;

const fileOf = (folder: string): string => join(folder, 'journal');

for (const [name, make] of [
  ['in a file', () => openJournal(join(root, String(folders++)))],
  ['in memory', async () => memoryJournal()],
] as const) {
  describe(`a journal ${name}`, () => {
    test('gives back what was written, from any place on', async () => {
      const journal = await make();
      deepEqual(await textsOf(journal), []);
      for (const entry of ['one', 'two', 'three']) await journal.append(fromAscii(entry));
      equal(journal.count(), 3);
      deepEqual(await textsOf(journal), ['one', 'two', 'three']);
      deepEqual(await textsOf(journal, 1, 1), ['two']);
      deepEqual(await textsOf(journal, 2), ['three']);
      deepEqual(await textsOf(journal, 3), []);
      await journal.close();
    });

    test('writes in the order in which it was asked', async () => {
      const journal = await make();
      const all = Array.from({ length: 50 }, (_, index) => String(index));
      await Promise.all(all.map((entry) => journal.append(fromAscii(entry))));
      deepEqual(await textsOf(journal), all);
      await journal.close();
    });

    test('keeps the bytes as they were, whatever becomes of the caller’s', async () => {
      const journal = await make();
      const entry = fromAscii('one');
      const writing = journal.append(entry);
      entry.fill(0x30);
      await writing;
      (await journal.read(0, 1))[0]?.fill(0x31);
      deepEqual(await textsOf(journal), ['one']);
      await journal.close();
    });
  });
}

describe('a journal’s file', () => {
  test('is as it was at the next opening, and its owner’s alone', async () => {
    const folder = await written('one', 'two');
    deepEqual(await entriesIn(folder), ['one', 'two']);
    if (process.platform !== 'win32') equal((await stat(fileOf(folder))).mode & 0o777, 0o600);
  });

  test('cut at any byte keeps every whole entry, and can be written on', async () => {
    const all = ['one', 'three', 'seven'];
    const whole = await readFile(fileOf(await written(...all)));
    const ends = [HEAD + 3, 2 * HEAD + 8, 3 * HEAD + 13];
    equal(ends.at(-1), whole.length);
    const folder = await written();
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(fileOf(folder), whole.subarray(0, length));
      const kept = all.slice(0, ends.filter((end) => end <= length).length);
      const journal = await openJournal(folder);
      deepEqual(await textsOf(journal), kept, `cut at ${length}`);
      await journal.append(fromAscii('more'));
      await journal.close();
      deepEqual(await entriesIn(folder), [...kept, 'more']);
    }
  });

  test('cut at any byte with zeros behind, as a lost power leaves it, is the same', async () => {
    const whole = await readFile(fileOf(await written('one', 'two')));
    const folder = await written();
    const start = HEAD + 3;
    for (let length = start; length < whole.length; length++) {
      const zeros = Buffer.alloc(whole.length - length);
      await writeFile(fileOf(folder), Buffer.concat([whole.subarray(0, length), zeros]));
      deepEqual(await entriesIn(folder), ['one'], `cut at ${length}`);
    }
  });

  test('with a byte of any but the last entry changed is not opened, and nothing is cut away', async () => {
    const folder = await written('one', 'two', 'three');
    const whole = await readFile(fileOf(folder));
    for (let at = 0; at < 2 * (HEAD + 3) + HEAD - 4; at++) {
      for (const flip of [0x01, 0x80]) {
        const spoilt = Buffer.from(whole);
        spoilt[at] = (spoilt[at] as number) ^ flip;
        await writeFile(fileOf(folder), spoilt);
        await rejects(openJournal(folder), JournalDamaged, `at ${at}`);
        deepEqual(await readFile(fileOf(folder)), spoilt);
      }
    }
    await writeFile(fileOf(folder), whole);
    deepEqual(await entriesIn(folder), ['one', 'two', 'three']);
  });

  test('with something else behind its entries is not opened', async () => {
    const folder = await written('one');
    await appendFile(fileOf(folder), Buffer.alloc(HEAD + LONGEST_ENTRY + 1, 0xff));
    await rejects(openJournal(folder), JournalDamaged);
  });

  test('of many entries is read in pieces', async () => {
    const entry = 'x'.repeat(LONGEST_ENTRY);
    const folder = await written(...Array.from({ length: 600 }, () => entry));
    const journal = await openJournal(folder);
    equal(journal.count(), 600);
    deepEqual(await textsOf(journal, 599, 5), [entry]);
    await journal.close();
  });

  test('that became shorter under its writer says so', async () => {
    const folder = await written('one');
    const journal = await openJournal(folder);
    await truncate(fileOf(folder), 4);
    await rejects(journal.read(0, 1), JournalDamaged);
    await journal.close();
  });
});

describe('one writer', () => {
  test('holds a journal until it closes it', async () => {
    const folder = await written('one');
    const journal = await openJournal(folder);
    await rejects(openJournal(folder), FolderInUse);
    await journal.append(fromAscii('two'));
    await journal.close();
    await journal.close();
    deepEqual(await entriesIn(folder), ['one', 'two']);
    await rejects(journal.append(fromAscii('three')), StorageUnavailable);
  });

  test('that is killed leaves what it said was written, and no lock', async () => {
    const folder = join(root, String(folders++));
    const script = `
      import { openJournal } from ${JSON.stringify(new URL('./journal-file.ts', import.meta.url).href)};
      const journal = await openJournal(${JSON.stringify(folder)});
      for (let n = 0; ; n++) {
        await journal.append(new Uint8Array(400).fill(n % 256));
        process.stdout.write('.');
      }`;
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let said = 0;
    for await (const chunk of writer.stdout as AsyncIterable<Buffer>) {
      said += chunk.length;
      if (said > 20) writer.kill('SIGKILL');
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
    const journal = await openJournal(folder);
    ok(journal.count() >= said);
    const entries = await journal.read(0, journal.count());
    ok(
      entries.every((entry, n) => entry.length === 400 && entry.every((byte) => byte === n % 256)),
    );
    await journal.close();
  });
});

describe('kept journals', () => {
  test('go from hand to hand: who had one before writes no more, and what he was writing is there', async () => {
    const keeper = keepJournals(async () => memoryJournal());
    const first = await keeper.open('gate');
    const writing = first.append(fromAscii('one'));
    const second = await keeper.open('gate');
    equal(second.count(), 1);
    await writing;
    await rejects(first.append(fromAscii('two')), StorageUnavailable);
    await second.append(fromAscii('three'));
    deepEqual(await textsOf(second), ['one', 'three']);
    deepEqual(await textsOf(await keeper.open('another')), []);
  });

  test('are given back together', async () => {
    const folder = join(root, String(folders++));
    const keeper = keepJournals((name) => openJournal(join(folder, name)));
    await (await keeper.open('gate')).append(fromAscii('one'));
    await keeper.close();
    deepEqual(await entriesIn(join(folder, 'gate')), ['one']);
  });
});
