/** Every service dies between what it wrote and what it would have said about it, and the books agree all the same. */
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Ground, openGround } from '../src/ground.ts';
import type { Name } from '../src/world.ts';
import { playOne, rideOne, strikeAfter } from './bench.fixture.ts';

let ground: Ground;
before(async () => {
  ground = await openGround();
});
after(() => ground.close());

const deaths: readonly (readonly [Name, RegExp, string])[] = [
  ['terminal', /insert into terminal\.payment/, 'it kept a payment'],
  ['terminal', /update terminal\.payment/, 'it ended a payment'],
  ['acquirer', /insert into acquirer\.payment/, 'it kept a payment'],
  ['acquirer', /update acquirer\.payment/, 'it marked a payment as sent'],
  ['network', /insert into network\.message\b/, 'it kept a message'],
  ['network', /update network\.message\b/, 'it marked a message as sent'],
  ['tokens', /insert into tokens\.message\b/, 'it gave its verdict'],
  ['tokens', /update tokens\.message\b/, 'it kept the outcome'],
  ['tokens', /delete from tokens\.outbox\b/, 'it told the wallet'],
  ['issuer', /insert into issuer\.payment\b/, 'it posted a payment'],
  ['wallet', /insert into wallet\.history\b/, 'it took a notification'],
];
for (const [name, statement, deed] of deaths) {
  test(`the ${name} dies right after ${deed}`, async () => {
    const result = await playOne(ground, `${name} ${deed}`, {
      // The purchase may be at either terminal; whichever it is, it dies.
      script: { strike: oneOf(name, statement) },
    });
    deepEqual(result.breaches, []);
    equal(result.tally.crashes, 1);
  });
}

const deathsOfRides: readonly (readonly [Name, RegExp])[] = [
  ['gate', /records_written/],
  ['transit', /insert into transit\.record\b/],
  ['acquirer', /insert into acquirer\.advice\b/],
  ['tokens', /insert into tokens\.message\b/],
  ['transit', /insert into transit\.charge\b/],
  ['acquirer', /insert into acquirer\.payment\b/],
  ['issuer', /insert into issuer\.payment\b/],
];
test('on its way from the gate to the bank everybody dies who writes of a ride: it is charged once', async () => {
  const strikes = deathsOfRides.map(([name, statement]) => strikeAfter(name, statement));
  const result = await rideOne(ground, 'deadly ride', {
    script: {
      strike: (name, what) => {
        for (const strike of strikes) {
          const blow = strike(name, what);
          if (blow !== 'none') return blow;
        }
        return 'none';
      },
    },
  });
  deepEqual(result.breaches, []);
  deepEqual(
    [result.taps, result.charges, result.chargedMinor, result.tally.crashes],
    // 11.4 km from Xinjie to Hebin.
    [2, 1, 400n, deathsOfRides.length],
  );
});

function oneOf(name: Name, statement: RegExp) {
  if (name !== 'terminal') return strikeAfter(name, statement);
  const first = strikeAfter('terminal', statement);
  const second = strikeAfter('terminal2', statement);
  let died = false;
  return (at: Name, what: string) => {
    if (died) return 'none' as const;
    const blow = (at === 'terminal2' ? second : first)(at, what);
    died = blow !== 'none';
    return blow;
  };
}
