/** Where the bytes to be explained come from: the words themselves, a file, or standard input. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { concat } from '@octavo/lib/bytes/bytes.ts';
import { isHexText, MAX_EXPLAINED_BYTES, MAX_WRITTEN_BYTES } from '@octavo/lib/explain/given.ts';
import { UsageError } from './arguments.ts';
import type { Surroundings } from './surroundings.ts';

/** Why an input is not looked at; the message is all there is to say. */
export type TooLong = { readonly kind: 'too_long'; readonly words: string };

/**
 * Read what the words of the command name. A word that is hexadecimal is never a file; any other word is one when
 * there is such a file. Several words are one input. Nothing longer than the limit is read to its end.
 */
export async function readWords(
  words: readonly string[],
  surroundings: Pick<Surroundings, 'stdin'>,
): Promise<Uint8Array | TooLong> {
  const [word = ''] = words;
  if (words.length === 0) throw new UsageError('explain wants hexadecimal, base64, a file or -');
  const raw =
    word === '-' && words.length === 1 ? await readStandardInput(surroundings) : readNamed(words);
  return raw.length > MAX_WRITTEN_BYTES ? tooLong() : raw;
}

/** The one line for what is too long. */
export function tooLong(): TooLong {
  const limit = `at most ${MAX_EXPLAINED_BYTES} bytes are explained at once`;
  return { kind: 'too_long', words: `too long: ${limit}` };
}

function readNamed(words: readonly string[]): Uint8Array {
  const [word = ''] = words;
  const text = words.join(' ');
  if (words.length > 1 || isHexText(text)) return Buffer.from(text);
  return readFile(word) ?? Buffer.from(text);
}

/** The beginning of a file, one byte past the limit at most; undefined when there is no such file. */
function readFile(path: string): Uint8Array | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (!found.isFile()) throw new UsageError('explain reads files, not folders or devices');
    return readBeginning(path);
  } catch (error) {
    // A pasted text can be too long, or too strange, to be the name of a file.
    if (isNoName(error)) return undefined;
    if (error instanceof Error && 'code' in error)
      throw new UsageError(`the file cannot be read (${String(error.code)})`);
    throw error;
  }
}

function readBeginning(path: string): Uint8Array {
  const bytes = Buffer.alloc(MAX_WRITTEN_BYTES + 1);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      length += count;
      if (count === 0 || length === bytes.length) return bytes.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function isNoName(error: unknown): boolean {
  const names = ['ENAMETOOLONG', 'ENOTDIR', 'ENOENT', 'ERR_INVALID_ARG_VALUE', 'ELOOP'];
  return error instanceof Error && 'code' in error && names.includes(String(error.code));
}

async function readStandardInput({ stdin }: Pick<Surroundings, 'stdin'>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MAX_WRITTEN_BYTES) break;
  }
  return concat(...chunks);
}
