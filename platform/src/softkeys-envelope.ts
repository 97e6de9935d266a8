/**
 * Envelopes to one key: compact JWE with ECDH-ES and A256GCM, and no other algorithm.
 * The card-entry frame writes to the token service so, and the acquirer to a terminal.
 */

import type { EnvelopeKeys } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose';
import type { Keyring } from './keyring.ts';
import { fromBase64url, jwkOfPoint, keyIdOf, type PrivateJwk, pointOf } from './softkeys-p256.ts';

/** The token service's envelope port. */
export function envelopeKeys({ envelope }: Pick<Keyring['tokens'], 'envelope'>): EnvelopeKeys {
  const { kid, ...pair } = envelope;
  return { openEnvelope: (text) => openEnvelope(text, pair, kid) };
}

/** Close an envelope to a public key (65 bytes, uncompressed), which its `kid` names by thumbprint. */
export async function sealEnvelope(plain: Uint8Array, publicKey: Uint8Array): Promise<string> {
  const jwk = jwkOfPoint(publicKey);
  assert(jwk !== undefined, 'an envelope is closed to a point of P-256');
  return new CompactEncrypt(plain)
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, kid: keyIdOf(jwk) })
    .encrypt({ ...jwk, alg: ALGORITHM });
}

/**
 * Open an envelope closed to this key; undefined when it is anything else. The header is read first and must
 * hold exactly our algorithms, our `kid` and a point of the curve, so nothing else reaches the cipher.
 */
export async function openEnvelope(
  envelope: string,
  pair: PrivateJwk,
  kid: string,
): Promise<Uint8Array | undefined> {
  if (!isOurHeader(readHeader(envelope), kid)) return undefined;
  try {
    const { plaintext } = await compactDecrypt(
      envelope,
      { ...pair, alg: ALGORITHM },
      { keyManagementAlgorithms: [ALGORITHM], contentEncryptionAlgorithms: [ENCRYPTION] },
    );
    return plaintext;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

const ALGORITHM = 'ECDH-ES';
const ENCRYPTION = 'A256GCM';
const HEADER_MEMBERS = 'alg,enc,epk,kid';
const POINT_MEMBERS = 'crv,kty,x,y';

/** The header as it stands, empty when there is none. The decoder says so by a TypeError. */
function readHeader(envelope: string): Readonly<Record<string, unknown>> {
  try {
    return decodeProtectedHeader(envelope);
  } catch (error) {
    if (error instanceof TypeError) return {};
    throw error;
  }
}

function isOurHeader(header: Readonly<Record<string, unknown>>, kid: string): boolean {
  if (Object.keys(header).sort().join() !== HEADER_MEMBERS) return false;
  if (header.alg !== ALGORITHM || header.enc !== ENCRYPTION || header.kid !== kid) return false;
  return isPoint(header.epk);
}

function isPoint(epk: unknown): boolean {
  if (typeof epk !== 'object' || epk === null) return false;
  if (Object.keys(epk).sort().join() !== POINT_MEMBERS) return false;
  const { kty, crv, x, y } = epk as Readonly<Record<string, unknown>>;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string')
    return false;
  if (!isCoordinate(x) || !isCoordinate(y)) return false;
  return jwkOfPoint(pointOf({ kty, crv, x, y })) !== undefined;
}

function isCoordinate(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text) && fromBase64url(text).length === 32;
}
