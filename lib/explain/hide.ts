/**
 * What an explanation may show to anybody: account numbers keep their first six and last four digits, and PINs,
 * keys, names of holders and what the issuer adds to a track are replaced whole, in values, words and bytes alike.
 * Expiry and service code stay: with the number hidden they tell nobody's card, and they are what is to be explained.
 * @see docs/specs.md, ISO 8583 sheet, section 3
 */
import { toHex } from '../bytes/bytes.ts';
import { isLuhnValid } from '../emv/pan.ts';
import { CANNOT_BE_READ, type Explained, leaves } from './explained.ts';
import type { ExplainedPart } from './kind.ts';
import { characters } from './words.ts';

/** A part to be shown: its bytes as hexadecimal digits, `*` for each that is hidden. */
export type ShownPart = {
  readonly title: string;
  readonly hex: string;
  readonly tree: Explained;
};

/** A part as it is, every digit of it. */
export function revealed({ title, bytes, tree }: ExplainedPart): ShownPart {
  return { title, hex: toHex(bytes), tree };
}

/** A part with everything hidden that tells a card, its holder, or a secret. */
export function hidden({ title, bytes, tree }: ExplainedPart): ShownPart {
  const digits = Array.from(toHex(bytes));
  mark(digits, bytes, tree);
  const all = toHex(bytes);
  if (isNumber(all)) for (const at of numberIn(all)) digits[at] = HIDDEN;
  const hex = digits.join('');
  return { title, hex, tree: hideIn(tree, bytes, hex) };
}

/** How much of a value is hidden. */
type Rule = 'number' | 'track' | 'all';

/** Data objects and data elements, by tag. */
const BY_TAG: Readonly<Record<string, Rule>> = {
  '56': 'all',
  '57': 'track',
  '5A': 'number',
  '5F20': 'all',
  '99': 'all',
  '9F0B': 'all',
  '9F1F': 'all',
  '9F20': 'all',
  '9F61': 'all',
  '9F6B': 'track',
  DE2: 'number',
  DE35: 'track',
  DE36: 'all',
  DE45: 'all',
  DE52: 'all',
  'DE61.2': 'all',
  'DE61.6': 'all',
  'DE61.9': 'all',
  'DE61.9.2': 'all',
  'DE63.02': 'number',
  DE102: 'number',
  DE103: 'number',
};

/** Parts without a tag, by name; readers of new kinds give such parts one of these names. */
const BY_NAME: Readonly<Record<string, Rule>> = {
  'account number': 'number',
  'cardholder name': 'all',
  'card keys': 'all',
  'discretionary data': 'all',
  keys: 'all',
  key: 'all',
  passcode: 'all',
  passcodes: 'all',
  PIN: 'all',
  'PIN block': 'all',
  'check character': 'all',
};

/** What nobody could read, or has no name, may hold a number anywhere: any run of as many digits is hidden as one. */
const NAMELESS = /unknown|^part of longer data$|^values |^data$|^block$/;
const SHORTEST_NUMBER = 12;

const HIDDEN = '*';
const FIRST_KEPT = 6;
const LAST_KEPT = 4;

/** What one tag means to two schemes: 9F6B of six bytes is an amount, longer ones are a track. */
const AMOUNT_DIGITS = 12;

function ruleOf({ tag, name, value }: Explained): Rule | undefined {
  if (tag === '9F6B' && value.length === AMOUNT_DIGITS) return undefined;
  return BY_TAG[tag] ?? BY_NAME[name];
}

/** Replace the hexadecimal digits that a rule hides. */
function mark(digits: string[], bytes: Uint8Array, node: Explained): void {
  const rule = ruleOf(node);
  if (rule !== undefined) markNode(digits, bytes, node, rule);
  else if (isNumber(node.value) && !node.path.startsWith('DE'))
    markNode(digits, bytes, node, 'number');
  else if (node.children.length === 0 && (node.name === CANNOT_BE_READ || NAMELESS.test(node.name)))
    markRuns(digits, bytes, node, LONG_RUN);
  else if (node.children.length === 0) markRuns(digits, bytes, node, TRACK_START, isLuhnValid);
  for (const child of node.children) mark(digits, bytes, child);
}

/** Whether a value is what an account number would be, whatever it is called: its length, and its check digit holds. */
function isNumber(value: string): boolean {
  return (
    value.length <= 20 &&
    /^[1-9][0-9]{12,18}F*$/.test(value) &&
    isLuhnValid(value.replace(/F+$/, ''))
  );
}

