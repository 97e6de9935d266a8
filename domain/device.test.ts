import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  askAnswered,
  changeDevice,
  changeLeaf,
  clearAsk,
  type Device,
  deviceLife,
  followEnrolment,
  followToken,
  freeLeaf,
  isNewsTo,
  lookAt,
  postpone,
  registerAgain,
  reorder,
  setDefault,
  takeLeaf,
} from './device.ts';
import { derivedId, type EnrolmentNews, leafLife, type TokenNews } from './leaf.ts';
import { type Done, isRefused, type Refused } from './refusal.ts';

const NOW_MS = 1_795_000_000_000;
/** When a session was opened after all that happened. */
const LATER_MS = NOW_MS + 60_000;

const phone: Device = {
  deviceId: 'D1',
  userId: 'U1',
  name: 'Mi 5',
  elementId: 'E1',
  elementCertificate: 'C1',
  state: 'open',
  leaves: [],
  registeredAtMs: NOW_MS,
  lockedAtMs: null,
  closedAtMs: null,
  version: 0,
};

const face = {
  issuerName: { en: 'Bafang Bank', zh: '八方银行' },
  kind: 'debit',
  art: 'tide',
  needs: 'mobile',
  numberLength: 19,
  termsVersion: '2026-01',
} as const;

function must(result: Done<Device> | Refused): Device {
  ok(result.kind === 'done', result.kind === 'refused' ? result.code : '');
  return result.value;
}

function codeOf(result: Done<Device> | Refused): string | undefined {
  return isRefused(result) ? result.code : undefined;
}

const SHOWN = { face, cardLastFour: '0010', tokenLastFour: '1234' };

function enrolmentOf(name: string, state: EnrolmentNews['state']): EnrolmentNews {
  return {
    state,
    ...SHOWN,
    tokenReference: `T${name}`,
  };
}

function tokenOf(
  name: string,
  state: TokenNews['state'],
  version: number,
  suspendedBy: readonly string[] = state === 'suspended' ? ['wallet'] : [],
): TokenNews {
  return {
    tokenReference: `T${name}`,
    state,
    suspendedBy,
    ...SHOWN,
    instanceAid: 'A000000333010101FF01',
    certified: false,
    version,
  };
}

function withActive(...names: readonly string[]): Device {
  return names.reduce((device, name) => {
    const taken = must(takeLeaf(device, name, NOW_MS));
    const tokenised = followEnrolment(taken, name, enrolmentOf(name, 'tokenised'), NOW_MS);
    return followToken(tokenised, tokenOf(name, 'active', 1), NOW_MS);
  }, phone);
}

function wish(name: string, event: 'suspend' | 'resume' | 'remove') {
  return { tokenReference: `T${name}`, event, commandId: 'R1', nowMs: NOW_MS };
}

function lock(device: Device): Device {
  const wish = { commandId: 'R2', nowMs: NOW_MS, signedInAtMs: NOW_MS };
  return must(changeDevice(device, { ...wish, event: 'lock' }));
}

function defaultOf(device: Device): string | undefined {
  return device.leaves.find((leaf) => leaf.isDefault)?.enrolmentId;
}

describe('taking and freeing a leaf', () => {
  test('refusals in order: wiped, locked, an enrolment that has a leaf, a full wallet', () => {
    equal(codeOf(takeLeaf({ ...phone, state: 'wiped' }, 'A', NOW_MS)), 'device.wiped');
    equal(codeOf(takeLeaf({ ...phone, state: 'locked' }, 'A', NOW_MS)), 'device.locked');
    const full = withActive('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H');
    equal(codeOf(takeLeaf(full, 'A', NOW_MS)), 'request.key_reused');
    equal(codeOf(takeLeaf(full, 'I', NOW_MS)), 'wallet.full');
  });

  test('a freed leaf can be taken; freeing twice is freeing once', () => {
    const full = withActive('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H');
    const freed = freeLeaf(full, 'C');
    equal(freed.leaves.length, 7);
    deepEqual(freeLeaf(freed, 'C'), freed);
    equal(must(takeLeaf(freed, 'I', NOW_MS)).leaves.length, 8);
  });

  test('suspended and pending cards count', () => {
    const seven = withActive('A', 'B', 'C', 'D', 'E', 'F', 'G');
    const suspended = followToken(seven, tokenOf('A', 'suspended', 2), NOW_MS);
    const eight = must(takeLeaf(suspended, 'H', NOW_MS));
    equal(codeOf(takeLeaf(eight, 'I', NOW_MS)), 'wallet.full');
  });
});

