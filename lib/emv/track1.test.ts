import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { decodeTrack1, encodeTrack1, type Track1, Track1Error } from './track1.ts';

// Published with the ANSI X9.24 data key examples of a card reader's maker; parsed the same by many libraries
const STRIPE = '%B5452300551227189^HOGAN/PAUL      ^08043210000000725000000?';
const BARE = STRIPE.slice(1, -1);
const TRACK: Track1 = {
  pan: '5452300551227189',
  name: 'HOGAN/PAUL      ',
  expiry: '0804',
  serviceCode: '321',
  discretionary: '0000000725000000',
};

test('the published stripe says what its readers say, between its sentinels or bare', () => {
  deepEqual(decodeTrack1(STRIPE), TRACK);
  deepEqual(decodeTrack1(BARE), TRACK);
  same(encodeTrack1(TRACK), BARE);
});

test('whatever can be written is read back the same', () => {
  fc.assert(
    fc.property(tracks(), (track) => {
      deepEqual(decodeTrack1(encodeTrack1(track)), track);
      deepEqual(decodeTrack1(`%${encodeTrack1(track)}?`), track);
    }),
  );
});

test('any text is read or refused with the own error, and what is read is written back', () => {
  const near = fc
    .tuple(fc.nat({ max: STRIPE.length - 1 }), fc.string({ minLength: 1, maxLength: 1 }))
    .map(([at, one]) => STRIPE.slice(0, at) + one + STRIPE.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(fc.string(), near, fc.stringMatching(/^B\d{0,20}\^.*$/)), (text) => {
      try {
        const track = decodeTrack1(text);
        same(encodeTrack1(track), text.startsWith('%') ? text.slice(1, -1) : text);
      } catch (error) {
        same(error instanceof Track1Error, true, String(error));
      }
    }),
  );
});

test('a track cut before the end of the service code is refused at every character', () => {
  const needed = BARE.indexOf('0804321') + 7;
  for (let length = 0; length < needed; length++) {
    throws(() => decodeTrack1(BARE.slice(0, length)), Track1Error);
    throws(() => decodeTrack1(`%${BARE.slice(0, length)}?`), Track1Error);
  }
  same(decodeTrack1(BARE.slice(0, needed)).discretionary, '');
});

test('sentinels come in pairs', () => {
  throws(() => decodeTrack1(STRIPE.slice(1)), Track1Error);
  throws(() => decodeTrack1(STRIPE.slice(0, -1)), Track1Error);
  throws(() => decodeTrack1('%'), Track1Error);
  throws(() => decodeTrack1('%?'), Track1Error);
});

test('a refusal says where, and never which digits', () => {
  const cases = [
    ['', 0],
    ['A5452300551227189^HO^0804321', 0],
    ['B5452300551227189', 17],
    ['B54523005512^HO^0804321', 12],
    ['B54523005512271890000^HO^0804321', 21],
    ['B5452300x51227189^HO^0804321', 8],
    ['B5452300551227189^H^0804321', 19],
    [`B5452300551227189^${'H'.repeat(27)}^0804321`, 45],
    ['B5452300551227189^Ho^0804321', 19],
    ['B5452300551227189^HO^08x4321', 23],
    ['B5452300551227189^HO^0813321', 23],
    ['B5452300551227189^HO^0804321^', 28],
    ['B5452300551227189^HO^080432', 27],
    [`${BARE}${'0'.repeat(30)}`, 76],
  ] as const;
  for (const [text, offset] of cases) {
    throws(
      () => decodeTrack1(text),
      (error: Track1Error) => error.offset === offset && !error.message.includes('54523'),
      text,
    );
  }
});

test('what does not fit a track is a bug of the writer', () => {
  throws(() => encodeTrack1({ ...TRACK, pan: '54523' }), AssertionError);
  throws(() => encodeTrack1({ ...TRACK, name: 'X' }), AssertionError);
  throws(() => encodeTrack1({ ...TRACK, name: 'A^B' }), AssertionError);
  throws(() => encodeTrack1({ ...TRACK, expiry: '0813' }), AssertionError);
  throws(() => encodeTrack1({ ...TRACK, serviceCode: '32' }), AssertionError);
  throws(() => encodeTrack1({ ...TRACK, discretionary: '0?' }), AssertionError);
  throws(() => encodeTrack1({ ...TRACK, discretionary: '0'.repeat(40) }), AssertionError);
});

function tracks(): fc.Arbitrary<Track1> {
  const month = fc.integer({ min: 1, max: 12 }).map((value) => String(value).padStart(2, '0'));
  const model = {
    pan: fc.stringMatching(/^[0-9]{12,19}$/),
    name: fc.stringMatching(/^[A-Z/ .]{2,26}$/),
    expiry: fc.tuple(fc.stringMatching(/^[0-9]{2}$/), month).map((parts) => parts.join('')),
    serviceCode: fc.stringMatching(/^[0-9]{3}$/),
    discretionary: fc.stringMatching(/^[0-9A-Z ]{0,20}$/),
  };
  return fc.record(model, { noNullPrototype: true });
}
