import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Leaf } from './api.ts';
import { arrangementOf, cardsOf, moved, pendingOf, stackOf } from './stack-order.ts';

const leaf = (enrolmentId: string, more: Partial<Leaf> = {}): Leaf => ({
  enrolmentId,
  state: 'active',
  certified: true,
  isDefault: false,
  tokenReference: `token of ${enrolmentId}`,
  ...more,
});

test('the default lies in front, the others behind it in the holder’s order', () => {
  const leaves = [leaf('a'), leaf('b', { isDefault: true }), leaf('c')];
  deepEqual(stackOf(leaves), ['c', 'a', 'b']);
});

test('without a default the first card lies in front', () => {
  deepEqual(stackOf([leaf('a', { state: 'suspended' }), leaf('b', { state: 'suspended' })]), [
    'b',
    'a',
  ]);
  deepEqual(stackOf([]), []);
});

test('what is on its way in or out is no card yet', () => {
  const leaves = [leaf('a'), leaf('b', { state: 'asking' }), leaf('c', { state: 'removing' })];
  deepEqual(
    cardsOf(leaves).map(({ enrolmentId }) => enrolmentId),
    ['a'],
  );
  deepEqual(
    pendingOf(leaves).map(({ enrolmentId }) => enrolmentId),
    ['b', 'c'],
  );
});

test('a card moves to a place, and nowhere else', () => {
  deepEqual(moved(['a', 'b', 'c'], 0, 2), ['b', 'c', 'a']);
  deepEqual(moved(['a', 'b', 'c'], 2, 0), ['c', 'a', 'b']);
  deepEqual(moved(['a', 'b', 'c'], 0, 3), ['a', 'b', 'c']);
  deepEqual(moved(['a', 'b', 'c'], 0, -1), ['a', 'b', 'c']);
  deepEqual(moved(['a', 'b', 'c'], 7, 0), ['a', 'b', 'c']);
});

test('the order that is asked for is the stack from the front', () => {
  const leaves = [leaf('a', { isDefault: true }), leaf('b'), leaf('c')];
  deepEqual(arrangementOf(leaves, ['b', 'c', 'a']), { order: ['a', 'c', 'b'] });
});

test('a card that is laid in front becomes the default, unless it cannot pay', () => {
  const leaves = [leaf('a', { isDefault: true }), leaf('b'), leaf('c', { state: 'suspended' })];
  deepEqual(arrangementOf(leaves, ['c', 'a', 'b']), {
    order: ['b', 'a', 'c'],
    defaultCard: 'token of b',
  });
  deepEqual(arrangementOf(leaves, ['a', 'b', 'c']), { order: ['c', 'b', 'a'] });
});
