import { deepEqual, notEqual, equal as same } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import fc from 'fast-check';
import { createGate, showKey, signAs, unsigned } from './caller.ts';
import type { Party } from './endpoint.ts';
import { signingParties } from './signing.fixture.ts';

const START_MS = Date.UTC(2026, 10, 22, 8);
const WINDOW_MS = 5 * 60_000;
const OPERATOR_KEY = 'A1'.repeat(32);
const BODY = '{"amount":1}';

const parties = signingParties(['wallet', 'network', 'tokens']);

function stage() {
  const clock = manualClock(START_MS);
  const gate = createGate('tokens', parties.directory, OPERATOR_KEY, clock);
  const signer = (party: Party, audience: Party = 'tokens', keys = party) =>
    signAs(party, audience, parties.keysOf(keys), clock, systemRandom);
  return { clock, gate, signer };
}

function request(headers: Record<string, string>, path = '/tokens/verdict'): Request {
  return new Request(`http://octavo.internal${path}`, { method: 'POST', headers, body: BODY });
}

describe('a signed call', () => {
  test('passes as the party that signed it', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    deepEqual(await gate(request(headers), BODY, ['network', 'wallet']), { party: 'wallet' });
  });

  test('passes however text beyond ASCII is written', async () => {
    const { gate, signer } = stage();
    const body = '{"name":"八方银行 \u{1f600} \ud800"}';
    const headers = await signer('wallet')('/tokens/verdict', body);
    deepEqual(await gate(request(headers), body, ['wallet']), { party: 'wallet' });
  });

  test('signed by nobody is refused', async () => {
    const { gate } = stage();
    deepEqual(await gate(request({}), BODY, ['wallet']), refused('request.unsigned'));
    const headers = { 'octavo-caller': 'wallet' };
    deepEqual(await gate(request(headers), BODY, ['wallet']), refused('request.unsigned'));
  });

  test('of a party that is not on the list is refused, well signed or not', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    deepEqual(await gate(request(headers), BODY, ['network']), refused('caller.not_allowed'));
    deepEqual(await gate(request(headers), BODY, []), refused('caller.not_allowed'));
  });

  test('under another party’s name is refused', async () => {
    const { gate, signer } = stage();
    const headers = await signer('network', 'tokens', 'wallet')('/tokens/verdict', BODY);
    deepEqual(await gate(request(headers), BODY, ['network']), refused('request.unsigned'));
    const renamed = {
      ...(await signer('wallet')('/tokens/verdict', BODY)),
      'octavo-caller': 'network',
    };
    deepEqual(await gate(request(renamed), BODY, ['network']), refused('request.unsigned'));
  });

  test('of a party that the directory does not know is refused, whatever it calls itself', async () => {
    const { gate, signer } = stage();
    for (const party of ['issuer', 'operator', 'holder', 'anyone'] as const) {
      const headers = await signer(party, 'tokens', 'wallet')('/tokens/verdict', BODY);
      deepEqual(await gate(request(headers), BODY, [party]), refused('request.unsigned'), party);
    }
  });

  test('meant for another service is refused', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet', 'issuer')('/tokens/verdict', BODY);
    deepEqual(await gate(request(headers), BODY, ['wallet']), refused('request.unsigned'));
  });

  test('meant for another path is refused', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/suspend', BODY);
    deepEqual(await gate(request(headers), BODY, ['wallet']), refused('request.unsigned'));
  });

  test('with another body is refused', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    for (const body of ['{"amount":2}', '', `${BODY} `]) {
      deepEqual(await gate(request(headers), body, ['wallet']), refused('request.unsigned'), body);
    }
  });

  test('with any header changed is refused', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    const changes: Record<string, readonly string[]> = {
      'octavo-time': ['', '0', String(START_MS + 1), `${START_MS}.0`, '-1', '1e12', '9'.repeat(16)],
      'octavo-nonce': ['', toHex(systemRandom(16)), toHex(systemRandom(15)), 'z'.repeat(32)],
      'octavo-signature': ['', '00', 'zz'.repeat(64), toHex(systemRandom(64)), '00'.repeat(64)],
    };
    for (const [name, values] of Object.entries(changes)) {
      for (const value of values) {
        const changed = { ...headers, [name]: value };
        const answer = await gate(request(changed), BODY, ['wallet']);
        deepEqual(answer, refused('request.unsigned'), `${name}: ${value}`);
      }
      const { [name]: _, ...rest } = headers;
      deepEqual(await gate(request(rest), BODY, ['wallet']), refused('request.unsigned'), name);
    }
    deepEqual(await gate(request(headers), BODY, ['wallet']), { party: 'wallet' });
  });

  test('with any headers at all passes or is refused by name', async () => {
    const { gate } = stage();
    const value = fc.string({ unit: fc.constantFrom(...'09AFz.:-') });
    const headers = fc.record({
      'octavo-caller': fc.constantFrom('wallet', 'network', ''),
      'octavo-time': value,
      'octavo-nonce': value,
      'octavo-signature': value,
    });
    await fc.assert(
      fc.asyncProperty(headers, async (any) => {
        const answer = await gate(request(any), BODY, ['wallet']);
        notEqual('code' in answer ? answer.code : undefined, undefined);
      }),
    );
  });

  test('five minutes old or young still passes, older or younger is stale', async () => {
    const { clock, gate, signer } = stage();
    const early = await signer('wallet')('/tokens/verdict', BODY);
    const late = await signer('wallet')('/tokens/verdict', BODY);
    await clock.advance(WINDOW_MS);
    deepEqual(await gate(request(early), BODY, ['wallet']), { party: 'wallet' });
    await clock.advance(1);
    deepEqual(await gate(request(late), BODY, ['wallet']), refused('request.stale'));

    const ahead = manualClock(clock.nowMs() + WINDOW_MS);
    const sign = () =>
      signAs(
        'wallet',
        'tokens',
        parties.keysOf('wallet'),
        ahead,
        systemRandom,
      )('/tokens/verdict', BODY);
    deepEqual(await gate(request(await sign()), BODY, ['wallet']), { party: 'wallet' });
    await ahead.advance(1);
    deepEqual(await gate(request(await sign()), BODY, ['wallet']), refused('request.stale'));
  });

  test('sent again is refused, at once and at any time after', async () => {
    const { clock, gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    deepEqual(await gate(request(headers), BODY, ['wallet']), { party: 'wallet' });
    for (let minute = 0; minute < 40; minute++) {
      deepEqual(await gate(request(headers), BODY, ['wallet']), refused('request.stale'));
      await clock.advance(60_000);
    }
  });

  test('signed as far ahead as may be is refused again until it is too old', async () => {
    const { clock, gate } = stage();
    const ahead = manualClock(START_MS + WINDOW_MS);
    const headers = await signAs(
      'wallet',
      'tokens',
      parties.keysOf('wallet'),
      ahead,
      systemRandom,
    )('/tokens/verdict', BODY);
    deepEqual(await gate(request(headers), BODY, ['wallet']), { party: 'wallet' });
    for (let minute = 0; minute < 12; minute++) {
      deepEqual(await gate(request(headers), BODY, ['wallet']), refused('request.stale'));
      await clock.advance(60_000);
    }
  });

  test('sent many times at once passes once', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => gate(request(headers), BODY, ['wallet'])),
    );
    same(answers.filter((answer) => 'party' in answer).length, 1);
  });

  test('that was refused does not use its nonce up', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    deepEqual(await gate(request(headers), 'another', ['wallet']), refused('request.unsigned'));
    deepEqual(await gate(request(headers), BODY, ['wallet']), { party: 'wallet' });
  });
});

