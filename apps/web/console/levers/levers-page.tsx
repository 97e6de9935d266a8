/** Levers: what may be done to the running world, and what follows. */
import { useTranslation } from 'react-i18next';
import { useTold } from '../events.ts';
import { Page } from '../frame.tsx';
import { Link, pathOf } from '../route.tsx';
import { ClockPane } from './clock-pane.tsx';
import { Follows } from './follows.tsx';
import { LinesPane } from './lines-pane.tsx';
import { ServicesPane } from './services-pane.tsx';
import './levers.css';

/** The page. */
export function LeversPage() {
  const { t } = useTranslation();
  const { events } = useTold();
  const newest = (types: RegExp) => events.findLast(({ type }) => types.test(type))?.sequence ?? 0;
  return (
    <Page
      title={t('levers.title')}
      acts={
        <Link to={pathOf.bank} className="control control-quiet">
          {t('levers.scripted')}
        </Link>
      }
    >
      <div className="levers-room">
        <div className="levers">
          <div className="levers-pulled">
            <LinesPane news={newest(/^(lever\.(line|frame)|iso8583)$/)} />
            <div className="levers-pair">
              <ServicesPane news={newest(/^lever\.service$/)} />
              <ClockPane />
            </div>
          </div>
          <Follows />
        </div>
      </div>
    </Page>
  );
}
