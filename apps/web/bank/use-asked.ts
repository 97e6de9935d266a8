/** What is asked again and again while the page is seen. */
import { useEffect, useRef, useState } from 'react';
import { troubleOf } from './api.ts';

/** The latest answer, and why there is none newer: `offline`, or a refusal's code. */
export type Asked<Answer> = {
  readonly answer: Answer | undefined;
  readonly trouble: string | undefined;
  /** Ask now, without waiting for the next turn. */
  readonly again: () => void;
};

/**
 * Ask at once and then at an interval while the page is seen. Another `key` begins anew; without one nothing is asked.
 * An answer that says the same as the last keeps the last, so that nothing is drawn for it.
 */
export function useAsked<Answer>(
  key: string | undefined,
  everyMs: number,
  ask: (before: Answer | undefined) => Promise<Answer>,
): Asked<Answer> {
  const [state, setState] = useState<{
    readonly key: string | undefined;
    readonly answer?: Answer | undefined;
    readonly trouble?: string | undefined;
  }>({ key });
  const asking = useRef(ask);
  asking.current = ask;
  const again = useRef(() => {});
  useEffect(() => {
    if (key === undefined) return;
    let isOver = false;
    let isAsking = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let latest: Answer | undefined;
    const turn = async () => {
      clearTimeout(timer);
      if (isAsking || isOver) return;
      if (document.visibilityState === 'visible') {
        isAsking = true;
        const next = await asking.current(latest).then(
          (answer) => ({ answer }),
          (error: unknown) => ({ trouble: troubleOf(error) }),
        );
        isAsking = false;
        if (isOver) return;
        if ('answer' in next && !isSame(next.answer, latest)) latest = next.answer;
        const trouble = 'trouble' in next ? next.trouble : undefined;
        setState((was) =>
          was.key === key && was.answer === latest && was.trouble === trouble
            ? was
            : { key, answer: latest, trouble },
        );
      }
      timer = setTimeout(turn, everyMs);
    };
    const seen = () => void turn();
    again.current = seen;
    document.addEventListener('visibilitychange', seen);
    void turn();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [key, everyMs]);
  const isCurrent = state.key === key;
  return {
    answer: isCurrent ? state.answer : undefined,
    trouble: isCurrent ? state.trouble : undefined,
    again: () => again.current(),
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
