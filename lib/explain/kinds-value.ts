/** Single values that stand alone: tracks, issuer data, flags, file locators, account numbers. */
import { toHex } from '../bytes/bytes.ts';
import { AIP, type Bit, CTQ, CVR, TTQ, TVR } from '../emv/fields.ts';
import { decodeIad, IadError } from '../emv/iad.ts';
import { isLuhnValid } from '../emv/pan.ts';
import { decodeTrack2, decodeTrack2Text, type Track2, Track2Error } from '../emv/track2.ts';
import { trackParts } from './content.ts';
import { explainDataObject } from './data-objects.ts';
import { type Explained, group, leaf, type Piece, partOf, wholeOf } from './explained.ts';
import { explainFlags, flagWords } from './flags.ts';
import type { Given } from './given.ts';
import { CERTAIN, FAINT, type Kind, LIKELY, POSSIBLE, type Recognised, whole } from './kind.ts';

/** The kinds of this file. */
export const valueKinds: readonly Kind[] = [
  {
    kind: 'track2',
    title: 'track 2',
    source: 'cryptograms sheet, section 8.1',
    recognise: recogniseTrack,
    explain: ({ bytes, text }) => [{ title: '', bytes, tree: explainTrack(bytes, text) }],
  },
  {
    kind: 'pan',
    title: 'account number',
    source: 'tokenisation sheet, section 1',
    recognise: recogniseNumber,
    explain: ({ bytes, written }) => [{ title: '', bytes, tree: explainNumber(bytes, written) }],
  },
  {
    kind: 'iad',
    title: 'issuer application data (9F10)',
    source: 'cryptograms sheet, section 5',
    recognise: recogniseIad,
    explain: whole((bytes) => explainDataObject('9F10', bytes)),
  },
  {
    kind: 'afl',
    title: 'application file locator (94)',
    source: 'EMV contactless sheet, section 5',
    recognise: recogniseLocator,
    explain: whole((bytes) => explainDataObject('94', bytes)),
  },
  flagKind('aip', 'application interchange profile', '82', 2, AIP),
  flagKind('ctq', 'card transaction qualifiers', '9F6C', 2, CTQ),
  flagKind('cvr', 'card verification results', 'CVR', 4, CVR),
  flagKind('ttq', 'terminal transaction qualifiers', '9F66', 4, TTQ),
  flagKind('tvr', 'terminal verification results', '95', 5, TVR),
];

/** Start sentinel, end sentinel, and the check character that some readers leave behind it. */
const SENTINELS = /^(;?)([0-9]{1,19}=[0-9]*)(\??)(.?)$/;

function recogniseTrack({ bytes, text }: Given): Recognised | undefined {
  const inside = SENTINELS.exec(text.slice(0, 64));
  const track =
    inside === null
      ? readTrack(() => decodeTrack2(bytes))
      : readTrack(() => decodeTrack2Text(inside[2] ?? ''));
  if (track === undefined) return undefined;
  const because = 'a number, a separator, a month that exists, a service code';
  return isLuhnValid(track.pan)
    ? { sureness: CERTAIN, because: `${because}; the check digit holds` }
    : { sureness: LIKELY, because: `${because}; the check digit does not hold` };
}

function readTrack(read: () => Track2): Track2 | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Track2Error) return undefined;
    throw error;
  }
}

function explainTrack(bytes: Uint8Array, text: string): Explained {
  const whole = wholeOf(bytes);
  const inside = SENTINELS.exec(text.slice(0, 64));
  if (inside === null) return { ...explainDataObject('57', bytes), name: 'track 2' };
  const [, first = '', track = '', last = '', check = ''] = inside;
  const at = first.length + track.length;
  const parts = [
    ...mark(whole, 'start', 0, first.length, 'start sentinel'),
    ...trackParts({ ...whole, start: first.length, end: at }, track, { isPacked: false }),
    ...mark(whole, 'end', at, at + last.length, 'end sentinel'),
    ...mark(whole, 'check', at + last.length, at + last.length + check.length, 'check character'),
  ];
  return group(whole, { name: 'track 2', meaning: 'who' }, parts);
}

function mark(
  whole: Piece,
  step: string,
  start: number,
  end: number,
  name: string,
): readonly Explained[] {
  if (start === end) return [];
  const value = String.fromCharCode(whole.bytes[start] as number);
  return [leaf(partOf(whole, step, start, end), { name, meaning: 'form', value })];
}

