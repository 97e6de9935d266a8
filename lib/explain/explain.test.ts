import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../bytes/bytes.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  explainCommand,
  explainResponse,
  explainSession,
  find,
  leaves,
  rows,
} from './explain.ts';
import file from './explain.vectors.json' with { type: 'json' };

// The worked phone tap. @see docs/specs.md, EMV contactless sheet, section 9.2
const TAP = [
  [
    '00A404000E325041592E5359532E444446303100',
    '6F38840E325041592E5359532E4444463031A526BF0C2361214F08A000000333010101500E556E696F6E50617920446562697' +
      '48701019F2A01079000',
  ],
  [
    '00A4040008A00000033301010100',
    '6F608408A000000333010101A554500E556E696F6E5061792044656269748701019F38189F66049F02069F03069F1A0295055F2A' +
      '029A039C019F37045F2D047A68656E9F1101019F120C4D4920504159204445424954BF0C099F4D020B0ADF6101409000',
  ],
  [
    '80A8000023832136800080000000001250000000000000015600000000000156261122001A2B3C4D00',
    '775A820270009F3602000157126258249900000018D301220100000000000F9F101307010103A40000010A0100000000003A65702A' +
      '9F2608AEBC72404A3A05AF5F3401019F6C0200809F6310000000000000000000000000000000009000',
  ],
] as const;

const session = explainSession(
  TAP.map(([command, response]) => ({ command: fromHex(command), response: fromHex(response) })),
);
const [ppse, select, options] = session as unknown as {
  readonly command: Explained;
  readonly response: Explained;
}[];

/** Name, value and plain words of a field. */
function said(explained: Explained | undefined, pathOrTag: string): readonly string[] {
  const found = explained === undefined ? undefined : find(explained, pathOrTag);
  return found === undefined ? [] : [found.name, found.value, found.decoded];
}

test('every command has its name and every answer its upshot', () => {
  deepEqual(
    session.map(({ command, response }) => [command.name, command.decoded, response.decoded]),
    [
      ['SELECT', 'PPSE', 'one application, priority 1'],
      ['SELECT', 'UnionPay debit', 'success'],
      ['GET PROCESSING OPTIONS', 'UnionPay debit', 'the element asks to go online'],
    ],
  );
});

test('a command is its header, lengths and data', () => {
  deepEqual(
    leaves(ppse?.command as Explained).map(({ tag, value }) => [tag, value]),
    [
      ['CLA', '00'],
      ['INS', 'A4'],
      ['P1', '04'],
      ['P2', '00'],
      ['Lc', '0E'],
      ['', '325041592E5359532E4444463031'],
      ['Le', '00'],
    ],
  );
});

test('the list of applications names each of its fields', () => {
  const fields = rows(ppse?.response as Explained).filter(({ tag }) => tag !== '');
  deepEqual(
    fields.map(({ tag, decoded }) => [tag, decoded]),
    [
      ['6F', '2 objects, 56 bytes'],
      ['84', 'PPSE'],
      ['A5', '1 object, 38 bytes'],
      ['BF0C', '1 object, 35 bytes'],
      ['61', '4 objects, 33 bytes'],
      ['4F', 'UnionPay debit'],
      ['50', 'UnionPay Debit'],
      ['87', 'priority 1'],
      ['9F2A', 'kernel 7'],
      ['SW', 'success'],
    ],
  );
});

test('the answer to SELECT shows what the card asks for, entry by entry', () => {
  const list = find(select?.response as Explained, '9F38');
  same(list?.decoded, 'asks for 9 objects, 33 bytes');
  deepEqual(
    list?.children.slice(2).map(({ value }) => value),
    ['9F6604', '9F0206', '9F0306', '9F1A02', '9505', '5F2A02', '9A03', '9C01', '9F3704'],
  );
  deepEqual(said(select?.response, '9F12').slice(2), ['MI PAY DEBIT']);
  deepEqual(said(select?.response, '9F4D').slice(2), ['file 11, 10 records']);
});

test('the list out of the answer to SELECT names the values of GET PROCESSING OPTIONS', () => {
  const command = options?.command;
  same(find(command as Explained, '9F66')?.value, '36800080');
  deepEqual(said(command, '9F02'), ['amount, authorised', '000000001250', '12.50 CNY']);
  deepEqual(said(command, '9F03'), ['amount, other', '000000000000', '0.00 CNY']);
  deepEqual(said(command, '9F1A'), ['terminal country code', '0156', 'China']);
  deepEqual(said(command, '95').slice(1), ['0000000000', 'nothing to report']);
  deepEqual(said(command, '5F2A'), ['transaction currency code', '0156', 'CNY']);
  deepEqual(said(command, '9A'), ['transaction date', '261122', '22 Nov 2026']);
  deepEqual(said(command, '9C'), ['transaction type', '00', 'purchase']);
  deepEqual(said(command, '9F37'), ['unpredictable number', '1A2B3C4D', '']);
});

