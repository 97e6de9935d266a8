/**
 * Data objects written as tags with their values, a line each, as terminals print them on journals and testers send
 * them in mails, or as a JSON object of tags. They are put together again as data objects.
 */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { TAGS } from '../emv/tags.ts';
import { encodeTlv, isConstructed, type Tag, tlv } from '../tlv/tlv.ts';

/** What the lines hold: the data objects as bytes, how many there are and how many of their tags are known. */
export type TagLines = {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly known: number;
};

const LONGEST_LINE = 1200;
const MOST_LINES = 400;

/** A tag, perhaps in brackets and after the word, its name, a colon or an equals sign, and the value. */
const LINE =
  /^[\s*•-]*(?:tag\s*)?[[(<]?(?:0x)?([0-9A-Fa-f]{2,6})[\])>]?(?:[\s(,.-][^:=]*)?[:=]+\s*["']?((?:[0-9A-Fa-f]{2} ?)*)["']?,?\s*$/i;
/** `[9F36] 0001`, which needs no colon. */
const BRACKETED = /^\s*(?:tag\s*)?[[(<]([0-9A-Fa-f]{2,6})[\])>]\s*((?:[0-9A-Fa-f]{2} ?)+)$/i;

/**
 * Read tags with values; undefined when a line that looks like one is none, or no tag is known. Lines of other text
 * are left aside, and a value that stands inside a template before it is not told twice.
 */
export function tagLinesIn(text: string): TagLines | undefined {
  const pairs = text.startsWith('{') ? membersOf(text) : linesOf(text);
  if (pairs === undefined || pairs.length === 0) return undefined;
  let inside = '';
  const kept: Uint8Array[] = [];
  for (const [tag, value] of pairs) {
    const object = encodeTlv([tlv(tag, fromHex(value))]);
    const hex = toHex(object);
    if (value === '' || (inside !== '' && inside.includes(hex))) continue;
    if (isConstructed(tag)) inside += value;
    kept.push(object);
  }
  const known = pairs.filter(([tag]) => TAGS[tag] !== undefined).length;
  const bytes = fromHex(kept.map(toHex).join(''));
  return known === 0 || kept.length === 0 ? undefined : { bytes, count: pairs.length, known };
}

type Pair = readonly [tag: Tag, value: string];

function linesOf(text: string): readonly Pair[] | undefined {
  const pairs: Pair[] = [];
  const lines = text.split(/[\r\n]+/);
  if (lines.length > MOST_LINES) return undefined;
  for (const line of lines) {
    if (line.length > LONGEST_LINE) return undefined;
    const match = LINE.exec(line) ?? BRACKETED.exec(line);
    const pair = match === null ? undefined : pairOf(match[1] ?? '', match[2] ?? '');
    if (pair !== undefined) pairs.push(pair);
    // A remark is no matter; a line of digits alone means that these are no tag lines at all.
    else if (/^[\s0-9A-Fa-f:]+$/.test(line) && line.trim() !== '') return undefined;
  }
  return pairs;
}

/** The members of a flat JSON object whose names are tags; undefined when one is something else. */
function membersOf(text: string): readonly Pair[] | undefined {
  const members = [...text.matchAll(/"([0-9A-Fa-f]{2,6})"\s*:\s*"([0-9A-Fa-f]*)"/g)];
  const rest = text.replace(/"[0-9A-Fa-f]{2,6}"\s*:\s*"[0-9A-Fa-f]*"/g, '');
  if (!/^\{[\s,]*\}$/.test(rest)) return undefined;
  const pairs = members.map(([, tag = '', value = '']) => pairOf(tag, value));
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined;
}

function pairOf(tag: string, value: string): Pair | undefined {
  const name = tag.toUpperCase();
  const digits = value.replaceAll(' ', '').toUpperCase();
  if (!isTag(name) || digits.length % 2 !== 0) return undefined;
  return [name, digits];
}

/** Whether these are the digits of one tag and no more. */
export function isTag(digits: string): boolean {
  if (!/^(?:[0-9A-F]{2}){1,3}$/.test(digits)) return false;
  const [first = 0, second = 0, third = 0] = fromHex(digits);
  if (first === 0x00 || first === 0xff) return false;
  if ((first & 0x1f) !== 0x1f) return digits.length === 2;
  if (second < 0x80) return digits.length === 4;
  return digits.length === 6 && second !== 0x80 && third < 0x80;
}
