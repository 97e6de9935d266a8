/** The next step of a cap or a ladder in words. */
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import type { ProgressView } from '../core/api.ts';

/** A rate as the language says it: what is taken off, or in Chinese the tenths that are paid. */
export function useRateWords(): (ratePercent: number) => string {
  const { t, i18n } = useTranslation();
  return (ratePercent) =>
    ratePercent === 100
      ? t('trips.fullPrice')
      : t('trips.rate', { rate: i18n.language === 'zh-CN' ? ratePercent / 10 : 100 - ratePercent });
}

/** What comes next. */
export function useNextWords(progress: ProgressView): string {
  const { t } = useTranslation();
  const rate = useRateWords();
  const { kind, spentMinor, nextAtMinor, ratePercent, ladder } = progress;
  const isThere = nextAtMinor === undefined || spentMinor >= nextAtMinor;
  const left = amountText(Math.max(0, (nextAtMinor ?? 0) - spentMinor));
  if (kind === 'day_cap') return isThere ? t('trips.capReached') : t('trips.capNext', { left });
  if (isThere) return t('trips.ladderTop', { rate: rate(ratePercent) });
  const next = ladder.find(({ fromMinor }) => fromMinor === nextAtMinor)?.ratePercent ?? 100;
  return next === 100
    ? t('trips.ladderEnds', { left, rate: rate(ratePercent) })
    : t('trips.ladderNext', { left, rate: rate(next) });
}
