/**
 * Between the wallet's own windows: one that the bank's app opened, and the one that has the element already. The receipt
 * goes from the first to the second through this origin's own channel, in memory alone.
 */

type Said =
  | { readonly kind: 'who_has_it' }
  | { readonly kind: 'i_have' }
  | { readonly kind: 'receipt'; readonly receipt: string }
  | { readonly kind: 'taken' };

const NAME = 'octavo.push';
const ASK_MS = 500;

/** Answer other windows as the one that has the element, and take a receipt they bring. The answer ends it. */
export function takeFromOthers(onReceipt: (receipt: string) => void): () => void {
  const channel = new BroadcastChannel(NAME);
  const say = (said: Said) => channel.postMessage(said);
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.kind === 'who_has_it') say({ kind: 'i_have' });
    if (data.kind !== 'receipt') return;
    onReceipt(data.receipt);
    say({ kind: 'taken' });
  };
  return () => channel.close();
}

/**
 * Look for the window that has the element until it answers, then call `onFound` once with what brings it a receipt.
 * `onTaken` is called when it has one. The answer ends it.
 */
export function bringToOther(
  onFound: (bring: (receipt: string) => void) => void,
  onTaken: () => void,
): () => void {
  const channel = new BroadcastChannel(NAME);
  const say = (said: Said) => channel.postMessage(said);
  const asking = setInterval(() => say({ kind: 'who_has_it' }), ASK_MS);
  let isFound = false;
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.kind === 'taken') onTaken();
    if (data.kind !== 'i_have' || isFound) return;
    isFound = true;
    clearInterval(asking);
    onFound((receipt) => say({ kind: 'receipt', receipt }));
  };
  say({ kind: 'who_has_it' });
  return () => {
    clearInterval(asking);
    channel.close();
  };
}