describe('following the token service', () => {
  test('what a leaf knows already is no news to it', () => {
    const taken = must(takeLeaf(phone, 'A', NOW_MS));
    const waits = enrolmentOf('A', 'code_awaited');
    const waiting = followEnrolment(taken, 'A', waits, NOW_MS);
    deepEqual([isNewsTo(taken, 'A', waits), isNewsTo(waiting, 'A', waits)], [true, false]);
    equal(isNewsTo(waiting, 'A', enrolmentOf('A', 'verified')), true);
    equal(isNewsTo(waiting, 'A', enrolmentOf('A', 'lapsed')), true);
  });

  test('a lapsed enrolment frees a leaf that is being added, never an active one', () => {
    const taken = must(takeLeaf(phone, 'A', NOW_MS));
    equal(followEnrolment(taken, 'A', enrolmentOf('A', 'lapsed'), NOW_MS).leaves.length, 0);
    const active = withActive('A');
    deepEqual(followEnrolment(active, 'A', enrolmentOf('A', 'lapsed'), NOW_MS), active);
  });

  test('news of an enrolment that come late do not move a leaf back', () => {
    const taken = must(takeLeaf(phone, 'A', NOW_MS));
    const tokenised = followEnrolment(taken, 'A', enrolmentOf('A', 'tokenised'), NOW_MS);
    const late = followEnrolment(tokenised, 'A', enrolmentOf('A', 'code_awaited'), NOW_MS);
    equal(late.leaves[0]?.state, 'personalising');
  });

  test('news of a token older than what is known change nothing', () => {
    const suspended = followToken(withActive('A'), tokenOf('A', 'suspended', 3), NOW_MS);
    deepEqual(followToken(suspended, tokenOf('A', 'active', 2), NOW_MS), suspended);
  });

  test('deleted by others: free before it was active, else kept until it is erased', () => {
    const taken = must(takeLeaf(phone, 'A', NOW_MS));
    const tokenised = followEnrolment(taken, 'A', enrolmentOf('A', 'tokenised'), NOW_MS);
    equal(followToken(tokenised, tokenOf('A', 'deleted', 2), NOW_MS).leaves.length, 0);
    const removing = followToken(withActive('A'), tokenOf('A', 'deleted', 2), NOW_MS);
    equal(removing.leaves[0]?.state, 'removing');
  });

  test('removed by the holder before it was active: the instance may be half there, so the leaf is kept', () => {
    const taken = must(takeLeaf(phone, 'A', NOW_MS));
    const tokenised = followEnrolment(taken, 'A', enrolmentOf('A', 'tokenised'), NOW_MS);
    const asked = must(changeLeaf(tokenised, wish('A', 'remove')));
    const { requestId = '' } = asked.leaves[0]?.ask ?? {};
    const ended = askAnswered(asked, requestId, tokenOf('A', 'deleted', 2), NOW_MS);
    equal(ended.leaves[0]?.state, 'removing');
    equal(lookAt(ended), null);
  });
});

describe('the default', () => {
  test('the first active card, then the next in order round to the first, then none', () => {
    const three = withActive('A', 'B', 'C');
    equal(defaultOf(three), 'A');
    const chosen = must(setDefault(three, 'TB'));
    const second = followToken(chosen, tokenOf('B', 'suspended', 2), NOW_MS);
    equal(defaultOf(second), 'C');
    const third = followToken(second, tokenOf('C', 'deleted', 2), NOW_MS);
    equal(defaultOf(third), 'A');
    equal(defaultOf(followToken(third, tokenOf('A', 'suspended', 2), NOW_MS)), undefined);
  });

  test('that a lock holds goes when the phone is wiped, and when the holder suspends it besides', () => {
    const answered = answerFirst(lock(withActive('A')), false, 2);
    equal(defaultOf(answered), 'A');
    const by = { commandId: 'R3', nowMs: NOW_MS, signedInAtMs: LATER_MS };
    equal(defaultOf(must(changeDevice(answered, { ...by, event: 'wipe' }))), undefined);
    equal(defaultOf(must(changeLeaf(answered, wish('A', 'suspend')))), undefined);
  });

  test('refusals in order: unknown, not active', () => {
    const two = followToken(withActive('A', 'B'), tokenOf('B', 'suspended', 2), NOW_MS);
    equal(codeOf(setDefault(two, 'TX')), 'wallet.card_unknown');
    equal(codeOf(setDefault(two, 'TB')), 'wallet.not_paying');
  });

  test('the order moves no default, and the next follows the new order', () => {
    const three = must(reorder(withActive('A', 'B', 'C'), ['C', 'A']));
    deepEqual(
      three.leaves.map((leaf) => leaf.enrolmentId),
      ['C', 'A', 'B'],
    );
    equal(defaultOf(three), 'A');
    equal(defaultOf(followToken(three, tokenOf('A', 'suspended', 2), NOW_MS)), 'B');
    equal(codeOf(reorder(three, ['A', 'A'])), 'request.malformed');
    equal(codeOf(reorder(three, ['X'])), 'wallet.card_unknown');
  });
});

