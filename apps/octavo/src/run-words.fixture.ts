/** For tests: `octavo` in this process, with all that it writes. */
import { Readable, Writable } from 'node:stream';
import { runWords } from './run-words.ts';

/** The exit code of a run and all that it wrote. */
export type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** What a run finds around it; nothing where nothing is given. There is no terminal. */
export type Around = {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
};

/** Run `octavo` with these words: the very code of a process of its own, without the process. */
export async function say(words: readonly string[], around: Around = {}): Promise<Said> {
  const { input = '', environment = {} } = around;
  const stdout = captured();
  const stderr = captured();
  const code = await runWords(words, {
    stdin: Readable.from([Buffer.from(input)], { objectMode: false }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment,
    isTerminal: false,
    columns: undefined,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function captured(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
