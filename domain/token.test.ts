import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import fc from 'fast-check';
import { cardRanges, rangeOfToken } from './demo.ts';
import { isRefused, refused } from './refusal.ts';
import { instantOfLocal } from './time.ts';
import {
  certification,
  changeToken,
  firstCounter,
  type TokenEvent,
  type TokenParty,
  type TokenStanding,
  type TokenState,
  tokenExpiry,
  tokenIdentity,
  tokenLife,
  tokenNumber,
} from './token.ts';

const MINE = '99900000001';
const parties: readonly TokenParty[] = ['wallet', 'issuer', 'tokens', 'operator'];
const events: readonly TokenEvent[] = ['activate', 'suspend', 'resume', 'delete', 'lapse'];
const states = Object.keys(tokenLife) as readonly TokenState[];

function standing(state: TokenState, suspendedBy: readonly TokenParty[] = []): TokenStanding {
  return { state, suspendedBy, requestorId: MINE };
}

function after(token: TokenStanding, event: TokenEvent, party: TokenParty): TokenStanding | string {
  const changed = changeToken(token, { event, party, ownRequestors: [MINE] });
  return isRefused(changed) ? changed.code : changed.value;
}

describe('the refusals of a change, in order', () => {
  test('a wallet may not touch a token of another requestor, others may', () => {
    const token = standing('active');
    const ask = { event: 'suspend', ownRequestors: ['99900000098'] } as const;
    const refusal = changeToken(token, { ...ask, party: 'wallet' });
    equal(isRefused(refusal) && refusal.code, 'token.not_yours');
    equal(isRefused(changeToken(token, { ...ask, party: 'issuer' })), false);
  });

  test('a deleted token answers nothing', () => {
    for (const event of events) equal(after(standing('deleted'), event, 'issuer'), 'token.deleted');
  });

  test('an inactive token cannot be suspended or resumed', () => {
    equal(after(standing('inactive'), 'suspend', 'wallet'), 'token.inactive');
    equal(after(standing('inactive'), 'resume', 'wallet'), 'token.inactive');
  });

  test('an active token cannot be resumed', () => {
    equal(after(standing('active'), 'resume', 'wallet'), 'token.not_suspended');
  });

  test('only who suspended a token can lift that', () => {
    const suspended = standing('suspended', ['issuer']);
    equal(after(suspended, 'resume', 'wallet'), 'token.not_suspended_by_you');
  });
});

test('a token is active again when the last of its suspenders has lifted its own', () => {
  const first = after(standing('active'), 'suspend', 'wallet') as TokenStanding;
  const both = after(first, 'suspend', 'issuer') as TokenStanding;
  deepEqual(both.suspendedBy, ['wallet', 'issuer']);
  const one = after(both, 'resume', 'wallet');
  deepEqual(one, standing('suspended', ['issuer']));
  deepEqual(after(one as TokenStanding, 'resume', 'issuer'), standing('active'));
});

test('to suspend twice is to suspend once', () => {
  const once = after(standing('active'), 'suspend', 'wallet') as TokenStanding;
  deepEqual(after(once, 'suspend', 'wallet'), once);
});

test('every state answers every event of every party, by a state of the table or a refusal by name', () => {
  for (const state of states) {
    for (const event of events) {
      for (const party of parties) {
        const answer = after(standing(state, state === 'suspended' ? [party] : []), event, party);
        ok(typeof answer === 'string' || states.includes(answer.state));
      }
    }
  }
});

test('on any walk: no way out of deleted, suspended exactly while somebody holds it, never inactive again', () => {
  const walk = fc.array(fc.tuple(fc.constantFrom(...events), fc.constantFrom(...parties)));
  const reached = new Set<TokenState>();
  fc.assert(
    fc.property(walk, (steps) => {
      let token = standing('inactive');
      for (const [event, party] of steps) {
        const before = token;
        const next = after(token, event, party);
        if (typeof next !== 'string') token = next;
        reached.add(token.state);
        if (before.state === 'deleted') equal(token.state, 'deleted');
        if (before.state !== 'inactive') ok(token.state !== 'inactive');
        if (token.state === 'active') equal(token.suspendedBy.length, 0);
        if (token.state === 'suspended') ok(token.suspendedBy.length > 0);
      }
    }),
  );
  deepEqual([...reached].sort(), [...states].sort());
});

/** Every second digit from the right doubled, written out from the rule. */
function luhnHolds(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return sum % 10 === 0;
}

test('a token number has 16 digits of its range and a right check digit', () => {
  const draws = fc.uint8Array({ minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(draws, fc.constantFrom(...cardRanges), (draw, range) => {
      const number = tokenNumber(range, draw);
      if (number === undefined) return;
      equal(rangeOfToken(number), range);
      ok(luhnHolds(number));
    }),
  );
});

test('a draw that would make some numbers likelier is drawn again', () => {
  const [range] = cardRanges;
  ok(range !== undefined);
  // 4,289,999,999 is the last of 429 whole rounds of ten million.
  equal(tokenNumber(range, fromHex('FFB4347F'))?.slice(8, 15), '9999999');
  equal(tokenNumber(range, fromHex('FFB43480')), undefined);
  equal(tokenNumber(range, fromHex('FFFFFFFF')), undefined);
});

test('a token is known by its key index and last 14 digits, all that its card keys depend on', () => {
  equal(tokenIdentity('01', '9999580112345678'), '0199580112345678');
});

test('a token expires five years on, at the latest with the century', () => {
  const at = (day: string) => tokenExpiry(instantOfLocal(day, '12:00:00') ?? 0);
  equal(at('2026-11-25'), '3111');
  equal(at('2097-03-01'), '9912');
});

test('certificates are given to an active token that lacks them; a suspended one waits', () => {
  const asked = (state: TokenState, certified: boolean) => certification({ state, certified });
  for (const certified of [false, true]) {
    deepEqual(asked('deleted', certified), refused('token.deleted'));
    deepEqual(asked('inactive', certified), refused('token.inactive'));
  }
  deepEqual(asked('active', true), { kind: 'held' });
  deepEqual(asked('suspended', true), { kind: 'held' });
  deepEqual(asked('suspended', false), refused('token.suspended'));
  deepEqual(asked('active', false), { kind: 'due' });
});

describe('the counter of an instance that is loaded', () => {
  // profile octavo-1, section 6
  test('begins at zero, and 0100 higher with every loading that went out before', () => {
    deepEqual(
      [0, 1, 2, 127].map((loadings) => firstCounter(loadings, 0)),
      [0, 0x100, 0x200, 0x7f00],
    );
  });

  test('begins 0100 above the highest that was used up, where that is more', () => {
    equal(firstCounter(1, 3), 0x103);
    equal(firstCounter(2, 0x103), 0x203);
  });

  test('leaves half of all counters to taps, or does not begin', () => {
    equal(firstCounter(128, 0), undefined);
    equal(firstCounter(1, 0x7f00), undefined);
  });
});
