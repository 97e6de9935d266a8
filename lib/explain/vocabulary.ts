/**
 * Names of data objects that mean something else, or only something, in one place: on the wired interface and
 * in its structures. The payment dictionary is lib/emv/tags.ts.
 * @see profile octavo-1, sections 3, 4, 6, 8 and 9, and docs/specs.md, provisioning sheet, section 6
 */
import { toHex, toUint } from '../bytes/bytes.ts';
import { TAGS } from '../emv/tags.ts';
import type { Tag } from '../tlv/tlv.ts';
import { amountWords } from './codes.ts';
import type { Meaning } from './explained.ts';
import { objectWords, textWords } from './words.ts';

/** What an object is called in some place, what its value says, and the names of the objects inside it. */
export type Entry = {
  readonly name: string;
  readonly meaning: Meaning;
  readonly words?: (value: Uint8Array) => string;
  readonly inside?: Vocabulary;
};

/** Names by tag; what it does not have is looked up in the dictionary. */
export type Vocabulary = Readonly<Record<Tag, Entry>>;

/** What a tag is called in a place; undefined when nobody knows it. */
export function entryOf(vocabulary: Vocabulary, tag: Tag): Entry | undefined {
  const own = vocabulary[tag] ?? ELEMENT[tag];
  if (own !== undefined) return own;
  const known = TAGS[tag];
  return known === undefined ? undefined : { name: known.name, meaning: known.class };
}

/** The words for a value under an entry. */
export function entryWords(
  entry: Entry | undefined,
  tag: Tag,
  value: Uint8Array,
  currency?: string,
): string {
  if (entry?.words !== undefined) return entry.words(value);
  return entry === undefined || !isOfDictionary(entry, tag)
    ? ''
    : objectWords(tag, value, currency);
}

/** Payment data: nothing but the dictionary. */
export const PAYMENT: Vocabulary = {};

/** GET PROCESSING OPTIONS, when nobody knows what the card asked for. */
export const UNKNOWN_OPTIONS: Vocabulary = {
  '83': {
    name: 'command template',
    meaning: 'word',
    words: () => 'values that the list in the answer to SELECT names',
  },
};

/** The contactless registry. */
export const REGISTRY: Vocabulary = {
  '80': { name: 'update counter', meaning: 'once', words: counterWords },
  '87': { name: 'application family', meaning: 'word' },
  '88': { name: 'display required', meaning: 'rule' },
  '9F70': { name: 'life cycle and contactless state', meaning: 'rule', words: stateWords },
  A1: { name: 'names for which it failed', meaning: 'form' },
};

/** The data of the AGREE command. */
export const AGREEMENT: Vocabulary = {
  '4F': { name: 'security domain', meaning: 'who', words: (value) => objectWords('4F', value) },
  '80': { name: 'key version', meaning: 'rule' },
  '86': { name: 'ephemeral point', meaning: 'proof' },
  '5F37': { name: 'signature of the token service', meaning: 'proof' },
};

/** What the phone brings back from a passkey. */
export const ASSERTION: Vocabulary = {
  '80': { name: 'authenticator data', meaning: 'proof' },
  '81': { name: 'client data', meaning: 'proof', words: textWords },
  '82': { name: 'signature of the passkey', meaning: 'proof' },
};

/** Data group A001: whose finger counts. */
export const HOLDER: Vocabulary = {
  '80': { name: 'hash of the relying party id', meaning: 'who' },
  '81': { name: 'origin', meaning: 'who', words: textWords },
  '86': { name: "holder's public key", meaning: 'proof' },
};

/** Data group A002. */
export const HOLDER_POLICY: Vocabulary = {
  '80': {
    name: 'profile of the instance',
    meaning: 'rule',
    words: (value) => (value[0] === 0 ? 'only to a verified holder' : 'without a verified holder'),
  },
};

const CERTIFICATE: Vocabulary = {
  '42': { name: 'maker id', meaning: 'who', words: textWords },
  '45': { name: 'card production life cycle data', meaning: 'who' },
  '86': { name: "element's public key", meaning: 'proof' },
  '5F37': { name: "maker's signature", meaning: 'proof' },
};

const ARMED: Vocabulary = {
  '80': {
    name: 'mode',
    meaning: 'rule',
    words: (value) => ['', 'ready', 'confirm'][value[0] ?? 0] ?? '',
  },
  '81': {
    name: 'time left',
    meaning: 'once',
    words: (value) => (value.length > 6 ? '' : `${toUint(value)} ms`),
  },
};

const EXPRESS: Vocabulary = {
  '80': {
    name: 'cap',
    meaning: 'rule',
    words: (value) => (value.length === 6 ? amountWords(toHex(value), '156') : ''),
  },
};

/** Objects of the element that no other place uses. */
const ELEMENT: Vocabulary = {
  '5C': { name: 'tag list', meaning: 'form' },
  '7F21': { name: 'element certificate', meaning: 'proof', inside: CERTIFICATE },
  '9F7F': { name: 'card production life cycle data', meaning: 'who' },
  DF01: { name: "element's nonce", meaning: 'once' },
  DF02: { name: 'challenge', meaning: 'once' },
  DF03: { name: 'what is armed', meaning: 'form', inside: ARMED },
  DF04: { name: 'express instance', meaning: 'form', inside: EXPRESS },
};

const LIFE_CYCLES: Readonly<Record<number, string>> = {
  3: 'installed',
  7: 'selectable',
  15: 'personalised',
};

function isOfDictionary(entry: Entry, tag: Tag): boolean {
  return TAGS[tag]?.name === entry.name;
}

function counterWords(value: Uint8Array): string {
  return value.length > 6 ? '' : String(toUint(value));
}

function stateWords(value: Uint8Array): string {
  const [lifeCycle = 0, state] = value;
  const life =
    lifeCycle >= 0x80 ? 'locked' : (LIFE_CYCLES[lifeCycle] ?? toHex(value.subarray(0, 1)));
  return `${life}, ${state === 1 ? 'activated' : 'deactivated'}`;
}
