import { deepEqual, rejects, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import { refused } from '@octavo/domain/refusal.ts';
import { change, MOST_TRIES, overtaken, written } from './change.ts';

test('an effect that wrote gives its answer and is not decided again', async () => {
  let attempts = 0;
  const answer = await change(async () => {
    attempts++;
    return written({ balance: 1 });
  });
  deepEqual([answer, attempts], [{ balance: 1 }, 1]);
});

test('an effect that was overtaken is decided again', async () => {
  let attempts = 0;
  const answer = await change(async () => (++attempts < MOST_TRIES ? overtaken : written('done')));
  deepEqual([answer, attempts], ['done', MOST_TRIES]);
});

test('overtaken twenty times it is busy, and nothing more is tried', async () => {
  let attempts = 0;
  const answer = await change(async () => {
    attempts++;
    return overtaken;
  });
  deepEqual([answer, attempts], [refused('busy'), 20]);
});

test('a refusal passes through, at first or after being overtaken', async () => {
  deepEqual(await change(async () => refused('token.deleted')), refused('token.deleted'));
  let attempts = 0;
  const answer = await change(async () =>
    ++attempts < 3 ? overtaken : refused('enrolment.code_wrong', { triesLeft: 2 }),
  );
  deepEqual([answer, attempts], [refused('enrolment.code_wrong', { triesLeft: 2 }), 3]);
});

test('attempts follow one another; no two run at once', async () => {
  let running = 0;
  let most = 0;
  await change(async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return overtaken;
  });
  same(most, 1);
});

test('storage that fails is not tried again: whether the statement ran is not known', async () => {
  let attempts = 0;
  const failing = change(async () => {
    attempts++;
    throw new StorageUnavailable('gone');
  });
  await rejects(failing, StorageUnavailable);
  same(attempts, 1);
});
