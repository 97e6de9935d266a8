/**
 * One payment as the phone lives it, as a reducer: what the holder does, what the element tells, what the wallet
 * service reports. It decides nothing about money; it says what is known.
 */
import type { HistoryLine } from './api.ts';

/** How long an armed element waits, in milliseconds; the element's own clock ends it. */
export const ARMED_MS = 60_000;
/** After this long without news of a tap nobody knows what became of it. */
export const UNKNOWN_AFTER_MS = 20_000;

/** What is known of the amount once a reader has asked. */
export type Asked = { readonly amountMinor: string; readonly currency: string };

/** Where a payment stands. */
export type Pay =
  | { readonly step: 'idle' }
  /** The sheet is up: a card is shown and may be changed; nothing was confirmed. */
  | { readonly step: 'offered'; readonly mode: 'ready' | 'confirm'; readonly asked?: Asked }
  | { readonly step: 'confirming'; readonly mode: 'ready' | 'confirm'; readonly asked?: Asked }
  | {
      readonly step: 'armed';
      readonly mode: 'ready' | 'confirm';
      readonly asked?: Asked;
      readonly untilMs: number;
    }
  | {
      readonly step: 'reading';
      readonly mode: 'ready' | 'confirm';
      readonly asked?: Asked;
      readonly untilMs: number;
    }
  /** The phone was moved too soon; it is still armed. */
  | {
      readonly step: 'moved';
      readonly mode: 'ready' | 'confirm';
      readonly asked?: Asked;
      readonly untilMs: number;
    }
  /** The cryptogram has left. */
  | { readonly step: 'asking'; readonly asked: Asked; readonly sinceMs: number }
  | { readonly step: 'paid'; readonly asked: Asked; readonly line: HistoryLine }
  | { readonly step: 'declined'; readonly asked: Asked; readonly line: HistoryLine }
  | { readonly step: 'unknown'; readonly asked: Asked }
  /** Sixty seconds went by. */
  | { readonly step: 'ran_out'; readonly mode: 'ready' | 'confirm'; readonly asked?: Asked }
  /** The holder or the element did not confirm. `blocked`: the passcode is closed for good. */
  | {
      readonly step: 'unconfirmed';
      readonly why: 'cancelled' | 'unsupported' | 'refused' | 'blocked' | 'element';
      readonly mode: 'ready' | 'confirm';
      readonly asked?: Asked;
    };

/** What moves a payment on. */
export type PayEvent =
  | { readonly kind: 'open' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'armed'; readonly nowMs: number }
  | {
      readonly kind: 'unconfirmed';
      readonly why: 'cancelled' | 'unsupported' | 'refused' | 'blocked' | 'element';
    }
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
      return 'mode' in pay ? { step: 'confirming', ...known(pay) } : pay;
    case 'armed':
      return pay.step === 'confirming'
        ? { step: 'armed', ...known(pay), untilMs: event.nowMs + ARMED_MS }
        : pay;
    case 'unconfirmed':
      return pay.step === 'confirming'
        ? { step: 'unconfirmed', why: event.why, ...known(pay) }
        : pay;
    case 'begun':
      return pay.step === 'armed' || pay.step === 'moved'
        ? { step: 'reading', ...known(pay), untilMs: pay.untilMs }
        : pay;
    case 'asked':
      return pay.step === 'reading' ? { ...pay, asked: event.asked } : pay;
    case 'answered':
      return { step: 'asking', asked: event.asked, sinceMs: event.nowMs };
    case 'see_phone':
      return { step: 'offered', mode: 'confirm', asked: event.asked };
    case 'lost':
      return pay.step === 'reading' ? { step: 'moved', ...known(pay), untilMs: pay.untilMs } : pay;
    case 'told':
      return toldOf(pay, event.line);
    case 'time':
      return afterTime(pay, event.nowMs);
    case 'close':
      // What has left the phone is not taken back by looking away; the page shows it until it is known.
      return pay.step === 'asking' ? pay : { step: 'idle' };
  }
}

/** Whether a line of history is about this payment and ends it. */
function toldOf(pay: Pay, line: HistoryLine): Pay {
  if (pay.step !== 'asking' && pay.step !== 'unknown') return pay;
  if (line.kind === 'state' || line.amountMinor !== pay.asked.amountMinor) return pay;
  const isPaid = line.kind === 'payment' && line.approved;
  return { step: isPaid ? 'paid' : 'declined', asked: pay.asked, line };
}

function afterTime(pay: Pay, nowMs: number): Pay {
  if (pay.step === 'asking' && nowMs >= pay.sinceMs + UNKNOWN_AFTER_MS) {
    return { step: 'unknown', asked: pay.asked };
  }
  if ((pay.step === 'armed' || pay.step === 'moved') && nowMs >= pay.untilMs) {
    return { step: 'ran_out', ...known(pay) };
  }
  return pay;
}

function known(pay: { readonly mode: 'ready' | 'confirm'; readonly asked?: Asked }) {
  return pay.asked === undefined ? { mode: pay.mode } : { mode: pay.mode, asked: pay.asked };
}
