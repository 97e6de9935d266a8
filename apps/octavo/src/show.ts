/** How a story is told: as lines for a reader, or as JSON lines for a program. The events are the same. */

import type { TraceEvent } from '@octavo/domain/ports.ts';
import type { RefusalCode } from '@octavo/domain/refusal.ts';
import type { CheatCode } from './cheat-codes.ts';
import type { Piece } from './paint.ts';

/** One line with a number: an act of the story and what came of it. */
export type Step = {
  readonly number: number;
  readonly name: string;
  /** Whether it went as it should; a mark stands before the subject then. */
  readonly held?: boolean | undefined;
  readonly subject: readonly Piece[];
  readonly result: readonly Piece[];
  readonly tookMs?: number | undefined;
};

/** A line under a step: a wire, a field, a check. */
export type Detail =
  | {
      readonly kind: 'wire';
      readonly toPhone: boolean;
      readonly bytes: readonly Piece[];
      readonly meaning: string;
    }
  | {
      readonly kind: 'field';
      readonly id: string;
      readonly name: string;
      readonly value: Piece;
      readonly decoded: string;
    }
  | {
      readonly kind: 'check';
      readonly held: boolean;
      readonly name: string;
      readonly compared: string;
    };

/** One cheat and what became of it. */
export type CheatLine = {
  readonly name: string;
  readonly outcome: 'refused' | 'stored_answer' | 'passed';
  readonly code?: CheatCode | undefined;
  readonly because: string;
  readonly asExpected: boolean;
};

/** One published thing. */
export type PublishedLine = {
  readonly name: string;
  readonly holds: boolean;
  readonly result: string;
  readonly source: string;
};

/** The last line. */
export type Ending = {
  readonly ok: boolean;
  readonly approved: boolean;
  readonly cheatsRefused: number;
  readonly cheatsPassed: number;
  readonly tookMs: number;
  readonly code?: RefusalCode | undefined;
  readonly retrievalReference?: string | undefined;
};

/** The last line of a story that is not about a payment; the facts are for programs. */
export type Closing = {
  readonly ok: boolean;
  readonly words: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
};

/** Tells a story. */
export type Show = {
  title(name: string, subject: string, note: string): void;
  /** What a service told, in the order it came. */
  event(event: TraceEvent): void;
  step(step: Step, details: readonly Detail[]): void;
  /** A heading of three columns. */
  heading(columns: readonly [string, string, string]): void;
  cheat(line: CheatLine): void;
  /** Something an outsider published, and whether our own functions agree. */
  published(check: PublishedLine): void;
  /** A refusal in plain words, with its code. */
  refusal(code: RefusalCode): void;
  note(text: string): void;
  end(ending: Ending): void;
  close(closing: Closing): void;
};
