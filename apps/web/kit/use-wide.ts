/** Whether there is room for field and journal side by side. */
import { useSyncExternalStore } from 'react';

const wide = matchMedia('(min-width: 62rem)');

/** Whether the window is wide; follows it. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      wide.addEventListener('change', onChange);
      return () => wide.removeEventListener('change', onChange);
    },
    () => wide.matches,
  );
}
