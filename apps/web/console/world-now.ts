/** The time in the world, which its operator may have moved ahead of this machine's. */
import { useEffect, useState } from 'react';
import { readClock } from './api.ts';
import { useTold } from './events.ts';
import { usePolled } from './polled.ts';

/** The world's time, drawn anew so often; this machine's until the world has said. */
export function useWorldNow(everyMs: number): number {
  const ahead = useWorldAhead();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const { events } = useTold();
  const newestMs = events.at(-1)?.atMs ?? 0;
  return Math.max(nowMs + ahead, newestMs);
}

/** How far the world is ahead of the clock of this page. */
function useWorldAhead(): number {
  const { answer } = usePolled(readAhead, 60_000, useClockMoves());
  return answer ?? 0;
}

async function readAhead(): Promise<number> {
  const { nowMs } = await readClock();
  return nowMs - Date.now();
}

/** The clock as the world says it, asked again when somebody moves it. */
export function useClock(everyMs: number) {
  return usePolled(readClock, everyMs, useClockMoves());
}

function useClockMoves(): number {
  const { events } = useTold();
  return events.findLast(({ type }) => type === 'lever.clock')?.sequence ?? 0;
}
