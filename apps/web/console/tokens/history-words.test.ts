/** Every event and every reason that the token service writes into a history has its words, in both languages. */
import { deepEqual, ok } from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { tokenLife } from '@octavo/domain/token.ts';
import { eventWords, reasonWords } from './history-words.ts';

const SERVICE = new URL('../../../../services/src/tokens/', import.meta.url);

/** What is found in the token service's own files. */
async function inService(pattern: RegExp): Promise<readonly string[]> {
  const names = (await readdir(SERVICE)).filter((name) => /(?<!\.test|\.fixture)\.ts$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, SERVICE), 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, word = '']) => word));
}

test('every event has its words', async () => {
  // Literals beside the name; the others are the steps of a token's life.
  const lines = await inService(/\bevent: ((?:[^\n,]*\? )?'[^\n,]*')/g);
  const named = lines.flatMap((line) => [...line.matchAll(/'([a-z]+)'/g)].map(([, one]) => one));
  const events = new Set([...Object.values(tokenLife).flatMap(Object.keys), ...named]);
  ok(named.length > 4, 'literals are found');
  deepEqual(
    [...events].filter((event) => event === undefined || !(event in eventWords)),
    [],
  );
});

test('every reason has its words', async () => {
  const reasons = await inService(/'([A-Z]{4,}(?:_[A-Z]+)*)'/g);
  ok(reasons.length > 10, 'literals are found');
  deepEqual(
    reasons.filter((reason) => !(reason in reasonWords)),
    [],
  );
});
