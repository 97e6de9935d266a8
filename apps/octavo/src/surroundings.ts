/** What a command meets outside itself: where it reads and writes, and what its terminal is like. */
import type { Readable, Writable } from 'node:stream';
import type { Screen } from './paint.ts';

/** The surroundings of one run; `main.ts` makes them from the process, a test from what it wants to see. */
export type Surroundings = Screen & {
  /** Opened when it is first asked for, so that whoever reads nothing leaves it alone. */
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
};
