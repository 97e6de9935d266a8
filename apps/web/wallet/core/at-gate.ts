/**
 * A tap at a transit gate as the phone lives it, as a reducer: its antenna tells of the field and of what the element
 * answered, and the gate shows how it ended. No service is asked, so it is the same without a connection.
 */
import type { Shown } from '../../element/messages.ts';

/** How long each step is shown, in milliseconds: a phone at a gate lights up for a moment. */
export const NEAR_MS = 8_000;
export const READ_MS = 4_000;
export const OPENED_MS = 4_000;
const SHUT_MS = 9_000;

type Timed = { readonly untilMs: number };

/** Where a tap at a gate stands. */
export type AtGate =
  | { readonly step: 'away' }
  /** Held in a gate's field, or read by it. */
  | ({ readonly step: 'near' | 'reading' } & Timed)
  /** The card has answered for good; what the gate makes of it is not known yet, and may stay so. */
  | ({ readonly step: 'read' } & Timed)
  | ({ readonly step: 'opened'; readonly shown: Shown } & Timed)
  | ({ readonly step: 'shut'; readonly shown: Shown } & Timed)
  /** It left the field before the card had answered. */
  | ({ readonly step: 'moved' } & Timed)
  /** The element wants its holder: no card is express here, or the amount is above what it answers alone. */
  | ({ readonly step: 'holder' } & Timed);

/** What moves it on and needs no more to be said than that it happened. */
export type Happened = 'near' | 'begun' | 'answered' | 'see_phone' | 'lost' | 'time' | 'leave';

/** What moves it on. */
export type GateEvent =
  | { readonly kind: Happened; readonly nowMs: number }
  | { readonly kind: 'shown'; readonly shown: Shown; readonly nowMs: number };

/** The tap after an event. */
export function atGateAfter(at: AtGate, event: GateEvent): AtGate {
  const { nowMs } = event;
  switch (event.kind) {
    case 'near':
      return { step: 'near', untilMs: nowMs + NEAR_MS };
    case 'begun':
      return { step: 'reading', untilMs: nowMs + NEAR_MS };
    case 'answered':
      return { step: 'read', untilMs: nowMs + READ_MS };
    case 'see_phone':
      return { step: 'holder', untilMs: nowMs + SHUT_MS };
    case 'lost':
      return at.step === 'reading' ? { step: 'moved', untilMs: nowMs + SHUT_MS } : at;
    case 'shown':
      return afterShown(event.shown, nowMs);
    case 'time':
      return at.step === 'away' || nowMs < at.untilMs ? at : { step: 'away' };
    case 'leave':
      return { step: 'away' };
  }
}

function afterShown(shown: Shown, nowMs: number): AtGate {
  switch (shown.outcome) {
    case 'opened':
      return { step: 'opened', shown, untilMs: nowMs + OPENED_MS };
    case 'refused':
      return { step: 'shut', shown, untilMs: nowMs + SHUT_MS };
    case 'try_again':
      return { step: 'moved', untilMs: nowMs + SHUT_MS };
  }
}
