/**
 * Key blocks (TR-31) of versions B and D: a key under another key, bound to what it is for. From the protection key
 * come two others; one authenticates header and key together, the other hides the key, and starts its chain from the
 * MAC. Nothing of the header can be changed, and nothing of the key is seen before the MAC holds.
 * @see docs/specs.md, cryptograms sheet, section 12
 */
import { assert } from '../bytes/assert.ts';
import {
  BytesError,
  concat,
  equalConstantTime,
  fromAscii,
  fromHex,
  fromUint,
  toHex,
  toUint,
} from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { aesCbcDecrypt, aesCbcEncrypt, aesCmac } from '../cipher/aes.ts';
import { tripleDesCmac } from '../cipher/cmac.ts';
import { tripleDesCbcDecrypt, tripleDesCbcEncrypt } from '../cipher/des.ts';
import {
  KeyBlockError,
  type KeyBlockHeader,
  type KeyBlockVersion,
  LONGEST_KEY_BLOCK,
  readKeyBlockHeader,
  writeKeyBlockHeader,
} from './key-block-header.ts';

/** A block that has been opened. */
export type OpenedKeyBlock = {
  readonly header: KeyBlockHeader;
  /** The header as it stands in the block, with its further attributes. */
  readonly headerText: string;
  readonly key: SecretBytes;
};

type Chain = (key: Uint8Array, start: Uint8Array, data: Uint8Array) => Uint8Array;

/** What a version is made of. A block of the cipher is also what its MAC has. */
type Method = {
  readonly block: number;
  readonly cmac: (key: Uint8Array, data: Uint8Array) => Uint8Array;
  readonly encrypt: Chain;
  readonly decrypt: Chain;
  /** For each length of the protection key: how the derivation names its algorithm. */
  readonly algorithms: ReadonlyMap<number, number>;
};

const METHODS: Readonly<Record<KeyBlockVersion, Method>> = {
  B: {
    block: 8,
    cmac: tripleDesCmac,
    encrypt: tripleDesCbcEncrypt,
    decrypt: tripleDesCbcDecrypt,
    algorithms: new Map([
      [16, 0],
      [24, 1],
    ]),
  },
  D: {
    block: 16,
    cmac: aesCmac,
    encrypt: aesCbcEncrypt,
    decrypt: aesCbcDecrypt,
    algorithms: new Map([
      [16, 2],
      [24, 3],
      [32, 4],
    ]),
  },
};

/** The bytes that a key of an algorithm may have; algorithms that are not here have keys of any length. */
const KEY_LENGTHS: ReadonlyMap<string, readonly number[]> = new Map([
  ['D', [8]],
  ['T', [8, 16, 24]],
  ['A', [16, 24, 32]],
]);

/** Before the key stands its length in bits. */
const LENGTH_BYTES = 2;

/**
 * How many bytes a protection key of this version may have.
 * @example protectionKeyLengths('B') // [16, 24]
 * @see docs/specs.md, cryptograms sheet, section 12
 */
export function protectionKeyLengths(version: KeyBlockVersion): readonly number[] {
  return [...METHODS[version].algorithms.keys()];
}

/**
 * How many random bytes fill the last block after a key of `keyLength` bytes. Whole blocks more hide the length.
 * @example keyBlockPadding('D', 16) // 14
 * @see docs/specs.md, cryptograms sheet, section 12
 */
export function keyBlockPadding(version: KeyBlockVersion, keyLength: number): number {
  const { block } = METHODS[version];
  return (block - ((LENGTH_BYTES + keyLength) % block)) % block;
}

/**
 * Wrap a key: the text of its block, upper-case. `padding` is random, as many bytes as `keyBlockPadding` says or whole
 * cipher blocks more. Attributes that do not fill whole blocks get one named PB after them. Throws `KeyBlockError` for
 * a key that the header's algorithm does not have, and for a block of more than 9999 characters.
 * @example wrapKey(fromHex('88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6'), readKeyBlockHeader('D0000P0AE00E0000').header, fromHex('3F419E1CB7079442AA37474C2EFBF8B8'), fromHex('1C2965473CE206BB855B01533782')) // 'D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34'
 * @see docs/specs.md, cryptograms sheet, section 12
 */
