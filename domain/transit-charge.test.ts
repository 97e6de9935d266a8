/** The staircase of a deferred charge, check by check. profile octavo-1, section 15 */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readTap } from './tap-data.ts';
import { instantOfLocal } from './time.ts';
import {
  adviceNamedBy,
  askedKind,
  type ChargeFacts,
  judgeCharge,
  type NamedAdvice,
} from './transit-charge.ts';

/** DE90: MTI 0220, DE11 000123, DE7 1120081500, DE32 and DE33 99990201. ISO 8583 sheet, section 3 */
const NAMED = '02200001231120081500000999902010009999020' + '1';

const fields = {
  '2': '9999580100000018',
  '3': '000000',
  '4': '000000001800',
  '7': '1122040000',
  '11': '000777',
  '12': '040000',
  '13': '1122',
  '14': '3012',
  '18': '4111',
  '19': '156',
  '22': '102',
  '25': '00',
  '32': '99990201',
  '33': '99990201',
  '42': '999100041110001',
  '49': '156',
  '90': NAMED,
};

const advice: NamedAdvice = {
  isGood: true,
  acquirer: '99990201',
  merchantId: '999100041110001',
  tapDay: '261120',
  receivedAtMs: instantOfLocal('2026-11-20', '08:15:02') ?? 0,
};

type Change = {
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly facts?: Partial<ChargeFacts>;
};

function facts(...changes: readonly Change[]): ChargeFacts {
  const all = Object.assign({}, fields, ...changes.map((change) => change.fields));
  const present = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    tap: readTap(present),
    nowMs: instantOfLocal('2026-11-22', '04:00:00') ?? 0,
    earlier: 'nothing',
    token: { state: 'active', expiry: '3012' },
    advice,
    standing: 'free',
    ...Object.assign({}, ...changes.map((change) => change.facts)),
  };
}

const naming = (change: Partial<NamedAdvice>): Change => ({
  facts: { advice: { ...advice, ...change } },
});

test('a lawful charge is good, and every check held', () => {
  const { code, checks } = judgeCharge(facts());
  equal(code, undefined);
  deepEqual(new Set(checks.map(({ outcome }) => outcome)), new Set(['held']));
});

/** One broken thing for each step, in the order of the staircase. */
const breaks: readonly (readonly [check: string, code: string, change: Change])[] = [
  ['messageReadable', 'message.malformed', { fields: { '19': undefined } }],
  ['messageNew', 'message.already_reversed', { facts: { earlier: 'reversed' } }],
  ['tokenKnown', 'token.unknown', { facts: { token: undefined } }],
  ['tokenActive', 'token.suspended', { facts: { token: { state: 'suspended', expiry: '3012' } } }],
  [
    'tokenNotExpired',
    'token.expired',
    { facts: { nowMs: instantOfLocal('2031-01-01', '00:00:00') ?? 0 } },
  ],
  ['token', 'tap.token_differs', { fields: { '14': '3101' } }],
  ['chargeTransit', 'charge.not_transit', { fields: { '18': '5411' } }],
  ['adviceKnown', 'charge.advice_unknown', { facts: { advice: undefined } }],
  ['adviceGood', 'charge.advice_refused', naming({ isGood: false })],
  ['sameMerchant', 'charge.other_merchant', naming({ merchantId: '999100041110002' })],
  ['adviceRecent', 'charge.too_late', naming({ tapDay: '261107' })],
  ['chargeLimit', 'charge.over_limit', { fields: { '4': '000000050001' } }],
  ['currencyAllowed', 'token.wrong_domain', { fields: { '49': '999' } }],
  ['chargedOnce', 'charge.already_charged', { facts: { standing: 'approved' } }],
  ['noneUnderWay', 'charge.under_way', { facts: { standing: 'under_way' } }],
];

describe('each step refuses by its own code, and what follows is not run', () => {
  for (const [name, code, change] of breaks) {
    test(`${name}: ${code}`, () => {
      const judgement = judgeCharge(facts(change));
      equal(judgement.code, code);
      const at = breaks.findIndex(([step]) => step === name);
      deepEqual(
        judgement.checks.map((check) => [check.name, check.outcome]),
        breaks.map(([step], index) => [
          step,
          index < at ? 'held' : index === at ? 'broken' : 'not_run',
        ]),
      );
    });
  }
});

