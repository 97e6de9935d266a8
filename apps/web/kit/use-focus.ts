/** Moves the focus to a screen that has come, so that it is read and the keyboard goes on from there. */
import { type RefObject, useEffect, useRef } from 'react';

/** A ref for the heading that takes the focus when its screen appears. */
export function useFocusHere<Element extends HTMLElement>(): RefObject<Element | null> {
  const here = useRef<Element>(null);
  useEffect(() => here.current?.focus({ preventScroll: true }), []);
  return here;
}
