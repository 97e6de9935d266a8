/** What is written in the bank's pages: texts as they came, numbers in groups, times as a person says them. */
import type { Language } from '../kit/words.ts';

/** How many digits a mobile number has. */
const MOBILE_DIGITS = 11;

/** Whether a text is a mobile number of mainland China, which begins with 1. */
export function isMobile(digits: string): boolean {
  return digits.length === MOBILE_DIGITS && /^1\d+$/.test(digits);
}

/** The digits of what was typed, no more than a mobile number has; full-width ones count too. */
export function mobileDigits(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/^\s*\+\s*86/, '')
    .replaceAll(/\D/g, '')
    .slice(0, MOBILE_DIGITS);
}

/** A mobile number as it is said: `138 0000 0001`. */
export function mobileText(mobile: string): string {
  return `${mobile.slice(0, 3)} ${mobile.slice(3, 7)} ${mobile.slice(7)}`.trim();
}

/** A card number in groups of four. */
export function cardNumberText(pan: string): string {
  return pan.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
}

/** An expiry as a card shows it, month first, from YYMM. */
export function expiryText(expiry: string): string {
  return `${expiry.slice(2)}/${expiry.slice(0, 2)}`;
}

/** A text whose numbers stay with the Chinese around them: no line begins or ends between the two. */
export function withBoundNumbers(text: string): string {
  return text.replaceAll(/(?<=\p{Script=Han}) (?=\d)|(?<=\d) (?=\p{Script=Han})/gu, '\u00a0');
}

/** The one-time code in a text: six digits that stand alone. */
export function codeIn(text: string): string | undefined {
  return /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0];
}

/**
 * A text in one language: the bank writes both, one after the other. The sender in brackets before it goes, since it
 * stands above the text.
 */
export function textIn(text: string, language: Language): string {
  const [first = '', second, ...more] = text.split(' · ');
  const isBoth = second !== undefined && more.length === 0 && !hasHan(first) && hasHan(second);
  const chosen = isBoth ? (language === 'zh-CN' ? second : first) : text;
  return chosen.replace(/^(?:\[[^\]]*\]|【[^】]*】)\s*/, '');
}

function hasHan(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}

/** A time in a column: of today the hour, of yesterday the word, else the day. */
export function timeText(
  atMs: number,
  nowMs: number,
  language: Language,
  yesterday: string,
): string {
  const days = dayOf(nowMs) - dayOf(atMs);
  if (days === 0) return hourText(atMs);
  return days === 1 ? yesterday : dayText(atMs, language);
}

/** The hour and minute. */
export function hourText(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The day: `20 Nov`, or `11-20` in a Chinese column. */
export function dayText(atMs: number, language: Language): string {
  const at = new Date(atMs);
  if (language === 'zh-CN') return `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(at);
}

/** Lines of a book under their months, in the order in which they are given. */
export function byMonth<Line extends { readonly atMs: number }>(
  lines: readonly Line[],
  language: Language,
): readonly { readonly month: string; readonly lines: readonly Line[] }[] {
  const name = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    year: 'numeric',
    month: 'long',
  });
  const months = new Map<string, Line[]>();
  for (const line of lines) {
    const month = name.format(new Date(line.atMs));
    const before = months.get(month);
    if (before === undefined) months.set(month, [line]);
    else before.push(line);
  }
  return [...months].map(([month, of]) => ({ month, lines: of }));
}

/** Days since 1970 where the reader is. */
function dayOf(atMs: number): number {
  const at = new Date(atMs);
  return Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
