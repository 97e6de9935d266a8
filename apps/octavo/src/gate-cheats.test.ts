/** The cheats of transit on one running world: each is refused by the check that stands in its way. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { settableClock } from '@octavo/platform/clock.ts';
import * as issuer from '@octavo/services/issuer';
import * as transit from '@octavo/services/transit';
import * as wallet from '@octavo/services/wallet';
import { isAsExpected } from './cheat.ts';
import { wordsOf } from './cheat-codes.ts';
import { bringHome } from './cheat-gate.ts';
import { cheats } from './cheats.ts';
import { gateCheats } from './gate-cheats.ts';
import { type GateProps, openGateProps } from './gate-props.ts';
import { playGateStory } from './gate-story.ts';
import { expectDone } from './phone.ts';
import { waysOf } from './ride-places.ts';
import { showJson } from './show-json.ts';
import { openTestWorld } from './stage.fixture.ts';
import type { World } from './world.ts';

let world: World;
let props: GateProps;
before(async () => {
  ({ world } = await openTestWorld({ clock: settableClock() }));
  props = await openGateProps(world);
});
after(async () => {
  await props.close();
  await world.close();
});

describe('each cheat of transit is refused by the check that stands in its way', () => {
  for (const cheat of gateCheats) {
    test(`${cheat.name}: ${cheat.tries}`, async () => {
      const result = await cheat.play(props);
      ok(isAsExpected(cheat, result), JSON.stringify(result));
    });
  }
});

test('after them the rider rides as before, and nobody was charged for a record that is not believed', async () => {
  const { entrance, rider, stage } = props;
  await bringHome(entrance);
  const { outcome } = await entrance.tap(rider.handset.host.airOf('transit'));
  equal(outcome, 'opened');
  const { phone } = rider.handset;
  const ask = { deviceId: phone.deviceId, tokenReference: rider.tokenReference };
  const { journeys, state } = expectDone(await phone.call(wallet.transit, ask));
  equal(state, 'active');
  const { gates } = expectDone(await stage.operator(transit.gates, {}));
  const spoilt = gates.filter(({ forged }) => forged > 0).map(({ gateId }) => gateId);
  equal(spoilt.length, 2);
  const wrong = spoilt.filter((gateId) => gateId !== entrance.gateId);
  deepEqual(
    journeys.filter(({ entry }) => wrong.includes(entry?.gateId ?? '')),
    [],
  );
  equal(
    journeys.some(({ entry }) => entry?.station === 'jichang'),
    false,
  );
});

test('a passage is told with its cheats, and one that was not refused is told loudly', async () => {
  const closings: Record<string, unknown>[] = [];
  const write = (line: string): void => void closings.push(JSON.parse(line));
  const options = {
    number: undefined,
    ways: waysOf(
      { operator: 'duhui', station: 'hebin', line: 'A', route: '', direction: 'in' },
      undefined,
    ),
    closesDay: false,
    everyByte: false,
    elapsedMs: () => 0,
  } as const;
  for (const cheatsPassed of [0, 1]) {
    const playCheats = async () => ({ cheatsRefused: 22, cheatsPassed, cheatsLeftOut: 0 });
    const isWell = await playGateStory(props.stage, { ...options, playCheats }, showJson(write));
    equal(isWell, cheatsPassed === 0);
    const { ok: isOk, outcome, cheatsRefused } = closings.at(-1) ?? {};
    deepEqual([isOk, outcome, cheatsRefused], [cheatsPassed === 0, 'opened', 22]);
  }
});

test('the bank’s ledger sums to zero after all of them', async () => {
  equal(expectDone(await props.stage.operator(issuer.trialBalance, {})).sumMinor, '0');
});

test('every cheat has a name of its own in both languages, and every end has words', () => {
  const all = [...cheats, ...gateCheats];
  equal(new Set(all.map(({ name }) => name)).size, all.length);
  equal(new Set(all.map(({ zh }) => zh.name)).size, all.length);
  for (const { zh, expected } of gateCheats) {
    ok(/\p{Script=Han}/u.test(zh.name) && /\p{Script=Han}/u.test(zh.tries));
    if (expected.outcome !== 'refused') continue;
    const words = wordsOf(expected.code);
    ok(words.en !== '' && /\p{Script=Han}/u.test(words.zh));
  }
});
