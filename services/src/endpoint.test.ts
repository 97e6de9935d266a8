import { deepEqual, doesNotMatch, match, ok, rejects, equal as same } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from '@hono/zod-openapi';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import { type Refused, refusals, refused } from '@octavo/domain/refusal.ts';
import { character } from '@octavo/lib/character.fixture.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import fc from 'fast-check';
import { type Caller, createGate, showKey, signAs, unsigned } from './caller.ts';
import { connectTo, createEdge, endpoint, type Fetch } from './endpoint.ts';
import * as shapes from './shapes.ts';
import { signingParties } from './signing.fixture.ts';

const START_MS = Date.UTC(2026, 10, 22, 8);
const OPERATOR_KEY = 'A1'.repeat(32);

const parties = signingParties(['wallet', 'network']);

const echo = endpoint({
  path: '/tokens/echo',
  summary: 'Say it again',
  callers: ['wallet', 'operator', 'holder'],
  perMinute: 5,
  repeat: 'reads only',
  body: z.strictObject({
    pan: z.string().regex(/^\d{16}$/),
    card: z.strictObject({ codes: z.array(z.string().max(3)) }).optional(),
    fields: z.record(z.string().regex(/^\d{1,3}$/), z.string()).optional(),
  }),
  answer: z.strictObject({ lastFour: z.string() }),
});

const open = endpoint({
  ...echo,
  path: '/tokens/open',
  callers: ['anyone'],
  repeat: 'safe by state',
});

const BODY = { pan: '9999020000000010' };

function stage(handle: (caller: Caller) => Promise<{ lastFour: string } | Refused> = lastFour) {
  const clock = manualClock(START_MS);
  const gate = createGate('tokens', parties.directory, OPERATOR_KEY, clock);
  const edge = createEdge('tokens', gate, clock);
  let handled = 0;
  for (const spec of [echo, open]) {
    edge.add(spec, (_body, caller) => {
      handled++;
      return handle(caller);
    });
  }
  const signed = (party: 'wallet' | 'network', fetch: Fetch = edge.fetch) =>
    connectTo(fetch, signAs(party, 'tokens', parties.keysOf(party), clock, systemRandom), clock);
  return { clock, edge, signed, handled: () => handled };
}

async function lastFour(): Promise<{ lastFour: string }> {
  return { lastFour: '0010' };
}

/** Send a body as it stands to the endpoint that anyone may call; status and answer. */
async function post(fetch: Fetch, body: string | Uint8Array<ArrayBuffer>, path = '/tokens/open') {
  const response = await fetch(new Request(`http://octavo.test${path}`, { method: 'POST', body }));
  return [response.status, await response.json()] as const;
}

