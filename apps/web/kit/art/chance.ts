/** Chance that can be had again: the same seed gives the same drawing on every machine. */

/** A source of numbers from 0 up to 1. */
export type Chance = () => number;

/** A source from a seed, which is any text: FNV-1a spreads it, an additive step and a mixing go on from there. */
export function chanceFrom(seed: string): Chance {
  let state = spread(seed);
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  };
}

/** The next number of a source, between two bounds. */
export function between(chance: Chance, low: number, high: number): number {
  return low + (high - low) * chance();
}

function spread(seed: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
