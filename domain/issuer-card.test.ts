import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import { behaviours, cardRanges, testCards } from './demo.ts';
import {
  assess,
  type CodeRow,
  checkCode,
  decideInApp,
  drawApprovalCode,
  drawCardNumber,
  type IssuerCard,
  maskMobile,
  mayOpen,
  mayPush,
  openingTerms,
  rangeOfWholeCard,
  sendCode,
} from './issuer-card.ts';
import { isRefused } from './refusal.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 8, 30);

const card: IssuerCard = {
  accountId: 'A',
  lastFour: '0010',
  expiry: '3012',
  kind: 'debit',
  behaviour: 'plain',
  mobileMasked: '138****0001',
  openedAtMs: 0,
  wrongDetails: 0,
  version: 1n,
};
const right = { expiry: '3012', cvn2Right: undefined, mobileRight: true };

test('the staircase of an assessment: expired, locked, wrong', () => {
  const code = (change: Partial<IssuerCard>, typed: Parameters<typeof assess>[1] = right) => {
    const { answer } = assess({ ...card, ...change }, typed, NOW_MS);
    return isRefused(answer) ? answer.code : answer.recommendation;
  };
  equal(code({ expiry: '2610', wrongDetails: 5 }), 'card.expired');
  equal(code({ wrongDetails: 5 }), 'card.locked');
  equal(code({}, { ...right, expiry: '3011' }), 'card.details_wrong');
  equal(code({}, { ...right, mobileRight: false }), 'card.details_wrong');
  equal(code({}, { ...right, mobileRight: undefined }), 'card.details_wrong');
  equal(code({}, { ...right, cvn2Right: false }), 'card.details_wrong');
  equal(code({ kind: 'credit' }), 'card.details_wrong');
  equal(code({ kind: 'credit' }, { ...right, cvn2Right: true, mobileRight: undefined }), 'yellow');
  equal(code({}), 'yellow');
});

test('wrong details are counted up to the lock, a right answer begins anew', () => {
  equal(
    assess({ ...card, wrongDetails: 3 }, { ...right, mobileRight: false }, NOW_MS).wrongDetails,
    4,
  );
  equal(assess({ ...card, wrongDetails: 5 }, right, NOW_MS).wrongDetails, 5);
  equal(assess({ ...card, wrongDetails: 4 }, right, NOW_MS).wrongDetails, 0);
});

test('every test card opens under the expiry of its table, and its range takes its number', () => {
  for (const { pan, expiry, behaviour } of testCards) {
    const range = rangeOfWholeCard(pan);
    ok(range !== undefined);
    equal(openingTerms(range.kind, behaviour).expiry, expiry);
    equal(rangeOfWholeCard(`${pan}0`), undefined);
  }
  equal(new Set(testCards.map((one) => one.behaviour)).size, Object.keys(behaviours).length);
});

test('opening terms: 10,000.00 on debit, a line of 20,000.00 on credit, nothing without funds', () => {
  equal(openingTerms('debit', 'plain').openingMinor, 1_000_000n);
  equal(openingTerms('debit', 'plain').creditLimitMinor, 0n);
  equal(openingTerms('credit', 'plain').creditLimitMinor, 2_000_000n);
  equal(openingTerms('credit', 'plain').openingMinor, 0n);
  equal(openingTerms('debit', 'no_funds').openingMinor, 0n);
  equal(openingTerms('credit', 'no_funds').creditLimitMinor, 0n);
  equal(openingTerms('debit', 'low_limit').dailyLimitMinor, 10_000n);
});

test('a mobile number keeps its first three and last four digits', () => {
  equal(maskMobile('13800000001'), '138****0001');
});

const code: CodeRow = {
  accountId: 'A',
  expiresAtMs: NOW_MS + 1,
  wrongTries: 0,
  verified: false,
  decision: undefined,
  version: 1n,
};

