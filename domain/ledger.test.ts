import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { paymentLife, posting, postingKinds, sumOf } from './ledger.ts';
import { step } from './life.ts';

test('a posting has two entries that sum to zero, the holder’s first', () => {
  const kinds = fc.constantFrom(...(Object.keys(postingKinds) as (keyof typeof postingKinds)[]));
  const amounts = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).filter((one) => one !== 0n);
  fc.assert(
    fc.property(kinds, amounts, (kind, amountMinor) => {
      const { entries } = posting(kind, 'id', 'reference', amountMinor);
      equal(sumOf(entries), 0n);
      deepEqual(entries[0], { account: 'holder', amountMinor });
      equal(entries[1].account, postingKinds[kind]);
    }),
  );
});

test('a posting that moves nothing is a bug', () => {
  throws(() => posting('purchase', 'id', 'reference', 0n));
});

test('a payment is pending, then posted or voided; a posted one can be voided, a voided one is done', () => {
  equal(step(paymentLife, 'pending', 'post'), 'posted');
  equal(step(paymentLife, 'pending', 'void'), 'voided');
  equal(step(paymentLife, 'posted', 'void'), 'voided');
  equal(step(paymentLife, 'posted', 'post'), undefined);
  equal(step(paymentLife, 'voided', 'post'), undefined);
  equal(step(paymentLife, 'voided', 'void'), undefined);
});
