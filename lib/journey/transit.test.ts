/** Journeys of transit: a gate's tap that is told as an advice, and a charge that names one. profile octavo-1, section 15 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toHex } from '../bytes/bytes.ts';
import { requestHeader } from '../iso8583/header.ts';
import { cups } from '../iso8583/unionpay.ts';
import { encodeAccountReference } from '../iso8583/usage.ts';
import { explainJourney, nodesOf } from './explain.ts';
import { groupJourneys } from './group.ts';
import type { Journey } from './head.ts';
import { linked } from './linked.ts';
import { chineseName, chineseSaying } from './names.ts';
import type { Span } from './span.ts';
import { CHARGE_CHECKS, CHECKS } from './words.ts';
import { exchanges, inSequence, type Told, told, WORKED_TAP } from './worked.fixture.ts';

const TOKEN = '6258249900000018';
const REFERENCE = '112216000123';
const REQUEST = {
  2: TOKEN,
  3: '000000',
  4: '000000001250',
  7: '1122163001',
  11: '000123',
  12: '163001',
  13: '1122',
  14: '3012',
  18: '4111',
  19: '156',
  23: '001',
  25: '00',
  32: '99990201',
  33: '99990201',
  37: REFERENCE,
  41: '00000001',
  42: '999100041110001',
  43: 'CITY METRO               BEIJING     CHN',
  49: '156',
  60: '0000060003000000000000020',
};
const NAMED = '022000012311200815000009999020100099990201';

function onSwitch(service: string, mti: string, fields: Record<number, string>): Told {
  const header = requestHeader('99990000', '99990201');
  const bytes = cups.encode({ header, mti, fields: { ...fields, 128: '0123456789ABCDEF' } });
  const detail = { leg: 'acquirer-network', dialect: 'cups', mti, message: toHex(bytes) };
  return told('iso8583', service, detail);
}

function verdict(kind: string, names: readonly string[], code?: string): Told {
  const checks = names.map((name) => ({ name, outcome: 'held', compared: '' }));
  const detail = { kind, retrievalReference: REFERENCE, tokenLastFour: '0018', checks, code };
  return told('tap.verdict', 'tokens', detail);
}

function answer(mti: string, responseCode: string): Told {
  const { 14: _expiry, 18: _class, 19: _country, 43: _name, 60: _reserved, ...echoed } = REQUEST;
  const reference = encodeAccountReference('9999ABCDEFGHIJKLMNOPQRSTUVWXY');
  return onSwitch('network', mti, { ...echoed, 15: '1122', 39: responseCode, 56: reference });
}

const chip = '9F2608AEBC72404A3A05AF9F36020001';
const advice = (mti = '0220'): Told =>
  onSwitch('acquirer', mti, { ...REQUEST, 22: '072', 55: chip });
const charge = (): Told => onSwitch('acquirer', '0200', { ...REQUEST, 22: '102', 90: NAMED });

function only(events: readonly Told[]): Journey {
  const [journey, ...others] = groupJourneys(inSequence(events));
  ok(journey);
  deepEqual(others, []);
  return journey;
}

function spansIn(span: Span): readonly Span[] {
  return [span, ...span.children.flatMap(spansIn)];
}

function isWhole(journey: Journey): void {
  const explained = explainJourney(journey);
  equal(explained.namelessBytes, 0);
  for (const { kind, parts } of nodesOf(explained)) {
    for (const { name, decoded, value, tag } of parts.flatMap(({ tree }) => spansIn(tree))) {
      ok(chineseName(name.en), name.en);
      if (kind !== 'message') continue;
      const isOwn = decoded.en === value.trim() || tag.startsWith('DE43.');
      const isText = !/[a-z]{2}/.test(decoded.en);
      ok(isOwn || isText || chineseSaying(decoded.en), `${name.en}: ${decoded.en}`);
    }
  }
}

describe('a transit advice', () => {
  const good = [advice(), verdict('advice', Object.keys(CHECKS)), answer('0230', '00')];
  test('is a journey with every byte named, from the phone’s tap to the verdict and no further', () => {
    const journey = only([...exchanges(WORKED_TAP, 'gate'), ...good]);
    isWhole(journey);
    equal(journey.outcome, 'approved');
    const nodes = nodesOf(explainJourney(journey));
    deepEqual(
      nodes.map(({ step, isReached }) => [step, isReached]),
      ['selectList', 'selectApplication', 'options', 'advised', 'checked', 'adviceAnswer'].map(
        (step) => [step, true],
      ),
    );
    deepEqual(nodes.at(-1)?.title.en, '0230 to the acquirer 00');
  });
  test('is one with its repeat, and declined by its answer', () => {
    const events = [
      advice(),
      advice('0221'),
      verdict('advice', [], 'tap.replayed'),
      answer('0230', '63'),
    ];
    const journey = only(events);
    isWhole(journey);
    deepEqual([journey.outcome, journey.code], ['declined', 'tap.replayed']);
  });
  test('without an answer is under way', () => {
    equal(only([advice()]).outcome, 'under_way');
    const missing = nodesOf(explainJourney(only([advice()]))).filter(({ isReached }) => !isReached);
    deepEqual(
      missing.map(({ step }) => step),
      ['checked', 'adviceAnswer'],
    );
  });
});

describe('a deferred charge', () => {
  test('is a journey with every byte named, DE90 by its parts, and no phone or till that is missing', () => {
    const checks = [...Object.keys(CHECKS).slice(0, 5), ...Object.keys(CHARGE_CHECKS)];
    const journey = only([charge(), verdict('charge', checks), answer('0210', '00')]);
    isWhole(journey);
    const nodes = nodesOf(explainJourney(journey));
    deepEqual(
      nodes.filter(({ leg }) => ['phone', 'acquirer'].includes(leg)),
      [],
    );
    const [sent] = nodes.filter(({ step }) => step === 'charged');
    const names = sent?.parts.flatMap(({ tree }) => spansIn(tree)).map(({ name }) => name.en) ?? [];
    ok(names.includes('message type of the original'));
    const checked = nodes.find(({ step }) => step === 'checked');
    for (const { label } of checked?.checks ?? []) ok(label.zh !== label.en, label.en);
  });
  test('has the value that its broken check compared', () => {
    const broken = told('tap.verdict', 'tokens', {
      kind: 'charge',
      retrievalReference: REFERENCE,
      code: 'charge.over_limit',
      checks: [{ name: 'chargeLimit', outcome: 'broken', compared: '' }],
    });
    const { cause } = linked(explainJourney(only([charge(), broken, answer('0210', '13')])));
    deepEqual([cause?.check, cause?.links], ['chargeLimit', ['amount']]);
  });
  test('what its checks compare is said in Chinese too', () => {
    for (const compared of [
      'charge from DE18 4111',
      'advice from DE18 absent',
      'not an advice',
      'DE90 against the advices of this token',
      'the advice’s verdict: refused',
      'DE42 999100041110001, the advice’s absent',
      'tap of 261107, days since: 15',
      'tap of , days since: unknown',
      'DE4 000000050001 against the limit of one charge',
      'approved charges that name this advice',
      'unanswered charges that name this advice',
    ]) {
      ok(chineseSaying(compared), compared);
    }
  });
});
