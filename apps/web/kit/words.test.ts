import { deepEqual, ok } from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Words } from './words-table.ts';

const web = fileURLToPath(new URL('../', import.meta.url));
const tables = globSync('**/words/en.ts', { cwd: web });

for (const file of tables) {
  const folder = file.slice(0, -'en.ts'.length);
  const load = async (language: string): Promise<Map<string, string>> => {
    const { words } = (await import(`${web}${folder}${language}.ts`)) as { words: Words };
    return new Map(flat(words, ''));
  };

  test(`every word of ${folder} is there in both languages`, async () => {
    const [en, zh] = await Promise.all([load('en'), load('zh-CN')]);
    deepEqual([...zh.keys()].sort(), [...en.keys()].sort());
    for (const [key, text] of en) {
      const other = zh.get(key) ?? '';
      ok(text !== '' && other !== '', key);
      deepEqual(values(other), values(text), key);
    }
  });

  test(`the words of ${folder} keep to the style`, async () => {
    const [en, zh] = await Promise.all([load('en'), load('zh-CN')]);
    for (const [key, text] of zh) ok(!/[您哦!！]|请您/.test(text), `${key}: ${text}`);
    for (const [key, text] of en)
      ok(!/!|\boops\b|\bplease\b|error occurred/i.test(text), `${key}: ${text}`);
    // Chinese that still has its English words was not written.
    for (const [key, text] of zh) {
      const same = text === en.get(key) && /[a-z]{3}/.test(text.replaceAll(/\{\{.*?\}\}/g, ''));
      ok(!same || /^(Octavo|[A-Z0-9 ·./:-]+)$/.test(text), `${key}: ${text}`);
    }
  });

  test(`every key that a page of ${folder} asks for has words`, async () => {
    const en = await load('en');
    const sources = globSync(`${folder}../**/*.{ts,tsx}`, { cwd: web, exclude: ['**/words/*'] });
    for (const source of sources) {
      const code = readFileSync(web + source, 'utf8');
      for (const [, key = ''] of code.matchAll(/\bt\(\s*'([^']+)'/g)) {
        const plural = [...en.keys()].some((known) => known.startsWith(`${key}_`));
        ok(en.has(key) || plural, `${source}: ${key}`);
      }
    }
  });
}

function flat(words: Words, before: string): [string, string][] {
  return Object.entries(words).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[before + name, value]] : flat(value, `${before}${name}.`),
  );
}

function values(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)/g)].map(([, name = '']) => name).sort();
}
