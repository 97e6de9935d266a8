/**
 * What the network decides about a message that it has taken (network-admission.ts): what a repeat gets, what an
 * answer, a silence, a restart or a reversal makes of it. Everything here is in token form.
 * @see docs/specs.md, ISO 8583 sheet, sections 4, 10, 11 and 12
 */
import { equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv, encodeTlv, TlvError } from '@octavo/lib/tlv/tlv.ts';
import { type Life, type StateOf, step } from './life.ts';
import type { MessageFields } from './message.ts';
import type { InstantMs } from './ports.ts';
import { type Done, done, type RefusalCode, type Refused, refusals, refused } from './refusal.ts';
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './repeat.ts';

/**
 * Life of a request. `pending`: kept, nothing sent on. `sent`: the issuer may have it. `foretold`: its reversal came
 * first, so it is never sent on. What was sent and got no answer is reversed, never sent again. A transit advice is
 * accepted or declined by its verdict alone, and never sent on or reversed.
 */
export const messageLife = {
  pending: { send: 'sent', accept: 'approved', decline: 'declined', reverse: 'reversed' },
  sent: { approve: 'approved', decline: 'declined', reverse: 'reversed' },
  approved: { reverse: 'reversed' },
  declined: {},
  reversed: {},
  foretold: {},
} as const satisfies Life;

/** A request's state. */
export type MessageState = StateOf<typeof messageLife>;

/** What the token service must still be told about a message that it may have a verdict on. */
export type Owed = 'nothing' | 'ended' | 'reversed';

/** A request as the network keeps it. A deferred charge is a purchase. */
export type KeptMessage = {
  readonly messageKey: string;
  readonly kind: 'purchase' | 'advice';
  /** The acquirer's code. */
  readonly institution: string;
  readonly state: MessageState;
  /** Who took it back; undefined while nobody did. */
  readonly reversedBy?: 'acquirer' | 'network' | undefined;
  /** The request in token form; undefined when only its reversal came. */
  readonly fields?: MessageFields | undefined;
  /** Keyed digest of its content; undefined as above. */
  readonly fingerprint?: Uint8Array | undefined;
  /** The issuer's code, DE100. */
  readonly issuer?: string | undefined;
  /** DE15, MMDD. */
  readonly settlementDate?: string | undefined;
  /** The card's account reference, once the token service has told it. */
  readonly accountReference?: string | undefined;
  /** DE39 and the precise code, once decided. */
  readonly responseCode?: string | undefined;
  readonly code?: RefusalCode | undefined;
  /** DE38 of an approval. */
  readonly authorisation?: string | undefined;
  /** Tag 91 for the acquirer, ten bytes in hexadecimal. */
  readonly tag91?: string | undefined;
  /** True from when the answer is fixed: every repeat gets this one. */
  readonly answered: boolean;
  readonly owed: Owed;
  readonly createdAtMs: InstantMs;
  readonly version: number;
};

/** A changed message; with `reason` (DE39) when the issuer must be sent a reversal of it. */
export type MessageChange = { readonly message: KeptMessage; readonly reason?: string };

/** Tags of the chip data that a reversal repeats: issuer application data, counter, verification results. */
const REVERSAL_TAGS: readonly string[] = ['9F10', '9F36', '95'];

/**
 * DE55 of a reversal: what it repeats of its original's chip data, both in hexadecimal. Undefined when there is none
 * or it cannot be read.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
export function reversalChipData(chipData: string | undefined): string | undefined {
  if (chipData === undefined) return undefined;
  try {
    const repeated = decodeTlv(fromHex(chipData)).filter(({ tag }) => REVERSAL_TAGS.includes(tag));
    return repeated.length === 0 ? undefined : toHex(encodeTlv(repeated));
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

/** How long the issuer may take to answer. @see docs/specs.md, ISO 8583 sheet, section 10 */
export const ISSUER_TIMEOUT_MS = 25_000;

/** What a request gets whose key is known already. */
export function meetAgain(
  kept: KeptMessage,
  fingerprint: Uint8Array,
): Done<'answered' | 'under way'> | Refused {
  // One that was reversed before it came has no content to compare.
  if (kept.reversedBy === 'acquirer') return refused('message.already_reversed');
  if (!equal(kept.fingerprint ?? new Uint8Array(), fingerprint)) {
    return refused('message.key_reused');
  }
  return done(kept.answered ? 'answered' : 'under way');
}

/** The token service said yes and the request goes to the issuer; saved before it is sent. */
export function send(kept: KeptMessage, accountReference: string): MessageChange | undefined {
  const state = kept.kind === 'advice' ? undefined : step(messageLife, kept.state, 'send');
  return state && { message: { ...kept, state, accountReference } };
}

/** The token service found an advice good: that is its answer, and nothing is sent on or told. */
export function accept(kept: KeptMessage, accountReference: string): MessageChange | undefined {
  const state = kept.kind === 'advice' ? step(messageLife, kept.state, 'accept') : undefined;
  const responseCode = '00';
  return state && { message: { ...kept, state, responseCode, accountReference, answered: true } };
}

