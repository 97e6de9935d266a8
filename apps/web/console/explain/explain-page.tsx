/** One tap, byte by byte, as the operator finds it among the events that the world still keeps. */
import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useJourneys, useTold } from '../events.ts';
import { Page } from '../frame.tsx';
import { Link } from '../route.tsx';
import { Waiting } from '../shell/waiting.tsx';
import { ExplainView } from './explain-view.tsx';

/** The page of a tap. */
export function ExplainPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { state } = useTold();
  const journeys = useJourneys();
  const at = journeys.findIndex((journey) => journey.id === id);
  const journey = journeys[at];
  if (journey !== undefined) {
    const neighbours = { earlier: journeys[at + 1]?.id, later: journeys[at - 1]?.id };
    return <ExplainView key={id} journey={journey} neighbours={neighbours} />;
  }
  if (state === 'opening') return <Waiting />;
  return (
    <Page title={t('explain.title')}>
      <section className="c-pane empty">
        <ScrollText size={22} strokeWidth={1.75} aria-hidden />
        <p>{t('explain.notKept')}</p>
        <Link to="/taps" className="control control-soft">
          {t('explain.back')}
        </Link>
      </section>
    </Page>
  );
}
