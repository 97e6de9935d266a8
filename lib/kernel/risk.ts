/**
 * The terminal's own checks on the application: expiry and the exception list.
 * @see docs/specs.md, EMV contactless sheet, section 5, steps 9 and 10
 */

/**
 * Whether an expiry date lies before today, both YYMMDD. Two-digit years from 50 are of the last
 * century, as EMV reads them.
 */
export function isExpired(expiry: string, today: string): boolean {
  return withCentury(expiry) < withCentury(today);
}

/** Whether six digits are a date of the calendar; February is given 29 days in every year. */
export function isDate(digits: string): boolean {
  const month = Number(digits.slice(2, 4));
  const day = Number(digits.slice(4, 6));
  return day >= 1 && day <= (DAYS_IN_MONTH[month - 1] ?? 0);
}

const DAYS_IN_MONTH: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function withCentury(date: string): string {
  return (date.slice(0, 2) < '50' ? '20' : '19') + date;
}
