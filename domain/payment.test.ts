import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type EventOf, type Life, type StateOf, step } from './life.ts';
import {
  admitTerminal,
  chargeReason,
  chargeStanding,
  conclude,
  contradict,
  giveUp,
  judgeAnswer,
  markSent,
  meaningOfResponse,
  type Payment,
  paymentLife,
  receivePurchase,
  receiveReversal,
  refusalAnswer,
  takeBackByCashier,
  terminalPaymentLife,
} from './payment.ts';
import { refusals } from './refusal.ts';

const said = Uint8Array.of(1, 2, 3);
const pending: Payment = { state: 'pending', fingerprint: said, amountMinor: 1250n, sent: false };
const sent: Payment = { ...pending, sent: true };
const approval = { responseCode: '00', authorisation: '123456', settlementDate: '1122' };
const posted: Payment = { ...sent, state: 'posted', answer: approval };
const declined: Payment = {
  ...sent,
  state: 'declined',
  answer: { responseCode: '51', settlementDate: '1122' },
};
const remembered: Payment = {
  state: 'voided',
  voidedBy: 'terminal',
  amountMinor: 1250n,
  sent: false,
};
const refusal = (code: string) => ({ kind: 'refused', code });

describe('the lives of a payment', () => {
  const lives: readonly [string, Life, string, readonly string[]][] = [
    ['at the acquirer', paymentLife, 'pending', ['approve', 'decline', 'void', 'contradict']],
    [
      'in the terminal',
      terminalPaymentLife,
      'pending',
      ['approve', 'decline', 'doubt', 'take_back', 'reverse', 'give_up'],
    ],
  ];
  for (const [where, life, first, events] of lives) {
    test(`${where}: every state is reached, every pair answered, and what has ended stays`, () => {
      const reached = new Set<string>();
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...events), { maxLength: 8 }), (walk) => {
          let state = first;
          reached.add(state);
          for (const event of walk) {
            const next = step(life, state as StateOf<Life>, event as EventOf<Life>);
            if (next === undefined) continue;
            const isEnd = state === 'voided' || (state === 'declined' && event !== 'contradict');
            ok(!isEnd, 'no way out of an end');
            state = next;
            reached.add(state);
          }
        }),
        { numRuns: 500 },
      );
      deepEqual([...reached].sort(), Object.keys(life).sort());
    });
  }
});

describe('a terminal may speak', () => {
  test('when it is known, under its merchant, and signed in, in this order', () => {
    deepEqual(admitTerminal(undefined, '1'), refusal('terminal.unknown'));
    const known = { merchantId: '1', signedIn: false };
    deepEqual(admitTerminal(known, '2'), refusal('terminal.unknown'));
    deepEqual(admitTerminal(known, '1'), refusal('terminal.not_signed_in'));
    equal(admitTerminal({ ...known, signedIn: true }, '1'), undefined);
  });
});

describe('a purchase request', () => {
  test('that is new is begun', () => {
    deepEqual(receivePurchase(undefined, said), { kind: 'begin' });
  });
  test('whose reversal came first is refused, whatever it says', () => {
    deepEqual(receivePurchase(remembered, said), refusal('message.already_reversed'));
  });
  test('under a used key with other content is refused', () => {
    deepEqual(receivePurchase(posted, Uint8Array.of(9)), refusal('message.key_reused'));
  });
  test('that its terminal took back is refused, though it was approved', () => {
    const voided: Payment = { ...posted, state: 'voided', voidedBy: 'terminal' };
    deepEqual(receivePurchase(voided, said), refusal('message.already_reversed'));
  });
  test('again waits for the one under way, or gets the stored answer', () => {
    deepEqual(receivePurchase(sent, said), { kind: 'wait' });
    for (const ended of [posted, declined]) {
      deepEqual(receivePurchase(ended, said), { kind: 'answer' });
    }
  });
});

describe('an end', () => {
  test('by an answer posts on 00 and declines on anything else', () => {
    deepEqual(conclude(sent, approval), { kind: 'done', value: posted });
    const no = { responseCode: '51', settlementDate: '1122' };
    deepEqual(conclude(sent, no), { kind: 'done', value: declined });
  });
  test('by an answer that comes after the reversal is refused', () => {
    const voided: Payment = { ...sent, state: 'voided', voidedBy: 'terminal' };
    deepEqual(conclude(voided, approval), refusal('message.already_reversed'));
    deepEqual(markSent(voided), refusal('message.already_reversed'));
  });
  test('by a refusal is undone by an approval that comes after it, and by nothing else', () => {
    const voided: Payment = { ...declined, state: 'voided', voidedBy: 'acquirer' };
    deepEqual(contradict(declined), { kind: 'done', value: voided });
    for (const other of [sent, posted, voided]) {
      deepEqual(contradict(other), refusal('message.already_reversed'));
    }
  });
  test('without an answer voids what may have left, and declines what did not', () => {
    const left = giveUp(sent, '1122');
    ok(left.kind === 'done');
    deepEqual(
      [left.value.state, left.value.voidedBy, left.value.answer?.responseCode],
      ['voided', 'acquirer', '98'],
    );
    const kept = giveUp(pending, '1122');
    ok(kept.kind === 'done');
    deepEqual([kept.value.state, kept.value.answer?.responseCode], ['declined', '92']);
    deepEqual(giveUp(posted, '1122'), refusal('message.already_reversed'));
  });
});