describe('an edge', () => {
  test('hands a call on to its handler, and the answer back', async () => {
    const { signed, handled } = stage();
    deepEqual(await signed('wallet')(echo, BODY), { lastFour: '0010' });
    same(handled(), 1);
  });

  test('tells the handler who calls, and what key a holder showed', async () => {
    const callers: Caller[] = [];
    const { clock, edge, signed } = stage(async (caller) => {
      callers.push(caller);
      return { lastFour: '' };
    });
    const key = 'C3'.repeat(16);
    await signed('wallet')(echo, BODY);
    await connectTo(edge.fetch, showKey('operator', OPERATOR_KEY), clock)(echo, BODY);
    await connectTo(edge.fetch, showKey('holder', key), clock)(echo, BODY);
    await connectTo(edge.fetch, unsigned, clock)(open, BODY);
    deepEqual(callers, [
      { party: 'wallet' },
      { party: 'operator' },
      { party: 'holder', bearer: key },
      { party: 'anyone' },
    ]);
  });

  test('handles nothing of a caller that the gate does not let in', async () => {
    const { clock, edge, signed, handled } = stage();
    deepEqual(await signed('network')(echo, BODY), refused('caller.not_allowed'));
    deepEqual(
      await connectTo(edge.fetch, unsigned, clock)(echo, BODY),
      refused('request.unsigned'),
    );
    deepEqual(
      await connectTo(edge.fetch, showKey('operator', 'B2'.repeat(32)), clock)(echo, BODY),
      refused('request.unsigned'),
    );
    same(handled(), 0);
  });

  test('asks who calls before it looks at what is asked', async () => {
    const { edge } = stage();
    deepEqual(await post(edge.fetch, '{"pan":', '/tokens/echo'), [
      401,
      { code: 'request.unsigned' },
    ]);
  });

  test('answers a refusal with its code, its public facts and its HTTP status', async () => {
    const { edge } = stage(async () => refused('enrolment.code_wrong', { triesLeft: 2 }));
    deepEqual(await post(edge.fetch, JSON.stringify(BODY)), [
      refusals['enrolment.code_wrong'].http,
      { code: 'enrolment.code_wrong', detail: { triesLeft: 2 } },
    ]);
  });

  test('refuses a body that is not JSON', async () => {
    for (const body of ['', '{', 'pan', "{'pan':1}", '{"pan":1,}', '\ufeff{', '[', 'NaN']) {
      const { edge, handled } = stage();
      deepEqual(await post(edge.fetch, body), [400, { code: 'request.malformed' }], body);
      same(handled(), 0);
    }
  });

  test('refuses a body of another shape, and names the field but not what stood there', async () => {
    const secret = '4111111111111111x';
    for (const [body, field] of [
      [{ pan: secret }, 'pan'],
      [{ pan: 4111111111111111 }, 'pan'],
      [{}, 'pan'],
      [{ ...BODY, card: { codes: ['1', secret] } }, 'card.codes.1'],
      [{ ...BODY, card: [secret] }, 'card'],
      [{ ...BODY, card: { codes: [], [secret]: 1 } }, 'card'],
      [{ ...BODY, fields: { 2: 5 } }, 'fields.2'],
      [{ ...BODY, fields: { [secret]: '' } }, 'fields'],
      [{ ...BODY, fields: { '4111111111111111': '' } }, 'fields'],
      [{ ...BODY, [secret]: 1 }, undefined],
      [[secret], undefined],
      [secret, undefined],
      [null, undefined],
    ] as const) {
      const { edge, handled } = stage();
      const [status, answer] = await post(edge.fetch, JSON.stringify(body));
      const detail = field === undefined ? {} : { detail: { field } };
      deepEqual([status, answer], [400, { code: 'request.malformed', ...detail }]);
      doesNotMatch(JSON.stringify(answer), /4111/);
      same(handled(), 0);
    }
  });

  test('refuses a body that is too long, before it asks who calls', async () => {
    const { edge, handled } = stage();
    const long = JSON.stringify({ ...BODY, fields: { 2: 'x'.repeat(65_536) } });
    deepEqual(await post(edge.fetch, long), [400, { code: 'request.malformed' }]);
    deepEqual(await post(edge.fetch, long, '/tokens/echo'), [400, { code: 'request.malformed' }]);
    const rest = JSON.stringify({ ...BODY, fields: { 2: '' } }).length;
    const longest = JSON.stringify({ ...BODY, fields: { 2: 'x'.repeat(65_536 - rest) } });
    same(longest.length, 65_536);
    deepEqual(await post(edge.fetch, longest), [200, { lastFour: '0010' }]);
    same(handled(), 1);
  });

  test('takes any body for what it is or refuses it', async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: character }),
      fc.uint8Array().map((bytes) => Uint8Array.from(bytes)),
      fc.constantFrom('['.repeat(65_536), '{"a":'.repeat(13_000), `[${'1,'.repeat(30_000)}1]`),
    );
    await fc.assert(
      fc.asyncProperty(body, async (any) => {
        const { edge } = stage();
        const [status] = await post(edge.fetch, any);
        same(status, 400);
      }),
    );
  });

  test('refuses the calls of one caller that come too often, until the next minute', async () => {
    const { clock, edge, signed, handled } = stage();
    const wallet = signed('wallet');
    for (let call = 0; call < 5; call++) deepEqual(await wallet(echo, BODY), { lastFour: '0010' });
    deepEqual(await wallet(echo, BODY), refused('request.too_often'));
    same(handled(), 5);
    const holder = connectTo(edge.fetch, showKey('holder', 'C3'.repeat(16)), clock);
    deepEqual(await holder(echo, BODY), { lastFour: '0010' });
    deepEqual(await connectTo(edge.fetch, unsigned, clock)(open, BODY), { lastFour: '0010' });
    await clock.advance(60_000);
    deepEqual(await wallet(echo, BODY), { lastFour: '0010' });
  });

  test('counts malformed calls too: guessing is not free', async () => {
    const { edge } = stage();
    for (let call = 0; call < 5; call++) same((await post(edge.fetch, '{}'))[0], 400);
    deepEqual(await post(edge.fetch, JSON.stringify(BODY)), [429, { code: 'request.too_often' }]);
  });

  test('has one way in: another path or method is not there', async () => {
    const { edge, handled } = stage();
    deepEqual(await post(edge.fetch, '{}', '/tokens/none'), [404, { code: 'request.malformed' }]);
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
      const response = await edge.fetch(new Request('http://octavo.test/tokens/open', { method }));
      same(response.status, 404, method);
    }
    same(handled(), 0);
  });

  test('is unavailable while its storage is', async () => {
    const { edge } = stage(async () => {
      throw new StorageUnavailable('connection refused at 10.0.0.1');
    });
    deepEqual(await post(edge.fetch, JSON.stringify(BODY)), [503, { code: 'unavailable' }]);
  });

  test('lets a bug through to whoever serves it, and answers nothing of it', async () => {
    const { edge } = stage(async () => {
      throw new TypeError('a bug');
    });
    await rejects(() => post(edge.fetch, JSON.stringify(BODY)), /a bug/);
  });
});

describe('the description of an edge', () => {
  test('lists every path with its callers, how often, and what a repeat does', () => {
    const { edge } = stage();
    const description = edge.describe() as {
      openapi: string;
      paths: Record<string, Record<string, { summary: string; description: string }>>;
    };
    same(description.openapi, '3.1.0');
    deepEqual(Object.keys(description.paths), ['/tokens/echo', '/tokens/open']);
    for (const spec of [echo, open]) {
      const methods = description.paths[spec.path] ?? {};
      deepEqual(Object.keys(methods), ['post']);
      same(methods.post?.summary, spec.summary);
      const text = methods.post?.description ?? '';
      match(text, new RegExp(`^Callers: ${spec.callers.join(', ')}\\.`));
      ok(text.includes(`${spec.perMinute} a minute`));
      ok(text.includes(spec.repeat));
    }
  });

  test('holds the shapes of body, answer and refusal', () => {
    const text = JSON.stringify(stage().edge.describe());
    for (const part of ['"pan"', '"lastFour"', '"code"', '"detail"']) ok(text.includes(part), part);
  });

  test('can say every shape that contracts share', () => {
    const clock = manualClock(START_MS);
    const edge = createEdge('tokens', async () => ({ party: 'anyone' }), clock);
    const all = Object.entries(shapes).filter(([, shape]) => shape instanceof z.ZodType);
    ok(all.length > 10);
    const body = z.strictObject(Object.fromEntries(all) as Record<string, z.ZodType>);
    edge.add(endpoint({ ...open, body, answer: body }), async () => refused('busy'));
    const text = JSON.stringify(edge.describe());
    for (const [name] of all) ok(text.includes(`"${name}"`), name);
  });
});
