/**
 * Handing a card on to the wallet in a window of its own. The receipt is asked for when the wallet says that it listens,
 * and goes to the wallet's origin in that window and nowhere else: not into an address, not into storage.
 */
import { siteOrigin } from '../kit/here.ts';
import { type Receipt, troubleOf } from './api.ts';
import type { FromWallet, ToWallet } from './messages.ts';

/** How the handing on stands. */
export type PushState =
  | { readonly kind: 'idle' }
  /** The browser did not open the window. */
  | { readonly kind: 'blocked' }
  /** The window is open; the wallet does not listen yet. */
  | { readonly kind: 'open' }
  | { readonly kind: 'handed' }
  /** The window was closed before the card was handed on. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'refused'; readonly code: string };

/** How often it is looked whether the window is still there. */
const LOOK_MS = 500;

/** Open the wallet and hand on. Call it in the press itself, or the browser blocks the window. Returns how to end it. */
export function openWalletFor(
  receiptNow: () => Promise<Receipt>,
  onState: (state: PushState) => void,
): () => void {
  const origin = siteOrigin('wallet');
  const wallet = window.open(`${origin}/?push`);
  if (wallet === null) {
    onState({ kind: 'blocked' });
    return () => {};
  }
  let isHanded = false;
  const hear = (event: MessageEvent<FromWallet>) => {
    if (event.origin !== origin || event.source !== wallet) return;
    if (event.data?.kind !== 'push-ready') return;
    receiptNow().then(
      ({ receipt }) => {
        const told: ToWallet = { kind: 'push', receipt };
        wallet.postMessage(told, origin);
        isHanded = true;
        onState({ kind: 'handed' });
      },
      (error: unknown) => onState({ kind: 'refused', code: troubleOf(error) }),
    );
  };
  window.addEventListener('message', hear);
  const look = setInterval(() => {
    if (!wallet.closed) return;
    end();
    if (!isHanded) onState({ kind: 'closed' });
  }, LOOK_MS);
  onState({ kind: 'open' });
  return end;

  function end(): void {
    window.removeEventListener('message', hear);
    clearInterval(look);
  }
}
