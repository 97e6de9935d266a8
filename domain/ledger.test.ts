import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { paymentLife, posting, postingKinds, runningBalances, sumOf } from './ledger.ts';
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

test('the balance after an entry is the sum of all entries up to it', () => {
  deepEqual(runningBalances([{ amountMinor: -3n }, { amountMinor: 5n }], 12n), [12n, 15n]);
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }));
  fc.assert(
    fc.property(amounts, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (older, opening) => {
      const entries = [opening, ...older].map((amountMinor) => ({ amountMinor }));
      const sums = entries.map((_, at) =>
        entries.slice(0, at + 1).reduce((sum, entry) => sum + entry.amountMinor, 0n),
      );
      deepEqual(runningBalances(entries.toReversed(), sums.at(-1) ?? 0n), sums.toReversed());
    }),
  );
});
