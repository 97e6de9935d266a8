import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import {
  decodeTrack2,
  decodeTrack2Text,
  encodeTrack2,
  encodeTrack2Text,
  type Track2,
  Track2Error,
} from './track2.ts';

// EMV contactless sheet, section 9.2, and ISO 8583 sheet, section 14: the worked tap and its message
const TAG_57 = '6258249900000018D301220100000000000F';
const TEXT = '6258249900000018=301220100000000000';
const TRACK: Track2 = {
  pan: '6258249900000018',
  expiry: '3012',
  serviceCode: '201',
  discretionary: '00000000000',
};

test('tag 57 and data element 35 of the worked tap say the same', () => {
  deepEqual(decodeTrack2(fromHex(TAG_57)), TRACK);
  deepEqual(decodeTrack2Text(TEXT), TRACK);
  same(toHex(encodeTrack2(TRACK)), TAG_57);
  same(encodeTrack2Text(TRACK), TEXT);
});

test('an even count of digits has no filler, an odd one has one F', () => {
  const even = { ...TRACK, discretionary: '0000000000' };
  same(toHex(encodeTrack2(even)), '6258249900000018D30122010000000000');
  deepEqual(decodeTrack2(encodeTrack2(even)), even);
  throws(() => decodeTrack2(fromHex('6258249900000018D301220100000000FF')), Track2Error);
});

test('whatever can be written is read back the same, in both forms', () => {
  fc.assert(
    fc.property(tracks(), (track) => {
      deepEqual(decodeTrack2(encodeTrack2(track)), track);
      deepEqual(decodeTrack2Text(encodeTrack2Text(track)), track);
    }),
  );
});

test('any bytes or text are read or refused with the own error, and what is read is written back', () => {
  const near = fc
    .tuple(fc.nat({ max: 17 }), fc.nat({ max: 255 }))
    .map(([at, value]) => fromHex(TAG_57).with(at, value));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 24 }), near), (bytes) => {
      ownErrorOr(() => deepEqual(encodeTrack2(decodeTrack2(bytes)), Uint8Array.from(bytes)));
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9=D]{0,40}$/)), (text) => {
      ownErrorOr(() => same(encodeTrack2Text(decodeTrack2Text(text)), text));
    }),
  );
});

test('a track cut before the end of the service code is refused at every digit', () => {
  const needed = '6258249900000018=3012201'.length;
  for (let length = 0; length < needed; length++) {
    throws(() => decodeTrack2Text(TEXT.slice(0, length)), Track2Error);
  }
  same(decodeTrack2Text(TEXT.slice(0, needed)).discretionary, '');
});

test('a refusal says where, and never which digits', () => {
  const cases = [
    ['6258249900000018', 16],
    ['62582499000=3012201', 11],
    ['62582499000000180000=3012201', 20],
    ['62582499A0000018=3012201', 8],
    ['6258249900000018=30122=1', 22],
    ['6258249900000018=3013201', 19],
    ['6258249900000018=3000201', 19],
    ['6258249900000018=30122', 22],
    [`${TEXT}000`, 37],
  ] as const;
  for (const [text, offset] of cases) {
    throws(
      () => decodeTrack2Text(text),
      (error: Track2Error) => error.offset === offset && !error.message.includes('6258'),
      text,
    );
  }
  throws(() => decodeTrack2(new Uint8Array(20)), { name: 'Track2Error', offset: 38 });
});

test('each form has its own separator', () => {
  throws(() => decodeTrack2Text(TEXT.replace('=', 'D')), Track2Error);
});

test('what does not fit a track is a bug of the writer', () => {
  throws(() => encodeTrack2({ ...TRACK, pan: '625824' }), AssertionError);
  throws(() => encodeTrack2({ ...TRACK, expiry: '3000' }), AssertionError);
  throws(() => encodeTrack2({ ...TRACK, serviceCode: '20' }), AssertionError);
  throws(() => encodeTrack2Text({ ...TRACK, discretionary: '00x' }), AssertionError);
  throws(() => encodeTrack2Text({ ...TRACK, discretionary: '0'.repeat(14) }), AssertionError);
});

function tracks(): fc.Arbitrary<Track2> {
  const month = fc.integer({ min: 1, max: 12 }).map((value) => String(value).padStart(2, '0'));
  const model = {
    pan: fc.stringMatching(/^[0-9]{12,19}$/),
    expiry: fc.tuple(fc.stringMatching(/^[0-9]{2}$/), month).map((parts) => parts.join('')),
    serviceCode: fc.stringMatching(/^[0-9]{3}$/),
    discretionary: fc.stringMatching(/^[0-9]{0,10}$/),
  };
  return fc.record(model, { noNullPrototype: true });
}

function ownErrorOr(attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    same(error instanceof Track2Error, true, String(error));
  }
}