test('of two broken things the earlier step names the refusal', () => {
  for (const [index, [check, code, first]] of breaks.entries()) {
    for (const [later, , second] of breaks.slice(index + 1)) {
      const touched = ({ fields: one, facts: other }: Change) => Object.keys({ ...one, ...other });
      if (touched(first).some((place) => touched(second).includes(place))) continue;
      equal(judgeCharge(facts(first, second)).code, code, `${check} and ${later}`);
    }
  }
});

test('inactive and deleted tokens are charged nothing', () => {
  for (const state of ['inactive', 'deleted'] as const) {
    const change: Change = { facts: { token: { state, expiry: '3012' } } };
    equal(judgeCharge(facts(change)).code, `token.${state}`);
  }
});

test('one charge may take up to 500.00', () => {
  equal(judgeCharge(facts({ fields: { '4': '000000050000' } })).code, undefined);
});

describe('the tap behind a charge', () => {
  const on = (day: string, now: string, received = '2026-11-20'): string | undefined =>
    judgeCharge(
      facts(naming({ tapDay: day, receivedAtMs: instantOfLocal(received, '12:00:00') ?? 0 }), {
        facts: { nowMs: instantOfLocal(now, '23:59:59') ?? 0 },
      }),
    ).code;
  test('is at most fourteen days old, by the day that the phone sealed', () => {
    equal(on('261108', '2026-11-22'), undefined);
    equal(on('261108', '2026-11-23'), 'charge.too_late');
    equal(on('261220', '2027-01-03', '2026-12-20'), undefined);
    equal(on('261220', '2027-01-04', '2026-12-20'), 'charge.too_late');
  });
  test('is no younger than its advice: a clock that ran ahead wins nothing', () => {
    equal(on('270320', '2026-12-04'), undefined);
    equal(on('270320', '2026-12-05'), 'charge.too_late');
  });
  test('has a day of the calendar', () => {
    equal(on('260230', '2026-11-22'), 'charge.too_late');
    equal(on('', '2026-11-22'), 'charge.too_late');
  });
});

test('another acquirer is another merchant, whatever it calls its shop; institutions are numbers', () => {
  const other = { fields: { '32': '99990202' } };
  equal(judgeCharge(facts(other)).code, 'charge.other_merchant');
  equal(judgeCharge(facts({ fields: { '32': '00099990201' } })).code, undefined);
  const nameless: Change = { fields: { '42': undefined } };
  equal(
    judgeCharge(facts(nameless, naming({ merchantId: undefined }))).code,
    'charge.other_merchant',
  );
});

describe('only a message of the form of a charge is one', () => {
  test('a charge names its advice by DE90', () => {
    equal(adviceNamedBy(fields), '02-1120081500-000123-99990201-99990201');
    equal(askedKind('0200', fields), 'charge');
  });
  const others: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['with a track', { '35': '9999580100000018=3012201' }],
    ['with chip data', { '55': '9F2608AEBC72404A3A05AF' }],
    ['with empty chip data', { '55': '' }],
    ['of another entry mode', { '22': '012' }],
    ['that names a purchase', { '90': NAMED.replace('0220', '0200') }],
    ['that names a reversal', { '90': NAMED.replace('0220', '0420') }],
    ['whose DE90 is short', { '90': NAMED.slice(0, -1) }],
    ['whose DE90 is no number', { '90': `0220${'X'.repeat(38)}` }],
  ];
  for (const [what, change] of others) {
    test(`${what}: a tap, which a device token without a cryptogram never passes`, () => {
      equal(askedKind('0200', { ...fields, ...change }), 'tap');
    });
  }
  test('nor without DE90', () => {
    const { '90': _, ...bare } = fields;
    equal(askedKind('0200', bare), 'tap');
  });
  test('an advice is one by its type, and other types are not judged', () => {
    equal(askedKind('0220', fields), 'advice');
    equal(askedKind('0221', fields), 'advice');
    for (const mti of ['0100', '0222', '0230', '0420', '0820', '']) {
      equal(askedKind(mti, fields), undefined);
    }
  });
  test('any elements at all are read without harm', () => {
    const element = fc.oneof(
      fc.string({ maxLength: 42 }),
      fc.constantFrom(...Object.values(fields)),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('22', '35', '55', '90'), element), (change) => {
        const asked = { ...fields, ...change };
        equal(askedKind('0200', asked), adviceNamedBy(asked) === undefined ? 'tap' : 'charge');
      }),
    );
  });
});
