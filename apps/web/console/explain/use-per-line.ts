/** How many bytes stand in a line: sixteen where the pane has room for them, else eight. */
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** Offset gutter and the pane's own margins, and one cell, in rem. */
const BESIDE = 5;
const CELL = 1.5;

/** The pane to be measured, and what fits. */
export function usePerLine(): {
  readonly pane: RefObject<HTMLElement | null>;
  readonly perLine: 8 | 16;
} {
  const pane = useRef<HTMLElement>(null);
  const [perLine, setPerLine] = useState<8 | 16>(16);
  useLayoutEffect(() => {
    const element = pane.current;
    if (element === null) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setPerLine(element.clientWidth >= (16 * CELL + BESIDE) * rem ? 16 : 8);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { pane, perLine };
}
