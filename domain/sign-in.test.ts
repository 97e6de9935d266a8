import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isRefused } from './refusal.ts';
import { askCode, type SignIn, tryCode } from './sign-in.ts';

const NOW_MS = 1_795_000_000_000;
const MINUTE_MS = 60_000;

function asked(last?: SignIn, more: { requestId?: string; nowMs?: number } = {}): SignIn {
  const next = askCode(last, { requestId: 'R1', codeHash: 'AA', nowMs: NOW_MS, ...more });
  ok(!isRefused(next));
  return next.signIn;
}

function tried(last: SignIn | undefined, codeHash: string, requestId: string, nowMs = NOW_MS) {
  return tryCode(last, { requestId, digest: codeHash, codeHash, nonce: 'N1', nowMs });
}

describe('asking for a code', () => {
  test('what was delivered under a request id is not sent again, what was not is', () => {
    const first = asked();
    const again = { requestId: 'R1', codeHash: 'BB', nowMs: NOW_MS + 1 };
    deepEqual(askCode({ ...first, delivered: true }, again), {
      kind: 'sent',
      signIn: { ...first, delivered: true },
    });
    equal(asked(first, again).tries.length, 0);
  });

  test('ten codes in an hour, then no more until the hour is over', () => {
    let last = asked();
    for (let codes = 1; codes < 10; codes++) last = asked(last, { requestId: `R${codes + 1}` });
    const eleventh = { requestId: 'R11', codeHash: 'AA', nowMs: NOW_MS + 60 * MINUTE_MS - 1 };
    const refusal = askCode(last, eleventh);
    ok(isRefused(refusal));
    equal(refusal.code, 'request.too_often');
    equal(asked(last, { requestId: 'R11', nowMs: NOW_MS + 60 * MINUTE_MS }).codesInHour, 1);
  });
});

describe('trying a code', () => {
  test('refusals in order: no code, the try’s id with other content, dead by use, by tries, by time', () => {
    const codeOf = (result: ReturnType<typeof tryCode>) =>
      isRefused(result.answer) ? result.answer.code : undefined;
    equal(codeOf(tried(undefined, 'AA', 'T1')), 'sign_in.code_dead');
    const once = tried(asked(), 'BB', 'T1').signIn;
    equal(codeOf(tried(once, 'AA', 'T1')), 'request.key_reused');
    const used = tried(asked(), 'AA', 'T1').signIn;
    equal(codeOf(tried(used, 'AA', 'T2')), 'sign_in.code_dead');
    equal(codeOf(tried(asked(), 'AA', 'T1', NOW_MS + 10 * MINUTE_MS)), 'sign_in.code_dead');
    equal(codeOf(tried(asked(), 'AA', 'T1', NOW_MS + 10 * MINUTE_MS - 1)), undefined);
  });

  test('however tries are mixed, at most three count and at most one session is made', () => {
    const attempt = fc.record({ right: fc.boolean(), id: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 12 }), (attempts) => {
        let last = asked();
        const sessions = new Set<number>();
        for (const { right, id } of attempts) {
          const result = tried(last, right ? 'AA' : 'BB', `T${id}`);
          if (!isRefused(result.answer)) sessions.add(id);
          last = result.signIn ?? last;
        }
        ok(last.tries.length <= 3);
        ok(sessions.size <= 1);
      }),
    );
  });
});