describe('a terminal’s reversal', () => {
  test('of an unknown original is remembered', () => {
    deepEqual(receiveReversal(undefined, 1250n), { kind: 'remember' });
  });
  test('for another amount is refused', () => {
    deepEqual(receiveReversal(posted, 1n), refusal('issuer.original_mismatch'));
  });
  test('that is remembered already is answered 25 again', () => {
    deepEqual(receiveReversal(remembered, 1250n), { kind: 'nothing', responseCode: '25' });
  });
  test('of a declined or voided original has nothing to do', () => {
    deepEqual(receiveReversal(declined, 1250n), { kind: 'nothing', responseCode: '00' });
    const voided: Payment = { ...posted, state: 'voided' };
    deepEqual(receiveReversal(voided, 1250n), { kind: 'nothing', responseCode: '00' });
  });
  test('voids, and the network hears of it only when the request may have left', () => {
    for (const [payment, reverseAtNetwork] of [
      [pending, false],
      [sent, true],
      [posted, true],
    ] as const) {
      const came = receiveReversal(payment, 1250n);
      ok(came.kind === 'void');
      deepEqual([came.payment.state, came.reverseAtNetwork], ['voided', reverseAtNetwork]);
    }
  });
});

describe('a deferred charge', () => {
  const declinedWith = (responseCode: string) =>
    chargeStanding({ state: 'declined', answer: { responseCode, settlementDate: '1122' } }, false);
  test('is approved, or declined where somebody said no', () => {
    equal(chargeStanding(posted, false), 'approved');
    for (const code of ['51', '05', '14', '21', '25', '79', '94']) {
      equal(declinedWith(code), 'declined', code);
    }
  });
  test('that nobody decided is undone: no bank, no network, no answer, another one under way', () => {
    for (const code of ['91', '92', '98', '09']) equal(declinedWith(code), 'undone', code);
  });
  test('is unknown until it has an end, and until what was voided is confirmed as taken back', () => {
    equal(chargeStanding(pending, false), 'unknown');
    equal(chargeStanding(sent, false), 'unknown');
    const voided = { state: 'voided' } as const;
    equal(chargeStanding(voided, false), 'unknown');
    equal(chargeStanding(voided, true), 'undone');
  });
  test('has a reason behind its response code where that can be one alone', () => {
    equal(chargeReason('25'), 'charge.advice_unknown');
    equal(chargeReason('12'), 'charge.too_late');
    equal(chargeReason('51'), 'issuer.insufficient_funds');
    for (const code of ['57', '63', '94']) equal(chargeReason(code), undefined, code);
    const own = Object.entries(refusals).filter(([code]) => code.startsWith('charge.'));
    equal(new Set(own.map(([, { responseCode }]) => responseCode)).size, own.length);
  });
});

describe('the cashier', () => {
  test('takes back what stands approved in the open batch, once', () => {
    deepEqual(takeBackByCashier('posted', true), { kind: 'done', value: 'reversing' });
    for (const state of ['reversing', 'voided', 'exception'] as const) {
      deepEqual(takeBackByCashier(state, true), refusal('terminal.already_voided'));
    }
    for (const state of ['pending', 'declined'] as const) {
      deepEqual(takeBackByCashier(state, true), refusal('terminal.not_posted'));
    }
    deepEqual(takeBackByCashier('posted', false), refusal('terminal.not_posted'));
  });
});

describe('the terminal', () => {
  test('believes only a whole answer about this payment under the right MAC', () => {
    const right = { macRight: true, amountRight: true, responseCode: '00' };
    equal(judgeAnswer(right), 'approve');
    equal(judgeAnswer({ ...right, responseCode: '51' }), 'decline');
    equal(judgeAnswer({ ...right, macRight: false }), 'doubt');
    equal(judgeAnswer({ ...right, amountRight: false }), 'doubt');
    equal(judgeAnswer({ ...right, responseCode: undefined }), 'doubt');
  });
  test('takes no refusal of a message for the refusal of the payment', () => {
    const right = { macRight: true, amountRight: true };
    for (const responseCode of ['A0', '30', '96']) {
      equal(judgeAnswer({ ...right, responseCode }), 'doubt');
    }
  });
  test('has words for every response code that a refusal of ours goes out under', () => {
    for (const { responseCode } of Object.values(refusals)) {
      const { en, zh } = meaningOfResponse(responseCode);
      ok(en.length > 0 && zh.length > 0);
    }
  });
  test('names a reason only where the code can mean no other', () => {
    equal(meaningOfResponse('51').code, 'issuer.insufficient_funds');
    equal(meaningOfResponse('63').code, undefined);
    equal(meaningOfResponse('ZZ').code, undefined);
  });
  test('hears the acquirer’s own refusals under their response code', () => {
    deepEqual(refusalAnswer('terminal.unknown', '1122'), {
      responseCode: '97',
      code: 'terminal.unknown',
      settlementDate: '1122',
    });
  });
});
