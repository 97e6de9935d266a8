/** The style sheets of the kit are loaded by every page: what one of its classes looks like is said there alone. */
import { deepEqual, ok } from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('..', import.meta.url));

/** The classes that a sheet styles by their name alone. */
function classesOf(sheet: string): ReadonlySet<string> {
  const css = readFileSync(`${web}${sheet}`, 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  const bare = css.replaceAll(/\([^()]*\)/g, '()').replaceAll(/\([^()]*\)/g, '()');
  const selectors = [...bare.matchAll(/([^{};]+)\{/g)].flatMap(([, list = '']) => list.split(','));
  return new Set(selectors.map((one) => one.trim()).filter((one) => /^\.[\w-]+$/.test(one)));
}

test('no site styles a class of the kit under its bare name', () => {
  const sheets = globSync('**/*.css', { cwd: web, exclude: ['**/node_modules'] });
  const isOfKit = (sheet: string) => sheet.startsWith('kit/');
  const ofKit = new Set(sheets.filter(isOfKit).flatMap((sheet) => [...classesOf(sheet)]));
  ok(ofKit.has('.button'));
  const styledTwice = sheets
    .filter((sheet) => !isOfKit(sheet))
    .flatMap((sheet) =>
      [...classesOf(sheet)].filter((name) => ofKit.has(name)).map((name) => `${sheet} ${name}`),
    );
  deepEqual(styledTwice, []);
});
