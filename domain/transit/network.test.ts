import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demoCity, demoCityPlan } from './city.ts';
import { NO_WAY, openCity, tariffOn } from './network.ts';
import { dayOfName } from './service-day.ts';

describe('the demo city', () => {
  const duhui = demoCity.operators.get('duhui');
  ok(duhui);
  const metres = (from: string, to: string): number | undefined =>
    duhui.metres[
      (duhui.stations.get(from) ?? 0) * duhui.stations.size + (duhui.stations.get(to) ?? 0)
    ];

  test('Xinjie to Hebin is 11.4 km, as on the picture', () =>
    equal(metres('xinjie', 'hebin'), 11_400));

  test('the way from line to line leads over the interchange', () => {
    // Hebin - Yinxing - Xianghe, then Xianghe - Nanshi - Meicun.
    equal(metres('hebin', 'meicun'), 2_350 + 2_650 + 1_400 + 2_200);
  });

  test('ways are as long back as forth, and none is shorter by another station', () => {
    for (const { metres: ways, stations } of demoCity.operators.values()) {
      const size = stations.size;
      const way = (from: number, to: number): number => ways[from * size + to] ?? NO_WAY;
      for (let from = 0; from < size; from++) {
        equal(way(from, from), 0);
        for (let to = 0; to < size; to++) {
          equal(way(from, to), way(to, from));
          for (let via = 0; via < size; via++) {
            if (way(from, via) === NO_WAY || way(via, to) === NO_WAY) continue;
            ok(way(from, to) <= way(from, via) + way(via, to));
          }
        }
      }
    }
  });

  test('two lines of twelve stations meet in one', () => {
    const [one, two] = demoCityPlan.lines;
    deepEqual([one?.stations.length, two?.stations.length], [12, 12]);
    deepEqual(
      one?.stations.filter((station) => two?.stations.includes(station)),
      ['xianghe'],
    );
  });

  test('every station has a name in both languages', () => {
    for (const { name } of demoCityPlan.stations)
      ok(/^[A-Z]/.test(name.en) && /\p{Script=Han}/u.test(name.zh));
  });

  test('a tariff holds from its first service day on', () => {
    equal(tariffOn(duhui, dayOfName('2014-12-27')), undefined);
    equal(tariffOn(duhui, dayOfName('2014-12-28'))?.tariff.tariffId, 'duhui-2014');
  });
});

test('a plan that does not fit together is a bug', () => {
  const [line] = demoCityPlan.lines;
  ok(line);
  const broken = (metres: readonly number[], stations: readonly string[]) => () =>
    openCity({ ...demoCityPlan, lines: [{ ...line, metres, stations }] });
  throws(broken([100.5], ['xinjie', 'hebin']), /whole metres/);
  throws(broken([100], ['xinjie', 'nowhere']), /stations of its operator/);
  throws(broken([], ['xinjie', 'hebin']), /a length between/);
  const [tariff] = demoCityPlan.tariffs;
  ok(tariff);
  throws(() => openCity({ ...demoCityPlan, tariffs: [tariff, tariff] }), /one tariff a day/);
});
