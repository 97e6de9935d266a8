import { deepEqual, rejects, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { z } from '@hono/zod-openapi';
import { LinkDown } from '@octavo/domain/ports.ts';
import { refused } from '@octavo/domain/refusal.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { showKey, unsigned } from './caller.ts';
import { CALL_TIMEOUT_MS, connectTo, endpoint, type Fetch, within } from './endpoint.ts';

const START_MS = Date.UTC(2026, 10, 22, 8);

const balance = endpoint({
  path: '/issuer/balance',
  summary: 'What is left',
  callers: ['anyone'],
  perMinute: 60,
  repeat: 'reads only',
  body: z.strictObject({ account: z.string() }),
  answer: z.strictObject({ amountMinor: z.int() }),
});

const BODY = { account: 'a' };

/** Ask the peer that `fetch` stands for, on a clock that does not move. */
function ask(fetch: Fetch) {
  return connectTo(fetch, unsigned, manualClock(START_MS))(balance, BODY);
}

test('a call is a POST of JSON to the endpoint’s path, with the headers that say who calls', async () => {
  const requests: Request[] = [];
  const fetch: Fetch = (request) => {
    requests.push(request);
    return Response.json({ amountMinor: 1 });
  };
  const key = 'A1'.repeat(16);
  const call = connectTo(fetch, showKey('holder', key), manualClock(START_MS));
  deepEqual(await call(balance, BODY), { amountMinor: 1 });
  const [request] = requests as [Request];
  same(request.method, 'POST');
  same(new URL(request.url).pathname, '/issuer/balance');
  same(new URL(request.url).search, '');
  same(request.headers.get('content-type'), 'application/json');
  same(request.headers.get('authorization'), `Bearer holder:${key}`);
  deepEqual(await request.json(), BODY);
});

test('a refusal comes back by its code, with its public facts', async () => {
  deepEqual(
    await ask(() => Response.json({ code: 'issuer.card_lost' }, { status: 422 })),
    refused('issuer.card_lost'),
  );
  const detail = { triesLeft: 2, field: 'code' };
  deepEqual(
    await ask(() => Response.json({ code: 'enrolment.code_wrong', detail }, { status: 422 })),
    refused('enrolment.code_wrong', detail),
  );
});

test('a failure without a code that we know is unavailable', async () => {
  for (const body of [
    '',
    'Bad Gateway',
    'null',
    '[]',
    '{}',
    '{"code":1}',
    '{"code":"no.such_code"}',
    '{"code":"toString"}',
    '{"code":"busy","detail":{"nested":{}}}',
  ]) {
    deepEqual(await ask(() => new Response(body, { status: 502 })), refused('unavailable'), body);
  }
  deepEqual(await ask(() => new Response(null, { status: 302 })), refused('unavailable'));
});

test('a peer whose line is down is unavailable', async () => {
  deepEqual(
    await ask(() => {
      throw new LinkDown('refused');
    }),
    refused('unavailable'),
  );
  deepEqual(await ask(() => Promise.reject(new LinkDown('reset'))), refused('unavailable'));
});

test('a line that drops in the middle of the answer is unavailable', async () => {
  const broken = new ReadableStream({
    pull: (controller) => controller.error(new LinkDown('reset')),
  });
  deepEqual(await ask(() => new Response(broken)), refused('unavailable'));
});

test('a peer that does not answer in time is unavailable, and its call is given up', async () => {
  const clock = manualClock(START_MS);
  let asked: Request | undefined;
  const call = connectTo(
    (request) => {
      asked = request;
      return new Promise(() => {});
    },
    unsigned,
    clock,
  );
  let answer: unknown;
  const calling = call(balance, BODY).then((value) => {
    answer = value;
  });
  await clock.advance(CALL_TIMEOUT_MS - 1);
  same(answer, undefined);
  same(asked?.signal.aborted, false);
  await clock.advance(1);
  await calling;
  deepEqual(answer, refused('unavailable'));
  same(asked?.signal.aborted, true);
});

test('an endpoint may say that its callers wait longer', async () => {
  const clock = manualClock(START_MS);
  const patient = endpoint({ ...balance, timeoutMs: 3 * CALL_TIMEOUT_MS });
  const fetch: Fetch = async () => {
    await clock.sleep(2 * CALL_TIMEOUT_MS);
    return Response.json({ amountMinor: 1 });
  };
  const answers = Promise.all(
    [balance, patient].map((spec) => connectTo(fetch, unsigned, clock)(spec, BODY)),
  );
  await clock.advance(3 * CALL_TIMEOUT_MS);
  deepEqual(await answers, [refused('unavailable'), { amountMinor: 1 }]);
});

test('a peer that begins an answer and does not end it in time is unavailable', async () => {
  const clock = manualClock(START_MS);
  const endless = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"amountMinor":')),
  });
  const calling = connectTo(() => new Response(endless), unsigned, clock)(balance, BODY);
  await clock.advance(CALL_TIMEOUT_MS);
  deepEqual(await calling, refused('unavailable'));
});

test('an answer in the last moment counts, and one that comes later is let go', async () => {
  const clock = manualClock(START_MS);
  const slow = (durationMs: number): Fetch => {
    return async () => {
      await clock.sleep(durationMs);
      if (durationMs > CALL_TIMEOUT_MS) throw new Error('nobody listens any more');
      return Response.json({ amountMinor: 1 });
    };
  };
  const inTime = connectTo(slow(CALL_TIMEOUT_MS - 1), unsigned, clock)(balance, BODY);
  const tooLate = connectTo(slow(CALL_TIMEOUT_MS + 1), unsigned, clock)(balance, BODY);
  await clock.advance(2 * CALL_TIMEOUT_MS);
  deepEqual(await inTime, { amountMinor: 1 });
  deepEqual(await tooLate, refused('unavailable'));
});

test('a peer that answers in another shape than its contract’s is unavailable', async () => {
  deepEqual(await ask(() => Response.json({ amountMinor: 'much' })), refused('unavailable'));
  deepEqual(await ask(() => Response.json({ amountMinor: 1, more: 1 })), refused('unavailable'));
  deepEqual(await ask(() => new Response('<html>')), refused('unavailable'));
  deepEqual(await ask(() => new Response('')), refused('unavailable'));
});

test('what is no line’s failure is a bug, and is not hidden', async () => {
  await rejects(
    ask(() => Promise.reject(new TypeError('a bug'))),
    /a bug/,
  );
});

test('waiting ends as soon as the act does, and wakes the sleeper', async () => {
  let aborted = false;
  const clock = manualClock(START_MS);
  const watched = {
    nowMs: clock.nowMs,
    sleep: (durationMs: number, signal?: Parameters<typeof clock.sleep>[1]) => {
      signal?.addEventListener('abort', () => {
        aborted = true;
      });
      return clock.sleep(durationMs, signal);
    },
  };
  same(await within(watched, 1000, async () => 'done'), 'done');
  same(aborted, true);
  await rejects(
    within(watched, 1000, () => Promise.reject(new Error('failed'))),
    /failed/,
  );
});
