/** A file of calculations: one line in, one line out, in the order of the file, and a line that sums up. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { type CalcAnswer, calculateText, noLine } from '@octavo/lib/calc/calculate.ts';
import type { CalcPorts } from '@octavo/lib/calc/operation.ts';
import { linesOf } from './calc-lines.ts';
import type { Surroundings } from './surroundings.ts';

const EXIT_FAILED = 1;
const EXIT_UNREADABLE = 2;

/** What became of the lines; together they are all of them. */
type Tally = { ok: number; failed: number; errors: number };

/** The last line of everything that is written as JSON. */
export function resultOf(tally: Tally): object {
  return { type: 'result', lines: tally.ok + tally.failed + tally.errors, ...tally };
}

/**
 * Compute the lines of a file, or of standard input for `-`. Resolves to the exit code: 1 when an expectation
 * failed, 2 when the file cannot be read.
 */
export async function runBatch(
  path: string,
  ports: CalcPorts,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const tally: Tally = { ok: 0, failed: 0, errors: 0 };
  try {
    const input = path === '-' ? surroundings.stdin : createReadStream(path);
    await computeLines(input, ports, tally, stdout);
  } catch (error) {
    if (!isReadError(error)) throw error;
    // The path, which comes after the reason, may be a key in the wrong place.
    const [reason] = error.message.split(', ');
    stderr.write(`octavo: the file cannot be read: ${reason}\n`);
    return EXIT_UNREADABLE;
  }
  await writeLine(stdout, resultOf(tally));
  return tally.failed > 0 ? EXIT_FAILED : 0;
}

async function computeLines(
  input: Readable,
  ports: CalcPorts,
  tally: Tally,
  stdout: Writable,
): Promise<void> {
  for await (const line of linesOf(input)) {
    if (line.kind === 'text' && BLANK.test(line.text)) continue;
    const { answer, expects } =
      line.kind === 'text' ? calculateText(line.text, ports) : noLine(line.why, line.expects);
    tally[outcomeOf(answer, expects)] += 1;
    await writeLine(stdout, answer);
  }
}

/** What JSON takes for space. */
const BLANK = /^[ \t\r]*$/;

/** No such file, a folder, no right to read: what the system says when it is asked to. */
function isReadError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error && 'syscall' in error && ['open', 'read'].includes(`${error.syscall}`)
  );
}

function outcomeOf(answer: CalcAnswer, expects: boolean): keyof Tally {
  if ('error' in answer) return expects ? 'failed' : 'errors';
  return answer.ok === false ? 'failed' : 'ok';
}

/** Write a line, and wait when the reader is slower than we are. */
export async function writeLine(stdout: Writable, value: object): Promise<void> {
  if (!stdout.write(`${JSON.stringify(value)}\n`)) await once(stdout, 'drain');
}
