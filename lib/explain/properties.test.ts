/** What holds for every tree, whatever the bytes: no gap, no overlap, no two paths alike, never a throw. */
import { ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import type { DialectName } from '../iso8583/message.ts';
import { specs } from '../iso8583/unionpay.ts';
import { workedCommands, workedResponses } from '../kernel/worked-tap.ts';
import { decodeTlv, encodeTlv, isConstructed, TlvError, tlv } from '../tlv/tlv.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  explainChipData,
  explainCommand,
  explainDataObject,
  explainMessage,
  explainResponse,
  explainSession,
  leaves,
  rows,
} from './explain.ts';
import file from './explain.vectors.json' with { type: 'json' };

/** Leaves cover the bytes in order; a node is covered by its children; paths differ; hexadecimal leaves repeat the bytes. */
function holds(explained: Explained, bytes: Uint8Array): void {
  same(explained.start, 0);
  same(explained.end, bytes.length);
  let end = 0;
  for (const leaf of leaves(explained)) {
    same(leaf.start, end, `${leaf.path} begins at ${leaf.start}`);
    ok(leaf.end > leaf.start || bytes.length === 0, `${leaf.path} is empty`);
    end = leaf.end;
  }
  same(end, bytes.length);
  const paths = new Set<string>();
  walk(explained, (node) => {
    ok(!paths.has(node.path), `two nodes at ${node.path}`);
    paths.add(node.path);
    ok(node.name !== '', `${node.path} has no name`);
    if (node.children.length > 0) {
      same(node.children[0]?.start, node.start, node.path);
      same(node.children.at(-1)?.end, node.end, node.path);
    }
  });
}

function walk(explained: Explained, visit: (node: Explained) => void): void {
  visit(explained);
  for (const child of explained.children) walk(child, visit);
}

const purchase = fromHex(
  (file.vectors.find(({ id }) => id === 'upi-pos-0200-purchase') as { inputs: { message: string } })
    .inputs.message,
).subarray(2);
const messages: readonly (readonly [DialectName, Uint8Array])[] = [
  ['pos', purchase],
  ['cups', fromHex(file.message.bytes)],
];
const commands = [
  ...Object.values(workedCommands),
  ...Object.values(file.channel.plain).map(fromHex),
  ...file.channel.exchanges.map(([command = '']) => fromHex(command)),
];
const responses = [
  ...Object.values(workedResponses),
  ...file.vectors
    .filter(({ id }) => id.startsWith('pboc'))
    .map(({ outputs }) => fromHex((outputs as { response: string }).response)),
];

test('real commands, responses and messages are covered byte by byte', () => {
  for (const bytes of commands) holds(explainCommand(bytes), bytes);
  for (const bytes of responses) holds(explainResponse(bytes), bytes);
  for (const [dialect, bytes] of messages) holds(explainMessage(dialect, bytes), bytes);
});

test('no byte of a real tap or message is without a name', () => {
  const nameless = [
    ...explainSession(
      (['ppse', 'select', 'options'] as const).map((step) => ({
        command: workedCommands[step],
        response: workedResponses[step],
      })),
    ).flatMap(({ command, response }) => [...leaves(command), ...leaves(response)]),
    ...messages.flatMap(([dialect, bytes]) => leaves(explainMessage(dialect, bytes))),
  ].filter(({ name }) => /unknown|cannot/.test(name));
  same(nameless.length, 0);
});

test('chip data shows the bytes it was given and nothing else', () => {
  for (const bytes of [...commands, ...responses]) {
    const shown = [...leaves(explainCommand(bytes)), ...leaves(explainResponse(bytes))];
    for (const { value, start, end } of shown) same(value, toHex(bytes.subarray(start, end)));
  }
});

test('rows leave out tags, lengths and bare values', () => {
  const explained = explainChipData(fromHex('9F36020001'));
  same(
    rows(explained)
      .map(({ path }) => path)
      .join(),
    '9F36',
  );
});

test('a message cut at any byte is covered all the same', () => {
  for (const [dialect, bytes] of messages) {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      holds(explainMessage(dialect, cut), cut);
    }
  }
});

test('commands and responses cut at any byte are covered all the same', () => {
  for (const bytes of [...commands, ...responses]) {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      holds(explainCommand(cut), cut);
      holds(explainResponse(cut), cut);
      holds(explainChipData(cut), cut);
    }
  }
});

/** One of some samples with a few of its bytes replaced. */
function damaged(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 4 }))
    .map(([sample, changes]) => {
      const bytes = sample.slice();
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    });
}

test('damaged samples never throw and are covered', () => {
  fc.assert(
    fc.property(damaged(commands), damaged(responses), (command, response) => {
      const [explained] = explainSession([{ command, response }]);
      holds(explained?.command as Explained, command);
      holds(explained?.response as Explained, response);
    }),
    { numRuns: 500 },
  );
  for (const [dialect, sample] of messages) {
    fc.assert(
      fc.property(damaged([sample]), (bytes) => holds(explainMessage(dialect, bytes), bytes)),
      { numRuns: 500 },
    );
  }
});

