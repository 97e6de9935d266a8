/**
 * What the token service sends to the element: INSTALL and the data groups of STORE DATA.
 * @see docs/specs.md, provisioning sheet, sections 4 and 5, and profile octavo-1, sections 5 and 6
 */
import { toHex } from '../bytes/bytes.ts';
import { applicationWords } from './codes.ts';
import { type BytePart, cutBytes } from './cut.ts';
import { explainObjects } from './data-objects.ts';
import {
  type Explained,
  group,
  leaf,
  type Meaning,
  type Piece,
  partOf,
  stepNamer,
  unreadable,
} from './explained.ts';
import { HOLDER, HOLDER_POLICY, PAYMENT, type Vocabulary } from './vocabulary.ts';

/** Explain the data of INSTALL: values that each have a length before them. */
export function explainInstall(piece: Piece, purpose: number): readonly Explained[] {
  const names = purpose === PERSONALISATION ? FOR_PERSONALISATION : FOR_INSTALL;
  const parts: Explained[] = [];
  let at = piece.start;
  for (const [name, meaning] of names) {
    const length = piece.bytes[at];
    if (at === piece.end || length === undefined) return parts;
    const end = at + 1 + length;
    if (end > piece.end) break;
    parts.push(lengthAndValue(partOf(piece, name.replaceAll(' ', '-'), at, end), name, meaning));
    at = end;
  }
  if (at === piece.end) return parts;
  return [
    ...parts,
    unreadable(partOf(piece, 'rest', at, piece.end), 'the length runs past the end'),
  ];
}

/** Explain data groups one after another; `isEncrypted` is what the command says of their content. */
export function explainDataGroups(piece: Piece, isEncrypted: boolean): readonly Explained[] {
  const step = stepNamer();
  const groups: Explained[] = [];
  let at = piece.start;
  while (at < piece.end) {
    const extent = groupExtent(piece, at);
    if (extent === undefined) {
      const why = 'a data group is cut short, or its length is not in its shortest form';
      groups.push(unreadable(partOf(piece, 'rest', at, piece.end), why));
      break;
    }
    const id = toHex(piece.bytes.subarray(at, at + 2));
    groups.push(
      dataGroup(partOf(piece, step(id), at, extent.end), id, extent.dataStart, isEncrypted),
    );
    at = extent.end;
  }
  return groups;
}

type Named = readonly [name: string, meaning: Meaning];

const PERSONALISATION = 0x20;

const FOR_INSTALL: readonly Named[] = [
  ['package', 'who'],
  ['module', 'who'],
  ['instance', 'who'],
  ['privileges', 'rule'],
  ['parameters', 'rule'],
  ['token', 'proof'],
];

const FOR_PERSONALISATION: readonly Named[] = [
  ['empty name 1', 'form'],
  ['empty name 2', 'form'],
  ['instance', 'who'],
  ['empty value 1', 'form'],
  ['empty value 2', 'form'],
  ['empty value 3', 'form'],
];

/** The data groups by identifier; others are records. @see profile octavo-1, section 6 */
const GROUPS: Readonly<Record<string, readonly [name: string, vocabulary: Vocabulary]>> = {
  '9103': ['data for the answer to SELECT', PAYMENT],
  '9207': ['data for the answer to GET PROCESSING OPTIONS', PAYMENT],
  '0D01': ['data that change', PAYMENT],
  '0E01': ['data that stay inside', PAYMENT],
  A001: ['holder', HOLDER],
  A002: ['profile of the instance', HOLDER_POLICY],
};

/** The parts of a card's key for offline data authentication. @see profile octavo-1, section 15 */
const KEY_PARTS: Readonly<Record<string, string>> = {
  '8201': 'q^-1 mod p of the card’s RSA key',
  '8202': 'd mod (q-1) of the card’s RSA key',
  '8203': 'd mod (p-1) of the card’s RSA key',
  '8204': 'q of the card’s RSA key',
  '8205': 'p of the card’s RSA key',
};

const CARD_KEYS = '8000';
const CHECK_VALUES = '9000';

function lengthAndValue(piece: Piece, name: string, meaning: Meaning): Explained {
  const length = leaf(partOf(piece, 'length', piece.start, piece.start + 1), {
    name: `length of ${name}`,
    meaning: 'form',
  });
  const valueStart = piece.start + 1;
  if (valueStart === piece.end) return group(piece, { name, meaning, decoded: 'empty' }, [length]);
  const value = toHex(piece.bytes.subarray(valueStart, piece.end));
  const decoded = meaning === 'who' ? applicationWords(value) : '';
  const saying = { name, meaning, value, decoded };
  return group(piece, saying, [
    length,
    leaf(partOf(piece, 'value', valueStart, piece.end), saying),
  ]);
}

function dataGroup(piece: Piece, id: string, dataStart: number, isEncrypted: boolean): Explained {
  const name = groupName(id);
  const form = [
    leaf(partOf(piece, 'tag', piece.start, piece.start + 2), {
      name: `identifier of ${name}`,
      meaning: 'form',
    }),
    leaf(partOf(piece, 'length', piece.start + 2, dataStart), { name: 'length', meaning: 'form' }),
  ];
  const data = { ...piece, start: dataStart };
  const parts = dataStart === piece.end ? [] : groupContent(data, id, isEncrypted);
  return group(piece, { tag: id, name, meaning: 'form' }, [...form, ...parts]);
}

function groupContent(data: Piece, id: string, isEncrypted: boolean): readonly Explained[] {
  if (id === CHECK_VALUES) return cutBytes(data, threeOf('check value', 3));
  if (id === CARD_KEYS || isEncrypted) {
    const whole = partOf(data, 'value', data.start, data.end);
    const name = isEncrypted ? 'encrypted content' : 'card keys';
    return [leaf(whole, { name, meaning: 'proof' })];
  }
  return explainObjects(data, { vocabulary: GROUPS[id]?.[1] ?? PAYMENT, seals: false });
}

function threeOf(name: string, length: number): readonly BytePart[] {
  return ['AC', 'MAC', 'ENC'].map((key) => ({
    step: key,
    name: `${name} of the ${key} key`,
    meaning: 'proof',
    length,
  }));
}

function groupName(id: string): string {
  if (id === CARD_KEYS) return 'card keys';
  if (id === CHECK_VALUES) return 'check values of the card keys';
  const known = GROUPS[id]?.[0] ?? KEY_PARTS[id];
  if (known !== undefined) return known;
  const file = Number.parseInt(id.slice(0, 2), 16);
  const record = Number.parseInt(id.slice(2), 16);
  return file >= 1 && file <= 30 ? `record ${record} of file ${file}` : 'data group';
}

function groupExtent(
  piece: Piece,
  at: number,
): { readonly dataStart: number; readonly end: number } | undefined {
  const first = piece.bytes[at + 2];
  if (first === undefined || at + 2 >= piece.end) return undefined;
  if (first !== 0xff) return fits(at + 3, first, piece);
  const [high, low] = piece.bytes.subarray(at + 3, piece.end);
  if (high === undefined || low === undefined) return undefined;
  const length = high * 256 + low;
  return length < 0xff ? undefined : fits(at + 5, length, piece);
}

function fits(
  dataStart: number,
  length: number,
  piece: Piece,
): { readonly dataStart: number; readonly end: number } | undefined {
  const end = dataStart + length;
  return end > piece.end ? undefined : { dataStart, end };
}
