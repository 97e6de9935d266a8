/** Live: every tap as it happens, and what they come to. */
import { Pause, Play, Radio, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useJourneys, useTold } from '../events.ts';
import { Control, Page } from '../frame.tsx';
import { useWorldNow } from '../world-now.ts';
import { Charts } from './charts.tsx';
import { DayFigures } from './day-figures.tsx';
import { TapTable } from './tap-table.tsx';
import './live.css';

/** The page. */
export function LivePage() {
  const { t } = useTranslation();
  const [isPaused, setPaused] = useState(false);
  const [wanted, setWanted] = useState('');
  const journeys = useJourneys();
  const nowMs = useWorldNow(10_000);
  return (
    <Page
      title={t('live.title')}
      beside={<ListeningTag isPaused={isPaused} />}
      acts={
        <>
          <SearchField value={wanted} onChange={setWanted} />
          <Control pressed={isPaused} onPress={() => setPaused(!isPaused)}>
            {isPaused ? (
              <Play size={16} strokeWidth={1.75} aria-hidden />
            ) : (
              <Pause size={16} strokeWidth={1.75} aria-hidden />
            )}
            {t('live.pause')}
          </Control>
        </>
      }
    >
      <div className="live">
        <div className="live-body">
          <DayFigures journeys={journeys} nowMs={nowMs} />
          <Charts journeys={journeys} nowMs={nowMs} />
          <TapTable journeys={journeys} isPaused={isPaused} wanted={wanted.trim()} />
        </div>
      </div>
    </Page>
  );
}

function ListeningTag({ isPaused }: { readonly isPaused: boolean }) {
  const { t } = useTranslation();
  const { state } = useTold();
  if (isPaused) return <span className="tag tag-amber">{t('live.paused')}</span>;
  if (state === 'lost') return <span className="tag tag-amber">{t('live.notListening')}</span>;
  return (
    <span className="tag tag-qing">
      <Radio size={14} strokeWidth={2} aria-hidden />
      {t('live.listening')}
    </span>
  );
}

/** The field that narrows the list; `/` puts the caret into it. */
function SearchField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <span className="live-search">
      <Search size={16} strokeWidth={1.75} aria-hidden />
      <input
        ref={input}
        type="search"
        value={value}
        placeholder={t('live.search')}
        aria-label={t('live.search')}
        onChange={(event) => onChange(event.target.value)}
      />
      <kbd aria-hidden>/</kbd>
    </span>
  );
}
