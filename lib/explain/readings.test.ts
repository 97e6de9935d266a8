/** What an input is taken for, by real bytes; and what holds for every kind whatever the input. */
import { deepEqual, ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { character } from '../character.fixture.ts';
import { workedCommands, workedResponses } from '../kernel/worked-tap.ts';
import file from './explain.vectors.json' with { type: 'json' };
import { leaves } from './explained.ts';
import { MAX_EXPLAINED_BYTES, MAX_WRITTEN_BYTES, waysToTake } from './given.ts';
import { hidden } from './hide.ts';
import { explainReading, kinds, readAs, readingsOf } from './readings.ts';
import { warningsOf } from './warnings.ts';

const ascii = (text: string): Uint8Array => Buffer.from(text);
const posMessage = (
  file.vectors.find(({ id }) => id === 'upi-pos-0200-purchase') as { inputs: { message: string } }
).inputs.message;
const tags = (
  file.vectors.find(({ id }) => id === 'upi-arqc-001') as unknown as {
    inputs: { tags: Record<string, string> };
  }
).inputs.tags;
const chipData = Object.entries(tags)
  .map(([tag, value]) => `${tag}${(value.length / 2).toString(16).padStart(2, '0')}${value}`)
  .join('');

/** Real things, and the kind that each must be taken for. */
const samples: readonly (readonly [text: string, kind: string])[] = [
  [toHex(workedCommands.select), 'command'],
  [toHex(workedCommands.options), 'command'],
  [toHex(workedResponses.ppse), 'response'],
  [toHex(workedResponses.options), 'response'],
  ['6985', 'response'],
  [`> ${toHex(workedCommands.ppse)}\n< ${toHex(workedResponses.ppse)}\n`, 'exchange'],
  [chipData, 'de55'],
  // The worked record and answer. EMV contactless sheet, section 9.2
  [toHex(workedResponses.select.subarray(0, -2)), 'tlv'],
  [posMessage, 'iso8583-pos'],
  [posMessage.slice(4), 'iso8583-pos'],
  [posMessage.slice(14), 'iso8583-pos'],
  [posMessage.slice(26), 'iso8583-pos'],
  [file.message.bytes, 'iso8583-cups'],
  // The same with its outer length, four digits in characters. ISO 8583 sheet, section 1
  [`30343938${file.message.bytes}`, 'iso8583-cups'],
  // The ASCII message of docs: type, bitmap of DE2 to 4, number, code, amount. ISO 8583 sheet, sections 1 to 3
  [
    '0100' + '7000000000000000' + '164242424242424242' + '123456' + '000000000100',
    'iso8583-1987-ascii',
  ],
  // Tag 57 and DE35 of the worked token. cryptograms sheet, section 8.1
  ['6258249900000018D301220100000000000F', 'track2'],
  ['6258249900000018=30122010000000000', 'track2'],
  [';6258249900000018=30122010000000000?', 'track2'],
  ['6258249900000018', 'pan'],
  // cryptograms sheet, sections 4.3 and 9
  ['07000103A04002010A010000001000D1F61152', 'iad'],
  ['07010103A0000001', 'iad'],
  // EMV contactless sheet, section 11
  ['1001020018010201', 'afl'],
  [tags['95'] as string, 'tvr'],
  [tags['82'] as string, 'aip'],
  ['36000080', 'ttq'],
  ['0080', 'ctq'],
  ['03A40000', 'cvr'],
];

for (const [text, kind] of samples) {
  test(`${kind}: ${text.slice(0, 24)}`, () => {
    const [best] = readingsOf(ascii(text));
    same(best?.kind.kind, kind, JSON.stringify(readingsOf(ascii(text)), ['sureness', 'because']));
    ok(best?.because !== '');
  });
}

test('every kind is recognised in a sample, and has a name of its own and a source', () => {
  const names = kinds.map(({ kind }) => kind);
  same(new Set(names).size, names.length);
  for (const { kind, source, title } of kinds) ok(source !== '' && title !== '', kind);
});

test('hexadecimal may be of either case, with spaces, lines, colons, dashes and 0x; base64 of either alphabet', () => {
  const written = [
    '9f36020001',
    '9F 36 02 00 01',
    '9f:36:02:00:01',
    '9F-36-02-00-01',
    '0x9F36020001',
    '0x9F 0x36 0x02 0x00 0x01',
    '\n 9F36\r\n020001 \n',
    'nzYCAAE=',
    'nzYCAAE',
  ];
  for (const text of written) {
    same(toHex(waysToTake(ascii(text))[0]?.bytes ?? new Uint8Array()), '9F36020001', text);
  }
  for (const text of ['-_-_', '+/+/']) {
    same(toHex(waysToTake(ascii(text))[0]?.bytes ?? new Uint8Array()), 'FBFFBF');
  }
});

test('base64 is what node writes, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3, maxLength: 60 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      const [way] = waysToTake(ascii(text));
      if (/^[0-9A-Fa-f]+$/.test(text)) return;
      deepEqual(Buffer.from(way?.bytes ?? []), Buffer.from(bytes));
    }),
  );
});

