/**
 * Offline data authentication of a tap: the authority's key opens the issuer's certificate, the issuer's key the
 * card's, and the card's key the signature over this very tap.
 * @see docs/specs.md, EMV contactless sheet, sections 5 to 7
 */
import { ODA_CHECKS } from '../oda/checks.ts';
import type { Tag } from '../tlv/tlv.ts';

/** What each check says when it fails. */
export const AUTHENTICATION_CHECKS = {
  missing_object: 'the card did not give an object that the chain is made of',
  unknown_authority: 'no key of the authority that the card names is held',
  ...ODA_CHECKS,
  qualifiers: 'the card transaction qualifiers are not those that were signed',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a check. */
export type AuthenticationCheck = keyof typeof AUTHENTICATION_CHECKS;

/** A tap whose signature stands, and what stands with it. */
export type Authentication = {
  readonly kind: 'verified';
  /** Which of the authority's keys the chain begins with (8F). */
  readonly authorityIndex: number;
  /** The serial numbers of the issuer's and the card's certificate, three bytes each. */
  readonly issuerSerial: Uint8Array;
  readonly cardSerial: Uint8Array;
  /** The card's dynamic number: the application transaction counter. */
  readonly dynamicNumber: Uint8Array;
  /** The objects of the signed records by tag: what else the card gave may have been changed on the way. */
  readonly signed: ReadonlyMap<Tag, Uint8Array>;
};
