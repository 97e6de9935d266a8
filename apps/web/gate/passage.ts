/**
 * What the gate shows, as a reducer: ready, reading, and how it ended for a moment. It is ready again by itself; the
 * same phone is asked once more only after it has left the field.
 */
import type { TapAnswer } from './api.ts';

/** How long an open gate is shown at least, and at most while nobody comes. */
export const LEAST_MS = 900;
export const OPEN_MS = 2_400;
/** How long a refusal stays to be read, unless the next phone comes. */
export const REFUSED_MS = 4_000;

/** Where a phone is; unknown while the line to the field is lost. */
export type PhonePlace = 'away' | 'nearby' | 'near' | 'unknown';

/** How a tap ended. What the gate would not even take has a code and nothing else. */
export type End = Pick<TapAnswer, 'outcome'> & Partial<TapAnswer>;

/** What the gate shows. */
export type Passage =
  | {
      readonly kind: 'ready';
      readonly phone: PhonePlace;
      /** The phone that lies there has not been asked. */
      readonly isFresh: boolean;
    }
  | {
      readonly kind: 'tapping';
      readonly phone: PhonePlace;
      /** The phone has left since the tap began. */
      readonly isFresh: boolean;
      readonly requestId: string;
      readonly stage: 'reading' | 'deciding';
      /** Nobody answers, and the tap may have been taken. */
      readonly isLost: boolean;
    }
  | {
      readonly kind: 'shown';
      readonly phone: PhonePlace;
      readonly isFresh: boolean;
      readonly end: End;
      readonly leastAtMs: number;
      readonly untilMs: number;
    }
  /** Another window has the field. */
  | { readonly kind: 'elsewhere' };

/** What happens. A `requestId` is fresh: it names the tap, if one begins. */
export type PassageEvent =
  | {
      readonly kind: 'phone';
      readonly place: PhonePlace;
      readonly requestId: string;
      readonly nowMs: number;
    }
  | { readonly kind: 'time'; readonly requestId: string; readonly nowMs: number }
  | { readonly kind: 'deciding'; readonly requestId: string }
  | { readonly kind: 'lost'; readonly requestId: string }
  | {
      readonly kind: 'ended';
      readonly requestId: string;
      readonly end: End;
      readonly nowMs: number;
    }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'again' };

/** A gate whose field has just come on. */
export const READY: Passage = { kind: 'ready', phone: 'away', isFresh: true };

/** What comes of an event. An event that does not belong here changes nothing. */
export function nextPassage(passage: Passage, event: PassageEvent): Passage {
  if (event.kind === 'replaced') return { kind: 'elsewhere' };
  if (passage.kind === 'elsewhere') return event.kind === 'again' ? READY : passage;
  switch (event.kind) {
    case 'phone': {
      const { place, requestId, nowMs } = event;
      const hasLeft = place === 'away' || place === 'nearby';
      const placed = { ...passage, phone: place, isFresh: passage.isFresh || hasLeft };
      return beginIfNear(placed, requestId, nowMs);
    }
    case 'time':
      return afterTime(passage, event.requestId, event.nowMs);
    case 'deciding':
      return isUnder(passage, event) ? { ...passage, stage: 'deciding', isLost: false } : passage;
    case 'lost':
      return isUnder(passage, event) ? { ...passage, isLost: true } : passage;
    case 'ended':
      return isUnder(passage, event) ? ended(passage, event.end, event.nowMs) : passage;
    case 'again':
      return passage;
  }
}

/** When something is due by itself. */
export function dueAtMs(passage: Passage, nowMs: number): number | undefined {
  if (passage.kind !== 'shown') return undefined;
  return nowMs < passage.leastAtMs ? passage.leastAtMs : passage.untilMs;
}

type Tapping = Extract<Passage, { kind: 'tapping' }>;

function isUnder(passage: Passage, { requestId }: { requestId: string }): passage is Tapping {
  return passage.kind === 'tapping' && passage.requestId === requestId;
}

/** A phone that has come near is asked at once; whoever has just passed is given their moment first. */
function beginIfNear(
  passage: Exclude<Passage, { kind: 'elsewhere' }>,
  requestId: string,
  nowMs: number,
): Passage {
  const { kind, phone, isFresh } = passage;
  if (kind === 'tapping' || phone !== 'near' || !isFresh) return passage;
  if (kind === 'shown' && nowMs < passage.leastAtMs) return passage;
  return { kind: 'tapping', phone, isFresh: false, requestId, stage: 'reading', isLost: false };
}

function afterTime(passage: Passage, requestId: string, nowMs: number): Passage {
  if (passage.kind !== 'shown') return passage;
  const begun = beginIfNear(passage, requestId, nowMs);
  if (begun !== passage || nowMs < passage.untilMs) return begun;
  const { phone, isFresh } = passage;
  return { kind: 'ready', phone, isFresh };
}

function ended({ phone, isFresh }: Tapping, end: End, nowMs: number): Passage {
  const forMs = end.outcome === 'opened' ? OPEN_MS : REFUSED_MS;
  return {
    kind: 'shown',
    phone,
    isFresh,
    end,
    leastAtMs: nowMs + LEAST_MS,
    untilMs: nowMs + forMs,
  };
}
