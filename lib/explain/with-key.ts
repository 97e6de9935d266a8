/**
 * A certificate or signature that stands alone, without a tag, read with the key that was given beside it: the key
 * itself tells what it is.
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */
import type { RsaPublicKey } from '../cipher/rsa.ts';
import { type Given, waysToTake } from './given.ts';
import { type Kind, LIKELY } from './kind.ts';
import { CERTIFICATE } from './kinds-key.ts';
import type { Reading } from './readings.ts';
import { explainWithKey, opensWith } from './recover.ts';

/**
 * The reading of an input as a certificate or signature under a key; undefined when the key does not open it. With
 * `isAskedFor` bytes of any length are read so, and say why when they stay closed.
 */
export function readWithKey(
  raw: Uint8Array,
  key: RsaPublicKey,
  isAskedFor: boolean,
): Reading | undefined {
  const ways = waysToTake(raw).filter(({ written }) => written !== 'text');
  const opened = ways.find(({ bytes }) => opensWith(bytes, key));
  if (opened !== undefined)
    return reading(opened, key, 100, 'as long as the modulus, and the key opens it');
  const [given] = ways;
  if (given === undefined || !isAskedFor) return undefined;
  return reading(given, key, 0, 'asked for by name, though the key does not open it');
}

/** The same for bytes that nothing else fits: as long as the modulus they may be what another key signed. */
export function readAsClosed(raw: Uint8Array, key: RsaPublicKey): Reading | undefined {
  const given = waysToTake(raw).find(({ bytes }) => bytes.length === key.modulus.length);
  return given && reading(given, key, LIKELY / 2, 'as long as the modulus of the key');
}

function reading(given: Given, key: RsaPublicKey, sureness: number, because: string): Reading {
  const kind: Kind = { ...CERTIFICATE, explain: ({ bytes }) => explainWithKey(bytes, key) };
  return { kind, given, sureness, because };
}
