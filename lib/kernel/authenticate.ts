/**
 * Offline data authentication of a tap: the authority's key opens the issuer's certificate, the issuer's key the
 * card's, and the card's key the signature over this very tap.
 * @see docs/specs.md, EMV contactless sheet, sections 5 to 7
 */
import { assert } from '../bytes/assert.ts';
import { equal } from '../bytes/bytes.ts';
import type { RsaPublicKey } from '../cipher/rsa.ts';
import { type AuthorityKey, isExpired, standingOf } from '../oda/authority.ts';
import { type CertificateObjects, recoverIccKey, recoverIssuerKey } from '../oda/certificates.ts';
import { ODA_CHECKS } from '../oda/checks.ts';
import { verifyFdda } from '../oda/dynamic.ts';
import { type CardRecord, staticDataOf } from '../oda/static.ts';
import type { Tag } from '../tlv/tlv.ts';
import { decode } from './candidates.ts';
import { firstMissing, given } from './card.ts';
import type { OfflineAuthentication } from './reader.ts';

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

/** A tap that is not authenticated, by which check, and which object is missing where one is. */
export type NotAuthenticated = {
  readonly kind: 'refused';
  readonly code: AuthenticationCheck;
  readonly tag?: Tag | undefined;
};

/** What a tap is authenticated by. */
export type AuthenticationQuestion = {
  /** Everything the card gave, by tag. */
  readonly card: ReadonlyMap<Tag, Uint8Array>;
  /** The records that the file locator counts as signed, in its order. */
  readonly signedRecords: readonly CardRecord[];
  readonly terminal: ReadonlyMap<Tag, Uint8Array>;
  /** Digits. */
  readonly pan: string;
  /** Today, YYMMDD. */
  readonly date: string;
  readonly trusted: OfflineAuthentication;
};

/**
 * Authenticate a tap by fDDA version 01, the only version taken: nothing the signature does not cover could be believed
 * at a gate. Refused by the first check that fails, from the authority's key down to the qualifiers.
 * @see profile octavo-1, section 15
 */
export function authenticate(question: AuthenticationQuestion): Authentication | NotAuthenticated {
  const missing = firstMissing(question.card, CHAIN_TAGS);
  if (missing !== undefined) return { kind: 'refused', code: 'missing_object', tag: missing };
  const authority = authorityOf(question);
  if (authority === undefined) return { kind: 'refused', code: 'unknown_authority' };
  const issuer = issuerKey(question, authority);
  if (issuer.kind === 'refused') return issuer;
  const icc = cardKey(question, issuer.key);
  if (icc.kind === 'refused') return icc;
  const dynamic = tapSignature(question, icc.key);
  if (dynamic.kind === 'refused') return dynamic;
  return {
    kind: 'verified',
    authorityIndex: authority.index,
    issuerSerial: issuer.serial,
    cardSerial: icc.serial,
    dynamicNumber: dynamic.iccDynamicNumber,
    signed: signedObjects(question.signedRecords),
  };
}

/** Authority index, issuer certificate, card certificate, what the tap's signature covers, and the signature. */
const CHAIN_TAGS: readonly Tag[] = ['8F', '90', '9F32', '9F46', '9F47', '9F69', '9F4B'];

const FDDA_VERSION = 0x01;
const RID_BYTES = 5;

function authorityOf({
  card,
  terminal,
  trusted,
}: AuthenticationQuestion): AuthorityKey | undefined {
  const rid = of(terminal, '9F06').subarray(0, RID_BYTES);
  const index = of(card, '8F');
  return trusted.authorityKeys.find(
    (key) => index.length === 1 && key.index === index[0] && equal(key.rid, rid),
  );
}

function issuerKey(
  { card, pan, date, trusted }: AuthenticationQuestion,
  authority: AuthorityKey,
): ReturnType<typeof recoverIssuerKey> {
  const recovered = recoverIssuerKey(authority, certificateIn(card, '90', '92', '9F32'), pan);
  if (recovered.kind === 'refused') return recovered;
  const { rid, index } = authority;
  return standingOf(recovered, { date, rid, index, revoked: trusted.revoked }) ?? recovered;
}

/** The revocation list names certificates of issuers, so a card's has only its last month. */
function cardKey(
  { card, signedRecords, pan, date }: AuthenticationQuestion,
  issuer: RsaPublicKey,
): ReturnType<typeof recoverIccKey> {
  const staticData = staticDataOf(signedRecords, given(card, '9F4A'), of(card, '82'));
  if ('kind' in staticData) return staticData;
  const objects = certificateIn(card, '9F46', '9F48', '9F47');
  const recovered = recoverIccKey(issuer, objects, staticData, pan);
  if (recovered.kind === 'refused' || !isExpired(recovered.expiry, date)) return recovered;
  return { kind: 'refused', code: 'expired' };
}

/** The signature covers the card's qualifiers inside 9F69, so those that were answered must be the same. */
function tapSignature(
  { card, terminal }: AuthenticationQuestion,
  icc: RsaPublicKey,
): ReturnType<typeof verifyFdda> | NotAuthenticated {
  const cardAuthenticationData = of(card, '9F69');
  const dynamic = verifyFdda(icc, of(card, '9F4B'), {
    version: 1,
    unpredictableNumber: of(terminal, '9F37'),
    amountAuthorised: of(terminal, '9F02'),
    transactionCurrencyCode: of(terminal, '5F2A'),
    cardAuthenticationData,
  });
  if (dynamic.kind === 'refused') return dynamic;
  if (cardAuthenticationData[0] !== FDDA_VERSION) return { kind: 'refused', code: 'dynamic_data' };
  const answered = given(card, '9F6C') ?? NO_QUALIFIERS;
  const isSigned = equal(cardAuthenticationData.subarray(5, 7), answered);
  return isSigned ? dynamic : { kind: 'refused', code: 'qualifiers' };
}

const NO_QUALIFIERS = new Uint8Array(2);

function signedObjects(records: readonly CardRecord[]): ReadonlyMap<Tag, Uint8Array> {
  const objects = records.flatMap(({ sfi, bytes }) =>
    sfi <= LAST_FILE_READ ? (decode(bytes)?.[0]?.children ?? []) : [],
  );
  return new Map(objects.map(({ tag, value }) => [tag, value]));
}

/** Files from 11 on are the issuer's own: signed perhaps, but nothing that a reader understands. */
export const LAST_FILE_READ = 10;

function certificateIn(
  card: ReadonlyMap<Tag, Uint8Array>,
  certificate: Tag,
  remainder: Tag,
  exponent: Tag,
): CertificateObjects {
  return {
    certificate: of(card, certificate),
    remainder: given(card, remainder) ?? new Uint8Array(0),
    exponent: of(card, exponent),
  };
}

function of(objects: ReadonlyMap<Tag, Uint8Array>, tag: Tag): Uint8Array {
  const value = objects.get(tag);
  assert(value !== undefined, 'its presence was checked before');
  return value;
}
