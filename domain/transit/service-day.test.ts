import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { localTime } from '../time.ts';
import { demoPolicy } from './policy.ts';
import { at } from './rides.fixture.ts';
import {
  dayName,
  dayNumber,
  dayOfName,
  dayStartMs,
  monthName,
  monthNumber,
} from './service-day.ts';

const startMs = demoPolicy.serviceDayStartMs;

test('a service day begins at 04:30 and ends at 04:29:59 of the next date', () => {
  equal(dayName(dayNumber(at(2, '04:29:59'), startMs)), '2026-03-01');
  equal(dayName(dayNumber(at(2, '04:30:00'), startMs)), '2026-03-02');
  equal(dayName(dayNumber(at(3, '04:29:59'), startMs)), '2026-03-02');
  equal(dayStartMs(dayOfName('2026-03-02'), startMs), at(2, '04:30'));
});

test('a month begins at local midnight', () => {
  equal(monthName(monthNumber(at(31, '23:59:59'))), '2026-03');
  equal(monthName(monthNumber(at(32, '00:00:00'))), '2026-04');
});

test('dates are those of the calendar, leap days and all', () => {
  const instants = fc.integer({ min: Date.UTC(1999, 0), max: Date.UTC(2110, 0) });
  fc.assert(
    fc.property(instants, (atMs) => {
      const { isoDate } = localTime(atMs);
      const day = dayNumber(atMs, 0);
      equal(dayName(day), isoDate);
      equal(dayOfName(isoDate), day);
      equal(monthName(monthNumber(atMs)), isoDate.slice(0, 7));
    }),
  );
});
