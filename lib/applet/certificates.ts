/**
 * The data groups of offline data authentication: certificates to read, a key that signs each tap, and the record that
 * is written anew for each.
 * @see profile octavo-1, section 15, and docs/specs.md, EMV contactless sheet, section 7
 */
import { concat, equal, fromHex } from '../bytes/bytes.ts';
import { secret } from '../bytes/secret.ts';
import { type RsaPartsKey, rsaKeyOfParts } from '../cipher/rsa.ts';
import { signFdda } from '../oda/dynamic.ts';
import { encodeTlv, find, type Tag, template, tlv } from '../tlv/tlv.ts';
import { type Card, inside } from './card.ts';

/** The records that are kept as they came, in the order in which they are saved. */
export const CERTIFICATE_RECORDS = ['0201', '0202', '0302', '0303'] as const;

/** The name of such a record, four hexadecimal digits. */
export type CertificateRecord = (typeof CERTIFICATE_RECORDS)[number];

/** The groups in which the card key's parts come: q^-1 mod p, d mod (q-1), d mod (p-1), q, p. */
export const KEY_PARTS = ['8201', '8202', '8203', '8204', '8205'] as const;

/** How long each part is. */
export const KEY_PART_BYTES = 64;

/** What an instance is authenticated with. The key is secret. */
export type Certificates = {
  readonly records: Readonly<Record<CertificateRecord, Uint8Array>>;
  readonly key: RsaPartsKey;
};

/** Application file locator (94): certificates in file 2; in file 3 the signed record, and the one of each tap. */
export const FILE_LOCATOR = fromHex('1001020018020301');

/**
 * The certificates that records and key parts (in the order of `KEY_PARTS`) make for a card; undefined when one is not
 * what the profile says, is of another card, or the parts are not the key of the card's certificate.
 */
export function certificatesFor(
  card: Card,
  records: Readonly<Record<CertificateRecord, Uint8Array>>,
  parts: readonly Uint8Array[],
): Certificates | undefined {
  if (parts.length !== KEY_PARTS.length || parts.some((part) => part.length !== KEY_PART_BYTES))
    return undefined;
  const [coefficient, secondExponent, firstExponent, secondPrime, firstPrime] = parts.map((part) =>
    secret(part),
  ) as unknown as readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const key = rsaKeyOfParts({
    firstPrime,
    secondPrime,
    firstExponent,
    secondExponent,
    coefficient,
  });
  if (key === undefined || !isIssuerRecord(records['0201'])) return undefined;
  if (!isCardRecord(records['0202'], key)) return undefined;
  if (!equal(records['0302'], signedRecord(card))) return undefined;
  return equal(records['0303'], tapRecord(NOT_TAPPED)) ? { records, key } : undefined;
}

/** `70 { 8F, 90, 9F32 [, 92] }`. */
function isIssuerRecord(record: Uint8Array): boolean {
  const objects = inside(record, '70');
  return objects !== undefined && hasTags(objects, ['8F', '90', '9F32'], '92');
}

/** `70 { 9F46, 9F47 [, 9F48] }`; the remainder and the exponent must be the key's own. */
function isCardRecord(record: Uint8Array, { modulus, exponent }: RsaPartsKey): boolean {
  const objects = inside(record, '70');
  if (objects === undefined || !hasTags(objects, ['9F46', '9F47'], '9F48')) return false;
  const remainder = find(objects, '9F48')?.value ?? new Uint8Array(0);
  const isOfKey = equal(modulus.subarray(modulus.length - remainder.length), remainder);
  return isOfKey && equal(find(objects, '9F47')?.value ?? remainder, exponent);
}

function hasTags(
  objects: readonly { readonly tag: Tag }[],
  tags: readonly Tag[],
  remainder: Tag,
): boolean {
  const found = objects.map(({ tag }) => tag).join();
  return found === tags.join() || found === [...tags, remainder].join();
}

/** The one record that the card's certificate binds, as it must be for this card. */
function signedRecord(card: Card): Uint8Array {
  return encodeTlv([
    template('70', [
      tlv('5A', card.token),
      tlv('5F24', card.expiry),
      tlv('5F34', card.panSequence),
      tlv('9F08', fromHex('0030')),
      tlv('9F19', card.requestorId),
      tlv('9F24', card.paymentAccountReference),
      tlv('9F4A', fromHex('82')),
    ]),
  ]);
}

/** Card authentication related data (9F69) as they were personalised. */
const NOT_TAPPED = fromHex('0100000000000000');

/** Record 0303 with the card authentication related data of a tap. */
export function tapRecord(cardAuthenticationData: Uint8Array): Uint8Array {
  return encodeTlv([template('70', [tlv('9F69', cardAuthenticationData)])]);
}

/** What the terminal's part of a tap's signature is made of: tags 9F37, 9F02 and 5F2A. */
export type SignedTap = {
  readonly unpredictableNumber: Uint8Array;
  readonly amountAuthorised: Uint8Array;
  readonly transactionCurrencyCode: Uint8Array;
  /** 9F36. */
  readonly counter: Uint8Array;
  /** 9F6C. */
  readonly qualifiers: Uint8Array;
  /** Four random bytes of the card's own. */
  readonly fresh: Uint8Array;
};

/** Sign a tap, version 01 in the long shape: 9F4B, and the 9F69 that it covers. */
export function signTap(
  { key }: Certificates,
  { counter, qualifiers, fresh, ...terminal }: SignedTap,
): { readonly signature: Uint8Array; readonly cardAuthenticationData: Uint8Array } {
  const cardAuthenticationData = concat(fromHex('01'), fresh, qualifiers, fromHex('00'));
  const signature = signFdda(key, counter, { version: 1, ...terminal, cardAuthenticationData });
  return { signature, cardAuthenticationData };
}
