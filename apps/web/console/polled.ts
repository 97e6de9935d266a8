/** What is asked for again and again while a page is open. */
import { useEffect, useState } from 'react';
import { ConnectionLost, Refused } from '../kit/ask.ts';

/** The newest answer; undefined before the first, and while nobody answers. `again` asks at once. */
export type Polled<Answer> = {
  readonly answer: Answer | undefined;
  /** It was asked for, and nobody answered. */
  readonly isLost: boolean;
  readonly again: () => void;
};

/** Ask every so many milliseconds, and whenever `news` changes. `read` is to be the same function every time. */
export function usePolled<Answer>(
  read: () => Promise<Answer>,
  everyMs: number,
  news?: unknown,
): Polled<Answer> {
  const [state, setState] = useState<{ answer: Answer | undefined; isLost: boolean }>({
    answer: undefined,
    isLost: false,
  });
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: news and a pressed button ask again
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const round = async () => {
      const answer = await answerOrNone(read);
      if (isOver) return;
      setState({ answer, isLost: answer === undefined });
      timer = setTimeout(round, everyMs);
    };
    void round();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [read, everyMs, news, asked]);
  return { ...state, again: () => setAsked((times) => times + 1) };
}

async function answerOrNone<Answer>(read: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ConnectionLost || error instanceof Refused) return undefined;
    throw error;
  }
}
