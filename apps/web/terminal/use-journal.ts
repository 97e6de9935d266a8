/** The till's payments as the terminal has them, looked at again and again while the page is seen. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import type { PaymentLine, TillApi } from './api.ts';

/** The payments, newest first; undefined until they are known. */
export type JournalState = {
  readonly payments: readonly PaymentLine[] | undefined;
  readonly isOffline: boolean;
  readonly refresh: () => void;
};

const CALM_MS = 3_000;
const EAGER_MS = 700;

/** Follow the journal. While something is being taken back, it is looked at more often. */
export function useJournal(api: TillApi): JournalState {
  const [payments, setPayments] = useState<readonly PaymentLine[]>();
  const [isOffline, setIsOffline] = useState(false);
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
          const found = await api.payments();
          if (isOver || own !== round) return;
          setPayments((before) => (isSame(before, found) ? before : found));
          setIsOffline(false);
          const isMoving = found.some(({ state }) => state === 'reversing' || state === 'pending');
          if (isMoving) pauseMs = EAGER_MS;
        }
      } catch (error) {
        if (!(error instanceof ConnectionLost) && !(error instanceof Refused)) throw error;
        if (isOver || own !== round) return;
        setIsOffline(error instanceof ConnectionLost);
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
  return { payments, isOffline, refresh };
}

function isSame(
  before: readonly PaymentLine[] | undefined,
  found: readonly PaymentLine[],
): boolean {
  return JSON.stringify(before) === JSON.stringify(found);
}
