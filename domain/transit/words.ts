/** The sentences of a price: for every rule what a rider is told, in English and Chinese, with the step's own numbers. */
import { CNY, currencies, formatAmount } from '../money.ts';
import type { ExplainStep, HeldFor, Rule } from './journey.ts';
import type { City, Name } from './network.ts';
import type { SettledRow } from './settle.ts';

/** What a step of a price says. */
export function sayStep(step: ExplainStep, city: City): Name {
  return stepWords[step.rule](step as never, (station) => nameOf(station, city));
}

/** What a row of a settlement says. */
export function sayRow(row: SettledRow): Name {
  return rowWords[row.kind](row.serviceDay, money(row.amountMinor));
}

type StepOf<R extends Rule> = Extract<ExplainStep, { rule: R }>;

/** One sentence for each rule; a rule without one does not compile. */
const stepWords: {
  readonly [R in Rule]: (step: StepOf<R>, name: (station: string) => Name) => Name;
} = {
  'fare.distance': ({ metres, deltaMinor }) => ({
    en: `${kilometres(metres)} km: ${money(deltaMinor)}`,
    zh: `${kilometres(metres)} 公里：${money(deltaMinor)}`,
  }),
  'fare.flat': ({ deltaMinor }) => ({
    en: `One price for any distance: ${money(deltaMinor)}`,
    zh: `一票制：${money(deltaMinor)}`,
  }),
  'fare.same_station': ({ deltaMinor }) =>
    deltaMinor === 0n
      ? { en: 'In and out at the same station: free', zh: '同站进出：不收费' }
      : {
          en: `In and out at the same station: lowest fare, ${money(deltaMinor)}`,
          zh: `同站进出：按最低票价 ${money(deltaMinor)}`,
        },
  'fare.change_of_mind': ({ seconds }) => ({
    en: `Out again after ${seconds} s: no ride, nothing to pay`,
    zh: `进站 ${seconds} 秒后即出站：不算乘车，不收费`,
  }),
  'fare.maximum_no_exit': ({ station, deltaMinor }, name) => ({
    en: `No tap when leaving: highest fare from ${name(station).en}, ${money(deltaMinor)}`,
    zh: `没有出站记录：按${name(station).zh}出发的最高票价 ${money(deltaMinor)}`,
  }),
  'fare.maximum_no_entry': ({ station, deltaMinor }, name) => ({
    en: `No tap when entering: highest fare to ${name(station).en}, ${money(deltaMinor)}`,
    zh: `没有进站记录：按到${name(station).zh}的最高票价 ${money(deltaMinor)}`,
  }),
  'fare.maximum_same_station': ({ station, deltaMinor }, name) => ({
    en: `In and out at ${name(station).en}: highest fare, ${money(deltaMinor)}`,
    zh: `在${name(station).zh}同站进出：按最高票价 ${money(deltaMinor)}`,
  }),
  'fare.interchange': ({ from, to, minutes }, name) => ({
    en: `Walked from ${name(from).en} to ${name(to).en} in ${minutes} min: one ride`,
    zh: `${minutes} 分钟内从${name(from).zh}步行到${name(to).zh}换乘：算同一次乘车`,
  }),
  'fare.companion': () => ({
    en: 'For somebody who travelled with you: full price, beside the daily cap',
    zh: '同行乘客：全价，不计入单日封顶',
  }),
  'discount.transfer': ({ minutes, deltaMinor }) => ({
    en: `${minutes} min after the bus: ${money(-deltaMinor)} off`,
    zh: `乘公交 ${minutes} 分钟后换乘：减 ${money(-deltaMinor)}`,
  }),
  'discount.concession': ({ category, perThousand }) => ({
    en: `Fare for ${categoryOf(category).en}: ${percentOff(perThousand)} % off`,
    zh: `${categoryOf(category).zh}票：${tenths(perThousand)} 折`,
  }),
  'discount.ladder': ({ spentMinor, perThousand }) => ({
    en: `This month ${money(spentMinor)} so far: ${percentOff(perThousand)} % off`,
    zh: `本月已乘 ${money(spentMinor)}：${tenths(perThousand)} 折`,
  }),
  'cap.day': ({ capMinor, deltaMinor }) => ({
    en: `Daily cap of ${money(capMinor)} reached: ${money(-deltaMinor)} less`,
    zh: `达到单日封顶 ${money(capMinor)}：少收 ${money(-deltaMinor)}`,
  }),
  'penalty.overstay': ({ minutes, maximumMinutes, deltaMinor }) => ({
    en: `Inside for ${minutes} min, longer than ${maximumMinutes} min: ${money(deltaMinor)} more`,
    zh: `站内停留 ${minutes} 分钟，超过 ${maximumMinutes} 分钟：加收 ${money(deltaMinor)}`,
  }),
  'state.open': () => ({
    en: 'Still inside: the fare is worked out when you leave',
    zh: '还在站内：出站时计费',
  }),
  'state.held': ({ reason }) => heldWords[reason],
};

