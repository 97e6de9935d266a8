/**
 * `npm test`: every test file, three processes at a time, since stories in a browser also wait. Files of one folder
 * share a process, a dozen at most, since to start, load and open costs more than most tests; see `together.ts`. What
 * is compiled is kept for the next start.
 * Words after `--` are files or options instead, and run as they are: `npm test -- lib/emv/*.test.ts`.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EVERYTHING = ['*.test.ts', '{lib,domain,services,platform,apps,sim}/**/*.test.ts'];

/** These measure their process, change what they import, or fill a process with one long story. */
const ALONE =
  /^(\w+\.test\.ts|lib\/(fuzz|vectors)|apps\/web\/kit\/art\/|apps\/octavo\/src\/(pages\/every-page\.|process\.)|platform\/src\/(folder|link)\.)/;

/** These open nothing; their folders share processes too. */
const QUICK = /^(lib|domain|apps\/web)(?=\/)/;

const MOST_FILES = 12;

/** Stories in a browser are long. */
const MOST_STORIES = 4;

/** Seconds of work for each kilobyte of a test file, as measured; a fifth where nothing is said. */
const WORK: readonly (readonly [of: RegExp, secondsEach: number])[] = [
  [/^apps\/octavo\/src\/pages\/every-page\./, 5],
  [/^(apps\/octavo\/src\/(process\.|pages\/)|platform\/src\/folder\.|sim\/scenarios\/)/, 2],
  [/^apps\/octavo\/src\/\w+\./, 0.4],
];

const house = fileURLToPath(new URL('.', import.meta.url));
const given = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-concurrency=3',
    '--test-timeout=280000',
    ...(given.length > 0 ? given : processes()),
  ],
  {
    cwd: house,
    env: { NODE_COMPILE_CACHE: `${house}.cache/compiled`, ...process.env },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;

/** What one process runs. */
type Share = { readonly name: string; readonly files: readonly string[] };

/** One file to run for each process, written here. Node runs them by name, so they are numbered. */
function processes(): readonly string[] {
  const files = globSync(EVERYTHING, { cwd: house, exclude: ['**/node_modules'] });
  const folder = join(house, '.cache/together');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return inOrder(sharesOf(files.sort())).map(({ name, files }, index) => {
    const path = join(folder, `${String(index).padStart(3, '0')}-${name}.test.mjs`);
    writeFileSync(path, ALONE.test(files[0] ?? '') ? textAlone(files) : textTogether(files));
    return path;
  });
}

function textAlone(files: readonly string[]): string {
  return files.map((file) => `await import('../../${file}');\n`).join('');
}

function textTogether(files: readonly string[]): string {
  const text = `import { together } from '../../together.ts';\n`;
  return `${text}await together(${JSON.stringify(files)});\n`;
}

function sharesOf(files: readonly string[]): readonly Share[] {
  const nameOf = (path: string) => path.replaceAll('/', '-');
  const alone = files.filter((file) => ALONE.test(file));
  const sharing = Map.groupBy(
    files.filter((file) => !ALONE.test(file)),
    (file) => QUICK.exec(file)?.[0] ?? dirname(file),
  );
  return [
    ...alone.map((file) => ({ name: nameOf(file.replace(/\.test\.ts$/, '')), files: [file] })),
    ...[...sharing].flatMap(([folder, all]) => {
      const most = folder.endsWith('/pages') ? MOST_STORIES : MOST_FILES;
      const parts = Math.ceil(all.length / most);
      return Array.from({ length: parts }, (_, part) => ({
        name: `${nameOf(folder)}-${part + 1}`,
        files: all.filter((_file, index) => index % parts === part),
      }));
    }),
  ];
}

/** The longest first, so that none is left alone at the end; and last what opens nothing. */
function inOrder(shares: readonly Share[]): readonly Share[] {
  const longestFirst = shares.toSorted((left, right) => workOf(right) - workOf(left));
  const isQuick = ({ files: [file = ''] }: Share) => QUICK.test(file);
  return [...longestFirst.filter((share) => !isQuick(share)), ...longestFirst.filter(isQuick)];
}

/** About how many seconds a share works; a longer file takes longer, by and large. */
function workOf({ files }: Share): number {
  const seconds = files.map((file) => {
    const [, each = 0.2] = WORK.find(([of]) => of.test(file)) ?? [];
    return (statSync(join(house, file)).size / 1_000) * each;
  });
  return seconds.reduce((sum, one) => sum + one, 0);
}
