/** The keypad against elements that answer by a script. Commands and status words are those of profile octavo-1, section 8. */
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { startKeypad } from './keypad-run.ts';

const SELECT_ISD = '00A4040008A00000015100000000';

/** An element that answers each command with the next status word; what it was told stays readable. */
function element(...statuses: readonly string[]) {
  const told: string[] = [];
  const given: Uint8Array[] = [];
  const exchange = async (command: Uint8Array) => {
    told.push(toHex(command));
    given.push(command);
    return fromHex(statuses[told.length - 1] ?? '6F00');
  };
  return { told, given, exchange };
}

type Run = ReturnType<typeof startKeypad>;

function type(run: Run, digits: string): void {
  for (const digit of digits) run.press(Number(digit));
}

/** How it ended, or what is said once the element has answered: whichever comes, so that no test waits for the other. */
function settled(run: Run): Promise<unknown> {
  const answered = new Promise((resolve) => {
    const look = () => {
      if (run.view().state !== 'asking') resolve(run.view().said);
    };
    run.subscribe(look);
    look();
  });
  return Promise.race([run.ended, answered]);
}

test('arming sends VERIFY alone, on the selection that stands', async () => {
  const { told, exchange } = element('9000');
  const run = startKeypad('arm', exchange);
  type(run, '123456');
  equal(await settled(run), 'done');
  deepEqual(told, ['0020008106313233343536']);
});

test('a first passcode is typed twice and set on the issuer security domain', async () => {
  const { told, exchange } = element('9000', '9000');
  const run = startKeypad('set', exchange);
  type(run, '135790');
  equal(run.view().step, 'again');
  type(run, '135790');
  equal(await settled(run), 'done');
  deepEqual(told, [SELECT_ISD, '0024018106313335373930']);
});

test('two passcodes that differ begin again, and the element hears nothing', () => {
  const { told, exchange } = element();
  const run = startKeypad('set', exchange);
  type(run, '135790135791');
  deepEqual(run.view(), {
    purpose: 'set',
    step: 'new',
    typed: 0,
    state: 'typing',
    said: { kind: 'differs' },
  });
  deepEqual(told, []);
});

test('a change sends the old passcode and the new one', async () => {
  const { told, exchange } = element('9000', '9000');
  const run = startKeypad('change', exchange);
  type(run, '111111222222');
  equal(run.view().step, 'again');
  type(run, '222222');
  equal(await settled(run), 'done');
  deepEqual(told, [SELECT_ISD, '002400810C313131313131323232323232']);
});

test('new passcodes that differ do not ask for the old one again', async () => {
  const { told, exchange } = element('9000', '9000');
  const run = startKeypad('change', exchange);
  type(run, '111111222222333333');
  equal(run.view().step, 'new');
  type(run, '444444444444');
  equal(await settled(run), 'done');
  equal(told[1], '002400810C313131313131343434343434');
});

test('a wrong passcode says how many tries are left and begins again', async () => {
  const { exchange } = element('63C4', '9000');
  const run = startKeypad('arm', exchange);
  type(run, '000000');
  await settled(run);
  deepEqual(run.view().said, { kind: 'wrong', triesLeft: 4 });
  type(run, '1');
  equal(run.view().said, undefined);
  type(run, '23456');
  equal(await settled(run), 'done');
});

test('a wrong old passcode is asked for again', async () => {
  const { exchange } = element('9000', '63C1');
  const run = startKeypad('change', exchange);
  type(run, '000000222222222222');
  await settled(run);
  equal(run.view().step, 'old');
});

for (const status of ['63C0', '6983']) {
  test(`a passcode that is closed for good ends as blocked once that was read (${status})`, async () => {
    const { exchange } = element(status);
    const run = startKeypad('arm', exchange);
    type(run, '000000');
    await settled(run);
    deepEqual(run.view().said, { kind: 'blocked' });
    type(run, '1');
    equal(run.view().typed, 0);
    run.leave();
    equal(await settled(run), 'blocked');
  });
}

test('what the element will not do ends as cancelled once that was read', async () => {
  const { told, exchange } = element('9000', '6985');
  const run = startKeypad('set', exchange);
  type(run, '135790135790');
  await settled(run);
  deepEqual(run.view().said, { kind: 'refused', status: '6985' });
  run.leave();
  equal(await settled(run), 'cancelled');
  equal(told.length, 2);
});

test('an issuer security domain that does not answer is not given the passcode', async () => {
  const { told, exchange } = element('6A82');
  const run = startKeypad('set', exchange);
  type(run, '135790135790');
  await settled(run);
  deepEqual(told, [SELECT_ISD]);
});

test('erasing takes the last digit, and leaving takes all', async () => {
  const { told, exchange } = element('9000');
  const run = startKeypad('arm', exchange);
  type(run, '19');
  run.erase();
  equal(run.view().typed, 1);
  run.leave();
  equal(await settled(run), 'cancelled');
  deepEqual(told, []);
});

test('leaving has no effect while the element is asked', async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const run = startKeypad('arm', () => promise);
  type(run, '123456');
  run.leave();
  resolve(fromHex('9000'));
  equal(await settled(run), 'done');
});

test('the bytes of a command are overwritten once it was answered', async () => {
  const { given, exchange } = element('9000');
  const run = startKeypad('arm', exchange);
  type(run, '123456');
  await settled(run);
  deepEqual(given.map(toHex), ['00'.repeat(11)]);
});

test('an element that cannot be had ends it with its own error', async () => {
  const run = startKeypad('arm', () => Promise.reject(new RangeError('gone')));
  type(run, '123456');
  await rejects(settled(run), RangeError);
});
