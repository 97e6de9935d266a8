/** An account's taps as fares are worked out from them, and its days as they are rated now. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { InstantMs } from '@octavo/domain/ports.ts';
import type { Journey, RatedAccount } from '@octavo/domain/transit/journey.ts';
import type { RatedTap } from '@octavo/domain/transit/rated-tap.ts';
import { rateAccount } from '@octavo/domain/transit/rating.ts';
import type { Account } from '@octavo/domain/transit/rider.ts';
import {
  dayName,
  dayNumber,
  dayOfName,
  dayStartMs,
  type ServiceDay,
} from '@octavo/domain/transit/service-day.ts';
import type { TransitPorts } from './ports.ts';
import { readTaps, type TapRow } from './tap-store.ts';

/** What an account's taps come to. */
export type Rated = {
  readonly taps: readonly TapRow[];
  readonly account: RatedAccount;
  /** The first service day that is rated whole. */
  readonly sinceDay: ServiceDay;
};

/**
 * Rate an account from the beginning of the month that an instant, and the day before it, lie in. Taps are read from a
 * month earlier: what is spent after midnight of a month's first day hangs on what the day before came to, and that on
 * its own month's ladder.
 */
export async function rate(
  ports: TransitPorts,
  account: Account,
  fromMs: InstantMs,
  asOfMs: InstantMs,
): Promise<Rated> {
  const { serviceDayStartMs } = ports.policy;
  // A tap may belong to an entry of the day before, whose month is then rated too.
  const sinceDay = `${dayName(dayNumber(fromMs, serviceDayStartMs) - 1).slice(0, 7)}-01`;
  const monthBefore = dayName(dayOfName(sinceDay) - 1).slice(0, 7);
  const firstMs = dayStartMs(dayOfName(`${monthBefore}-01`) - 1, serviceDayStartMs);
  const ids = account.credentials.map(({ credentialId }) => credentialId);
  const taps = await readTaps(ports.sql, ids, firstMs);
  const rated = rateAccount(taps.flatMap(ratedTapOf), ports.city, ports.policy, asOfMs);
  return { taps, account: rated, sinceDay };
}

/** When a service day ends. */
export function endOf(ports: TransitPorts, day: ServiceDay): InstantMs {
  return dayStartMs(dayOfName(day) + 1, ports.policy.serviceDayStartMs);
}

/** When a service day is to be closed. */
export function closingOf(ports: TransitPorts, day: ServiceDay): InstantMs {
  return endOf(ports, day) + ports.policy.settleAfterMs;
}

/** The last service day that is to be closed by an instant. */
export function lastToClose(ports: TransitPorts, nowMs: InstantMs): ServiceDay {
  const { serviceDayStartMs, settleAfterMs } = ports.policy;
  return dayName(dayNumber(nowMs - settleAfterMs, serviceDayStartMs) - 1);
}

/** SHA-256 over a day's journeys as they are rated: what, when, what for, and what each step did. */
export function digestOfDay(journeys: readonly Journey[]): Uint8Array {
  const written = journeys.map(({ journeyId, state, startMs, endMs, chargedMinor, steps }) => [
    journeyId,
    state,
    startMs,
    endMs ?? null,
    chargedMinor.toString(),
    steps.map((step) => [step.rule, step.deltaMinor.toString()]),
  ]);
  return sha256(new TextEncoder().encode(JSON.stringify(written)));
}

/** A tap as fares need it; nothing for what is no ride. */
function ratedTapOf(tap: TapRow): readonly RatedTap[] {
  const { gateId, sequence, kind, correctedMs, uncertaintyMs, place, form, contested } = tap;
  if (kind !== 'entry' && kind !== 'exit' && kind !== 'single' && kind !== 'companion') return [];
  return [
    {
      gateId,
      sequence,
      kind,
      direction: place.direction === 'none' ? undefined : place.direction,
      correctedMs,
      uncertaintyMs,
      operator: place.operator,
      station: place.station === '' ? undefined : place.station,
      line: place.line === '' ? undefined : place.line,
      route: place.route === '' ? undefined : place.route,
      form,
      contested,
    },
  ];
}
