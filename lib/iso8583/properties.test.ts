/** What holds for every message of both dialects, whoever made it. */
import { deepEqual, ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import type { Field } from './field.ts';
import { Deframer, frame } from './frame.ts';
import file from './iso8583.vectors.json' with { type: 'json' };
import { maskMessage } from './mask.ts';
import { type DialectName, type Fields, Iso8583Error } from './message.ts';
import { type CupsMessage, cups, describe, type PosMessage, pos, specs } from './unionpay.ts';

const alphabets = {
  n: '0123456789',
  z: '0123456789=',
  an: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ',
  ans: ' !"#*=~AZaz09\u00b0\u00fe\u0080',
} as const;
const hex = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(toHex);
const text = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });

function anyValue({ format, length }: Field): fc.Arbitrary<string> {
  const [from, to] =
    length.kind === 'fixed' ? [length.count, length.count] : [1, Math.min(length.max, 60)];
  if (format === 'b') return fc.integer({ min: from, max: to }).chain(hex);
  if (format === 'x+n') return text('0123456789', to - 1, to - 1).map((digits) => `D${digits}`);
  return text(alphabets[format], from, to);
}
function fieldsOf(dialect: DialectName): fc.Arbitrary<Fields> {
  const model = Object.entries(specs[dialect].elements).map(([n, field]) => [n, anyValue(field)]);
  return fc.record(Object.fromEntries(model) as Record<number, fc.Arbitrary<string>>, {
    requiredKeys: [],
    noNullPrototype: true,
  });
}
const mti = text('0123456789', 4, 4);
const id = text('0123456789', 1, 11);
const posMessages: fc.Arbitrary<PosMessage> = fc.record(
  {
    tpdu: hex(5),
    header: hex(6),
    mti,
    fields: fieldsOf('pos'),
  },
  { noNullPrototype: true },
);
const cupsMessages: fc.Arbitrary<CupsMessage> = fc.record(
  {
    header: fc.record(
      {
        flag: hex(1),
        destination: id,
        source: id,
        reserved: hex(3),
        batch: hex(1),
        transactionInformation: text('0123456789', 8, 8),
        userInformation: hex(1),
        rejectCode: text('0123456789', 5, 5),
      },
      { noNullPrototype: true },
    ),
    mti,
    fields: fieldsOf('cups'),
  },
  { noNullPrototype: true },
);

type Sample = { readonly id: string; readonly inputs: { readonly message?: string } };

/** Encoded messages of either dialect. */
const encoded: fc.Arbitrary<readonly [DialectName, Uint8Array]> = fc.oneof(
  posMessages.map((message) => ['pos', pos.encode(message)] as const),
  cupsMessages.map((message) => ['cups', cups.encode(message)] as const),
);
const samples = (file.vectors as readonly Sample[]).flatMap(
  ({ id, inputs }): readonly (readonly [DialectName, Uint8Array])[] => {
    if (inputs.message === undefined) return [];
    const bytes = fromHex(inputs.message);
    return id.startsWith('upi-pos') ? [['pos', bytes.subarray(2)]] : [['cups', bytes]];
  },
);

/** Decode and encode again; undefined when the decoder refuses, in its own words. */
function again(dialect: DialectName, bytes: Uint8Array): Uint8Array | undefined {
  try {
    return dialect === 'pos' ? pos.encode(pos.decode(bytes)) : cups.encode(cups.decode(bytes));
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}

test('there are samples of both dialects', () => {
  deepEqual(
    samples.map(([dialect]) => dialect),
    ['pos', 'pos', 'cups'],
  );
});

test('what is encoded decodes to the same message', () => {
  fc.assert(
    fc.property(posMessages, (message) => deepEqual(pos.decode(pos.encode(message)), message)),
  );
  fc.assert(
    fc.property(cupsMessages, (message) => deepEqual(cups.decode(cups.encode(message)), message)),
  );
});

test("any bytes are a message or refused in the codec's own words", () => {
  fc.assert(
    fc.property(
      fc.constantFrom('pos' as const, 'cups' as const),
      fc.uint8Array({ maxLength: 80 }),
      (dialect, bytes) => {
        const repeated = again(dialect, bytes);
        if (repeated !== undefined) same(toHex(repeated), toHex(bytes));
      },
    ),
  );
});

test('a message cut short anywhere is refused', () => {
  for (const [dialect, bytes] of samples) {
    for (let length = 0; length < bytes.length; length++) {
      same(again(dialect, bytes.subarray(0, length)), undefined, `${dialect} ${length}`);
    }
  }
  fc.assert(
    fc.property(encoded, fc.nat(), ([dialect, bytes], at) =>
      same(again(dialect, bytes.subarray(0, at % bytes.length)), undefined),
    ),
  );
});

test('a message with any one byte changed is refused or says so byte for byte', () => {
  for (const [dialect, bytes] of samples) {
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ change;
        const repeated = again(dialect, changed);
        if (repeated !== undefined) same(toHex(repeated), toHex(changed));
      }
    }
  }
});

