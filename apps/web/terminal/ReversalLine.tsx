/** Where the taking back of a payment stands. */

import { CircleCheck, History } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { worldNowMs } from '../kit/world-clock.ts';
import type { PaymentLine } from './api.ts';

/** Says that the reversal is on its way, or that it is confirmed. `told`: say first why it is taken back. */
export function ReversalLine({
  line,
  told = false,
}: {
  readonly line: PaymentLine | undefined;
  readonly told?: boolean;
}) {
  const { t } = useTranslation();
  const seconds = useSecondsUntil(line?.nextTryAtMs);
  if (line?.state === 'voided') {
    return (
      <p className="why-end" data-tone="qing" role="status">
        <CircleCheck size={18} strokeWidth={1.75} aria-hidden />
        {t('takenBackShort')} · {t('reversal.confirmed')}
      </p>
    );
  }
  if (line?.state === 'exception') return <p className="why-end">{t('reversal.exception')}</p>;
  const count = line?.attempts ?? 0;
  return (
    <div className="why-end" data-tone="amber" role="status">
      <History size={18} strokeWidth={1.75} aria-hidden />
      <div>
        {told ? <p>{t('reversal.heldUp')}</p> : null}
        <p>{t('reversal.waiting')}</p>
        {count === 0 ? null : (
          <p className="small tabular">
            {seconds === 0 ? t('reversal.now', { count }) : t('reversal.tried', { count, seconds })}
          </p>
        )}
      </div>
    </div>
  );
}

function useSecondsUntil(atMs: number | undefined): number {
  const [nowMs, setNowMs] = useState(worldNowMs);
  useEffect(() => {
    if (atMs === undefined) return;
    const timer = setInterval(() => setNowMs(worldNowMs()), 1_000);
    return () => clearInterval(timer);
  }, [atMs]);
  return atMs === undefined ? 0 : Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
}
