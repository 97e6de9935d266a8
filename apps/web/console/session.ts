/** The operator key of this tab: typed once, kept as long as the tab is. */
import { useSyncExternalStore } from 'react';

const KEPT = 'octavo.operator';
const listeners = new Set<() => void>();

/** The key that was typed, as the world wants it; undefined before. */
export function operatorKey(): string | undefined {
  return sessionStorage.getItem(KEPT) ?? undefined;
}

/** Keep a key, or forget it. */
export function keepOperatorKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, key);
  for (const listener of listeners) listener();
}

/** The key, and the drawing anew when it changes. */
export function useOperatorKey(): string | undefined {
  return useSyncExternalStore(subscribe, operatorKey);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
