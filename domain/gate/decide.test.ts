import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decideGate, type GateFacts, whyShut } from './decide.ts';

/** A genuine card at an open gate. */
const good: GateFacts = {
  isInService: true,
  listAgeMs: 60_000,
  listAge: { longestAgeMs: 24 * 3_600_000, whenOlder: 'closed' },
  isSchemeTaken: true,
  isDeclinedByCard: false,
  authentication: 'verified',
  isExpired: false,
  isDenied: false,
  passBack: 'first',
  passBackPolicy: { windowMs: 120_000, onAgain: 'refuse' },
  mayNotHaveOpened: false,
  isStationOpen: true,
  leads: 'in',
  direction: 'in',
};

/** What spoils a tap, in the order of the transit sheet, section 2.3. */
const spoiling: readonly (readonly [string, Partial<GateFacts>])[] = [
  ['gate.out_of_service', { isInService: false }],
  ['gate.list_too_old', { listAgeMs: 24 * 3_600_000 + 1 }],
  ['gate.scheme_refused', { isSchemeTaken: false }],
  ['gate.card_declined', { isDeclinedByCard: true }],
  ['gate.not_authenticated', { authentication: 'hash' }],
  ['gate.expired', { isExpired: true }],
  ['gate.on_deny_list', { isDenied: true }],
  ['gate.pass_back', { passBack: 'again' }],
  ['gate.station_closed', { isStationOpen: false }],
  ['gate.wrong_direction', { leads: 'out' }],
];

function codeOf(change: Partial<GateFacts>): string {
  const decision = decideGate({ ...good, ...change });
  return decision.kind === 'refused' ? decision.code : decision.as;
}

describe('a gate', () => {
  test('opens for a genuine card', () => {
    deepEqual(decideGate(good), { kind: 'opens', as: 'entry' });
    equal(codeOf({ leads: 'out', direction: 'out' }), 'exit');
    equal(codeOf({ leads: 'none', direction: 'none' }), 'single');
  });

  for (const [code, change] of spoiling) {
    test(`stays shut by ${code}`, () => equal(codeOf(change), code));
  }

  test('names the first reason of several, in the order of the sheet', () => {
    for (const [index, [code, change]] of spoiling.entries()) {
      const later = Object.assign({}, ...spoiling.slice(index).map(([, one]) => one), change);
      equal(codeOf(later), code);
    }
  });

  test('says which check of the card’s proof failed, and that none was made', () => {
    for (const authentication of ['missing_object', 'expired', 'not_done'] as const) {
      deepEqual(decideGate({ ...good, authentication }), {
        kind: 'refused',
        code: 'gate.not_authenticated',
        detail: { check: authentication },
      });
    }
  });
});

test('an expired card whose proof nobody asked for has expired', () => {
  equal(codeOf({ isExpired: true, authentication: 'not_done' }), 'gate.expired');
  equal(codeOf({ isExpired: true, authentication: 'hash' }), 'gate.not_authenticated');
});

describe('a list that is too old', () => {
  const none = { listAgeMs: undefined };
  const open = { listAge: { longestAgeMs: 1000, whenOlder: 'open' as const } };

  test('shuts a gate that is set so, and so does none at all', () => {
    equal(codeOf(none), 'gate.list_too_old');
    equal(codeOf({ listAgeMs: 24 * 3_600_000 }), 'entry');
  });

  test('leaves a gate open that is set so, and still counts', () => {
    equal(codeOf({ ...none, ...open }), 'entry');
    equal(codeOf({ listAgeMs: 1001, ...open }), 'entry');
    equal(codeOf({ listAgeMs: 1001, ...open, isDenied: true }), 'gate.on_deny_list');
  });

  test('is told before any card is read', () => {
    equal(whyShut(good), undefined);
    equal(whyShut({ ...good, ...none })?.code, 'gate.list_too_old');
    equal(whyShut({ ...good, isInService: false })?.code, 'gate.out_of_service');
  });
});

describe('a card that has just gone the same way', () => {
  const again = { passBack: 'again' as const };

  test('is refused, with how long it counts', () => {
    deepEqual(decideGate({ ...good, ...again }), {
      kind: 'refused',
      code: 'gate.pass_back',
      detail: { seconds: 120 },
    });
  });

  test('takes a companion along where that is allowed, and not past a closed station', () => {
    const passBackPolicy = { windowMs: 30_000, onAgain: 'companion' as const };
    equal(codeOf({ ...again, passBackPolicy }), 'companion');
    equal(codeOf({ ...again, passBackPolicy, isStationOpen: false }), 'gate.station_closed');
  });

  test('is let through without a second journey where the barrier may not have opened', () => {
    equal(codeOf({ ...again, mayNotHaveOpened: true }), 'check');
    equal(codeOf({ ...again, mayNotHaveOpened: true, isDenied: true }), 'gate.on_deny_list');
  });

  test('and comes back out has changed its mind, and is not refused', () => {
    equal(codeOf({ passBack: 'change_of_mind', leads: 'out', direction: 'out' }), 'exit');
  });
});
