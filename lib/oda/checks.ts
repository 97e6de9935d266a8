/**
 * The checks of offline data authentication, named once, in the order in which they are made.
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */

/** What each check says when it fails. */
export const ODA_CHECKS = {
  static_data:
    'a record that should be signed is no template, or the tag list asks for more than the AIP',
  length: 'the signature is not as long as the key that made it, or too short for what it holds',
  trailer: 'what is recovered does not end in BC',
  header: 'what is recovered does not begin with 6A',
  format: 'what is signed is of another kind',
  signature: 'the signature does not stand',
  hash: 'the hash is of other data',
  issuer_identifier: 'the certificate names another issuer than the card number does',
  pan: 'the certificate names another card number',
  expired: 'the certificate is past its last month',
  revoked: 'the certificate stands on the revocation list',
  algorithm: 'an algorithm that is not the one of this chain',
  key: 'the lengths, the exponent or the modulus make no key',
  dynamic_data: 'the dynamic data or the dynamic number have an impossible length',
  cid: 'the signed cryptogram information is not the one that was answered',
  transaction_hash: 'the hash over the transaction is of another transaction',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a check. */
export type OdaCheck = keyof typeof ODA_CHECKS;

/** What did not authenticate, and by which check. */
export type OdaRefused = { readonly kind: 'refused'; readonly code: OdaCheck };

/**
 * The refusal by one check.
 * @example refusedBy('hash') // { kind: 'refused', code: 'hash' }
 */
export function refusedBy(code: OdaCheck): OdaRefused {
  return { kind: 'refused', code };
}
