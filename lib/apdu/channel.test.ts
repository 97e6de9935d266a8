import { deepEqual, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { scriptedChannel } from './channel.ts';

const counter = [fromHex('80CA9F3600'), fromHex('9F360200019000')] as const;
const name = [fromHex('00A4040000'), fromHex('6A82')] as const;

test('a script answers its commands in order', async () => {
  const channel = scriptedChannel([counter, name, counter]);
  const answers = [await channel(counter[0]), await channel(name[0]), await channel(counter[0])];
  deepEqual(answers.map(toHex), ['9F360200019000', '6A82', '9F360200019000']);
});

test('a byte out of place rejects, and says at which step', async () => {
  const channel = scriptedChannel([counter, name]);
  await channel(counter[0]);
  await rejects(
    channel(fromHex('00A4040001')),
    /script step 2: expected 00A4040000, came 00A4040001/,
  );
});

test('a command more or less rejects', async () => {
  await rejects(scriptedChannel([counter])(fromHex('80CA9F36')), /step 1/);
  await rejects(scriptedChannel([counter])(fromHex('80CA9F360000')), /step 1/);
});

test('a command after the end rejects', async () => {
  const channel = scriptedChannel([name]);
  await channel(name[0]);
  await rejects(channel(name[0]), /the script is over, yet came 00A4040000/);
});
