/** The time as a component draws it. */
import { useEffect, useState } from 'react';

const STEP_MS = 250;

/** Now, anew four times a second. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNowMs(Date.now()), STEP_MS);
    return () => clearInterval(tick);
  }, []);
  return nowMs;
}