test('the answer of the phone names counter, track, verification, cryptogram and qualifiers', () => {
  const response = options?.response;
  same(find(response as Explained, '82')?.value, '7000');
  deepEqual(said(response, '9F36'), ['application transaction counter', '0001', '1']);
  deepEqual(said(response, '77/57/number'), ['account number', '6258249900000018', '']);
  same(
    find(response as Explained, '77/57/separator+expiry+service')?.decoded,
    'Dec 2030, service code 201: international, use the chip, authorised as usual, no restrictions',
  );
  deepEqual(said(response, 'CVR'), [
    'card verification results',
    '03A40000',
    'ARQC, holder verified on the device',
  ]);
  deepEqual(said(response, 'DKI').slice(1), ['01', 'master key 1']);
  deepEqual(said(response, '77/9F10/amount1').slice(1), ['0000000000', '0.00 CNY']);
  deepEqual(said(response, '77/9F10/MAC').slice(1), ['3A65702A', '']);
  deepEqual(said(response, '9F26'), ['application cryptogram', 'AEBC72404A3A05AF', '']);
  deepEqual(said(response, '9F6C').slice(1), ['0080', 'holder verified on the device']);
  deepEqual(said(response, 'SW'), ['status word', '9000', 'success']);
});

test('the sealed bytes of the tap are the 37 that version 01 puts into the cryptogram', () => {
  const sealed = session
    .flatMap(({ command, response }) => [...leaves(command), ...leaves(response)])
    .filter((leaf) => leaf.sealed);
  const ofTag = (tag: string): string =>
    sealed.find(({ path }) => path.split('/').includes(tag))?.value ?? '';
  const order = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36', 'CVR'];
  // MAC input of the worked tap. @see docs/specs.md, cryptograms sheet, section 9
  same(
    order.map(ofTag).join(''),
    '0000000012500000000000000156000000000001562611220' + '01A2B3C4D7000000103A40000',
  );
  same(sealed.length, order.length);
});

test('without the list the values are one span that says where their names stand', () => {
  const alone = explainCommand(fromHex(TAP[2][0]));
  same(find(alone, '9F02'), undefined);
  same(find(alone, '83')?.decoded, 'values that the list in the answer to SELECT names');
});

test('values of another length than the card asked for cannot be read', () => {
  const [, second] = TAP;
  const [, explained] = explainSession([
    { command: fromHex(second[0]), response: fromHex(second[1]) },
    { command: fromHex('80A800000483021122'), response: fromHex('6700') },
  ]);
  const broken = leaves(explained?.command as Explained).find(
    ({ name }) => name === CANNOT_BE_READ,
  );
  same(broken?.value, '1122');
  same(broken?.decoded, 'the card asked for 33 bytes, these are 2');
});

test('a refused SELECT leaves the list of the selected application in force', () => {
  const [, second, third] = TAP;
  const explained = explainSession([
    { command: fromHex(second[0]), response: fromHex(second[1]) },
    { command: fromHex('00A4040008A00000033301010200'), response: fromHex('6A82') },
    { command: fromHex(third[0]), response: fromHex(third[1]) },
  ]);
  same(find(explained[2]?.command as Explained, '9F02')?.decoded, '12.50 CNY');
  same(explained[1]?.response.decoded, 'not found');
});

test('a blocked application still gives its list', () => {
  const [, second, third] = TAP;
  const blocked = second[1].replace(/9000$/, '6283');
  const explained = explainSession([
    { command: fromHex(second[0]), response: fromHex(blocked) },
    { command: fromHex(third[0]), response: fromHex('6985') },
  ]);
  same(explained[0]?.response.decoded, 'the application is blocked');
  same(find(explained[1]?.command as Explained, '9F02')?.decoded, '12.50 CNY');
});

test('a real debit card answers SELECT with a list and a log', () => {
  const { inputs, outputs } = file.vectors.find(({ id }) => id === 'pboc-fci-debit') as {
    inputs: { command: string };
    outputs: { response: string; pdol: string };
  };
  const [explained] = explainSession([
    { command: fromHex(inputs.command), response: fromHex(outputs.response) },
  ]);
  deepEqual(said(explained?.response, '50'), [
    'application label',
    '50424F43204445424954',
    'PBOC DEBIT',
  ]);
  same(find(explained?.response as Explained, '9F38')?.value, outputs.pdol);
  same(find(explained?.response as Explained, '9F4D')?.value, '0B0A');
});

