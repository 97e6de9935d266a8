import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { answerHeader, answerTpdu, requestHeader } from './header.ts';
import file from './iso8583.vectors.json' with { type: 'json' };
import { answerType, Iso8583Error, readOrNone } from './message.ts';
import { type CupsMessage, cups, describe, type PosMessage, pos } from './unionpay.ts';

type Vector = {
  readonly id: string;
  readonly inputs: { readonly message: string; readonly header: string };
  readonly outputs: {
    readonly tpdu: string;
    readonly header: string;
    readonly mti: string;
    readonly bitmap: string;
    readonly bits: readonly number[];
    readonly fields: Readonly<Record<string, string>>;
  };
};
const vectors = file.vectors as unknown as readonly Vector[];
const vector = (id: string): Vector => vectors.find((one) => one.id === id) as Vector;

const purchase = vector('upi-pos-0200-purchase');
const signOn = vector('upi-pos-0800-signon');
const worked = vector('sheet-cups-0200');
/** A recorded POS message without the two bytes of length before it. */
const bytesOf = (recorded: Vector): Uint8Array => fromHex(recorded.inputs.message).subarray(2);
const workedBytes = fromHex(worked.inputs.message);

test('a real purchase decodes element by element', () => {
  const message = pos.decode(bytesOf(purchase));
  const { fields } = purchase.outputs;
  const text = (number: number): string =>
    String.fromCharCode(...fromHex(fields[number] as string));
  same(message.tpdu, purchase.outputs.tpdu);
  same(message.header, purchase.outputs.header);
  same(message.mti, purchase.outputs.mti);
  deepEqual(Object.keys(message.fields).map(Number), purchase.outputs.bits);
  deepEqual(message.fields, {
    ...fields,
    // The recorded values keep the nibble that fills up 22 and 23 on the wire, and write the separator of 35 as D.
    22: '071',
    23: '000',
    35: '6224242900000113=28062013949031013',
    // Bytes are upper-case hexadecimal here, and text is text where the record has hexadecimal.
    52: fields[52]?.toUpperCase(),
    55: fields[55]?.toUpperCase(),
    59: text(59),
    64: text(64),
  });
});

test('a real purchase re-encodes to its own bytes', () => {
  same(toHex(pos.encode(pos.decode(bytesOf(purchase)))), toHex(bytesOf(purchase)));
});

test('a real sign-on decodes and re-encodes', () => {
  const message = pos.decode(bytesOf(signOn));
  const { mti, bits, fields } = signOn.outputs;
  same(message.mti, mti);
  deepEqual(Object.keys(message.fields).map(Number), bits);
  deepEqual(message.fields, { ...fields, 62: fields[62]?.toUpperCase(), 63: '123' });
  same(toHex(pos.encode(message)), toHex(bytesOf(signOn)));
});

test('who need not know what is wrong reads a message or nothing; other errors stay errors', () => {
  same(readOrNone(() => pos.decode(bytesOf(signOn)))?.mti, signOn.outputs.mti);
  same(
    readOrNone(() => pos.decode(bytesOf(signOn).subarray(1))),
    undefined,
  );
  const bug = new RangeError('ours');
  throws(
    () =>
      readOrNone(() => {
        throw bug;
      }),
    bug,
  );
});

test('the worked 0200 decodes element by element and re-encodes', () => {
  const message = cups.decode(workedBytes);
  same(message.mti, worked.outputs.mti);
  deepEqual(message.fields, worked.outputs.fields);
  deepEqual(message.header, {
    flag: '82',
    destination: '00010000',
    source: '01020000',
    reserved: '000000',
    batch: '00',
    transactionInformation: '00000000',
    userInformation: '00',
    rejectCode: '00000',
  });
  same(
    describe('cups', workedBytes).find((span) => span.path === 'bitmap')?.value,
    worked.outputs.bitmap,
  );
  same(toHex(cups.encode(message)), toHex(workedBytes));
});

