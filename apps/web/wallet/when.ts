/** Times as the phone writes them: today and yesterday by name, in columns short, in headings the month. */
import type { TFunction } from 'i18next';

/** `Today 09:41`, `20 Nov 14:02`; in Chinese `今天 09:41`, `11-22 14:02`. */
export function whenText(t: TFunction, language: string, atMs: number, nowMs: number): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(
    atMs,
  );
  const days = daysBetween(atMs, nowMs);
  if (days === 0) return `${t('history.today')} ${time}`;
  if (days === 1) return `${t('history.yesterday')} ${time}`;
  return `${dayText(language, atMs)} ${time}`;
}

/** The same within a sentence: `today 09:41`. */
export function whenWithin(t: TFunction, language: string, atMs: number, nowMs: number): string {
  const when = whenText(t, language, atMs, nowMs);
  return when.charAt(0).toLowerCase() + when.slice(1);
}

/** The name of a month; with its year unless it is this one. */
export function monthText(language: string, atMs: number, nowMs: number): string {
  const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  if (language === 'zh-CN') {
    const day = new Date(atMs);
    return `${isThisYear ? '' : `${day.getFullYear()}年`}${day.getMonth() + 1}月`;
  }
  return new Intl.DateTimeFormat('en-GB', {
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(atMs);
}

function dayText(language: string, atMs: number): string {
  if (language !== 'zh-CN') {
    return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(atMs);
  }
  const day = new Date(atMs);
  return `${pair(day.getMonth() + 1)}-${pair(day.getDate())}`;
}

function pair(value: number): string {
  return String(value).padStart(2, '0');
}

function daysBetween(atMs: number, nowMs: number): number {
  const dayOf = (ms: number) => {
    const day = new Date(ms);
    return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()) / 86_400_000;
  };
  return dayOf(nowMs) - dayOf(atMs);
}
