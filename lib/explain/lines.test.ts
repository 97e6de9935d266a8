/** Logs, dumps and lists of tags in the forms in which tools write them; and what is none of them. */
import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../bytes/bytes.ts';
import { workedCommands, workedResponses } from '../kernel/worked-tap.ts';
import { dumpBytes } from './dump.ts';
import { exchangesIn } from './lines.ts';
import { readingsOf } from './readings.ts';
import { tagLinesIn } from './tag-lines.ts';

const command = toHex(workedCommands.select);
const response = toHex(workedResponses.select);
const body = response.slice(0, -4);
const spaced = (hex: string): string => hex.replace(/../g, '$& ').trim();

const LOGS: readonly (readonly [what: string, log: string])[] = [
  ['arrows', `> ${command}\n< ${response}`],
  ['times and long arrows', `12:34:56.789 -> ${command}\n12:34:56.901 <- ${response}`],
  ['names', `C-APDU: ${spaced(command)}\nR-APDU: ${spaced(response)}`],
  ['levels', `10:00:00 DEBUG Tx: ${command.toLowerCase()}\n10:00:01 DEBUG Rx: ${response}`],
  ['a status word named', `Sending: ${command}\nReceived: ${body} SW=9000`],
  ['a status word in brackets', `APDU> ${command}\nRESP< ${body} [9000]`],
  ['a status word on its line', `--> ${command}  (SELECT)\n<-- ${body}\nSW: 90 00 (OK)`],
  ['lengths and times', `A>> T=1 (4+0008) ${command}\nA<< (0096+2) (12ms) ${response}`],
  ['who speaks', `Reader -> Card: ${command}\nCard -> Reader: ${response}`],
  ['no direction', `${command}\n${response}`],
  ['lines broken', `> ${command}\n< ${response.slice(0, 60)}\n  ${response.slice(60)}`],
  ['remarks', `# SELECT\n> ${command} ; the debit card\n\n< ${response} // done`],
];

for (const [what, log] of LOGS) {
  test(`a log with ${what} is read`, () => {
    deepEqual(
      exchangesIn(log)?.map((one) => [toHex(one.command), toHex(one.response)]),
      [[command, response]],
    );
    same(readingsOf(Buffer.from(log))[0]?.kind.kind, 'exchange');
  });
}

test('two commands without a response between them, a response first, or other bytes are no log', () => {
  for (const log of [
    `> ${command}\n> ${command}`,
    `< ${response}`,
    `${command}`,
    '9F360200\n019505',
    'hello > world',
    '',
  ]) {
    same(exchangesIn(log), undefined, log);
  }
});

test('any text is a log or none, and no bytes are invented', () => {
  const line = fc.string({ unit: fc.constantFrom(...'0A9F<>-=: [](CRx\n'), maxLength: 120 });
  fc.assert(
    fc.property(line, (text) => {
      const digits = text.replace(/[^0-9A-F]/gi, '').length;
      const read = (exchangesIn(text) ?? []).flatMap((one) => [one.command, one.response]);
      same(read.reduce((sum, { length }) => sum + length * 2, 0) <= digits, true);
    }),
    { numRuns: 2000 },
  );
});

test('dumps are read as xxd and hexdump write them', () => {
  const dumps = [
    '00000000: 9f36 0200 01                             .6...',
    '00000000  9f 36 02 00 01                                    |.6...|\n00000005',
    '0000   9F 36 02\n0003   00 01',
  ];
  for (const dump of dumps) same(toHex(dumpBytes(dump) ?? new Uint8Array()), '9F36020001', dump);
});

test('what looks like bytes beside a full line of a dump is not read', () => {
  const line = `00000000: ${'4142 '.repeat(8)} ABAB ABABABABABA`;
  same(dumpBytes(line)?.length, 16);
});

test('offsets that do not count, and lines of bytes alone, are no dump', () => {
  for (const text of ['0000: 9F36\n0004: 00', '0000 0012 50', '9F360200', '', 'abc']) {
    same(dumpBytes(text), undefined, text);
  }
});

test('tags with values are put together again as data objects', () => {
  for (const text of [
    '9F36: 0001\n95: 00 80 04 60 00',
    'Tag 9F36 (ATC): 0001\nTag 95 = 0080046000\n',
    '[9F36] 0001\n[95] 00 80 04 60 00',
    '9f36 - application transaction counter : 0001\nsome words\n95 TVR: 0080046000',
    '{"9F36":"0001","95":"0080046000"}',
  ]) {
    same(toHex(tagLinesIn(text)?.bytes ?? new Uint8Array()), '9F36020001' + '95050080046000', text);
    same(readingsOf(Buffer.from(text))[0]?.kind.kind, 'tags');
  }
});

test('what stands inside a template before it is not told twice', () => {
  const text = '77: 9F3602000182027000\n  9F36: 0001\n  82: 7000';
  same(toHex(tagLinesIn(text)?.bytes ?? new Uint8Array()), '77099F3602000182027000');
});

test('colons between bytes are none between tag and value', () => {
  for (const text of ['9F:36:02:00:01', 'hello: 00', 'DF: 00', '{"9F36":1}', '{"x":"00"}']) {
    same(tagLinesIn(text), undefined, text);
  }
});
