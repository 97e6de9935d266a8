import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { institutions, testCards } from './demo.ts';
import { type EventOf, step } from './life.ts';
import type { MessageFields } from './message.ts';
import {
  type Asked,
  admitManagement,
  admitPurchase,
  admitReversal,
  answerUntold,
  decline,
  endsReversal,
  expire,
  forwardDelayMs,
  GIVE_UP_AFTER_MS,
  hear,
  issuerRefusal,
  type KeptMessage,
  type MessageChange,
  type MessageState,
  meetAgain,
  messageLife,
  reverse,
  send,
  settle,
  told,
  unsentDelayMs,
} from './network.ts';
import { isRefused } from './refusal.ts';

const ACQUIRER = institutions.acquirer.code;
const TOKEN = '9999590100000012';
/** 22 November 2026, 16:30:00 local time. */
const NOW_MS = Date.UTC(2026, 10, 22, 8, 30, 0);

/** In the values of the ISO 8583 sheet, section 14, with a token and an acquirer of the demo world. */
const purchaseFields: MessageFields = {
  2: TOKEN,
  3: '000000',
  4: '000000001250',
  7: '1122163001',
  11: '000123',
  12: '163001',
  13: '1122',
  18: '5411',
  19: '156',
  22: '072',
  25: '00',
  32: ACQUIRER,
  33: ACQUIRER,
  35: `${TOKEN}=301220100000000000`,
  37: '112216000123',
  41: '00000001',
  42: '898110254110001',
  43: 'DEMO SHOP                BEIJING     CHN',
  49: '156',
};

const reversalFields: MessageFields = {
  ...purchaseFields,
  7: '1122163101',
  11: '000124',
  39: '98',
  90: `02000001231122163001000${ACQUIRER}000${ACQUIRER}`,
};

function asked(mti: string, fields: MessageFields, changes: Partial<Asked> = {}): Asked {
  const sender = { source: ACQUIRER, institution: ACQUIRER, signedOn: true };
  return { mti, fields, ...sender, nowMs: NOW_MS, ...changes };
}

function without(fields: MessageFields, number: number): MessageFields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== String(number)));
}

function codeOf(result: { readonly kind: string; readonly code?: string }): string {
  return result.kind === 'refused' ? String(result.code) : 'taken';
}

const FINGERPRINT = Uint8Array.of(1, 2, 3);

function kept(changes: Partial<KeptMessage> = {}): KeptMessage {
  return {
    messageKey: `02-1122163001-000123-${ACQUIRER}-${ACQUIRER}`,
    institution: ACQUIRER,
    state: 'pending',
    fields: purchaseFields,
    fingerprint: FINGERPRINT,
    issuer: institutions.issuer.code,
    settlementDate: '1122',
    answered: false,
    owed: 'nothing',
    createdAtMs: NOW_MS,
    version: 1,
    ...changes,
  };
}

const inState: Readonly<Record<MessageState, KeptMessage>> = {
  pending: kept(),
  sent: kept({ state: 'sent' }),
  approved: kept({ state: 'approved', responseCode: '00', answered: true }),
  declined: kept({ state: 'declined', responseCode: '51', answered: true }),
  reversed: kept({ state: 'reversed', reversedBy: 'acquirer', responseCode: '94', answered: true }),
  foretold: kept({
    state: 'foretold',
    reversedBy: 'acquirer',
    fields: undefined,
    fingerprint: undefined,
    answered: true,
  }),
};

test('a purchase goes to the issuer whose token range its number is in', () => {
  deepEqual(admitPurchase(asked('0200', purchaseFields)), {
    kind: 'done',
    value: {
      messageKey: `02-1122163001-000123-${ACQUIRER}-${ACQUIRER}`,
      issuer: institutions.issuer.code,
    },
  });
});

test('a purchase is refused by the first step it fails', () => {
  // Each row breaks one step and every later one.
  const routeless = { ...purchaseFields, 2: testCards[1]?.pan ?? '', 35: '1234=30' };
  const foreign = { ...routeless, 32: '99990202' };
  const incomplete = without(foreign, 4);
  const rows: readonly (readonly [string, Asked])[] = [
    ['message.not_supported', asked('0200', { ...incomplete, 3: '200000' }, { signedOn: false })],
    ['network.not_signed_on', asked('0200', incomplete, { signedOn: false })],
    ['message.malformed', asked('0200', incomplete)],
    ['caller.not_allowed', asked('0200', foreign)],
    ['network.no_route', asked('0200', routeless)],
    ['tap.token_differs', asked('0200', { ...routeless, 2: TOKEN })],
    ['taken', asked('0200', purchaseFields)],
  ];
  for (const [code, ask] of rows) equal(codeOf(admitPurchase(ask)), code);
});