describe('wishes', () => {
  test('about a card, refusals in order: unknown, deleted, wiped, locked, another ask under way', () => {
    const two = withActive('A', 'B');
    equal(codeOf(changeLeaf(two, wish('X', 'suspend'))), 'wallet.card_unknown');
    const removing = followToken(two, tokenOf('A', 'deleted', 2), NOW_MS);
    equal(codeOf(changeLeaf(removing, wish('A', 'suspend'))), 'token.deleted');
    equal(must(changeLeaf(removing, wish('A', 'remove'))), removing);
    equal(codeOf(changeLeaf({ ...two, state: 'wiped' }, wish('A', 'remove'))), 'device.wiped');
    equal(codeOf(changeLeaf(lock(two), wish('A', 'resume'))), 'device.locked');
    equal(codeOf(changeLeaf(lock(two), wish('A', 'suspend'))), 'busy');
  });

  test('about a phone: a wiped one is neither locked nor unlocked, and none is unlocked while it still asks', () => {
    const wiped: Device = { ...phone, state: 'wiped' };
    const by = { commandId: 'R3', nowMs: NOW_MS, signedInAtMs: LATER_MS };
    for (const event of ['lock', 'unlock'] as const) {
      equal(codeOf(changeDevice(wiped, { ...by, event })), 'device.wiped');
    }
    const unlock = { ...by, event: 'unlock' } as const;
    equal(codeOf(changeDevice(lock(withActive('A')), unlock)), 'busy');
  });

  test('an ask keeps its id however often it is put off, and a refused one is over', () => {
    const asked = must(changeLeaf(withActive('A'), wish('A', 'suspend')));
    const id = asked.leaves[0]?.ask?.requestId ?? '';
    const later = postpone(asked, 'A', NOW_MS + 5_000);
    equal(later.leaves[0]?.ask?.requestId, id);
    ok((lookAt(later) ?? 0) > (lookAt(asked) ?? 0));
    equal(lookAt(clearAsk(later, id, NOW_MS)), null);
  });

  test('derived ids are sixteen bytes and differ with every name', () => {
    const ids = [
      derivedId(['a', 'b']),
      derivedId(['a', 'c']),
      derivedId(['ab']),
      derivedId(['b', 'a']),
    ];
    equal(new Set(ids).size, 4);
    for (const id of ids) ok(/^[0-9A-F]{32}$/.test(id));
  });
});

/** Where stories begin: an empty phone, one with room, a full one. */
const beginning = fc.constantFrom(
  phone,
  withActive('A', 'B', 'C'),
  withActive('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'),
);

