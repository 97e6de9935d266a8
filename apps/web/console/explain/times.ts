/** Instants as the page writes them: China's time, the day before the clock. */
import { localTime } from '@octavo/domain/time.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `22 Nov 09:41:07`, and in Chinese `11-22 09:41:07`. */
export function dayAndClock(atMs: number, isChinese: boolean): string {
  const [, month = '', day = ''] = localTime(atMs).isoDate.split('-');
  const date = isChinese ? `${month}-${day}` : `${Number(day)} ${MONTHS[Number(month) - 1]}`;
  return `${date} ${clockText(atMs).slice(0, 8)}`;
}

/** `09:41:07.123`. */
export function clockText(atMs: number): string {
  const clock = localTime(atMs).time.replace(/^(..)(..)(..)$/, '$1:$2:$3');
  return `${clock}.${String(atMs % 1000).padStart(3, '0')}`;
}
