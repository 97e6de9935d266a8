/**
 * `npm test`: every test file, three processes at a time: stories in a browser wait as much as they work, so they run
 * beside others that work. Files of one folder share a process, a dozen at most, since to start, load and open costs
 * more than most tests; see `together.ts`. What is compiled is kept for the next start.
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

/** What opens a browser and waits, beside what opens databases and works; the longest first, and last what opens nothing. */
function inOrder(shares: readonly Share[]): readonly Share[] {
  const longestFirst = shares.toSorted((left, right) => sizeOf(right) - sizeOf(left));
  const kindOf = ({ files: [file = ''] }: Share) =>
    file.startsWith('apps/octavo/src/pages/') ? 'waits' : QUICK.test(file) ? 'is quick' : 'works';
  const of = (kind: string) => longestFirst.filter((share) => kindOf(share) === kind);
  return [...mixed(of('waits'), of('works')), ...of('is quick')];
}

/** How long the files of a share are; a longer file takes longer, by and large. */
function sizeOf({ files }: Share): number {
  return files.reduce((sum, file) => sum + statSync(join(house, file)).size, 0);
}

/** One list into the other, evenly. */
function mixed(some: readonly Share[], others: readonly Share[]): readonly Share[] {
  const placed = [some, others].flatMap((list) =>
    list.map((share, index) => ({ share, place: (index + 0.5) / list.length })),
  );
  return placed.sort((left, right) => left.place - right.place).map(({ share }) => share);
}
