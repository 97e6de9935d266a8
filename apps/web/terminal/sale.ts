/**
 * One sale at the till as a reducer: what is on the display, and what may happen next. It opens at most one payment at
 * a time, and a new one only when the one before has ended without taking anything, so nothing is paid twice.
 */
import type { PayAnswer } from './api.ts';

/** What is to be paid. Minor units of a currency by its numeric code. */
export type Sale = { readonly amountMinor: number; readonly currency: string };

/** Where the phone is, as the reader hears it; `unknown` while the line to the field is down. */
export type PhonePlace = 'away' | 'nearby' | 'near' | 'unknown';

/** Why the field waits for another tap. Nothing was asked of a bank. */
export type Hint = 'see_phone' | 'try_again' | 'no_phone' | 'no_card';

/** What the till is doing. */
export type SaleState =
  /** The cashier types. `digits` are minor units without leading zeros; `isKept`: of a sale left, so a digit begins anew. */
  | { readonly kind: 'amount'; readonly digits: string; readonly isKept?: true }
  /** The field is on. A phone held near is asked when `isReady`; after a tap it has to be taken away first. */
  | {
      readonly kind: 'listening';
      readonly sale: Sale;
      readonly phone: PhonePlace;
      readonly isReady: boolean;
      readonly hint?: Hint;
    }
  /** Another window has put its reader into this field. */
  | { readonly kind: 'elsewhere'; readonly sale: Sale }
  /** A payment has this id until its answer is there. */
  | {
      readonly kind: 'paying';
      readonly sale: Sale;
      readonly phone: PhonePlace;
      readonly requestId: string;
      readonly stage: 'reading' | 'asking';
      /** How the last sending went: under way, no line, or the terminal has another payment. */
      readonly line: 'up' | 'lost' | 'busy';
      /** Whether a request is out now. */
      readonly isOut: boolean;
      /** Whether the terminal may have begun; from then on only an answer ends it. */
      readonly mayHaveBegun: boolean;
    }
  /** The answer, until the next sale. */
  | {
      readonly kind: 'ended';
      readonly sale: Sale;
      readonly requestId: string;
      readonly answer: PayAnswer;
    }
  /** The terminal would not take it. Nothing was asked of a bank. */
  | { readonly kind: 'refused'; readonly sale: Sale; readonly code: string };

/** What happens. A `requestId` is fresh: it names the payment, if one begins. */
export type SaleEvent =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'start'; readonly currency: string }
  | { readonly kind: 'cancel' }
  /** Go on without an answer while there is no line; the journal tells what became of it. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'next' }
  /** The same amount once more, after an end without payment. */
  | { readonly kind: 'again' }
  /** Ask the phone that still lies near. */
  | { readonly kind: 'tap'; readonly requestId: string }
  | { readonly kind: 'phone'; readonly place: PhonePlace; readonly requestId: string }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'sent'; readonly requestId: string }
  | { readonly kind: 'stage'; readonly requestId: string; readonly stage: 'reading' | 'asking' }
  /** Nobody answers, and a request may still be out. */
  | { readonly kind: 'unreachable'; readonly requestId: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly line: 'lost' | 'busy' }
  | { readonly kind: 'answered'; readonly requestId: string; readonly answer: PayAnswer }
  | { readonly kind: 'refused'; readonly requestId: string; readonly code: string };

/** An empty till. */
export const EMPTY: SaleState = { kind: 'amount', digits: '' };

/** The most digits an amount has, in every currency. */
export const MOST_DIGITS = 12;

/** A payment that an earlier life of this page left open: it is asked for again under its own id. */
export function leftOpen(sale: Sale, requestId: string): SaleState {
  return { ...begin(sale, 'unknown', requestId), line: 'lost', mayHaveBegun: true };
}

/** What comes of an event. An event that does not belong here changes nothing. */
export function nextSale(state: SaleState, event: SaleEvent): SaleState {
  switch (state.kind) {
    case 'amount':
      return typing(state, event);
    case 'listening':
      return listening(state, event);
    case 'elsewhere':
      if (event.kind === 'cancel') return typed(state.sale);
      return event.kind === 'again' ? listen(state.sale) : state;
    case 'paying':
      return paying(state, event);
    case 'ended':
      if (event.kind === 'next') return EMPTY;
      return event.kind === 'again' && state.answer.outcome !== 'approved'
        ? listen(state.sale)
        : state;
    case 'refused':
      if (event.kind === 'next') return EMPTY;
      if (event.kind === 'cancel') return typed(state.sale);
      return event.kind === 'again' ? listen(state.sale) : state;
  }
}

