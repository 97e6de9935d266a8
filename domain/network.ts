/**
 * What the network decides about a message from an acquirer: whether it is taken, what a repeat gets, what an
 * answer, a silence, a restart or a reversal makes of it. Everything here is in token form.
 * @see docs/specs.md, ISO 8583 sheet, sections 4, 10, 11 and 12
 */
import { equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv, encodeTlv, TlvError } from '@octavo/lib/tlv/tlv.ts';
import { institutions, rangeOfToken } from './demo.ts';
import { type Life, type StateOf, step } from './life.ts';
import { type MessageFields, messageKey, originalKey } from './message.ts';
import type { InstantMs } from './ports.ts';
import {
  type Done,
  done,
  isRefused,
  type RefusalCode,
  type Refused,
  refusals,
  refused,
} from './refusal.ts';
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './repeat.ts';
import { instantOfLocal, localTime } from './time.ts';

/**
 * Life of a purchase request. `pending`: kept, nothing sent on. `sent`: the issuer may have it. `foretold`: its
 * reversal came first, so it is never sent on. What was sent and got no answer is reversed, never sent again.
 */
export const messageLife = {
  pending: { send: 'sent', decline: 'declined', reverse: 'reversed' },
  sent: { approve: 'approved', decline: 'declined', reverse: 'reversed' },
  approved: { reverse: 'reversed' },
  declined: {},
  reversed: {},
  foretold: {},
} as const satisfies Life;

/** A purchase request's state. */
export type MessageState = StateOf<typeof messageLife>;

/** What the token service must still be told about a message that it may have a verdict on. */
export type Owed = 'nothing' | 'ended' | 'reversed';

