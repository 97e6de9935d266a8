import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import { entryLists } from './arbitrary.fixture.ts';
import {
  applyDelta,
  applySnapshot,
  changesBetween,
  type DenyList,
  type DenyListDelta,
  type DenyListSnapshot,
  decodeDelta,
  decodeSnapshot,
  deltaSignatureInput,
  encodeDelta,
  encodeSnapshot,
  isListed,
  listDigest,
  snapshotSignatureInput,
  sortedEntries,
} from './deny-list.ts';
import { TransitError } from './wire.ts';

const signature = new Uint8Array(64).fill(0x22);
/** The entry of the transit sheet, section 4.1, and two others around it. */
const LISTED = fromHex('9040E671865B666F7B105E9B');
const LOW = fromHex('000000000000000000000001');
const HIGH = fromHex('FFFFFFFFFFFFFFFFFFFFFFFF');

function list(entries: readonly Uint8Array[], change: Partial<DenyList> = {}): DenyList {
  return { epoch: 1, version: 5, issuedAtMs: 1000, entries: sortedEntries(entries), ...change };
}

function snapshot(change: Partial<DenyListSnapshot> = {}): DenyListSnapshot {
  const whole = { ...list([LOW, LISTED]), ...change };
  return { digest: listDigest(whole.entries), signature, ...whole };
}

/** From version 5 to 6. */
function delta(
  before: DenyList,
  after: readonly Uint8Array[],
  change: Partial<DenyListDelta> = {},
): DenyListDelta {
  const entries = sortedEntries(after);
  return {
    epoch: 1,
    from: 5,
    to: 6,
    issuedAtMs: 2000,
    ...changesBetween(before.entries, entries),
    digest: listDigest(entries),
    signature,
    ...change,
  };
}

describe('looking an entry up', () => {
  test('finds what is there and nothing else', () => {
    const { entries } = list([LISTED, HIGH, LOW]);
    for (const entry of [LOW, LISTED, HIGH]) equal(isListed(entries, entry), true);
    equal(isListed(entries, fromHex('9040E671865B666F7B105E9A')), false);
    equal(isListed(new Uint8Array(0), LOW), false);
  });

  test('agrees with a plain search', () => {
    fc.assert(
      fc.property(entryLists, entryLists, (entries, asked) => {
        const plain = new Set(
          Array.from({ length: entries.length / 12 }, (_, n) => nth(entries, n)),
        );
        for (let index = 0; index < asked.length / 12; index++) {
          const entry = asked.subarray(index * 12, index * 12 + 12);
          equal(isListed(entries, entry), plain.has(toHex(entry)));
        }
      }),
    );
  });

  test('finds each of a million', () => {
    const million = new Uint8Array(12_000_000);
    for (let index = 0; index < 1_000_000; index++) million.set(fromUint(index * 2, 4), index * 12);
    const entry = new Uint8Array(12);
    for (const number of [0, 2, 4, 999_998, 1_000_000, 1_999_998]) {
      entry.set(fromUint(number, 4));
      equal(isListed(million, entry), true);
      entry.set(fromUint(number + 1, 4));
      equal(isListed(million, entry), false);
    }
  });
});

describe('a snapshot', () => {
  test('is its label, numbers, digest, entries and signature', () => {
    const written = [
      '444C5331', // DLS1
      '00000001',
      '00000005',
      '00000000000003E8',
      createHash('sha256').update(concat(LOW, LISTED)).digest('hex').toUpperCase(),
      '00000002',
      toHex(LOW),
      toHex(LISTED),
      '22'.repeat(64),
    ].join('');
    equal(toHex(encodeSnapshot(snapshot())), written);
    deepEqual(decodeSnapshot(fromHex(written)), snapshot());
    equal(toHex(snapshotSignatureInput(snapshot())), written.slice(0, -128));
  });

  test('is taken first, and later when it is not older', () => {
    const taken = applySnapshot(undefined, snapshot());
    deepEqual(taken, { kind: 'applied', list: list([LOW, LISTED]) });
    for (const current of [list([]), list([HIGH], { version: 4 }), list([HIGH], { epoch: 0 })])
      deepEqual(applySnapshot(current, snapshot()), taken);
  });

  test('that is older than what is there is a replay', () => {
    const older = { kind: 'unfit', why: 'older' };
    for (const change of [{ version: 6 }, { epoch: 2, version: 1 }, { issuedAtMs: 1001 }])
      deepEqual(applySnapshot(list([HIGH], change), snapshot()), older);
  });

  test('with another digest is not taken', () => {
    const wrong = snapshot({ digest: listDigest(LOW) });
    deepEqual(applySnapshot(undefined, wrong), { kind: 'unfit', why: 'digest' });
  });

  test('cut anywhere, in disorder, with an entry twice, or of another label is none', () => {
    const bytes = encodeSnapshot(snapshot());
    for (let length = 0; length < bytes.length; length++)
      throws(() => decodeSnapshot(bytes.subarray(0, length)), TransitError);
    const written = toHex(bytes);
    const [low, listed] = [toHex(LOW), toHex(LISTED)];
    for (const [stood, stands] of [
      [low + listed, listed + low],
      [low + listed, low + low],
      ['444C5331', '444C4431'],
    ] as const) {
      ok(written.includes(stood));
      throws(() => decodeSnapshot(fromHex(written.replace(stood, stands))), TransitError);
    }
  });
});

