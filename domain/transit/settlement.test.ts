/** The money of an account: one bill, classes of declines, the schedule of retries, and postings that sum to zero. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  billOf,
  chargeableParts,
  type Debt,
  debtsToPay,
  declineClass,
  entriesOf,
  type Line,
  MOST_IN_ONE_CHARGE,
  openDebt,
  type PostingKind,
  postingKinds,
  RETRY_DAYS,
  retryDeclined,
  sumOf,
  weighDebts,
} from './settlement.ts';

const DAY_MS = 86_400_000;

function line(amountMinor: bigint, lineId = String(amountMinor)): Line {
  const kind = amountMinor < 0n ? 'credit' : 'fare';
  return { lineId, kind, day: '2026-03-02', amountMinor, reason: undefined };
}

function debt(responseCode: string, amountMinor = 600n): Debt {
  return openDebt({ chargeId: 'C', day: '2026-03-02', amountMinor }, responseCode, 0);
}

test('lines become one sum; a credit waits until fares outweigh it; what is even is settled without money', () => {
  equal(billOf([]).kind, 'nothing');
  equal(billOf([line(-300n)]).kind, 'nothing');
  equal(billOf([line(-300n), line(300n)]).kind, 'settled');
  const bill = billOf([line(-300n), line(700n)]);
  deepEqual(bill.kind === 'ask' && [bill.amountMinor, bill.lines.length], [400n, 2]);
});

test('a bill never takes more than one charge may, and its lines add up to it', () => {
  const lines = fc.array(fc.bigInt({ min: -20_000n, max: 40_000n }), { maxLength: 12 });
  fc.assert(
    fc.property(lines, (amounts) => {
      const all = amounts
        .filter((amount) => amount !== 0n)
        .map((amount, at) => line(amount, `${at}`));
      const bill = billOf(all);
      if (bill.kind !== 'ask') return;
      ok(bill.amountMinor > 0n && bill.amountMinor <= MOST_IN_ONE_CHARGE);
      equal(sumOf(bill.lines), bill.amountMinor);
      ok(bill.amountMinor <= sumOf(all));
    }),
  );
});

test('an amount is cut into parts that a charge can take, and they add up to it', () => {
  deepEqual(chargeableParts(50_400n), [50_000n, 400n]);
  deepEqual(chargeableParts(50_000n), [50_000n]);
  fc.assert(
    fc.property(fc.bigInt({ min: -200_000n, max: 200_000n }), (amountMinor) => {
      const parts = chargeableParts(amountMinor);
      equal(
        parts.reduce((sum, part) => sum + part, 0n),
        amountMinor,
      );
      ok(parts.every((part) => part !== 0n && part <= MOST_IN_ONE_CHARGE));
    }),
  );
});

// Transit sheet, section 1.4.
test('the classes of declines are those of the sheet', () => {
  for (const code of ['04', '07', '41', '43', '14', '15', '62', '57']) {
    equal(declineClass(code), 'hard');
  }
  for (const code of ['51', '61', '65', '91', '05', '96']) equal(declineClass(code), 'soft');
  for (const code of ['12', '13', '30', '97']) equal(declineClass(code), 'data');
});

// Transit sheet, section 1.2.
test('a soft debt is asked for again on days 1, 3, 5, 7, 10 and 13 after it was opened', () => {
  let owed = debt('51');
  const days: number[] = [];
  while (owed.nextTryAtMs !== undefined) {
    days.push(owed.nextTryAtMs / DAY_MS);
    owed = retryDeclined(owed, '51');
  }
  deepEqual(days, [1, 3, 5, 7, 10, 13]);
  deepEqual([owed.state, owed.tries], ['open', RETRY_DAYS.length]);
  deepEqual(weighDebts([owed]), { owes: true, isExhausted: true });
});

test('a hard debt is never asked for again, whatever a later answer says', () => {
  equal(debt('41').nextTryAtMs, undefined);
  equal(retryDeclined(debt('41'), '51').nextTryAtMs, undefined);
});

test('a small debt ends written off, one of 1.00 or more stays', () => {
  const end = (amountMinor: bigint) =>
    RETRY_DAYS.reduce((owed) => retryDeclined(owed, '51'), debt('51', amountMinor)).state;
  deepEqual([end(99n), end(100n)], ['written_off', 'open']);
});

test('a debt by our own data’s fault lists nobody while it is tried; once no try is left it lists like any other', () => {
  deepEqual(weighDebts([debt('30')]), { owes: false, isExhausted: false });
  deepEqual(weighDebts([debt('30'), debt('51')]), { owes: true, isExhausted: false });
  equal(weighDebts([{ ...debt('51'), state: 'paid' }]).owes, false);
  const tried = (times: number) =>
    RETRY_DAYS.slice(0, times).reduce((owed) => retryDeclined(owed, '30'), debt('30'));
  deepEqual(weighDebts([tried(RETRY_DAYS.length - 1)]), { owes: false, isExhausted: false });
  deepEqual(weighDebts([tried(RETRY_DAYS.length)]), { owes: true, isExhausted: true });
  // Beside it another's next try counts, unless that is one that lists nobody.
  deepEqual(weighDebts([tried(RETRY_DAYS.length), debt('51')]), { owes: true, isExhausted: false });
  deepEqual(weighDebts([tried(RETRY_DAYS.length), debt('30')]), { owes: true, isExhausted: true });
});

test('one payment takes the oldest debts that fit', () => {
  const old = { ...debt('51', 30_000n), debtId: 'old', openedAtMs: 1 };
  const young = { ...debt('51', 30_000n), debtId: 'young', openedAtMs: 2 };
  deepEqual(
    debtsToPay([young, old]).map(({ debtId }) => debtId),
    ['old'],
  );
});

test('every posting has two entries that sum to zero', () => {
  for (const kind of Object.keys(postingKinds) as PostingKind[]) {
    const entries = entriesOf({ postingId: 'X', kind, day: '2026-03-02', amountMinor: 7n });
    equal(sumOf(entries), 0n);
    equal(new Set(entries.map(({ ledgerAccount }) => ledgerAccount)).size, 2);
  }
});
