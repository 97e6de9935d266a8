import { equal, match, notEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@octavo/lib/bytes/assert.ts';
import fc from 'fast-check';
import { drawBelow, drawDigits, drawTraceNumber } from './draw.ts';

const sixBytes = fc.uint8Array({ minLength: 6, maxLength: 6 });

test('a number is drawn from the fair part of the numbers, and what is not fair is drawn again', () => {
  fc.assert(
    fc.property(sixBytes, (bytes) => {
      let draws = 0;
      // After any first draw, zero.
      const drawn = drawBelow(1_000_000, () => (draws++ === 0 ? bytes : new Uint8Array(6)));
      const number = Buffer.from(bytes).readUIntBE(0, 6);
      // Six bytes hold 281 474 976 whole millions and a rest.
      const fair = number < 281_474_976_000_000;
      equal(drawn, fair ? number % 1_000_000 : 0);
      equal(draws, fair ? 1 : 2);
    }),
    {
      examples: [
        [Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
        // FFFFFFF52800 is 281 474 976 000 000, the first that is not fair.
        [Uint8Array.of(0xff, 0xff, 0xff, 0xf5, 0x28, 0x00)],
        [Uint8Array.of(0xff, 0xff, 0xff, 0xf5, 0x27, 0xff)],
      ],
    },
  );
});

test('a source that gives the same unusable draw for ever is a bug', () => {
  throws(() => drawBelow(1_000_000, () => new Uint8Array(6).fill(0xff)), AssertionError);
});

test('digits keep their zeros at the left', () => {
  equal(
    drawDigits(6, () => Uint8Array.of(0, 0, 0, 0, 0, 7)),
    '000007',
  );
  fc.assert(fc.property(sixBytes, (bytes) => match(drawDigits(8, once(bytes)), /^\d{8}$/)));
});

test('a trace number is six digits and never all zero', () => {
  equal(
    drawTraceNumber(() => new Uint8Array(6)),
    '000001',
  );
  fc.assert(
    fc.property(sixBytes, (bytes) => {
      const number = drawTraceNumber(once(bytes));
      match(number, /^\d{6}$/);
      notEqual(number, '000000');
    }),
  );
});

/** These bytes first, zeros afterwards. */
function once(bytes: Uint8Array): () => Uint8Array {
  let first: Uint8Array | undefined = bytes;
  return () => {
    const drawn = first ?? new Uint8Array(6);
    first = undefined;
    return drawn;
  };
}
