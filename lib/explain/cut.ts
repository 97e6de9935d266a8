/** Cutting a run of bytes at fixed places, as tables say: by bytes, or by characters and packed digits. */
import { toHex } from '../bytes/bytes.ts';
import { type Explained, leaf, type Meaning, type Piece, partOf, unreadable } from './explained.ts';
import { setBitsOf } from './flags.ts';

/** One part by bytes: `length` is a count, or `rest` for what is left. */
export type BytePart = {
  readonly step: string;
  readonly name: string;
  readonly meaning: Meaning;
  readonly length: number | 'rest';
  readonly tag?: string;
  readonly sealed?: boolean;
  readonly words?: (value: Uint8Array) => string;
  /** The flag object that it is, for the words of its bits. */
  readonly flags?: string;
};

/** One part by characters or digits. */
export type TextPart = {
  readonly step: string;
  readonly name: string;
  readonly meaning: Meaning;
  readonly length: number | 'rest';
  readonly tag?: string;
  readonly words?: (text: string) => string;
};

/** Cut by bytes. Parts may be missing at the end; a broken one, and bytes after the last, cannot be read. */
export function cutBytes(piece: Piece, parts: readonly BytePart[]): readonly Explained[] {
  const cut: Explained[] = [];
  let start = piece.start;
  for (const { step, length, words, flags = '', ...saying } of parts) {
    const end = length === 'rest' ? piece.end : start + length;
    if (start === piece.end || end === start) continue;
    if (end > piece.end) {
      cut.push(unreadable(partOf(piece, step, start, piece.end), `${saying.name} is cut short`));
      return cut;
    }
    const value = piece.bytes.subarray(start, end);
    const decoded = words?.(value) ?? '';
    const bits = setBitsOf(flags, value);
    cut.push(leaf(partOf(piece, step, start, end), { ...saying, decoded, bits }));
    start = end;
  }
  if (start < piece.end) cut.push(afterTheEnd(piece, start));
  return cut;
}

/** How characters lie in bytes, and whether a part shows its characters or, as in chip data, its bytes. */
export type Writing = { readonly isPacked: boolean; readonly showsBytes?: boolean };

/**
 * Cut by characters, `text` being what the bytes say. Packed, two digits lie in a byte: parts that share one
 * become one span, and a filling nibble at the end belongs to the last.
 */
export function cutText(
  piece: Piece,
  text: string,
  parts: readonly TextPart[],
  { isPacked, showsBytes = false }: Writing,
): readonly Explained[] {
  const cut: Explained[] = [];
  let held: Held[] = [];
  let at = 0;
  let start = piece.start;
  for (const part of parts) {
    const from = at;
    at = part.length === 'rest' ? text.length : at + part.length;
    if (from === text.length || at === from) {
      at = from;
      continue;
    }
    if (at > text.length) {
      const rest = partOf(piece, part.step, start, piece.end);
      return [...cut, unreadable(rest, `${part.name} is cut short`)];
    }
    held.push({ part, text: text.slice(from, at) });
    const isWhole = !isPacked || at % 2 === 0 || at === text.length;
    if (!isWhole) continue;
    const end = isPacked ? piece.start + Math.ceil(at / 2) : piece.start + at;
    const span = joined(piece, held, start, end);
    cut.push(showsBytes ? { ...span, value: toHex(piece.bytes.subarray(start, end)) } : span);
    held = [];
    start = end;
  }
  if (start < piece.end) cut.push(afterTheEnd(piece, start));
  return cut;
}

type Held = { readonly part: TextPart; readonly text: string };

/** One span for one part, or for several that share a byte; the first that is not form gives the colour. */
function joined(piece: Piece, held: readonly Held[], start: number, end: number): Explained {
  const parts = held.map(({ part }) => part);
  const chief = parts.find(({ meaning }) => meaning !== 'form') ?? (parts[0] as TextPart);
  const decoded = held.map(({ part, text }) => part.words?.(text) ?? '').filter(isSaid);
  return leaf(partOf(piece, parts.map(({ step }) => step).join('+'), start, end), {
    tag: chief.tag ?? '',
    name: listed(parts.map(({ name }) => name)),
    meaning: chief.meaning,
    value: held.map(({ text }) => text).join(''),
    decoded: decoded.join(', '),
  });
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function isSaid(words: string): boolean {
  return words !== '';
}

function afterTheEnd(piece: Piece, start: number): Explained {
  return unreadable(partOf(piece, 'rest', start, piece.end), 'bytes after the end');
}
