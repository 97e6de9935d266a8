/**
 * Keeps a world's events in a file, a line of JSON each, so that a tap can still be read after a restart. It is a
 * convenience and no ledger: what a crash takes from its end is missed by nobody but the reader.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type TraceBuffer, type TraceEntry, traceBuffer } from './trace.ts';

/** A buffer of events that is written along. */
export type KeptTrace = TraceBuffer & {
  /** Resolves once what was told is with the operating system. */
  close(): Promise<void>;
};

/** Open the events kept in a file, the last `capacity` of them, and write on. The file is its owner's alone. */
export async function keepTrace(file: string, capacity: number): Promise<KeptTrace> {
  const kept = await readKept(file, capacity);
  // What is older than the buffer goes at every start; so the file ends at what one life of the process adds.
  await writeFile(`${file}.new`, kept.map(lineOf).join(''), { mode: 0o600 });
  await rename(`${file}.new`, file);
  const buffer = traceBuffer(capacity, kept);
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  let isBroken = false;
  stream.on('error', (error) => {
    isBroken = true;
    process.emitWarning(`events are no longer kept: ${error.message}`);
  });
  const stop = buffer.subscribe((entry) => {
    if (!isBroken) stream.write(lineOf(entry));
  });
  return {
    ...buffer,
    close: async () => {
      stop();
      if (!isBroken) await ended(stream);
    },
  };
}

async function readKept(file: string, capacity: number): Promise<readonly TraceEntry[]> {
  const lines = (await textOf(file)).split('\n').slice(-capacity - 1);
  return lines.flatMap((line) => entryOf(line) ?? []).slice(-capacity);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** A line's entry; none for one that a crash cut short. */
function entryOf(line: string): TraceEntry | undefined {
  try {
    const value = JSON.parse(line) as Partial<TraceEntry>;
    const isWhole = Number.isSafeInteger(value?.sequence) && typeof value?.event?.type === 'string';
    return isWhole ? (value as TraceEntry) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function lineOf(entry: TraceEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function ended(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.end(() => resolve());
  });
}
