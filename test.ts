/**
 * `npm test`: every test file, two at a time, with a cache of compiled code that makes the many processes start in
 * half the time. Words after `--` are files or options instead: `npm test -- lib/emv/*.test.ts`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const EVERYTHING = ['*.test.ts', '{lib,domain,services,platform,apps,sim}/**/*.test.ts'];

const house = fileURLToPath(new URL('.', import.meta.url));
const given = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    '--test-timeout=280000',
    ...(given.length > 0 ? given : EVERYTHING),
  ],
  {
    cwd: house,
    env: { NODE_COMPILE_CACHE: `${house}.cache/compiled`, ...process.env },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
