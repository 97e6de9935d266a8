/** The staircase of a tap, check by check, on the worked tap of the cryptograms sheet, section 9. */
import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import fc from 'fast-check';
import { judgeTap, type TapFacts, type TapToken } from './tap.ts';
import { readTap } from './tap-data.ts';
import { instantOfLocal } from './time.ts';

const CRYPTOGRAM = 'AEBC72404A3A05AF';

/** docs/specs.md, cryptograms sheet, section 9: the tap of token 6258249900000018 for 12.50. */
const chip = {
  '9F02': '000000001250',
  '9F03': '000000000000',
  '9F1A': '0156',
  '95': '0000000000',
  '5F2A': '0156',
  '9A': '261122',
  '9C': '00',
  '9F37': '1A2B3C4D',
  '82': '7000',
  '9F36': '0001',
  '9F10': '07010103A40000010A0100000000003A65702A',
  '9F26': CRYPTOGRAM,
  '9F27': '80',
  '57': '6258249900000018D301220100000000000F',
  '5F34': '01',
  '9F6C': '0080',
  '9F19': '040010030273',
};

const fields = {
  '2': '6258249900000018',
  '3': '000000',
  '4': '000000001250',
  '7': '1122163001',
  '11': '000001',
  '13': '1122',
  '14': '3012',
  '18': '5411',
  '19': '156',
  '22': '072',
  '32': '99990201',
  '33': '99990201',
  '35': '6258249900000018=30122010000000000',
  '49': '156',
};

const token: TapToken = {
  state: 'active',
  expiry: '3012',
  requestorId: '40010030273',
  keyIndex: '01',
  highestCounter: 0,
};

type Change = {
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly chip?: Readonly<Record<string, string | undefined>> | 'absent' | 'damaged';
  readonly facts?: Partial<TapFacts>;
};

function de55(objects: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(objects)
    .map(([tag, value]) =>
      value === undefined ? '' : tag + (value.length / 2).toString(16).padStart(2, '0') + value,
    )
    .join('')
    .toUpperCase();
}

function facts(...changes: readonly Change[]): TapFacts {
  const merged = changes.reduce<Change>(
    (sum, change) => ({
      fields: { ...sum.fields, ...change.fields },
      chip:
        typeof sum.chip === 'string' || typeof change.chip === 'string'
          ? typeof sum.chip === 'string'
            ? sum.chip
            : change.chip
          : { ...sum.chip, ...change.chip },
      facts: { ...sum.facts, ...change.facts },
    }),
    {},
  );
  const chipData =
    merged.chip === 'absent'
      ? undefined
      : merged.chip === 'damaged'
        ? '9F02'
        : de55({ ...chip, ...(merged.chip as object) });
  const all = { ...fields, '55': chipData, ...merged.fields };
  const present = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    tap: readTap(present),
    nowMs: instantOfLocal('2026-11-22', '16:30:01') ?? 0,
    earlier: 'nothing',
    isAdvice: false,
    token,
    isCryptogramRight: true,
    used: undefined,
    ...merged.facts,
  };
}

test('the worked tap is good, and every check held', () => {
  const judgement = judgeTap(facts());
  equal(judgement.code, undefined);
  deepEqual(new Set(judgement.checks.map(({ outcome }) => outcome)), new Set(['held']));
  equal(judgement.consumesCounter, true);
  equal(judgement.provesClone, false);
});

/** One broken thing for each step, in the order of the staircase. */
const breaks: readonly (readonly [check: string, code: string, change: Change])[] = [
  ['messageReadable', 'message.malformed', { fields: { '19': undefined } }],
  ['messageNew', 'message.already_reversed', { facts: { earlier: 'reversed' } }],
  ['tokenKnown', 'token.unknown', { facts: { token: undefined } }],
  ['tokenActive', 'token.suspended', { facts: { token: { ...token, state: 'suspended' } } }],
  [
    'tokenNotExpired',
    'token.expired',
    { facts: { nowMs: instantOfLocal('2031-01-01', '00:00:00') ?? 0 } },
  ],
  ['entryMode', 'token.wrong_domain', { fields: { '22': '012' } }],
  ['requestor', 'token.wrong_domain', { chip: { '9F19': '099900000001' } }],
  ['cryptogramVersion', 'tap.version_refused', { chip: { '9F10': '07011103A4000001' } }],
  ['cryptogram', 'tap.cryptogram_wrong', { facts: { isCryptogramRight: false } }],
  ['amount', 'tap.amount_differs', { fields: { '4': '000000001251' } }],
  ['currency', 'tap.currency_differs', { fields: { '49': '344' } }],
  ['country', 'tap.country_differs', { fields: { '19': '344' } }],
  ['date', 'tap.date_differs', { fields: { '13': '1123' } }],
  ['type', 'tap.type_differs', { fields: { '3': '200000' } }],
  ['token', 'tap.token_differs', { fields: { '14': '3101' } }],
  ['qualifiers', 'tap.ctq_overclaims', { chip: { '9F10': '07010103A0000001' } }],
  ['adviceTransit', 'tap.advice_not_transit', { facts: { isAdvice: true } }],
  ['counter', 'tap.counter_behind', { facts: { token: { ...token, highestCounter: 7 } } }],
  ['holder', 'tap.holder_not_verified', { chip: { '9F10': '07010103A0000001', '9F6C': '0000' } }],
  ['express', 'tap.express_not_transit', { chip: { '9F10': '07010103A4000101' } }],
  ['merchantClass', 'token.wrong_domain', { fields: { '18': '6011' } }],
  ['currencyAllowed', 'token.wrong_domain', { fields: { '49': '999' }, chip: { '5F2A': '0999' } }],
];

