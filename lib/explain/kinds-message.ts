/** ISO 8583 messages of our dialects, with and without what goes before them. */
import { concat } from '../bytes/bytes.ts';
import { readOrNone } from '../iso8583/field.ts';
import { MAX_FRAME_LENGTH } from '../iso8583/frame.ts';
import { type DialectName, layout } from '../iso8583/message.ts';
import { specs } from '../iso8583/unionpay.ts';
import { type Explained, find, group, leaf, leaves, partOf, wholeOf } from './explained.ts';
import type { Given } from './given.ts';
import { CERTAIN, FAINT, type Kind, POSSIBLE, type Recognised, shareKnown } from './kind.ts';
import { explainMessage } from './message.ts';

const SOURCE = 'ISO 8583 sheet, sections 1 to 7';

/** The kinds of this file. */
export const messageKinds: readonly Kind[] = [
  messageKind('pos', 'ISO 8583 message, POS dialect', 'between terminal and acquirer'),
  messageKind('cups', 'ISO 8583 message, switch dialect', 'between institution and switch'),
  messageKind('1987-ascii', 'ISO 8583:1987 message in ASCII', 'in characters'),
];

function messageKind(dialect: DialectName, title: string, where: string): Kind {
  return {
    kind: `iso8583-${dialect}`,
    title,
    source: SOURCE,
    recognise: (given) => recognise(dialect, where, given),
    explain: ({ bytes }) => {
      const tree = explainWrapped(dialect, bytes, wrappingOf(dialect, bytes));
      return [{ title: '', bytes, tree }];
    },
  };
}

/** What stands around a message: an outer length, and how much of the envelope was left out. */
type Wrapping = { readonly prefix: number; readonly missing: number; readonly words: string };

const PLAIN: Wrapping = { prefix: 0, missing: 0, words: '' };
const TPDU_BYTES = 5;
const POS_ENVELOPE_BYTES = 11;
const CUPS_HEADER_BYTES = 46;

/** The rest of a message that was cut; its outer length tells of more. */
const CUT_POS: Wrapping = {
  prefix: 2,
  missing: 0,
  words: 'after an outer length that is more than follows',
};

/** The ways in which each dialect comes, the likeliest first. */
const WRAPPINGS: Readonly<Record<DialectName, readonly Wrapping[]>> = {
  pos: [
    PLAIN,
    { prefix: 2, missing: 0, words: 'after its outer length' },
    { prefix: 0, missing: TPDU_BYTES, words: 'without TPDU' },
    { prefix: 0, missing: POS_ENVELOPE_BYTES, words: 'without TPDU and header' },
    { prefix: 2, missing: TPDU_BYTES, words: 'after its outer length, without TPDU' },
    CUT_POS,
  ],
  cups: [
    PLAIN,
    { prefix: 4, missing: 0, words: 'after its outer length' },
    { prefix: 0, missing: CUPS_HEADER_BYTES, words: 'without its header' },
    { prefix: 4, missing: CUPS_HEADER_BYTES, words: 'after its outer length, without its header' },
    { prefix: 2, missing: CUPS_HEADER_BYTES, words: 'after its outer length, without its header' },
  ],
  '1987-ascii': [PLAIN, { prefix: 4, missing: 0, words: 'after its outer length' }],
};

const SHORTEST = 10;
const FEWEST_ELEMENTS = 2;

function recognise(dialect: DialectName, where: string, given: Given): Recognised | undefined {
  const { bytes, written } = given;
  const isLength = bytes.length >= SHORTEST && bytes.length <= MAX_FRAME_LENGTH + 4;
  const isText = written === 'text' && dialect !== '1987-ascii';
  if (isText || !isLength) return undefined;
  const wrapping = wrappingOf(dialect, bytes);
  const tree = explainWrapped(dialect, bytes, wrapping);
  const type = find(tree, 'MTI')?.value ?? '';
  const count = tree.children.filter(({ tag }) => tag.startsWith('DE')).length;
  if (!/^0[1-8][0-5]\d$/.test(type)) return undefined;
  // On the POS side only the first byte tells a TPDU from five bytes of anything else.
  if (
    find(tree, 'TPDU.id')?.value !==
    (dialect === 'pos' && wrapping.missing === 0 ? '60' : undefined)
  )
    return undefined;
  const share = shareKnown(leaves(tree));
  const words = wrapping.words === '' ? '' : `, ${wrapping.words}`;
  if (wrapping === CUT_POS || count < FEWEST_ELEMENTS || share < 0.5) {
    // An envelope of its own kind is enough to go by when little of the message is there.
    const isKnown = wrapping === CUT_POS || (dialect === 'cups' && hasHeader(bytes, wrapping));
    if (!isKnown) return undefined;
    const cut = wrapping === CUT_POS ? '' : ', cut short or damaged';
    return { sureness: FAINT, because: `message type ${type}${words}${cut}` };
  }
  const because = `message type ${type}${words}, and a bitmap whose elements`;
  if (share === 1) {
    // Without the envelope there is less to hold on to: a message in characters may look like that.
    const sureness = wrapping.missing === 0 ? CERTAIN + 2 : CERTAIN - 3;
    return { sureness, because: `${because} fill the message, ${where}` };
  }
  const percent = Math.floor(share * 100);
  // Without the envelope that is chance more often.
  const most = wrapping.missing === 0 ? POSSIBLE + 20 : POSSIBLE;
  return {
    sureness: Math.round(most * (0.8 + share / 5)),
    because: `${because} explain ${percent} % of it`,
  };
}

