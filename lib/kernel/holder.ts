/**
 * Who verified the holder, or must: the decision on cardholder verification.
 * @see docs/specs.md, EMV contactless sheet, section 6
 */
import { equal } from '../bytes/bytes.ts';
import { CTQ, hasBit, TTQ } from '../emv/fields.ts';
import type { Cvm } from './outcome.ts';

/** What the decision looks at. */
export type HolderQuestion = {
  /** 9F66 as sent to the card. */
  readonly ttq: Uint8Array;
  /** 9F6C, when the card gave one. */
  readonly ctq: Uint8Array | undefined;
  /** 9F69, card authentication related data, when the card gave them. */
  readonly authenticationData: Uint8Array | undefined;
  /** Whether the cryptogram is one that the issuer will verify (ARQC). */
  readonly online: boolean;
};

/** Decide how the holder is verified; undefined when the payment must be declined. */
export function verifyHolder(question: HolderQuestion): Cvm | undefined {
  const { ttq, ctq } = question;
  if (ctq === undefined) return withoutCardsWish(ttq);
  const onlinePin = hasBit(ctq, CTQ.onlinePinRequired);
  if (onlinePin && hasBit(ttq, TTQ.onlinePinSupported)) return 'online_pin';
  if (hasBit(ctq, CTQ.deviceCvmPerformed)) {
    return isClaimProtected(question, ctq) ? 'consumer_device' : undefined;
  }
  if (onlinePin) return undefined;
  if (hasBit(ctq, CTQ.signatureRequired)) {
    return hasBit(ttq, TTQ.signatureSupported) ? 'signature' : undefined;
  }
  return hasBit(ttq, TTQ.cvmRequired) ? undefined : 'no_cvm';
}

function withoutCardsWish(ttq: Uint8Array): Cvm | undefined {
  if (!hasBit(ttq, TTQ.cvmRequired)) return 'no_cvm';
  if (hasBit(ttq, TTQ.signatureSupported)) return 'signature';
  return hasBit(ttq, TTQ.onlinePinSupported) ? 'online_pin' : undefined;
}

/**
 * The CTQ is outside the cryptogram, so its claim that the phone verified the holder counts only when
 * the signed copy in 9F69 says the same or, without one, when the issuer will look into the cryptogram.
 */
function isClaimProtected(question: HolderQuestion, ctq: Uint8Array): boolean {
  const { authenticationData, online } = question;
  if (authenticationData === undefined) return online;
  return equal(authenticationData.subarray(5, 7), ctq);
}
