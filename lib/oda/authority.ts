/**
 * The keys of certification authorities, and what only their keeper and the calendar can say of a certificate. No
 * authority's key ships here: whoever verifies brings the keys to trust.
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { assert } from '../bytes/assert.ts';
import { concat, toHex } from '../bytes/bytes.ts';
import type { RsaPublicKey } from '../cipher/rsa.ts';
import type { CertifiedKey } from './certificates.ts';
import { type OdaRefused, refusedBy } from './checks.ts';

/** A key of the terminal's table: whose it is (RID, five bytes), which one (index, tag 8F), and the key. */
export type AuthorityKey = RsaPublicKey & { readonly rid: Uint8Array; readonly index: number };

/** What a certificate's standing depends on. */
export type Standing = {
  /** The day, as tag 9A writes it: six digits, YYMMDD. */
  readonly date: string;
  readonly rid: Uint8Array;
  readonly index: number;
  /** Entries of `revocationEntry`. */
  readonly revoked: ReadonlySet<string>;
};

/**
 * The check sum by which an authority's key is compared when it is loaded: SHA-1, twenty bytes.
 * @example authorityKeyChecksum({ rid: fromHex('A000000333'), index: 0xf1, modulus: fromHex('BB'), exponent: fromHex('03') }).length // 20
 */
export function authorityKeyChecksum({ rid, index, modulus, exponent }: AuthorityKey): Uint8Array {
  assert(rid.length === 5, 'a RID has five bytes');
  return sha1(concat(rid, Uint8Array.of(index), modulus, exponent));
}

/**
 * Refuse a certificate that is past its last month, or whose serial number is on the revocation list; undefined when
 * it still holds. Made after the certificate was recovered.
 * @example standingOf({ expiry: '1230', serial: fromHex('000001') }, { date: '310101', rid: fromHex('A000000333'), index: 0xf1, revoked: new Set() }) // { kind: 'refused', code: 'expired' }
 */
export function standingOf(
  { expiry, serial }: Pick<CertifiedKey, 'expiry' | 'serial'>,
  { date, rid, index, revoked }: Standing,
): OdaRefused | undefined {
  if (isExpired(expiry, date)) return refusedBy('expired');
  if (revoked.has(revocationEntry(rid, index, serial))) return refusedBy('revoked');
  return undefined;
}

/**
 * Whether a certificate's last month (MMYY) lies before a day (YYMMDD). A month that is none has always passed;
 * years from 50 are of the last century.
 * @example isExpired('1230', '301231') // false
 */
export function isExpired(expiry: string, date: string): boolean {
  assert(/^\d{6}$/.test(date), 'a date has six digits');
  if (!/^(0[1-9]|1[0-2])\d\d$/.test(expiry)) return true;
  return monthNumber(expiry.slice(2), expiry.slice(0, 2)) < monthNumber(date, date.slice(2, 4));
}

/**
 * A certificate on the revocation list: RID, index of the authority's key and serial number, in hexadecimal.
 * @example revocationEntry(fromHex('A000000333'), 0xf1, fromHex('000001')) // 'A000000333F1000001'
 */
export function revocationEntry(rid: Uint8Array, index: number, serial: Uint8Array): string {
  assert(rid.length === 5 && serial.length === 3, 'five bytes of RID and three of serial number');
  return toHex(concat(rid, Uint8Array.of(index), serial));
}

/** Months since the year 1950; the year is the first two digits. */
function monthNumber(year: string, month: string): number {
  const short = Number(year.slice(0, 2));
  return (short >= 50 ? short - 50 : short + 50) * 12 + Number(month);
}
