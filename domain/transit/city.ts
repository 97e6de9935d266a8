/**
 * The demo city: invented names on real tariffs. One tariff belongs to one operator, so two metros stand side by side,
 * each with its own gates and paid area: Duhui Metro with Beijing's distance table and ladder, Binjiang Rail with
 * Shanghai's, its transfer discount and a walk between two stations; and a bus of one price.
 * @see docs/specs.md, transit sheet, sections 5.1, 7.1 and 7.2
 */
import {
  type City,
  type CityPlan,
  type Line,
  openCity,
  type Route,
  type Station,
} from './network.ts';
import type { Tariff } from './tariff.ts';

const MINUTE_MS = 60_000;

/** Over four hours inside costs the lowest fare more. */
const stay = { maximumMs: 240 * MINUTE_MS, overstayMinor: 300n } as const;

/** Beijing's metro prices since 28 December 2014. */
export const beijingMetro: Tariff = {
  tariffId: 'duhui-2014',
  operator: 'duhui',
  validFrom: '2014-12-28',
  fare: {
    kind: 'distance',
    rows: [
      { toMetres: 6_000, priceMinor: 300n },
      { toMetres: 12_000, priceMinor: 400n },
      { toMetres: 22_000, priceMinor: 500n },
      { toMetres: 32_000, priceMinor: 600n },
    ],
    beyond: { everyMetres: 20_000, addMinor: 100n },
  },
  stay,
  ladder: [
    { fromMinor: 0n, perThousand: 1000 },
    { fromMinor: 10_000n, perThousand: 800 },
    { fromMinor: 15_000n, perThousand: 500 },
    { fromMinor: 40_000n, perThousand: 1000 },
  ],
};

/** Shanghai's metro prices; the first day is the demo city's own. */
export const shanghaiMetro: Tariff = {
  tariffId: 'binjiang-2020',
  operator: 'binjiang',
  validFrom: '2020-01-01',
  fare: {
    kind: 'distance',
    rows: [{ toMetres: 6_000, priceMinor: 300n }],
    beyond: { everyMetres: 10_000, addMinor: 100n },
  },
  stay,
  transfer: { from: ['gongjiao'], windowMs: 120 * MINUTE_MS, offMinor: 100n },
  ladder: [
    { fromMinor: 0n, perThousand: 1000 },
    { fromMinor: 7_000n, perThousand: 900 },
  ],
};

/** A bus of one price; the first day is the demo city's own. */
const flatBus: Tariff = {
  tariffId: 'gongjiao-2020',
  operator: 'gongjiao',
  validFrom: '2020-01-01',
  fare: { kind: 'flat', priceMinor: 200n },
};

/** A line as it is written here: stations with the metres to the next one. */
type LineTable = Pick<Line, 'line' | 'operator' | 'name'> & {
  readonly rows: readonly (readonly [station: string, zh: string, en: string, metres: number])[];
};

const lineTables: readonly LineTable[] = [
  {
    line: '1',
    operator: 'duhui',
    name: { en: 'Line 1', zh: '1 号线' },
    rows: [
      ['shanqian', '山前', 'Shanqian', 2_450],
      ['taolin', '桃林', 'Taolin', 1_900],
      ['xinjie', '新街', 'Xinjie', 2_100],
      ['shuyuan', '书院', 'Shuyuan', 1_800],
      ['zhonglou', '钟楼', 'Zhonglou', 2_500],
      ['xianghe', '祥和', 'Xianghe', 2_650],
      ['yinxing', '银杏', 'Yinxing', 2_350],
      ['hebin', '河滨', 'Hebin', 1_700],
      ['dongmen', '东门', 'Dongmen', 3_100],
      ['liutang', '柳塘', 'Liutang', 4_200],
      ['fangzhou', '方洲', 'Fangzhou', 6_300],
      ['haitang', '海棠', 'Haitang', 0],
    ],
  },
  {
    line: '2',
    operator: 'duhui',
    name: { en: 'Line 2', zh: '2 号线' },
    rows: [
      ['beiwan', '北湾', 'Beiwan', 5_200],
      ['fengqiao', '枫桥', 'Fengqiao', 3_100],
      ['yunmen', '云门', 'Yunmen', 1_500],
      ['xueyuan', '学苑', 'Xueyuan', 1_300],
      ['baihe', '白荷', 'Baihe', 1_600],
      ['xianghe', '祥和', 'Xianghe', 1_400],
      ['nanshi', '南市', 'Nanshi', 2_200],
      ['meicun', '梅村', 'Meicun', 3_900],
      ['changting', '长亭', 'Changting', 5_600],
      ['ludao', '鹭岛', 'Ludao', 7_400],
      ['qingtan', '青滩', 'Qingtan', 9_800],
      ['jichang', '机场', 'Airport', 0],
    ],
  },
  {
    line: '3',
    operator: 'binjiang',
    name: { en: 'Line 3', zh: '3 号线' },
    rows: [
      ['matou', '码头', 'Matou', 2_600],
      ['yugang', '渔港', 'Yugang', 3_400],
      ['lianchi', '莲池', 'Lianchi', 1_500],
      ['zhuxi', '竹溪', 'Zhuxi', 4_100],
      ['caiyuan', '菜园', 'Caiyuan', 4_400],
      ['shimen', '石门', 'Shimen', 0],
    ],
  },
  {
    line: '4',
    operator: 'binjiang',
    name: { en: 'Line 4', zh: '4 号线' },
    rows: [
      ['zhuxi-east', '竹溪东', 'Zhuxi East', 2_200],
      ['xiaoying', '小营', 'Xiaoying', 3_800],
      ['baita', '白塔', 'Baita', 5_000],
      ['songlin', '松林', 'Songlin', 7_500],
      ['longwan', '龙湾', 'Longwan', 0],
    ],
  },
];

/** The city as it is written down. */
export const demoCityPlan: CityPlan = {
  operators: [
    { operator: 'duhui', name: { en: 'Duhui Metro', zh: '都会地铁' }, mode: 'metro' },
    { operator: 'binjiang', name: { en: 'Binjiang Rail', zh: '滨江轨道' }, mode: 'metro' },
    { operator: 'gongjiao', name: { en: 'Duhui Bus', zh: '都会公交' }, mode: 'bus' },
  ],
  stations: lineTables.flatMap(stationsOf).filter(isFirst),
  lines: lineTables.map(({ line, operator, name, rows }) => ({
    line,
    operator,
    name,
    stations: rows.map(([station]) => station),
    metres: rows.slice(0, -1).map(([, , , metres]) => metres),
  })),
  routes: ['12', '27', '101'].map(routeOf),
  interchanges: [{ between: ['zhuxi', 'zhuxi-east'], windowMs: 30 * MINUTE_MS }],
  tariffs: [beijingMetro, shanghaiMetro, flatBus],
};

/** The city, ready for rating. */
export const demoCity: City = openCity(demoCityPlan);

function stationsOf({ operator, rows }: LineTable): readonly Station[] {
  return rows.map(([station, zh, en]) => ({ station, operator, name: { en, zh } }));
}

/** A station of two lines is written on both. */
function isFirst(one: Station, index: number, all: readonly Station[]): boolean {
  return all.findIndex(({ station }) => station === one.station) === index;
}

function routeOf(route: string): Route {
  return { route, operator: 'gongjiao', name: { en: `Bus ${route}`, zh: `${route} 路` } };
}
