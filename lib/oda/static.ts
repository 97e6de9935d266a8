/**
 * Static data: what of a card's records is signed, and the signature over it that never changes (tag 93).
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */
import { assert } from '../bytes/assert.ts';
import { concat } from '../bytes/bytes.ts';
import type { RsaPrivateKey, RsaPublicKey } from '../cipher/rsa.ts';
import { decodeTlv, TlvError } from '../tlv/tlv.ts';
import { signBlock, verifyBlock } from './block.ts';
import { type OdaRefused, refusedBy } from './checks.ts';

/** A record as READ RECORD answered it, without status word. */
export type CardRecord = { readonly sfi: number; readonly bytes: Uint8Array };

/** A record that the file locator lists, and whether it counts for offline data authentication. */
export type LocatedRecord = {
  readonly sfi: number;
  readonly record: number;
  readonly isSigned: boolean;
};

const FORMAT_STATIC = 0x03;
const SHA1_ALGORITHM = 0x01;
const STATIC_HEAD_BYTES = 4;
/** The longest locator that fits into one response, beside the AIP. */
const LOCATOR_BYTES_MOST = 252;
/** The last file whose records are all templates 70. */
const LAST_TEMPLATE_FILE = 10;

/**
 * Read an application file locator (tag 94): its records in order, the signed ones marked. Undefined when it is
 * malformed: at most 63 entries of four bytes, files 1 to 30, a first record from 1, a last one not before it, and no
 * more signed records than records.
 * @see docs/specs.md, EMV contactless sheet, section 5, step 3
 * @example locatedRecords(fromHex('18010201'))?.map(({ isSigned }) => isSigned) // [true, false]
 */
export function locatedRecords(locator: Uint8Array): readonly LocatedRecord[] | undefined {
  if (locator.length % 4 !== 0 || locator.length > LOCATOR_BYTES_MOST) return undefined;
  const records: LocatedRecord[] = [];
  for (let offset = 0; offset < locator.length; offset += 4) {
    const [file, first, last, signed] = locator.subarray(offset, offset + 4) as unknown as Entry;
    const sfi = file >> 3;
    const isWellFormed = (file & 7) === 0 && sfi >= 1 && sfi <= 30 && first >= 1 && last >= first;
    if (!isWellFormed || signed > last - first + 1) return undefined;
    for (let record = first; record <= last; record++) {
      records.push({ sfi, record, isSigned: record - first < signed });
    }
  }
  return records;
}

/**
 * The static data of a card: of each signed record, in the locator's order, the value of its template 70 (files 1 to
 * 10) or the whole record (files 11 to 30); then the AIP when the tag list 9F4A is there, which must be exactly 82.
 * @example toHex(staticDataOf([{ sfi: 3, bytes: fromHex('70045F340101') }], fromHex('82'), fromHex('7000'))) // '5F3401017000'
 */
export function staticDataOf(
  signedRecords: readonly CardRecord[],
  tagList: Uint8Array | undefined,
  aip: Uint8Array,
): Uint8Array | OdaRefused {
  const parts: Uint8Array[] = [];
  for (const { sfi, bytes } of signedRecords) {
    const part = sfi <= LAST_TEMPLATE_FILE ? templateValue(bytes) : bytes;
    if (part === undefined) return refusedBy('static_data');
    parts.push(part);
  }
  if (tagList !== undefined) {
    if (tagList.length !== 1 || tagList[0] !== 0x82) return refusedBy('static_data');
    parts.push(aip);
  }
  return concat(...parts);
}

/**
 * Check the signed static data (tag 93) with the issuer's key; answers the data authentication code, two bytes.
 * Refused by length, trailer, header, format, hash or algorithm, in this order.
 * @example verifyStaticData({ modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') }, new Uint8Array(47), fromHex('')) // { kind: 'refused', code: 'length' }
 */
export function verifyStaticData(
  issuerKey: RsaPublicKey,
  signature: Uint8Array,
  staticData: Uint8Array,
): { readonly kind: 'verified'; readonly dataAuthenticationCode: Uint8Array } | OdaRefused {
  const block = verifyBlock(issuerKey, signature, FORMAT_STATIC, STATIC_HEAD_BYTES, staticData);
  if (block.kind === 'refused') return block;
  if (block.content[1] !== SHA1_ALGORITHM) return refusedBy('algorithm');
  return { kind: 'verified', dataAuthenticationCode: block.content.slice(2, 4) };
}

/**
 * Sign static data with the issuer's private key: tag 93, as long as that key. The code has two bytes.
 * @example toHex(signStaticData({ modulus: new Uint8Array(48).fill(0xff), privateExponent: fromHex('01') }, fromHex('DAC0'), fromHex(''))).slice(0, 12) // '6A0301DAC0BB'
 */
export function signStaticData(
  issuerKey: RsaPrivateKey,
  dataAuthenticationCode: Uint8Array,
  staticData: Uint8Array,
): Uint8Array {
  assert(dataAuthenticationCode.length === 2, 'a data authentication code has two bytes');
  const head = Uint8Array.of(FORMAT_STATIC, SHA1_ALGORITHM);
  return signBlock(issuerKey, concat(head, dataAuthenticationCode), staticData);
}

/** One entry of a locator: the file in the upper five bits, first and last record, how many are signed. */
type Entry = readonly [file: number, first: number, last: number, signed: number];

function templateValue(record: Uint8Array): Uint8Array | undefined {
  const objects = decoded(record);
  const [outer] = objects ?? [];
  return objects?.length === 1 && outer?.tag === '70' ? outer.value : undefined;
}

function decoded(bytes: Uint8Array): ReturnType<typeof decodeTlv> | undefined {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}
