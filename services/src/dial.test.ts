import { equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Link, LinkDown } from '@octavo/domain/ports.ts';
import { dialOnce } from './dial.ts';

test('dialling gives the link, or nothing where nobody is there; other errors stay errors', async () => {
  const link: Link = {
    send: async () => {},
    frames: (async function* () {})(),
    close: () => {},
  };
  equal(await dialOnce(async () => link), link);
  equal(
    await dialOnce(async () => {
      throw new LinkDown('nobody');
    }),
    undefined,
  );
  await rejects(
    dialOnce(async () => {
      throw new RangeError('ours');
    }),
    RangeError,
  );
});
