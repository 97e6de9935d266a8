import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Books, Entry } from './books.ts';
import { checkBooks, checkTold } from './checks.ts';

const REFERENCE = '031610000001';
const REQUEST = 'A'.repeat(32);

const entry = (more: Partial<Entry>): Entry => ({
  accountId: 'account',
  postingId: 'posting',
  account: 'holder',
  amountMinor: -2850n,
  kind: 'purchase',
  retrievalReference: REFERENCE,
  ...more,
});

/** One payment of 28.50, approved, in everybody's books. */
const sound: Books = {
  payments: [
    {
      terminal: 'terminal',
      requestId: REQUEST,
      state: 'posted',
      amountMinor: 2850n,
      acquirerState: 'posted',
      retrievalReference: REFERENCE,
    },
  ],
  issuerPayments: [{ retrievalReference: REFERENCE, state: 'posted', amountMinor: 2850n }],
  entries: [entry({}), entry({ account: 'settlement', amountMinor: 2850n })],
  balances: [{ accountId: 'account', balanceMinor: -2850n }],
  messages: [
    {
      tokenReference: 'token',
      messageKey: 'key',
      kind: 'tap',
      code: undefined,
      counter: 1n,
      amountMinor: 2850n,
      outcomeCode: '00',
      reversed: false,
      seen: true,
    },
  ],
  networkMessages: [{ messageKey: 'key', retrievalReference: REFERENCE, state: 'approved' }],
  lines: [{ tokenReference: 'token', kind: 'payment', amountMinor: 2850n, approved: true }],
  leaves: [{ tokenReference: 'token', shown: 'active', state: 'active' }],
  rides: new Set(),
};

const answer = { outcome: 'approved' as const, message: 'Approved' };

const breachesOf = (change: Partial<Books>, answers = [answer]) =>
  checkBooks({ ...sound, ...change }, [
    { requestId: REQUEST, terminal: 'terminal', amountMinor: 2850, answers, oddities: [] },
  ]);

const finds = (breaches: readonly string[], words: RegExp) =>
  ok(
    breaches.some((breach) => words.test(breach)),
    breaches.join('; '),
  );

test('sound books pass', () => {
  deepEqual(breachesOf({}), []);
});

test('a posting that does not sum to zero is found', () => {
  finds(breachesOf({ entries: [entry({})] }), /posting account posting sums to -2850/);
});

test('a balance that is not the sum of its entries is found', () => {
  finds(breachesOf({ balances: [{ accountId: 'account', balanceMinor: 0n }] }), /says 0/);
});

test('an approved payment that is posted twice, or not at all, or taken back, is found', () => {
  const twice = [...sound.entries, entry({ postingId: 'second' })];
  finds(breachesOf({ entries: twice }), /posted 2/);
  finds(breachesOf({ entries: [] }), /posted 0/);
  const back = entry({ postingId: 'back', kind: 'reversal', amountMinor: 2850n });
  finds(breachesOf({ entries: [...sound.entries, back] }), /taken back 1/);
});

test('money left at the holder of a payment that was taken back is found', () => {
  const payments = sound.payments.map((payment) => ({ ...payment, state: 'voided' }));
  finds(breachesOf({ payments }), /-2850 left at the holder/);
});

test('a cashier who was told otherwise, or two things, is found', () => {
  const declined = { outcome: 'declined' as const, message: 'Declined' };
  finds(breachesOf({}, [declined as never]), /told declined, kept posted/);
  finds(breachesOf({}, [declined as never, answer]), /got 2 answers/);
});

test('a token service that holds other messages for paid is found', () => {
  const messages = sound.messages.map((message) => ({ ...message, reversed: true }));
  finds(breachesOf({ messages }), /holds {2}for paid/);
});

test('a history that lacks a line, or has one too many, is found', () => {
  finds(breachesOf({ lines: [] }), /shows 0 times/);
  finds(breachesOf({ lines: [...sound.lines, ...sound.lines] }), /shows 2 times/);
});

test('a phone that shows a suspended token as active is found', () => {
  const leaves = [{ tokenReference: 'token', shown: 'active', state: 'suspended' }];
  finds(breachesOf({ leaves }), /token is suspended, the phone shows active/);
});

test('a card number is found as digits, packed and as bytes; a code as a word', () => {
  const secrets = [
    { what: 'card number', text: '9999020000000010' },
    { what: 'one-time code', text: '482913' },
  ] as const;
  const leaks = [
    'card 9999020000000010',
    '"message":"60109999020000000010D3012"',
    '"text":"39393939303230303030303030303130"',
    '"text":"your code: 482913."',
  ];
  for (const leak of leaks) ok(checkTold([], [leak], secrets).length === 1, leak);
  deepEqual(checkTold([], ['"hex":"AB482913CD"', '999902…0010'], secrets), []);
});