/** Refused by the network or the token service, which is told how it ended unless it refused itself. */
export function decline(
  kept: KeptMessage,
  code: RefusalCode,
  verdict: 'refused' | 'good or unknown',
): MessageChange | undefined {
  const state = step(messageLife, kept.state, 'decline');
  const { responseCode } = refusals[code];
  const owed: Owed = verdict === 'refused' ? 'nothing' : 'ended';
  return state && { message: { ...kept, state, responseCode, code, answered: true, owed } };
}

/** The issuer answered. The answer is not fixed yet: tag 91 is still to come. */
export function hear(
  kept: KeptMessage,
  answer: { readonly responseCode: string; readonly authorisation?: string | undefined },
): MessageChange | undefined {
  const { responseCode, authorisation } = answer;
  const approved = responseCode === '00';
  const state = step(messageLife, kept.state, approved ? 'approve' : 'decline');
  const told = approved ? { authorisation } : { code: issuerRefusal(responseCode) };
  return state && { message: { ...kept, ...told, state, responseCode, owed: 'ended' } };
}

/** The token service has heard `what`. That fixes the answer, with its tag 91, when nothing else has. */
export function told(
  kept: KeptMessage,
  what: Owed,
  tag91: string | undefined,
): MessageChange | undefined {
  // A reversal came between: that is still to be told.
  if (kept.owed !== what) return undefined;
  const settled = { ...kept, answered: true, owed: 'nothing' } as const;
  return { message: kept.answered ? settled : { ...settled, tag91 } };
}

/** Fix the answer although the token service was not heard; undefined when it is fixed already. */
export function answerUntold(kept: KeptMessage): MessageChange | undefined {
  return kept.answered ? undefined : { message: { ...kept, answered: true } };
}

/** The issuer did not answer in time, or nobody knows whether it did: taken back, and the answer is 98. */
export function expire(kept: KeptMessage): MessageChange | undefined {
  if (kept.state !== 'sent') return undefined;
  const code = 'network.no_answer';
  const { responseCode } = refusals[code];
  const message = {
    ...kept,
    state: 'reversed',
    reversedBy: 'network',
    responseCode,
    code,
  } as const;
  return { message: { ...message, answered: true, owed: 'ended' }, reason: responseCode };
}

/**
 * What becomes of a message that nobody works on any more, such as after a restart; undefined when nothing must. An
 * advice stays as it is: its verdict moves no money, so the token service is asked again.
 */
export function settle(kept: KeptMessage): MessageChange | undefined {
  if (kept.kind === 'advice') return undefined;
  if (kept.state === 'pending') return decline(kept, 'unavailable', 'good or unknown');
  return expire(kept);
}

/** What a reversal brings about, and its answer. */
export type ReversalVerdict =
  | { readonly kind: 'foretell'; readonly code: 'message.original_unknown' }
  | { readonly kind: 'answer'; readonly code?: RefusalCode }
  | { readonly kind: 'reverse'; readonly change: MessageChange };

/** Decide a reversal by its original, as it stands. */
export function reverse(original: KeptMessage | undefined, fields: MessageFields): ReversalVerdict {
  if (original === undefined) return { kind: 'foretell', code: 'message.original_unknown' };
  if (original.state === 'foretold') return { kind: 'answer', code: 'message.original_unknown' };
  if (original.kind === 'advice') return { kind: 'answer', code: 'message.not_supported' };
  const same = (field: string) => original.fields?.[field] === fields[field];
  if (!same('2') || !same('4') || !same('49')) {
    return { kind: 'answer', code: 'message.original_differs' };
  }
  const state = step(messageLife, original.state, 'reverse');
  if (state === undefined) return { kind: 'answer' };
  const code: RefusalCode = 'message.already_reversed';
  const ended: Partial<KeptMessage> = original.answered
    ? {}
    : { responseCode: refusals[code].responseCode, code };
  const message: KeptMessage = {
    ...original,
    ...ended,
    state,
    reversedBy: 'acquirer',
    answered: true,
    owed: 'reversed',
  };
  // Nothing was sent on while it was pending, so the issuer has nothing to take back.
  const forward = original.state !== 'pending';
  return {
    kind: 'reverse',
    change: forward ? { message, reason: fields['39'] ?? '06' } : { message },
  };
}

/** How long to wait when a reversal of that age could not be sent: it doubles between the same bounds. */
export function unsentDelayMs(ageMs: number): number {
  return Math.min(Math.max(ageMs, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
}

/** When a reversal is given up and becomes an exception for a person. */
export const GIVE_UP_AFTER_MS = 3 * 24 * 60 * 60 * 1000;

/** The issuer's refusal behind a response code; undefined for an approval and for codes that it has no word for. */
export function issuerRefusal(responseCode: string): RefusalCode | undefined {
  const codes = Object.keys(refusals) as RefusalCode[];
  return codes.find(
    (code) => code.startsWith('issuer.') && refusals[code].responseCode === responseCode,
  );
}
