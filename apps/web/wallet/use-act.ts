/** One act at a time: whether it runs, and the words for what came of it when it did not work. */
import { useState } from 'react';
import { ConnectionLost, Refused } from '../kit/ask.ts';

/** How an act failed. */
export type Failure =
  | { readonly kind: 'offline' }
  | { readonly kind: 'refused'; readonly code: string };

/** Run acts; resolves to whether the act worked. */
export function useAct() {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const run = async (act: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
      return true;
    } catch (error) {
      if (error instanceof ConnectionLost) setFailure({ kind: 'offline' });
      else if (error instanceof Refused) setFailure({ kind: 'refused', code: error.code });
      else throw error;
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, run };
}