test('each element that a purchase must have is asked for by name', () => {
  for (const field of [2, 4, 7, 11, 12, 13, 18, 19, 22, 32, 33, 37, 41, 42, 43, 49]) {
    const answer = admitPurchase(asked('0200', without(purchaseFields, field)));
    deepEqual(answer, {
      kind: 'refused',
      code: 'message.malformed',
      detail: { field: `DE${field}` },
    });
  }
});

test('only a plain purchase is served: voids, completions, refunds and authorisations are not', () => {
  const variants: readonly (readonly [string, MessageFields])[] = [
    ['0200', { ...purchaseFields, 3: '200000' }],
    ['0200', { ...purchaseFields, 25: '06' }],
    ['0220', { ...purchaseFields, 3: '200000' }],
    ['0100', purchaseFields],
    ['0420', { ...reversalFields, 3: '200000' }],
  ];
  for (const [mti, fields] of variants) {
    equal(codeOf(admitPurchase(asked(mti, fields))), 'message.not_supported');
  }
});

test('times must be on the clock and the calendar, and DE7 of a purchase near now', () => {
  const wrong: readonly MessageFields[] = [
    { 7: '1322163001' },
    { 7: '1122243001' },
    { 12: '166001' },
    { 13: '1132' },
    { 13: '0022' },
    { 11: '000000' },
    { 37: '11221600 123' },
    { 7: '0230163001' },
    { 7: '1120163001' },
    { 7: '1124163001' },
  ];
  for (const change of wrong) {
    const answer = admitPurchase(asked('0200', { ...purchaseFields, ...change }));
    equal(codeOf(answer), 'message.malformed', JSON.stringify(change));
  }
  const newYear = Date.UTC(2026, 11, 31, 16, 0, 30);
  const before = { ...purchaseFields, 7: '1231235959', 12: '235959', 13: '1231' };
  equal(codeOf(admitPurchase(asked('0200', before, { nowMs: newYear }))), 'taken');
});

test('a device token keyed in is taken: refusing it is for the token service', () => {
  const keyed = without({ ...purchaseFields, 22: '012' }, 35);
  equal(codeOf(admitPurchase(asked('0200', keyed))), 'taken');
});

test('a message speaks for the institution whose link it came over, and for no other', () => {
  const others: readonly MessageFields[] = [{ 32: '99990202' }, { 33: '99990202' }];
  for (const changes of others) {
    const fields = { ...purchaseFields, ...changes };
    equal(codeOf(admitPurchase(asked('0200', fields))), 'caller.not_allowed');
  }
  const source = { source: '99990202' };
  equal(codeOf(admitPurchase(asked('0200', purchaseFields, source))), 'caller.not_allowed');
  equal(codeOf(admitReversal(asked('0420', reversalFields, source))), 'caller.not_allowed');
  const management = { 7: '1122163001', 11: '000001', 33: ACQUIRER, 70: '001' };
  equal(codeOf(admitManagement(asked('0820', management, source))), 'caller.not_allowed');
});

test('a reversal names its original by DE90', () => {
  deepEqual(admitReversal(asked('0421', reversalFields)), {
    kind: 'done',
    value: {
      reversalKey: `04-1122163101-000124-${ACQUIRER}-${ACQUIRER}`,
      originalKey: `02-1122163001-000123-${ACQUIRER}-${ACQUIRER}`,
    },
  });
  const none = asked('0420', without(reversalFields, 90));
  equal(codeOf(admitReversal(none)), 'message.malformed');
  const others = { ...reversalFields, 90: `02000001231122163001000${ACQUIRER}00099990202` };
  equal(codeOf(admitReversal(asked('0420', others))), 'caller.not_allowed');
  const reversal = { ...reversalFields, 90: `04200001231122163001000${ACQUIRER}000${ACQUIRER}` };
  equal(codeOf(admitReversal(asked('0420', reversal))), 'message.malformed');
  // A reversal may wait for days in store and forward, so its DE7 need not be near now.
  const late = asked('0420', reversalFields, { nowMs: NOW_MS + GIVE_UP_AFTER_MS });
  equal(codeOf(admitReversal(late)), 'taken');
});