describe('a delta', () => {
  const before = list([LOW, LISTED]);

  test('is its label, numbers, digest, what comes, what goes, and signature', () => {
    const written = [
      '444C4431', // DLD1
      '00000001',
      '00000005',
      '00000006',
      '00000000000007D0',
      createHash('sha256').update(concat(LISTED, HIGH)).digest('hex').toUpperCase(),
      '00000001',
      toHex(HIGH),
      '00000001',
      toHex(LOW),
      '22'.repeat(64),
    ].join('');
    const change = delta(before, [LISTED, HIGH]);
    equal(toHex(encodeDelta(change)), written);
    deepEqual(decodeDelta(fromHex(written)), change);
    equal(toHex(deltaSignatureInput(change)), written.slice(0, -128));
  });

  test('leads from the version it names to the next', () => {
    deepEqual(applyDelta(before, delta(before, [LISTED, HIGH])), {
      kind: 'applied',
      list: list([LISTED, HIGH], { version: 6, issuedAtMs: 2000 }),
    });
  });

  test('without a change says that the list is still the one', () => {
    const still = delta(before, [LOW, LISTED], { to: 5 });
    deepEqual(applyDelta(before, still), {
      kind: 'applied',
      list: { ...before, issuedAtMs: 2000 },
    });
  });

  test('of another version, another epoch, or an older time is not applied', () => {
    const change = delta(before, [HIGH]);
    const applied = (current: DenyList) => applyDelta(current, change);
    deepEqual(applied({ ...before, version: 4 }), { kind: 'unfit', why: 'another_version' });
    deepEqual(applied({ ...before, epoch: 0 }), { kind: 'unfit', why: 'another_epoch' });
    deepEqual(applied({ ...before, epoch: 2 }), { kind: 'unfit', why: 'older' });
    deepEqual(applied({ ...before, issuedAtMs: 2001 }), { kind: 'unfit', why: 'older' });
  });

  test('that was applied before is a replay', () => {
    const change = delta(before, [HIGH]);
    const next = applyDelta(before, change);
    ok(next.kind === 'applied');
    deepEqual(applyDelta(next.list, change), { kind: 'unfit', why: 'another_version' });
    deepEqual(applyDelta({ ...next.list, version: 7 }, change), { kind: 'unfit', why: 'older' });
  });

  test('that adds what is there, or removes what is not, is not applied', () => {
    const none = new Uint8Array(0);
    for (const change of [
      { add: LOW, remove: none },
      { add: none, remove: HIGH },
      { add: HIGH, remove: HIGH },
    ])
      deepEqual(applyDelta(before, delta(before, [], change)), { kind: 'unfit', why: 'changes' });
  });

  test('whose outcome has another digest is not applied', () => {
    const change = delta(before, [HIGH], { digest: listDigest(LOW) });
    deepEqual(applyDelta(before, change), { kind: 'unfit', why: 'digest' });
  });

  test('that leads nowhere is none', () => {
    const written = toHex(encodeDelta(delta(before, [HIGH])));
    for (const numbers of ['0000000500000005', '0000000500000004']) {
      const back = written.replace('0000000500000006', numbers);
      throws(() => decodeDelta(fromHex(back)), TransitError);
    }
  });

  test('leads from any list to any other', () => {
    fc.assert(
      fc.property(entryLists, entryLists, (from, to) => {
        const start = list([], { entries: from });
        const change = {
          ...delta(start, []),
          ...changesBetween(from, to),
          digest: listDigest(to),
        };
        const next = applyDelta(start, decodeDelta(encodeDelta(change)));
        ok(next.kind === 'applied');
        deepEqual(next.list.entries, to);
      }),
    );
  });
});

function nth(entries: Uint8Array, index: number): string {
  return toHex(entries.subarray(index * 12, index * 12 + 12));
}