test('the staircase of sending a code', () => {
  const outcome = (row: CodeRow | undefined, accountId: string, recent: number) => {
    const decided = sendCode(row, accountId, recent, NOW_MS);
    return isRefused(decided) ? decided.code : decided.value.resendsLeft;
  };
  equal(outcome({ ...code, verified: true }, 'B', 3), 'enrolment.unknown');
  equal(outcome({ ...code, verified: true }, 'A', 3), 'enrolment.not_waiting');
  equal(outcome({ ...code, decision: 'approved' }, 'A', 3), 'enrolment.not_waiting');
  equal(outcome(code, 'A', 3), 'enrolment.resend_limit');
  equal(outcome(code, 'A', 2), 0);
  equal(outcome(undefined, 'A', 0), 3);
});

test('the staircase of checking a code', () => {
  const outcome = (change: Partial<CodeRow>, isRight: boolean, atMs = NOW_MS) =>
    checkCode({ ...code, ...change }, isRight, atMs).refusal?.code ?? 'right';
  const late = NOW_MS + 1;
  equal(outcome({ verified: true, wrongTries: 3 }, true, late), 'enrolment.not_waiting');
  equal(outcome({ decision: 'refused', wrongTries: 3 }, true, late), 'enrolment.not_waiting');
  equal(outcome({ wrongTries: 3 }, true, late), 'enrolment.code_dead');
  equal(outcome({}, true, late), 'enrolment.code_expired');
  equal(outcome({ wrongTries: 2 }, false), 'enrolment.code_dead');
  equal(outcome({ wrongTries: 1 }, false), 'enrolment.code_wrong');
  equal(outcome({ wrongTries: 2 }, true), 'right');
});

test('the staircase of a decision in the app: waiting, in time; wrong tries do not matter', () => {
  const outcome = (change: Partial<CodeRow>, atMs = NOW_MS) => {
    const decided = decideInApp({ ...code, ...change }, atMs);
    return isRefused(decided) ? decided.code : 'may decide';
  };
  const late = NOW_MS + 1;
  equal(outcome({ verified: true }, late), 'enrolment.not_waiting');
  equal(outcome({ decision: 'refused' }, late), 'enrolment.not_waiting');
  equal(outcome({}, late), 'enrolment.code_expired');
  equal(outcome({ wrongTries: 3 }), 'may decide');
});

test('a holder opens cards up to twelve', () => {
  const twelfth = mayOpen(11);
  const next = mayOpen(12);
  equal(isRefused(twelfth), false);
  equal(isRefused(next) && next.code, 'issuer.cards_full');
});

test('a card is handed on unless it has expired or the bank refuses adding it', () => {
  const outcome = (change: Partial<IssuerCard>) => {
    const pushed = mayPush({ ...card, ...change }, NOW_MS);
    return isRefused(pushed) ? pushed.code : 'pushed';
  };
  equal(outcome({ expiry: '2610', behaviour: 'red' }), 'card.expired');
  equal(outcome({ behaviour: 'red' }), 'card.declined');
  equal(outcome({ wrongDetails: 5 }), 'pushed');
});

test('a drawn card number is of its range, passes the Luhn check, and is drawn anew each time', () => {
  for (const range of cardRanges) {
    const zeros = drawCardNumber(range, (length) => new Uint8Array(length));
    const ones = drawCardNumber(range, (length) => new Uint8Array(length).fill(1));
    for (const pan of [zeros, ones]) {
      equal(rangeOfWholeCard(pan), range);
      ok(isLuhnValid(pan));
    }
    ok(zeros !== ones);
  }
});

test('an approval code is six capitals or digits, each of the thirty-two as likely as the others', () => {
  const all = Array.from({ length: 256 }, (_, value) => value);
  const counts = new Map<string, number>();
  for (const value of all) {
    const drawn = drawApprovalCode((length) => new Uint8Array(length).fill(value));
    match(drawn, /^([0-9A-Z])\1{5}$/);
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  deepEqual([...new Set(counts.values())], [8]);
  equal(counts.size, 32);
});
