/** Service days, months and the city's local time, as the pages of transit write them. */
import { localTime } from '@octavo/domain/time.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import { dayName, dayNumber, dayOfName } from '@octavo/domain/transit/service-day.ts';

const { serviceDayStartMs } = demoPolicy;

/** The service day of an instant. */
export function serviceDayOf(atMs: number): string {
  return dayName(dayNumber(atMs, serviceDayStartMs));
}

/** The service day so many days before or after one. */
export function dayBeside(day: string, by: number): string {
  return dayName(dayOfName(day) + by);
}

/** The month so many months before or after one. */
export function monthBeside(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = year * 12 + number - 1 + by;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}

/** The local hour at which service days begin: the first that a day's chart shows. */
export const FIRST_HOUR = Math.floor(serviceDayStartMs / 3_600_000);

/** The local hour of an instant. */
export function hourOf(atMs: number): number {
  return Number(localTime(atMs).time.slice(0, 2));
}

/** `08:52:07` in the city. */
export function clockText(atMs: number): string {
  const { time } = localTime(atMs);
  return `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
}

/** `11-22 08:52` in the city. */
export function cityMoment(atMs: number): string {
  return `${localTime(atMs).isoDate.slice(5)} ${clockText(atMs).slice(0, 5)}`;
}