test('bytes that are no text are taken as they are', () => {
  const [best] = readingsOf(fromHex('9F36020001'));
  same(best?.kind.kind, 'tlv');
  same(best?.given.written, 'bytes');
});

test('an outer length that is another is none', () => {
  const text = '9F36020001950500000400009F3303E0A1C8571262582499';
  ok(!readingsOf(ascii(text)).some(({ kind }) => kind.kind.startsWith('iso8583')));
  const [longer] = readingsOf(ascii(`01AB${posMessage.slice(4)}`));
  same(longer?.because, 'message type 0200, after an outer length that is more than follows');
  ok((longer?.sureness ?? 100) < 40);
});

test('data objects that are cut short are still said to be that, less surely', () => {
  const cut = chipData.slice(0, -4);
  const [best] = readingsOf(ascii(cut));
  same(best?.kind.kind, 'tlv');
  ok((best?.sureness ?? 100) <= 60);
  ok(best?.because.startsWith('data objects, cut short'));
});

test('two bytes that can be several things are said to be so', () => {
  deepEqual(
    readingsOf(ascii('0080'))
      .map(({ kind }) => kind.kind)
      .slice(0, 2),
    ['ctq', 'aip'],
  );
});

test('lines explain each other: the list of SELECT names the values of GET PROCESSING OPTIONS', () => {
  const steps = ['select', 'options'] as const;
  const text = steps.map(
    (step) => `> ${toHex(workedCommands[step])}\n< ${toHex(workedResponses[step])}`,
  );
  const [reading] = readingsOf(ascii(text.join('\n')));
  const parts = reading === undefined ? [] : explainReading(reading);
  same(parts.length, 4);
  ok(parts[2] !== undefined && leaves(parts[2].tree).some(({ tag }) => tag === '9F02'));
});

test('what is left out before a message is not in the tree', () => {
  for (const cut of [0, 4, 14, 26]) {
    const text = posMessage.slice(cut);
    const reading = readingsOf(ascii(text))[0];
    const tree = reading === undefined ? undefined : explainReading(reading)[0]?.tree;
    same(tree?.end, text.length / 2);
    same(tree?.children.find(({ tag }) => tag === 'DE4')?.decoded, '0.01 CNY');
  }
});

test('too much is not looked at', () => {
  deepEqual(readingsOf(new Uint8Array(MAX_WRITTEN_BYTES + 1)), []);
  deepEqual(readingsOf(ascii('00'.repeat(MAX_EXPLAINED_BYTES + 1))), []);
  same(readAs(new Uint8Array(MAX_WRITTEN_BYTES + 1), kinds[0] as (typeof kinds)[0]), undefined);
});

/** Any bytes, any text, and samples with a few characters changed or cut off. */
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.string({ unit: character, maxLength: 80 }).map(ascii),
  fc
    .string({ unit: fc.constantFrom(...'0123456789ABCDEFabcdef :=;?D><\n'), maxLength: 80 })
    .map(ascii),
  fc
    .tuple(
      fc.constantFrom(...samples.map(([text]) => text)),
      fc.nat(),
      fc.nat(),
      fc.constantFrom(...'0189AFf'),
    )
    .map(([text, at, length, digit]) => {
      const place = at % text.length;
      const changed = text.slice(0, place) + digit + text.slice(place + 1);
      return ascii(length % 3 === 0 ? changed.slice(0, length % text.length) : changed);
    }),
);

test('any input as any kind gives trees whose leaves cover every byte, in order, and never throws', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom(...kinds), (raw, kind) => {
      readingsOf(raw);
      const reading = readAs(raw, kind);
      if (reading === undefined) return;
      const parts = explainReading(reading);
      for (const part of parts) {
        const { tree, bytes } = part;
        same(tree.start, 0);
        same(tree.end, bytes.length);
        let end = 0;
        for (const leaf of leaves(tree)) {
          same(leaf.start, end, `${kind.kind}: ${leaf.path}`);
          end = leaf.end;
        }
        same(end, bytes.length, kind.kind);
        const shown = hidden(part);
        same(shown.hex.length, bytes.length * 2);
        ok(/^[0-9A-F*]*$/.test(shown.hex));
      }
      warningsOf(
        parts.map(({ tree }) => tree),
        { tokenRanges: ['6258'], today: '261122' },
      );
    }),
    { numRuns: 1500 },
  );
});
