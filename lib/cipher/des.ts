/**
 * The Data Encryption Standard and its triple forms with two and three keys, table-driven on 32-bit integers.
 * DES is in every card key scheme here and no longer in OpenSSL or the browser, so it is our own. It is not
 * constant-time: it looks up tables at places that the key tells, so whoever can measure the cache finely may learn the
 * key. Where others run on the machine, that is work for a security module.
 * @see docs/specs.md, cryptograms sheet, section 16
 */
import { assert } from '../bytes/assert.ts';
import { BOXES, ROUND_WORDS, SCHEDULES } from './des.tables.ts';

/** A key made ready. Its subkeys are as secret as the key, so it shows nothing to strings, JSON and inspection. */
export class DesKey {
  /** Those of every round in the order they are used, two words a round. */
  readonly #subkeys: Int32Array;

  constructor(subkeys: Int32Array) {
    this.#subkeys = subkeys;
  }

  /** Take one block, as two words, through every round, in place. */
  transform(block: Int32Array): void {
    rounds(this.#subkeys, block);
  }

  toString(): string {
    return '[DES key]';
  }

  toJSON(): string {
    return this.toString();
  }

  /** What Node prints when the value is inspected or logged. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * Encrypt whole blocks with single DES, each on its own (ECB). The key has 8 bytes, parity is ignored.
 * @example desEncryptBlocks(fromHex('0123456789ABCDEF'), fromHex('4E6F772069732074')) // 3FA40E8A984D4815
 * @see docs/specs.md, cryptograms sheet, section 16
 */
export function desEncryptBlocks(key8: Uint8Array, data: Uint8Array): Uint8Array {
  return applyDes(desKey(key8), data);
}

/**
 * Encrypt whole blocks with triple DES, each on its own (ECB): encrypt with the first eight bytes of the key, decrypt
 * with the second, encrypt with the third, which is the first again where the key has 16 bytes and not 24.
 * @example tripleDesEncrypt(fromHex('0123456789ABCDEFFEDCBA9876543210'), new Uint8Array(8)) // 08D7B4FB629D0885
 * @see docs/specs.md, cryptograms sheet, section 16
 */
export function tripleDesEncrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  return applyDes(tripleDesKey(key), data);
}

/**
 * Undo `tripleDesEncrypt`.
 * @example tripleDesDecrypt(fromHex('0123456789ABCDEFFEDCBA9876543210'), fromHex('08D7B4FB629D0885')) // 0000000000000000
 * @see docs/specs.md, cryptograms sheet, section 16
 */
export function tripleDesDecrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  return applyDes(tripleDesDecryptionKey(key), data);
}

/**
 * Encrypt whole blocks as a chain (CBC) with triple DES from a start of eight bytes.
 * @example tripleDesCbcEncrypt(fromHex('0123456789ABCDEFFEDCBA9876543210'), new Uint8Array(8), new Uint8Array(8)) // 08D7B4FB629D0885
 * @see docs/specs.md, cryptograms sheet, section 16
 */
export function tripleDesCbcEncrypt(
  key: Uint8Array,
  start: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  return chained(tripleDesKey(key), start, data);
}

/**
 * Undo `tripleDesCbcEncrypt`.
 * @example tripleDesCbcDecrypt(fromHex('0123456789ABCDEFFEDCBA9876543210'), new Uint8Array(8), fromHex('08D7B4FB629D0885')) // 0000000000000000
 * @see docs/specs.md, cryptograms sheet, section 16
 */
export function tripleDesCbcDecrypt(
  key: Uint8Array,
  start: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  assert(start.length === BLOCK, 'a chain starts from eight bytes');
  const decrypted = applyDes(tripleDesDecryptionKey(key), data);
  return decrypted.map((byte, at) => {
    const before = at < BLOCK ? start[at] : data[at - BLOCK];
    return byte ^ (before as number);
  });
}

