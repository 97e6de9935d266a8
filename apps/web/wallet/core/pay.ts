/**
 * One payment as the phone lives it, as a reducer: what the holder does, what the element tells, what the wallet
 * service reports. It decides nothing about money; it says what is known.
 */
import type { HistoryLine } from './api.ts';
import type { Unconfirmed } from './confirming.ts';

/** How long an armed element waits, in milliseconds; the element's own clock ends it. */
export const ARMED_MS = 60_000;
/** After this long without news of a tap nobody knows what became of it. */
export const UNKNOWN_AFTER_MS = 20_000;
/** A reader that began within the time may finish after it; one that stays silent longer has gone. */
export const READING_GRACE_MS = 10_000;

/** What is known of the amount once a reader has asked. */
export type Asked = { readonly amountMinor: string; readonly currency: string };

/** Any amount once, or the one that the element has seen. */
type Aim = { readonly mode: 'ready' | 'confirm'; readonly asked?: Asked };
type Timed = { readonly untilMs: number };

/** Where a payment stands. */
export type Pay =
  | { readonly step: 'idle' }
  /** The sheet is up: a card is shown and may be changed; nothing was confirmed. */
  | ({ readonly step: 'offered' } & Aim)
  | ({ readonly step: 'confirming' } & Aim)
  | ({ readonly step: 'armed' } & Aim & Timed)
  | ({ readonly step: 'reading' } & Aim & Timed)
  /** The phone was moved too soon; it is still armed. */
  | ({ readonly step: 'moved' } & Aim & Timed)
  /** The cryptogram has left. */
  | { readonly step: 'asking'; readonly asked: Asked; readonly sinceMs: number }
  | { readonly step: 'paid'; readonly asked: Asked; readonly line: HistoryLine }
  | { readonly step: 'declined'; readonly asked: Asked; readonly line: HistoryLine }
  | { readonly step: 'unknown'; readonly asked: Asked }
  /** Sixty seconds went by. */
  | ({ readonly step: 'ran_out' } & Aim)
  /** The holder or the element did not confirm. */
  | ({ readonly step: 'unconfirmed'; readonly why: Unconfirmed } & Aim);

/** What moves a payment on. */
export type PayEvent =
  | { readonly kind: 'open' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'armed'; readonly nowMs: number }
  | { readonly kind: 'unconfirmed'; readonly why: Unconfirmed }
  | { readonly kind: 'begun' }
  | { readonly kind: 'asked'; readonly asked: Asked }
  | { readonly kind: 'answered'; readonly asked: Asked; readonly nowMs: number }
  | { readonly kind: 'see_phone'; readonly asked: Asked }
  | { readonly kind: 'lost' }
  | { readonly kind: 'told'; readonly line: HistoryLine }
  | { readonly kind: 'time'; readonly nowMs: number }
  | { readonly kind: 'close' };

/** The payment after an event. */
export function payAfter(pay: Pay, event: PayEvent): Pay {
  switch (event.kind) {
    case 'open':
      return pay.step === 'idle' ? { step: 'offered', mode: 'ready' } : pay;
    case 'confirm':
      return pay.step === 'offered' || pay.step === 'ran_out' || pay.step === 'unconfirmed'
        ? { step: 'confirming', ...aimOf(pay) }
        : pay;
    case 'armed':
      return pay.step === 'confirming'
        ? { step: 'armed', ...aimOf(pay), untilMs: event.nowMs + ARMED_MS }
        : pay;
    case 'unconfirmed':
      return pay.step === 'confirming'
        ? { step: 'unconfirmed', why: event.why, ...aimOf(pay) }
        : pay;
    case 'begun':
      return pay.step === 'armed' || pay.step === 'moved'
        ? { step: 'reading', ...aimOf(pay), untilMs: pay.untilMs }
        : pay;
    case 'asked':
      return pay.step === 'reading' ? { ...pay, asked: amountOf(event.asked) } : pay;
    case 'answered':
      // Wherever the page is: a cryptogram that has left is never overlooked.
      return { step: 'asking', asked: amountOf(event.asked), sinceMs: event.nowMs };
    case 'see_phone':
      // A reader that wants the holder does not take the page off a payment that is on its way.
      return pay.step === 'asking'
        ? pay
        : { step: 'offered', mode: 'confirm', asked: amountOf(event.asked) };
    case 'lost':
      return pay.step === 'reading' ? { step: 'moved', ...aimOf(pay), untilMs: pay.untilMs } : pay;
    case 'told':
      return afterNews(pay, event.line);
    case 'time':
      return afterTime(pay, event.nowMs);
    case 'close':
      // What has left the phone is not taken back by looking away; the page shows it until it is known.
      return pay.step === 'asking' ? pay : { step: 'idle' };
  }
}

/** Whether looking away now ends a payment: until the reader's first byte, and once all is known. */
export function mayClose({ step }: Pay): boolean {
  return step !== 'idle' && step !== 'reading' && step !== 'asking';
}

function afterNews(pay: Pay, line: HistoryLine): Pay {
  if (pay.step === 'asking' || pay.step === 'unknown') return resultOf(pay.asked, line) ?? pay;
  const isTakenBack =
    pay.step === 'paid' &&
    line.kind === 'reversal' &&
    line.retrievalReference !== undefined &&
    line.retrievalReference === pay.line.retrievalReference;
  return isTakenBack ? { step: 'declined', asked: pay.asked, line } : pay;
}

/** The end that a line of history is for the amount that was asked. */
function resultOf(asked: Asked, line: HistoryLine): Pay | undefined {
  const isAboutIt =
    line.kind !== 'state' &&
    line.amountMinor === asked.amountMinor &&
    line.currency === asked.currency;
  if (!isAboutIt) return undefined;
  const isPaid = line.kind === 'payment' && line.approved;
  return { step: isPaid ? 'paid' : 'declined', asked, line };
}

function afterTime(pay: Pay, nowMs: number): Pay {
  switch (pay.step) {
    case 'asking':
      return nowMs >= pay.sinceMs + UNKNOWN_AFTER_MS ? { step: 'unknown', asked: pay.asked } : pay;
    case 'armed':
    case 'moved':
      return nowMs >= pay.untilMs ? { step: 'ran_out', ...aimOf(pay) } : pay;
    case 'reading':
      return nowMs >= pay.untilMs + READING_GRACE_MS ? { step: 'ran_out', ...aimOf(pay) } : pay;
    default:
      return pay;
  }
}

function aimOf(pay: Aim): Aim {
  return pay.asked === undefined ? { mode: pay.mode } : { mode: pay.mode, asked: pay.asked };
}

/** The amount alone: what an antenna tells has more in it. */
function amountOf({ amountMinor, currency }: Asked): Asked {
  return { amountMinor, currency };
}