function checkSpans(dialect: DialectName, bytes: Uint8Array): void {
  let at = 0;
  for (const span of describe(dialect, bytes)) {
    same(span.start, at);
    ok(span.end > span.start);
    ok(span.name !== '' && span.path !== '');
    at = span.end;
  }
  same(at, bytes.length);
}

test('a description covers every byte once, of masked messages too', () => {
  for (const [dialect, bytes] of samples) checkSpans(dialect, bytes);
  fc.assert(
    fc.property(encoded, ([dialect, bytes]) => {
      checkSpans(dialect, bytes);
      checkSpans(dialect, maskMessage(dialect, bytes, 'pan'));
    }),
  );
});

test('masking keeps the length, is done once for all, and hides the number from every decoder', () => {
  const number = text('0123456789', 13, 19);
  const pieces = fc.record({
    number,
    expiry: text('0123456789', 4, 4),
    rest: text('0123456789', 1, 12),
  });
  fc.assert(
    fc.property(
      fc.constantFrom('pos' as const, 'cups' as const),
      pieces,
      (dialect, { number, expiry, rest }) => {
        const track = `${number}=${expiry}${rest}`;
        const packed = (digits: string): Uint8Array =>
          fromHex(digits.length % 2 === 0 ? digits : `${digits}F`);
        const chip = encodeTlv([
          tlv('57', packed(track.replace('=', 'D'))),
          tlv('5A', packed(number)),
        ]);
        const fields = {
          2: number,
          14: expiry,
          35: track,
          52: '0123456789ABCDEF',
          55: toHex(chip),
        };
        const bytes =
          dialect === 'pos'
            ? pos.encode({ tpdu: '6000060000', header: '603100311003', mti: '0200', fields })
            : cups.encode({
                header: cups.decode(samples[2]?.[1] as Uint8Array).header,
                mti: '0200',
                fields,
              });
        const masked = maskMessage(dialect, bytes, 'pan');
        same(masked.length, bytes.length);
        same(toHex(maskMessage(dialect, masked, 'pan')), toHex(masked));
        same(again(dialect, masked), undefined);
        const value = (path: string): string | undefined =>
          describe(dialect, masked).find((span) => span.path === path)?.value;
        same(value('DE2'), number.slice(0, 6) + '*'.repeat(number.length - 10) + number.slice(-4));
        same(value('DE14'), '****');
        same(value('DE35'), `${value('DE2')}=${'*'.repeat(expiry.length + rest.length)}`);
        same(value('DE52'), '*'.repeat(16));
        const hidden = value('DE2')?.replaceAll('*', 'F') ?? '';
        ok(value('DE55')?.includes(`5A${toHex(Uint8Array.of(packed(number).length))}${hidden}`));
        ok(
          value('DE55')?.startsWith(
            `57${toHex(Uint8Array.of(packed(track.replace('=', '0')).length))}${hidden}DF`,
          ),
        );
      },
    ),
  );
});

test('frames come out whole and in order, however the stream is cut', () => {
  const dialects = fc.constantFrom('pos' as const, 'cups' as const);
  const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      dialects,
      messages,
      fc.infiniteStream(fc.integer({ min: 0, max: 40 })),
      (dialect, sent, sizes) => {
        const stream = sent.flatMap((message) => [...frame(dialect, message)]);
        const deframer = new Deframer(dialect);
        const got: Uint8Array[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = sizes.next().value as number;
          got.push(...deframer.push(Uint8Array.from(stream.slice(at, at + size))));
          at += size;
        }
        deframer.end();
        deepEqual(got, sent);
      },
    ),
  );
});
