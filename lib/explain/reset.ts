/**
 * Answers to reset as a tree: how bits are written, which protocols the card speaks and with what settings, its
 * historical bytes, and the check byte.
 * @see docs/specs.md, ISO 7816-3
 */
import { type Atr, AtrError, decodeAtr } from '../apdu/atr.ts';
import { toHex } from '../bytes/bytes.ts';
import {
  type Explained,
  group,
  leaf,
  type Piece,
  partOf,
  stepNamer,
  unreadable,
  wholeOf,
} from './explained.ts';
import { textWords } from './words.ts';

/** Read an answer to reset, or say why it is none. */
export function readAtr(bytes: Uint8Array): Atr | string {
  try {
    return decodeAtr(bytes);
  } catch (error) {
    if (error instanceof AtrError) return error.message;
    throw error;
  }
}

/** Explain an answer to reset. Never throws: what is none is one span that says why. */
export function explainAtr(bytes: Uint8Array): Explained {
  const whole = wholeOf(bytes);
  const atr = readAtr(bytes);
  if (typeof atr === 'string') return unreadable(whole, atr);
  const { interfaceBytes, historicalBytes, protocols } = atr;
  const start = 2 + interfaceBytes.length;
  const end = start + historicalBytes.length;
  const decoded = `speaks ${protocols.map((protocol) => `T=${protocol}`).join(', ')}`;
  return group(whole, { name: 'answer to reset', meaning: 'form', decoded }, [
    byteOf(whole, 0, 'TS', 'initial character', `${atr.convention} convention`),
    byteOf(whole, 1, 'T0', 'format byte', counted(historicalBytes.length)),
    ...settings(whole, atr),
    ...historical({ ...whole, start, end }),
    ...(end === bytes.length
      ? []
      : [byteOf(whole, end, 'TCK', 'check byte', `the sum is ${atr.checksum}`)]),
  ]);
}

function counted(count: number): string {
  return count === 1 ? '1 historical byte' : `${count} historical bytes`;
}

function byteOf(whole: Piece, at: number, tag: string, name: string, decoded: string): Explained {
  return leaf(partOf(whole, tag, at, at + 1), { tag, name, meaning: 'form', decoded });
}

/** What each interface byte is called and says: by its kind, its round, and the protocol that the TD before it named. */
function settings(whole: Piece, { interfaceBytes }: Atr): readonly Explained[] {
  let protocol = 0;
  return interfaceBytes.map(({ name, value }, index) => {
    const [title, words] = settingOf(name, protocol, value);
    if (name.startsWith('TD')) protocol = value & 0x0f;
    return byteOf(whole, 2 + index, name, title, words);
  });
}

type Setting = readonly [title: string, words: string];

function settingOf(name: string, protocol: number, value: number): Setting {
  if (name.startsWith('TD')) {
    const follow = value >> 4 === 0 ? '' : ', more settings follow';
    return ['protocol', `T=${value & 0x0f}${follow}`];
  }
  const general = GENERAL[name];
  if (general !== undefined) return [general[0], general[1](value)];
  const own = OF_PROTOCOL[`${name.slice(0, 2)} T=${protocol}`];
  return own === undefined ? [`setting of T=${protocol}`, ''] : [own[0], own[1](value)];
}

type Reader = readonly [title: string, words: (value: number) => string];

/** Clock cycles and bits, as the two halves of TA1 number them. */
const CYCLES: readonly number[] = [
  ...[372, 372, 558, 744, 1116, 1488, 1860, 0],
  ...[0, 512, 768, 1024, 1536, 2048, 0, 0],
];
const BITS: readonly number[] = [0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0];

const GENERAL: Readonly<Record<string, Reader>> = {
  TA1: ['speed', speedWords],
  TB1: ['programming voltage', (value) => (value === 0 ? 'none' : 'of old cards')],
  TC1: [
    'extra guard time',
    (value) => (value === 0xff ? 'the shortest' : `${value} bit times more`),
  ],
  TA2: ['specific mode', specificModeWords],
  TB2: ['programming voltage', () => 'of old cards'],
  TC2: ['waiting time of T=0', (value) => `integer ${value}`],
};

const OF_PROTOCOL: Readonly<Record<string, Reader>> = {
  'TA T=1': ['longest block that the card takes', (value) => `${value} bytes`],
  'TB T=1': [
    'waiting times of T=1',
    (value) => `for a block integer ${value >> 4}, for a character integer ${value & 0x0f}`,
  ],
  'TC T=1': ['check of a block', (value) => ((value & 1) === 0 ? 'one byte (LRC)' : 'CRC')],
  'TA T=15': ['clock stop and voltages', voltageWords],
  'TB T=15': ['use of the contact SPU', (value) => (value === 0 ? 'none' : '')],
};

