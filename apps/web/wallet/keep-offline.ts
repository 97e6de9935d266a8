/** Starts the service worker that keeps the page, and tells it what was loaded before it began to listen. */
import { ownScript } from '../kit/script-policy.ts';

/** What the page tells its service worker: assets to keep. */
export type ToKeep = { readonly kind: 'keep'; readonly paths: readonly string[] };

/** Keep the page for the time without a connection. Browsers without service workers go on without. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.register(ownScript('/sw.js'));
  void navigator.serviceWorker.ready.then(({ active }) => {
    const paths = performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name))
      .filter(
        ({ origin, pathname }) => origin === location.origin && pathname.startsWith('/assets/'),
      )
      .map(({ pathname }) => pathname);
    active?.postMessage({ kind: 'keep', paths: ['/', ...paths] } satisfies ToKeep);
  });
}