function markNode(digits: string[], bytes: Uint8Array, node: Explained, rule: Rule): void {
  const cells = cellsOf(node, bytes);
  if (cells === undefined) {
    for (const { start, end, meaning, name } of leaves(node)) {
      if (meaning !== 'form' || name === CANNOT_BE_READ) digits.fill(HIDDEN, start * 2, end * 2);
    }
    return;
  }
  for (const index of hiddenIn(cells.text, rule)) {
    const at = cells.first + index * cells.width;
    digits.fill(HIDDEN, at, at + cells.width);
  }
}

/** Where the characters of a value stand: the first hexadecimal digit, and how many digits a character takes. */
type Cells = { readonly text: string; readonly first: number; readonly width: 1 | 2 };

/** How a value lies in the last bytes of its node: as digits, with filling on either side, or as characters. */
function cellsOf({ value, end, start }: Explained, bytes: Uint8Array): Cells | undefined {
  if (value === '') return undefined;
  const text = value.replace('=', 'D');
  for (const [size, skip] of [
    [value.length, 0],
    [value.length + 1, 0],
    [value.length + 1, 1],
  ] as const) {
    const from = end - size / 2;
    if (size % 2 !== 0 || from < start) continue;
    const digits = toHex(bytes.subarray(from, end)).slice(skip, skip + value.length);
    if (digits === text) return { text, first: from * 2 + skip, width: 1 };
  }
  const from = end - value.length;
  if (from < start || characters(bytes.subarray(from, end)) !== value) return undefined;
  return { text: value, first: from * 2, width: 2 };
}

/** Which characters of a value a rule hides. */
function hiddenIn(text: string, rule: Rule): readonly number[] {
  if (rule === 'all') return range(0, text.length);
  if (rule === 'number') return numberIn(text);
  const separator = text.search(/[D=]/);
  if (separator < 0) return range(0, text.length);
  return [...numberIn(text.slice(0, separator)), ...range(separator + AFTER_NUMBER, text.length)];
}

/** Separator, expiry, service code. */
const AFTER_NUMBER = 8;

/** The first six and last four digits stay, filling and separators between the digits too; a short number goes whole. */
function numberIn(text: string): readonly number[] {
  const places = range(0, text.length).filter((index) => /[0-9]/.test(text[index] as string));
  return places.length <= SHORTEST_NUMBER ? places : places.slice(FIRST_KEPT, -LAST_KEPT);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

/** A run of digits that is long enough for an account number. */
const LONG_RUN = /[0-9]{12,}/g;

/** An account number with the separator of a track behind it, whatever object it stands in. */
const TRACK_START = /(?<![0-9])[0-9]{13,19}(?=[D=])/g;

/** Hide the middle of every run that may be an account number, packed or as characters. */
function markRuns(
  digits: string[],
  bytes: Uint8Array,
  { start, end }: Explained,
  runs: RegExp,
  isOne: (run: string) => boolean = () => true,
): void {
  const packed = toHex(bytes.subarray(start, end));
  for (const { 0: run, index } of packed.matchAll(runs)) {
    if (!isOne(run)) continue;
    for (const at of insideOf(run.length)) digits[start * 2 + index + at] = HIDDEN;
  }
  for (const { 0: run, index } of characters(bytes.subarray(start, end)).matchAll(runs)) {
    if (!isOne(run)) continue;
    for (const at of insideOf(run.length))
      digits.fill(HIDDEN, (start + index + at) * 2, (start + index + at) * 2 + 2);
  }
}

function insideOf(length: number): readonly number[] {
  return range(FIRST_KEPT, length - LAST_KEPT);
}

/** The tree with values that show what the digits show, and without words that tell what is hidden. */
function hideIn(node: Explained, bytes: Uint8Array, hex: string): Explained {
  const children = node.children.map((child) => hideIn(child, bytes, hex));
  const isTouched = hex.slice(node.start * 2, node.end * 2).includes(HIDDEN);
  if (!isTouched || node.value === '') return { ...node, children };
  const value = hiddenValue(node, bytes, hex);
  if (value === node.value) return { ...node, children };
  const { bits: _, ...rest } = node;
  return { ...rest, value, decoded: keepsWords(node) ? node.decoded : 'masked', children };
}

/** Words about a whole that holds something hidden stay, and so do those for expiry and service code beside it. */
function keepsWords(node: Explained): boolean {
  const rule = ruleOf(node);
  if (rule !== undefined) return rule === 'track';
  const isBesideNumber = /expiry|service code/.test(node.name);
  return node.children.length > 0 || (isBesideNumber && !/account number/.test(node.name));
}

function hiddenValue(node: Explained, bytes: Uint8Array, hex: string): string {
  const cells = cellsOf(node, bytes);
  if (cells === undefined) return HIDDEN.repeat(node.value.length);
  const { first, width } = cells;
  return Array.from(node.value, (character, index) =>
    hex[first + index * width] === HIDDEN ? HIDDEN : character,
  ).join('');
}
