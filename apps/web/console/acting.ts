/** One act at a time: a button that waits for its answer, and what went wrong in words. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { useMeaning } from './meaning.ts';

/** What a pane needs of its acts. `run` does nothing while one is under way. */
export type Acting = {
  readonly busy: boolean;
  readonly wrong: string | undefined;
  readonly run: (act: () => Promise<unknown>) => Promise<void>;
};

/** Runs acts and keeps what went wrong with the last one. */
export function useActing(): Acting {
  const { t } = useTranslation();
  const meaning = useMeaning();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const run = async (act: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    try {
      await act();
      setWrong(undefined);
    } catch (error) {
      if (error instanceof ConnectionLost) setWrong(t('shell.notDone'));
      else if (error instanceof Refused) setWrong(meaning(error.code) ?? error.code);
      else throw error;
    } finally {
      setBusy(false);
    }
  };
  return { busy, wrong, run };
}
