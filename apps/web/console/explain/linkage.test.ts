/** What is pointed at comes before what is pinned, and the same pin again frees it. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { createLinkage, linksOf } from './linkage.ts';

const amount = { field: 'message:DE4', links: ['v0'] };
const counter = { field: 'answers:77/9F36', links: ['v1'] };

test('what is pointed at is shown, and what was pinned comes back after it', () => {
  const linkage = createLinkage(amount);
  linkage.point(counter);
  deepEqual(linkage.shown(), counter);
  linkage.point(undefined);
  deepEqual(linkage.shown(), amount);
});

test('a pin holds, and the same again frees it', () => {
  const linkage = createLinkage();
  linkage.pin(amount);
  linkage.point(undefined);
  deepEqual(linkage.shown(), amount);
  linkage.pin({ ...amount });
  equal(linkage.shown(), undefined);
});

test('listeners hear of changes alone', () => {
  const linkage = createLinkage();
  let heard = 0;
  const stop = linkage.subscribe(() => {
    heard++;
  });
  linkage.point(amount);
  linkage.point({ ...amount });
  stop();
  linkage.point(undefined);
  equal(heard, 1);
});

test('a value is named at its bytes, its check and its place in the proof, and a cause is known', () => {
  const title = { en: 'Amount', zh: '金额' };
  const place = { kind: 'bytes', node: 'n', part: 'message', path: 'DE4', tag: 'DE4' } as const;
  const places = [
    { ...place, start: 0, length: 12 },
    { kind: 'check', node: 'c', check: 'amount' },
    { kind: 'proof', tag: '9F02' },
  ] as const;
  const link = { id: 'amount', key: 'amount', title, places, values: ['1', '2'] } as const;
  const links = linksOf({ links: [link], cause: { code: 'x', links: ['amount'] } });
  const [name = ''] = links.ofPlace('n', 'message:DE4');
  deepEqual(links.ofCheck('amount'), [name]);
  deepEqual(links.ofProof('9F02'), [name]);
  deepEqual(links.ofNode('n'), [name]);
  deepEqual(links.causes, [name]);
  deepEqual(links.ofProof('9F03'), ['sealed-9F03']);
});
