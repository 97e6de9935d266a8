/**
 * The messages the network writes: answers to acquirers, requests and reversals to the issuer, and its own
 * management messages. Only listed elements pass from one leg to the other.
 * @see docs/specs.md, ISO 8583 sheet, sections 11 and 12
 */
import { institutions } from '@octavo/domain/demo.ts';
import { type MessageFields, originalData, pick } from '@octavo/domain/message.ts';
import { type KeptMessage, reversalChipData } from '@octavo/domain/network.ts';
import { adviceNamedBy } from '@octavo/domain/transit-charge.ts';
import { requestHeader } from '@octavo/lib/iso8583/header.ts';
import { cryptogramResult } from '@octavo/lib/iso8583/subfields.ts';
import type { CupsMessage } from '@octavo/lib/iso8583/unionpay.ts';
import { encodeAccountReference, encodeTokenData } from '@octavo/lib/iso8583/usage.ts';

/** What the token service tells about a good tap's card; held in memory only. */
export type Card = {
  readonly pan: string;
  readonly panExpiry: string;
  readonly accountReference: string;
  readonly tokenExpiry: string;
  readonly requestorId: string;
  readonly assurance: string;
};

/** A message from the network to an institution. */
export function fromNetwork(
  destination: string,
  mti: string,
  fields: Readonly<Record<string, string | undefined>>,
): CupsMessage {
  const header = requestHeader(destination, institutions.network.code);
  const present = Object.entries(fields).filter((entry) => entry[1] !== undefined);
  return { header, mti, fields: Object.fromEntries(present) as Record<string, string> };
}

/**
 * The elements of a request that are kept and passed on; whatever else it carries is left out. DE90 is kept of a
 * deferred charge, which is lawful by nothing else.
 */
export function tokenForm(fields: MessageFields): MessageFields {
  const kept = [2, 3, 4, 7, 11, 12, 13, 14, 18, 19, 22, 23, 25, 32, 33, 35, 37, 41, 42, 43, 49];
  const original = adviceNamedBy(fields) === undefined ? [] : [90];
  return pick(fields, [...kept, 53, 55, 60, ...original]);
}

/** What an answer of this type repeats of its request; DE23 only after a purchase. */
export function echo(mti: string, fields: MessageFields): MessageFields {
  const repeated = [2, 3, 4, 7, 11, 12, 13, 25, 32, 33, 37, 41, 42, 49, 70, 100];
  return pick(fields, mti === '0210' ? [...repeated, 23] : repeated);
}

/** What the answer to a kept purchase says beyond the echo. */
export function purchaseAnswer(kept: KeptMessage): Readonly<Record<string, string | undefined>> {
  const { accountReference, tag91 } = kept;
  return {
    15: kept.settlementDate,
    38: kept.state === 'approved' ? kept.authorisation : undefined,
    39: kept.responseCode,
    55: tag91 === undefined ? undefined : `910A${tag91}`,
    56: accountReference === undefined ? undefined : encodeAccountReference(accountReference),
    100: kept.issuer,
  };
}

/**
 * The purchase request as the issuer gets it: the card in place of the token, and what is known of the token. Of a
 * deferred charge it was the cryptogram of the named tap that was right.
 */
export function issuerRequest(kept: KeptMessage, fields: MessageFields, card: Card): CupsMessage {
  const passed = [3, 4, 7, 11, 12, 13, 18, 19, 22, 23, 25, 32, 33, 37, 41, 42, 43, 49, 55, 60];
  return fromNetwork(kept.issuer ?? '', '0200', {
    ...pick(fields, passed),
    2: card.pan,
    14: card.panExpiry,
    15: kept.settlementDate,
    56: encodeAccountReference(card.accountReference),
    61: cryptogramResult('right'),
    63: encodeTokenData({
      verified: '1',
      token: fields['2'] ?? '',
      expiry: card.tokenExpiry,
      assuranceLevel: card.assurance,
      requestor: card.requestorId,
    }),
    100: kept.issuer,
  });
}

/** The network's own reversal of a message, in token form, with its own DE7 and DE11. */
export function reversalFields(
  kept: KeptMessage,
  own: { readonly transmission: string; readonly traceNumber: string; readonly reason: string },
): MessageFields {
  const fields = kept.fields ?? {};
  const passed = [2, 3, 4, 12, 13, 14, 18, 19, 22, 23, 25, 32, 33, 37, 41, 42, 43, 49, 60];
  const { authorisation } = kept;
  const chipData = reversalChipData(fields['55']);
  return {
    ...pick(fields, passed),
    7: own.transmission,
    11: own.traceNumber,
    15: kept.settlementDate ?? '',
    ...(authorisation === undefined ? {} : { 38: authorisation }),
    39: own.reason,
    ...(chipData === undefined ? {} : { 55: chipData }),
    90: originalData('0200', fields),
    100: kept.issuer ?? '',
  };
}
