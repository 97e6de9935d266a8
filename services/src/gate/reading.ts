/** What a tap told the gate: how the kernel's outcome bears on the decision, and what of it may be written down. */
import { rangeOfToken } from '@octavo/domain/demo.ts';
import type { GateFacts } from '@octavo/domain/gate/decide.ts';
import { isExpired } from '@octavo/domain/time.ts';
import { equal, toAscii } from '@octavo/lib/bytes/bytes.ts';
import { CVR, hasBit } from '@octavo/lib/emv/fields.ts';
import { decodeIad, IadError } from '@octavo/lib/emv/iad.ts';
import type { Authentication } from '@octavo/lib/kernel/authenticate.ts';
import type {
  Approved,
  Declined,
  EndReason,
  OnlineRequest,
  Outcome,
  Sealed,
} from '@octavo/lib/kernel/outcome.ts';
import type { Tag } from '@octavo/lib/tlv/tlv.ts';
import type { TapForm, TapRecordBody } from '@octavo/lib/transit/tap-record.ts';

/** What the decision hangs on of the card. */
type CardFacts = Pick<
  GateFacts,
  'isSchemeTaken' | 'isDeclinedByCard' | 'authentication' | 'isExpired'
>;

/** A tap that was read to its end. */
export type Reading = CardFacts & {
  /** Absent when no token was read, or what was read is no token: a card's own number is nothing to keep. */
  readonly token?: ReadToken;
  /** What stood under the card's signature, for whoever follows. */
  readonly proof?: Authentication;
};

/** A token as it was read. */
export type ReadToken = {
  readonly number: string;
  /** Tag 57. */
  readonly track2: Uint8Array;
  readonly accountReference: string | undefined;
  readonly form: TapForm;
  /** The element says, inside the cryptogram's MAC, that it did not ask for its holder. */
  readonly isExpress: boolean;
  readonly tags: TapRecordBody['tags'];
};

/** Read a kernel's outcome at an instant; what says nothing of the card, because it left or waits for its holder, is no reading. */
export function readingOf(
  outcome: Outcome,
  atMs: number,
): Reading | { readonly kind: 'try_again' | 'see_phone' } {
  switch (outcome.kind) {
    case 'online_request':
    case 'approved':
      return readCard(outcome, atMs);
    case 'declined':
      return { ...UNKNOWN, ...factsOfDecline(outcome), ...tokenIn(outcome.unproved) };
    case 'try_again':
      return { kind: outcome.reason === 'see_phone' ? 'see_phone' : 'try_again' };
    case 'try_another_interface':
      return { ...UNKNOWN, isSchemeTaken: false };
    case 'end_application':
      return { ...UNKNOWN, ...factsOfEnd(outcome.reason) };
  }
}

const UNKNOWN: CardFacts = {
  isSchemeTaken: true,
  isDeclinedByCard: false,
  authentication: 'not_done',
  isExpired: false,
};

function readCard(outcome: OnlineRequest | Approved, atMs: number): Reading {
  const { authentication: proof, pan, expiry } = outcome;
  const facts: CardFacts = {
    isSchemeTaken: rangeOfToken(pan) !== undefined,
    isDeclinedByCard: false,
    authentication: authenticationIn(outcome),
    isExpired: isExpired(expiry, atMs),
  };
  return { ...facts, ...(proof === undefined ? {} : { proof }), ...tokenIn(outcome, proof) };
}

/** The token that was read, also where its proof failed: the record says of both. */
function tokenIn(read: Sealed | undefined, proof?: Authentication): { readonly token?: ReadToken } {
  const track2 = read?.data.get('57');
  if (read === undefined || track2 === undefined) return {};
  if (rangeOfToken(read.pan) === undefined) return {};
  const { pan, data } = read;
  // What the signed record says counts; beside it anything could have been added on the way.
  const signed = proof?.signed ?? new Map<Tag, Uint8Array>();
  const token: ReadToken = {
    number: pan,
    track2,
    accountReference: referenceIn(signed.get('9F24')),
    form: signed.has('9F19') ? 'phone' : 'unknown',
    isExpress: saysExpress(data.get('9F10')),
    tags: RECORD_TAGS.flatMap((tag) => {
      const value = data.get(tag);
      return value === undefined ? [] : [{ tag, value }];
    }),
  };
  return { token };
}

/**
 * The dynamic number under the signature is the card's counter, so a counter beside it that is another one was changed
 * on the way: the record would name a tap that this card did not make.
 * @see profile octavo-1, section 15
 */
function authenticationIn({
  authentication: proof,
  data,
}: OnlineRequest | Approved): CardFacts['authentication'] {
  if (proof === undefined) return 'not_done';
  const counter = data.get('9F36');
  const isSigned = counter !== undefined && equal(counter, proof.dynamicNumber);
  return isSigned ? 'verified' : 'dynamic_data';
}

/** What a verdict needs (the transit sheet, section 1.1), less what the gate's id and the record's number say again. */
const RECORD_TAGS: readonly Tag[] = [
  '9F26',
  '9F27',
  '9F10',
  '9F37',
  '9F36',
  '95',
  '9A',
  '9C',
  '9F02',
  '5F2A',
  '82',
  '9F1A',
  '9F03',
  '9F33',
  '9F34',
  '9F35',
  '84',
  '9F63',
  '9F6C',
  '5F34',
];

function referenceIn(value: Uint8Array | undefined): string | undefined {
  const isAscii = value?.every((byte) => byte < 0x80) === true;
  const text = value !== undefined && isAscii ? toAscii(value) : '';
  return /^[0-9A-Z]{29}$/.test(text) ? text : undefined;
}

function saysExpress(issuerData: Uint8Array | undefined): boolean {
  if (issuerData === undefined) return false;
  try {
    return hasBit(decodeIad(issuerData).cvr, CVR.express);
  } catch (error) {
    if (error instanceof IadError) return false;
    throw error;
  }
}

function factsOfDecline({ reason, check }: Declined): Partial<CardFacts> {
  if (reason === 'offline_authentication_failed') return { authentication: check ?? 'not_done' };
  if (reason === 'offline_authentication_impossible') return {};
  if (reason === 'application_expired') return { isExpired: true };
  return { isDeclinedByCard: true };
}

/** A card without an application of ours is of another scheme; one that speaks nonsense has proven nothing. */
function factsOfEnd(reason: EndReason): Partial<CardFacts> {
  if (OTHER_SCHEME.has(reason)) return { isSchemeTaken: false };
  return reason === 'missing_object' ? { authentication: 'missing_object' } : {};
}

const OTHER_SCHEME: ReadonlySet<EndReason> = new Set([
  'no_application',
  'select_refused',
  'malformed_fci',
  'pdol_missing',
  'conditions_not_satisfied',
  'gpo_refused',
]);
