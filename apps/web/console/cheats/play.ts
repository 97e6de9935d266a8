/**
 * The cheats as they are played from this page: one after another, and none after one that passed. What came of them
 * outlives a visit to another page.
 */
import { useSyncExternalStore } from 'react';
import { type CheatPlayed, runCheat } from '../api.ts';
import { meet, type TroubleMet } from '../asked.tsx';

/** What came of a cheat: its play, or why it could not be played. */
export type CheatResult =
  | { readonly played: CheatPlayed; readonly atMs: number }
  | { readonly trouble: TroubleMet };

/** What is known now. */
export type Play = {
  /** By the cheat's name. */
  readonly results: Readonly<Record<string, CheatResult>>;
  /** The one that is played, and those that are still to come, in order. */
  readonly queue: readonly string[];
  /** Set by a cheat that came to something else than it must; nothing is played after it. */
  readonly stoppedBy: string | undefined;
};

let play: Play = { results: {}, queue: [], stoppedBy: undefined };
const listeners = new Set<() => void>();

/** What is known now; draws anew when it changes. */
export function usePlay(): Play {
  return useSyncExternalStore(subscribe, () => play);
}

/** Play these in order. While others are played nothing is added. */
export async function playCheats(names: readonly string[]): Promise<void> {
  if (play.queue.length > 0) return;
  const results = { ...play.results };
  for (const name of names) delete results[name];
  tell({ results, queue: names, stoppedBy: undefined });
  while (play.queue.length > 0) await playNext();
}

/** Let the one that is played come to its end, and play no other. */
export function stopCheats(): void {
  tell({ ...play, queue: play.queue.slice(0, 1) });
}

async function playNext(): Promise<void> {
  const [name] = play.queue;
  if (name === undefined) return;
  const result = await resultOf(name);
  const isPassed = 'played' in result && !result.played.asExpected;
  const isLost = 'trouble' in result;
  tell({
    results: { ...play.results, [name]: result },
    queue: isPassed || isLost ? [] : play.queue.slice(1),
    stoppedBy: isPassed ? name : play.stoppedBy,
  });
}

async function resultOf(name: string): Promise<CheatResult> {
  const { answer, trouble } = await meet(() => runCheat(name));
  if (answer !== undefined) return { played: answer, atMs: Date.now() };
  return { trouble: trouble as TroubleMet };
}

function tell(now: Play): void {
  play = now;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
