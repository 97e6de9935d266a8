import { deepEqual, ok } from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { operations } from './calc/operations.ts';

const lib = fileURLToPath(new URL('./', import.meta.url));
const files = globSync('**/*.ts', {
  cwd: lib,
  exclude: ['**/*.test.ts', '**/*.fixture.ts', 'node_modules'],
});
const modules = new Map<string, Readonly<Record<string, unknown>>>();
for (const file of files) modules.set(file, await import(`./${file}`));

/** Everything that `lib` exports, by name; an example finds its own module’s names first. */
const everything = Object.assign({}, ...modules.values()) as Readonly<Record<string, unknown>>;

for (const file of files) {
  const source = readFileSync(`${lib}${file}`, 'utf8');
  for (const { name, code, expected } of examplesIn(source)) {
    test(`${file} ${name}: the example runs`, () => {
      const given = evaluated(file, code);
      const wanted = expectation(file, expected, given);
      if (wanted !== PROSE) deepEqual(plain(given), plain(wanted));
    });
  }
}

test('every function behind a calculator has an example', () => {
  const missing = [...operations.values()].flatMap(({ through }) =>
    functionsIn(through).filter(({ file, name }) => {
      const source = readFileSync(`${lib}${file}`, 'utf8');
      return !examplesIn(source).some((one) => one.name === name);
    }),
  );
  deepEqual(
    missing.map(({ file, name }) => `${file} ${name}`),
    [],
  );
});

type Example = { readonly name: string; readonly code: string; readonly expected: string };

/** The examples in the docstrings of exported functions and classes’ own lines: code, and what it gives after `//`. */
function examplesIn(source: string): readonly Example[] {
  const blocks = source.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:function\*?|const|class) (\w+)/g,
  );
  return [...blocks].flatMap(([, comment = '', name = '']) => {
    const [, text] = /@example\s([\s\S]*?)(?=\n\s*\*\s*@|$)/.exec(comment) ?? [];
    if (text === undefined) return [];
    const lines = text.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    const whole = lines.join('\n').trim();
    const [, code = whole, expected = ''] =
      /^([\s\S]*?)\s\/\/ ?([^\n]*(?:\n\s*\/\/[^\n]*)*)$/.exec(whole) ?? [];
    return [{ name, code: code.trim(), expected: expected.replaceAll(/\n\s*\/\/ ?/g, ' ').trim() }];
  });
}

/** `keys.ts first, second, other/file.ts third`: each function with its file. */
function functionsIn(through: string): readonly { file: string; name: string }[] {
  let file = '';
  return through.split(/[\s,]+/).flatMap((one) => {
    if (!one.endsWith('.ts')) return [{ file, name: one }];
    file = one;
    return [];
  });
}

/** The value of the last statement of some code, in which all that `lib` exports can be named. */
function evaluated(file: string, code: string): unknown {
  const scope = { ...everything, ...modules.get(file) };
  const names = Object.keys(scope);
  const at = Math.max(code.lastIndexOf(';\n') + 1, 0);
  const last = code.slice(at).replace(/;\s*$/, '');
  // In a function of its own, so that an example may name what `lib` names too.
  const body = `'use strict'; return (() => {${code.slice(0, at)}\nreturn (${last}\n);})();`;
  return new Function(...names, body)(...names.map((name) => scope[name]));
}

/** What stands after an example for the reader alone. */
const PROSE = Symbol('prose');

/** Bytes are written as hexadecimal in pairs; anything else is code, or else words for the reader. */
function expectation(file: string, text: string, given: unknown): unknown {
  if (text === '') return PROSE;
  if (given instanceof Uint8Array && /^([0-9A-F]{2} ?)+$/.test(text)) {
    return text.replaceAll(' ', '');
  }
  try {
    return evaluated(file, text);
  } catch (error) {
    if (error instanceof SyntaxError) return PROSE;
    throw error;
  }
}

/** Bytes, wherever they stand, as hexadecimal. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase();
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

ok(files.length > 100);