test('signing on, off and echo need no sign-on; other codes are not supported', () => {
  const fields = { 7: '1122163001', 11: '000001', 33: ACQUIRER, 70: '301' };
  const unsigned = { signedOn: false };
  equal(codeOf(admitManagement(asked('0820', fields, unsigned))), 'taken');
  const key = asked('0820', { ...fields, 70: '101' }, unsigned);
  equal(codeOf(admitManagement(key)), 'message.not_supported');
  equal(codeOf(admitManagement(asked('0820', without(fields, 70)))), 'message.malformed');
});

test('a key met again: reversed first, then other content, then the same', () => {
  const other = Uint8Array.of(9);
  equal(codeOf(meetAgain(inState.foretold, other)), 'message.already_reversed');
  equal(codeOf(meetAgain(inState.reversed, other)), 'message.already_reversed');
  equal(codeOf(meetAgain(inState.approved, other)), 'message.key_reused');
  equal(codeOf(meetAgain(inState.sent, other)), 'message.key_reused');
  equal(codeOf(meetAgain(inState.reversed, FINGERPRINT)), 'message.already_reversed');
  deepEqual(meetAgain(inState.sent, FINGERPRINT), { kind: 'done', value: 'under way' });
  deepEqual(meetAgain(inState.approved, FINGERPRINT), { kind: 'done', value: 'answered' });
  const expired = expire(inState.sent)?.message;
  ok(expired);
  deepEqual(meetAgain(expired, FINGERPRINT), { kind: 'done', value: 'answered' });
});

test('only a pending message is sent on, so nothing is sent twice', () => {
  for (const [state, message] of Object.entries(inState)) {
    equal(send(message, 'reference')?.message.state, state === 'pending' ? 'sent' : undefined);
  }
});

test('an approval keeps its authorisation, a refusal its code', () => {
  const approved = hear(inState.sent, { responseCode: '00', authorisation: 'A1B2C3' })?.message;
  deepEqual(
    [approved?.state, approved?.authorisation, approved?.code, approved?.owed, approved?.answered],
    ['approved', 'A1B2C3', undefined, 'ended', false],
  );
  const declined = hear(inState.sent, { responseCode: '51', authorisation: 'A1B2C3' })?.message;
  deepEqual(
    [declined?.state, declined?.authorisation, declined?.code],
    ['declined', undefined, 'issuer.insufficient_funds'],
  );
  equal(hear(inState.reversed, { responseCode: '00' }), undefined);
});

test('what is sent and gets no answer is reversed at the issuer and answered 98', () => {
  const change = expire(inState.sent);
  equal(change?.reason, '98');
  deepEqual(
    [change?.message.state, change?.message.reversedBy, change?.message.responseCode],
    ['reversed', 'network', '98'],
  );
  for (const state of ['pending', 'approved', 'declined', 'reversed', 'foretold'] as const) {
    equal(expire(inState[state]), undefined);
  }
});

test('after a restart what was pending is refused and what was sent is reversed', () => {
  const pending = settle(inState.pending);
  deepEqual([pending?.message.responseCode, pending?.reason], ['96', undefined]);
  deepEqual(
    [settle(inState.sent)?.message.responseCode, settle(inState.sent)?.reason],
    ['98', '98'],
  );
  for (const state of ['approved', 'declined', 'reversed', 'foretold'] as const) {
    equal(settle(inState[state]), undefined);
  }
});

test('a refusal of the token service is not told back to it', () => {
  equal(decline(inState.pending, 'tap.replayed', 'refused')?.message.owed, 'nothing');
  equal(decline(inState.pending, 'unavailable', 'good or unknown')?.message.owed, 'ended');
});

test('what is still to be told does not get lost when a reversal comes between', () => {
  const owing = kept({ state: 'reversed', owed: 'reversed', answered: true });
  equal(told(owing, 'ended', '00'), undefined);
  equal(told(owing, 'reversed', undefined)?.message.owed, 'nothing');
});

test('an answer once fixed stays as it is', () => {
  const open = kept({ state: 'approved', responseCode: '00', owed: 'ended' });
  const fixed = answerUntold(open)?.message;
  ok(fixed);
  equal(fixed.tag91, undefined);
  equal(told(fixed, 'ended', 'ABCD')?.message.tag91, undefined);
  equal(answerUntold(fixed), undefined);
  equal(told(open, 'ended', 'ABCD')?.message.tag91, 'ABCD');
});

