/**
 * Values that tell how a card wants its holder checked, and others that hold several things: the list of methods and
 * what the terminal did with it, data for a tap's signature, languages, script commands and their results.
 * @see docs/specs.md, EMV field codings, and EMV contactless sheet, section 7.2
 */
import { toHex, toUint } from '../bytes/bytes.ts';
import {
  CVM_AMOUNT_BYTES,
  cvmConditionWords,
  cvmMethodWords,
  cvmResultWords,
  cvmRule,
} from '../emv/cvm.ts';
import type { Tag } from '../tlv/tlv.ts';
import { type BytePart, cutBytes } from './cut.ts';
import {
  type Explained,
  group,
  leaf,
  type Piece,
  partOf,
  stepNamer,
  unreadable,
} from './explained.ts';
import { flagWords } from './flags.ts';
import { characters } from './words.ts';

/** What is inside a value, and what it says as a whole. */
export type Content = { readonly parts: readonly Explained[]; readonly decoded: string };

/** The readers by tag; none is called for an empty value. */
export const CARD_CONTENTS: Readonly<Record<Tag, (piece: Piece) => Content>> = {
  '5F2D': languagesContent,
  '86': scriptContent,
  '8E': methodsContent,
  '9F34': (piece) => ({ parts: cutBytes(piece, METHOD_RESULT), decoded: resultWords(piece) }),
  '9F69': (piece) => ({ parts: cutBytes(piece, AUTHENTICATION_DATA), decoded: '' }),
  DF31: scriptResultsContent,
};

const RULE_BYTES = 2;

function methodsContent(piece: Piece): Content {
  const at = Math.min(piece.start + 2 * CVM_AMOUNT_BYTES, piece.end);
  const parts = [...cutBytes({ ...piece, end: at }, AMOUNTS)];
  const step = stepNamer();
  let count = 0;
  for (let start = at; start < piece.end; start += RULE_BYTES) {
    const end = Math.min(start + RULE_BYTES, piece.end);
    const part = partOf(piece, step('rule'), start, end);
    parts.push(end - start < RULE_BYTES ? unreadable(part, 'a rule is cut short') : rule(part));
    count++;
  }
  return { parts, decoded: count === 1 ? '1 rule' : `${count} rules` };
}

const AMOUNTS: readonly BytePart[] = ['X', 'Y'].map((name) => ({
  step: name,
  name: `amount ${name}`,
  meaning: 'money',
  length: CVM_AMOUNT_BYTES,
  words: (value) => `${toUint(value)} minor units of the application currency`,
}));

/** One rule: its method with what comes after a failure, then its condition. */
function rule(piece: Piece): Explained {
  const value = toHex(piece.bytes.subarray(piece.start, piece.end));
  return group(piece, { name: 'rule', meaning: 'rule', value }, cutBytes(piece, METHOD));
}

const METHOD: readonly BytePart[] = [
  {
    step: 'method',
    name: 'method',
    meaning: 'rule',
    length: 1,
    words: ([code = 0]) => `${methodWords(code)}; ${failureWords(code)}`,
  },
  {
    step: 'condition',
    name: 'condition',
    meaning: 'rule',
    length: 1,
    words: ([condition = 0]) => cvmConditionWords(condition),
  },
];

const METHOD_RESULT: readonly BytePart[] = [
  ...METHOD,
  {
    step: 'result',
    name: 'result',
    meaning: 'verdict',
    length: 1,
    words: ([result = 0]) => cvmResultWords(result),
  },
];

function methodWords(code: number): string {
  return cvmMethodWords(cvmRule(code, 0).method);
}

function failureWords(code: number): string {
  const { triesNext } = cvmRule(code, 0);
  return triesNext ? 'if it fails, try the next rule' : 'if it fails, verification has failed';
}

/** Method and how it ended; the condition is beside them in the parts. */
function resultWords({ bytes, start, end }: Piece): string {
  if (end - start !== 3) return '';
  const [code = 0, , result = 0] = bytes.subarray(start, end);
  const ended = cvmResultWords(result);
  return ended === '' ? methodWords(code) : `${methodWords(code)}: ${ended}`;
}

/** What a signature over a tap covers besides the terminal's values. */
const AUTHENTICATION_DATA: readonly BytePart[] = [
  {
    step: 'version',
    name: 'fDDA version',
    meaning: 'rule',
    length: 1,
    words: (value) => `version ${toHex(value)}`,
  },
  { step: 'random', name: "card's unpredictable number", meaning: 'once', length: 4 },
  {
    step: 'CTQ',
    name: 'card transaction qualifiers',
    meaning: 'rule',
    length: 2,
    flags: '9F6C',
    words: (value) => flagWords('9F6C', value) ?? '',
  },
  { step: 'reserved', name: 'reserved', meaning: 'form', length: 'rest' },
];

