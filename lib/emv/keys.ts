/**
 * The keys of a card: from the issuer's master keys to the card's own, and from those to one transaction's.
 * For a device token, number and sequence number are those of the token; the card's never enter.
 * @see docs/specs.md, cryptograms sheet, sections 1, 2.1 and 7
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { assert } from '../bytes/assert.ts';
import { bcdFromDigits, decimalised } from '../bytes/bcd.ts';
import { concat, invert, toHex } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { aesEncrypt } from '../cipher/aes.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import { sm4Encrypt } from '../cipher/sm4.ts';

/** Three keys of one length: for cryptograms, for message authentication, for encryption. */
export type KeySet = {
  readonly ac: SecretBytes;
  readonly mac: SecretBytes;
  readonly enc: SecretBytes;
};

/** The keys of one card or token. */
export type CardKeys = KeySet;

/** How a card key is made from a master key, the number and the sequence number. */
export type CardKeyMethod = (masterKey: Uint8Array, pan: string, psn: string) => SecretBytes;

/** How a session key is made from a card key and the two bytes of the counter. */
export type SessionKeyMethod = (cardKey: Uint8Array, atc: Uint8Array) => SecretBytes;

/**
 * Derive the three keys of a card or token, each from its own master key.
 * `pan` and `psn` are digits; an empty `psn` stands for 00.
 * @see docs/specs.md, cryptograms sheet, section 1
 * @example
 * const masterKey = secret(fromHex('0123456789ABCDEF23456789ABCDEF01'));
 * deriveCardKeys({ ac: masterKey, mac: masterKey, enc: masterKey }, '6258249900000018', '01').ac
 * // '8BE17E081FA972C4124DD865A225CB8D'
 */
export function deriveCardKeys(
  masterKeys: KeySet,
  pan: string,
  psn: string,
  method: CardKeyMethod = deriveCardKeyOptionA,
): CardKeys {
  return {
    ac: method(masterKeys.ac, pan, psn),
    mac: method(masterKeys.mac, pan, psn),
    enc: method(masterKeys.enc, pan, psn),
  };
}

/**
 * Derive one card key by option A: the last 16 digits of number and sequence number, encrypted, then
 * inverted and encrypted. Parity stays as it falls, as the Chinese examples leave it.
 * @see docs/specs.md, cryptograms sheet, section 1.1
 * @example
 * deriveCardKeyOptionA(fromHex('C4D689158AD9FB9D23105B91CE046D0E'), '6210220110002707355', '01')
 * // 'B8A15DA5F7043C317D9FD8F8DFE2BD75'
 */
export function deriveCardKeyOptionA(masterKey: Uint8Array, pan: string, psn: string): SecretBytes {
  return tripleDesCardKey(masterKey, cardKeyDiversifier(pan, psn));
}

/**
 * Derive one card key by option B: numbers of more than 16 digits are hashed with the sequence number and the
 * hash is made decimal; shorter ones go as in option A. Parity stays as it falls.
 * @see docs/specs.md, cryptograms sheet, section 1.2
 * @example
 * withOddParity(
 *   deriveCardKeyOptionB(fromHex('0123456789ABCDEFFEDCBA9876543210'), '99012345678901234', '45'),
 * )
 * // '985EC4FD3EDF6162E31AF1C7D0543416'
 */
export function deriveCardKeyOptionB(masterKey: Uint8Array, pan: string, psn: string): SecretBytes {
  if (pan.length <= 16) return deriveCardKeyOptionA(masterKey, pan, psn);
  const number = joinedNumber(pan, psn);
  const hash = sha1(bcdFromDigits(number, Math.ceil(number.length / 2)));
  return tripleDesCardKey(masterKey, bcdFromDigits(decimalised(toHex(hash)).slice(0, 16), 8));
}

/**
 * Derive one card key by option C, of the length of the AES master key: 16, 24 or 32 bytes.
 * @see docs/specs.md, cryptograms sheet, section 1.3
 * @example
 * deriveCardKeyOptionC(fromHex('000102030405060708090A0B0C0D0E0F'), '6258249900000018', '01')
 * // 'D2D33623EFCC45A02EB686ACC95DD00F'
 */
