import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Behaviour, behaviours } from './demo.ts';
import { type Account, availableMinor, purchase } from './issuer.ts';
import { behave } from './issuer-behave.ts';
import { type IssuerCard, openingTerms } from './issuer-card.ts';
import { isRefused } from './refusal.ts';

/** 22 November 2026, 16:30 local time. */
const NOW_MS = Date.UTC(2026, 10, 22, 8, 30);

type File = { readonly card: IssuerCard; readonly account: Account };

function opened(kind: 'debit' | 'credit', behaviour: Behaviour): File {
  const { expiry, openingMinor, creditLimitMinor, dailyLimitMinor } = openingTerms(kind, behaviour);
  return {
    card: {
      accountId: 'A',
      lastFour: '0010',
      expiry,
      kind,
      behaviour,
      mobileMasked: '138****0001',
      openedAtMs: 0,
      wrongDetails: 0,
      version: 3n,
    },
    account: {
      accountId: 'A',
      state: 'open',
      currency: '156',
      balanceMinor: openingMinor,
      creditLimitMinor,
      dailyLimitMinor,
      spentOn: '2026-11-22',
      spentMinor: 0n,
      version: 7n,
    },
  };
}

function told({ card, account }: File, behaviour: Behaviour) {
  const behaved = behave(card, account, behaviour, 'P');
  ok(!isRefused(behaved));
  return behaved.value;
}

/** What the bank says to a purchase, made with a token that knows this expiry. */
function pay({ card, account }: File, amountMinor: bigint, expiry = '3012'): string {
  const ask = {
    messageKey: 'K',
    amountMinor,
    currency: '156',
    expiry,
    retrievalReference: '112216000123',
    cryptogramRight: true,
  };
  const decided = purchase(card, account, ask, NOW_MS);
  return isRefused(decided) ? decided.code : 'approved';
}

test('both rows go on by one version, whatever is told', () => {
  for (const behaviour of Object.keys(behaviours) as Behaviour[]) {
    const { card, account } = told(opened('debit', 'plain'), behaviour);
    deepEqual([card.behaviour, card.version, account.version], [behaviour, 4n, 8n]);
  }
});

test('a closed account is told nothing', () => {
  const { card, account } = opened('debit', 'plain');
  const answer = behave(card, { ...account, state: 'closed' }, 'no_funds', 'P');
  equal(isRefused(answer) && answer.code, 'issuer.account_closed');
});

test('no_funds takes what a debit account holds by a posting, and the opening money comes back the same way', () => {
  const { card, account } = opened('debit', 'plain');
  const empty = told({ card, account: { ...account, balanceMinor: 999_000n } }, 'no_funds');
  deepEqual(empty.posting?.entries, [
    { account: 'holder', amountMinor: -999_000n },
    { account: 'opening', amountMinor: 999_000n },
  ]);
  equal(pay(empty, 1n), 'issuer.insufficient_funds');
  equal(told(empty, 'no_funds').posting, undefined);
  const full = told(empty, 'plain');
  equal(full.posting?.entries[0].amountMinor, 1_000_000n);
  equal(pay(full, 1_000_000n), 'approved');
  equal(told(full, 'plain').posting, undefined);
});

test('what a reversal gives back to an emptied account can be spent, and counts as opening money', () => {
  const empty = told(opened('debit', 'plain'), 'no_funds');
  const given = { ...empty, account: { ...empty.account, balanceMinor: 250n } };
  equal(pay(given, 250n), 'approved');
  equal(told(given, 'plain').account.balanceMinor, 1_000_000n);
});

test('no_funds cuts a credit line to what is owed; told otherwise the line is back and the debt stays', () => {
  const { card, account } = opened('credit', 'plain');
  const empty = told({ card, account: { ...account, balanceMinor: -500n } }, 'no_funds');
  equal(empty.posting, undefined);
  equal(empty.account.creditLimitMinor, 500n);
  equal(pay(empty, 1n), 'issuer.insufficient_funds');
  const back = told(empty, 'plain');
  deepEqual([back.posting, back.account.balanceMinor], [undefined, -500n]);
  equal(availableMinor(back.account), 1_999_500n);
});

test('low_limit counts what was spent today, any other behaviour lifts it', () => {
  const { card, account } = opened('debit', 'plain');
  const low = told({ card, account: { ...account, spentMinor: 9_000n } }, 'low_limit');
  equal(pay(low, 1_001n), 'issuer.limit_exceeded');
  equal(pay(low, 1_000n), 'approved');
  equal(pay(told(low, 'plain'), 1_001n), 'approved');
});

test('expired ends the expiry, and any other behaviour brings the one back that tokens know', () => {
  const over = told(opened('debit', 'plain'), 'expired');
  equal(pay(over, 1n), 'issuer.card_expired');
  equal(pay(over, 1n, over.card.expiry), 'issuer.card_expired');
  equal(pay(told(over, 'plain'), 1n), 'approved');
  equal(pay(told(opened('debit', 'expired'), 'plain'), 1n), 'approved');
});

test('lost and do_not_honour hold until the card is told otherwise', () => {
  const lost = told(opened('debit', 'plain'), 'lost');
  equal(pay(lost, 1n), 'issuer.card_lost');
  const cold = told(lost, 'do_not_honour');
  equal(pay(cold, 1n), 'issuer.do_not_honour');
  equal(pay(told(cold, 'green'), 1n), 'approved');
});

test('told anything in any order, a card has the terms of one opened so, and never less than nothing', () => {
  const orders = fc.array(fc.constantFrom(...(Object.keys(behaviours) as Behaviour[])));
  const spending = fc.bigInt({ min: 0n, max: 1_000_000n });
  fc.assert(
    fc.property(fc.constantFrom('debit', 'credit'), orders, spending, (kind, order, spent) => {
      let file: File = opened(kind, 'plain');
      file = {
        ...file,
        account: { ...file.account, balanceMinor: file.account.balanceMinor - spent },
      };
      for (const behaviour of order) {
        const before = file.account.balanceMinor;
        const next = told(file, behaviour);
        const terms = openingTerms(kind, behaviour);
        equal(next.card.expiry, terms.expiry);
        equal(next.account.dailyLimitMinor, terms.dailyLimitMinor);
        equal(
          next.account.balanceMinor - before,
          next.posting === undefined ? 0n : next.posting.entries[0].amountMinor,
        );
        ok(availableMinor(next.account) >= 0n);
        file = next;
      }
    }),
  );
});
