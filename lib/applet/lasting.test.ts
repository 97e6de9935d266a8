import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../bytes/bytes.ts';
import { Bench, PROFILE, readyBench } from './bench.test.ts';
import { decodeLasting, encodeLasting, LastingError } from './lasting.ts';

const newborn = encodeLasting(new Bench().state.lasting);
const grown = encodeLasting((await readyBench()).state.lasting);

/** Whatever the bytes are: a state that is written the same again, or the codec's own error. */
function readsOrRefuses(bytes: Uint8Array): void {
  try {
    same(toHex(encodeLasting(decodeLasting(bytes))), toHex(bytes));
  } catch (error) {
    if (!(error instanceof LastingError)) throw error;
  }
}

test('what is written is read back the same, young and old', async () => {
  const { rpIdHash, origin } = PROFILE.holder;
  const benches = [
    new Bench(),
    await readyBench(),
    await readyBench({ holder: { rpIdHash, origin } }),
  ];
  for (const { state } of benches)
    deepEqual(decodeLasting(encodeLasting(state.lasting)), state.lasting);
});

test('the secrets of a state show nothing, whether they were made or read back', async () => {
  const { lasting } = (await readyBench()).state;
  const secrets = [lasting, decodeLasting(encodeLasting(lasting))].flatMap((one) => [
    one.birth.privateKey,
    one.passcode.digits,
    ...Object.values(one.securityDomain?.keys ?? {}),
    ...one.instances.flatMap(({ personal }) => Object.values(personal?.keys ?? {})),
  ]);
  const shown = '32 6 16 16 16 16 16 16'.replaceAll(/\d+/g, '[$& secret bytes]');
  same(secrets.join(' '), `${shown} ${shown}`);
});

test('a state cut short anywhere is refused, and one with a byte more', () => {
  for (const whole of [newborn, grown]) {
    for (let length = 0; length < whole.length; length++)
      throws(() => decodeLasting(whole.subarray(0, length)), LastingError);
    throws(() => decodeLasting(Uint8Array.of(...whole, 0)), LastingError);
  }
});

test('another version is refused', () => {
  const other = grown.slice();
  other[0] = 2;
  throws(
    () => decodeLasting(other),
    (error: LastingError) => error.offset === 0,
  );
});

test('any bytes are a state or are refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), readsOrRefuses));
});

test('a state with any byte changed is another state or is refused', () => {
  const place = fc.nat({ max: grown.length - 1 });
  fc.assert(
    fc.property(place, fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const changed = grown.slice();
      changed[at] = (changed[at] as number) ^ difference;
      readsOrRefuses(changed);
    }),
    { numRuns: 500 },
  );
});

test('the state holds copies: the buffer it was read from may be wiped', () => {
  const buffer = grown.slice();
  const lasting = decodeLasting(buffer);
  buffer.fill(0);
  same(toHex(encodeLasting(lasting)), toHex(grown));
});
