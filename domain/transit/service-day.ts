/**
 * Service days and months by arithmetic alone: a service day begins some hours after local midnight, so that the last
 * train belongs to the day on which it left. China has one local time, eight hours ahead of universal.
 * @see docs/specs.md, transit sheet, sections 1.2 and 6.3
 */
import type { InstantMs } from '../ports.ts';

/** A service day, named by the local date on which it begins: YYYY-MM-DD. */
export type ServiceDay = string;

/** A calendar month, YYYY-MM. */
export type Month = string;

const AHEAD_MS = 8 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The running number of the service day of an instant, counted from that of 1970-01-01. */
export function dayNumber(atMs: InstantMs, serviceDayStartMs: number): number {
  return Math.floor((atMs + AHEAD_MS - serviceDayStartMs) / DAY_MS);
}

/** The name of the service day with a number. */
export function dayName(day: number): ServiceDay {
  const { year, month, dayOfMonth } = civil(day);
  return `${year}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

/** The instant at which the service day with a number begins. */
export function dayStartMs(day: number, serviceDayStartMs: number): InstantMs {
  return day * DAY_MS + serviceDayStartMs - AHEAD_MS;
}

/** The number of the service day with a name, which `dayName` wrote. */
export function dayOfName(name: ServiceDay): number {
  const year = Number(name.slice(0, 4));
  const month = Number(name.slice(5, 7));
  return daysBefore(year, month) + Number(name.slice(8, 10)) - 1;
}

/** The running number of the calendar month of an instant, by local midnight: year times twelve plus month from zero. */
export function monthNumber(atMs: InstantMs): number {
  const { year, month } = civil(Math.floor((atMs + AHEAD_MS) / DAY_MS));
  return year * 12 + month - 1;
}

/** The name of the month with a number. */
export function monthName(month: number): Month {
  return `${Math.floor(month / 12)}-${twoDigits((month % 12) + 1)}`;
}

/**
 * The date of a day number. Years are counted from March, so that the leap day is a year's last and months need
 * no table: 153 days make five months from then on.
 */
function civil(day: number): { year: number; month: number; dayOfMonth: number } {
  const sinceMarch = day + DAYS_FROM_MARCH_0000;
  const era = Math.floor(sinceMarch / DAYS_OF_400_YEARS);
  const dayOfEra = sinceMarch - era * DAYS_OF_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth };
}

/** Days from 1970-01-01 to the first of a month. */
function daysBefore(year: number, month: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const fromMarch = month <= 2 ? month + 9 : month - 3;
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * fromMarch + 2) / 5);
  return 365 * marchYear + leapDays + dayOfYear - DAYS_FROM_MARCH_0000;
}

/** From 0000-03-01 to 1970-01-01. */
const DAYS_FROM_MARCH_0000 = 719_468;
const DAYS_OF_400_YEARS = 146_097;

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
