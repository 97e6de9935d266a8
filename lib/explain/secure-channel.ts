/**
 * What is said when a secure channel opens, SCP02 or SCP03: the card's answer to INITIALIZE UPDATE part by part, and
 * the level that EXTERNAL AUTHENTICATE asks for.
 * @see docs/specs.md, provisioning sheet, section 3
 */
import { toHex } from '../bytes/bytes.ts';
import { type BytePart, cutBytes } from './cut.ts';
import type { Explained, Piece } from './explained.ts';

const PROTOCOL_AT = 11;
const SCP02 = 0x02;

/** Explain the answer to INITIALIZE UPDATE: the protocol is named in its twelfth byte. */
export function explainChannelStart(piece: Piece): readonly Explained[] {
  const protocol = piece.bytes.subarray(piece.start, piece.end)[PROTOCOL_AT];
  return cutBytes(piece, protocol === SCP02 ? SCP02_ANSWER : SCP03_ANSWER);
}

/** A level of security, one byte, in words. */
export function securityLevelWords(level: number): string {
  const words = LEVELS.filter(([mask]) => (level & mask) !== 0).map(([, word]) => word);
  return words.length === 0 ? 'nothing after this is protected' : words.join(', ');
}

const LEVELS: readonly (readonly [mask: number, words: string])[] = [
  [0x01, 'commands with a MAC'],
  [0x02, 'commands encrypted'],
  [0x10, 'answers with a MAC'],
  [0x20, 'answers encrypted'],
];

const HEAD: readonly BytePart[] = [
  { step: 'diversification', name: 'diversification data', meaning: 'form', length: 10 },
  {
    step: 'version',
    name: 'key version',
    meaning: 'rule',
    length: 1,
    words: ([version = 0]) => String(version),
  },
  {
    step: 'protocol',
    name: 'secure channel protocol',
    meaning: 'rule',
    length: 1,
    words: (value) => `SCP${toHex(value)}`,
  },
];

const CRYPTOGRAM: BytePart = {
  step: 'cryptogram',
  name: 'card cryptogram',
  meaning: 'proof',
  length: 8,
};

const COUNTER: Omit<BytePart, 'length'> = {
  step: 'counter',
  name: 'sequence counter',
  meaning: 'once',
};

const SCP02_ANSWER: readonly BytePart[] = [
  ...HEAD,
  { ...COUNTER, length: 2 },
  { step: 'challenge', name: 'card challenge', meaning: 'once', length: 6 },
  CRYPTOGRAM,
];

const SCP03_ANSWER: readonly BytePart[] = [
  ...HEAD,
  {
    step: 'options',
    name: 'protocol options',
    meaning: 'rule',
    length: 1,
    words: ([options = 0]) => optionWords(options),
  },
  { step: 'challenge', name: 'card challenge', meaning: 'once', length: 8 },
  CRYPTOGRAM,
  { ...COUNTER, length: 3 },
];

const RANDOM_CHALLENGE = 0x10;
const RESPONSE_MAC = 0x20;
const RESPONSE_ENCRYPTION = 0x40;

function optionWords(options: number): string {
  const isFullyRandom = (options & RANDOM_CHALLENGE) === 0;
  return [
    isFullyRandom ? 'random challenge' : 'challenge out of keys and counter',
    ...((options & RESPONSE_MAC) === 0 ? [] : ['answers with a MAC possible']),
    ...((options & RESPONSE_ENCRYPTION) === 0 ? [] : ['answers encrypted possible']),
  ].join(', ');
}