describe('a bearer', () => {
  const bearer = (text: string) => request({ authorization: text });

  test('with the operator’s key is the operator, with another is nobody', async () => {
    const { gate } = stage();
    const right = await showKey('operator', OPERATOR_KEY)('/tokens/verdict', BODY);
    deepEqual(await gate(request(right), BODY, ['operator']), { party: 'operator' });
    for (const key of ['B2'.repeat(32), OPERATOR_KEY.slice(2), `${OPERATOR_KEY}A`]) {
      const wrong = await showKey('operator', key)('/tokens/verdict', BODY);
      deepEqual(await gate(request(wrong), BODY, ['operator']), refused('request.unsigned'), key);
    }
  });

  test('with a holder’s key is passed on with it: what it opens the service decides', async () => {
    const { gate } = stage();
    const key = 'C3'.repeat(16);
    const headers = await showKey('holder', key)('/wallet/cards', BODY);
    deepEqual(await gate(request(headers), BODY, ['holder']), { party: 'holder', bearer: key });
  });

  test('with a till’s key is a cashier, and never a holder', async () => {
    const { gate } = stage();
    const key = 'C3'.repeat(32);
    const headers = await showKey('cashier', key)('/terminal/pay', BODY);
    deepEqual(await gate(request(headers), BODY, ['operator', 'cashier']), {
      party: 'cashier',
      bearer: key,
    });
    for (const allowed of ['holder', 'operator', 'anyone'] as const) {
      deepEqual(await gate(request(headers), BODY, [allowed]), refused('caller.not_allowed'));
    }
  });

  test('of a kind that is not on the list is refused, before its key is looked at', async () => {
    const { gate } = stage();
    for (const key of [OPERATOR_KEY, 'B2'.repeat(32)]) {
      deepEqual(
        await gate(bearer(`Bearer operator:${key}`), BODY, ['holder', 'wallet', 'anyone']),
        refused('caller.not_allowed'),
      );
    }
    deepEqual(
      await gate(bearer(`Bearer holder:${OPERATOR_KEY}`), BODY, ['operator']),
      refused('caller.not_allowed'),
    );
  });

  test('whose key cannot be one is refused', async () => {
    const { gate } = stage();
    const wrong = ['', 'Bearer', `Bearer ${OPERATOR_KEY}`, `Basic operator:${OPERATOR_KEY}`];
    const short = ['Bearer operator:', 'Bearer holder:short', `Bearer holder:${'A'.repeat(129)}`];
    const foreign = [`Bearer wallet:${OPERATOR_KEY}`, `Bearer holder:${'A'.repeat(20)}!`];
    for (const text of [...wrong, ...short, ...foreign]) {
      const answer = await gate(bearer(text), BODY, ['operator', 'holder', 'anyone', 'wallet']);
      deepEqual(answer, refused('request.unsigned'), text);
    }
  });

  test('is not taken for a service, though it says so as well', async () => {
    const { gate, signer } = stage();
    const headers = await signer('wallet')('/tokens/verdict', BODY);
    const both = { ...headers, authorization: `Bearer holder:${'D4'.repeat(16)}` };
    deepEqual(await gate(request(both), BODY, ['wallet']), refused('caller.not_allowed'));
  });
});

test('anyone may call where anyone is on the list, and nowhere else', async () => {
  const { gate } = stage();
  const headers = await unsigned('/wallet/sign-in', BODY);
  deepEqual(await gate(request(headers), BODY, ['anyone']), { party: 'anyone' });
  deepEqual(await gate(request(headers), BODY, ['holder']), refused('request.unsigned'));
});
