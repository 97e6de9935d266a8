/**
 * Session keys of the other schemes: EMV's common one, Visa's for scripts, and those of AES and SM4 cards. UnionPay's own
 * is in `keys.ts`. Keys of triple DES come with odd parity, as EMV writes them down.
 * @see docs/specs.md, cryptograms sheet, sections 2 and 7
 */
import { assert } from '../bytes/assert.ts';
import { concat, xor } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { aesEncrypt } from '../cipher/aes.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import { sm4Encrypt } from '../cipher/sm4.ts';
import { counterBlocks, withOddParity } from './keys.ts';

/**
 * What tells one session from another by its counter, filled with zeros to a block of `length` bytes. M/Chip cards put the
 * terminal's unpredictable number (four bytes) into the last four of eight.
 * @see docs/specs.md, cryptograms sheet, sections 2.2 and 2.3
 * @example counterDiversifier(fromHex('001C'), 8, fromHex('ABCDEF12')) // '001C0000ABCDEF12'
 */
export function counterDiversifier(
  atc: Uint8Array,
  length: 8 | 16 = 8,
  unpredictableNumber: Uint8Array = new Uint8Array(0),
): Uint8Array {
  assert(atc.length === 2, 'a counter has two bytes');
  assert([0, 4].includes(unpredictableNumber.length), 'an unpredictable number has four bytes');
  const zeros = new Uint8Array(length - atc.length - unpredictableNumber.length);
  return concat(atc, zeros, unpredictableNumber);
}

/**
 * EMV's common session key: a diversifier of eight bytes (the counter for cryptograms, a cryptogram for scripts) with F0, then
 * 0F, in its third byte, both encrypted under the card key of 16 bytes. Odd parity.
 * @see docs/specs.md, cryptograms sheet, section 2.2
 * @example
 * emvCommonSessionKey(fromHex('67F8292358083E5EA7AB7FDA58D53B6B'), fromHex('1234567890123456'))
 * // '29B33180E567CE38EA4CBC9D753B0E61'
 */
export function emvCommonSessionKey(cardKey: Uint8Array, diversifier: Uint8Array): SecretBytes {
  assert(cardKey.length === 16, 'a card key of triple DES has sixteen bytes');
  assert(diversifier.length === 8, 'a diversifier has eight bytes');
  return withOddParity(tripleDesEncrypt(cardKey, bothHalves(diversifier)));
}

/**
 * Visa's session key for scripts: the counter is mixed into the last two bytes of the left half of the card key, its inverse
 * into those of the right half. Odd parity.
 * @see pyemv's published tests, derive_visa_sm_sk
 * @example
 * visaSecureMessagingKey(fromHex('94F867167C64EF3EEAB0CB627A7A3480'), fromHex('001C'))
 * // '94F867167C64EF23EAB0CB627A7ACB62'
 */
export function visaSecureMessagingKey(cardKey: Uint8Array, atc: Uint8Array): SecretBytes {
  assert(cardKey.length === 16, 'a card key of triple DES has sixteen bytes');
  return withOddParity(xor(cardKey, counterBlocks(atc)));
}

/**
 * The session key of an AES card, as long as the card key. `diversifier` has 16 bytes: a counter or a cryptogram, then zeros.
 * Our source gives keys of 16 bytes; longer ones take the two halves of the common session key.
 * @see docs/specs.md, cryptograms sheet, section 2.2
 * @example
 * const cardKey = fromHex('D2D33623EFCC45A02EB686ACC95DD00F');
 * aesSessionKey(cardKey, counterDiversifier(fromHex('0001'), 16)) // 'B85AC9C76DB401F0740853A8842DF5A8'
 */
export function aesSessionKey(cardKey: Uint8Array, diversifier: Uint8Array): SecretBytes {
  assert([16, 24, 32].includes(cardKey.length), 'an AES key has 16, 24 or 32 bytes');
  assert(diversifier.length === 16, 'a diversifier has sixteen bytes');
  const data = cardKey.length === 16 ? diversifier : bothHalves(diversifier);
  return secret(aesEncrypt(cardKey, data).subarray(0, cardKey.length));
}

/**
 * The session key of an SM4 card: what UnionPay's key encrypts in two blocks is one block here.
 * No source confirms it. @see docs/specs.md, cryptograms sheet, section 7
 * @example
 * sm4SessionKey(fromHex('809C6577E83D3D0E48175902E6F23422'), fromHex('0001'))
 * // 'A27C63CE803156F2BFBF88397F49E513'
 */
export function sm4SessionKey(cardKey: Uint8Array, atc: Uint8Array): SecretBytes {
  return secret(sm4Encrypt(cardKey, counterBlocks(atc)));
}

/** The diversifier twice, its third byte F0 for the left half of the key and 0F for the right. */
function bothHalves(diversifier: Uint8Array): Uint8Array {
  return concat(diversifier.with(2, 0xf0), diversifier.with(2, 0x0f));
}
