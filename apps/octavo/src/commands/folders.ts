/** Where the command line keeps things. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of the kept world: OCTAVO_HOME, or `.octavo` in the home folder. */
export function homeFolder(): string {
  return process.env.OCTAVO_HOME ?? join(homedir(), '.octavo');
}

/** Where migrated images of the embedded database are cached; safe to delete at any time. */
export function cacheFolder(): string {
  return join(homeFolder(), 'cache');
}

/** The SIMs of mobile numbers that this command line claimed in running worlds. */
export function simFile(): string {
  return join(homeFolder(), 'sims.json');
}
