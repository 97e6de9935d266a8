/** How the gate stands and its last taps, looked at again and again while the page is seen. */
import { useCallback } from 'react';
import { useWatched } from '../kit/use-watched.ts';
import type { GateApi, GateView, TapLine } from './api.ts';

/** What is known; undefined until it is. */
export type Watched = {
  readonly view: GateView | undefined;
  readonly taps: readonly TapLine[] | undefined;
  /** The gate does not answer. */
  readonly isLost: boolean;
  /** Look now, since something has happened. */
  readonly refresh: () => void;
};

const CALM_MS = 2_000;

/** Follow a gate: more often while records are on their way. */
export function useWatch(api: GateApi): Watched {
  const look = useCallback(async () => {
    const [stands, taps] = await Promise.all([api.state(), api.taps()]);
    return { stands, taps };
  }, [api]);
  const { view, ...rest } = useWatched(look, isUploading, CALM_MS);
  return { view: view?.stands, taps: view?.taps, ...rest };
}

function isUploading({ stands }: { readonly stands: GateView }): boolean {
  return !stands.settings.isOffline && stands.heldUpTo < stands.records;
}
