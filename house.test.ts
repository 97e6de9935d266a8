/** The rules of the house, as docs/architecture.md draws it: who may import whom, and what may not stand anywhere. */
import { deepEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const house = dirname(fileURLToPath(import.meta.url));

/**
 * The rooms in floor order. A file may import from its own room and from rooms in earlier rows; rooms of one
 * row do not know each other.
 */
const floors: readonly (readonly string[])[] = [
  ['lib/bytes'],
  ['lib/tlv', 'lib/apdu', 'lib/cipher'],
  ['lib/iso8583', 'lib/emv', 'lib/pin', 'lib/keys'],
  ['lib/oda', 'lib/payload'],
  ['lib/globalplatform'],
  ['lib/kernel', 'lib/applet'],
  ['lib/transit'],
  ['lib/explain'],
  ['lib/journey'],
  ['lib/calc'],
  ['lib/vectors'],
  ['domain'],
  ['services', 'platform'],
  ['apps/web'],
  ['apps/octavo', 'sim'],
];

/** Tables of a standard's data, and the tables of our own words, may be longer than a file should be. */
const longTables = ['lib/emv/tags.ts', 'lib/cipher/des.tables.ts', 'domain/refusal.ts'];

/** Where an account number may be shown in clear: where it is made, sealed, sent to the issuer, or printed. */
const revealers = ['lib/emv/pan.ts', 'lib/emv/pan.test.ts'];

/**
 * Where key material may be written down: calculators whose outputs are keys, what compares vectors, a sealed receipt,
 * and a page that shows published test keys while they are pressed.
 */
const keyWriters = [
  'apps/web/console/explain/proof.tsx',
  'lib/bytes/bytes.ts',
  'lib/bytes/secret.ts',
  ...['channels', 'cryptograms', 'key-blocks', 'keys', 'payload-make', 'pins'].map(
    (name) => `lib/calc/${name}.ts`,
  ),
  ...['answers', 'channels', 'channels-scp02', 'key-blocks', 'keys', 'oda-sheets'].map(
    (name) => `lib/vectors/${name}.ts`,
  ),
  ...['payloads', 'pins', 'transit'].map((name) => `lib/vectors/${name}.ts`),
  'platform/src/softkeys-element.ts',
];

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'],
  {
    cwd: house,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(house, file)));
const sources = files.filter((file) => !isTest(file));

test('imports point down the floors', () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => !mayImport(file, target))
      .map((target) => `${file} imports ${target}`),
  );
  deepEqual(wrong, []);
});

test('kernel and applet meet only as bytes', () => {
  const wrong = sources.filter((file) =>
    importsOf(file).some(
      (target) =>
        (file.startsWith('lib/kernel/') && target.startsWith('lib/applet/')) ||
        (file.startsWith('lib/applet/') && target.startsWith('lib/kernel/')),
    ),
  );
  deepEqual(wrong, []);
});

test('a service imports its neighbours’ contracts and nothing else of theirs', () => {
  const wrong = sources.flatMap((file) => {
    const own = /^services\/src\/(\w+)\//.exec(file)?.[1];
    if (own === undefined) return [];
    return importsOf(file)
      .filter((target) => {
        const other = /^services\/src\/(\w+)\//.exec(target)?.[1];
        return other !== undefined && other !== own && !target.endsWith('/contract.ts');
      })
      .map((target) => `${file} imports ${target}`);
  });
  deepEqual(wrong, []);
});

test('time, chance and machines come in through ports', () => {
  const banned =
    /\b(Date\.now|Math\.random|setTimeout|setInterval|setImmediate|performance\.now)\b|from 'node:/;
  const pure = sources.filter((file) => /^(lib|domain|services)\//.test(file));
  // The one reader of files among the services: their own migrations, at start.
  const wrong = pure.filter(
    (file) => file !== 'services/src/migrations.ts' && banned.test(code(file)),
  );
  deepEqual(wrong, []);
});

test('a file is at most 400 lines', () => {
  const wrong = files
    .filter((file) => !longTables.includes(file))
    .map((file) => ({ file, lines: read(file).split('\n').length }))
    .filter(({ lines }) => lines > 400)
    .map(({ file, lines }) => `${file}: ${lines}`);
  deepEqual(wrong, []);
});

test('there are no drawers', () => {
  const drawer = /(^|\/)(utils?|helpers?|common|shared|types|misc)(\/|\.ts$)/;
  deepEqual(
    files.filter((file) => drawer.test(file)),
    [],
  );
});

test('nothing unfinished is written down', () => {
  const words = /\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented/;
  deepEqual(
    files.filter((file) => file !== 'house.test.ts' && words.test(read(file))),
    [],
  );
});

test('errors are not swallowed and types are not switched off', () => {
  const words = /catch *(\([^)]*\))? *\{ *\}|@ts-(ignore|nocheck|expect-error)|\bas any\b|: any\b/;
  deepEqual(
    sources.filter((file) => words.test(code(file).replace(/'[^'\n]*'/g, "''"))),
    [],
  );
});

test('no lint rule is switched off', () => {
  deepEqual(
    sources.filter((file) => read(file).includes('biome-ignore')),
    [],
  );
});

test('account numbers are revealed only where the list says', () => {
  const wrong = files.filter(
    (file) =>
      file !== 'house.test.ts' && !revealers.includes(file) && read(file).includes('.reveal('),
  );
  deepEqual(wrong, []);
});

test('key material is written down only where the list says', () => {
  const writers = sources.filter((file) => code(file).includes('revealHex('));
  deepEqual(writers.toSorted(), keyWriters.toSorted());
});

test('every file that the walk and the architecture page name is there', () => {
  const named = ['docs/walk.md', 'docs/architecture.md'].flatMap((page) =>
    [
      ...read(page).matchAll(/`((?:lib|domain|services|platform|apps|sim|docs)\/[\w./-]+\.\w+)`/g),
    ].map(([, path = '']) => path),
  );
  deepEqual(
    named.filter((path) => !existsSync(join(house, path))),
    [],
  );
});

function mayImport(file: string, target: string): boolean {
  const from = roomOf(file);
  const to = roomOf(target);
  if (from === undefined || to === undefined || from.room === to.room) return true;
  return to.floor < from.floor;
}

function roomOf(file: string): { room: string; floor: number } | undefined {
  for (const [floor, rooms] of floors.entries()) {
    const room = rooms.find((one) => file.startsWith(`${one}/`));
    if (room !== undefined) return { room, floor };
  }
  return undefined;
}

/** What a file imports of ours, as paths from the top of the house. */
function importsOf(file: string): readonly string[] {
  const specifiers = [...code(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, one = '']) => one,
  );
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith('.')) return [normalize(join(dirname(file), specifier))];
    const match = /^@octavo\/(\w+)\/(.+)$/.exec(specifier);
    if (match === null) return [];
    const [, workspace = '', rest = ''] = match;
    return [workspace === 'octavo' ? `apps/octavo/${rest}` : `${workspace}/${rest}`];
  });
}

/** A file without its comments. */
function code(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

function isTest(file: string): boolean {
  return /\.(test|fixture)\.ts$/.test(file);
}

function read(file: string): string {
  return readFileSync(join(house, file), 'utf8');
}