/**
 * Make an 8-byte key ready to encrypt; worth keeping where one key meets many messages.
 * @example applyDes(desKey(fromHex('0123456789ABCDEF')), fromHex('4E6F772069732074')) // 3FA40E8A984D4815
 */
export function desKey(key8: Uint8Array): DesKey {
  return new DesKey(schedule(key8));
}

/**
 * Make an 8-byte key ready to decrypt.
 * @example applyDes(desDecryptionKey(fromHex('0123456789ABCDEF')), fromHex('3FA40E8A984D4815')) // 4E6F772069732074
 */
export function desDecryptionKey(key8: Uint8Array): DesKey {
  return new DesKey(reversed(schedule(key8)));
}

/**
 * Make a key of 16 or 24 bytes ready to encrypt: 48 rounds in one go.
 * @example applyDes(tripleDesKey(fromHex('0123456789ABCDEFFEDCBA9876543210')), new Uint8Array(8)) // 08D7B4FB629D0885
 */
export function tripleDesKey(key: Uint8Array): DesKey {
  const [first, second, third] = thirds(key);
  return new DesKey(joined(first, reversed(second), third));
}

/** Make a key of 16 or 24 bytes ready to decrypt. */
function tripleDesDecryptionKey(key: Uint8Array): DesKey {
  const [first, second, third] = thirds(key);
  return new DesKey(joined(reversed(third), second, reversed(first)));
}

/**
 * Run a ready key over whole blocks, each on its own (ECB).
 * @example applyDes(desKey(fromHex('0123456789ABCDEF')), fromHex('4E6F772069732074')) // 3FA40E8A984D4815
 */
export function applyDes(key: DesKey, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'DES works on whole blocks of eight bytes');
  const result = new Uint8Array(data.length);
  const block = new Int32Array(2);
  for (let offset = 0; offset < data.length; offset += BLOCK) {
    block[0] = word(data, offset);
    block[1] = word(data, offset + 4);
    key.transform(block);
    store(block, result, offset);
  }
  return result;
}

/**
 * The last block of a cipher-block chain (CBC) with zero start over whole blocks: what MACs are made of.
 * @example lastChainedBlock(desKey(fromHex('0123456789ABCDEF')), fromHex('4E6F772069732074')) // 3FA40E8A984D4815
 */
export function lastChainedBlock(key: DesKey, data: Uint8Array): Uint8Array {
  assert(data.length > 0, 'a chain needs whole blocks');
  return chained(key, new Uint8Array(BLOCK), data).slice(-BLOCK);
}

function chained(key: DesKey, start: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'DES works on whole blocks of eight bytes');
  assert(start.length === BLOCK, 'a chain starts from eight bytes');
  const result = new Uint8Array(data.length);
  const block = Int32Array.of(word(start, 0), word(start, 4));
  for (let offset = 0; offset < data.length; offset += BLOCK) {
    block[0] = (block[0] as number) ^ word(data, offset);
    block[1] = (block[1] as number) ^ word(data, offset + 4);
    key.transform(block);
    store(block, result, offset);
  }
  return result;
}

const BLOCK = 8;
/** Words of subkeys in one pass of sixteen rounds. */
const PASS = 16 * ROUND_WORDS;

/** One block through every pass of the key, in place. Between passes the two permutations cancel out. */
function rounds(subkeys: Int32Array, block: Int32Array): void {
  initialPermutation(block);
  let left = block[0] as number;
  let right = block[1] as number;
  for (let pass = 0; pass < subkeys.length; pass += PASS) {
    for (let at = pass; at < pass + PASS; at += 4) {
      left ^= mix(right, subkeys[at] as number, subkeys[at + 1] as number);
      right ^= mix(left, subkeys[at + 2] as number, subkeys[at + 3] as number);
    }
    const swapped = left;
    left = right;
    right = swapped;
  }
  block[0] = left;
  block[1] = right;
  finalPermutation(block);
}

/**
 * The cipher function: expansion, subkey, substitution and permutation. Turned right by one, a half has
 * the inputs of boxes 1, 3, 5 and 7 six bits to a byte; turned left by three, those of 2, 4, 6 and 8.
 */
