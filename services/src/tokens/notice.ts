/**
 * What a token's requestor is told. Notices are made between a reading and its writing, so they ask no port; an id
 * follows from what it tells of, so it is told once.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { InstantMs } from '@octavo/domain/ports.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { KeptMessage } from './tap-store.ts';
import type { Notice, Token } from './token-store.ts';

/** A change of state, as it is told. */
export function stateNotice(
  { tokenId, version }: Token,
  { state }: Pick<Token, 'state'>,
  atMs: InstantMs,
): Notice {
  const tokenReference = toHex(tokenId);
  return {
    notificationId: noticeId(`state ${tokenReference} ${version}`),
    sequence: sequenceOf(version + 1n, 'state'),
    body: { tokenReference, atMs, kind: 'state', state, approved: state === 'active' },
  };
}

/** What came of a message: a payment that was approved or refused, or the reversal of one. */
export type PaymentNews = {
  readonly kind: 'payment' | 'reversal';
  readonly approved: boolean;
  /** Why it was refused. */
  readonly code: string | undefined;
  /** DE37 of the payment, also of one that is reversed. */
  readonly retrievalReference: string | undefined;
  /** DE39 of the answer to a payment. */
  readonly responseCode: string | undefined;
};

/** A payment or its reversal, as it is told: with amount and merchant as the message had them. */
export function paymentNotice(
  { tokenId, version }: Pick<Token, 'tokenId' | 'version'>,
  messageKey: string,
  { amountMinor, currency, merchant }: KeptMessage,
  { kind, approved, code, retrievalReference = '', responseCode }: PaymentNews,
  atMs: InstantMs,
): Notice {
  const tokenReference = toHex(tokenId);
  // A name that no payment can have is not told: the wallet would never take the notice.
  const isName = /^[0-9A-Za-z]{12}$/.test(retrievalReference);
  return {
    notificationId: noticeId(`${kind} ${tokenReference} ${messageKey}`),
    sequence: sequenceOf(version, kind),
    body: {
      tokenReference,
      atMs,
      kind,
      amountMinor: amountMinor?.toString(),
      currency,
      merchant,
      approved,
      code,
      retrievalReference: isName ? retrievalReference : undefined,
      responseCode,
    },
  };
}

/** No secret goes into an id: its parts are the token's reference, and a version or a message's key. */
function noticeId(name: string): Uint8Array {
  return sha256(fromAscii(`octavo-notice-1 ${name}`)).slice(0, 16);
}

/** A notice's place among those of its token: by the version it came with, and then as things happen. */
function sequenceOf(version: bigint, kind: keyof typeof KIND_ORDER): bigint {
  return version * 4n + KIND_ORDER[kind];
}

const KIND_ORDER = { state: 0n, payment: 1n, reversal: 2n } as const;