/** A purchase request as the network keeps it. */
export type KeptMessage = {
  readonly messageKey: string;
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

/** What kinds of request are served, by their first three digits of message type. */
export type RequestKind = 'purchase' | 'reversal' | 'management';

/** A request with what is known about its sender. */
export type Asked = {
  readonly mti: string;
  readonly fields: MessageFields;
  /** The institution that the header names as source, and the one at the other end of the link. */
  readonly source: string;
  readonly institution: string;
  readonly signedOn: boolean;
  readonly nowMs: InstantMs;
};

const MUST_HAVE: Readonly<Record<RequestKind, readonly number[]>> = {
  purchase: [2, 3, 4, 7, 11, 12, 13, 18, 19, 22, 25, 32, 33, 37, 41, 42, 43, 49],
  reversal: [2, 3, 4, 7, 11, 12, 13, 18, 22, 25, 32, 33, 37, 39, 41, 42, 49, 90],
  management: [7, 11, 33, 70],
};

/** DE70 of what institutions may ask: sign-on, sign-off, echo. */
export const management = { signOn: '001', signOff: '002', echo: '301' } as const;

/** A network management message: DE70 with its own DE7 and DE11, from one institution (DE33) to another (DE100). */
export function managementFields(
  code: (typeof management)[keyof typeof management],
  own: { readonly transmission: string; readonly traceNumber: string },
  from: string,
  to: string,
): MessageFields {
  return { 7: own.transmission, 11: own.traceNumber, 33: from, 70: code, 100: to };
}

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

/** How far DE7 of a purchase may lie from the network's own time. Profile octavo-1. */
const LIVE_WINDOW_MS = 24 * 60 * 60 * 1000;

/** How long the issuer may take to answer. @see docs/specs.md, ISO 8583 sheet, section 10 */
export const ISSUER_TIMEOUT_MS = 25_000;

/** The kind of a request, or undefined when its type or transaction is not served. */
export function kindOf(mti: string, fields: MessageFields): RequestKind | undefined {
  if (mti === '0820') return isManagement(fields['70']) ? 'management' : undefined;
  const purchase = (fields['3'] ?? '000000') === '000000' && (fields['25'] ?? '00') === '00';
  if (mti === '0200') return purchase ? 'purchase' : undefined;
  if (mti === '0420' || mti === '0421') return purchase ? 'reversal' : undefined;
  return undefined;
}

/** A purchase that may be kept: its key and where it goes. */
export type Admitted = { readonly messageKey: string; readonly issuer: string };

/** Whether a purchase request is taken. */
export function admitPurchase(ask: Asked): Done<Admitted> | Refused {
  const key = admit('purchase', ask);
  if (isRefused(key)) return key;
  const { fields } = ask;
  if (!isLive(fields['7'] ?? '', ask.nowMs)) return malformed(7);
  const token = fields['2'] ?? '';
  const range = rangeOfToken(token);
  if (range === undefined) return refused('network.no_route');
  // A track of another number would put a card number where only tokens may lie. It says nothing of the payment, as
  // the message's MAC does not cover it.
  const track = fields['35'];
  if (track !== undefined && track.split('=')[0] !== token) return malformed(35);
  return done({ messageKey: key.value, issuer: institutions[range.issuer].code });
}

/** Whether a reversal is taken: its own key and its original's. */
export function admitReversal(
  ask: Asked,
): Done<{ readonly reversalKey: string; readonly originalKey: string }> | Refused {
  const key = admit('reversal', ask);
  if (isRefused(key)) return key;
  const original = originalKey(ask.fields['90']);
  if (original === undefined || !original.startsWith('02-')) return malformed(90);
  // Institutions reverse what is theirs: the original's DE32 and DE33 are this link's too.
  if (
    original
      .split('-')
      .slice(3)
      .some((code) => code !== ask.institution)
  ) {
    return refused('caller.not_allowed');
  }
  return done({ reversalKey: key.value, originalKey: original });
}

/** Whether a sign-on, sign-off or echo is taken. Signing on is what these are for, so nobody need be signed on. */
export function admitManagement(ask: Asked): Done<string> | Refused {
  if (kindOf(ask.mti, ask.fields) !== 'management') return refused('message.not_supported');
  const missing = missingField('management', ask.fields);
  if (missing !== undefined) return malformed(missing);
  const senders = [ask.source, ask.fields['33']];
  if (senders.some((code) => code !== ask.institution)) return refused('caller.not_allowed');
  return done(ask.fields['70'] ?? '');
}

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
  const state = step(messageLife, kept.state, 'send');
  return state && { message: { ...kept, state, accountReference } };
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

/** What becomes of a message that nobody works on any more, such as after a restart; undefined when nothing must. */
export function settle(kept: KeptMessage): MessageChange | undefined {
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

function admit(kind: 'purchase' | 'reversal', ask: Asked): Done<string> | Refused {
  const { fields } = ask;
  if (kindOf(ask.mti, fields) !== kind) return refused('message.not_supported');
  if (!ask.signedOn) return refused('network.not_signed_on');
  const missing = missingField(kind, fields);
  if (missing !== undefined) return malformed(missing);
  const wrong = wrongTime(fields);
  if (wrong !== undefined) return malformed(wrong);
  // The header is not under the MAC either, so a wrong one is the message's fault and not its sender's.
  if (ask.source !== ask.institution) return refused('message.malformed', { field: 'header' });
  const senders = [fields['32'], fields['33']];
  if (senders.some((code) => code !== ask.institution)) return refused('caller.not_allowed');
  const key = messageKey(ask.mti, fields);
  return key === undefined ? malformed(7) : done(key);
}

function isManagement(code: string | undefined): boolean {
  return code === undefined || (Object.values(management) as string[]).includes(code);
}

function missingField(kind: RequestKind, fields: MessageFields): number | undefined {
  return MUST_HAVE[kind].find((field) => fields[field] === undefined);
}

function malformed(field: number): Refused {
  return refused('message.malformed', { field: `DE${field}` });
}

/** The first of the time fields that no clock or calendar shows. */
function wrongTime(fields: MessageFields): number | undefined {
  const day = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';
  const time = '(?:[01]\\d|2[0-3])[0-5]\\d[0-5]\\d';
  if (!new RegExp(`^${day}${time}$`).test(fields['7'] ?? '')) return 7;
  if (!new RegExp(`^${time}$`).test(fields['12'] ?? '')) return 12;
  if (!new RegExp(`^${day}$`).test(fields['13'] ?? '')) return 13;
  if (fields['11'] === '000000') return 11;
  return /^[0-9A-Za-z]{12}$/.test(fields['37'] ?? '') ? undefined : 37;
}

/** Whether DE7, which has no year, names an instant near now in this year or a neighbouring one. */
function isLive(transmission: string, nowMs: InstantMs): boolean {
  const year = Number(localTime(nowMs).isoDate.slice(0, 4));
  const [month, day, hour, minute, second] = transmission.match(/\d\d/g) ?? [];
  return [year - 1, year, year + 1].some((candidate) => {
    const atMs = instantOfLocal(`${candidate}-${month}-${day}`, `${hour}:${minute}:${second}`);
    return atMs !== undefined && Math.abs(atMs - nowMs) <= LIVE_WINDOW_MS;
  });
}
