/** Public keys that come inside a wallet payload, read strictly. */
import { equal } from '../bytes/bytes.ts';
import { isPoint, SPKI_HEAD } from '../cipher/p256.ts';
import { PayloadError } from './malformed.ts';

/**
 * Read the point of a SubjectPublicKeyInfo. Throws `PayloadError` on another algorithm, curve or form, and on bytes
 * that are no point.
 * @example decodeSpki(encodeSpki(publicKeyOf(new Uint8Array(32).fill(1)))).length // 65
 */
export function decodeSpki(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, SPKI_HEAD.length);
  if (!equal(head, SPKI_HEAD)) throw new PayloadError('not a public key of P-256');
  return readPoint(bytes.subarray(SPKI_HEAD.length), SPKI_HEAD.length);
}

/**
 * The same bytes when they are a point; throws `PayloadError` otherwise.
 * @example readPoint(publicKeyOf(new Uint8Array(32).fill(1))).length // 65
 */
export function readPoint(bytes: Uint8Array, offset = 0): Uint8Array {
  if (!isPoint(bytes)) throw new PayloadError('not a point of P-256', offset);
  return bytes;
}