function mix(half: number, oddSubkey: number, evenSubkey: number): number {
  const odd = ((half >>> 1) | (half << 31)) ^ oddSubkey;
  const even = ((half << 3) | (half >>> 29)) ^ evenSubkey;
  return (
    (BOXES[odd >>> 26] as number) |
    (BOXES[64 + (even >>> 26)] as number) |
    (BOXES[128 + ((odd >>> 18) & 63)] as number) |
    (BOXES[192 + ((even >>> 18) & 63)] as number) |
    (BOXES[256 + ((odd >>> 10) & 63)] as number) |
    (BOXES[320 + ((even >>> 10) & 63)] as number) |
    (BOXES[384 + ((odd >>> 2) & 63)] as number) |
    (BOXES[448 + ((even >>> 2) & 63)] as number)
  );
}

/** The initial permutation as five exchanges of bit groups between the halves. */
function initialPermutation(block: Int32Array): void {
  exchange(block, 0, 1, 4, 0x0f0f0f0f);
  exchange(block, 0, 1, 16, 0x0000ffff);
  exchange(block, 1, 0, 2, 0x33333333);
  exchange(block, 1, 0, 8, 0x00ff00ff);
  exchange(block, 0, 1, 1, 0x55555555);
}

function finalPermutation(block: Int32Array): void {
  exchange(block, 0, 1, 1, 0x55555555);
  exchange(block, 1, 0, 8, 0x00ff00ff);
  exchange(block, 1, 0, 2, 0x33333333);
  exchange(block, 0, 1, 16, 0x0000ffff);
  exchange(block, 0, 1, 4, 0x0f0f0f0f);
}

/** Exchange the bits of one half, `shift` to the left of `mask`, with those of the other under `mask`. */
function exchange(block: Int32Array, high: 0 | 1, low: 0 | 1, shift: number, mask: number): void {
  const difference = (((block[high] as number) >>> shift) ^ (block[low] as number)) & mask;
  block[low] = (block[low] as number) ^ difference;
  block[high] = (block[high] as number) ^ (difference << shift);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

function store(block: Int32Array, bytes: Uint8Array, at: number): void {
  for (let index = 0; index < BLOCK; index++) {
    bytes[at + index] = (block[index >> 2] as number) >>> (24 - 8 * (index & 3));
  }
}

/** Every subkey bit is one key bit, so the schedule is the union of what each half byte brings in. */
function schedule(key8: Uint8Array): Int32Array {
  assert(key8.length === 8, 'a DES key has eight bytes');
  const subkeys = new Int32Array(PASS);
  for (let nibble = 0; nibble < 16; nibble++) {
    const byte = key8[nibble >> 1] as number;
    const from = (nibble * 16 + (nibble % 2 === 0 ? byte >> 4 : byte & 15)) * PASS;
    for (let at = 0; at < PASS; at++) {
      subkeys[at] = (subkeys[at] as number) | (SCHEDULES[from + at] as number);
    }
  }
  return subkeys;
}

function thirds(key: Uint8Array): readonly [Int32Array, Int32Array, Int32Array] {
  assert(key.length === 16 || key.length === 24, 'a triple DES key has 16 or 24 bytes');
  const first = schedule(key.subarray(0, 8));
  const third = key.length === 24 ? schedule(key.subarray(16)) : first;
  return [first, schedule(key.subarray(8, 16)), third];
}

/** The same rounds, last first. */
function reversed(subkeys: Int32Array): Int32Array {
  return subkeys.map((_, at) => subkeys[at % 2 === 0 ? PASS - 2 - at : PASS - at] as number);
}

function joined(first: Int32Array, second: Int32Array, third: Int32Array): Int32Array {
  const all = new Int32Array(3 * PASS);
  all.set(first, 0);
  all.set(second, PASS);
  all.set(third, 2 * PASS);
  return all;
}
