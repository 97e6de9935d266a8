/**
 * Key blocks (TR-31) as a tree over their text: the header in words, each further attribute, the encrypted key and the
 * MAC. The key itself stays closed.
 * @see docs/specs.md, cryptograms sheet, section 12
 */
import { FIXED_HEADER } from '../keys/key-block-header.ts';
import { cutText, type TextPart } from './cut.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  group,
  type Piece,
  partOf,
  stepNamer,
  unreadable,
  wholeOf,
} from './explained.ts';
import { characters } from './words.ts';

type Table = Readonly<Record<string, string>>;

/** Whether a text has the shape of a key block: a header, and the length that the header says. */
export function isKeyBlock(text: string): boolean {
  const match = /^[ABCD](\d{4})[0-9A-Z]{2}[0-9A-Z]{2}[0-9A-Za-z]{2}[ESN]\d{4}/.exec(text);
  return match !== null && Number(match[1]) === text.length;
}

/** Explain a key block. Never throws: what cannot be read is a span that says why. */
export function explainKeyBlock(bytes: Uint8Array): Explained {
  const whole = wholeOf(bytes);
  const text = characters(bytes);
  const headerEnd = Math.min(FIXED_HEADER, bytes.length);
  const header = cut({ ...whole, end: headerEnd }, HEADER);
  if (bytes.length < FIXED_HEADER || !/^\d\d$/.test(text.slice(12, 14))) {
    const why = 'a header of sixteen characters is wanted';
    return group(whole, { name: CANNOT_BE_READ, meaning: 'form', decoded: why }, [
      ...header,
      ...restOf(whole, headerEnd, why),
    ]);
  }
  const { parts, end, why } = attributes(whole, text, Number(text.slice(12, 14)));
  const usage = USAGES[text.slice(5, 7)] ?? '';
  const saying = { name: 'key block', meaning: 'proof' as const, decoded: usage };
  const body = why === '' ? bodyOf({ ...whole, start: end }, text) : restOf(whole, end, why);
  return group(whole, saying, [...header, ...parts, ...body]);
}

const VERSIONS: Table = {
  A: 'protected by triple DES, key variants',
  B: 'protected by triple DES, derived keys',
  C: 'protected by triple DES, key variants',
  D: 'protected by AES, derived keys',
};

const USAGES: Table = {
  B0: 'base derivation key',
  B1: 'initial key of a terminal',
  C0: 'card verification key',
  D0: 'key for data',
  E0: 'EMV master key for application cryptograms',
  E1: 'EMV master key for confidentiality of scripts',
  E2: 'EMV master key for integrity of scripts',
  E3: 'EMV master key for data authentication codes',
  E4: 'EMV master key for dynamic numbers',
  E5: 'EMV master key for card personalisation',
  E6: 'EMV master key, other',
  I0: 'initialisation vector',
  K0: 'key for keys',
  K1: 'key for key blocks',
  M0: 'MAC key, ISO 16609 algorithm 1 with triple DES',
  M1: 'MAC key, ISO 9797-1 algorithm 1',
  M2: 'MAC key, ISO 9797-1 algorithm 2',
  M3: 'MAC key, ISO 9797-1 algorithm 3',
  M4: 'MAC key, ISO 9797-1 algorithm 4',
  M5: 'MAC key, ISO 9797-1 algorithm 5',
  M6: 'MAC key, CMAC',
  M7: 'MAC key, HMAC',
  M8: 'MAC key, ISO 9797-1 algorithm 6',
  P0: 'PIN key',
  V0: 'PIN verification key, other',
  V1: 'PIN verification key, IBM 3624',
  V2: 'PIN verification key, Visa PVV',
};

const ALGORITHMS: Table = {
  A: 'AES',
  D: 'DES',
  E: 'elliptic curves',
  H: 'HMAC',
  R: 'RSA',
  S: 'DSA',
  T: 'triple DES',
};

const MODES: Table = {
  B: 'encrypt and decrypt',
  C: 'make and verify',
  D: 'decrypt only',
  E: 'encrypt only',
  G: 'make only',
  N: 'no restriction',
  S: 'sign only',
  T: 'sign and decrypt',
  V: 'verify only',
  X: 'derive keys',
  Y: 'make variants of keys',
};

const EXPORTS: Table = {
  E: 'may leave under a trusted key',
  N: 'may not leave',
  S: 'may leave under any key',
};

