import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import {
  ApduError,
  type Command,
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
  type Response,
  SW,
  select,
  status,
  statusHex,
  success,
} from './apdu.ts';

const NO_DATA = new Uint8Array(0);

// The four cases of a short command, with the commands of the EMV contactless sheet, sections 2 and 9.2.
const cases: readonly (readonly [name: string, hex: string, command: Command])[] = [
  ['case 1: a header alone', '803A0002', command('80', '3A', '00', '02', '')],
  ['case 2: a header and Le', '00B2011400', command('00', 'B2', '01', '14', '', 256)],
  ['case 2: fewer bytes than 256 asked', '0084000008', command('00', '84', '00', '00', '', 8)],
  [
    'case 3: data and no Le',
    '8418000008001C29CCA15AE665',
    command('84', '18', '00', '00', '001C29CCA15AE665'),
  ],
  [
    'case 4: data and Le',
    '00A4040008A00000033301010100',
    command('00', 'A4', '04', '00', 'A000000333010101', 256),
  ],
  [
    'case 4: GET PROCESSING OPTIONS of the worked tap',
    '80A8000023832136800080000000001250000000000000015600000000000156261122001A2B3C4D00',
    command(
      '80',
      'A8',
      '00',
      '00',
      '832136800080000000001250000000000000015600000000000156261122001A2B3C4D',
      256,
    ),
  ],
];

for (const [name, hex, expected] of cases) {
  test(name, () => {
    deepEqual(decodeCommand(fromHex(hex)), expected);
    same(toHex(encodeCommand(expected)), hex);
  });
}

test('Le 00 asks for 256 bytes, with and without data', () => {
  same(decodeCommand(fromHex('80CA9F3600')).le, 256);
  same(decodeCommand(fromHex('00A4040001AA00')).le, 256);
  same(toHex(encodeCommand({ ...command('80', 'CA', '9F', '36', ''), le: 256 })), '80CA9F3600');
  same(decodeCommand(fromHex('80CA9F36FF')).le, 255);
});

test('fewer than four bytes are no command', () => {
  for (const hex of ['', '00', '00A4', '00A404']) {
    deepEqual(refusal(decodeCommand, fromHex(hex)), hex.length / 2);
  }
});

test('the extended form is refused', () => {
  // Case 2, case 3 and case 4 with three bytes of length.
  for (const hex of ['00B20114000100', '00D6000000000100'.padEnd(20, '0'), '00A404000000010A00']) {
    deepEqual(refusal(decodeCommand, fromHex(hex)), 4, hex);
  }
  // Data of no bytes have no length byte at all.
  deepEqual(refusal(decodeCommand, fromHex('00A404000000')), 4);
});

test('a data length that is not that of the command is refused', () => {
  const whole = fromHex('00A4040008A00000033301010100');
  for (let length = 6; length < whole.length - 1; length++) {
    deepEqual(refusal(decodeCommand, whole.subarray(0, length)), 4, `cut at ${length}`);
  }
  deepEqual(refusal(decodeCommand, concat(whole, fromHex('00'))), 4);
});

test('a command holds at most 255 bytes of data', () => {
  const longest: Command = { ...command('80', 'E2', '80', '00', ''), data: new Uint8Array(255) };
  same(encodeCommand({ ...longest, le: 256 }).length, 261);
  deepEqual(decodeCommand(encodeCommand(longest)), longest);
  deepEqual(refusal(decodeCommand, new Uint8Array(262).fill(0xff)), 261);
  throws(() => encodeCommand({ ...longest, data: new Uint8Array(256) }), AssertionError);
});

test('a command that has no short form is a bug of ours', () => {
  const header = command('80', 'CA', '9F', '36', '');
  for (const le of [0, -1, 257, 1.5]) {
    throws(() => encodeCommand({ ...header, le }), AssertionError, String(le));
  }
  throws(() => encodeCommand({ ...header, p1: 256 }), AssertionError);
  throws(() => encodeCommand({ ...header, cla: -1 }), AssertionError);
});

