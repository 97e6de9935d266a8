/**
 * Derived unique keys per transaction (DUKPT) with AES-128. Every key is an encryption of what it is for: its use, its
 * algorithm and length, and the serial number as far as it is known there.
 * @see docs/specs.md, DUKPT vectors
 */
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, fromUint } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { aesEncrypt } from '../cipher/aes.ts';
import { counterSteps, KsnError, readAesKsn } from './ksn.ts';

/** What a working key is for, from the terminal's point of view. */
export type DukptAesUse =
  | 'key-encryption'
  | 'pin'
  | 'mac-generate'
  | 'mac-verify'
  | 'mac-both'
  | 'data-encrypt'
  | 'data-decrypt'
  | 'data-both';

const USES: Readonly<Record<DukptAesUse, string>> = {
  'key-encryption': '0002',
  pin: '1000',
  'mac-generate': '2000',
  'mac-verify': '2001',
  'mac-both': '2002',
  'data-encrypt': '3000',
  'data-decrypt': '3001',
  'data-both': '3002',
};
const DERIVATION = '8000';
const INITIAL_KEY = '8001';

/**
 * The initial key of a terminal, 16 bytes, from the base derivation key of 16 bytes and the initial key id of 8 bytes:
 * four that name the base key, four that name the terminal.
 * @example dukptAesInitialKey(fromHex('FEDCBA9876543210F1F1F1F1F1F1F1F1'), fromHex('1234567890123456')) // 1273671EA26AC29AFA4D1084127652A1
 * @see docs/specs.md, DUKPT vectors
 */
export function dukptAesInitialKey(baseKey: Uint8Array, initialKeyId: Uint8Array): SecretBytes {
  assert(initialKeyId.length === 8, 'an initial key id has eight bytes');
  return derived(baseKey, INITIAL_KEY, initialKeyId);
}

/**
 * The derivation key of one transaction, 16 bytes, from the initial key and the twelve bytes of the serial number in
 * the message. Throws `KsnError` on a bad serial number and on counter 0, which no transaction has.
 * @example dukptAesTransactionKey(fromHex('1273671EA26AC29AFA4D1084127652A1'), fromHex('123456789012345600000001')) // 4F21B565BAD9835E112B6465635EAE44
 * @see docs/specs.md, DUKPT vectors
 */
export function dukptAesTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): SecretBytes {
  const { initialKeyId, counter } = readAesKsn(ksn);
  if (counter === 0) throw new KsnError('counter 0 has no transaction', 8);
  return counterSteps(counter).reduce(
    (key, step) => derived(key, DERIVATION, place(initialKeyId, step)),
    secret(initialKey),
  );
}

/**
 * The key that a transaction uses for one purpose, 16 bytes, from its derivation key and the serial number.
 * Throws `KsnError` on a bad serial number.
 * @example dukptAesWorkingKey(fromHex('4F21B565BAD9835E112B6465635EAE44'), fromHex('123456789012345600000001'), 'pin') // AF8CB133A78F8DC2D1359F18527593FB
 * @see docs/specs.md, DUKPT vectors
 */
export function dukptAesWorkingKey(
  transactionKey: Uint8Array,
  ksn: Uint8Array,
  use: DukptAesUse,
): SecretBytes {
  const { initialKeyId, counter } = readAesKsn(ksn);
  return derived(transactionKey, USES[use], place(initialKeyId, counter));
}

/** The terminal's four bytes and the counter: where in the chain of keys a key stands. */
function place(initialKeyId: Uint8Array, counter: number): Uint8Array {
  return concat(initialKeyId.subarray(4), fromUint(counter, 4));
}

/** Version 1, block 1 of the key, its use, AES-128 and 128 bits, and eight bytes that say whose key it is. */
function derived(key: Uint8Array, use: string, whose: Uint8Array): SecretBytes {
  assert(key.length === 16, 'an AES-128 key has sixteen bytes');
  return secret(aesEncrypt(key, concat(fromHex(`0101${use}00020080`), whose)));
}
