/** What each order does to the frames of a line, played on a line in memory by a clock that moves when told. */
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Link, LinkDown } from '@octavo/domain/ports.ts';
import { manualClock } from './clock.ts';
import { type FrameFate, faultyLine, LONGEST_HOLD_MS } from './faulty-line.ts';
import { memoryLink } from './link.ts';

test('a line on which nothing is ordered carries both ways and counts', async () => {
  const { line, near, far, nearHears, farHears } = await openLine();
  await say(near, 'ask');
  await say(far, 'answer');
  await farHears(['ask']);
  await nearHears(['answer']);
  equal(line.read('forth').passed, 1);
  equal(line.read('back').passed, 1);
  equal(line.links(), 1);
});

test('the next frames of one direction are lost, and the one after them arrives', async () => {
  const { line, near, far, nearHears, farHears, fates } = await openLine();
  line.order('forth', { loseNext: 2 });
  for (const text of ['a', 'b', 'c']) await say(near, text);
  await say(far, 'answer');
  await farHears(['c']);
  await nearHears(['answer']);
  equal(line.read('forth').lost, 2);
  equal(line.read('forth').loseNext, 0);
  deepEqual(fates, ['lost', 'lost']);
});

test('a doubled frame arrives twice', async () => {
  const { line, near, farHears } = await openLine();
  line.order('forth', { doubleNext: 1 });
  await say(near, 'a');
  await say(near, 'b');
  await farHears(['a', 'a', 'b']);
  equal(line.read('forth').doubled, 1);
});

test('a delayed frame arrives when its time has passed, and not before', async () => {
  const { clock, line, near, farHears } = await openLine();
  line.order('forth', { delayMs: 50_000 });
  await say(near, 'late');
  await clock.advance(49_999);
  await farHears([]);
  equal(line.read('forth').underWay, 1);
  await clock.advance(1);
  await farHears(['late']);
  equal(line.read('forth').delayed, 1);
  equal(line.read('forth').underWay, 0);
});

test('a held frame is passed by the next one', async () => {
  const { clock, line, near, farHears } = await openLine();
  line.order('forth', { reorderNext: 1 });
  await say(near, 'first');
  await say(near, 'second');
  await clock.advance(0);
  await farHears(['second', 'first']);
  equal(line.read('forth').passed, 2);
});

test('a held frame that nobody passes arrives in the end', async () => {
  const { clock, line, near, farHears } = await openLine();
  line.order('forth', { reorderNext: 1 });
  await say(near, 'alone');
  await clock.advance(LONGEST_HOLD_MS - 1);
  await farHears([]);
  await clock.advance(1);
  await farHears(['alone']);
});

test('a direction that is cut loses everything, also what was under way, and the other goes on', async () => {
  const { clock, line, near, far, nearHears, farHears } = await openLine();
  line.order('forth', { delayMs: 10 });
  await say(near, 'under way');
  line.order('forth', { cut: true });
  await say(near, 'a');
  await say(far, 'b');
  await clock.advance(10);
  await farHears([]);
  await nearHears(['b']);
  equal(line.read('forth').lost, 2);
});

test('a line cut both ways drops its links and takes no new ones until one way is healed', async () => {
  const { line, near, far, dial } = await openLine();
  line.order('forth', { cut: true });
  line.order('back', { cut: true });
  equal((await near.frames[Symbol.asyncIterator]().next()).done, true);
  equal((await far.frames[Symbol.asyncIterator]().next()).done, true);
  equal(line.links(), 0);
  await rejects(dial(), LinkDown);
  line.order('back', { cut: false });
  await dial();
});

test('a late frame whose link has dropped meanwhile is lost, and nobody fails by it', async () => {
  const { clock, line, near } = await openLine();
  line.order('forth', { delayMs: 10 });
  await say(near, 'late');
  near.close();
  await clock.advance(10);
  equal(line.read('forth').lost, 1);
  await rejects(async () => {
    line.order('forth', { delayMs: 0 });
    await say(near, 'after');
  }, LinkDown);
});

async function openLine() {
  const clock = manualClock(0);
  const fates: FrameFate[] = [];
  const line = faultyLine(clock, (_direction, fate) => fates.push(fate));
  let accepted: Link | undefined;
  const dial = line.dial(async () => {
    const [caller, listener] = memoryLink();
    accepted = line.accept(listener);
    return caller;
  });
  const near = await dial();
  if (accepted === undefined) throw new Error('the line did not open');
  const far = accepted;
  return { clock, line, dial, near, far, fates, nearHears: ear(near), farHears: ear(far) };
}

function say(link: Link, text: string): Promise<void> {
  return link.send(new TextEncoder().encode(text));
}

/** Compares what has come over a link by now, since the last time. */
function ear(link: Link): (expected: readonly string[]) => Promise<void> {
  const heard: string[] = [];
  let isReading = false;
  const read = async () => {
    for await (const frame of link.frames) heard.push(new TextDecoder().decode(frame));
  };
  return async (expected) => {
    if (!isReading) void read();
    isReading = true;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    deepEqual(heard.splice(0), expected);
  };
}
