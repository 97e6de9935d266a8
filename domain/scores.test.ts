import { deepEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { reasons } from './card.ts';
import { opinionOf, SCORE_DAY_MS } from './scores.ts';

const FRESH = {
  deviceKnownMs: 0,
  userKnownMs: 0,
  triesWithinDay: 0,
  suspendedCards: 0,
  sinceLockedMs: null,
};

describe('the wallet’s opinion', () => {
  test('a new phone and user are in the middle, without reasons', () => {
    deepEqual(opinionOf(FRESH), { device: 3, account: 3, phoneNumber: 4, reasons: [] });
  });

  test('time makes both better', () => {
    const known = { ...FRESH, deviceKnownMs: 30 * SCORE_DAY_MS, userKnownMs: 30 * SCORE_DAY_MS };
    deepEqual(opinionOf(known), {
      device: 5,
      account: 5,
      phoneNumber: 5,
      reasons: ['GOOD_ACTIVITY_HISTORY'],
    });
  });

  test('a phone that was locked within the last day scores low', () => {
    ok(opinionOf({ ...FRESH, sinceLockedMs: SCORE_DAY_MS - 1 }).device <= 2);
    ok(opinionOf({ ...FRESH, sinceLockedMs: SCORE_DAY_MS }).device > 2);
  });

  test('the ninth card within a day, and suspended cards, are told as reasons', () => {
    const many = opinionOf({ ...FRESH, triesWithinDay: 8, suspendedCards: 1 });
    deepEqual(many.reasons, ['TOO_MANY_RECENT_TOKENS', 'HAS_SUSPENDED_TOKENS']);
  });

  test('scores run from 1 to 5, reasons stand in the table', () => {
    const facts = fc.record({
      deviceKnownMs: fc.nat(100 * SCORE_DAY_MS),
      userKnownMs: fc.nat(100 * SCORE_DAY_MS),
      triesWithinDay: fc.nat(30),
      suspendedCards: fc.nat(8),
      sinceLockedMs: fc.option(fc.nat(3 * SCORE_DAY_MS)),
    });
    fc.assert(
      fc.property(facts, (known) => {
        const { device, account, phoneNumber, reasons: told } = opinionOf(known);
        for (const score of [device, account, phoneNumber]) ok(score >= 1 && score <= 5);
        for (const reason of told) ok(Object.hasOwn(reasons, reason));
      }),
    );
  });
});
