/**
 * Certificates and signatures of offline data authentication, field by field: the block that comes out of an RSA
 * signature with its signer's key, and the Chinese certificates, which are clear bytes.
 * @see docs/specs.md, EMV contactless sheet, sections 7.1 to 7.3
 */
import { toHex } from '../bytes/bytes.ts';
import type { Content } from './content-card.ts';
import { type BytePart, cutBytes } from './cut.ts';
import { type Explained, group, type Piece, unreadable, wholeOf } from './explained.ts';
import { dateWords } from './words.ts';

/** Header, format, hash and trailer. */
const SHORTEST_BLOCK = 23;
const HASH_BYTES = 20;
const HEADER = 0x6a;
const TRAILER = 0xbc;
const FILLING = 0xbb;

/** What a block can be, by the byte after its header. */
const KINDS: Readonly<Record<number, string>> = {
  2: "certificate of the issuer's key",
  3: 'signed static data',
  4: "certificate of the card's key",
  5: 'signed dynamic data',
};

/** Whether bytes have the frame of a recovered block: header, a known format, trailer. */
export function isRecoveredBlock(bytes: Uint8Array): boolean {
  const [header, format = 0] = bytes;
  const isFramed = header === HEADER && bytes.at(-1) === TRAILER;
  return isFramed && bytes.length >= SHORTEST_BLOCK && KINDS[format] !== undefined;
}

/**
 * Explain what an RSA certificate or signature holds, as it was recovered with its signer's key. What has no frame of
 * a block is one span that says so: it was another key's.
 */
export function explainBlock(bytes: Uint8Array): Explained {
  const whole = wholeOf(bytes);
  if (!isRecoveredBlock(bytes)) {
    const why = 'it does not begin with 6A and end in BC: another key signed it';
    return unreadable(whole, why);
  }
  const format = bytes[1] as number;
  const name = KINDS[format] as string;
  const hashStart = bytes.length - 1 - HASH_BYTES;
  const content = { ...whole, start: 2, end: hashStart };
  const children = [
    ...cutBytes({ ...whole, end: 2 }, [one('header', 'header'), one('format', 'format', name)]),
    ...contentOf(format, content),
    ...cutBytes({ ...whole, start: hashStart }, tailOf(format)),
  ];
  return group(whole, { name, meaning: 'proof' }, children);
}

/** What the hash at the end covers beside what stands before it in the block. */
const ALSO_HASHED: Readonly<Record<number, string>> = {
  2: "also covers the key's remainder and exponent",
  3: 'also covers the static data',
  4: "also covers the key's remainder and exponent, and the static data",
  5: 'also covers what the terminal sent',
};

function tailOf(format: number): readonly BytePart[] {
  const words = (): string => ALSO_HASHED[format] ?? '';
  return [
    { step: 'hash', name: 'hash, SHA-1', meaning: 'proof', length: HASH_BYTES, words },
    one('trailer', 'trailer'),
  ];
}

function contentOf(format: number, content: Piece): readonly Explained[] {
  if (format === 3) return filledContent(content, [hashAlgorithm(), authenticationCode()]);
  if (format === 5) return dynamicContent(content);
  const subject = format === 2 ? issuer() : cardNumber();
  return keyContent(content, [...certified(subject), hashAlgorithm(), keyAlgorithm()]);
}

/** Parts of fixed length, then filling. */
function filledContent(content: Piece, parts: readonly BytePart[]): readonly Explained[] {
  return cutBytes(content, [...parts, filling()]);
}

/** The head of a certificate, then as much of the modulus as fits, and filling when there is room. */
function keyContent(content: Piece, head: readonly BytePart[]): readonly Explained[] {
  const headBytes = head.reduce((sum, { length }) => sum + Number(length), 0);
  const keyBytes = content.bytes[content.start + headBytes] ?? 0;
  const room = content.end - content.start - headBytes - 2;
  const rest = keyBytes - room;
  const words = (): string => (rest > 0 ? `the last ${counted(rest)} are in the remainder` : '');
  return cutBytes(content, [
    ...head,
    size('key-length', 'length of the key'),
    size('exponent-length', 'length of the exponent'),
    {
      step: 'modulus',
      name: rest > 0 ? 'first bytes of the modulus' : 'modulus',
      meaning: 'proof',
      length: Math.max(0, Math.min(keyBytes, room)),
      words,
    },
    filling(),
  ]);
}

const NUMBER_BYTES_MOST = 8;
/** Cryptogram information, cryptogram and hash. */
const COMBINED_BYTES = 29;

/** Signed dynamic data: a dynamic number, and after it what combined authentication or a tap adds. */
function dynamicContent(content: Piece): readonly Explained[] {
  const [, length = 0, number = 0] = content.bytes.subarray(content.start, content.end);
  const dataEnd = Math.min(content.start + 2 + length, content.end);
  const head = cutBytes({ ...content, end: Math.min(content.start + 2, content.end) }, [
    hashAlgorithm(),
    size('length', 'length of the dynamic data'),
  ]);
  const data = { ...content, start: Math.min(content.start + 2, content.end), end: dataEnd };
  const after = data.end - data.start - 1 - Math.min(number, NUMBER_BYTES_MOST);
  const inside = cutBytes(data, [
    size('number-length', 'length of the dynamic number'),
    { step: 'number', name: "card's dynamic number", meaning: 'once', length: number },
    ...(after >= COMBINED_BYTES ? COMBINED : []),
    { step: 'card-data', name: "card's own data", meaning: 'form', length: 'rest' },
  ]);
  const rest = { ...content, start: dataEnd };
  return [...head, ...inside, ...cutBytes(rest, [filling()])];
}

