import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { type Dgi, DgiError, decodeDgis, encodeDgi } from './dgi.ts';

test('a data group is identifier, length, content', () => {
  // Provisioning sheet, section 3.2.
  const bytes = fromHex('9000097FAF52421F75ECAF0C');
  deepEqual(decodeDgis(bytes), [{ id: '9000', data: fromHex('7FAF52421F75ECAF0C') }]);
  same(toHex(encodeDgi({ id: '9000', data: fromHex('7FAF52421F75ECAF0C') })), toHex(bytes));
});

test('a length of one byte reaches to 254; from 255 on it is FF and two bytes', () => {
  const start = (length: number): string =>
    toHex(encodeDgi({ id: '8201', data: new Uint8Array(length) })).slice(0, 10);
  same(start(0), '820100');
  same(start(254), '8201FE0000');
  same(start(255), '8201FF00FF');
  same(start(300), '8201FF012C');
});

test('a length not in its shortest form is refused with its place', () => {
  const bytes = concat(fromHex('8201009000FF00FE'), new Uint8Array(254));
  throws(
    () => decodeDgis(bytes),
    (error: DgiError) => error instanceof DgiError && error.offset === 5,
  );
});

test('data groups follow one another and come back the same', () => {
  fc.assert(
    fc.property(fc.array(dgi()), (dgis) => {
      const decoded = decodeDgis(concat(...dgis.map(encodeDgi)));
      deepEqual(decoded.map(asHex), dgis.map(asHex));
    }),
  );
});

test('cut short at any byte a data group is refused', () => {
  for (const length of [3, 300]) {
    const bytes = encodeDgi({ id: '0101', data: new Uint8Array(length) });
    for (let end = 1; end < bytes.length; end++) {
      throws(() => decodeDgis(bytes.subarray(0, end)), DgiError, `${end} bytes`);
    }
  }
});

test('any bytes are data groups or the own error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        same(toHex(concat(...decodeDgis(bytes).map(encodeDgi))), toHex(bytes));
      } catch (error) {
        if (!(error instanceof DgiError)) throw error;
      }
    }),
  );
});

test('an identifier is four upper-case digits', () => {
  throws(() => encodeDgi({ id: '101', data: new Uint8Array(0) }), AssertionError);
  throws(() => encodeDgi({ id: 'a001', data: new Uint8Array(0) }), AssertionError);
});

function dgi(): fc.Arbitrary<Dgi> {
  const id = fc.nat(0xffff).map((value) => value.toString(16).toUpperCase().padStart(4, '0'));
  return fc.record({ id, data: fc.uint8Array({ maxLength: 300 }) });
}

function asHex({ id, data }: Dgi): string {
  return `${id} ${toHex(data)}`;
}
