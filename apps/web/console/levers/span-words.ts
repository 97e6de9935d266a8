/** A span of time in words, without the parts that are zero. */
import { useTranslation } from 'react-i18next';
import { spanOf } from './moments.ts';

/** Gives the words of a span: `1 d 2 h`. */
export function useSpanWords(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const { days, hours, minutes } = spanOf(ms);
    const parts = [
      days > 0 ? t('levers.spanDays', { count: days }) : '',
      hours > 0 ? t('levers.spanHours', { count: hours }) : '',
      minutes > 0 || days + hours === 0 ? t('levers.spanMinutes', { count: minutes }) : '',
    ];
    return parts.filter((part) => part !== '').join(' ');
  };
}
