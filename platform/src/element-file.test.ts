import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeLasting } from '@octavo/lib/applet/lasting.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { ElementRolledBack, ElementUnavailable } from './element.ts';
import { fileElement } from './element-file.ts';
import { FolderInUse, lockFolder } from './folder-lock.ts';
import { generateKeyring } from './keyring.ts';
import { bearElement } from './maker.ts';
import { systemRandom } from './personalised.fixture.ts';

const keyring = generateKeyring(systemRandom);
const first = bearElement({ keyring, random: systemRandom, serial: 1 });
const FILES = ['element.counter', 'element.key', 'element.state'];

/** The same element one change later: its registry has turned `count` times. */
function turned(count: number): LastingState {
  return { ...first, registry: { ...first.registry, updateCounter: count } };
}

function bear(): LastingState {
  return first;
}

/** Open, save each state in turn, close. */
async function saveAll(folder: string, ...states: readonly LastingState[]): Promise<void> {
  const storage = fileElement(folder, bear);
  await storage.open();
  for (const state of states) await storage.save(state);
  await storage.close();
}

async function reopened(folder: string): Promise<LastingState> {
  const storage = fileElement(folder);
  try {
    return await storage.open();
  } finally {
    await storage.close();
  }
}

describe('an element in a folder', () => {
  test('is born once, and is itself ever after', () =>
    inFolder(async (folder) => {
      const own = join(folder, 'new', 'folder');
      await saveAll(own);
      assert.deepEqual(await reopened(own), first);
      await saveAll(own, turned(1), turned(2));
      assert.deepEqual(await reopened(own), turned(2));
    }));

  test('is not there unless it was born', () =>
    inFolder((folder) => assert.rejects(reopened(folder), ElementUnavailable)));

  test("is its owner's alone, and shows none of its secrets", () =>
    inFolder(async (folder) => {
      await saveAll(folder, turned(1));
      assert.deepEqual((await readdir(folder)).sort(), [...FILES, 'lock']);
      for (const file of FILES) {
        const bytes = await readFile(join(folder, file));
        assert.equal(bytes.includes(first.birth.privateKey), false);
        assert.equal(bytes.includes(first.birth.certificate), false);
        if (process.platform !== 'win32')
          assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600);
      }
    }));

  test('is hosted once at a time', () =>
    inFolder(async (folder) => {
      const storage = fileElement(folder, bear);
      await storage.open();
      await assert.rejects(fileElement(folder).open(), ElementUnavailable);
      await assert.rejects(storage.open(), ElementUnavailable);
      await storage.save(turned(1));
      await storage.close();
      assert.deepEqual(await reopened(folder), turned(1));
    }));

  test('whose state was put back is refused', () =>
    inFolder(async (folder) => {
      await saveAll(folder, turned(1));
      const keep = join(folder, 'older');
      await copyFile(join(folder, 'element.state'), keep);
      await saveAll(folder, turned(2));
      await copyFile(keep, join(folder, 'element.state'));
      await assert.rejects(reopened(folder), ElementRolledBack);
      // It stays refused: looking at it has mended nothing.
      await assert.rejects(reopened(folder), ElementRolledBack);
    }));

  test('whose counter was put back or taken away is refused', () =>
    inFolder(async (folder) => {
      await saveAll(folder, turned(1));
      const keep = join(folder, 'older');
      await copyFile(join(folder, 'element.counter'), keep);
      await saveAll(folder, turned(2), turned(3));
      await copyFile(keep, join(folder, 'element.counter'));
      await assert.rejects(reopened(folder), ElementRolledBack);
      await rm(join(folder, 'element.counter'));
      await assert.rejects(reopened(folder), ElementRolledBack);
    }));

  test('killed between state and counter goes on from the new state, and the old one is refused from then on', () =>
    inFolder(async (folder) => {
      await saveAll(folder, turned(1));
      await copyFile(join(folder, 'element.counter'), join(folder, 'older.counter'));
      await copyFile(join(folder, 'element.state'), join(folder, 'older.state'));
      await saveAll(folder, turned(2));
      await copyFile(join(folder, 'older.counter'), join(folder, 'element.counter'));
      assert.deepEqual(await reopened(folder), turned(2));
      await copyFile(join(folder, 'older.state'), join(folder, 'element.state'));
      await assert.rejects(reopened(folder), ElementRolledBack);
    }));

  test('killed while it wrote a file keeps the whole old one', () =>
    inFolder(async (folder) => {
      await saveAll(folder, turned(1));
      const half = encodeLasting(turned(2)).subarray(0, 40);
      await writeFile(join(folder, 'element.state.new'), half);
      await writeFile(join(folder, 'element.counter.new'), half);
      assert.deepEqual(await reopened(folder), turned(1));
      await saveAll(folder, turned(2));
      assert.deepEqual(await reopened(folder), turned(2));
    }));

  test('killed at its birth is born again; one that has lived is not', () =>
    inFolder(async (folder) => {
      await saveAll(folder);
      // What stands after the key alone, and after key and counter zero.
      await rm(join(folder, 'element.state'));
      await assert.rejects(fileElement(folder, bear).open(), ElementUnavailable);
      await rm(join(folder, 'element.counter'));
      await saveAll(folder);
      assert.deepEqual(await reopened(folder), first);
      await rm(join(folder, 'element.key'));
      await assert.rejects(fileElement(folder, bear).open(), ElementUnavailable);
    }));

  test('with any byte changed, or cut short, is refused', () =>
    inFolder(async (folder) => {
      await saveAll(folder, turned(1));
      for (const name of ['element.state', 'element.counter']) {
        const file = join(folder, name);
        const whole = await readFile(file);
        for (let at = 0; at < whole.length; at += 1 + Math.floor(whole.length / 40)) {
          const changed = Uint8Array.from(whole);
          changed[at] = (changed[at] ?? 0) ^ 0x01;
          await writeFile(file, changed);
          await assert.rejects(reopened(folder), ElementUnavailable);
          await writeFile(file, whole.subarray(0, at));
          await assert.rejects(reopened(folder), ElementUnavailable);
        }
        await writeFile(file, whole);
      }
      assert.deepEqual(await reopened(folder), turned(1));
    }));

  test("does not take the counter for the state, nor another element's file for its own", () =>
    inFolder(async (folder) => {
      await saveAll(join(folder, 'one'), turned(1));
      await saveAll(join(folder, 'two'), turned(1));
      await copyFile(join(folder, 'two', 'element.state'), join(folder, 'one', 'element.state'));
      await assert.rejects(reopened(join(folder, 'one')), ElementUnavailable);
      await copyFile(join(folder, 'two', 'element.counter'), join(folder, 'two', 'element.state'));
      await assert.rejects(reopened(join(folder, 'two')), ElementUnavailable);
    }));
});

describe('a lock on a folder', () => {
  test('is held against another process, and dies with it', () =>
    inFolder(async (folder) => {
      const program = `
        const { lockFolder } = await import(${JSON.stringify(import.meta.resolve('./folder-lock.ts'))});
        lockFolder(${JSON.stringify(folder)});
        console.log('locked');
        setInterval(() => {}, 1000);
      `;
      const child = execFile(process.execPath, ['--input-type=module', '--eval', program]);
      const died = new Promise((resolve) => child.once('exit', resolve));
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      assert.throws(() => lockFolder(folder), FolderInUse);
      child.kill('SIGKILL');
      await died;
      lockFolder(folder).release();
    }));

  test('released, can be taken again', () =>
    inFolder(async (folder) => {
      const lock = lockFolder(folder);
      assert.throws(() => lockFolder(folder), FolderInUse);
      lock.release();
      lockFolder(folder).release();
    }));
});

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-element-'));
  try {
    await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
