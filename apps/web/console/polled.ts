/** What is asked for again and again while a page is open, and at once when there is news. */
import { useEffect, useRef } from 'react';
import { type Asked, useAsked } from './asked.tsx';

/** The newest answer. While nobody answers there is none: an old number would look like a new one. */
export function usePolled<Answer>(
  read: () => Promise<Answer>,
  everyMs: number,
  news?: unknown,
): Pick<Asked<Answer>, 'answer' | 'again'> {
  const { answer, trouble, again } = useAsked(read, read.name, everyMs);
  const heard = useRef(news);
  useEffect(() => {
    if (heard.current === news) return;
    heard.current = news;
    again();
  }, [news, again]);
  return { answer: trouble === undefined ? answer : undefined, again };
}
