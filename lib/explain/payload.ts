/**
 * Wallet payloads as a tree over their JSON text: a span for every member, what is signed as text opened once more,
 * and the punctuation between. Offsets count in the text as it stands, escapes and all.
 * @see docs/specs.md, tokenisation sheet, sections 6.4 and 6.5
 */
import { parseJson } from '../payload/json.ts';
import { PayloadError } from '../payload/malformed.ts';
import {
  type Explained,
  group,
  leaf,
  type Piece,
  partOf,
  type Saying,
  stepNamer,
  unreadable,
  wholeOf,
} from './explained.ts';
import { memberOf } from './payload-words.ts';
import { characters } from './words.ts';

/** Explain a payload. Never throws: what is no JSON object is one span that says why. */
export function explainPayload(bytes: Uint8Array): Explained {
  const whole = wholeOf(bytes);
  const text = characters(bytes);
  const why = jsonFault(text);
  if (why !== '') return unreadable(whole, why);
  const at = Array.from({ length: text.length + 1 }, (_, index) => index);
  const parts = textParts(whole, { text, at });
  return group(whole, { name: 'wallet payload', meaning: 'proof' }, parts);
}

/** Why a text is no JSON object as payloads are; empty when it is one. */
export function jsonFault(text: string): string {
  try {
    return parseJson(text) instanceof Map ? '' : 'not a JSON object';
  } catch (error) {
    if (error instanceof PayloadError) return error.message;
    throw error;
  }
}

/** A text, and where each of its characters begins in the bytes; one more says where the last ends. */
type Source = { readonly text: string; readonly at: readonly number[] };

/** Where in a text, by characters. */
type Range = readonly [from: number, to: number];

/** The parts of a JSON object with the space around it. */
function textParts(piece: Piece, source: Source): readonly Explained[] {
  const { text } = source;
  const open = text.indexOf('{') + 1;
  const { parts, end } = container(piece, source, open, '');
  const after = punctuation(piece, source, 'after', [end, text.length]);
  return [...punctuation(piece, source, 'open', [0, open]), ...parts, ...after];
}

/** What stands in an object or a list: from the character after its opening to the one after its closing. */
function container(
  piece: Piece,
  source: Source,
  from: number,
  listName: string,
): { readonly parts: readonly Explained[]; readonly end: number } {
  const step = stepNamer();
  for (const taken of PUNCTUATION_STEPS) step(taken);
  const parts: Explained[] = [];
  let covered = from;
  for (;;) {
    const start = skipSpace(source.text, covered);
    if (isClosing(source.text[start]) && parts.length === 0) {
      const end = start + 1;
      return { parts: punctuation(piece, source, 'close', [covered, end]), end };
    }
    const member = memberAt(piece, source, covered, listName, step);
    parts.push(...member.parts);
    const next = skipSpace(source.text, member.after);
    parts.push(...punctuation(piece, source, step('punctuation'), [member.end, next + 1]));
    covered = next + 1;
    if (isClosing(source.text[next])) return { parts, end: covered };
  }
}

/** A member: its node, where that ends, and where the value ends with its closing quotation mark. */
type Found = {
  readonly parts: readonly Explained[];
  readonly end: number;
  readonly after: number;
};

