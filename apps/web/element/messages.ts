/**
 * What crosses the wall around the element: between wallet page and frame over a message port, and between frame and
 * worker. Of the element itself nothing crosses but APDUs; the rest is about its antenna and its keypad.
 */
import type { Announced } from '@octavo/lib/applet/answer.ts';
import type { TapEvent } from './watch.ts';

/** How the frame is reached first, with the port on which everything else runs. */
export type Connect = {
  readonly kind: 'connect';
  readonly language: string;
  readonly theme: 'light' | 'dark';
};

/** What a gate shows at the end of a tap. It proves nothing, and is only repeated. */
export type Shown = {
  readonly outcome: 'opened' | 'refused' | 'try_again';
  readonly code?: string;
  readonly passage?: 'entry' | 'exit' | 'single' | 'companion' | 'check';
  readonly place?: { readonly en: string; readonly zh: string };
};

/** Why the element cannot be had. */
export type ElementTrouble = 'in_use' | 'rolled_back' | 'unavailable' | 'no_connection';

/** What the page asks, each answered once under its id. */
export type Ask =
  /** A wired command. */
  | { readonly kind: 'apdu'; readonly bytes: Uint8Array }
  /** Where the phone lies: the name of a field. */
  | { readonly kind: 'place'; readonly air: string }
  /** Hold it near the reader, or take it away. */
  | { readonly kind: 'hold'; readonly near: boolean }
  /** The page draws another theme now. */
  | { readonly kind: 'theme'; readonly theme: 'light' | 'dark' }
  /** Show the keypad: the holder types to the element, not to the page. Resolves when it is over. */
  | { readonly kind: 'passcode'; readonly purpose: 'set' | 'arm' | 'change' };

/** What is answered. */
export type Answer =
  | { readonly kind: 'response'; readonly bytes: Uint8Array }
  | { readonly kind: 'done' }
  /** The keypad was put away, or the element has closed it for good. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'trouble'; readonly trouble: ElementTrouble };

/** What the frame tells unasked. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'trouble'; readonly trouble: ElementTrouble }
  /** The field, and what its reader says of itself. */
  | { readonly kind: 'field'; readonly on: boolean; readonly announces?: Announced }
  /** The line to the air: down, a reader cannot be noticed. */
  | { readonly kind: 'air'; readonly up: boolean }
  | { readonly kind: 'tap'; readonly event: TapEvent }
  | { readonly kind: 'shown'; readonly shown: Shown }
  /** The field was lost before the element had answered for good. */
  | { readonly kind: 'lost' };

/** A message from page to frame. */
export type ToFrame = { readonly id: number; readonly ask: Ask };

/** A message from frame to page. */
export type FromFrame = { readonly id: number; readonly answer: Answer } | { readonly told: Told };

/** A message to the worker. */
export type ToWorker =
  | { readonly id: number; readonly kind: 'exchange'; readonly bytes: Uint8Array }
  | { readonly id: number; readonly kind: 'hold'; readonly near: boolean }
  | { readonly kind: 'place'; readonly air: string };

/** A message from the worker. */
export type FromWorker =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly done: true }
  | { readonly id: number; readonly trouble: ElementTrouble }
  | { readonly told: Told };
