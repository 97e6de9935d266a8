/**
 * What crosses the wall around the card-entry frame. Number, expiry, security code and one-time code never do: what
 * comes out is an envelope that only the token service opens, and the first six digits, which say whose card it is.
 */
import type { Language } from '../kit/words.ts';

/** What the frame is for. */
export type CardTask =
  /** Type a card. */
  | { readonly kind: 'card' }
  /** Type the bank's one-time code for an enrolment. */
  | { readonly kind: 'code' }
  /** Nothing to type: close the bank's receipt for a pushed card into an envelope. */
  | { readonly kind: 'push'; readonly receipt: string };

/** What an envelope is bound to beside what is typed. */
export type Binding = {
  readonly enrolmentId: string;
  readonly requestorId: string;
  readonly elementId: string;
  readonly holderPublicKey?: string | undefined;
  readonly rpIdHash: string;
  readonly origin: string;
};

/** How the frame is reached first, with the port on which everything else runs. */
export type CardConnect = {
  readonly kind: 'connect';
  readonly language: Language;
  readonly theme: 'light' | 'dark';
  readonly task: CardTask;
  readonly binding: Binding;
};

/** What the wallet knows of a card by its first six digits; undefined while nobody knows. */
export type Face = {
  readonly needs: 'cvn2' | 'mobile';
  /** Digits of the whole number. */
  readonly length: number;
};

/** From page to frame. */
export type ToCard =
  | { readonly kind: 'face'; readonly firstSix: string; readonly face: Face | undefined }
  /** Close what was typed into an envelope now. What is not whole is left as it is. */
  | { readonly kind: 'seal' }
  /** The one-time code was wrong: empty the boxes and keep the focus. The words are the page's. */
  | { readonly kind: 'again' }
  /** The one-time code works no more: the boxes are empty and take nothing until `again`. */
  | { readonly kind: 'dead' }
  /** The page draws another theme now. */
  | { readonly kind: 'theme'; readonly theme: 'light' | 'dark' };

/** From frame to page. */
export type FromCard =
  /** The first six digits are there, or are gone again. */
  | { readonly kind: 'prefix'; readonly firstSix: string | undefined }
  /** Whether what is typed can be sealed. */
  | { readonly kind: 'complete'; readonly isComplete: boolean }
  /** Enter in the last field of a whole card: what the page's button does. */
  | { readonly kind: 'submit' }
  /** Closed, and forgotten by the frame. The first six digits are not taken back by this. */
  | { readonly kind: 'sealed'; readonly envelope: string }
  /** The token service's key could not be had; what was typed stays for another `seal`. */
  | { readonly kind: 'no_connection' }
  /** How tall the form is, in pixels. */
  | { readonly kind: 'height'; readonly px: number };