function memberAt(
  piece: Piece,
  source: Source,
  covered: number,
  listName: string,
  step: (name: string) => string,
): Found {
  const { text } = source;
  const { key, valueAt } = nameAt(text, covered, listName);
  const known = memberOf(key);
  const saying: Saying = {
    name: known?.name ?? `unknown member ${/^\w{1,32}$/.test(key) ? key : ''}`.trimEnd(),
    meaning: known?.meaning ?? 'word',
  };
  const place = step(key === '' ? 'member' : key);
  const first = text[valueAt];
  if (first === '{' || first === '[') {
    const path = pieceOf(piece, source, place, [covered, valueAt + 1]);
    const inside = container(path, source, valueAt + 1, first === '[' ? itemName(key) : '');
    const node = pieceOf(piece, source, place, [covered, inside.end]);
    const open = punctuation(node, source, 'tag', [covered, valueAt + 1], saying.name);
    const parts = [group(node, saying, [...open, ...inside.parts])];
    return { parts, end: inside.end, after: inside.end };
  }
  const after = first === '"' ? stringEnd(text, valueAt) : scalarEnd(text, valueAt);
  const range: Range = first === '"' ? [valueAt + 1, after - 1] : [valueAt, after];
  const node = pieceOf(piece, source, place, [covered, range[1]]);
  const open = punctuation(node, source, 'tag', [covered, range[0]], saying.name);
  const value = unescaped(source, range);
  const isJson = known?.isJson === true && jsonFault(value.text) === '';
  const said = { ...saying, value: text.slice(...range), decoded: known?.words(value.text) ?? '' };
  const inside = isJson ? textParts(node, value) : bareValue(node, source, range, said);
  const children = [...open, ...inside];
  const parts = children.length === 0 ? [] : [group(node, isJson ? saying : said, children)];
  return { parts, end: range[1], after };
}

/** The name of a member, or of the list that it stands in, and where its value begins. */
function nameAt(
  text: string,
  covered: number,
  listName: string,
): { readonly key: string; readonly valueAt: number } {
  const start = skipSpace(text, covered);
  if (listName !== '') return { key: listName, valueAt: start };
  const end = stringEnd(text, start);
  const key = text.slice(start + 1, end - 1);
  return { key, valueAt: skipSpace(text, text.indexOf(':', end) + 1) };
}

/** What one of a list is called: of signatures a signature. */
function itemName(list: string): string {
  return list === 'signatures' ? 'signature' : 'item';
}

function bareValue(
  node: Piece,
  source: Source,
  range: Range,
  saying: Saying,
): readonly Explained[] {
  return range[0] === range[1] ? [] : [leaf(pieceOf(node, source, 'value', range), saying)];
}

/** Steps that punctuation takes, so that no member has one of them. */
const PUNCTUATION_STEPS = ['tag', 'open', 'close', 'after', 'value', 'punctuation'];

function punctuation(
  piece: Piece,
  source: Source,
  step: string,
  range: Range,
  nameOf = '',
): readonly Explained[] {
  if (range[0] === range[1]) return [];
  const name = nameOf === '' ? 'punctuation' : `name of ${nameOf}`;
  const value = source.text.slice(...range);
  return [leaf(pieceOf(piece, source, step, range), { name, meaning: 'form', value })];
}

function pieceOf(piece: Piece, { at }: Source, step: string, [from, to]: Range): Piece {
  return partOf(piece, step, at[from] as number, at[to] as number);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (' \t\n\r'.includes(text[at] ?? '-')) at++;
  return at;
}

function isClosing(character: string | undefined): boolean {
  return character === '}' || character === ']';
}

/** The place after the closing quotation mark of a string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function scalarEnd(text: string, from: number): number {
  let at = from;
  while (!' \t\n\r,]}'.includes(text[at] ?? ',')) at++;
  return at;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const UNICODE_ESCAPE = 6;

/** A string without its escapes; each character remembers where it stood with them. */
function unescaped({ text, at }: Source, [from, to]: Range): Source {
  const characters: string[] = [];
  const places: number[] = [];
  for (let index = from; index < to; ) {
    places.push(at[index] as number);
    const isEscape = text[index] === '\\';
    const next = text[index + 1] ?? '';
    const isUnicode = isEscape && next === 'u';
    const code = Number.parseInt(text.slice(index + 2, index + UNICODE_ESCAPE), 16);
    if (isUnicode) characters.push(String.fromCharCode(code));
    else characters.push(isEscape ? (ESCAPES.get(next) ?? next) : (text[index] as string));
    index += isUnicode ? UNICODE_ESCAPE : isEscape ? 2 : 1;
  }
  return { text: characters.join(''), at: [...places, at[to] as number] };
}
