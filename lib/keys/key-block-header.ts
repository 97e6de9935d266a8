/**
 * The header of a key block (TR-31): sixteen characters that say what a key is for and who may have it, then blocks
 * of further attributes. All of it is text, and all of it is under the block's MAC.
 * @see docs/specs.md, cryptograms sheet, section 12
 */
import { assert } from '../bytes/assert.ts';

/** A text that is no key block. `offset` counts its characters. */
export class KeyBlockError extends Error {
  override readonly name = 'KeyBlockError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at ${offset})`);
    this.offset = offset;
  }
}

/** How a block is protected: B with keys derived by triple DES, D with keys derived by AES. */
export type KeyBlockVersion = 'B' | 'D';

/** A further attribute: two characters that name it, and its text. */
export type OptionalBlock = { readonly id: string; readonly data: string };

/** What a header says. */
export type KeyBlockHeader = {
  readonly version: KeyBlockVersion;
  /** Two characters, such as P0 for a PIN key. */
  readonly usage: string;
  /** T triple DES, D single DES, A AES, H keyed hash and others. */
  readonly algorithm: string;
  /** Such as E encrypt, D decrypt, B both, G generate, V verify, X derive, N no restriction. */
  readonly mode: string;
  /** Two characters; 00 where keys have no versions. */
  readonly keyVersion: string;
  /** E under a trusted key, S under any key, N not at all. */
  readonly exportability: 'E' | 'S' | 'N';
  readonly optionalBlocks: readonly OptionalBlock[];
};

/** Characters of the header without further attributes. */
export const FIXED_HEADER = 16;
/** What the four digits of the length can say. */
export const LONGEST_KEY_BLOCK = 9999;

/** A header as read: what it says, how long the block says it is, and where the header ends. */
export type ReadHeader = {
  readonly header: KeyBlockHeader;
  readonly blockLength: number;
  readonly headerLength: number;
};

/**
 * Read the header at the beginning of a text, with its further attributes; what comes after is not looked at.
 * Throws `KeyBlockError`.
 * @example readKeyBlockHeader('B0080P0TE00E0000').header.usage // 'P0'
 * @see docs/specs.md, cryptograms sheet, section 12
 */
export function readKeyBlockHeader(text: string): ReadHeader {
  if (text.length < FIXED_HEADER) {
    throw new KeyBlockError('a header has sixteen characters', text.length);
  }
  const version = text.charAt(0);
  if (version !== 'B' && version !== 'D') throw new KeyBlockError('version B or D is wanted', 0);
  const field = (at: number, length: number, form: RegExp, what: string): string => {
    const value = text.slice(at, at + length);
    if (!form.test(value)) throw new KeyBlockError(what, at);
    return value;
  };
  const blockLength = Number(field(1, 4, /^\d{4}$/, 'the length has four digits'));
  const usage = field(5, 2, /^[0-9A-Z]{2}$/, 'a usage has two letters or digits');
  const algorithm = field(7, 1, /^[0-9A-Z]$/, 'an algorithm is a letter or digit');
  const mode = field(8, 1, /^[0-9A-Z]$/, 'a mode of use is a letter or digit');
  const keyVersion = field(9, 2, /^[0-9A-Za-z]{2}$/, 'a key version has two letters or digits');
  const exportability = field(11, 1, /^[ESN]$/, 'exportability is E, S or N');
  const count = Number(field(12, 2, /^\d\d$/, 'the number of attributes has two digits'));
  field(14, 2, /^00$/, 'the reserved characters are 00');
  const { blocks, end } = readOptionalBlocks(text, count);
  return {
    header: {
      version,
      usage,
      algorithm,
      mode,
      keyVersion,
      exportability: exportability as KeyBlockHeader['exportability'],
      optionalBlocks: blocks,
    },
    blockLength,
    headerLength: end,
  };
}

/**
 * Write a header for a block of `blockLength` characters in all. The attributes stand as they are given.
 * @example writeKeyBlockHeader(readKeyBlockHeader('B0080P0TE00E0000').header, 96) // 'B0096P0TE00E0000'
 * @see docs/specs.md, cryptograms sheet, section 12
 */
export function writeKeyBlockHeader(header: KeyBlockHeader, blockLength: number): string {
  const { version, usage, algorithm, mode, keyVersion, exportability, optionalBlocks } = header;
  assert(blockLength <= LONGEST_KEY_BLOCK, 'a key block has at most 9999 characters');
  assert(optionalBlocks.length <= 99, 'a header has at most 99 attributes');
  const length = String(blockLength).padStart(4, '0');
  const count = String(optionalBlocks.length).padStart(2, '0');
  const fixed = `${version}${length}${usage}${algorithm}${mode}${keyVersion}${exportability}${count}00`;
  return fixed + optionalBlocks.map(writeOptionalBlock).join('');
}

/** Characters of an attribute before its text: name and length, or name, 00, length of the length, and length. */
const SHORT_FRAME = 4;
const LONG_FRAME = 10;

function readOptionalBlocks(
  text: string,
  count: number,
): { readonly blocks: readonly OptionalBlock[]; readonly end: number } {
  const blocks: OptionalBlock[] = [];
  let at = FIXED_HEADER;
  for (let index = 0; index < count; index++) {
    const id = text.slice(at, at + 2);
    if (!/^[0-9A-Z]{2}$/.test(id)) {
      throw new KeyBlockError('an attribute is named by two letters or digits', at);
    }
    const { frame, length } = readOptionalLength(text, at);
    if (length < frame) throw new KeyBlockError('an attribute is shorter than its frame', at + 2);
    const data = text.slice(at + frame, at + length);
    if (data.length !== length - frame) {
      throw new KeyBlockError('an attribute runs past the end', text.length);
    }
    if (!/^[\x20-\x7e]*$/.test(data)) {
      throw new KeyBlockError('an attribute is printable ASCII', at + frame);
    }
    blocks.push({ id, data });
    at += length;
  }
  return { blocks, end: at };
}

/** The length of an attribute with its frame, in hexadecimal: two digits, or 00 and four digits introduced by 02. */
function readOptionalLength(text: string, at: number): { frame: number; length: number } {
  const short = hexNumber(text, at + 2, 2);
  if (short > 0) return { frame: SHORT_FRAME, length: short };
  const digits = 2 * hexNumber(text, at + 4, 2);
  if (digits < 2 || digits > 4) {
    throw new KeyBlockError('the length of an attribute takes one or two bytes', at + 4);
  }
  return { frame: 6 + digits, length: hexNumber(text, at + 6, digits) };
}

function hexNumber(text: string, at: number, digits: number): number {
  const written = text.slice(at, at + digits);
  if (written.length !== digits || !/^[0-9A-Fa-f]+$/.test(written)) {
    throw new KeyBlockError('a length is hexadecimal', at);
  }
  return Number.parseInt(written, 16);
}

function writeOptionalBlock({ id, data }: OptionalBlock): string {
  const short = SHORT_FRAME + data.length;
  if (short <= 0xff) return `${id}${hexText(short, 2)}${data}`;
  return `${id}0002${hexText(LONG_FRAME + data.length, 4)}${data}`;
}

function hexText(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
