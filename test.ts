/**
 * `npm test`: every test file, three processes at a time: stories in a browser wait more than they work, so one of them
 * runs beside two that work. Files of one folder share a process, a dozen at most, since to start, load and open costs
 * more than most tests; see `together.ts`. What is compiled is kept for the next start.
 * Words after `--` are files or options instead, and run as they are: `npm test -- lib/emv/*.test.ts`.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EVERYTHING = ['*.test.ts', '{lib,domain,services,platform,apps,sim}/**/*.test.ts'];

/** These measure their process, change what they import, or fill a process with one long story. */
const ALONE =
  /^(\w+\.test\.ts|lib\/(fuzz|vectors)|apps\/web\/|apps\/octavo\/src\/(pages\/|process\.)|platform\/src\/(folder|link)\.)/;

const MOST_FILES = 12;

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

/** One file to run for each process: a test file, or one that is written here and names those that share. */
function processes(): readonly string[] {
  const files = globSync(EVERYTHING, { cwd: house, exclude: ['**/node_modules'] }).sort();
  const folder = join(house, '.cache/together');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sharing = Map.groupBy(
    files.filter((file) => !ALONE.test(file)),
    dirname,
  );
  const written = [...sharing].flatMap(([name, all]) => {
    const parts = Math.ceil(all.length / MOST_FILES);
    return Array.from({ length: parts }, (_, part) => {
      const share = all.filter((_file, index) => index % parts === part);
      const path = join(folder, `${name.replaceAll('/', '-')}-${part + 1}.test.mjs`);
      const text = `import { together } from '../../together.ts';\nawait together(${JSON.stringify(share)});\n`;
      writeFileSync(path, text);
      return path;
    });
  });
  return mixed(
    files.filter((file) => ALONE.test(file)),
    written,
  );
}

/** One list into the other, evenly: what waits and what works go side by side from the first to the last. */
function mixed(some: readonly string[], others: readonly string[]): readonly string[] {
  const placed = [some, others].flatMap((list) =>
    list.map((file, index) => ({ file, place: (index + 0.5) / list.length })),
  );
  return placed.sort((left, right) => left.place - right.place).map(({ file }) => file);
}
