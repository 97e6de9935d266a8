import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { Deframer, frame, MAX_FRAME_LENGTH } from './frame.ts';
import file from './iso8583.vectors.json' with { type: 'json' };
import { type DialectName, Iso8583Error } from './message.ts';

type Recorded = { readonly id: string; readonly inputs: { readonly message?: string } };
const recorded = (file.vectors as readonly Recorded[]).filter((one) =>
  one.id.startsWith('upi-pos'),
);

/** Push a stream at once; the messages that came before an error come with it. */
function deframe(dialect: DialectName, stream: Uint8Array): readonly string[] {
  const deframer = new Deframer(dialect);
  const messages: string[] = [];
  try {
    for (const message of deframer.push(stream)) messages.push(toHex(message));
    deframer.end();
  } catch (error) {
    if (!(error instanceof Iso8583Error)) throw error;
    messages.push(`${error.path} ${error.offset}`);
  }
  return messages;
}

test('recorded POS messages carry two bytes of length, which count the message alone', () => {
  same(recorded.length, 2);
  for (const { inputs } of recorded) {
    const framed = fromHex(inputs.message as string);
    deepEqual(deframe('pos', framed), [toHex(framed.subarray(2))]);
    same(toHex(frame('pos', framed.subarray(2))), toHex(framed));
  }
});

test('switch messages carry four digits of length', () => {
  same(toHex(frame('cups', fromHex('2E82'))), '303030322E82');
  deepEqual(deframe('cups', fromHex('303030322E8230303031FF')), ['2E82', 'FF']);
});

test('a length of nothing, over the maximum or not in digits is refused, after the messages before it', () => {
  deepEqual(deframe('pos', fromHex('0000')), ['frame.length 0']);
  deepEqual(deframe('pos', fromHex('0001AA0801')), ['AA', 'frame.length 3']);
  deepEqual(deframe('cups', fromAscii('0000')), ['frame.length 0']);
  deepEqual(deframe('cups', fromAscii('2049')), ['frame.length 0']);
  deepEqual(deframe('cups', fromAscii('0001x00:1')), ['78', 'frame.length 7']);
});

test('a message of the maximum passes, one byte more or none is not sent', () => {
  const longest = new Uint8Array(MAX_FRAME_LENGTH);
  deepEqual(deframe('pos', frame('pos', longest)), [toHex(longest)]);
  throws(() => frame('pos', new Uint8Array(MAX_FRAME_LENGTH + 1)), Iso8583Error);
  throws(() => frame('cups', new Uint8Array(0)), Iso8583Error);
});

test('a stream that ends inside a frame is refused', () => {
  deepEqual(deframe('pos', fromHex('00')), ['frame 1']);
  deepEqual(deframe('pos', fromHex('0002AA')), ['frame 3']);
});

test('a stream that lied stays refused, in the same words', () => {
  const deframer = new Deframer('pos');
  const first = { path: 'frame.length', offset: 3 };
  throws(() => [...deframer.push(fromHex('0001AA0000'))], first);
  throws(() => [...deframer.push(fromHex(''))], first);
  throws(() => [...deframer.push(fromHex('0001AA'))], first);
  throws(() => deframer.end(), first);
});
