/**
 * A card that the bank's app hands on: that app opened this window and answers `push-ready` with a receipt, once. Where
 * another window has the element already, the receipt goes on to that one. It is kept in memory alone.
 */
import { useEffect, useState } from 'react';
import type { FromWallet, ToWallet } from '../bank/messages.ts';
import { siteOrigin } from '../kit/here.ts';
import { bringToOther, takeFromOthers } from './push-relay.ts';
import { goHome } from './route.ts';

/** Whether this window was opened by a bank's app that has something to hand on. */
function isPushWindow(): boolean {
  return new URLSearchParams(location.search).has('push') && window.opener !== null;
}

/**
 * The receipt that was handed on, once the wallet is ready for it; `done` forgets it. `isReady`: this window's element
 * can take a card; `isElsewhere`: another window has the element.
 */
export function usePush(isReady: boolean, isElsewhere: boolean) {
  const [receipt, setReceipt] = useState<string>();
  useEffect(() => {
    if (!isReady) return;
    const stopTaking = takeFromOthers((brought) => {
      goHome();
      setReceipt(brought);
    });
    const stopAsking = isPushWindow() ? askBank(setReceipt) : () => {};
    return () => {
      stopTaking();
      stopAsking();
    };
  }, [isReady]);
  useEffect(() => {
    if (!isElsewhere || !isPushWindow()) return;
    let stopAsking = () => {};
    const stopLooking = bringToOther(
      (bring) => {
        stopAsking = askBank(bring);
      },
      // This window has done its work; the bank's app says where to go on.
      () => window.close(),
    );
    return () => {
      stopLooking();
      stopAsking();
    };
  }, [isElsewhere]);
  return { receipt, done: () => setReceipt(undefined) };
}

/** Tell the bank's app that a receipt would be taken, and take it from that window and that origin alone. */
function askBank(onReceipt: (receipt: string) => void): () => void {
  const bank = siteOrigin('bank');
  const opener = window.opener as Window;
  const stop = new AbortController();
  addEventListener(
    'message',
    ({ origin, source, data }: MessageEvent<ToWallet>) => {
      if (origin !== bank || source !== opener || data?.kind !== 'push') return;
      stop.abort();
      onReceipt(data.receipt);
    },
    { signal: stop.signal },
  );
  opener.postMessage({ kind: 'push-ready' } satisfies FromWallet, bank);
  return () => stop.abort();
}