const HEADER: readonly TextPart[] = [
  part('version', 'version', 1, (text) => VERSIONS[text] ?? ''),
  part('length', 'length of the block', 4, (text) =>
    /^\d+$/.test(text) ? `${Number(text)} characters` : '',
  ),
  part('usage', 'key usage', 2, (text) => USAGES[text] ?? ''),
  part('algorithm', 'algorithm', 1, (text) => ALGORITHMS[text] ?? ''),
  part('mode', 'mode of use', 1, (text) => MODES[text] ?? ''),
  part('key-version', 'version of the key', 2, keyVersionWords),
  part('exportability', 'exportability', 1, (text) => EXPORTS[text] ?? ''),
  part('attributes', 'number of attributes', 2, (text) => (text === '00' ? 'none' : '')),
  part('reserved', 'reserved', 2),
];

function keyVersionWords(text: string): string {
  if (text === '00') return 'none';
  return text.startsWith('c') ? `component ${text[1]}` : '';
}

const ATTRIBUTES: Table = {
  CT: 'certificate',
  HM: 'hash of the HMAC',
  IK: 'initial key identifier',
  KC: 'check value of the key',
  KP: 'check value of the key that protects',
  KS: 'key serial number',
  KV: 'version of the attributes',
  PB: 'filling',
  TS: 'time stamp',
};

const NAME_CHARACTERS = 2;
const LENGTH_OF_LENGTH = /^00(0[12])/;

/** The attributes as far as they can be found, where they end, and why not all of them. */
function attributes(
  whole: Piece,
  text: string,
  count: number,
): { readonly parts: readonly Explained[]; readonly end: number; readonly why: string } {
  const step = stepNamer();
  const parts: Explained[] = [];
  let at = FIXED_HEADER;
  for (let index = 0; index < count; index++) {
    const id = text.slice(at, at + NAME_CHARACTERS);
    const long = LENGTH_OF_LENGTH.exec(text.slice(at + NAME_CHARACTERS, at + 6));
    const lengthAt = at + NAME_CHARACTERS + (long === null ? 0 : 4);
    const digits = long === null ? 2 : 2 * Number(long[1]);
    const written = text.slice(lengthAt, lengthAt + digits);
    const frame = lengthAt + digits - at;
    const length = /^[0-9A-Fa-f]+$/.test(written) ? Number.parseInt(written, 16) : 0;
    const end = at + length;
    if (written.length < digits || length < frame || end > text.length) {
      return { parts, end: at, why: 'an attribute is cut short, or its length is none' };
    }
    parts.push(attribute(partOf(whole, step(id), at, end), text.slice(at, end), id, frame));
    at = end;
  }
  return { parts, end: at, why: '' };
}

function attribute(piece: Piece, text: string, id: string, frame: number): Explained {
  const name = ATTRIBUTES[id] ?? 'attribute';
  const value = text.slice(frame);
  const children = cutText(
    piece,
    text,
    [
      part('tag', `name of ${name}`, NAME_CHARACTERS),
      part('length', 'length of the attribute', frame - NAME_CHARACTERS),
      { step: 'value', name, meaning: 'rule', length: 'rest' },
    ],
    { isPacked: false },
  );
  return group(piece, { tag: id, name, meaning: 'rule', value }, children);
}

/** Characters of the MAC, by version. */
const MAC_CHARACTERS: Readonly<Record<string, number>> = { A: 8, B: 16, C: 8, D: 32 };

function bodyOf(piece: Piece, text: string): readonly Explained[] {
  const mac = MAC_CHARACTERS[text[0] ?? ''];
  const { start, end } = piece;
  if (mac === undefined || end - start <= mac) {
    return restOf(piece, start, 'key and MAC are missing, or the version is none');
  }
  return cut(piece, [
    { step: 'key', name: 'encrypted key', meaning: 'proof', length: end - start - mac },
    { step: 'MAC', tag: 'MAC', name: 'MAC of the key block', meaning: 'proof', length: mac },
  ]);
}

function restOf(piece: Piece, start: number, why: string): readonly Explained[] {
  return start === piece.end ? [] : [unreadable(partOf(piece, 'rest', start, piece.end), why)];
}

function cut(piece: Piece, parts: readonly TextPart[]): readonly Explained[] {
  const text = characters(piece.bytes.subarray(piece.start, piece.end));
  return cutText(piece, text, parts, { isPacked: false });
}

function part(
  step: string,
  name: string,
  length: number,
  words: (text: string) => string = () => '',
): TextPart {
  return { step, name, meaning: name === 'reserved' ? 'form' : 'rule', length, words };
}