test('a reversal by what became of its original', () => {
  deepEqual(reverse(undefined, reversalFields), {
    kind: 'foretell',
    code: 'message.original_unknown',
  });
  deepEqual(reverse(inState.foretold, reversalFields), {
    kind: 'answer',
    code: 'message.original_unknown',
  });
  deepEqual(reverse(inState.declined, reversalFields), { kind: 'answer' });
  deepEqual(reverse(inState.reversed, reversalFields), { kind: 'answer' });
  const reasons = { pending: undefined, sent: '98', approved: '98' } as const;
  for (const [state, reason] of Object.entries(reasons)) {
    const verdict = reverse(inState[state as keyof typeof reasons], reversalFields);
    ok(verdict.kind === 'reverse');
    deepEqual(
      [verdict.change.message.state, verdict.change.message.owed, verdict.change.reason],
      ['reversed', 'reversed', reason],
    );
  }
});

test('a reversal of another amount, currency or number than its original’s is refused', () => {
  const differing: readonly MessageFields[] = [
    { 4: '000000001251' },
    { 49: '840' },
    { 2: '9999590100000020' },
  ];
  for (const change of differing) {
    for (const state of ['sent', 'approved', 'declined'] as const) {
      const verdict = reverse(inState[state], { ...reversalFields, ...change });
      deepEqual(verdict, { kind: 'answer', code: 'message.original_differs' });
    }
  }
});

test('reversals are sent again after five seconds, doubling to a quarter of an hour', () => {
  deepEqual(
    [1, 2, 3, 8, 9, 1000].map(forwardDelayMs),
    [5_000, 10_000, 20_000, 640_000, 900_000, 900_000],
  );
  deepEqual([0, 60_000, 3_600_000].map(unsentDelayMs), [5_000, 60_000, 900_000]);
  equal(GIVE_UP_AFTER_MS, 259_200_000);
});

test('a reversal ends with 00, and with 25: what the issuer never had it will never post', () => {
  deepEqual(['00', '25', '96', 'A0', '30'].map(endsReversal), [true, true, false, false, false]);
});

test('the issuer’s response codes have words of their own', () => {
  equal(issuerRefusal('41'), 'issuer.card_lost');
  equal(issuerRefusal('61'), 'issuer.limit_exceeded');
  equal(issuerRefusal('00'), undefined);
});

test('whatever happens in whatever order, nothing leaves an end state and every state is reached', () => {
  const reached = new Set<MessageState>(['pending', 'foretold']);
  const events: Readonly<Record<string, (message: KeptMessage) => MessageChange | undefined>> = {
    send: (message) => send(message, 'reference'),
    approve: (message) => hear(message, { responseCode: '00' }),
    decline: (message) => hear(message, { responseCode: '51' }),
    refuse: (message) => decline(message, 'unavailable', 'good or unknown'),
    expire,
    settle,
    reverse: (message) => {
      const verdict = reverse(message, reversalFields);
      return verdict.kind === 'reverse' ? verdict.change : undefined;
    },
  };
  const names = fc.array(fc.constantFrom(...Object.keys(events)), { maxLength: 8 });
  fc.assert(
    fc.property(names, (walk) => {
      let message = kept();
      let reversals = 0;
      let sendings = 0;
      for (const name of walk) {
        const change = events[name]?.(message);
        if (change === undefined) continue;
        ok(!['declined', 'reversed', 'foretold'].includes(message.state));
        if (change.message.state === 'sent') sendings++;
        if (change.reason !== undefined) reversals++;
        message = change.message;
        reached.add(message.state);
      }
      // At most one request and one reversal reach the issuer, and a reversal only after the request may have.
      ok(sendings <= 1 && reversals <= sendings);
    }),
  );
  deepEqual([...reached].sort(), Object.keys(messageLife).sort());
});

test('every state and event is answered', () => {
  const states = Object.keys(messageLife) as MessageState[];
  for (const state of states) {
    for (const event of ['send', 'approve', 'decline', 'reverse'] as const) {
      const next = step(messageLife, state, event as EventOf<typeof messageLife>);
      ok(next === undefined || states.includes(next));
    }
  }
});

test('any fields at all are taken or refused by name', () => {
  const fields = fc.dictionary(
    fc.integer({ min: 2, max: 128 }).map(String),
    fc.oneof(fc.string({ maxLength: 42 }), fc.constantFrom(...Object.values(reversalFields))),
  );
  fc.assert(
    fc.property(fields, fc.constantFrom('0200', '0420', '0820', '0210', ''), (change, mti) => {
      const ask = asked(mti, { ...reversalFields, ...change });
      for (const answer of [admitPurchase(ask), admitReversal(ask), admitManagement(ask)]) {
        ok(isRefused(answer) || answer.kind === 'done');
      }
    }),
  );
});
