/** Months and days as the back office names them. */

/** The month so many months before or after one, `2026-11`. */
export function monthBeside(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = year * 12 + number - 1 + by;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}

/** A service day in a list: `Thu 26 Nov`, in Chinese `11月26日`. */
export function dayText(day: string, language: string): string {
  const at = new Date(`${day}T12:00:00`);
  if (language === 'zh-CN') return `${at.getMonth() + 1}月${at.getDate()}日`;
  const format = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(at).replace(',', '');
}