/** One random thing that happens to a phone: a wish, or news of a token from whoever changed it. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), name: fc.constantFrom(...'ABCDEFGHI') }),
  fc.record({
    kind: fc.constant('enrolment' as const),
    name: fc.constantFrom(...'ABCDEFGHI'),
    state: fc.constantFrom('code_awaited', 'verified', 'tokenised', 'active', 'lapsed'),
  }),
  fc.record({
    kind: fc.constant('token' as const),
    name: fc.constantFrom(...'ABCDEFGHI'),
    state: fc.constantFrom('inactive', 'active', 'suspended', 'deleted'),
    by: fc.subarray(['wallet', 'issuer']),
  }),
  fc.record({
    kind: fc.constant('wish' as const),
    name: fc.constantFrom(...'ABCDEFGHI'),
    event: fc.constantFrom('suspend', 'resume', 'remove'),
  }),
  fc.record({
    kind: fc.constant('phone' as const),
    event: fc.constantFrom('lock', 'unlock', 'wipe', 'register'),
  }),
  fc.record({ kind: fc.constant('answer' as const), refused: fc.boolean() }),
  fc.record({ kind: fc.constant('free' as const), name: fc.constantFrom(...'ABCDEFGHI') }),
);

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

function happen(device: Device, each: Happening, version: number): Device {
  const kept = (result: Done<Device> | Refused): Device =>
    result.kind === 'done' ? result.value : device;
  const by = { commandId: `R${version}`, nowMs: NOW_MS, signedInAtMs: LATER_MS };
  switch (each.kind) {
    case 'take':
      return kept(takeLeaf(device, each.name, NOW_MS));
    case 'enrolment': {
      const news = enrolmentOf(each.name, each.state as EnrolmentNews['state']);
      return followEnrolment(device, each.name, news, NOW_MS);
    }
    case 'token':
      return followToken(
        device,
        tokenOf(each.name, each.state as TokenNews['state'], version, each.by),
        NOW_MS,
      );
    case 'wish':
      return kept(
        changeLeaf(device, {
          ...by,
          tokenReference: `T${each.name}`,
          event: each.event as 'suspend',
        }),
      );
    case 'phone':
      if (each.event === 'register') return kept(registerAgain(device, 'U1', 'Mi 5', LATER_MS));
      return kept(changeDevice(device, { ...by, event: each.event as 'lock' }));
    case 'answer':
      return answerFirst(device, each.refused, version);
    case 'free':
      return freeLeaf(device, each.name);
  }
}

const ANSWERS = { suspend: 'suspended', resume: 'active', delete: 'deleted' } as const;

function answerFirst(device: Device, isNo: boolean, version: number): Device {
  const leaf = device.leaves.find((one) => one.ask !== null);
  if (leaf === undefined || leaf.ask === null) return device;
  const { requestId, event } = leaf.ask;
  if (isNo) return clearAsk(device, requestId, NOW_MS);
  const news = tokenOf(leaf.enrolmentId, ANSWERS[event], version);
  return askAnswered(device, requestId, news, NOW_MS);
}

describe('whatever happens to a phone', () => {
  test('never more than eight leaves, at most one default, and it is active or held by the lock', () => {
    fc.assert(
      fc.property(beginning, fc.array(happening, { maxLength: 60 }), (first, story) => {
        let device = first;
        for (const [index, each] of story.entries()) device = happen(device, each, index + 2);
        ok(device.leaves.length <= 8);
        equal(new Set(device.leaves.map((leaf) => leaf.enrolmentId)).size, device.leaves.length);
        const defaults = device.leaves.filter((leaf) => leaf.isDefault);
        ok(defaults.length <= 1);
        for (const leaf of defaults) {
          ok(leaf.state === 'active' || (leaf.state === 'suspended' && leaf.held));
        }
        const paying = device.leaves.some((leaf) => leaf.state === 'active');
        if (paying) equal(defaults.length, 1);
      }),
    );
  });

  test('what is asked is looked at again, and once all asks are answered nothing is held open', () => {
    fc.assert(
      fc.property(beginning, fc.array(happening, { maxLength: 60 }), (first, story) => {
        let device = first;
        for (const [index, each] of story.entries()) device = happen(device, each, index + 2);
        for (const leaf of device.leaves) {
          if (leaf.ask !== null) ok(leaf.lookAtMs !== null);
        }
        // A refused ask is over; saying wipe again asks again for what is left.
        if (device.state === 'wiped')
          device = happen(device, { kind: 'phone', event: 'wipe' }, 999);
        for (let asks = 0; asks < 20; asks++) device = answerFirst(device, false, 1000 + asks);
        ok(device.leaves.every((leaf) => leaf.ask === null));
        if (device.state === 'wiped') {
          ok(device.leaves.every((leaf) => leaf.token === null || leaf.state === 'removing'));
        }
      }),
    );
  });

  test('there is no way out of removing but to be erased, and every state is reached', () => {
    deepEqual(leafLife.removing, {});
    const reached = (
      life: Readonly<Record<string, Readonly<Record<string, string>>>>,
      from: string,
    ) => {
      const seen = new Set([from]);
      for (const state of seen) for (const next of Object.values(life[state] ?? {})) seen.add(next);
      return seen;
    };
    equal(reached(leafLife, 'asking').size, Object.keys(leafLife).length);
    equal(reached(deviceLife, 'open').size, Object.keys(deviceLife).length);
  });
});