export function wrapKey(
  protectionKey: Uint8Array,
  header: KeyBlockHeader,
  key: Uint8Array,
  padding: Uint8Array,
): string {
  const method = METHODS[header.version];
  checkKeyLength(header, key.length);
  const clearLength = LENGTH_BYTES + key.length + padding.length;
  assert(clearLength % method.block === 0, 'key and padding fill whole blocks');
  const filled = withFilledAttributes(header, method.block);
  const length = writeKeyBlockHeader(filled, 0).length + 2 * (clearLength + method.block);
  if (length > LONGEST_KEY_BLOCK) throw new KeyBlockError('a block has at most 9999 characters', 1);
  const headerText = writeKeyBlockHeader(filled, length);
  const clear = concat(fromUint(8 * key.length, LENGTH_BYTES), key, padding);
  const keys = derivedKeys(protectionKey, method);
  const mac = method.cmac(keys.mac, concat(fromAscii(headerText), clear));
  return headerText + toHex(method.encrypt(keys.enc, mac, clear)) + toHex(mac);
}

/**
 * Open a block: its header, and the key if the MAC holds. Padding of any length is accepted, since it may hide the
 * length of the key. Throws `KeyBlockError` on any other text, on another protection key too.
 * @example unwrapKey(fromHex('DD7515F2BFC17F85CE48F3CA25CB21F6'), 'B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E').key // 3F419E1CB7079442AA37474C2EFBF8B8
 * @see docs/specs.md, cryptograms sheet, section 12
 */
export function unwrapKey(protectionKey: Uint8Array, text: string): OpenedKeyBlock {
  if (text.length > LONGEST_KEY_BLOCK) {
    throw new KeyBlockError('a block has at most 9999 characters', LONGEST_KEY_BLOCK);
  }
  const { header, blockLength, headerLength } = readKeyBlockHeader(text);
  if (blockLength !== text.length) throw new KeyBlockError('the length is another', 1);
  const method = METHODS[header.version];
  const body = hexBody(text, headerLength);
  const hidden = body.subarray(0, -method.block);
  if (hidden.length === 0 || body.length % method.block !== 0) {
    throw new KeyBlockError('key and MAC are whole blocks', headerLength);
  }
  const mac = body.subarray(-method.block);
  const keys = derivedKeys(protectionKey, method);
  const clear = method.decrypt(keys.enc, mac, hidden);
  const headerText = text.slice(0, headerLength);
  const expected = method.cmac(keys.mac, concat(fromAscii(headerText), clear));
  if (!equalConstantTime(expected, mac)) {
    throw new KeyBlockError('the MAC is another', text.length - 2 * method.block);
  }
  return { header, headerText, key: keyOf(clear, header, headerLength) };
}

/** The key under its length. The MAC has held, so what is wrong here was wrapped so. */
function keyOf(clear: Uint8Array, header: KeyBlockHeader, offset: number): SecretBytes {
  const bits = toUint(clear.subarray(0, LENGTH_BYTES));
  const length = bits / 8;
  if (!Number.isInteger(length) || length < 1 || LENGTH_BYTES + length > clear.length) {
    throw new KeyBlockError('a key of that length is not in the block', offset);
  }
  checkKeyLength(header, length);
  return secret(clear.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
}

function checkKeyLength({ algorithm }: KeyBlockHeader, length: number): void {
  const lengths = KEY_LENGTHS.get(algorithm);
  if (lengths?.includes(length) ?? (length >= 1 && 8 * length <= 0xffff)) return;
  throw new KeyBlockError('the algorithm has no keys of that length', 7);
}

function hexBody(text: string, at: number): Uint8Array {
  try {
    return fromHex(text.slice(at));
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    throw new KeyBlockError('key and MAC are hexadecimal', at + error.offset);
  }
}

/** Attributes together take whole blocks, so that the length of the text does. */
function withFilledAttributes(header: KeyBlockHeader, block: number): KeyBlockHeader {
  const rest = writeKeyBlockHeader(header, 0).length % block;
  if (rest === 0) return header;
  const missing = block - rest;
  const zeros = (missing < 4 ? missing + block : missing) - 4;
  const filler = { id: 'PB', data: '0'.repeat(zeros) };
  return { ...header, optionalBlocks: [...header.optionalBlocks, filler] };
}

/** The two keys of a block, each as long as the protection key: MACs of a counter and of what the key is for. */
function derivedKeys(
  protectionKey: Uint8Array,
  method: Method,
): { readonly enc: Uint8Array; readonly mac: Uint8Array } {
  const { length } = protectionKey;
  const algorithm = method.algorithms.get(length);
  assert(algorithm !== undefined, 'a protection key of another length');
  const tail = concat(Uint8Array.of(0), fromUint(algorithm, 2), fromUint(8 * length, 2));
  const derive = (use: number): SecretBytes => {
    const count = Math.ceil(length / method.block);
    const parts = Array.from({ length: count }, (_, index) =>
      method.cmac(protectionKey, concat(Uint8Array.of(index + 1), fromUint(use, 2), tail)),
    );
    return secret(concat(...parts).subarray(0, length));
  };
  return { enc: derive(0), mac: derive(1) };
}
