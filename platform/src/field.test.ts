import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { openField } from './field.ts';

/** An element that answers each command with itself and remembers what reached it. */
function parrot() {
  const reached: number[] = [];
  const channel: Channel = async (command) => {
    reached.push(command[0] as number);
    return command;
  };
  return { channel, reached };
}

const command = (number: number) => Uint8Array.of(number);

test('commands pass and are counted, and whole pairs are observed', async () => {
  const pairs: number[][] = [];
  const element: Channel = async (sent) => Uint8Array.of((sent[0] as number) + 100);
  const field = openField(element, (sent, answer) => pairs.push([...sent, ...answer]));
  deepEqual(await field.channel(command(1)), command(101));
  deepEqual(await field.channel(command(2)), command(102));
  equal(field.commands(), 2);
  deepEqual(pairs, [
    [1, 101],
    [2, 102],
  ]);
});

test('a lost field lets no command through until it is restored', async () => {
  const { channel, reached } = parrot();
  const field = openField(channel);
  field.lose();
  await rejects(field.channel(command(1)), FieldLost);
  await rejects(field.channel(command(2)), FieldLost);
  deepEqual(reached, []);
  field.restore();
  await field.channel(command(3));
  deepEqual(reached, [3]);
  equal(field.commands(), 1);
});

test('lost before a command: it never reaches the element', async () => {
  const { channel, reached } = parrot();
  const field = openField(channel);
  field.loseAfter(2);
  await field.channel(command(1));
  await field.channel(command(2));
  await rejects(field.channel(command(3)), FieldLost);
  await rejects(field.channel(command(4)), FieldLost);
  deepEqual(reached, [1, 2]);
});

test('lost after a command: the element has done it, the answer is gone', async () => {
  const { channel, reached } = parrot();
  const pairs: unknown[] = [];
  const field = openField(channel, (sent) => pairs.push(sent));
  field.loseAfter(1, 'answer');
  await field.channel(command(1));
  await rejects(field.channel(command(2)), FieldLost);
  await rejects(field.channel(command(3)), FieldLost);
  deepEqual(reached, [1, 2]);
  equal(pairs.length, 1);
});

test('a field that is lost while the element works loses the answer, even if it is back by then', async () => {
  const answer = Promise.withResolvers<Uint8Array>();
  const field = openField(() => answer.promise);
  const exchange = field.channel(command(1));
  field.lose();
  field.restore();
  answer.resolve(command(1));
  await rejects(exchange, FieldLost);
});

test('restoring forgets a loss that was to come', async () => {
  const field = openField(parrot().channel);
  field.loseAfter(0);
  field.restore();
  await field.channel(command(1));
});

test('what the element itself rejects with passes as it is', async () => {
  const field = openField(() => Promise.reject(new RangeError('element')));
  await rejects(field.channel(command(1)), RangeError);
});
