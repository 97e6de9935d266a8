/** What a service says, asked again and again while the page is seen. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ConnectionLost, Refused } from './ask.ts';

/** What is known; undefined until it is. */
export type Watched<View> = {
  readonly view: View | undefined;
  /** The service does not answer. */
  readonly isLost: boolean;
  /** Look now, since something has happened. */
  readonly refresh: () => void;
};

const EAGER_MS = 700;

/**
 * Look now and every `calmMs`; while `isMoving` says so of what was seen, more often. Both functions have to stay the
 * same as long as what they look at does.
 */
export function useWatched<View>(
  look: () => Promise<View>,
  isMoving: (view: View) => boolean,
  calmMs: number,
): Watched<View> {
  const [view, setView] = useState<View>();
  const [isLost, setIsLost] = useState(false);
  const lookNow = useRef<() => void>(() => {});
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let round = 0;
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      round += 1;
      const own = round;
      let pauseMs = calmMs;
      try {
        if (document.visibilityState === 'visible') {
          const found = await look();
          if (isOver || own !== round) return;
          setView((before) => (isSame(before, found) ? before : found));
          setIsLost(false);
          if (isMoving(found)) pauseMs = EAGER_MS;
        }
      } catch (error) {
        if (!(error instanceof ConnectionLost) && !(error instanceof Refused)) throw error;
        if (isOver || own !== round) return;
        setIsLost(error instanceof ConnectionLost);
      }
      timer = setTimeout(run, pauseMs);
    };
    lookNow.current = () => void run();
    void run();
    const onSeen = () => lookNow.current();
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [look, isMoving, calmMs]);
  const refresh = useCallback(() => lookNow.current(), []);
  return { view, isLost, refresh };
}

/** An unchanged answer draws nothing anew. */
function isSame(before: unknown, found: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(found);
}