/** The wrapping under which the message can be read whole, or else the one that explains most. */
function wrappingOf(dialect: DialectName, bytes: Uint8Array): Wrapping {
  const all = WRAPPINGS[dialect];
  if (bytes.length > MAX_FRAME_LENGTH + 4) return PLAIN;
  const whole = all.find((one) => readsWhole(dialect, bytes, one));
  if (whole !== undefined) return whole;
  const shares = all.map((one) => ({
    one,
    share: hasType(dialect, bytes, one)
      ? shareKnown(leaves(explainWrapped(dialect, bytes, one)))
      : 0,
  }));
  return shares.reduce((best, next) => (next.share > best.share ? next : best)).one;
}

function readsWhole(dialect: DialectName, bytes: Uint8Array, wrapping: Wrapping): boolean {
  if (!hasLength(bytes, wrapping)) return false;
  const message = messageIn(dialect, bytes, wrapping);
  return readOrNone(() => layout(specs[dialect], message)) !== undefined;
}

/** Whether the header of the switch begins as it does. */
function hasHeader(bytes: Uint8Array, { prefix, missing }: Wrapping): boolean {
  return missing === 0 && bytes[prefix] === CUPS_HEADER_BYTES && bytes[prefix + 1] === 0x82;
}

/** Whether the outer length, where there is one, is that of what follows. */
function hasLength(bytes: Uint8Array, wrapping: Wrapping): boolean {
  const { prefix } = wrapping;
  if (wrapping === CUT_POS) {
    const length = outerLength(bytes, prefix);
    return length > bytes.length - prefix && length <= MAX_FRAME_LENGTH && bytes[prefix] === 0x60;
  }
  return prefix === 0 || outerLength(bytes, prefix) === bytes.length - prefix;
}

/** Whether a type of message stands where it would have to. */
function hasType(dialect: DialectName, bytes: Uint8Array, wrapping: Wrapping): boolean {
  if (!hasLength(bytes, wrapping)) return false;
  const tree = explainMessage(dialect, messageIn(dialect, bytes, wrapping));
  return /^0[1-8]\d\d$/.test(find(tree, 'MTI')?.value ?? '');
}

function outerLength(bytes: Uint8Array, prefix: number): number {
  let length = 0;
  for (const byte of bytes.subarray(0, prefix)) {
    length = prefix === 2 ? length * 256 + byte : length * 10 + (byte - 0x30);
  }
  return length;
}

/** The message with an envelope: what was left out is filled up with zeros. */
function messageIn(
  dialect: DialectName,
  bytes: Uint8Array,
  { prefix, missing }: Wrapping,
): Uint8Array {
  const message = bytes.subarray(prefix);
  if (missing === 0) return message;
  if (dialect === 'cups') return concat(headerOfSwitch(missing + message.length), message);
  const filled = concat(new Uint8Array(missing), message);
  filled[0] = 0x60;
  return filled;
}

/** A header that says nothing but how long the message is. @see docs/specs.md, ISO 8583 sheet, section 2 */
function headerOfSwitch(length: number): Uint8Array {
  const text = `${String(length).padStart(4, '0').slice(-4)}${' '.repeat(22)}`;
  return concat(
    Uint8Array.of(CUPS_HEADER_BYTES, 0x82),
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
    new Uint8Array(4),
    new Uint8Array(8).fill(0x30),
    new Uint8Array(1),
    new Uint8Array(5).fill(0x30),
  );
}

/** The tree over all bytes given: the outer length before it, the envelope that is not there left out. */
function explainWrapped(dialect: DialectName, bytes: Uint8Array, wrapping: Wrapping): Explained {
  const { prefix, missing } = wrapping;
  const message = messageIn(dialect, bytes, wrapping);
  const tree = explainMessage(dialect, message);
  if (prefix === 0 && missing === 0) return tree;
  const whole = wholeOf(bytes);
  const kept = tree.children
    .filter(({ start }) => start >= missing)
    .map((child) => moved(child, prefix - missing));
  const { name, meaning, decoded } = tree;
  const at = Math.min(prefix, bytes.length);
  const length = leaf(partOf(whole, 'length', 0, at), {
    name: 'outer length',
    meaning: 'form',
    decoded: lengthWords(outerLength(bytes, prefix), bytes.length - prefix),
  });
  return group(whole, { name, meaning, decoded }, prefix === 0 ? kept : [length, ...kept]);
}

/** The same tree further along, or back. */
function moved(explained: Explained, by: number): Explained {
  return {
    ...explained,
    start: explained.start + by,
    end: explained.end + by,
    children: explained.children.map((child) => moved(child, by)),
  };
}

function lengthWords(announced: number, there: number): string {
  return announced === there
    ? `${announced} bytes follow`
    : `${announced} bytes are announced, ${there} follow`;
}
