/**
 * The world as its operator asks it. Types of the services' endpoints come from their contracts; those of the
 * operator's own endpoints are written here, since a page may not know the process that serves it.
 */
import type { ServiceName } from '@octavo/services/compose';
import type * as issuer from '@octavo/services/issuer';
import type * as network from '@octavo/services/network';
import type { z } from 'zod';
import { ask, Refused } from '../kit/ask.ts';
import { keepOperatorKey, operatorKey } from './session.ts';

/** An answer's type by its endpoint. */
export type AnswerOf<E extends { readonly answer: z.ZodType }> = z.output<E['answer']>;
/** A body's type by its endpoint. */
export type BodyOf<E extends { readonly body: z.ZodType }> = z.input<E['body']>;

/** A line between two institutions. */
export type LineName = 'terminal-acquirer' | 'acquirer-network' | 'network-issuer';

/** The services of a world. */
export type { ServiceName };

/** What is ordered for one direction of a line, and what became of its frames. */
export type WayView = {
  readonly cut: boolean;
  readonly delayMs: number;
  readonly loseNext: number;
  readonly doubleNext: number;
  readonly reorderNext: number;
  readonly passed: number;
  readonly lost: number;
  readonly delayed: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly underWay: number;
};

/** A line; `forth` is from who dials to who listens, in the order of its name. */
export type LineView = {
  readonly line: LineName;
  readonly down: boolean;
  readonly links: number;
  readonly forth: WayView;
  readonly back: WayView;
};

/** A direction of a line, or both. */
export type Direction = 'forth' | 'back' | 'both';

/** What is to be changed on a line; `heal` first takes back what was ordered before. */
export type LineChange = {
  readonly line: LineName;
  readonly direction: Direction;
  readonly heal?: boolean;
  readonly cut?: boolean;
  readonly delayMs?: number;
  readonly loseNext?: number;
  readonly doubleNext?: number;
  readonly reorderNext?: number;
};

/** How a service stands. */
export type ServiceView = {
  readonly name: ServiceName;
  readonly state: 'running' | 'killed';
  readonly sinceMs: number;
  readonly restarts: number;
};

/** The world's time, and how far it is ahead of the machine's. */
export type ClockView = { readonly nowMs: number; readonly offsetMs: number };

/** What a code says to people. */
export type CodeWords = { readonly en: string; readonly zh: string };

/** What a cheat must come to. */
export type CheatExpected = {
  readonly outcome: 'refused' | 'stored_answer';
  readonly code?: string;
  readonly words?: CodeWords;
};

/** A cheat that can be played. */
export type CheatView = {
  readonly name: string;
  readonly tries: string;
  readonly zh: { readonly name: string; readonly tries: string };
  /** What is cheated: a payment at a till, or a gate and those behind it. */
  readonly kind: 'payment' | 'transit';
  readonly expected: CheatExpected;
};

/** A cheat that was played. */
export type CheatPlayed = {
  readonly name: string;
  readonly outcome: 'refused' | 'stored_answer' | 'passed';
  readonly code?: string;
  readonly words?: CodeWords;
  readonly because: string;
  readonly expected: CheatExpected;
  readonly asExpected: boolean;
  readonly retrievalReferences: readonly string[];
};

/** Events told since a point. */
export type EventsAnswer = {
  readonly events: readonly {
    readonly sequence: number;
    readonly event: {
      readonly type: string;
      readonly service: string;
      readonly atMs: number;
      readonly detail: Readonly<Record<string, unknown>>;
    };
  }[];
  readonly lastSequence: number;
};

/** How long playing a cheat may take. */
const CHEAT_LIMIT_MS = 80_000;

/** Ask as the operator. A key that the world does not know signs out. Throws `Refused` or `ConnectionLost`. */
async function askOperator<Answer>(
  path: `/${string}`,
  body: unknown,
  options: { readonly limitMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Answer> {
  const key = operatorKey();
  try {
    return await ask<Answer>(path, body, { ...options, key: `operator:${key ?? ''}` });
  } catch (error) {
    if (error instanceof Refused && WRONG_KEY.includes(error.code) && key === operatorKey()) {
      keepOperatorKey(undefined);
    }
    throw error;
  }
}

/** How the world says that a key is not its operator's. */
const WRONG_KEY: readonly string[] = ['request.unsigned'];

/** Ask an endpoint of a service, by its type: `call<typeof issuer.ledger>('/issuer/ledger', {})`. */
export function call<E extends { readonly answer: z.ZodType; readonly body: z.ZodType }>(
  path: `/${string}`,
  body: BodyOf<E>,
  limitMs?: number,
): Promise<AnswerOf<E>> {
  return askOperator<AnswerOf<E>>(path, body, limitMs === undefined ? {} : { limitMs });
}

/** Whether a key is the operator's. Throws `ConnectionLost` when nobody answers. */
export async function isOperatorKey(key: string): Promise<boolean> {
  try {
    await ask('/operator/clock', {}, { key: `operator:${key}` });
    return true;
  } catch (error) {
    if (error instanceof Refused && WRONG_KEY.includes(error.code)) return false;
    throw error;
  }
}

/** Events after a sequence; waits for news. */
export function readEvents(
  body: { readonly afterSequence: number; readonly waitMs?: number },
  signal: AbortSignal,
): Promise<EventsAnswer> {
  return askOperator('/operator/events', body, { limitMs: (body.waitMs ?? 0) + 10_000, signal });
}

/** How the lines stand. */
export function readLines(): Promise<{ readonly lines: readonly LineView[] }> {
  return askOperator('/operator/lines', {});
}

/** Spoil a line or heal it. */
export function setLine(change: LineChange): Promise<LineView> {
  return askOperator('/operator/set-line', change);
}

/** How the services stand. */
export function readServices(): Promise<{ readonly services: readonly ServiceView[] }> {
  return askOperator('/operator/services', {});
}

/** End a service where it stands. */
export function killService(service: ServiceName): Promise<ServiceView> {
  return askOperator('/operator/kill', { service });
}

/** Build a service anew. */
export function restartService(service: ServiceName): Promise<ServiceView> {
  return askOperator('/operator/restart', { service }, { limitMs: 30_000 });
}

/** The world's time. */
export function readClock(): Promise<ClockView> {
  return askOperator('/operator/clock', {});
}

/** Move the clock on. */
export function moveClock(byMs: number): Promise<ClockView> {
  return askOperator('/operator/move-clock', { byMs });
}

/** The cheats that can be played. */
export function listCheats(): Promise<{ readonly cheats: readonly CheatView[] }> {
  return askOperator('/operator/cheats', {});
}

/** Play one. */
export function runCheat(name: string): Promise<CheatPlayed> {
  return askOperator('/operator/run-cheat', { name }, { limitMs: CHEAT_LIMIT_MS });
}

/** The sum of the whole ledger. */
export function readTrialBalance() {
  return call<typeof issuer.trialBalance>('/issuer/trial-balance', {});
}

/** What the network has under way. */
export function readNetworkStatus() {
  return call<typeof network.status>('/network/status', {});
}