test('elements packed by another library decode behind our header', () => {
  const packed = vector('pyiso8583-binarybitmap');
  const body = fromHex((packed.outputs as unknown as { message: string }).message);
  const length = String(46 + body.length).padStart(4, '0');
  const header = concat(workedBytes.subarray(0, 2), fromAscii(length), workedBytes.subarray(6, 46));
  const { fields } = packed.inputs as unknown as { fields: Record<string, string> };
  deepEqual(cups.decode(concat(header, body)).fields, fields);
});

test('the 46-byte header of a published message is read', () => {
  // Its message is not published, so a body of the length that it tells stands in.
  const header = fromHex(vector('upi-cups-header').inputs.header);
  const rest = concat(
    fromAscii('0620'),
    fromHex('0000000000000100'),
    fromAscii('250'),
    new Uint8Array(250).fill(0x20),
  );
  same(header.length + rest.length, 311);
  const message = cups.decode(concat(header, rest));
  same(message.header.source, '14427900');
  same(message.header.destination, '00010000');
  same(message.header.rejectCode, '00000');
  same(toHex(cups.encode(message).subarray(0, 46)), toHex(header));
});

const request: PosMessage = {
  tpdu: '6000060000',
  header: '603100311003',
  mti: '0200',
  fields: { 3: '000000', 4: '000000001250', 11: '000001', 22: '072', 23: '001', 41: '00000001' },
};
const head = toHex(pos.encode(request)).slice(0, 22);

test('on the POS wire DE22 is filled up at the right, other fixed numbers at the left', () => {
  const wire = toHex(pos.encode({ ...request, fields: { 19: '156', 22: '072', 23: '001' } }));
  same(wire, `${head}02000000260000000000015607200001`);
});

test('variable numbers and tracks are filled up at the right', () => {
  const wire = toHex(pos.encode({ ...request, fields: { 2: '6212345678901234567', 35: '62=12' } }));
  same(wire, `${head}0200400000002000000019621234567890123456700562D120`);
});

test('an answer swaps its addresses and raises the function digit', () => {
  same(answerTpdu('6000060001'), '6000010006');
  deepEqual(['0200', '0420', '0421', '0800', '0820'].map(answerType), [
    '0210',
    '0430',
    '0431',
    '0810',
    '0830',
  ]);
  throws(() => answerType('0210'), Iso8583Error);
  const { header } = cups.decode(workedBytes);
  deepEqual(requestHeader('00010000', '01020000'), header);
  deepEqual(answerHeader(header), { ...header, destination: '01020000', source: '00010000' });
});

test('sign-on, reversal and their answers are messages of both dialects', () => {
  for (const mti of ['0800', '0810', '0400', '0410']) {
    const fields = { 11: '000001', 12: '163001', 13: '1122', 39: '00', 62: '0'.repeat(40) };
    const message: PosMessage = { ...request, mti, fields };
    deepEqual(pos.decode(pos.encode(message)), message);
  }
  const { header } = cups.decode(workedBytes);
  for (const mti of ['0820', '0830', '0420', '0430', '0421', '0431']) {
    const fields = {
      7: '1122163001',
      11: '000001',
      70: '301',
      90: '0'.repeat(42),
      100: '00010000',
    };
    const message: CupsMessage = { header, mti, fields };
    deepEqual(cups.decode(cups.encode(message)), message);
  }
});

test('text in GB18030 survives byte for byte', () => {
  const name = String.fromCharCode(0xb0, 0xcb, 0xb7, 0xbd).padEnd(40);
  const { header } = cups.decode(workedBytes);
  const bytes = cups.encode({ header, mti: '0200', fields: { 43: name } });
  same(toHex(bytes.subarray(58, 62)), 'B0CBB7BD');
  same(cups.decode(bytes).fields[43], name);
});

