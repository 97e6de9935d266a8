import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Assessment,
  accountReference,
  checkCard,
  checkReceipt,
  decide,
  decidePushed,
  faceOf,
  isTriedTooOften,
  PUSHED_MS,
  type Reason,
  reasons,
} from './card.ts';
import { cardRanges, rangeOfCard, testCards } from './demo.ts';
import { isRefused } from './refusal.ts';
import { instantOfLocal } from './time.ts';

const NOW = instantOfLocal('2026-11-25', '12:00:00') ?? 0;
const DAY = 24 * 60 * 60_000;

describe('whether a card can be added, in order', () => {
  const codeOf = (pan: string, expiry = '3012') => {
    const checked = checkCard({ pan, expiry }, NOW);
    return isRefused(checked) ? checked.code : checked.value.bin;
  };

  test('a wrong check digit', () => equal(codeOf('9999010000000000011'), 'card.luhn_wrong'));
  test('a number of no range', () => equal(codeOf('6258249900000018'), 'card.unknown_bin'));
  test('a number of a range but another length', () => {
    equal(codeOf('9999010000000004'), 'card.luhn_wrong');
    equal(codeOf('9999010000000003'), 'card.unknown_bin');
  });
  test('an expiry before this month', () => {
    equal(codeOf('9999020000000010', '2610'), 'card.expired');
    equal(codeOf('9999020000000010', '2611'), '999902');
  });
  test('every test card but the expired ones passes', () => {
    for (const { pan, expiry, behaviour } of testCards) {
      equal(codeOf(pan, expiry), behaviour === 'expired' ? 'card.expired' : pan.slice(0, 6));
    }
  });
});

describe('the decision', () => {
  const assessment = (change: Partial<Assessment['issuer']> = {}, more: Partial<Assessment> = {}) =>
    decide({
      scores: { device: 3, account: 3, phoneNumber: 4 },
      walletReasons: [],
      issuer: {
        recommendation: 'green',
        reasons: [],
        accountOpenedAtMs: NOW - 400 * DAY,
        ...change,
      },
      nowMs: NOW,
      ...more,
    });
  const opened = (days: number) => ({ accountOpenedAtMs: NOW - days * DAY });
  const scores = (device: number, account: number, phoneNumber = 4) => ({
    scores: { device, account, phoneNumber },
  });

  test('is green when nobody objects', () => equal(assessment().colour, 'green'));
  test('follows the issuer to the worse side only', () => {
    equal(assessment({ recommendation: 'yellow' }).colour, 'yellow');
    equal(assessment({ recommendation: 'red' }).colour, 'red');
    equal(assessment({}, scores(2, 4)).colour, 'yellow');
  });
  test('looks at the age of the account: red in the first two days, yellow within a week', () => {
    equal(assessment(opened(1)).colour, 'red');
    equal(assessment(opened(2)).colour, 'yellow');
    equal(assessment(opened(6.9)).colour, 'yellow');
    equal(assessment(opened(7)).colour, 'green');
    equal(assessment(opened(-1)).colour, 'red');
    deepEqual(assessment(opened(2)).reasons, ['ACCOUNT_TOO_NEW']);
    deepEqual(assessment(opened(2000)).reasons, ['LONG_ACCOUNT_TENURE']);
  });
  test('refuses a new account with a low score, and two low scores', () => {
    equal(assessment(opened(3), scores(2, 4)).colour, 'red');
    equal(assessment(opened(3), scores(4, 2)).colour, 'red');
    equal(assessment({}, scores(2, 2)).colour, 'red');
    equal(assessment({}, scores(4, 4, 1)).colour, 'yellow');
  });
  test('counts a reason nobody knows as nobody knowing', () => {
    const decision = assessment({ reasons: ['MOON_IS_FULL'] });
    deepEqual(decision, { colour: 'yellow', reasons: ['UNABLE_TO_ASSESS'] });
  });
  test('takes each reason of the table at its colour, from wallet and issuer alike', () => {
    for (const [reason, colour] of Object.entries(reasons)) {
      equal(assessment({ reasons: [reason] }).colour, colour, reason);
      equal(assessment({}, { walletReasons: [reason] }).colour, colour, reason);
    }
  });
  test('never gets better by a further reason', () => {
    const rank = { green: 0, yellow: 1, red: 2 };
    const some = fc.subarray(Object.keys(reasons) as Reason[]);
    fc.assert(
      fc.property(some, some, (first, second) => {
        const few = assessment({ reasons: first });
        const more = assessment({ reasons: [...first, ...second] });
        equal(rank[more.colour] >= rank[few.colour], true);
      }),
    );
  });
});

