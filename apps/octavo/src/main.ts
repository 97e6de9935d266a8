#!/usr/bin/env node
/** The process: gives the command line what it reads and writes, and ends with its exit code. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { cacheFolder } from '@octavo/platform/config.ts';
import { runWords } from './run-words.ts';

const EXIT_WRONG_NODE = 2;

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 26) {
  process.stderr.write(
    `octavo needs Node 26 (npm ci brings it; use npx octavo); this is ${process.version}\n`,
  );
  process.exit(EXIT_WRONG_NODE);
}

// By itself Node makes the embedded engine's functions fast after a few calls, on every processor there is: for a command
// of a second that is more work than it saves. Compiled code is kept under these settings, so they come first.
setFlagsFromString('--wasm-tiering-budget=100000000');

// Commands load later, and from compiled code the second time: half the way to the first line. The folder is the
// user's own, not the machine's.
enableCompileCache(join(cacheFolder(process.env), 'compiled'));

// A reader that has seen enough (head, less) closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runWords(process.argv.slice(2), {
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  isTerminal: process.stdout.isTTY === true,
  columns: process.stdout.columns,
});