function recogniseNumber({ bytes, text, written }: Given): Recognised | undefined {
  const digits = written === 'text' ? text.replace(/[ -]/g, '') : numberIn(bytes);
  if (!/^\d{13,19}$/.test(digits) || !isLuhnValid(digits)) return undefined;
  return { sureness: POSSIBLE + 20, because: `${digits.length} digits whose check digit holds` };
}

function numberIn(bytes: Uint8Array): string {
  return bytes.length > 10 ? '' : toHex(bytes).replace(/F+$/, '');
}

function explainNumber(bytes: Uint8Array, written: Given['written']): Explained {
  const whole = wholeOf(bytes);
  const tag = { name: 'account number', meaning: 'who' as const };
  if (written === 'text')
    return leaf(whole, { ...tag, value: String.fromCharCode(...bytes.subarray(0, 64)) });
  return leaf(whole, tag);
}

function recogniseIad({ bytes, written }: Given): Recognised | undefined {
  if (written === 'text') return undefined;
  try {
    const { cvn } = decodeIad(bytes);
    const version = cvn === 0x01 || cvn === 0x11;
    const because = 'its two lengths fit, and verification results stand where they should';
    return { sureness: version ? CERTAIN - 2 : LIKELY, because };
  } catch (error) {
    if (error instanceof IadError) return undefined;
    throw error;
  }
}

function recogniseLocator({ bytes, written }: Given): Recognised | undefined {
  if (written === 'text' || bytes.length === 0 || bytes.length % 4 !== 0 || bytes.length > 252)
    return undefined;
  for (let at = 0; at < bytes.length; at += 4) {
    const [file = 0, from = 0, to = 0, signed = 0] = bytes.subarray(at, at + 4);
    const isFile = (file & 0x07) === 0 && file >> 3 >= 1 && file >> 3 <= 30;
    if (!isFile || from === 0 || to < from || signed > to - from + 1) return undefined;
  }
  return { sureness: LIKELY - 5, because: 'every four bytes name a file and records that can be' };
}

/** Flags by their bits; only bits that have a name may be set, else it is hardly that. */
function flagKind(
  kind: string,
  title: string,
  tag: string,
  length: number,
  bits: Readonly<Record<string, Bit>>,
): Kind {
  return {
    kind,
    title: `${title} (${tag})`,
    source:
      tag === '95'
        ? 'TVR names'
        : tag === 'CVR'
          ? 'cryptograms sheet, section 5'
          : 'EMV contactless sheet, section 4',
    recognise: ({ bytes, written }) => {
      if (written === 'text' || bytes.length !== length) return undefined;
      const because = `${length} bytes`;
      if (tag === 'CVR') {
        return bytes[0] === 0x03
          ? { sureness: POSSIBLE + 15, because: `${because}, the first is their length` }
          : undefined;
      }
      const unnamed = unnamedBits(bits, bytes);
      if (unnamed > 0)
        return { sureness: FAINT / 2, because: `${because}, but ${unnamed} bits set have no name` };
      // A card that can nothing at all is rare; a reader is asked for nothing quite often.
      const isBare = tag === '82' && bytes[0] === 0;
      const sureness = isBare ? POSSIBLE - 10 : POSSIBLE;
      return { sureness, because: `${because}, every bit set has a name` };
    },
    explain: whole((bytes) => explainBits(tag, title, bytes)),
  };
}

function unnamedBits(bits: Readonly<Record<string, Bit>>, bytes: Uint8Array): number {
  const named = new Uint8Array(bytes.length);
  for (const { byte, mask } of Object.values(bits)) {
    if (byte <= bytes.length) named[byte - 1] = (named[byte - 1] as number) | mask;
  }
  let count = 0;
  for (const [index, byte] of bytes.entries()) {
    for (let rest = byte & ~(named[index] as number); rest !== 0; rest &= rest - 1) count++;
  }
  return count;
}

/** One span a byte, with the words for its bits; the card verification results have numbers among them too. */
function explainBits(tag: string, name: string, bytes: Uint8Array): Explained {
  const whole = wholeOf(bytes);
  const all = explainFlags(tag, bytes);
  const parts = Array.from(bytes, (_, index) => {
    const set = all.filter((bit) => bit.byte === index + 1 && bit.set);
    return leaf(partOf(whole, `byte${index + 1}`, index, index + 1), {
      name: `byte ${index + 1}`,
      meaning: 'rule',
      decoded: set.map(({ meaning }) => meaning).join(', '),
    });
  });
  const decoded = flagWords(tag, bytes) ?? '';
  return group(whole, { tag, name, meaning: 'rule', value: toHex(bytes), decoded }, parts);
}
