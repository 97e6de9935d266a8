/** Records that cannot be believed: kept, named, and charged to nobody. */
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Pane } from '../frame.tsx';
import type { Forgery } from './api.ts';
import { useAgoWords, useForgeryWords } from './words-of.ts';

/** How many are listed. */
const MOST = 20;

/** The pane. */
export function Forgeries({
  forgeries,
  nowMs,
}: {
  readonly forgeries: readonly Forgery[];
  readonly nowMs: number;
}) {
  const { t } = useTranslation();
  const why = useForgeryWords();
  const ago = useAgoWords();
  return (
    <Pane
      title={t('transit.forgedRecords')}
      end={<span className="tabular">{forgeries.length}</span>}
    >
      {forgeries.length === 0 ? (
        <p className="transit-sure second">
          <ShieldCheck size={18} strokeWidth={1.75} aria-hidden />
          {t('transit.noForged')}
        </p>
      ) : (
        <ul className="transit-lines">
          {forgeries.slice(0, MOST).map(({ gateId, sequence, reason, atMs, digest }) => (
            <li key={digest} className="transit-line">
              <ShieldAlert size={18} strokeWidth={1.75} aria-hidden className="transit-zhu" />
              <span className="transit-line-body">
                <span>{why[reason]}</span>
                <span className="transit-line-under third">
                  <span className="mono">
                    {gateId}/{sequence ?? '?'}
                  </span>
                  <span className="mono">{digest.slice(0, 16)}</span>
                </span>
              </span>
              <span className="second">{ago(nowMs - atMs)}</span>
            </li>
          ))}
        </ul>
      )}
    </Pane>
  );
}
