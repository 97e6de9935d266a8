/**
 * What stands in a certificate or a signature whose hash does not hold: whoever lacks some of the signed data sees it
 * all the same, and that nothing vouches for it. Undefined where more than the hash is wrong.
 */
import { toHex } from '../bytes/bytes.ts';
import type { RsaPublicKey } from '../cipher/rsa.ts';
import { openBlock } from '../oda/block.ts';
import { type CertificateObjects, certifiedKeyOf, ICC_CERTIFICATE } from '../oda/certificates.ts';
import { dynamicNumberOf } from '../oda/dynamic.ts';

const FORMAT_STATIC = 0x03;
const FORMAT_DYNAMIC = 0x05;
const SHA1_ALGORITHM = 0x01;
/** Format, hash algorithm and two more bytes. */
const HEAD_BYTES = 4;

/** The modulus in a card's certificate. */
export function unprovedModulus(
  issuer: RsaPublicKey,
  objects: CertificateObjects,
): string | undefined {
  const block = openBlock(issuer, objects.certificate, ICC_CERTIFICATE.format, 0);
  if (block.kind === 'refused') return undefined;
  const key = certifiedKeyOf(block.content, objects, ICC_CERTIFICATE);
  return key === undefined ? undefined : toHex(key.modulus);
}

/** The data authentication code in signed static data, tag 93. */
export function unprovedAuthenticationCode(
  issuer: RsaPublicKey,
  signature: Uint8Array,
): string | undefined {
  const content = contentOf(issuer, signature, FORMAT_STATIC);
  return content === undefined ? undefined : toHex(content.subarray(2, 4));
}

/** The card's dynamic number in a dynamic signature, tag 9F4B. */
export function unprovedDynamicNumber(
  icc: RsaPublicKey,
  signature: Uint8Array,
): string | undefined {
  const content = contentOf(icc, signature, FORMAT_DYNAMIC);
  const [, , length = 0] = content ?? [];
  if (content === undefined || length > content.length - 3) return undefined;
  const number = dynamicNumberOf(content.subarray(3, 3 + length));
  return number === undefined ? undefined : toHex(number);
}

function contentOf(
  key: RsaPublicKey,
  signature: Uint8Array,
  format: number,
): Uint8Array | undefined {
  const block = openBlock(key, signature, format, HEAD_BYTES);
  if (block.kind === 'refused' || block.content[1] !== SHA1_ALGORITHM) return undefined;
  return block.content;
}
