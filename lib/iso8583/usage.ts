/**
 * Elements coded by usage, as far as tokens need them: DE56 PR (account reference) and DE63 TK (token data).
 * The inner coding is ours: usage (2), length of the content in three digits, then objects of one byte of tag,
 * one byte of length and ASCII text, tags rising.
 * @see docs/specs.md, ISO 8583 sheet, section 6; tokenisation sheet, section 2; inner coding: profile octavo-1
 */
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { Iso8583Error } from './field.ts';

/** DE56 PR: the account reference (29 digits or capitals), as hexadecimal of the element. */
export function encodeAccountReference(reference: string): string {
  if (!/^[0-9A-Z]{29}$/.test(reference)) {
    throw new Iso8583Error('not an account reference', { offset: 0, path: 'DE56.01' });
  }
  return encodeUsage('DE56', 'PR', new Map([['01', reference]]));
}

/** The account reference of DE56 PR. */
export function parseAccountReference(element: string): string {
  const reference = parseUsage(element, 'PR', ['01'], 'DE56').get('01') ?? '';
  if (!/^[0-9A-Z]{29}$/.test(reference)) {
    throw new Iso8583Error('not an account reference', { offset: 0, path: 'DE56.01' });
  }
  return reference;
}

/** DE63 TK: what the network tells the issuer about a token. */
export type TokenData = {
  readonly verified?: string;
  readonly token?: string;
  /** YYMM. */
  readonly expiry?: string;
  readonly assuranceLevel?: string;
  readonly scenario?: string;
  readonly requestor?: string;
  readonly product?: string;
};

const TOKEN_DATA_TAGS = {
  '01': 'verified',
  '02': 'token',
  '03': 'expiry',
  '04': 'assuranceLevel',
  '05': 'scenario',
  '06': 'requestor',
  '08': 'product',
} as const;
type TokenDataTag = keyof typeof TOKEN_DATA_TAGS;
const tokenDataTags = Object.keys(TOKEN_DATA_TAGS).sort() as readonly TokenDataTag[];

/** DE63 TK from token data, as hexadecimal of the element. */
export function encodeTokenData(data: TokenData): string {
  const objects = new Map<string, string>();
  for (const tag of tokenDataTags) {
    const value = data[TOKEN_DATA_TAGS[tag]];
    if (value !== undefined) objects.set(tag, value);
  }
  return encodeUsage('DE63', 'TK', objects);
}

/** Token data from DE63 TK. Throws `Iso8583Error` on another usage, an unknown tag, or tags out of order. */
export function parseTokenData(element: string): TokenData {
  const objects = parseUsage(element, 'TK', tokenDataTags, 'DE63');
  const data: Record<string, string> = {};
  for (const tag of tokenDataTags) {
    const value = objects.get(tag);
    if (value !== undefined) data[TOKEN_DATA_TAGS[tag]] = value;
  }
  return data;
}

function encodeUsage(path: string, usage: string, objects: ReadonlyMap<string, string>): string {
  const parts = [...objects].flatMap(([tag, text]) => {
    if (text.length === 0 || text.length > 255) {
      throw new Iso8583Error(`a length of ${text.length}`, { offset: 0, path: `${path}.${tag}` });
    }
    return [fromHex(tag), Uint8Array.of(text.length), printable(text, `${path}.${tag}`)];
  });
  const content = concat(...parts);
  const length = String(content.length).padStart(3, '0');
  return toHex(concat(fromAscii(usage + length), content));
}

function parseUsage(
  element: string,
  usage: string,
  tags: readonly string[],
  path: string,
): ReadonlyMap<string, string> {
  if (!/^([0-9A-F]{2})*$/.test(element)) {
    throw new Iso8583Error('not hexadecimal', { offset: 0, path });
  }
  const bytes = fromHex(element);
  const head = String.fromCharCode(...bytes.subarray(0, 5));
  if (head !== usage + String(bytes.length - 5).padStart(3, '0')) {
    throw new Iso8583Error(`not usage ${usage} with its length`, { offset: 0, path });
  }
  const objects = new Map<string, string>();
  let offset = 5;
  let last = '';
  while (offset < bytes.length) {
    const tag = toHex(bytes.subarray(offset, offset + 1));
    const where = { offset, path: `${path}.${tag}` };
    const end = offset + 2 + (bytes[offset + 1] ?? 0);
    if (!tags.includes(tag)) throw new Iso8583Error('an unknown tag', where);
    if (tag <= last) throw new Iso8583Error('tags that do not rise', where);
    if (end > bytes.length || end === offset + 2)
      throw new Iso8583Error('a length that lies', where);
    const text = String.fromCharCode(...bytes.subarray(offset + 2, end));
    printable(text, where.path);
    objects.set(tag, text);
    last = tag;
    offset = end;
  }
  return objects;
}

function printable(text: string, path: string): Uint8Array {
  const wrong = text.search(/[^ -~]/);
  if (wrong !== -1) throw new Iso8583Error('not printable', { offset: wrong, path });
  return fromAscii(text);
}