test('sessions of any bytes never throw and are covered', () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged(commands), damaged(responses));
  const exchange = fc.record({ command: bytes, response: bytes });
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 5 }), (exchanges) => {
      explainSession(exchanges).forEach(({ command, response }, index) => {
        holds(command, exchanges[index]?.command as Uint8Array);
        holds(response, exchanges[index]?.response as Uint8Array);
      });
    }),
  );
});

test('any bytes as a message, as chip data or as any object never throw and are covered', () => {
  const tag = fc.oneof(
    fc.constantFrom(
      ...['9F10', '57', '94', '9F38', '91', '9F7F', '5C', '77', 'DF03', '9F02', '9A', '9F35'],
      ...[
        '80',
        '95',
        '9F33',
        '9F40',
        'CVR',
        '8E',
        '9F34',
        '9F69',
        '86',
        '5F2D',
        'DF31',
        '9F4A',
        '9F4F',
        '90',
        '93',
        '9F46',
        '9F4B',
      ],
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), tag, (bytes, any) => {
      holds(explainChipData(bytes), bytes);
      holds(explainDataObject(any, bytes), bytes);
      holds(explainMessage('pos', bytes), bytes);
      holds(explainMessage('cups', bytes), bytes);
    }),
    { numRuns: 500 },
  );
});

test('data objects that the strict decoder refuses, and only those, have a part that cannot be read', () => {
  const isBroken = (node: Explained): boolean =>
    node.children.some(
      (child) =>
        isBroken(child) ||
        (child.name === CANNOT_BE_READ &&
          (node.path === '' || isConstructed(node.tag) || child.path.endsWith('/cut'))),
    );
  const objects = damaged([
    fromHex('9F3602000161044F0288'),
    ...responses.map((one) => one.slice(0, -2)),
  ]);
  fc.assert(
    fc.property(fc.oneof(objects, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      same(isBroken(explainChipData(bytes)), isRefused(bytes));
    }),
    { numRuns: 2000 },
  );
});

function isRefused(bytes: Uint8Array): boolean {
  try {
    decodeTlv(bytes);
    return false;
  } catch (error) {
    if (error instanceof TlvError) return true;
    throw error;
  }
}

test('any instruction with any data is covered', () => {
  const objects = fc
    .array(
      fc.tuple(
        fc.constantFrom(
          '4F',
          '5C',
          '80',
          '81',
          '82',
          '83',
          '86',
          '9F10',
          '57',
          '70',
          'DF03',
          '7F21',
        ),
        fc.uint8Array({ maxLength: 40 }),
      ),
      { maxLength: 4 },
    )
    .map((all) => encodeTlv(all.map(([tag, value]) => tlv(tag, value))));
  const data = fc
    .oneof(objects, fc.uint8Array({ maxLength: 200 }))
    .filter(({ length }) => length > 0 && length < 250);
  const header = fc.tuple(fc.constantFrom(0x00, 0x04, 0x80, 0x84, 0x90), fc.nat(255), fc.nat(255));
  fc.assert(
    fc.property(header, data, fc.nat(255), ([cla, ins, p1], content, p2) => {
      const command = concat(Uint8Array.of(cla, ins, p1, p2, content.length), content);
      holds(explainCommand(command), command);
      const response = concat(content, fromHex('9000'));
      holds(explainResponse(response, { command, securityLevel: p2 }), response);
    }),
    { numRuns: 2000 },
  );
});

test('messages of any elements are covered', () => {
  for (const dialect of ['pos', 'cups'] as const) {
    const numbers = Object.keys(specs[dialect].elements).map(Number);
    fc.assert(
      fc.property(fc.subarray(numbers), fc.uint8Array({ maxLength: 900 }), (chosen, body) => {
        const bytes = concat(headOf(dialect), bitmapOf(chosen, dialect), body);
        holds(explainMessage(dialect, bytes), bytes);
      }),
      { numRuns: 500 },
    );
  }
});

function headOf(dialect: DialectName): Uint8Array {
  return dialect === 'pos' ? purchase.subarray(0, 13) : fromHex(file.message.bytes).subarray(0, 50);
}

function bitmapOf(numbers: readonly number[], dialect: DialectName): Uint8Array {
  const isLong = dialect === 'cups' && numbers.some((number) => number > 64);
  const bits = isLong ? [1, ...numbers] : numbers;
  const bytes = Array.from({ length: isLong ? 16 : 8 }, (_, index) =>
    bits
      .filter((number) => (number - 1) >> 3 === index)
      .reduce((byte, number) => byte | (0x80 >> ((number - 1) & 7)), 0),
  );
  return concat(...bytes.map((byte) => fromUint(byte, 1)));
}
