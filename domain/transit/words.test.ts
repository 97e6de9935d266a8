import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { demoCity } from './city.ts';
import type { ExplainStep } from './journey.ts';
import { demoPolicy } from './policy.ts';
import { anyTaps, rated } from './rides.fixture.ts';
import { sayRow, sayStep } from './words.ts';

test('every rule has a sentence with its own numbers', () => {
  const said: readonly (readonly [ExplainStep, en: string, zh: string])[] = [
    [
      { rule: 'fare.distance', deltaMinor: 400n, metres: 11_400 },
      '11.4 km: ¥4.00',
      '11.4 公里：¥4.00',
    ],
    [
      { rule: 'fare.distance', deltaMinor: 400n, metres: 6001 },
      '6.001 km: ¥4.00',
      '6.001 公里：¥4.00',
    ],
    [
      { rule: 'discount.ladder', deltaMinor: -80n, spentMinor: 10_200n, perThousand: 800 },
      'This month ¥102.00 so far: 20 % off',
      '本月已乘 ¥102.00：8 折',
    ],
    [
      { rule: 'discount.concession', deltaMinor: -150n, category: 'student', perThousand: 250 },
      'Fare for students: 75 % off',
      '学生票：2.5 折',
    ],
    [
      { rule: 'discount.transfer', deltaMinor: -100n, minutes: 25 },
      '25 min after the bus: ¥1.00 off',
      '乘公交 25 分钟后换乘：减 ¥1.00',
    ],
    [
      { rule: 'cap.day', deltaMinor: -200n, capMinor: 2000n, spentMinor: 1800n },
      'Daily cap of ¥20.00 reached: ¥2.00 less',
      '达到单日封顶 ¥20.00：少收 ¥2.00',
    ],
    [
      { rule: 'fare.maximum_no_exit', deltaMinor: 700n, station: 'xinjie' },
      'No tap when leaving: highest fare from Xinjie, ¥7.00',
      '没有出站记录：按新街出发的最高票价 ¥7.00',
    ],
    [
      { rule: 'fare.interchange', deltaMinor: 0n, from: 'zhuxi', to: 'zhuxi-east', minutes: 8 },
      'Walked from Zhuxi to Zhuxi East in 8 min: one ride',
      '8 分钟内从竹溪步行到竹溪东换乘：算同一次乘车',
    ],
  ];
  for (const [step, en, zh] of said) deepEqual(sayStep(step, demoCity), { en, zh });
});

test('a correction names its day', () => {
  deepEqual(sayRow({ serviceDay: '2026-03-02', kind: 'correction', amountMinor: 200n }), {
    en: 'Correction for 2026-03-02: ¥2.00',
    zh: '2026-03-02 的更正：¥2.00',
  });
  deepEqual(sayRow({ serviceDay: '2026-03-02', kind: 'credit', amountMinor: -300n }), {
    en: 'Credit for 2026-03-02: \u2212¥3.00',
    zh: '2026-03-02 的退款：\u2212¥3.00',
  });
});

test('whatever an account comes to can be said in both languages', () => {
  fc.assert(
    fc.property(anyTaps, (taps) => {
      for (const { steps } of rated(taps, demoPolicy).journeys) {
        for (const step of steps) {
          const { en, zh } = sayStep(step, demoCity);
          doesNotMatch(`${en} ${zh}`, /undefined|NaN|\[object/);
          match(zh, /\p{Script=Han}/u);
        }
      }
    }),
  );
});
