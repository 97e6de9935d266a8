import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Channel, FieldLost, scriptedChannel } from '../apdu/channel.ts';
import { concat, fromHex } from '../bytes/bytes.ts';
import { driveTap } from './drive.ts';
import { tap } from './entry.ts';
import { chipData } from './online.ts';
import type { Outcome } from './outcome.ts';
import { workedCommands, workedInput, workedResponses } from './worked-tap.ts';

const ok9000 = fromHex('9000');
// The worked card with two records to read, so that the field can be lost at those too.
const answers: readonly Uint8Array[] = [
  workedResponses.ppse,
  workedResponses.select,
  concat(fromHex('7760'), workedResponses.options.subarray(2, -2), fromHex('940408010200'), ok9000),
  fromHex('70009000'),
  fromHex('70009000'),
];

test('the card that answers everything is read to the end', async () => {
  const outcome = await driveTap(tap(workedInput), card(answers));
  equal(outcome.kind, 'online_request');
});

test('a field lost at any command is a second try, and the words say so', async () => {
  for (let survived = 0; survived < answers.length; survived++) {
    const outcome = await driveTap(tap(workedInput), card(answers.slice(0, survived)));
    deepEqual(outcome, {
      kind: 'try_again',
      reason: 'field_lost',
      start: 'B',
      message: '21',
      messageOnRestart: '21',
      fieldOffMs: 0,
      holdMs: 0,
    });
  }
});

test('bytes that are no response are a lost field: none, one, or too many', async () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(1), new Uint8Array(259)]) {
    const outcome = await driveTap(tap(workedInput), card([bytes]));
    equal(outcome.reason, 'field_lost');
  }
});

test('an error of the channel that is not the card’s is passed on', async () => {
  const channel = scriptedChannel([[workedCommands.select, workedResponses.select]]);
  await rejects(() => driveTap(tap(workedInput), channel), /script step 1/);
});

test('any responses at all end in a named outcome', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 260 }), { maxLength: 6 }), async (bytes) =>
      isNamed(await driveTap(tap(workedInput), card(bytes))),
    ),
  );
});

test('the worked responses with any bytes changed, cut or added end in a named outcome', async () => {
  const damage = fc.record({
    step: fc.nat({ max: answers.length - 1 }),
    at: fc.nat({ max: 130 }),
    remove: fc.nat({ max: 4 }),
    insert: fc.uint8Array({ maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      const damaged = [...answers];
      for (const { step, at, remove, insert } of damages) {
        const whole = damaged[step] as Uint8Array;
        damaged[step] = concat(whole.subarray(0, at), insert, whole.subarray(at + remove));
      }
      isNamed(await driveTap(tap(workedInput), card(damaged)));
    }),
    { numRuns: 500 },
  );
});

test('a response cut short at any byte ends in a named outcome', async () => {
  for (const [step, whole] of answers.entries()) {
    for (let length = 0; length < whole.length; length++) {
      const cut = answers.with(step, concat(whole.subarray(0, length), ok9000));
      isNamed(await driveTap(tap(workedInput), card(cut)));
    }
  }
});

/** A card that gives its answers whatever it is asked, and then leaves the field. */
function card(responses: readonly Uint8Array[]): Channel {
  let next = 0;
  return async () => {
    const response = responses[next++];
    if (response === undefined) throw new FieldLost();
    return response;
  };
}

function isNamed(outcome: Outcome): void {
  ok(outcome.reason.length > 0);
  if (outcome.kind === 'online_request') ok(chipData(outcome).length <= 255);
}
