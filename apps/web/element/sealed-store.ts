/**
 * An element kept in a browser: its lasting state sealed under a key that never leaves the browser's key store, and a
 * counter of its own, in the database of the element's origin. No other origin can open that database.
 *
 * Every save writes the state first and the counter second, each under one number more than the last; a state that is
 * behind the counter was put back by somebody. Whoever puts back the whole profile is not found out here but by the
 * token service, which sees a used counter come again.
 */
import { decodeLasting, encodeLasting, LastingError } from '@octavo/lib/applet/lasting.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { concat, fromAscii, fromUint, toUint } from '@octavo/lib/bytes/bytes.ts';
import {
  ElementRolledBack,
  type ElementStorage,
  ElementUnavailable,
} from '@octavo/platform/element.ts';

const DATABASE = 'octavo-element';
const TABLE = 'element';
const LOCK = 'octavo-element';
const STATE = 'octavo-element-1 state';
const COUNTER = 'octavo-element-1 counter';
const NONCE_BYTES = 12;
const GENERATION_BYTES = 6;

type Held = {
  readonly database: IDBDatabase;
  readonly key: CryptoKey;
  generation: number;
  release(): void;
};

/** Keep the element of this origin. `bear` gives a new one its first state; the place is asked for once it is needed. */
export function sealedStore(bear: () => Promise<LastingState>): ElementStorage {
  let held: Held | undefined;
  return {
    open: async () => {
      const release = await takeLock();
      try {
        const database = await openDatabase();
        const taken = await take(database, bear);
        held = { database, key: taken.key, generation: taken.generation, release };
        return taken.lasting;
      } catch (error) {
        release();
        throw error;
      }
    },
    save: async (lasting) => {
      assert(held !== undefined, 'an element is saved while it is open');
      const generation = held.generation + 1;
      await write(held.database, held.key, generation, lasting);
      held.generation = generation;
    },
    close: async () => {
      held?.database.close();
      held?.release();
      held = undefined;
    },
  };
}

/** One host at a time: a second tab finds the element in use. */
async function takeLock(): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const holding = navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (lock === null) {
        reject(new ElementUnavailable('the element is in use'));
        return undefined;
      }
      return new Promise<void>((release) => resolve(release));
    });
    holding.catch(reject);
  });
}

async function take(database: IDBDatabase, bear: () => Promise<LastingState>) {
  const key = await read<CryptoKey>(database, 'key');
  const state = await read<Uint8Array>(database, 'state');
  const counter = await read<Uint8Array>(database, 'counter');
  if (key === undefined && state === undefined && counter === undefined) {
    return giveBirth(database, await bear());
  }
  if (key === undefined || state === undefined || counter === undefined) {
    throw new ElementUnavailable('a part of the element is not there');
  }
  const opened = await unseal(key, STATE, state);
  const generation = toUint(opened.subarray(0, GENERATION_BYTES));
  const counted = toUint(await unseal(key, COUNTER, counter));
  if (generation < counted) throw new ElementRolledBack('the element was set back');
  if (generation > counted + 1) throw new ElementUnavailable('the element is damaged');
  // A crash fell between state and counter: the counter follows now.
  if (generation === counted + 1) await writeCounter(database, key, generation);
  return { key, generation, lasting: readLasting(opened.subarray(GENERATION_BYTES)) };
}

async function giveBirth(database: IDBDatabase, lasting: LastingState) {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  await put(database, [['key', key]]);
  await write(database, key, 1, lasting);
  return { key, generation: 1, lasting };
}

async function write(
  database: IDBDatabase,
  key: CryptoKey,
  generation: number,
  lasting: LastingState,
): Promise<void> {
  const state = concat(fromUint(generation, GENERATION_BYTES), encodeLasting(lasting));
  await put(database, [['state', await seal(key, STATE, state)]]);
  await writeCounter(database, key, generation);
}

async function writeCounter(database: IDBDatabase, key: CryptoKey, generation: number) {
  const counter = await seal(key, COUNTER, fromUint(generation, GENERATION_BYTES));
  await put(database, [['counter', counter]]);
}

async function seal(key: CryptoKey, what: string, plain: Uint8Array): Promise<Uint8Array> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(cipher(nonce, what), key, whole(plain));
  return concat(nonce, new Uint8Array(sealed));
}

async function unseal(key: CryptoKey, what: string, sealed: Uint8Array): Promise<Uint8Array> {
  const nonce = whole(sealed.subarray(0, NONCE_BYTES));
  try {
    const plain = await crypto.subtle.decrypt(
      cipher(nonce, what),
      key,
      whole(sealed.subarray(NONCE_BYTES)),
    );
    return new Uint8Array(plain);
  } catch (error) {
    if (error instanceof DOMException) throw new ElementUnavailable('the element is damaged');
    throw error;
  }
}

function cipher(iv: Uint8Array<ArrayBuffer>, what: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: whole(fromAscii(what)) };
}

function whole(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function readLasting(bytes: Uint8Array): LastingState {
  try {
    return decodeLasting(bytes);
  } catch (error) {
    if (error instanceof LastingError) {
      throw new ElementUnavailable('the element was written by another version');
    }
    throw error;
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(new ElementUnavailable('the browser keeps nothing for this page'));
  });
}

function read<T>(database: IDBDatabase, name: string): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const asked = database.transaction(TABLE, 'readonly').objectStore(TABLE).get(name);
    asked.onsuccess = () => resolve(asked.result as T | undefined);
    asked.onerror = () => reject(asked.error);
  });
}

/** Resolves once the browser says that it is on the disk. */
function put(database: IDBDatabase, rows: readonly (readonly [string, unknown])[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const act = database.transaction(TABLE, 'readwrite', { durability: 'strict' });
    for (const [name, value] of rows) act.objectStore(TABLE).put(value, name);
    act.oncomplete = () => resolve();
    act.onerror = () => reject(act.error);
    act.onabort = () => reject(act.error);
  });
}
