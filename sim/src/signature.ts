/**
 * An ECDSA signature that is the same every time. The system's signer draws at random, and what is made from a
 * certificate (a phone's id) would differ from one process to the next. Only for demo keys: it takes no care of timing.
 */
import { createECDH, createHash, createHmac } from 'node:crypto';
import type { PrivateJwk } from '@octavo/platform/softkeys-p256.ts';

/** Sign with P-256 and SHA-256: 64 bytes, r and s. The nonce is a keyed hash of the message. */
export function signSteadily({ d }: PrivateJwk, message: Uint8Array): Uint8Array {
  const secret = Buffer.from(d, 'base64url');
  const nonce = createHmac('sha256', secret).update(message).digest();
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(nonce);
  const r = toNumber(curve.getPublicKey().subarray(1, 33)) % ORDER;
  const hash = toNumber(createHash('sha256').update(message).digest());
  const s = modulo(inverse(toNumber(nonce)) * (hash + r * toNumber(secret)));
  return new Uint8Array(Buffer.from(toHex(r) + toHex(s), 'hex'));
}

/** The order of the curve's group. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function modulo(value: bigint): bigint {
  return ((value % ORDER) + ORDER) % ORDER;
}

/** By Fermat: the order is a prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = modulo(value);
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = modulo(result * base);
    base = modulo(base * base);
  }
  return result;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function toHex(value: bigint): string {
  return value.toString(16).padStart(64, '0');
}