const heldWords: Readonly<Record<HeldFor, Name>> = {
  unknown_station: {
    en: 'The station is not known: nothing charged, we look into it',
    zh: '车站未知：暂不收费，核实中',
  },
  unknown_operator: {
    en: 'The operator is not known: nothing charged, we look into it',
    zh: '运营方未知：暂不收费，核实中',
  },
  unknown_route: {
    en: 'The route is not known: nothing charged, we look into it',
    zh: '线路未知：暂不收费，核实中',
  },
  unknown_direction: {
    en: 'The gate did not say which way: nothing charged, we look into it',
    zh: '闸机未记录方向：暂不收费，核实中',
  },
  no_way: {
    en: 'No line leads from the one station to the other: nothing charged, we look into it',
    zh: '两站之间没有线路相通：暂不收费，核实中',
  },
  no_tariff: {
    en: 'No price was set for that day: nothing charged, we look into it',
    zh: '当天没有适用的票价：暂不收费，核实中',
  },
  clock_uncertain: {
    en: 'A gate’s clock was wrong: nothing charged, we look into it',
    zh: '闸机时钟有误：暂不收费，核实中',
  },
  other_half_set_aside: {
    en: 'The other tap of this ride is being checked: nothing charged',
    zh: '这次行程的另一次刷卡正在核实：暂不收费',
  },
};

const rowWords: Readonly<Record<SettledRow['kind'], (day: string, amount: string) => Name>> = {
  fare: (day, amount) => ({ en: `Rides of ${day}: ${amount}`, zh: `${day} 的行程：${amount}` }),
  correction: (day, amount) => ({
    en: `Correction for ${day}: ${amount}`,
    zh: `${day} 的更正：${amount}`,
  }),
  credit: (day, amount) => ({ en: `Credit for ${day}: ${amount}`, zh: `${day} 的退款：${amount}` }),
  written_off: (day, amount) => ({
    en: `${day}, heard of too late and not charged: ${amount}`,
    zh: `${day} 的行程上报过晚，不再收取：${amount}`,
  }),
};

const categories: Readonly<Record<string, Name>> = {
  adult: { en: 'adults', zh: '成人' },
  student: { en: 'students', zh: '学生' },
};

function categoryOf(category: string): Name {
  const known = Object.hasOwn(categories, category) ? categories[category] : undefined;
  return known ?? { en: category, zh: category };
}

function nameOf(station: string, city: City): Name {
  return city.names.get(station) ?? { en: station, zh: station };
}

function money(amountMinor: bigint): string {
  const sign = amountMinor < 0n ? '\u2212' : '';
  const size = amountMinor < 0n ? -amountMinor : amountMinor;
  return `${sign}${currencies['156'].sign}${formatAmount(size, CNY)}`;
}

/** Not rounded: at 6.001 km the next price begins. */
function kilometres(metres: number): string {
  return String(metres / 1000);
}

function percentOff(perThousand: number): string {
  return String((1000 - perThousand) / 10);
}

/** The Chinese way to say a rate: tenths of the full price. */
function tenths(perThousand: number): string {
  return String(perThousand / 100);
}
