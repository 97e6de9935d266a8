/** The lever on the clock: what comes due when a world's time is moved on, and what of it outlasts the process. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { unsigned } from '@octavo/services/caller';
import { connectTo } from '@octavo/services/endpoint';
import * as wallet from '@octavo/services/wallet';
import { type LeverBench, openLeverBench } from './lever.fixture.ts';
import { openClock } from './lever-clock.ts';
import * as levers from './lever-contract.ts';
import { worldFacts } from './operator.ts';
import { expectDone, newId, openInbox } from './phone.ts';
import { freshMobile } from './stage.fixture.ts';
import { resetWorld } from './world.ts';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 22, 4);

describe('the clock of a running world', () => {
  let bench: LeverBench;
  before(async () => {
    bench = await openLeverBench();
  });
  after(() => bench.world.close());

  test('moved on by a day it is tomorrow for all, and a payment carries the new date', async () => {
    const first = expectDone(await bench.ask(levers.clock, {}));
    const since = bench.newestSequence();
    const moved = expectDone(await bench.ask(levers.moveClock, { byMs: DAY_MS }));
    equal(moved.offsetMs, first.offsetMs + DAY_MS);
    ok(moved.nowMs >= first.nowMs + DAY_MS && moved.nowMs < first.nowMs + 2 * DAY_MS);
    ok(expectDone(await bench.ask(worldFacts, {})).nowMs >= moved.nowMs);
    await bench.told('lever.clock', { byMs: DAY_MS }, since);
    const { receipt } = await bench.pay(100);
    const days = [moved.nowMs, bench.world.clock.nowMs()].map((atMs) => localTime(atMs).isoDate);
    ok(days.includes(receipt?.localDate ?? ''));
  });

  test('a code that was sent before is dead when its ten minutes are over', async () => {
    const { stage } = bench;
    const mobile = freshMobile();
    const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
    const anyone = connectTo(stage.fetch, unsigned, stage.clock);
    expectDone(await anyone(wallet.requestSignIn, { requestId: newId(stage.random), mobile }));
    const code = await inbox();
    await bench.moveClock(10 * 60_000);
    const answer = await anyone(wallet.signIn, { requestId: newId(stage.random), mobile, code });
    equal(isRefused(answer) && answer.code, 'sign_in.code_dead');
  });

  test('it goes forward alone, at most 400 days at once, and never out of this century', async () => {
    const before = expectDone(await bench.ask(levers.clock, {})).offsetMs;
    for (const byMs of [-1, 400 * DAY_MS + 1]) {
      const answer = await bench.ask(levers.moveClock, { byMs });
      deepEqual(isRefused(answer) && answer.detail, { field: 'byMs' });
    }
    equal(expectDone(await bench.ask(levers.clock, {})).offsetMs, before);
    const { clock, moveOn } = await openClock(manualClock(Date.UTC(2099, 11, 31)), undefined);
    equal(await moveOn(DAY_MS), false);
    equal(clock.offsetMs(), 0);
  });
});

describe('the clock of a world that is kept', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'octavo-clock-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('is as far ahead after a restart as before, also when it was moved twice at once', async () => {
    const first = await openClock(manualClock(NOON), folder);
    deepEqual(await Promise.all([first.moveOn(DAY_MS), first.moveOn(5)]), [true, true]);
    const second = await openClock(manualClock(NOON), folder);
    equal(second.clock.nowMs(), NOON + DAY_MS + 5);
  });

  test('a file that says something else is not taken for a time', async () => {
    const other = await mkdtemp(join(folder, 'other-'));
    await writeFile(join(other, 'clock.json'), '{"offsetMs":-1}');
    await rejects(openClock(manualClock(NOON), other));
  });

  test('is the machine’s again when the world was reset', async () => {
    await resetWorld(folder);
    const { clock } = await openClock(manualClock(NOON), folder);
    equal(clock.nowMs(), NOON);
  });
});