test('status words say what they mean, tries and all', () => {
  const words = (status: string): string => explainResponse(fromHex(status)).decoded;
  same(words('6986'), 'see phone: the holder acts on the device first');
  same(words('6985'), 'conditions of use not satisfied');
  same(words('63C2'), 'wrong, 2 tries left');
  same(words('63C1'), 'wrong, 1 try left');
});

test('a card that approves offline or declines says so', () => {
  const answer = (iad: string): string => {
    const response = fromHex(`770B9F1008${iad}9000`);
    return explainResponse(response, { command: fromHex('80A8000002830000') }).decoded;
  };
  // Quick values of the verification results. @see docs/specs.md, cryptograms sheet, section 5
  same(answer('0701010390000001'), 'the element approves offline');
  same(answer('0701010380000001'), 'the element declines');
});

test('bytes that are no command or response are one span with the reason', () => {
  const command = explainCommand(fromHex('00FF04000501'));
  same(command.name, CANNOT_BE_READ);
  deepEqual(
    command.children.map(({ name, value }) => [name, value]),
    [
      ['class', '00'],
      ['instruction', 'FF'],
      ['parameter 1', '04'],
      ['parameter 2', '00'],
      [CANNOT_BE_READ, '0501'],
    ],
  );
  same(command.decoded, 'the data length is not that of the command');
  same(explainResponse(fromHex('90')).name, CANNOT_BE_READ);
});

test('a known command whose length is wrong shows what is there, and which byte lies', () => {
  for (const [text, says, value] of [
    ['00A4040008A000000333010101', undefined, 'A000000333010101'],
    ['00A4040008A0000003330101', 'length of the data: it says 8, 7 follow', 'A0000003330101'],
    [
      '00A4040007A0000003330101010000',
      'length of the data: it says 7, 10 follow',
      'A0000003330101',
    ],
  ] as const) {
    const command = explainCommand(fromHex(text));
    same(command.name, 'SELECT');
    same(command.children.find(({ name }) => name === CANNOT_BE_READ)?.decoded, says);
    same(find(command, 'data')?.value, value);
  }
});

test('an answer of format 1 is cut: profile and file locator, or what GENERATE AC answers', () => {
  const options = explainResponse(fromHex('800A7C0010010200180102019000'));
  deepEqual(said(options, '82').slice(1, 2), ['7C00']);
  deepEqual(
    find(options, '94')?.children.map(({ decoded }) => decoded),
    ['file 2, records 1 to 2, 0 signed', 'file 3, records 1 to 2, 1 signed'],
  );
  // Counter, cryptogram and issuer data of vector upi-arqc-001.
  const value = '8002405D016C91005E7CC207000103A0400201';
  const answer = explainResponse(fromHex(`8013${value}9000`));
  deepEqual(said(answer, '9F27').slice(1), ['80', 'ARQC, asks the issuer']);
  deepEqual(said(answer, '9F36').slice(1), ['0240', '576']);
  same(find(answer, '9F26')?.value, '5D016C91005E7CC2');
  same(find(answer, 'CVR')?.value, '03A04002');
});

test('the command decides how an answer of format 1 is cut', () => {
  const cut = fromHex('800F8002405D016C91005E7CC2070001039000');
  const asked = { command: fromHex('80AE80000100') };
  same(find(explainResponse(cut, asked), '9F10')?.value, '07000103');
  same(find(explainResponse(fromHex('800280009000'), asked), '9F27'), undefined);
});

test('lists in records name the values of GENERATE AC, the second list those of the second', () => {
  const [, first, second] = explainSession([
    {
      command: fromHex('00B2010C00'),
      response: fromHex('70138C059F02069A038D048A0295059F49039F37049000'),
    },
    {
      command: fromHex('80AE800009' + '000000001250' + '261122' + '00'),
      response: fromHex('9000'),
    },
    { command: fromHex('80AE400007' + '3030' + '0000000000' + '00'), response: fromHex('9000') },
  ]);
  deepEqual(said(first?.command, '9F02').slice(1), ['000000001250', '1250 minor units']);
  deepEqual(said(first?.command, '9A').slice(2), ['22 Nov 2026']);
  deepEqual(said(second?.command, '8A').slice(2), ['approved']);
});
