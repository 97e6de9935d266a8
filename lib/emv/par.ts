/**
 * The account reference (PAR): 29 characters that stand for one card behind all its tokens. Four characters name who
 * gives references out; the other 25 are drawn from a keyed hash of the number, and tell nothing of it.
 * @see docs/specs.md, tokenisation sheet, section 2, and profile octavo-1, section 13
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { assert } from '../bytes/assert.ts';
import { concat, fromAscii } from '../bytes/bytes.ts';

/** What the keyed hash of an account reference is for: it goes before the number, with a zero byte between. */
export const ACCOUNT_REFERENCE_PURPOSE = 'account_reference';

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DRAWN = 25;

/**
 * The account reference that a controller (four digits or capital letters) makes of a keyed hash of 32 bytes: the hash
 * as a number, its last 25 digits to the base of 36, the last one first.
 * @example accountReference('9999', new Uint8Array(32)) // '99990000000000000000000000000'
 * @see profile octavo-1, section 13
 */
export function accountReference(controller: string, hash: Uint8Array): string {
  assert(/^[0-9A-Z]{4}$/.test(controller), 'a controller is four digits or capital letters');
  assert(hash.length === 32, 'a keyed hash is 32 bytes');
  let rest = hash.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = controller;
  for (let drawn = 0; drawn < DRAWN; drawn++) {
    text += CHARACTERS.charAt(Number(rest % 36n));
    rest /= 36n;
  }
  return text;
}

/**
 * The account reference of a card number under a key: HMAC with SHA-256 over the purpose, a zero byte and the digits.
 * @example deriveAccountReference(new Uint8Array(32), '6228489900001234568', '9999').length // 29
 * @see profile octavo-1, section 13
 */
export function deriveAccountReference(key: Uint8Array, pan: string, controller: string): string {
  assert(/^\d{12,19}$/.test(pan), 'a number of 12 to 19 digits');
  const purpose = concat(fromAscii(ACCOUNT_REFERENCE_PURPOSE), Uint8Array.of(0));
  return accountReference(controller, hmac(sha256, key, concat(purpose, fromAscii(pan))));
}