const LANGUAGES: Readonly<Record<string, string>> = {
  de: 'German',
  en: 'English',
  es: 'Spanish',
  fr: 'French',
  it: 'Italian',
  ja: 'Japanese',
  ko: 'Korean',
  ms: 'Malay',
  nl: 'Dutch',
  pt: 'Portuguese',
  ru: 'Russian',
  th: 'Thai',
  zh: 'Chinese',
};

/** One to four languages in order of preference, two letters each. */
function languagesContent(piece: Piece): Content {
  const step = stepNamer();
  const parts: Explained[] = [];
  for (let start = piece.start; start < piece.end; start += 2) {
    const end = Math.min(start + 2, piece.end);
    const part = partOf(piece, step('language'), start, end);
    if (end - start < 2) {
      parts.push(unreadable(part, 'a language is cut short'));
      break;
    }
    const letters = characters(piece.bytes.subarray(start, end));
    const decoded =
      LANGUAGES[letters.toLowerCase()] ?? (/^[a-z]{2}$/i.test(letters) ? letters : '');
    parts.push(leaf(part, { name: 'language', meaning: 'word', decoded }));
  }
  const said = parts.map(({ decoded }) => decoded).filter((words) => words !== '');
  return { parts, decoded: said.join(', ') };
}

/** @see docs/specs.md, EMV contactless sheet, section 2, and cryptograms sheet, section 6.3 */
const SCRIPT_COMMANDS: Readonly<Record<number, string>> = {
  22: 'CARD BLOCK',
  24: 'APPLICATION UNBLOCK',
  30: 'APPLICATION BLOCK',
  36: 'PIN CHANGE',
  218: 'PUT DATA',
  220: 'UPDATE RECORD',
};

const SCRIPT_MAC_BYTES = 4;
const HEADER_BYTES = 5;

/** A command for the card: header, length, data, and a MAC where the class says that there is one. */
function scriptContent(piece: Piece): Content {
  const { bytes, start, end } = piece;
  const [cla = 0, ins = 0] = bytes.subarray(start, end);
  const decoded = SCRIPT_COMMANDS[ins] ?? '';
  const one = (tag: string, name: string, words = ''): BytePart => ({
    step: tag,
    tag,
    name,
    meaning: 'form',
    length: 1,
    words: () => words,
  });
  const macBytes = (cla & 0x0c) === 0 ? 0 : SCRIPT_MAC_BYTES;
  const dataBytes = Math.max(0, end - start - HEADER_BYTES - macBytes);
  const parts = cutBytes(piece, [
    one('CLA', 'class', macBytes === 0 ? '' : 'with a MAC'),
    one('INS', 'instruction', decoded),
    one('P1', 'parameter 1'),
    one('P2', 'parameter 2'),
    one('Lc', 'length of the data'),
    { step: 'data', name: 'data of the script command', meaning: 'proof', length: dataBytes },
    { step: 'MAC', tag: 'MAC', name: 'MAC of the issuer script', meaning: 'proof', length: 'rest' },
  ]);
  return { parts, decoded };
}

const SCRIPT_RESULT_BYTES = 5;
const SCRIPT_RESULTS: Readonly<Record<number, string>> = {
  0: 'not performed',
  1: 'failed',
  2: 'successful',
};

/** Five bytes for each script: how it ended and which command was the last, then its identifier. */
function scriptResultsContent(piece: Piece): Content {
  const step = stepNamer();
  const parts: Explained[] = [];
  for (let start = piece.start; start < piece.end; start += SCRIPT_RESULT_BYTES) {
    const end = Math.min(start + SCRIPT_RESULT_BYTES, piece.end);
    const part = partOf(piece, step('script'), start, end);
    if (end - start < SCRIPT_RESULT_BYTES) {
      parts.push(unreadable(part, 'a result is cut short'));
      break;
    }
    const first = piece.bytes[start] as number;
    const ended = SCRIPT_RESULTS[first >> 4] ?? '';
    const at = (first & 0x0f) === 0 ? '' : `, command ${first & 0x0f}`;
    parts.push(
      leaf(part, { name: 'result of a script', meaning: 'verdict', decoded: `${ended}${at}` }),
    );
  }
  return { parts, decoded: '' };
}
