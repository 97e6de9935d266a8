/**
 * The keys of a card: from the issuer's master keys to the card's own, and from those to one transaction's.
 * For a device token, number and sequence number are those of the token; the card's never enter.
 * @see docs/specs.md, cryptograms sheet, sections 1.1 and 2.1
 */
import { assert } from '../bytes/assert.ts';
import { bcdFromDigits } from '../bytes/bcd.ts';
import { concat, invert } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';

/** Three keys of 16 bytes: for cryptograms, for message authentication, for encryption. */
export type KeySet = {
  readonly ac: Uint8Array;
  readonly mac: Uint8Array;
  readonly enc: Uint8Array;
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
 */
export function deriveCardKeyOptionA(masterKey: Uint8Array, pan: string, psn: string): SecretBytes {
  assert(/^\d{1,19}$/.test(pan), 'a number of at most 19 digits');
  assert(/^(\d\d)?$/.test(psn), 'a sequence number of two digits or none');
  const diversifier = bcdFromDigits(`${pan}${psn === '' ? '00' : psn}`.slice(-16), 8);
  return secret(tripleDesEncrypt(masterKey, concat(diversifier, invert(diversifier))));
}

/**
 * Derive the session key of one transaction, the same way for all three kinds of key.
 * @see docs/specs.md, cryptograms sheet, section 2.1
 */
export function unionPaySessionKey(cardKey: Uint8Array, atc: Uint8Array): SecretBytes {
  assert(atc.length === 2, 'a counter has two bytes');
  const zeros = new Uint8Array(6);
  return secret(tripleDesEncrypt(cardKey, concat(zeros, atc, zeros, invert(atc))));
}

/** The same key with every byte of odd parity, as EMV writes keys down. DES never looks at that bit. */
export function withOddParity(key: Uint8Array): SecretBytes {
  return secret(key).map((byte) => {
    let ones = byte >> 1;
    ones ^= ones >> 4;
    ones ^= ones >> 2;
    ones ^= ones >> 1;
    return (byte & 0xfe) | (~ones & 1);
  }) as SecretBytes;
}
