/** How the gate stands and its last taps, looked at again and again while the page is seen. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ConnectionLost, Refused } from '../kit/ask.ts';
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
/** While records are on their way. */
const EAGER_MS = 700;

/** Follow a gate. */
export function useWatch(api: GateApi): Watched {
  const [view, setView] = useState<GateView>();
  const [taps, setTaps] = useState<readonly TapLine[]>();
  const [isLost, setIsLost] = useState(false);
  const look = useRef<() => void>(() => {});
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let round = 0;
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      round += 1;
      const own = round;
      let pauseMs = CALM_MS;
      try {
        if (document.visibilityState === 'visible') {
          const [stands, lines] = await Promise.all([api.state(), api.taps()]);
          if (isOver || own !== round) return;
          setView(stands);
          setTaps(lines);
          setIsLost(false);
          const isMoving = !stands.settings.isOffline && stands.heldUpTo < stands.records;
          if (isMoving) pauseMs = EAGER_MS;
        }
      } catch (error) {
        if (!(error instanceof ConnectionLost) && !(error instanceof Refused)) throw error;
        if (isOver || own !== round) return;
        setIsLost(error instanceof ConnectionLost);
      }
      timer = setTimeout(run, pauseMs);
    };
    look.current = () => void run();
    void run();
    const onSeen = () => look.current();
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [api]);
  const refresh = useCallback(() => look.current(), []);
  return { view, taps, isLost, refresh };
}