/** A decoding that must fail, and where. */
function refuses(
  bytes: Uint8Array,
  path: string,
  offset: number,
  decode = pos.decode as unknown,
): void {
  throws(
    () => (decode as (bytes: Uint8Array) => unknown)(bytes),
    (error: unknown) => {
      if (!(error instanceof Iso8583Error)) return false;
      deepEqual([error.path, error.offset], [path, offset]);
      return true;
    },
  );
}
const posBytes = (mtiAndRest: string): Uint8Array => fromHex(head + mtiAndRest);

test('a message type that is not four digits is refused', () => {
  refuses(posBytes('02A00000000000000000'), 'MTI', 12);
});

test('an element that the dialect does not have is refused', () => {
  refuses(posBytes('02008000000000000000'), 'DE1', 13);
  refuses(posBytes('02000100000000000000'), 'DE8', 13);
});

test('a second bitmap that announces nothing is refused', () => {
  const body = concat(fromAscii('0200'), fromHex('80000000000000000000000000000000'));
  const bytes = concat(
    workedBytes.subarray(0, 2),
    fromAscii('0066'),
    workedBytes.subarray(6, 46),
    body,
  );
  refuses(bytes, 'bitmap', 50, cups.decode);
});

test('a digit above nine is refused where it stands', () => {
  refuses(posBytes('0200200000000000000000A000'), 'DE3', 22);
});

test('a filling nibble other than zero is refused', () => {
  refuses(posBytes('020000000400000000000721'), 'DE22', 22);
  refuses(posBytes('020000000200000000001001'), 'DE23', 21);
});

test('a length of nothing, over the maximum or not in digits is refused', () => {
  refuses(posBytes('0200400000000000000000'), 'DE2.length', 21);
  refuses(posBytes('0200400000000000000020'), 'DE2.length', 21);
  refuses(posBytes('020040000000000000001A'), 'DE2.length', 21);
  refuses(posBytes('02000000000000000200025600'), 'DE55.length', 21);
});

test('bytes after the end are refused', () => {
  refuses(posBytes('0200000000000000000000'), 'message', 21);
});

test('a total length other than that of the message is refused', () => {
  const wrong = workedBytes.slice();
  wrong[5] = 0x39;
  refuses(wrong, 'header.totalLength', 2, cups.decode);
  refuses(concat(workedBytes, Uint8Array.of(0)), 'header.totalLength', 2, cups.decode);
});

test('a header of another length, or ids that are none, are refused', () => {
  const change = (at: number, value: number): Uint8Array => {
    const bytes = workedBytes.slice();
    bytes[at] = value;
    return bytes;
  };
  refuses(change(0, 0x2f), 'header.length', 0, cups.decode);
  refuses(change(6, 0x20), 'header.destination', 6, cups.decode);
  refuses(change(18, 0x00), 'header.source', 18, cups.decode);
});

test('what a dialect cannot say is not written', () => {
  const { header } = cups.decode(workedBytes);
  const bad = (fields: Record<number, string>): void => {
    throws(() => pos.encode({ ...request, fields }), Iso8583Error);
  };
  bad({ 4: '1250' });
  bad({ 4: '00000000125x' });
  bad({ 2: '' });
  bad({ 2: '12345678901234567890' });
  bad({ 35: '6258249900000018D3012' });
  bad({ 55: '9f36' });
  bad({ 55: '9F3' });
  bad({ 49: '1\u00e956' });
  bad({ 43: '\u516b'.padEnd(40) });
  bad({ 1: '0' });
  bad({ 90: '0'.repeat(42) });
  throws(() => pos.encode({ ...request, mti: '20' }), Iso8583Error);
  throws(() => pos.encode({ ...request, tpdu: '60' }), Iso8583Error);
  throws(
    () => cups.encode({ header: { ...header, source: '' }, mti: '0200', fields: {} }),
    Iso8583Error,
  );
  throws(
    () => cups.encode({ header: { ...header, source: '0102 ' }, mti: '0200', fields: {} }),
    Iso8583Error,
  );
});