describe('each step refuses by its own code, and what follows is not run', () => {
  for (const [check, code, change] of breaks) {
    test(`${check}: ${code}`, () => {
      const judgement = judgeTap(facts(change));
      equal(judgement.code, code);
      const at = judgement.checks.findIndex(({ outcome }) => outcome === 'broken');
      equal(judgement.checks[at]?.name, check);
      const outcomes = judgement.checks.map(({ outcome }) => outcome);
      deepEqual(new Set(outcomes.slice(0, at)), at === 0 ? new Set() : new Set(['held']));
      deepEqual(
        new Set(outcomes.slice(at + 1)),
        at === outcomes.length - 1 ? new Set() : new Set(['not_run']),
      );
    });
  }

  test('the steps are these, in this order', () => {
    deepEqual(
      judgeTap(facts()).checks.map(({ name }) => name),
      breaks.map(([check]) => check),
    );
  });
});

test('of two broken things the earlier step names the refusal', () => {
  for (const [index, [check, code, first]] of breaks.entries()) {
    for (const [later, , second] of breaks.slice(index + 1)) {
      // Two that break one thing differently cannot both be broken.
      if (touched(first).some((place) => touched(second).includes(place))) continue;
      equal(judgeTap(facts(first, second)).code, code, `${check} and ${later}`);
      equal(judgeTap(facts(second, first)).code, code, `${later} and ${check}`);
    }
  }
});

function touched(change: Change): readonly string[] {
  return [change.fields, change.chip, change.facts].flatMap((part) => Object.keys(part ?? {}));
}

describe('a message is readable with every element a verdict needs', () => {
  for (const element of ['2', '4', '7', '11', '13', '19', '22', '32', '33', '49']) {
    test(`not without DE${element}`, () => {
      equal(judgeTap(facts({ fields: { [element]: undefined } })).code, 'message.malformed');
      equal(judgeTap(facts({ fields: { [element]: 'x' } })).code, 'message.malformed');
    });
  }
  for (const element of ['3', '18']) {
    test(`not with a DE${element} of another form`, () => {
      equal(judgeTap(facts({ fields: { [element]: 'x' } })).code, 'message.malformed');
    });
  }
  test('not with chip data that are no data objects, or that say a thing twice', () => {
    equal(judgeTap(facts({ chip: 'damaged' })).code, 'message.malformed');
    const twice = de55(chip) + de55({ '9F02': '000000000001' });
    equal(judgeTap(facts({ fields: { '55': twice } })).code, 'message.malformed');
  });
  test('any bytes as chip data are read or refused, never thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex').toUpperCase();
        notEqual(judgeTap(facts({ fields: { '55': hex } })).code, undefined);
      }),
    );
  });
});

test('a key that was used for other content is refused', () => {
  equal(judgeTap(facts({ facts: { earlier: 'other_content' } })).code, 'message.key_reused');
});

test('a message without its kind or its merchant’s class is refused by the check that misses it', () => {
  equal(judgeTap(facts({ fields: { '3': undefined } })).code, 'tap.type_differs');
  equal(judgeTap(facts({ fields: { '18': undefined } })).code, 'token.wrong_domain');
});

test('inactive and deleted tokens have their own words', () => {
  const inState = (state: TapToken['state']) =>
    judgeTap(facts({ facts: { token: { ...token, state } } })).code;
  equal(inState('inactive'), 'token.inactive');
  equal(inState('deleted'), 'token.deleted');
});

