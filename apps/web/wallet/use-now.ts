/** The time as a component draws it. */
import { useEffect, useState } from 'react';
import { worldNowMs } from '../kit/world-clock.ts';

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

/** How long until a moment of the world, anew four times a second; zero or less once it is past. */
export function useLeftMs(atMs: number): number {
  useNow();
  return atMs - worldNowMs();
}
