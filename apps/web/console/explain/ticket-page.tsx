/**
 * One tap for whoever brings a ticket: the phone's or the terminal's page opens this one and hands it over by message.
 * The ticket is kept in this tab alone, so that loading again shows the tap again.
 */
import type { JourneyEvent } from '@octavo/lib/journey/event.ts';
import { groupJourneys } from '@octavo/lib/journey/group.ts';
import type { Journey } from '@octavo/lib/journey/head.ts';
import { Ticket, WifiOff } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, ConnectionLost, Refused } from '../../kit/ask.ts';
import { siteOrigin } from '../../kit/here.ts';
import { Control } from '../frame.tsx';
import { Waiting } from '../shell/waiting.tsx';
import { ExplainView } from './explain-view.tsx';
import './taps.css';

type Read =
  | { readonly state: 'waiting' }
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly journey: Journey }
  | { readonly state: 'gone' }
  | { readonly state: 'lost' };

const KEPT = 'octavo.ticket';

/** The page of a ticket. */
export function TicketPage() {
  const { t } = useTranslation();
  const [read, setRead] = useState<Read>({ state: 'waiting' });
  const open = useCallback((ticket: string) => {
    setRead({ state: 'reading' });
    void readTicket(ticket).then(setRead);
  }, []);
  useEffect(() => {
    const kept = sessionStorage.getItem(KEPT);
    if (kept !== null) open(kept);
    return awaitTicket((ticket) => {
      sessionStorage.setItem(KEPT, ticket);
      open(ticket);
    });
  }, [open]);
  if (read.state === 'read') return <ExplainView journey={read.journey} />;
  if (read.state === 'reading') return <Waiting />;
  const kept = sessionStorage.getItem(KEPT);
  return (
    <>
      <div className="page-head">
        <h1 className="title">{t('explain.title')}</h1>
      </div>
      <section className="c-pane empty" aria-live="polite">
        {read.state === 'lost' ? (
          <>
            <WifiOff size={22} strokeWidth={1.75} aria-hidden />
            <p>{t('explain.ticketLost')}</p>
            {kept === null ? null : (
              <Control onPress={() => open(kept)}>{t('explain.again')}</Control>
            )}
          </>
        ) : (
          <>
            <Ticket size={22} strokeWidth={1.75} aria-hidden />
            <p>{t(read.state === 'gone' ? 'explain.ticketGone' : 'explain.ticketAwaited')}</p>
          </>
        )}
      </section>
    </>
  );
}

/** Say that we are ready, and hear of a ticket from the phone's page or the terminal's and from nobody else. */
function awaitTicket(onTicket: (ticket: string) => void): () => void {
  const givers = [siteOrigin('wallet'), siteOrigin('terminal')];
  const hear = ({ origin, data }: MessageEvent<unknown>) => {
    if (!givers.includes(origin) || typeof data !== 'object' || data === null) return;
    const { kind, ticket } = data as { kind?: unknown; ticket?: unknown };
    if (kind === 'ticket' && typeof ticket === 'string' && /^[0-9A-F]{32}$/.test(ticket)) {
      onTicket(ticket);
    }
  };
  window.addEventListener('message', hear);
  const opener = window.opener as Window | null;
  for (const origin of givers) opener?.postMessage({ kind: 'tap-ready' }, origin);
  return () => window.removeEventListener('message', hear);
}

async function readTicket(ticket: string): Promise<Read> {
  try {
    const { retrievalReference, events } = await ask<{
      readonly retrievalReference: string;
      readonly events: readonly JourneyEvent[];
    }>('/ticket/read', { ticket });
    const journeys = groupJourneys(events);
    const own = journeys.find((one) => one.retrievalReference === retrievalReference);
    const journey = own ?? journeys[0];
    return journey === undefined ? { state: 'gone' } : { state: 'read', journey };
  } catch (error) {
    if (error instanceof ConnectionLost) return { state: 'lost' };
    if (error instanceof Refused) return { state: 'gone' };
    throw error;
  }
}
