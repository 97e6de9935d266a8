/** The lines of a file of calculations: they end at LF alone, are UTF-8, and have a longest length. */
import { EXPECT } from '@octavo/lib/calc/calculate.ts';

/** A line as it stands in the file, or why it is none. `expects`: `"expect"` stands in it all the same. */
export type RawLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly why: string; readonly expects: boolean };

/** The longest line, in bytes. A longer one is not held. */
export const LONGEST_LINE = 4 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const EXPECT_BYTES = Buffer.from(EXPECT);

/** A line of which the end has not come yet. */
type OpenLine = {
  parts: Uint8Array[];
  length: number;
  /** Of a line that is too long: its last bytes, and whether something is expected in what has gone. */
  tail: Uint8Array;
  expects: boolean;
};

/**
 * The lines of a stream of bytes, without their ends: LF, or CR and LF. A byte order mark at the very start is no part
 * of the first one. Every byte is looked at once, however the stream is cut.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine> {
  let line = newLine();
  let isFirst = true;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      add(line, chunk.subarray(from, end));
      yield closed(line, isFirst);
      line = newLine();
      isFirst = false;
      from = end + 1;
    }
    add(line, chunk.subarray(from));
  }
  if (line.length > 0) yield closed(line, isFirst);
}

function newLine(): OpenLine {
  return { parts: [], length: 0, tail: new Uint8Array(0), expects: false };
}

function add(line: OpenLine, part: Uint8Array): void {
  line.length += part.length;
  line.parts.push(part);
  if (line.length <= LONGEST_LINE) return;
  const seen = Buffer.concat([line.tail, ...line.parts]);
  line.expects ||= seen.includes(EXPECT_BYTES);
  // What is looked for may be cut in two; a copy, so that the rest is not held.
  line.tail = Uint8Array.from(seen.subarray(-(EXPECT_BYTES.length - 1)));
  line.parts = [];
}

function closed({ parts, length, expects }: OpenLine, isFirst: boolean): RawLine {
  if (length > LONGEST_LINE) return { kind: 'unreadable', why: 'the line is too long', expects };
  const whole = Buffer.concat(parts);
  const marked = isFirst && whole.subarray(0, 3).equals(BYTE_ORDER_MARK);
  const bytes = whole.subarray(marked ? 3 : 0, whole.at(-1) === CR ? -1 : undefined);
  try {
    return { kind: 'text', text: utf8.decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { kind: 'unreadable', why: 'not UTF-8', expects: bytes.includes(EXPECT_BYTES) };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