test('SELECT names its file', () => {
  // EMV contactless sheet, section 9.2
  same(
    toHex(encodeCommand(select(fromAscii('2PAY.SYS.DDF01')))),
    '00A404000E325041592E5359532E444446303100',
  );
  same(toHex(encodeCommand(select(NO_DATA))), '00A4040000');
});

test('a response is any data and two status bytes', () => {
  deepEqual(decodeResponse(fromHex('9F360200019000')), success(fromHex('9F36020001')));
  deepEqual(decodeResponse(fromHex('6985')), status(SW.conditionsNotSatisfied));
  same(toHex(encodeResponse(success(fromHex('9F36020001')))), '9F360200019000');
  same(toHex(encodeResponse(status(SW.actOnDeviceFirst))), '6986');
  same(statusHex(SW.verifyFailed | 3), '63C3');
  same(statusHex(0x0a), '000A');
});

test('fewer than two bytes are no response, nor are more than 258', () => {
  deepEqual(refusal(decodeResponse, NO_DATA), 0);
  deepEqual(refusal(decodeResponse, fromHex('90')), 1);
  same(decodeResponse(new Uint8Array(258)).data.length, 256);
  deepEqual(refusal(decodeResponse, new Uint8Array(259)), 258);
  throws(() => encodeResponse(success(new Uint8Array(257))), AssertionError);
  throws(() => encodeResponse(status(0x10000)), AssertionError);
  throws(() => encodeResponse(status(-1)), AssertionError);
});

test('data are views of what was read', () => {
  const bytes = fromHex('00A4040008A00000033301010100');
  same(decodeCommand(bytes).data.buffer, bytes.buffer);
  same(decodeResponse(bytes).data.buffer, bytes.buffer);
});

const byte = fc.nat({ max: 255 });

test('every command that is written is read again', () => {
  const any: fc.Arbitrary<Command> = fc.record(
    {
      cla: byte,
      ins: byte,
      p1: byte,
      p2: byte,
      data: fc.uint8Array({ maxLength: 255 }),
      le: fc.integer({ min: 1, max: 256 }),
    },
    { requiredKeys: ['cla', 'ins', 'p1', 'p2', 'data'] },
  );
  fc.assert(
    fc.property(any, (value) => {
      deepEqual({ ...decodeCommand(encodeCommand(value)) }, { ...value });
    }),
  );
});

test('every response that is written is read again', () => {
  const any: fc.Arbitrary<Response> = fc.record({
    data: fc.uint8Array({ maxLength: 256 }),
    status: fc.nat({ max: 0xffff }),
  });
  fc.assert(
    fc.property(any, (value) =>
      deepEqual({ ...decodeResponse(encodeResponse(value)) }, { ...value }),
    ),
  );
});

test('any bytes are a command, written as it was, or an ApduError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      if (refusal(decodeCommand, bytes) === undefined) {
        deepEqual(encodeCommand(decodeCommand(bytes)), bytes);
      }
      if (refusal(decodeResponse, bytes) === undefined) {
        deepEqual(encodeResponse(decodeResponse(bytes)), bytes);
      }
    }),
    { numRuns: 1000 },
  );
});

function command(
  cla: string,
  ins: string,
  p1: string,
  p2: string,
  data: string,
  le?: number,
): Command {
  const [one = 0, two = 0, three = 0, four = 0] = fromHex(cla + ins + p1 + p2);
  const header = { cla: one, ins: two, p1: three, p2: four, data: fromHex(data) };
  return le === undefined ? header : { ...header, le };
}

/** Where a decoder refuses, or undefined when it does not; any other error goes on. */
function refusal(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): number | undefined {
  try {
    decode(bytes);
  } catch (error) {
    if (!(error instanceof ApduError)) throw error;
    return error.offset;
  }
  return undefined;
}
