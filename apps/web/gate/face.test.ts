import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { GateView } from './api.ts';
import { refusalWord } from './both.ts';
import { faceOf, linkOf } from './face.ts';
import { READY } from './passage.ts';
import { FIRST_PLACE, placeAt, ways } from './place.ts';

const VIEW: GateView = {
  gateId: '1879A0D8',
  ...FIRST_PLACE,
  merchantClass: '4111',
  tariffVersion: 1,
  records: 0,
  heldUpTo: 0,
  settings: {
    isOutOfService: false,
    isStationClosed: false,
    leads: 'in',
    isOffline: false,
    longestListAgeMinutes: 60,
    whenListOlder: 'closed',
    passBackSeconds: 120,
    onPassBack: 'refuse',
    clockOffMs: 0,
  },
  clock: { deviceTimeMs: 0, offsetMs: 0, uncertaintyMs: 1 },
  list: { epoch: 1, version: 7, entries: 2, issuedAtMs: 0, ageMs: 14 * 60_000 },
};
const withSettings = (settings: Partial<GateView['settings']>): GateView => ({
  ...VIEW,
  settings: { ...VIEW.settings, ...settings },
});
const standing = (view: GateView | undefined) => faceOf(READY, view, FIRST_PLACE);

test('a gate that looks at cards is dark and says where to tap', () => {
  for (const view of [undefined, VIEW]) {
    deepEqual([standing(view).ground, standing(view).title.zh], ['field', '请刷手机']);
  }
});

test('a gate through which nobody gets says why before anybody taps', () => {
  const shut = [
    { ...VIEW, shut: 'gate.out_of_service' as const },
    { ...VIEW, shut: 'gate.list_too_old' as const },
    withSettings({ isStationClosed: true }),
    withSettings({ leads: 'out' }),
  ].map(standing);
  deepEqual(
    shut.map(({ ground, code }) => [ground, code]),
    [
      ['paper', 'gate.out_of_service'],
      ['paper', 'gate.list_too_old'],
      ['paper', 'gate.station_closed'],
      ['paper', 'gate.wrong_direction'],
    ],
  );
});

test('a cut-off gate still listens, and says how old its list is', () => {
  const cutOff = withSettings({ isOffline: true });
  equal(standing(cutOff).ground, 'field');
  deepEqual(linkOf(cutOff), {
    isUp: false,
    words: { zh: '离线 · 名单 14 分钟前', en: 'Offline · list 14 min old' },
  });
  deepEqual(linkOf(VIEW).words.zh, '联网 · 名单 14 分钟前');
});

test('the ages of a list are said in the unit that a person would use', () => {
  const ageOf = (ageMs: number | undefined) => {
    const { epoch, version, entries, issuedAtMs } = VIEW.list ?? {
      epoch: 0,
      version: 0,
      entries: 0,
      issuedAtMs: 0,
    };
    const list = { epoch, version, entries, issuedAtMs, ...(ageMs === undefined ? {} : { ageMs }) };
    return linkOf({ ...VIEW, list }).words.en.split(' · ')[1];
  };
  const hour = 3_600_000;
  deepEqual(
    [undefined, 59_999, 60_000, 2 * hour - 1, 2 * hour, 72 * hour - 1, 72 * hour].map(ageOf),
    [
      'age of list unknown',
      'list just now',
      'list 1 min old',
      'list 119 min old',
      'list 2 h old',
      'list 71 h old',
      'list 3 d old',
    ],
  );
});

test('every outcome has its ground, and only an open gate has the celadon one', () => {
  const shown = (end: Parameters<typeof faceOf>[0] & { kind: 'shown' }) =>
    faceOf(end, VIEW, FIRST_PLACE);
  const grounds = (['opened', 'refused', 'try_again', 'see_phone', 'no_card'] as const).map(
    (outcome) =>
      shown({
        kind: 'shown',
        phone: 'near',
        isFresh: false,
        end: { outcome },
        leastAtMs: 0,
        untilMs: 0,
      }).ground,
  );
  deepEqual(grounds, ['flood', 'paper', 'paper', 'paper', 'paper']);
});

test('a refusal that the face has no words for stays shut all the same', () => {
  for (const code of [undefined, 'gate.busy', 'tap.replayed', 'gate.toString']) {
    equal(refusalWord(code), 'other');
  }
});

test('every place of the city can be chosen', () => {
  ok(ways.length >= 7);
  for (const { operator, id, stations } of ways) {
    for (const { station, name } of stations) {
      ok(name.zh !== '' && name.en !== station, `${operator} ${id} ${station}`);
      equal(placeAt({ operator, line: id, station, direction: 'in', number: 1 }).place.line, id);
    }
  }
});