test('a device token without chip data is refused whatever the entry mode says', () => {
  equal(judgeTap(facts({ chip: 'absent' })).code, 'token.wrong_domain');
  for (const mode of ['012', '022', '052', '812', '912', '982']) {
    equal(judgeTap(facts({ fields: { '22': mode } })).code, 'token.wrong_domain');
  }
});

describe('no usable cryptogram', () => {
  for (const tag of ['9F26', '9F36', '9F10', '9F37']) {
    test(`without ${tag}`, () => {
      const judgement = judgeTap(
        facts({ chip: { [tag]: undefined }, facts: { isCryptogramRight: false } }),
      );
      equal(judgement.code, 'tap.cryptogram_missing');
    });
  }
  test('a zero unpredictable number is none, and the counter is used up all the same', () => {
    const judgement = judgeTap(facts({ chip: { '9F37': '00000000' } }));
    equal(judgement.code, 'tap.cryptogram_missing');
    equal(judgement.consumesCounter, true);
  });
});

test('the card’s no is no yes: only a cryptogram that asks for approval is right', () => {
  // Not sealed by the worked tap; that the cryptogram be right is given.
  equal(judgeTap(facts({ chip: { '9F10': '0701010384000001' } })).code, 'tap.cryptogram_wrong');
  equal(judgeTap(facts({ chip: { '9F27': '40' } })).code, 'tap.cryptogram_wrong');
});

test('another key index than the token’s own is wrong', () => {
  const judgement = judgeTap(facts({ chip: { '9F10': '07020103A40000010A0100000000003A65702A' } }));
  equal(judgement.code, 'tap.cryptogram_wrong');
});

describe('the date', () => {
  test('has the year in which it is less than half a year away', () => {
    equal(judgeTap(facts({ chip: { '9A': '251122' } })).code, 'tap.date_differs');
    equal(judgeTap(facts({ chip: { '9A': '271122' } })).code, 'tap.date_differs');
  });
  test('holds across New Year', () => {
    const nowMs = instantOfLocal('2027-01-01', '00:00:30') ?? 0;
    const eve = { fields: { '13': '1231' }, chip: { '9A': '261231' }, facts: { nowMs } };
    equal(judgeTap(facts(eve)).code, undefined);
  });
  test('is a day of the calendar', () => {
    const never = { fields: { '13': '1131' }, chip: { '9A': '261131' } };
    equal(judgeTap(facts(never)).code, 'tap.date_differs');
  });
});

describe('every place that names the token names this one', () => {
  const other = '6258249900000026';
  const places: readonly (readonly [string, Change])[] = [
    ['DE35', { fields: { '35': `${other}=30122010000000000` } }],
    ['the expiry in DE35', { fields: { '35': '6258249900000018=31012010000000000' } }],
    ['DE35 that cannot be read', { fields: { '35': '6258' } }],
    ['tag 57', { chip: { '57': `${other}D301220100000000000F` } }],
    ['the expiry in tag 57', { chip: { '57': '6258249900000018D310120100000000000F' } }],
    ['tag 57 that cannot be read', { chip: { '57': '6258' } }],
    ['tag 5A', { chip: { '5A': other } }],
    ['tag 5F24', { chip: { '5F24': '310131' } }],
  ];
  for (const [place, change] of places) {
    test(place, () => equal(judgeTap(facts(change)).code, 'tap.token_differs'));
  }
  test('and a place that is left out names none', () => {
    const bare = { fields: { '14': undefined, '35': undefined }, chip: { '57': undefined } };
    equal(judgeTap(facts(bare)).code, undefined);
  });
});

describe('the counter', () => {
  test('begins at one', () => {
    equal(judgeTap(facts({ chip: { '9F36': '0000' } })).code, 'tap.counter_behind');
  });
  const mine = fromHex(CRYPTOGRAM);
  const used = { token: { ...token, highestCounter: 1 }, used: mine };

  test('used by the same cryptogram: the same tap again', () => {
    const judgement = judgeTap(facts({ facts: used }));
    equal(judgement.code, 'tap.replayed');
    deepEqual([judgement.consumesCounter, judgement.provesClone], [false, false]);
  });
  test('used by another right cryptogram: two elements hold one token', () => {
    const judgement = judgeTap(facts({ facts: { ...used, used: fromHex('0011223344556677') } }));
    equal(judgement.code, 'tap.clone_proved');
    deepEqual([judgement.consumesCounter, judgement.provesClone], [false, true]);
  });
  test('a clone is proved also where an earlier step names the refusal', () => {
    const clone = { facts: { ...used, used: fromHex('0011223344556677') } };
    const judgement = judgeTap(facts({ fields: { '4': '000000009999' } }, clone));
    equal(judgement.code, 'tap.amount_differs');
    equal(judgement.provesClone, true);
  });
  test('a wrong cryptogram uses up nothing and proves nothing', () => {
    const forged = { ...used, used: fromHex('0011223344556677'), isCryptogramRight: false };
    const judgement = judgeTap(facts({ facts: forged }));
    deepEqual([judgement.consumesCounter, judgement.provesClone], [false, false]);
  });
  test('behind the highest but never used: late, refused, and used up', () => {
    const judgement = judgeTap(facts({ facts: { token: { ...token, highestCounter: 7 } } }));
    equal(judgement.code, 'tap.counter_behind');
    equal(judgement.consumesCounter, true);
  });
});

