/**
 * What one card says in one tap: its data objects, strictly read.
 * @see docs/specs.md, EMV contactless sheet, section 5, steps 3 to 8
 */
import { toHex } from '../bytes/bytes.ts';
import { cryptogramInformation as derivedInformation } from '../emv/fields.ts';
import { decodeTrack2, type Track2, Track2Error } from '../emv/track2.ts';
import type { Tag } from '../tlv/tlv.ts';
import { decode } from './candidates.ts';
import { type EndApplication, endApplication } from './outcome.ts';
import { isDate } from './risk.ts';

/** The card's objects by tag, gathered over the answers of one tap. An empty one counts as absent. */
export type CardObjects = Map<Tag, Uint8Array>;

/** What the cryptogram stands for: refused, approved offline, or for the issuer to decide. */
export type CryptogramType = 'aac' | 'tc' | 'arqc' | 'reserved';

/** The account a card pays with. */
export type Account = {
  readonly pan: string;
  readonly expiry: string;
  readonly psn: string | undefined;
};

/**
 * Add the objects of one template to those of the tap. Objects that the terminal owns are ignored: a
 * card cannot say the amount. Any other object must come once; 5F34 alone may come again.
 */
export function gather(
  card: CardObjects,
  bytes: Uint8Array,
  templateTag: Tag,
  terminal: ReadonlyMap<Tag, Uint8Array>,
): EndApplication | undefined {
  const templates = decode(bytes);
  const [outer] = templates ?? [];
  if (templates?.length !== 1 || outer === undefined) return endApplication('malformed_answer');
  if (outer.tag !== templateTag) return endApplication('wrong_template', outer.tag);
  for (const { tag, value } of outer.children ?? []) {
    if (terminal.has(tag)) continue;
    if (card.has(tag)) {
      if (tag === '5F34') continue;
      return endApplication('duplicate_object', tag);
    }
    if (value.length > 0 && FORMATS[tag]?.(value) === false) {
      return endApplication('malformed_object', tag);
    }
    card.set(tag, value);
  }
  return undefined;
}

/** An object's value; undefined when the card did not give it or left it empty. */
export function given(card: ReadonlyMap<Tag, Uint8Array>, tag: Tag): Uint8Array | undefined {
  const value = card.get(tag);
  return value === undefined || value.length === 0 ? undefined : value;
}

/** The first of the tags that the card did not give. */
export function firstMissing(
  card: ReadonlyMap<Tag, Uint8Array>,
  tags: readonly Tag[],
): Tag | undefined {
  return tags.find((tag) => given(card, tag) === undefined);
}

/**
 * The cryptogram information data: 9F27, or derived from the card's verification results inside 9F10
 * when the card gives none, as phones do. Undefined when there is neither.
 */
export function cryptogramInformation(card: ReadonlyMap<Tag, Uint8Array>): number | undefined {
  const information = given(card, '9F27')?.[0];
  if (information !== undefined) return information;
  const iad = given(card, '9F10');
  return iad === undefined ? undefined : derivedInformation(iad);
}

/** What bits 8 and 7 of the cryptogram information data say. */
export function cryptogramType(information: number): CryptogramType {
  return CRYPTOGRAM_TYPES[(information >> 6) & 3] as CryptogramType;
}

/** The account of the card: 57 and 5A must agree where both are given, and one must be. */
export function readAccount(card: ReadonlyMap<Tag, Uint8Array>): Account | EndApplication {
  const track = readTrack2(given(card, '57'));
  const number = readNumber(given(card, '5A'));
  const pan = track?.pan ?? number;
  if (pan === undefined) return endApplication('missing_object', '57');
  if (number !== undefined && number !== pan) return endApplication('pan_differs', '5A');
  const date = given(card, '5F24');
  const expiry = track?.expiry ?? (date === undefined ? undefined : toHex(date.subarray(0, 2)));
  if (expiry === undefined) return endApplication('missing_object', '5F24');
  const psn = given(card, '5F34');
  return { pan, expiry, psn: psn === undefined ? undefined : toHex(psn) };
}

const CRYPTOGRAM_TYPES: readonly CryptogramType[] = ['aac', 'tc', 'arqc', 'reserved'];

/** How the objects that this kernel uses or sends must look; others are taken as they come. */
const FORMATS: Readonly<Record<Tag, (value: Uint8Array) => boolean>> = {
  '57': (value) => readTrack2(value) !== undefined,
  '5A': (value) => readNumber(value) !== undefined,
  '5F24': (value) => value.length === 3 && isDigits(value) && isDate(toHex(value)),
  '5F34': (value) => value.length === 1 && isDigits(value),
  '82': (value) => value.length === 2,
  '9F10': (value) => value.length >= 8 && value.length <= 32,
  '9F19': (value) => value.length === 6,
  '9F24': (value) => value.length === 29,
  '9F26': (value) => value.length === 8,
  '9F27': (value) => value.length === 1,
  '9F36': (value) => value.length === 2,
  '9F5D': (value) => value.length === 6,
  '9F63': (value) => value.length === 16,
  '9F69': (value) => value.length >= 8 && value.length <= 16,
  '9F6C': (value) => value.length === 2,
};

function isDigits(value: Uint8Array): boolean {
  return /^\d*$/.test(toHex(value));
}

function readTrack2(value: Uint8Array | undefined): Track2 | undefined {
  if (value === undefined) return undefined;
  try {
    return decodeTrack2(value);
  } catch (error) {
    if (error instanceof Track2Error) return undefined;
    throw error;
  }
}

/** The digits of 5A, which is filled up with F at its right end. */
function readNumber(value: Uint8Array | undefined): string | undefined {
  return value === undefined || value.length > 10
    ? undefined
    : /^(\d{12,19})F*$/.exec(toHex(value))?.[1];
}
