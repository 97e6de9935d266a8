/** Seeded chance: one seed gives one stream of draws, and each name a stream of its own, so that parts do not disturb each other. */
import type { Random } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** A stream of draws. */
export type Chance = {
  /** Bytes, as the services' port wants them. */
  readonly bytes: Random;
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  /** True with this probability, 0 to 1. */
  happens(probability: number): boolean;
  /** One of several. */
  pick<T>(items: readonly T[]): T;
  /** A stream of its own for a part of the world; the same name gives the same stream. */
  fork(name: string): Chance;
};

/** Begin the stream of a seed. */
export function createChance(seed: string): Chance {
  const next = xoshiro(seed);
  const below = (limit: number) => {
    assert(Number.isSafeInteger(limit) && limit > 0, 'a limit is a whole number above zero');
    return Math.floor((next() / 2 ** 32) * limit);
  };
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
    below,
    happens: (probability) => next() / 2 ** 32 < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      assert(item !== undefined, 'an item of the list');
      return item;
    },
    fork: (name) => createChance(`${seed}/${name}`),
  };
}

/** xoshiro128**, a small generator of 32-bit numbers; good enough for chance, useless for secrets. */
function xoshiro(seed: string): () => number {
  const mix = splitMix(hashOf(seed));
  let [a, b, c, d] = [mix(), mix(), mix(), mix()];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Spreads one number over the generator's state. */
function splitMix(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

/** FNV-1a over the seed's characters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}
