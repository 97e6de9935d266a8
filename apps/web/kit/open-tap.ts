/** Opens the console at one tap: a window of another origin, which gets a ticket for that tap once it listens. */
import { ConnectionLost, Refused } from './ask.ts';
import { siteOrigin } from './here.ts';

/** How it went. */
export type TapEnd = 'opened' | 'not_kept' | 'blocked' | 'offline';

/** How long the console may take to load before nobody listens for it any more. */
const LISTEN_MS = 120_000;

/** Get a ticket, open the window, and hand it over. */
export async function openTap(ticketFor: () => Promise<{ ticket: string }>): Promise<TapEnd> {
  try {
    const { ticket } = await ticketFor();
    const opened = window.open(`${siteOrigin('console')}/tap`);
    if (opened === null) return 'blocked';
    hand(opened, ticket);
    return 'opened';
  } catch (error) {
    if (error instanceof ConnectionLost) return 'offline';
    if (error instanceof Refused) return 'not_kept';
    throw error;
  }
}

function hand(opened: Window, ticket: string): void {
  const origin = siteOrigin('console');
  const stop = new AbortController();
  setTimeout(() => stop.abort(), LISTEN_MS);
  addEventListener(
    'message',
    (event: MessageEvent<{ kind?: unknown } | null>) => {
      const isConsole = event.origin === origin && event.source === opened;
      if (isConsole && event.data?.kind === 'tap-ready') {
        opened.postMessage({ kind: 'ticket', ticket }, origin);
      }
    },
    { signal: stop.signal },
  );
}
