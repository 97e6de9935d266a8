/**
 * A card that the bank's app hands on: that app opened this window and answers `push-ready` with a receipt, once. The
 * receipt is kept in memory alone.
 */
import { useEffect, useState } from 'react';
import type { FromWallet, ToWallet } from '../bank/messages.ts';
import { siteOrigin } from '../kit/here.ts';

/** Whether this window was opened by a bank's app that has something to hand on. */
function isPushWindow(): boolean {
  return new URLSearchParams(location.search).has('push') && window.opener !== null;
}

/** The receipt that was handed on, once the wallet is ready for it; `done` forgets it. */
export function usePush(isReady: boolean) {
  const [receipt, setReceipt] = useState<string>();
  const isAwaited = isReady && isPushWindow();
  useEffect(() => {
    if (!isAwaited) return;
    const bank = siteOrigin('bank');
    const opener = window.opener as Window;
    const stop = new AbortController();
    addEventListener(
      'message',
      ({ origin, source, data }: MessageEvent<ToWallet>) => {
        if (origin !== bank || source !== opener || data?.kind !== 'push') return;
        stop.abort();
        setReceipt(data.receipt);
      },
      { signal: stop.signal },
    );
    opener.postMessage({ kind: 'push-ready' } satisfies FromWallet, bank);
    return () => stop.abort();
  }, [isAwaited]);
  return { receipt, done: () => setReceipt(undefined) };
}
