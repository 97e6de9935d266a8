/**
 * Derived unique keys per transaction (DUKPT) with two-key triple DES. The acquirer keeps one base key; each terminal
 * gets an initial key of its own and leaves a key behind with every transaction, so that what is in it today opens
 * nothing of yesterday. The acquirer derives the same key from the serial number in the message.
 * @see docs/specs.md, DUKPT vectors
 */
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, fromUint, xor } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { desEncryptBlocks, tripleDesEncrypt } from '../cipher/des.ts';
import { counterSteps, KsnError, readTdesKsn } from './ksn.ts';

/** What a working key is for; requests come from the terminal, responses go to it. */
export type DukptTdesUse =
  | 'pin'
  | 'mac-request'
  | 'mac-response'
  | 'data-request'
  | 'data-response';

/** The bits that are turned over in a key to make another of it. */
const OTHER_KEY = fromHex('C0C0C0C000000000C0C0C0C000000000');

const VARIANTS: Readonly<Record<DukptTdesUse, Uint8Array>> = {
  pin: fromHex('00000000000000FF00000000000000FF'),
  'mac-request': fromHex('000000000000FF00000000000000FF00'),
  'mac-response': fromHex('00000000FF00000000000000FF000000'),
  'data-request': fromHex('0000000000FF00000000000000FF0000'),
  'data-response': fromHex('000000FF00000000000000FF00000000'),
};

/**
 * The initial key of a terminal, 16 bytes, from the base derivation key of 16 bytes and the ten bytes of any of its
 * serial numbers. Throws `KsnError` on a bad serial number.
 * @example dukptTdesInitialKey(fromHex('0123456789ABCDEFFEDCBA9876543210'), fromHex('FFFF9876543210E00000')) // 6AC292FAA1315B4D858AB3A3D7D5933A
 * @see docs/specs.md, DUKPT vectors
 */
export function dukptTdesInitialKey(baseKey: Uint8Array, ksn: Uint8Array): SecretBytes {
  assert(baseKey.length === 16, 'a base derivation key has sixteen bytes');
  const { initialKeyId } = readTdesKsn(ksn);
  const left = tripleDesEncrypt(baseKey, initialKeyId);
  const right = tripleDesEncrypt(xor(baseKey, OTHER_KEY), initialKeyId);
  return secret(concat(left, right));
}

/**
 * The key of one transaction, 16 bytes, from the initial key and the serial number in the message. It is not used as
 * it is: `dukptTdesWorkingKey` makes the keys that are. Throws `KsnError` on a bad serial number and on counter 0,
 * which no transaction has.
 * @example dukptTdesTransactionKey(fromHex('6AC292FAA1315B4D858AB3A3D7D5933A'), fromHex('FFFF9876543210E00001')) // 042666B49184CFA368DE9628D0397BC9
 * @see docs/specs.md, DUKPT vectors
 */
export function dukptTdesTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): SecretBytes {
  assert(initialKey.length === 16, 'an initial key has sixteen bytes');
  const { initialKeyId, counter } = readTdesKsn(ksn);
  if (counter === 0) throw new KsnError('counter 0 has no transaction', 7);
  // The eight rightmost bytes of the serial number; the last three share their bits with the counter.
  const register = concat(initialKeyId.subarray(2), new Uint8Array(2));
  let key = initialKey;
  for (const step of counterSteps(counter)) {
    const count = concat(new Uint8Array(5), fromUint(step, 3));
    key = nextKey(key, xor(register, count));
  }
  return secret(key);
}

/**
 * The key that a transaction uses for one purpose, 16 bytes. The data keys pass through a one-way step, so that
 * whoever holds one cannot make the others.
 * @example dukptTdesWorkingKey(fromHex('042666B49184CFA368DE9628D0397BC9'), 'pin') // 042666B49184CF5C68DE9628D0397B36
 * @see docs/specs.md, DUKPT vectors
 */
export function dukptTdesWorkingKey(transactionKey: Uint8Array, use: DukptTdesUse): SecretBytes {
  assert(transactionKey.length === 16, 'a transaction key has sixteen bytes');
  const variant = xor(transactionKey, VARIANTS[use]);
  const isForData = use === 'data-request' || use === 'data-response';
  return secret(isForData ? tripleDesEncrypt(variant, variant) : variant);
}

/** One step that cannot be walked back: the right half from the key, the left half from its other form. */
function nextKey(key: Uint8Array, register: Uint8Array): Uint8Array {
  return concat(oneWay(xor(key, OTHER_KEY), register), oneWay(key, register));
}

function oneWay(key: Uint8Array, register: Uint8Array): Uint8Array {
  const left = key.subarray(0, 8);
  const right = key.subarray(8);
  return xor(desEncryptBlocks(left, xor(register, right)), right);
}