function speedWords(value: number): string {
  const cycles = CYCLES[value >> 4] ?? 0;
  const bits = BITS[value & 0x0f] ?? 0;
  if (cycles === 0 || bits === 0) return 'reserved';
  return `F=${cycles}, D=${bits}: ${Math.round((cycles / bits) * 100) / 100} clock cycles a bit`;
}

function specificModeWords(value: number): string {
  const change = (value & 0x80) === 0 ? 'can change' : 'cannot change';
  const implicit = (value & 0x10) === 0 ? '' : ', settings are implicit';
  return `T=${value & 0x0f}, ${change}${implicit}`;
}

const CLOCK_STOPS = ['not supported', 'low', 'high', 'either way'];
const VOLTAGES: readonly (readonly [mask: number, words: string])[] = [
  [1, '5 V'],
  [2, '3 V'],
  [4, '1.8 V'],
];

function voltageWords(value: number): string {
  const voltages = VOLTAGES.filter(([mask]) => (value & mask) !== 0).map(([, words]) => words);
  return [`clock stop ${CLOCK_STOPS[value >> 6]}`, ...voltages].join(', ');
}

const COMPACT = 0x80;
const WITH_STATUS = 0x00;
const STATUS_BYTES = 3;

/** What the first historical byte announces: objects with short tags, with a status behind them, or the maker's own. */
function historical(piece: Piece): readonly Explained[] {
  const { bytes, start, end } = piece;
  if (start === end) return [];
  const category = bytes[start] as number;
  const isWithStatus = category === WITH_STATUS && end - start > STATUS_BYTES;
  if (category !== COMPACT && !isWithStatus) {
    const all = partOf(piece, 'historical', start, end);
    const decoded = textWords(bytes.subarray(start, end));
    return [leaf(all, { name: 'historical bytes', meaning: 'word', decoded })];
  }
  const objectsEnd = isWithStatus ? end - STATUS_BYTES : end;
  const says = isWithStatus ? 'objects, then a status' : 'objects';
  const first = partOf(piece, 'category', start, start + 1);
  const status = partOf(piece, 'status', objectsEnd, end);
  return [
    leaf(first, { name: 'category of the historical bytes', meaning: 'form', decoded: says }),
    ...compactObjects({ ...piece, start: start + 1, end: objectsEnd }),
    ...(isWithStatus ? [leaf(status, { name: 'status of the card', meaning: 'verdict' })] : []),
  ];
}

const COMPACT_TAGS: Readonly<Record<number, string>> = {
  1: 'country code',
  2: 'issuer identification number',
  3: 'card service data',
  4: 'initial access data',
  5: "card issuer's data",
  6: 'pre-issuing data',
  7: 'card capabilities',
  8: 'status indicator',
  15: 'application identifier',
};

/** A reader puts the name of a card without contacts here, with tag 4F and a length of its own. */
const READER_TAG = 0x4f;

function compactObjects(piece: Piece): readonly Explained[] {
  const step = stepNamer();
  const objects: Explained[] = [];
  let at = piece.start;
  while (at < piece.end) {
    const head = piece.bytes[at] as number;
    const isReaders = head === READER_TAG && piece.bytes[at + 1] === READER_NAME_BYTES;
    const headBytes = isReaders ? 2 : 1;
    const end = at + headBytes + (isReaders ? READER_NAME_BYTES : head & 0x0f);
    const name = isReaders
      ? 'application identifier'
      : (COMPACT_TAGS[head >> 4] ?? 'unknown object');
    if (end > piece.end) {
      return [
        ...objects,
        unreadable(partOf(piece, 'rest', at, piece.end), 'the length runs past the end'),
      ];
    }
    objects.push(compactObject(partOf(piece, step(name), at, end), name, headBytes));
    at = end;
  }
  return objects;
}

const READER_NAME_BYTES = 12;

function compactObject(piece: Piece, name: string, headBytes: number): Explained {
  const { start, end, bytes } = piece;
  const at = start + headBytes;
  const value = toHex(bytes.subarray(at, end));
  const saying = { name, meaning: 'word' as const, value };
  const head = leaf(partOf(piece, 'tag', start, at), {
    name: `tag and length of ${name}`,
    meaning: 'form',
  });
  if (at === end) return group(piece, saying, [head]);
  return group(piece, saying, [head, leaf(partOf(piece, 'value', at, end), saying)]);
}