describe('the decision on a pushed card', () => {
  const colour = (device: number, account: number, walletReasons: readonly string[] = []) =>
    decidePushed({ scores: { device, account, phoneNumber: 1 }, walletReasons }).colour;

  test('is green, also where a typed card would need a code', () => {
    equal(colour(3, 3), 'green');
    equal(colour(1, 4), 'green');
    equal(colour(3, 3, ['HAS_SUSPENDED_TOKENS', 'MOON_IS_FULL']), 'green');
  });
  test('is red where the wallet or the rules say so', () => {
    equal(colour(2, 2), 'red');
    equal(colour(4, 4, ['DEVICE_RECENTLY_LOST']), 'red');
    for (const [reason, its] of Object.entries(reasons)) {
      equal(colour(4, 4, [reason]), its === 'red' ? 'red' : 'green', reason);
    }
  });
});

test('a receipt is good for one request, in time; that request has it also after', () => {
  const codeOf = (receipt: Parameters<typeof checkReceipt>[0], nowMs: number) => {
    const checked = checkReceipt(receipt, 'R1', nowMs);
    return isRefused(checked) ? checked.code : 'good';
  };
  const free = { expiresMs: NOW + PUSHED_MS, takenBy: undefined };
  equal(codeOf(undefined, NOW), 'push.unknown');
  equal(codeOf(free, NOW + PUSHED_MS - 1), 'good');
  equal(codeOf(free, NOW + PUSHED_MS), 'push.lapsed');
  equal(codeOf({ ...free, takenBy: 'R2' }, NOW), 'push.used');
  equal(codeOf({ ...free, takenBy: 'R2' }, NOW + PUSHED_MS), 'push.used');
  equal(codeOf({ ...free, takenBy: 'R1' }, NOW + PUSHED_MS), 'good');
});

test('a card may be tried ten times a day, an element twenty-four times', () => {
  const times = (count: number) => Array.from({ length: count }, (_, index) => NOW - index * 1000);
  equal(isTriedTooOften({ card: times(9), element: times(23) }, NOW), false);
  equal(isTriedTooOften({ card: times(10), element: [] }, NOW), true);
  equal(isTriedTooOften({ card: [], element: times(24) }, NOW), true);
  equal(isTriedTooOften({ card: times(10), element: [] }, NOW + DAY), false);
});

test('an account reference is the controller and 25 upper-case characters, one for one number', () => {
  const of = (text: string) =>
    accountReference(new Uint8Array(createHash('sha256').update(text).digest()));
  match(of('a card'), /^9999[0-9A-Z]{25}$/);
  equal(of('a card'), of('a card'));
  notEqual(of('a card'), of('another'));
  // Zero is written out in full.
  equal(accountReference(new Uint8Array(32)), `9999${'0'.repeat(25)}`);
});

test('what is shown of a card is its range’s, with its issuer’s invented name', () => {
  const [debit] = cardRanges;
  equal(debit && faceOf(debit).issuerName.en, 'Bafang Bank');
  equal(debit && faceOf(debit).numberLength, 19);
  equal(debit && faceOf(debit).needs, rangeOfCard('999901')?.needs);
});