/** Whether the field is on. */
export function isFieldOn({ kind }: SaleState): boolean {
  return kind === 'listening' || kind === 'paying';
}

/** Whether the cashier may still leave without knowing how it ended. */
export function mayCancel(state: SaleState): boolean {
  if (state.kind === 'paying') {
    return state.line === 'busy' && !state.isOut && !state.mayHaveBegun;
  }
  return state.kind === 'listening' || state.kind === 'elsewhere';
}

type At<Kind extends SaleState['kind']> = Extract<SaleState, { kind: Kind }>;

function typing(state: At<'amount'>, event: SaleEvent): SaleState {
  if (event.kind === 'key') {
    const isAnew = state.isKept === true && /^\d/.test(event.key);
    return { kind: 'amount', digits: afterKey(isAnew ? '' : state.digits, event.key) };
  }
  if (event.kind !== 'start' || state.digits === '') return state;
  return listen({ amountMinor: Number(state.digits), currency: event.currency });
}

/** A key of the pad: a digit, `00`, `back` or `clear`. What would not fit is not typed. */
function afterKey(digits: string, key: string): string {
  if (key === 'back') return digits.slice(0, -1);
  if (key === 'clear') return '';
  if (!/^(\d|00)$/.test(key)) return digits;
  const longer = (digits + key).replace(/^0+/, '');
  return longer.length > MOST_DIGITS ? digits : longer;
}

function listening(state: At<'listening'>, event: SaleEvent): SaleState {
  const { sale, phone } = state;
  switch (event.kind) {
    case 'cancel':
      return typed(sale);
    case 'replaced':
      return { kind: 'elsewhere', sale };
    case 'tap':
      return phone === 'near' ? begin(sale, phone, event.requestId) : state;
    case 'phone': {
      if (event.place === 'near' && state.isReady) return begin(sale, 'near', event.requestId);
      const hasLeft = event.place === 'away' || event.place === 'nearby';
      return { ...state, phone: event.place, isReady: state.isReady || hasLeft };
    }
    default:
      return state;
  }
}

function paying(state: At<'paying'>, event: SaleEvent): SaleState {
  if (event.kind === 'cancel') return mayCancel(state) ? typed(state.sale) : state;
  if (event.kind === 'leave') return state.line === 'lost' ? EMPTY : state;
  if (event.kind === 'phone') return { ...state, phone: event.place };
  if (!('requestId' in event) || event.requestId !== state.requestId) return state;
  switch (event.kind) {
    case 'sent':
      return { ...state, isOut: true };
    case 'stage':
      // Late news of the reading does not put the lights out again.
      if (state.stage === 'asking') return { ...state, mayHaveBegun: true };
      return { ...state, stage: event.stage, line: 'up', mayHaveBegun: true };
    case 'unreachable':
      return { ...state, line: 'lost', mayHaveBegun: true };
    case 'failed': {
      const mayHaveBegun = state.mayHaveBegun || event.line === 'lost';
      return { ...state, isOut: false, line: event.line, mayHaveBegun };
    }
    case 'answered':
      return answered(state, event.answer);
    case 'refused':
      return { kind: 'refused', sale: state.sale, code: event.code };
    default:
      return state;
  }
}

function answered({ sale, phone, requestId }: At<'paying'>, answer: PayAnswer): SaleState {
  const hint = hintOf(answer);
  if (hint === undefined) return { kind: 'ended', sale, requestId, answer };
  return { kind: 'listening', sale, phone, hint, isReady: phone !== 'near' };
}

function hintOf({ outcome, tapTookMs }: PayAnswer): Hint | undefined {
  if (outcome === 'see_phone' || outcome === 'try_again') return outcome;
  if (outcome !== 'no_card') return undefined;
  return tapTookMs === undefined ? 'no_phone' : 'no_card';
}

function begin(sale: Sale, phone: PhonePlace, requestId: string): At<'paying'> {
  return {
    kind: 'paying',
    sale,
    phone,
    requestId,
    stage: 'reading',
    line: 'up',
    isOut: false,
    mayHaveBegun: false,
  };
}

function listen(sale: Sale): SaleState {
  return { kind: 'listening', sale, phone: 'away', isReady: true };
}

function typed({ amountMinor }: Sale): SaleState {
  return { kind: 'amount', digits: String(amountMinor), isKept: true };
}
