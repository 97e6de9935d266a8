/** The till's payments as the terminal has them, looked at again and again while the page is seen. */
import { useWatched } from '../kit/use-watched.ts';
import type { PaymentLine, TillApi } from './api.ts';

/** The payments, newest first; undefined until they are known. */
export type JournalState = {
  readonly payments: readonly PaymentLine[] | undefined;
  readonly isOffline: boolean;
  readonly refresh: () => void;
};

const CALM_MS = 3_000;

/** Follow the journal: more often while something is being taken back. */
export function useJournal(api: TillApi): JournalState {
  const { view, isLost, refresh } = useWatched(api.payments, isMoving, CALM_MS);
  return { payments: view, isOffline: isLost, refresh };
}

function isMoving(payments: readonly PaymentLine[]): boolean {
  return payments.some(({ state }) => state === 'reversing' || state === 'pending');
}
