/** Focus for an input that was asked for just now: by a button that stood in its place, or by a page that asks nothing else. */
import { type RefObject, useEffect, useRef } from 'react';

/** A ref whose element has the focus once it is drawn. */
export function useFocusAtOnce<Element extends HTMLElement>(): RefObject<Element | null> {
  const element = useRef<Element>(null);
  useEffect(() => element.current?.focus(), []);
  return element;
}
