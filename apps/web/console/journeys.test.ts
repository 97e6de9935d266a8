import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { JourneyEvent } from '@octavo/lib/journey/event.ts';
import { groupJourneys } from '@octavo/lib/journey/group.ts';
import { inSequence, type Told, told, workedEvents } from '@octavo/lib/journey/worked.fixture.ts';
import { hearOf, nothingGrouped } from './journeys.ts';

const reference = '112216000123';
const tap = inSequence(workedEvents());

/** So many events that are of no payment, after a sequence. */
function noise(count: number, after: number): readonly JourneyEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...told('acquirer.line', 'acquirer', { state: 'signed_on' }),
    sequence: after + 1 + index,
  }));
}

function at(sequence: number, event: Told): JourneyEvent {
  return { ...event, sequence };
}

test('news that comes piece by piece makes the journeys that it makes at once', () => {
  let grouped = nothingGrouped;
  for (const event of tap) grouped = hearOf(grouped, [event]);
  deepEqual(grouped.journeys, groupJourneys(tap));
});

test('a journey that ended long ago stays as it was, and is not grouped anew', () => {
  const before = hearOf(nothingGrouped, tap);
  const after = hearOf(before, noise(2_000, tap.length));
  deepEqual(after.journeys, before.journeys);
  equal(after.aside.size, 1);
  ok(after.open.length <= 600);
});

test('a reversal of a payment long ago is part of its journey', () => {
  const long = hearOf(hearOf(nothingGrouped, tap), noise(2_000, tap.length));
  const reversal = at(
    5_000,
    told('ledger.posted', 'issuer', { retrievalReference: reference, kind: 'reversal' }),
  );
  const [journey, ...others] = hearOf(long, [reversal]).journeys;
  equal(others.length, 0);
  equal(journey?.outcome, 'reversed');
  equal(journey?.events.length, (long.journeys[0]?.events.length ?? 0) + 1);
});
