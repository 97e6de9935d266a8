/** Keeps the secrets that open demo inboxes: in memory for a new world, in a file for one that runs elsewhere. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Sims } from './phone.ts';

/** SIMs of a world that ends with this process. */
export function heldSims(): Sims {
  const secrets = new Map<string, string>();
  return {
    secretOf: (mobile) => secrets.get(mobile),
    keep: (mobile, secret) => void secrets.set(mobile, secret),
  };
}

/** SIMs in a file that only its owner reads, apart for each world. */
export function keptSims(file: string, world: string): Sims {
  return {
    secretOf: (mobile) => readAll(file)[`${world} ${mobile}`],
    keep: (mobile, secret) => {
      const all = { ...readAll(file), [`${world} ${mobile}`]: secret };
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, JSON.stringify(all), { mode: 0o600 });
    },
  };
}

function readAll(file: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
