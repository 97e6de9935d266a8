import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import fc from 'fast-check';
import { institutions } from './demo.ts';
import type { MessageFields } from './message.ts';
import {
  accept,
  answerUntold,
  decline,
  expire,
  GIVE_UP_AFTER_MS,
  hear,
  issuerRefusal,
  type KeptMessage,
  type MessageChange,
  type MessageState,
  meetAgain,
  messageLife,
  reversalChipData,
  reverse,
  send,
  settle,
  told,
  unsentDelayMs,
} from './network.ts';

const ACQUIRER = institutions.acquirer.code;
/** 22 November 2026, 16:30:00 local time. */
const NOW_MS = Date.UTC(2026, 10, 22, 8, 30, 0);

const purchaseFields: MessageFields = { 2: '9999590100000012', 4: '000000001250', 49: '156' };
const reversalFields: MessageFields = { ...purchaseFields, 39: '98' };

function codeOf(result: { readonly kind: string; readonly code?: string }): string {
  return result.kind === 'refused' ? String(result.code) : 'taken';
}

const FINGERPRINT = Uint8Array.of(1, 2, 3);

function kept(changes: Partial<KeptMessage> = {}): KeptMessage {
  return {
    messageKey: `02-1122163001-000123-${ACQUIRER}-${ACQUIRER}`,
    kind: 'purchase',
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

test('a transit advice is answered by its verdict: never sent on, never told, never reversed', () => {
  const advice = kept({ kind: 'advice' });
  const accepted = accept(advice, 'reference')?.message;
  ok(accepted);
  deepEqual(
    [accepted.state, accepted.responseCode, accepted.accountReference, accepted.answered],
    ['approved', '00', 'reference', true],
  );
  equal(accepted.owed, 'nothing');
  const refused = decline(advice, 'tap.replayed', 'refused')?.message;
  deepEqual([refused?.state, refused?.owed], ['declined', 'nothing']);
  equal(send(advice, 'reference'), undefined);
  equal(settle(advice), undefined);
  for (const one of [advice, accepted, refused]) {
    deepEqual(reverse(one, reversalFields), { kind: 'answer', code: 'message.not_supported' });
  }
  for (const message of Object.values(inState)) equal(accept(message, 'reference'), undefined);
  equal(accept(accepted, 'reference'), undefined);
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

test('a reversal that cannot be sent rests as long as it has waited, within the bounds of a repeat', () => {
  deepEqual([0, 60_000, 3_600_000].map(unsentDelayMs), [5_000, 60_000, 900_000]);
  equal(GIVE_UP_AFTER_MS, 259_200_000);
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
    // Chance alone may miss a state; these walks lead to each.
    { examples: [[['send', 'approve']], [['send', 'decline']], [['send', 'reverse']]] },
  );
  deepEqual([...reached].sort(), Object.keys(messageLife).sort());
});

test('a reversal repeats of the chip data 9F10, 9F36 and 95, and nothing that cannot be read', () => {
  // ISO 8583 sheet, section 10.
  equal(
    reversalChipData('9F2602AEBC9F36020001820270009F1002070195020000'),
    '9F360200019F1002070195020000',
  );
  for (const none of [undefined, '', '9F2602AEBC', '9F36', '9F3603'])
    equal(reversalChipData(none), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
      const repeated = reversalChipData(toHex(bytes));
      ok(repeated === undefined || repeated.length <= 2 * bytes.length);
    }),
  );
});
