/** The bank's page as a frame in the wallet's: it hears a number from there, and tells its height and what is unread. */
import { useEffect, useSyncExternalStore } from 'react';
import { siteOrigin } from '../kit/here.ts';
import { tellTheme } from '../kit/theme.ts';
import type { FromInbox, ToInbox } from './messages.ts';
import { isMobile } from './text.ts';

/** Whether another page holds this one. */
export const isFramed = window.parent !== window;

let told: string | undefined;
const hearers = new Set<() => void>();

/** Hear of a number and of the theme from the wallet's page that holds this frame, and from nobody else. */
export function listenToPage(): void {
  window.addEventListener('message', ({ origin, source, data }: MessageEvent<ToInbox>) => {
    if (!isFramed || source !== window.parent || origin !== siteOrigin('wallet')) return;
    if (data?.kind === 'theme') return tellTheme(data.theme);
    if (data?.kind !== 'number' || typeof data.mobile !== 'string') return;
    told = isMobile(data.mobile) ? data.mobile : undefined;
    for (const hear of hearers) hear();
  });
}

/** The number that the wallet's page told last; undefined before it did, and when it was none. */
export function useToldNumber(): string | undefined {
  return useSyncExternalStore(
    (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    () => told,
  );
}

/** Tell the page that holds this frame how tall the content is, whenever that changes. */
export function useToldHeight(): void {
  useEffect(() => {
    const root = document.getElementById('root');
    if (!isFramed || root === null) return;
    const size = new ResizeObserver(() =>
      tell({ kind: 'height', px: Math.ceil(root.getBoundingClientRect().height) }),
    );
    size.observe(root);
    return () => size.disconnect();
  }, []);
}

/** Tell the page that holds this frame how many messages are unread. */
export function useToldUnread(count: number): void {
  useEffect(() => tell({ kind: 'unread', count }), [count]);
}

function tell(message: FromInbox): void {
  if (isFramed) window.parent.postMessage(message, siteOrigin('wallet'));
}
