/**
 * Whether the network takes a message from an acquirer: its kind, its elements, its times, its sender, and where it
 * goes. What becomes of one that was taken: network.ts.
 * @see docs/specs.md, ISO 8583 sheet, sections 4, 9 and 11
 */
import { institutions, rangeOfToken } from './demo.ts';
import { type MessageFields, messageKey, originalKey } from './message.ts';
import { GIVE_UP_AFTER_MS } from './network.ts';
import type { InstantMs } from './ports.ts';
import { type Done, done, isRefused, type Refused, refused } from './refusal.ts';
import { instantOfLocal, localTime } from './time.ts';

/** What kinds of request are served. A purchase is a tap's or a deferred charge; which, the token service says. */
export type RequestKind = 'purchase' | 'advice' | 'reversal' | 'management';

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

const PURCHASE = [2, 3, 4, 7, 11, 12, 13, 18, 19, 22, 25, 32, 33, 37, 41, 42, 43, 49] as const;

const MUST_HAVE: Readonly<Record<RequestKind, readonly number[]>> = {
  purchase: PURCHASE,
  advice: PURCHASE,
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

/**
 * How far DE7 may lie from the network's own time. An advice is stored and forwarded, so it may come as late as it is
 * not given up. Profile octavo-1.
 */
const LIVE_WINDOW_MS = {
  purchase: 24 * 60 * 60 * 1000,
  advice: GIVE_UP_AFTER_MS + 24 * 60 * 60 * 1000,
} as const;

/** The kind of a request, or undefined when its type or transaction is not served. */
export function kindOf(mti: string, fields: MessageFields): RequestKind | undefined {
  if (mti === '0820') return isManagement(fields['70']) ? 'management' : undefined;
  const purchase = (fields['3'] ?? '000000') === '000000' && (fields['25'] ?? '00') === '00';
  if (mti === '0200') return purchase ? 'purchase' : undefined;
  if (mti === '0220' || mti === '0221') return purchase ? 'advice' : undefined;
  if (mti === '0420' || mti === '0421') return purchase ? 'reversal' : undefined;
  return undefined;
}

/** A purchase or an advice that may be kept: its key and whose card it is about. */
export type Admitted = {
  readonly kind: 'purchase' | 'advice';
  readonly messageKey: string;
  readonly issuer: string;
};

/** Whether a purchase request or a transit advice is taken. */
export function admitPurchase(ask: Asked): Done<Admitted> | Refused {
  const kind = kindOf(ask.mti, ask.fields) === 'advice' ? 'advice' : 'purchase';
  const key = admit(kind, ask);
  if (isRefused(key)) return key;
  const { fields } = ask;
  if (!isLive(fields['7'] ?? '', ask.nowMs, LIVE_WINDOW_MS[kind])) return malformed(7);
  const token = fields['2'] ?? '';
  const range = rangeOfToken(token);
  if (range === undefined) return refused('network.no_route');
  // A track of another number would put a card number where only tokens may lie. It says nothing of the payment, as
  // the message's MAC does not cover it.
  const track = fields['35'];
  if (track !== undefined && track.split('=')[0] !== token) return malformed(35);
  return done({ kind, messageKey: key.value, issuer: institutions[range.issuer].code });
}

/** Whether a reversal is taken: its own key and its original's. */
export function admitReversal(
  ask: Asked,
): Done<{ readonly reversalKey: string; readonly originalKey: string }> | Refused {
  const key = admit('reversal', ask);
  if (isRefused(key)) return key;
  const named = ask.fields['90'];
  const original = originalKey(named);
  if (original === undefined || !original.startsWith('02-')) return malformed(90);
  // An advice moves no money: there is nothing to take back.
  if (named?.startsWith('022')) return refused('message.not_supported');
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

function admit(kind: 'purchase' | 'advice' | 'reversal', ask: Asked): Done<string> | Refused {
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

/** The first of the elements of time and number that no clock, calendar or count shows; undefined when all are right. */
export function wrongTime(fields: MessageFields): number | undefined {
  const day = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';
  const time = '(?:[01]\\d|2[0-3])[0-5]\\d[0-5]\\d';
  if (!new RegExp(`^${day}${time}$`).test(fields['7'] ?? '')) return 7;
  if (!new RegExp(`^${time}$`).test(fields['12'] ?? '')) return 12;
  if (!new RegExp(`^${day}$`).test(fields['13'] ?? '')) return 13;
  if (fields['11'] === '000000') return 11;
  return /^[0-9A-Za-z]{12}$/.test(fields['37'] ?? '') ? undefined : 37;
}

/** Whether DE7, which has no year, names an instant near now in this year or a neighbouring one. */
function isLive(transmission: string, nowMs: InstantMs, windowMs: number): boolean {
  const year = Number(localTime(nowMs).isoDate.slice(0, 4));
  const [month, day, hour, minute, second] = transmission.match(/\d\d/g) ?? [];
  return [year - 1, year, year + 1].some((candidate) => {
    const atMs = instantOfLocal(`${candidate}-${month}-${day}`, `${hour}:${minute}:${second}`);
    return atMs !== undefined && Math.abs(atMs - nowMs) <= windowMs;
  });
}
