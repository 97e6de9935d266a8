/** The price of a journey as its rider can follow it: stations, table, every step, ladder, cap, sum. */
import { CNY, formatAmount } from '@octavo/domain/money.ts';
import { localTime } from '@octavo/domain/time.ts';
import type { Rule } from '@octavo/domain/transit/journey.ts';
import type { FareRule } from '@octavo/domain/transit/tariff.ts';
import type * as transit from '@octavo/services/transit';
import type { z } from 'zod';
import { type Piece, piece } from './paint.ts';
import { operatorName, stationName, tariffOn } from './ride-places.ts';
import type { Detail } from './show.ts';

/** What a rider is shown. */
export type RiderView = z.output<typeof transit.RiderView>;

/** One journey of it. */
export type Journey = RiderView['journeys'][number];

type End = NonNullable<Journey['entry']>;

/** `¥4.00`, with a true minus. */
export function yuan(amountMinor: number): string {
  const size = formatAmount(BigInt(Math.abs(amountMinor)), CNY);
  return `${amountMinor < 0 ? '\u2212' : ''}¥${size}`;
}

/** From where to where, in words. */
export function journeyWords({ entry, exit }: Journey): string {
  const [from, to] = [entry && endName(entry), exit && endName(exit)];
  if (from === undefined || to === undefined) return from ?? to ?? 'a ride';
  return `${from} to ${to}`;
}

/** The rows under a price, in the order in which it comes about. */
export function explainPrice(journey: Journey, view: RiderView): readonly Detail[] {
  const { entry, exit, operator, day, steps, priceMinor } = journey;
  const tariff = tariffOn(operator, day);
  return [
    ...(entry === undefined ? [] : [endRow(exit === undefined ? 'tap' : 'in', entry)]),
    ...(exit === undefined ? [] : [endRow('out', exit)]),
    ...(tariff === undefined
      ? [row('tariff', piece(operatorName(operator)), 'none that holds on this day')]
      : [row('tariff', piece(operatorName(operator)), tableWords(tariff.fare))]),
    ...steps.map(({ rule, amountMinor, en }) =>
      row(RULES[rule as Rule] ?? rule, piece(yuan(amountMinor), 'money'), en),
    ),
    row('price', piece(yuan(priceMinor), 'money'), 'the sum of its steps'),
    ...view.progress
      .filter((one) => one.operator === undefined || one.operator === operator)
      .map(progressRow),
  ];
}

/** What each rule of a price is called in a column. */
const RULES: Readonly<Record<Rule, string>> = {
  'fare.distance': 'distance',
  'fare.flat': 'flat fare',
  'fare.same_station': 'same station',
  'fare.change_of_mind': 'change of mind',
  'fare.maximum_no_exit': 'no exit',
  'fare.maximum_no_entry': 'no entry',
  'fare.maximum_same_station': 'same station',
  'fare.interchange': 'interchange',
  'fare.companion': 'companion',
  'discount.transfer': 'transfer',
  'discount.concession': 'concession',
  'discount.ladder': 'ladder of the month',
  'cap.day': 'cap of the day',
  'penalty.overstay': 'stayed too long',
  'state.open': 'still inside',
  'state.held': 'not charged',
};

function row(name: string, value: Piece, decoded: string): Detail {
  return { kind: 'field', id: '', name, value, decoded };
}

function endRow(name: string, end: End): Detail {
  const { time } = localTime(end.atMs);
  const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
  return row(name, piece(endName(end)), `${clock}, ${end.gateId} ${end.sequence}`);
}

function endName({ station, route }: End): string {
  return station === undefined ? `bus ${route ?? ''}`.trim() : stationName(station);
}

/** `¥3 to 6 km, ¥4 to 12, ¥5 to 22, ¥6 to 32, …` */
function tableWords(fare: FareRule): string {
  if (fare.kind === 'flat') return `${short(fare.priceMinor)} for any distance`;
  const upTo = fare.rows.map(({ toMetres, priceMinor }, index) => {
    return `${short(priceMinor)} to ${toMetres / 1000}${index === 0 ? ' km' : ''}`;
  });
  return `${upTo.join(', ')}, …`;
}

function short(amountMinor: bigint): string {
  return yuan(Number(amountMinor)).replace(/\.00$/, '');
}

/** How far the rider is towards the cap of the day or the next step of the month's ladder. */
function progressRow(progress: RiderView['progress'][number]): Detail {
  const { kind, spentMinor, nextAtMinor, ratePercent, ladder } = progress;
  const spent = piece(yuan(spentMinor), 'money');
  if (kind === 'day_cap') {
    return row('today', spent, `cap of the day at ${yuan(nextAtMinor ?? 0)}`);
  }
  const next = ladder.find(({ fromMinor }) => fromMinor === nextAtMinor);
  const then = next === undefined ? '' : `, from ${yuan(next.fromMinor)} at ${next.ratePercent} %`;
  return row('this month', spent, `the next ride at ${ratePercent} %${then}`);
}
