/** A small day of the city, whole: what holds of three riders holds of ten thousand, only sooner. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../run-words.fixture.ts';

test('a day of the city: every tap opens, every charge is right, explained and balanced, also in disorder', async () => {
  const { code, stdout } = await say([
    'gate',
    '--simulate',
    '--riders',
    '3',
    '--seed',
    '7',
    '--json',
  ]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const broken = lines.filter(({ type, holds }) => type === 'city.finding' && !holds);
  deepEqual(broken, []);
  equal(lines.filter(({ type }) => type === 'city.finding').length, 8);
  const result = lines.at(-1);
  equal(result.type, 'result');
  equal(result.riders, 3);
  equal(result.taps.opened, 15);
  equal(result.closing.charges, 3);
  equal(code, 0);
});

test('numbers of riders that are none are bad usage', async () => {
  for (const riders of ['0', '-1', '1.5', 'many', '20001']) {
    const { code, stderr } = await say(['gate', '--simulate', `--riders=${riders}`]);
    equal(code, 2);
    equal(stderr, 'octavo: --riders takes a whole number from 1 to 20000; octavo gate --help\n');
  }
});
