/** `octavo keys`: what of a world's keys may be handed on. */
import { join } from 'node:path';
import { type AuthorityKeyText, authorityKeyText } from '@octavo/domain/authority.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { type Config, readConfig } from '@octavo/platform/config.ts';
import { type Command, type GivenOptions, UsageError } from '../arguments.ts';
import {
  operatorKeyOf,
  WorldRefused,
  worldOption,
  worldRefused,
  worldUrlOf,
} from '../remote-world.ts';
import type { Surroundings } from '../surroundings.ts';

const EXPORT = 'export-ca';

/** The command. */
export const keysCommand: Command = {
  name: 'keys',
  summary: 'the public keys that readers load, one JSON object a line',
  words: EXPORT,
  options: {
    world: worldOption('ask a running world, with the operator key in OCTAVO_OPERATOR_KEY'),
  },
  examples: ['keys export-ca', 'keys export-ca --world http://127.0.0.1:8008 > authority.jsonl'],
  run: runKeys,
};

async function runKeys(
  given: GivenOptions,
  words: readonly string[],
  { environment, stdout }: Surroundings,
): Promise<number> {
  const [what, ...rest] = words;
  // What stands there may be anything, so it is not repeated.
  if (what !== EXPORT || rest.length > 0) throw new UsageError(`keys takes one word, ${EXPORT}`);
  const config = readConfig(environment);
  const url = worldUrlOf(given);
  const keys =
    url === undefined ? await keptKeys(config) : await keysAt(url, operatorKeyOf(config));
  const lines: object[] = keys.map((key) => ({ type: 'authority.key', ...key }));
  if (given.json === true) lines.push({ type: 'result', keys: keys.length });
  stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return 0;
}

/** The keys of the world in our own folder, whether it runs or not: its keyring is read and left as it is. */
async function keptKeys({ home }: Config): Promise<readonly AuthorityKeyText[]> {
  const { loadKeyring } = await import('@octavo/platform/keyring-file.ts');
  const { publishedKeyOf } = await import('@octavo/platform/softkeys-authority.ts');
  const keyring = await loadKeyring(join(home, 'world', 'keyring.json'));
  if (keyring === undefined) {
    throw new WorldRefused(`no world is kept in ${home}; octavo start makes one`);
  }
  return [authorityKeyText(publishedKeyOf(keyring.tokens.authority))];
}

async function keysAt(url: string, operatorKey: string): Promise<readonly AuthorityKeyText[]> {
  const { systemClock } = await import('@octavo/platform/clock.ts');
  const { fetchFrom } = await import('@octavo/platform/http.ts');
  const { showKey } = await import('@octavo/services/caller');
  const { connectTo } = await import('@octavo/services/endpoint');
  const { authorityKeys } = await import('@octavo/services/tokens');
  const world = connectTo(fetchFrom(url), showKey('operator', operatorKey), systemClock());
  const answer = await world(authorityKeys, {});
  if (isRefused(answer)) throw worldRefused(url, answer.code);
  return answer.keys;
}
