/** Keys of the whole page, wherever the focus is. */
import { useEffect, useRef } from 'react';

/** Hear keys while `isOn`. What is typed into an input or a sheet is not for the page; nor is Enter on a button. */
export function useKeys(isOn: boolean, onKey: (key: string) => void): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    if (!isOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof HTMLElement ? event.target : document.body;
      // A sheet that Escape has just put away is gone from the page by now, and yet this key was its own.
      if (!target.isConnected || target.closest('input, select, textarea, dialog') !== null) return;
      if (event.key === 'Enter' && target.closest('button, a') !== null) return;
      latest.current(event.key);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [isOn]);
}
