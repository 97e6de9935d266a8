/**
 * The certification authority of a world, in software: its key, the issuer's key under it, and a fresh key with its
 * certificate for each card. Certificates say who signed what; nobody is shown a private key, but for a card's own,
 * which goes to the element under the domain's K-DEK.
 * @see profile octavo-1, section 15, and docs/specs.md, EMV contactless sheet, section 7.1
 */
import type { AuthorityKeys, InstantMs, PublicAuthorityKey, Random } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equal, fromHex, toHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import type { CardAuthentication } from '@octavo/lib/globalplatform/certification.ts';
import {
  type CertificateObjects,
  makeIccCertificate,
  makeIssuerCertificate,
  recoverIssuerKey,
} from '@octavo/lib/oda/certificates.ts';
import { generateRsa, RSA_EXPONENT, type RsaPair, type RsaSection, rsaOf } from './softkeys-rsa.ts';

/** What a world keeps of its authority. */
export type AuthoritySection = {
  /** Two hexadecimal digits, tag 8F. */
  readonly index: string;
  /** The authority's last month, MMYY. */
  readonly expiry: string;
  readonly ca: RsaSection;
  readonly issuer: RsaSection;
  /** The issuer's certificate, made once: tags 90 and 92. */
  readonly certificate: { readonly signed: string; readonly remainder: string };
};

/** Sizes in bits. @see profile octavo-1, section 15 */
export const AUTHORITY_BITS = 1408;
export const ISSUER_BITS = 1152;
const CARD_BITS = 1024;

/** Make a world's authority, good from `nowMs` on: ten years, and eight for the issuer's certificate. */
export function generateAuthority(random: Random, nowMs: InstantMs): AuthoritySection {
  const ca = generateRsa(AUTHORITY_BITS, random);
  const issuer = generateRsa(ISSUER_BITS, random);
  const { certificate, remainder } = makeIssuerCertificate(pairOf(ca), {
    subject: ISSUER_IDENTIFIER,
    expiry: monthAfter(nowMs, ISSUER_YEARS),
    serial: random(SERIAL_BYTES),
    key: publicOf(pairOf(issuer)),
  });
  return {
    index: AUTHORITY_INDEX,
    expiry: monthAfter(nowMs, AUTHORITY_YEARS),
    ca,
    issuer,
    certificate: { signed: toHex(certificate), remainder: toHex(remainder) },
  };
}

/** Who a card is certified for: its token, the month it ends (YYMM), and the static data that the certificate binds. */
export type CardToCertify = {
  readonly token: string;
  readonly expiry: string;
  readonly staticData: Uint8Array;
};

/** The authority at work. */
export type Authority = AuthorityKeys & {
  /** A fresh key for a card, its certificate, and what stands above it. */
  certifyCard(card: CardToCertify): CardAuthentication;
};

/** The authority that a section holds; one that does not fit together is a bug, since keyrings are checked when read. */
export function authorityOf(section: AuthoritySection, random: Random): Authority {
  const opened = openAuthority(section);
  assert(opened !== undefined, 'the parts of an authority belong together');
  const { issuer, certificate } = opened;
  const published = publishedKeyOf(section);
  const { index: authorityIndex } = published;
  return {
    authorityKeys: async () => [published],
    certifyCard: ({ token, expiry, staticData }) => {
      const key = pairOf(generateRsa(CARD_BITS, random));
      const card = makeIccCertificate(
        issuer,
        {
          subject: token,
          expiry: `${expiry.slice(2)}${expiry.slice(0, 2)}`,
          serial: random(SERIAL_BYTES),
          key: publicOf(key),
        },
        staticData,
      );
      return { authorityIndex, issuer: certificate, card, parts: key.parts };
    },
  };
}

/** The part of a section that everybody may see. */
export function publishedKeyOf({ index, ca, expiry }: AuthoritySection): PublicAuthorityKey {
  const modulus = fromHex(ca.modulus);
  return { rid: RID, index: toUint(fromHex(index)), modulus, exponent: RSA_EXPONENT, expiry };
}

/** The keys of a section; undefined when primes and moduli, or certificate and keys, do not belong together. */
export function openAuthority(section: AuthoritySection):
  | {
      readonly ca: RsaPair;
      readonly issuer: RsaPair;
      readonly certificate: CertificateObjects;
    }
  | undefined {
  const ca = rsaOf(section.ca);
  const issuer = rsaOf(section.issuer);
  if (ca === undefined || issuer === undefined) return undefined;
  const certificate = {
    certificate: fromHex(section.certificate.signed),
    remainder: fromHex(section.certificate.remainder),
    exponent: RSA_EXPONENT,
  };
  const recovered = recoverIssuerKey(publicOf(ca), certificate);
  if (recovered.kind === 'refused' || recovered.subject !== ISSUER_IDENTIFIER) return undefined;
  return equal(recovered.key.modulus, issuer.modulus) ? { ca, issuer, certificate } : undefined;
}

/** The pair of a section that was just made. */
function pairOf(section: RsaSection): RsaPair {
  const pair = rsaOf(section);
  assert(pair !== undefined, 'two primes make a pair');
  return pair;
}

function publicOf({ modulus }: RsaPair): {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
} {
  return { modulus, exponent: RSA_EXPONENT };
}

/** The month so many years on, MMYY; never past 49, since certificates count years from 50 to the last century. */
function monthAfter(nowMs: InstantMs, years: number): string {
  const { dateWithYear } = localTime(nowMs);
  const year = Math.min(Number(dateWithYear.slice(0, 2)) + years, LAST_YEAR);
  return `${dateWithYear.slice(2, 4)}${String(year).padStart(2, '0')}`;
}

const RID = fromHex('A000000333');
const AUTHORITY_INDEX = 'F0';
/** What all demo token ranges begin with; readers fill it up with F. */
const ISSUER_IDENTIFIER = '9999';
const AUTHORITY_YEARS = 10;
const ISSUER_YEARS = 8;
const LAST_YEAR = 49;
const SERIAL_BYTES = 3;
