/** The deny list: its version, how old it is, and what came and went, with why. */
import { Minus, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type Asked, Shown } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { AccountLink } from './account-name.tsx';
import type { DenyList } from './api.ts';
import { useAgoWords, useListingWords, useSpanWords } from './words-of.ts';

/** How many changes are listed. */
const MOST = 12;

/** The pane. */
export function DenyListPane({
  asked,
  nowMs,
}: {
  readonly asked: Asked<DenyList>;
  readonly nowMs: number;
}) {
  const { t } = useTranslation();
  const span = useSpanWords();
  return (
    <Pane
      title={t('transit.denyList')}
      end={
        asked.answer?.publishedAtMs === undefined ? undefined : (
          <span>{t('transit.old', { span: span(nowMs - asked.answer.publishedAtMs) })}</span>
        )
      }
    >
      <Shown asked={asked} shape={220}>
        {({ epoch, version, entries, changes }) => (
          <>
            <p className="second transit-list-head">
              {t('transit.listLine', { epoch, version, entries })}
            </p>
            {changes.length === 0 ? (
              <p className="third">{t('transit.noChanges')}</p>
            ) : (
              <Changes changes={changes.slice(0, MOST)} nowMs={nowMs} />
            )}
          </>
        )}
      </Shown>
    </Pane>
  );
}

function Changes({
  changes,
  nowMs,
}: {
  readonly changes: DenyList['changes'];
  readonly nowMs: number;
}) {
  const { t } = useTranslation();
  const ago = useAgoWords();
  const why = useListingWords();
  return (
    <ul className="transit-lines" aria-label={t('transit.lastChanges')}>
      {changes.map(({ version, entry, change, reason, accountId, atMs }) => {
        const isAdded = change === 'add';
        const Icon = isAdded ? Plus : Minus;
        return (
          <li key={`${version} ${entry} ${change}`} className="transit-line">
            <Icon
              size={16}
              strokeWidth={2.4}
              className={isAdded ? 'transit-zhu' : 'transit-qing'}
              aria-label={isAdded ? t('transit.added') : t('transit.removed')}
              role="img"
            />
            <span className="transit-line-body">
              <span>{why(reason, change)}</span>
              <span className="transit-line-under third">
                <span className="mono">{entry.slice(0, 12)}</span>
                {accountId === undefined ? null : <AccountLink accountId={accountId} />}
              </span>
            </span>
            <span className="second transit-when">
              {ago(nowMs - atMs)}
              <span className="third transit-under">{t('transit.versionOf', { version })}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
