import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instantOfLocal, isExpired, localTime } from './time.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Any second of the years that cards can name. */
const instant = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2099, 11, 31) / 1000 })
  .map((seconds) => seconds * 1000);

test('local time is eight hours ahead of universal time', () => {
  // The local time of the worked switch message, ISO 8583 sheet, section 14: 22 November, 16:30:01
  deepEqual(localTime(Date.UTC(2026, 10, 22, 8, 30, 1)), {
    transmission: '1122163001',
    time: '163001',
    date: '1122',
    dateWithYear: '261122',
    isoDate: '2026-11-22',
    settlementDate: '1122',
  });
});

test('the local day ends at 16:00 universal time', () => {
  const midnight = Date.UTC(2026, 10, 22, 16);
  same(localTime(midnight - 1).isoDate, '2026-11-22');
  same(localTime(midnight - 1).time, '235959');
  same(localTime(midnight).isoDate, '2026-11-23');
  same(localTime(midnight).transmission, '1123000000');
});

test('the local year ends while it is still the old year in universal time', () => {
  const newYear = Date.UTC(2026, 11, 31, 16);
  deepEqual(
    [localTime(newYear - 1), localTime(newYear)].map(({ dateWithYear, isoDate }) => [
      dateWithYear,
      isoDate,
    ]),
    [
      ['261231', '2026-12-31'],
      ['270101', '2027-01-01'],
    ],
  );
});

test('messages from 23:00 on belong to the next settlement day', () => {
  const cutOver = at('2026-11-22', '23:00:00');
  same(localTime(cutOver - 1).settlementDate, '1122');
  same(localTime(cutOver).settlementDate, '1123');
  same(localTime(cutOver).date, '1122');
  same(localTime(at('2026-11-23', '00:00:00')).settlementDate, '1123');
});

test('the settlement day after the last of a month or a year is the first of the next', () => {
  same(localTime(at('2026-11-30', '23:30:00')).settlementDate, '1201');
  same(localTime(at('2026-12-31', '23:30:00')).settlementDate, '0101');
  same(localTime(at('2026-02-28', '23:30:00')).settlementDate, '0301');
  same(localTime(at('2028-02-28', '23:30:00')).settlementDate, '0229');
});

test('local time is what the time zone tables say of Shanghai', () => {
  const shanghai = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  fc.assert(
    fc.property(instant, (atMs) => {
      const [isoDate = '', clock = ''] = shanghai.format(atMs).split(' ');
      const [year = '', month = '', day = ''] = isoDate.split('-');
      const { settlementDate: _, ...local } = localTime(atMs);
      const time = clock.replaceAll(':', '');
      deepEqual(local, {
        transmission: month + day + time,
        time,
        date: month + day,
        dateWithYear: year.slice(2) + month + day,
        isoDate,
      });
    }),
  );
});

test('the settlement day is the local date one hour later', () => {
  fc.assert(
    fc.property(instant, (atMs) =>
      same(localTime(atMs).settlementDate, localTime(atMs + DAY_MS / 24).date),
    ),
  );
});

test('a local date and time name one instant', () => {
  same(instantOfLocal('2026-11-22', '16:30:01'), Date.UTC(2026, 10, 22, 8, 30, 1));
  same(instantOfLocal('2026-01-01', '00:00:00'), Date.UTC(2025, 11, 31, 16));
  fc.assert(
    fc.property(instant, (atMs) => {
      const { isoDate, time } = localTime(atMs);
      same(instantOfLocal(isoDate, time.replace(/(..)(..)(..)/, '$1:$2:$3')), atMs);
    }),
  );
});

test('a day that the calendar does not have is none', () => {
  same(instantOfLocal('2028-02-29', '12:00:00') === undefined, false);
  for (const date of ['2026-02-29', '2100-02-29', '2026-04-31', '2026-00-10', '2026-13-01']) {
    same(instantOfLocal(date, '12:00:00'), undefined, date);
  }
  same(instantOfLocal('2026-11-00', '12:00:00'), undefined);
  same(instantOfLocal('2026-11-32', '12:00:00'), undefined);
});

test('a time that no clock shows is none', () => {
  for (const time of ['24:00:00', '23:60:00', '23:59:60', '99:99:99']) {
    same(instantOfLocal('2026-11-22', time), undefined, time);
  }
});

test('a year that two digits cannot name is none', () => {
  for (const date of ['1999-12-31', '2100-01-01', '0026-11-22', '9999-12-31']) {
    same(instantOfLocal(date, '12:00:00'), undefined, date);
  }
});

test('text that is no date or no time is none', () => {
  for (const date of ['', '2026-11-2', '26-11-22', '2026/11/22', '2026-11-22 ', '+002026-11-22']) {
    same(instantOfLocal(date, '12:00:00'), undefined, date);
  }
  for (const time of ['', '1:00:00', '12:00', '12:00:00Z', '12:00:00.5', 'noon']) {
    same(instantOfLocal('2026-11-22', time), undefined, time);
  }
});

test('a card is good to the last moment of its month, in local time', () => {
  const december = at('2026-12-01', '00:00:00');
  same(isExpired('2611', december - 1), false);
  same(isExpired('2611', december), true);
  same(isExpired('2612', december), false);
  const newYear = at('2027-01-01', '00:00:00');
  same(isExpired('2612', newYear - 1), false);
  same(isExpired('2612', newYear), true);
  same(isExpired('2701', newYear), false);
  const march = at('2028-03-01', '00:00:00');
  same(isExpired('2802', march - 1), false);
  same(isExpired('2802', march), true);
});

test('years are compared before months', () => {
  same(isExpired('2712', at('2028-01-15', '12:00:00')), true);
  same(isExpired('3001', at('2029-12-15', '12:00:00')), false);
});

function at(date: string, time: string): number {
  return Date.parse(`${date}T${time}+08:00`);
}