export function deriveCardKeyOptionC(masterKey: Uint8Array, pan: string, psn: string): SecretBytes {
  assert([16, 24, 32].includes(masterKey.length), 'an AES key has 16, 24 or 32 bytes');
  const diversifier = cardKeyDiversifier(pan, psn, 16);
  const blocks = aesEncrypt(masterKey, concat(diversifier, invert(diversifier)));
  return secret(blocks.subarray(0, masterKey.length));
}

/**
 * Derive one card key under SM4: what option A encrypts in two blocks is one block here.
 * No source confirms it. @see docs/specs.md, cryptograms sheet, section 7
 * @example
 * deriveCardKeySm4(fromHex('0123456789ABCDEFFEDCBA9876543210'), '6258249900000018', '01')
 * // '809C6577E83D3D0E48175902E6F23422'
 */
export function deriveCardKeySm4(masterKey: Uint8Array, pan: string, psn: string): SecretBytes {
  const diversifier = cardKeyDiversifier(pan, psn);
  return secret(sm4Encrypt(masterKey, concat(diversifier, invert(diversifier))));
}

/**
 * What options A and C encrypt: the last digits of number and sequence number as packed decimal in 8 or 16 bytes,
 * zeros before them where there are fewer. An empty `psn` stands for 00.
 * @see docs/specs.md, cryptograms sheet, sections 1.1 and 1.3
 * @example cardKeyDiversifier('6228000100001', '01') // '0622800010000101'
 */
export function cardKeyDiversifier(pan: string, psn: string, length: 8 | 16 = 8): Uint8Array {
  return bcdFromDigits(joinedNumber(pan, psn).slice(-2 * length), length);
}

/**
 * Derive the session key of one transaction, the same way for all three kinds of key. Parity stays as it falls.
 * @see docs/specs.md, cryptograms sheet, section 2.1
 * @example
 * unionPaySessionKey(fromHex('B8A15DA5F7043C317D9FD8F8DFE2BD75'), fromHex('03D3'))
 * // '4A43440B2D932ACDC4E2776ED562EE43'
 */
export function unionPaySessionKey(cardKey: Uint8Array, atc: Uint8Array): SecretBytes {
  assert(cardKey.length === 16, 'a card key of triple DES has sixteen bytes');
  return secret(tripleDesEncrypt(cardKey, counterBlocks(atc)));
}

/**
 * The counter and its inverse, each behind six zeros: the 16 bytes that a UnionPay session key is made of.
 * @see docs/specs.md, cryptograms sheet, sections 2.1 and 7
 * @example counterBlocks(fromHex('0240')) // '0000000000000240000000000000FDBF'
 */
export function counterBlocks(atc: Uint8Array): Uint8Array {
  assert(atc.length === 2, 'a counter has two bytes');
  const zeros = new Uint8Array(6);
  return concat(zeros, atc, zeros, invert(atc));
}

/**
 * The same key with every byte of odd parity, as EMV writes keys down. DES never looks at that bit.
 * @see docs/specs.md, cryptograms sheet, section 1.1
 * @example
 * withOddParity(fromHex('8BE17E081FA972C4124DD865A225CB8D')) // '8AE07F081FA873C4134CD964A225CB8C'
 */
export function withOddParity(key: Uint8Array): SecretBytes {
  return secret(key).map((byte) => {
    let ones = byte >> 1;
    ones ^= ones >> 4;
    ones ^= ones >> 2;
    ones ^= ones >> 1;
    return (byte & 0xfe) | (~ones & 1);
  }) as SecretBytes;
}

function tripleDesCardKey(masterKey: Uint8Array, diversifier: Uint8Array): SecretBytes {
  assert(masterKey.length === 16, 'a master key of triple DES has sixteen bytes');
  return secret(tripleDesEncrypt(masterKey, concat(diversifier, invert(diversifier))));
}

function joinedNumber(pan: string, psn: string): string {
  assert(/^\d{1,19}$/.test(pan), 'a number of at most 19 digits');
  assert(/^(\d\d)?$/.test(psn), 'a sequence number of two digits or none');
  return `${pan}${psn === '' ? '00' : psn}`;
}