const COMBINED: readonly BytePart[] = [
  {
    step: 'information',
    tag: '9F27',
    name: 'cryptogram information data',
    meaning: 'rule',
    length: 1,
    words: ([information = 0]) => ['AAC', 'TC', 'ARQC'][information >> 6] ?? '',
  },
  { step: 'cryptogram', tag: '9F26', name: 'application cryptogram', meaning: 'proof', length: 8 },
  { step: 'transaction', name: 'hash of the transaction', meaning: 'proof', length: HASH_BYTES },
];

/** What a Chinese certificate or signature begins with, and how long the subject in it is. */
const SIGNATURE_BYTES = 64;
const POINT_BYTES = 64;

/**
 * What is inside a Chinese certificate or signature: clear bytes, told by the first one; undefined for any other, and
 * so for what an RSA key signed.
 */
export function clearCertificate(piece: Piece): Content | undefined {
  const { bytes, start, end } = piece;
  const parts = CLEAR[bytes[start] ?? 0];
  const length = end - start;
  const sizeWanted = parts?.reduce((sum, part) => sum + Number(part.length), 0);
  if (parts === undefined || length !== sizeWanted) return undefined;
  return { parts: cutBytes(piece, parts), decoded: `${CLEAR_NAMES[bytes[start] ?? 0]}, in clear` };
}

const CLEAR_NAMES: Readonly<Record<number, string>> = {
  18: "SM2 certificate of the issuer's key",
  19: 'SM2 signature over static data',
  20: "SM2 certificate of the card's key",
};

const CLEAR: Readonly<Record<number, readonly BytePart[]>> = {
  18: clearKey(issuer()),
  19: [one('format', 'format', 'signed static data, SM2'), authenticationCode(), ...signature()],
  20: clearKey(cardNumber()),
};

function clearKey(subject: BytePart): readonly BytePart[] {
  return [
    one('format', 'format', 'certificate, SM2'),
    ...certified(subject),
    one('algorithm', 'signature algorithm', 'SM2 with SM3', 0x04),
    one('parameter', 'parameter of the algorithm'),
    one('curve', 'curve', 'the recommended curve of SM2', 0x11),
    size('key-length', 'length of the key'),
    { step: 'x', name: 'public key, x', meaning: 'proof', length: POINT_BYTES / 2 },
    { step: 'y', name: 'public key, y', meaning: 'proof', length: POINT_BYTES / 2 },
    ...signature(),
  ];
}

function signature(): readonly BytePart[] {
  const length = SIGNATURE_BYTES / 2;
  return ['r', 's'].map((step) => ({
    step,
    name: `signature, ${step}`,
    meaning: 'proof',
    length,
  }));
}

/** Whom a key is for, until when, and the certificate's number. */
function certified(subject: BytePart): readonly BytePart[] {
  return [
    subject,
    { step: 'expiry', name: 'expiry', meaning: 'who', length: 2, words: expiryWords },
    { step: 'serial', name: 'serial number', meaning: 'once', length: 3 },
  ];
}

/** Month, then year. */
function expiryWords(value: Uint8Array): string {
  const digits = toHex(value);
  return dateWords(`${digits.slice(2)}${digits.slice(0, 2)}`);
}

function issuer(): BytePart {
  const words = (value: Uint8Array): string => toHex(value).replace(/F+$/, '');
  return { step: 'issuer', name: 'issuer identifier', meaning: 'who', length: 4, words };
}

function cardNumber(): BytePart {
  return { step: 'card', name: 'account number', meaning: 'who', length: 10 };
}

function authenticationCode(): BytePart {
  return { step: 'code', name: 'data authentication code', meaning: 'rule', length: 2 };
}

function hashAlgorithm(): BytePart {
  return one('hash-algorithm', 'hash algorithm', 'SHA-1', 0x01);
}

function keyAlgorithm(): BytePart {
  return one('key-algorithm', 'algorithm of the key', 'RSA', 0x01);
}

function filling(): BytePart {
  const words = (value: Uint8Array): string =>
    value.every((byte) => byte === FILLING) ? '' : 'other bytes than BB';
  return { step: 'filling', name: 'filling', meaning: 'form', length: 'rest', words };
}

function size(step: string, name: string): BytePart {
  const words = ([value = 0]: Uint8Array): string => counted(value);
  return { step, name, meaning: 'form', length: 1, words };
}

/** One byte; its words, when only one value has any. */
function one(step: string, name: string, words = '', only?: number): BytePart {
  const said = ([value]: Uint8Array): string => (only === undefined || value === only ? words : '');
  return { step, name, meaning: 'form', length: 1, words: said };
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`;
}
