/**
 * An element kept in a folder: its state sealed under a key that stays beside it, and a counter of its own.
 *
 * Every save writes the state first and the counter second, each under one number more than the last. So the
 * state is the counter's age, or one save ahead of it where a crash fell between the two; a state that is
 * behind was put back by somebody. Whoever puts back the whole folder is not found out here but by the token
 * service, which sees a used counter come again.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeLasting, encodeLasting, LastingError } from '@octavo/lib/applet/lasting.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { concat, fromAscii, fromUint, toUint } from '@octavo/lib/bytes/bytes.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import { ElementRolledBack, type ElementStorage, ElementUnavailable } from './element.ts';
import { FolderInUse, type FolderLock, lockFolder } from './folder-lock.ts';
import { NONCE_BYTES, openAesGcm, SealBroken, sealAesGcm } from './softkeys-vault.ts';

/**
 * Keep an element in a folder, which is made when it is not there. `bear` gives a new element its first state;
 * without it an empty folder is refused.
 */
export function fileElement(folder: string, bear?: () => LastingState): ElementStorage {
  let held: Held | undefined;
  return {
    open: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const lock = takeLock(folder);
      try {
        const { lasting, ...taken } = await take(folder, bear);
        held = { ...taken, lock };
        return lasting;
      } catch (error) {
        lock.release();
        throw error;
      }
    },
    save: async (lasting) => {
      assert(held !== undefined, 'an element is saved while it is open');
      // Counted once it is kept: a save that failed half-way is done again under its own number, so there is no gap.
      const generation = held.generation + 1;
      await writeGeneration(folder, held.key, generation, lasting);
      held = { ...held, generation };
    },
    close: async () => {
      held?.lock.release();
      held = undefined;
    },
  };
}

/** An open folder: its key, and the number of the last save. */
type Held = { readonly lock: FolderLock; readonly key: KeyObject; readonly generation: number };
type Taken = Omit<Held, 'lock'> & { readonly lasting: LastingState };

const KEY_FILE = 'element.key';
const STATE_FILE = 'element.state';
const COUNTER_FILE = 'element.counter';
/** What a file is, bound into its seal. */
const STATE = fromAscii('octavo-element-1 state');
const COUNTER = fromAscii('octavo-element-1 counter');
const KEY_BYTES = 32;
const GENERATION_BYTES = 6;

function takeLock(folder: string): FolderLock {
  try {
    return lockFolder(folder);
  } catch (error) {
    if (error instanceof FolderInUse) throw new ElementUnavailable('the element is in use');
    throw error;
  }
}

async function take(folder: string, bear: (() => LastingState) | undefined): Promise<Taken> {
  const keyBytes = await readIfThere(join(folder, KEY_FILE));
  const state = await readIfThere(join(folder, STATE_FILE));
  const counter = await readIfThere(join(folder, COUNTER_FILE));
  if (keyBytes === undefined && state === undefined && counter === undefined)
    return giveBirth(folder, bear);
  if (keyBytes?.length !== KEY_BYTES)
    throw new ElementUnavailable("the element's key is not there");
  const key = createSecretKey(keyBytes);
  const counted = counter && toUint(unseal(key, COUNTER, counter));
  if (state === undefined) {
    // A birth that was cut off: no state has ever answered.
    if (counted === undefined || counted === 0) return giveBirth(folder, bear);
    throw new ElementUnavailable("the element's state is not there");
  }
  return resume(folder, key, unseal(key, STATE, state), counted);
}

/** Key, counter zero, then the first save: at every point a crash leaves an element that was never born. */
async function giveBirth(folder: string, bear: (() => LastingState) | undefined): Promise<Taken> {
  if (bear === undefined) throw new ElementUnavailable('there is no element in this folder');
  const keyBytes = randomBytes(KEY_BYTES);
  const key = createSecretKey(keyBytes);
  const lasting = bear();
  await writeDurably(join(folder, KEY_FILE), keyBytes);
  await writeCounter(folder, key, 0);
  await writeGeneration(folder, key, 1, lasting);
  return { key, generation: 1, lasting };
}

async function resume(
  folder: string,
  key: KeyObject,
  state: Uint8Array,
  counted: number | undefined,
): Promise<Taken> {
  const generation = toUint(state.subarray(0, GENERATION_BYTES));
  if (counted === undefined) throw new ElementRolledBack("the element's counter is not there");
  if (generation < counted) throw new ElementRolledBack("the element's state is an older one");
  if (generation > counted + 1)
    throw new ElementRolledBack("the element's counter is an older one");
  if (generation === counted + 1) await writeCounter(folder, key, generation);
  return { key, generation, lasting: readLasting(state.subarray(GENERATION_BYTES)) };
}

async function writeGeneration(
  folder: string,
  key: KeyObject,
  generation: number,
  lasting: LastingState,
): Promise<void> {
  const state = concat(fromUint(generation, GENERATION_BYTES), encodeLasting(lasting));
  await writeDurably(join(folder, STATE_FILE), seal(key, STATE, state));
  await writeCounter(folder, key, generation);
}

async function writeCounter(folder: string, key: KeyObject, generation: number): Promise<void> {
  const counter = fromUint(generation, GENERATION_BYTES);
  await writeDurably(join(folder, COUNTER_FILE), seal(key, COUNTER, counter));
}

function seal(key: KeyObject, what: Uint8Array, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  return concat(nonce, sealAesGcm(key, nonce, what, plain));
}

function unseal(key: KeyObject, what: Uint8Array, sealed: Uint8Array): Uint8Array {
  try {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    return openAesGcm(key, nonce, what, sealed.subarray(NONCE_BYTES));
  } catch (error) {
    if (error instanceof SealBroken) throw new ElementUnavailable('the element is damaged');
    throw error;
  }
}

function readLasting(bytes: Uint8Array): LastingState {
  try {
    return decodeLasting(bytes);
  } catch (error) {
    if (error instanceof LastingError)
      throw new ElementUnavailable('the element was written by another version');
    throw error;
  }
}
