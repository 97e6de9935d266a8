import { equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '@octavo/platform/clock.ts';
import { createCallMeter, MOST_CALLERS } from './call-meter.ts';

const START_MS = Date.UTC(2026, 10, 22, 8);

test('so many calls a minute pass, then none until the next minute', async () => {
  const clock = manualClock(START_MS);
  const meter = createCallMeter(clock);
  const passed = () => Array.from({ length: 5 }, () => meter('a', 3));
  same(String(passed()), 'true,true,true,false,false');
  await clock.advance(59_999);
  same(meter('a', 3), false);
  await clock.advance(1);
  same(String(passed()), 'true,true,true,false,false');
});

test('callers are counted each for themselves', () => {
  const meter = createCallMeter(manualClock(START_MS));
  same(meter('a', 1), true);
  same(meter('a', 1), false);
  same(meter('b', 1), true);
});

test('made-up callers come to an end, and those met before them go on', async () => {
  const clock = manualClock(START_MS);
  const meter = createCallMeter(clock);
  for (let caller = 0; caller < MOST_CALLERS; caller++) same(meter(`caller ${caller}`, 2), true);
  same(meter('one more', 2), false);
  same(meter('caller 0', 2), true);
  await clock.advance(60_000);
  same(meter('one more', 2), true);
});
