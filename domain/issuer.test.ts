import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Account,
  LARGEST_PURCHASE_MINOR,
  type Original,
  type PayingCard,
  type Payment,
  type PurchaseAsk,
  purchase,
  recognise,
  reverse,
} from './issuer.ts';
import { sumOf } from './ledger.ts';
import { isRefused } from './refusal.ts';

/** 22 November 2026, 16:30 local time. */
const NOW_MS = Date.UTC(2026, 10, 22, 8, 30);

const card: PayingCard = { behaviour: 'plain', expiry: '3012' };
const account: Account = {
  accountId: 'A',
  state: 'open',
  currency: '156',
  balanceMinor: 1000n,
  creditLimitMinor: 500n,
  dailyLimitMinor: 2000n,
  spentOn: '2026-11-22',
  spentMinor: 600n,
  version: 7n,
};
const ask: PurchaseAsk = {
  messageKey: '02-1122163000-000123-99990201-99990201',
  amountMinor: 1400n,
  currency: '156',
  expiry: '3012',
  retrievalReference: '112216000123',
  cryptogramRight: true,
};
const payment: Payment = {
  messageKey: ask.messageKey,
  postingId: 'P',
  amountMinor: 600n,
  currency: '156',
  retrievalReference: '112216000123',
  spentOn: '2026-11-22',
  state: 'posted',
};
const reversal = { messageKey: '04-1', amountMinor: 600n, currency: '156' };

test('the staircase of a purchase: every step wins over those below it', () => {
  // From the lowest step up: each breaks one more thing, and the answer is always the newest.
  const steps: [string, Partial<PurchaseAsk>, Partial<PayingCard>, Partial<Account>][] = [
    ['issuer.insufficient_funds', {}, {}, { balanceMinor: 0n }],
    ['issuer.limit_exceeded', {}, {}, { dailyLimitMinor: 1999n }],
    ['issuer.currency_not_held', { currency: '840' }, {}, {}],
    ['issuer.amount_wrong', { amountMinor: 0n }, {}, {}],
    ['issuer.do_not_honour', {}, { behaviour: 'do_not_honour' }, {}],
    ['issuer.account_closed', {}, {}, { state: 'closed' }],
    ['issuer.card_lost', {}, { behaviour: 'lost' }, {}],
    ['issuer.card_expired', {}, { expiry: '2610' }, {}],
  ];
  let [asked, broken, held] = [ask, card, account];
  for (const [code, askChange, cardChange, accountChange] of steps) {
    asked = { ...asked, ...askChange };
    broken = { ...broken, ...cardChange };
    held = { ...held, ...accountChange };
    const decided = purchase(broken, held, asked, NOW_MS);
    equal(isRefused(decided) && decided.code, code);
  }
  const unknown = purchase(undefined, undefined, asked, NOW_MS);
  equal(isRefused(unknown) && unknown.code, 'issuer.card_unknown');
  const wrong = purchase(undefined, undefined, { ...asked, cryptogramRight: false }, NOW_MS);
  equal(isRefused(wrong) && wrong.code, 'tap.cryptogram_wrong');
});

test('a card is good through the last day of its month, local time, and under its own expiry only', () => {
  const good = (expiry: string, asked: string, atMs: number) =>
    !isRefused(purchase({ ...card, expiry }, account, { ...ask, expiry: asked }, atMs));
  ok(good('2611', '2611', Date.UTC(2026, 10, 30, 15, 59, 59)));
  ok(!good('2611', '2611', Date.UTC(2026, 10, 30, 16, 0, 0)));
  ok(!good('3012', '3011', NOW_MS));
});

test('an amount above ten million yuan is not one that was meant', () => {
  const rich = { ...account, balanceMinor: 10n ** 12n, dailyLimitMinor: 10n ** 12n };
  const at = (amountMinor: bigint) => purchase(card, rich, { ...ask, amountMinor }, NOW_MS);
  ok(!isRefused(at(LARGEST_PURCHASE_MINOR)));
  const above = at(LARGEST_PURCHASE_MINOR + 1n);
  equal(isRefused(above) && above.code, 'issuer.amount_wrong');
});

test('a purchase is posted at once, down to the last fen of balance, credit line and limit', () => {
  const decided = purchase(card, account, ask, NOW_MS);
  ok(!isRefused(decided));
  const { account: after, payment: made, posting } = decided.value;
  deepEqual(
    [after.balanceMinor, after.spentMinor, after.version],
    [account.balanceMinor - 1400n, 2000n, 8n],
  );
  equal(made.state, 'posted');
  equal(sumOf(posting.entries), 0n);
  const last = { ...ask, amountMinor: 1500n };
  ok(!isRefused(purchase(card, { ...account, dailyLimitMinor: 2100n }, last, NOW_MS)));
});

test('another day’s spending does not count', () => {
  const decided = purchase(card, { ...account, spentOn: '2026-11-21' }, ask, NOW_MS);
  ok(!isRefused(decided));
  equal(decided.value.account.spentMinor, 1400n);
  equal(decided.value.account.spentOn, '2026-11-22');
});

test('a message is new, again, or refused; what was reversed comes first', () => {
  const print = Uint8Array.of(1, 2, 3);
  equal(recognise({ kind: 'nothing' }, print), 'new');
  equal(recognise({ kind: 'answered', fingerprint: print.slice() }, print), 'again');
  deepEqual(recognise({ kind: 'answered', fingerprint: Uint8Array.of(1, 2, 4) }, print), {
    kind: 'refused',
    code: 'message.key_reused',
  });
  deepEqual(recognise({ kind: 'reversed' }, print), {
    kind: 'refused',
    code: 'message.already_reversed',
  });
});

test('the staircase of a reversal', () => {
  const code = (original: Original, asked = reversal) => {
    const reversed = reverse(account, original, asked);
    return isRefused(reversed) ? reversed.code : reversed.kind;
  };
  equal(code({ kind: 'unknown' }), 'message.original_unknown');
  equal(code({ kind: 'declined' }), 'nothing_taken');
  const original = { kind: 'approved', payment } as const;
  equal(code(original, { ...reversal, amountMinor: 599n }), 'issuer.original_mismatch');
  equal(code(original, { ...reversal, currency: '840' }), 'issuer.original_mismatch');
  equal(code({ kind: 'approved', payment: { ...payment, state: 'voided' } }), 'nothing_taken');
  equal(code(original), 'given_back');
});

test('a reversal undoes a purchase whole', () => {
  const amounts = fc.bigInt({ min: 1n, max: 1400n });
  fc.assert(
    fc.property(amounts, (amountMinor) => {
      const bought = purchase(card, account, { ...ask, amountMinor }, NOW_MS);
      ok(!isRefused(bought));
      const { account: after, payment: made, posting } = bought.value;
      const original = { kind: 'approved', payment: made } as const;
      const reversed = reverse(after, original, { ...reversal, amountMinor });
      ok(reversed.kind === 'given_back');
      deepEqual({ ...reversed.moved.account, version: account.version }, account);
      equal(reversed.moved.payment.state, 'voided');
      equal(sumOf([...posting.entries, ...reversed.moved.posting.entries]), 0n);
      equal(reversed.moved.posting.entries[0].amountMinor, amountMinor);
    }),
  );
});

test('a day that was counted anew, since the clock was set, never falls below nothing', () => {
  const reversed = reverse(
    { ...account, spentMinor: 100n },
    { kind: 'approved', payment },
    reversal,
  );
  ok(reversed.kind === 'given_back');
  equal(reversed.moved.account.spentMinor, 0n);
});