describe('a transit advice', () => {
  const advice: Change = { fields: { '18': '4111' }, facts: { isAdvice: true } };
  test('is taken from transit merchants alone, and at shops a tap needs a purchase', () => {
    for (const merchant of ['4111', '4112', '4131']) {
      equal(judgeTap(facts(advice, { fields: { '18': merchant } })).code, undefined, merchant);
    }
    for (const merchant of ['5411', '4784', '6011', undefined]) {
      const { code } = judgeTap(facts(advice, { fields: { '18': merchant } }));
      equal(code, 'tap.advice_not_transit');
    }
  });
  test('may come behind the highest counter as long as its own is unused; a purchase there may not', () => {
    const late = { facts: { token: { ...token, highestCounter: 7 } } };
    equal(judgeTap(facts(advice, late)).code, undefined);
    const here = { fields: { '18': '4111' } };
    equal(judgeTap(facts(here, late)).code, 'tap.counter_behind');
  });
  test('with a used counter is a replay or proves a clone, as a purchase', () => {
    const used = { facts: { token: { ...token, highestCounter: 7 }, used: fromHex(CRYPTOGRAM) } };
    equal(judgeTap(facts(advice, used)).code, 'tap.replayed');
    const other = { facts: { ...used.facts, used: fromHex('0011223344556677') } };
    const judgement = judgeTap(facts(advice, other));
    deepEqual([judgement.code, judgement.provesClone], ['tap.clone_proved', true]);
  });
  test('has no counter zero', () => {
    equal(judgeTap(facts(advice, { chip: { '9F36': '0000' } })).code, 'tap.counter_behind');
  });
  test('in express keeps to its cap, and one without holder or express is refused', () => {
    const express = { chip: { '9F10': '07010103A0000101', '9F6C': '0000' } };
    equal(judgeTap(facts(advice, express)).code, undefined);
    const dear = { fields: { '4': '000000002001' }, chip: { '9F02': '000000002001' } };
    equal(judgeTap(facts(advice, express, dear)).code, 'tap.express_not_transit');
    const nobody = { chip: { '9F10': '07010103A0000001', '9F6C': '0000' } };
    equal(judgeTap(facts(advice, nobody)).code, 'tap.holder_not_verified');
  });
});

describe('the holder', () => {
  const express = { '9F10': '07010103A0000101', '9F6C': '0000' };
  test('may be left out by an express tap at a transit gate, under its cap', () => {
    equal(judgeTap(facts({ chip: express, fields: { '18': '4111' } })).code, undefined);
    const dear = { fields: { '18': '4111', '4': '000000002001' } };
    const sealed = { chip: { ...express, '9F02': '000000002001' } };
    equal(judgeTap(facts(dear, sealed)).code, 'tap.express_not_transit');
  });
  test('not at a shop', () => {
    equal(judgeTap(facts({ chip: express })).code, 'tap.express_not_transit');
  });
  test('is read from the sealed results alone: CTQ may say less, and then that counts for nothing', () => {
    equal(judgeTap(facts({ chip: { '9F6C': '0000' } })).code, undefined);
    equal(judgeTap(facts({ chip: { '9F6C': undefined } })).code, undefined);
  });
  test('CTQ of another length is a claim nobody can read', () => {
    equal(judgeTap(facts({ chip: { '9F6C': '008000' } })).code, 'tap.ctq_overclaims');
  });
});

test('what is recorded holds neither the token’s number nor a cryptogram', () => {
  const changes = [{}, ...breaks.map(([, , change]) => change)];
  for (const change of changes) {
    const text = JSON.stringify(judgeTap(facts(change)).checks);
    equal(text.includes('6258249900000018') || text.includes(CRYPTOGRAM), false);
  }
});
