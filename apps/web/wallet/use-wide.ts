/** Whether there is room beside the phone. */
import { useSyncExternalStore } from 'react';

const wide = matchMedia('(min-width: 67.5rem)');

/** True on a wide window, where the bank's messages stand beside the phone. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (hear) => {
      wide.addEventListener('change', hear);
      return () => wide.removeEventListener('change', hear);
    },
    () => wide.matches,
  );
}
