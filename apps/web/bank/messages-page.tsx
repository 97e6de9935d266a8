/** The messages of a number: a frame in the wallet's page, or a page of its own. */
import { ArrowUpRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isFramed, useToldHeight, useToldNumber, useToldUnread } from './frame.ts';
import { Inbox } from './inbox.tsx';
import { currentMobile, keepCurrent, keptSims } from './sims.ts';
import { OfflineLine, TroubleLine } from './trouble.tsx';
import { useInbox, useUnread } from './use-inbox.ts';
import { type Found, useSim } from './use-sim.ts';

/** The page. In a frame the wallet tells the number; by itself it shows the number that was used last. */
export function MessagesPage() {
  const { t } = useTranslation();
  const told = useToldNumber();
  const mobile = isFramed ? told : (currentMobile() ?? keptSims()[0]?.mobile);
  const { found, lose } = useSim(mobile);
  const sim = found.kind === 'open' ? found.sim : undefined;
  const { answer: messages, trouble } = useInbox(sim);
  const list = useRef<HTMLElement>(null);
  useToldHeight();
  useToldUnread(useUnread(sim, messages, list));
  useEffect(() => {
    // The app in its own tab then opens with the number that signs in here.
    if (sim !== undefined) keepCurrent(sim.mobile);
  }, [sim]);
  useEffect(() => {
    if (sim !== undefined && trouble === 'inbox.closed') lose(sim);
  }, [sim, trouble, lose]);
  return (
    <main className="messages-page" ref={list}>
      <h1 className={isFramed ? 'unseen' : 'heading'}>{t('messages.title')}</h1>
      {trouble === 'offline' ? <OfflineLine /> : null}
      <State found={found} />
      {sim === undefined ? null : <Inbox messages={messages} />}
      <a className="to-bank small" href="/" target="_blank" rel="noopener">
        {t('messages.toBank')}
        <ArrowUpRight size={16} strokeWidth={1.75} aria-hidden />
      </a>
    </main>
  );
}

function State({ found }: { readonly found: Found }) {
  const { t } = useTranslation();
  if (found.kind === 'none') return <p className="small third">{t('messages.waiting')}</p>;
  if (found.kind !== 'closed') return null;
  if (found.why === 'offline') return <OfflineLine />;
  if (found.why !== 'inbox.taken') return <TroubleLine code={found.why} />;
  return (
    <p className="small second" role="status">
      {isFramed ? t('messages.taken') : t('messages.takenHere')}
    </p>
  );
}
