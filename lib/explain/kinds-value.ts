/** Single values that stand alone: tracks, issuer data, file locators, account numbers. */
import { toHex } from '../bytes/bytes.ts';
import { decodeIad, IadError } from '../emv/iad.ts';
import { isLuhnValid } from '../emv/pan.ts';
import { decodeTrack2, decodeTrack2Text, type Track2, Track2Error } from '../emv/track2.ts';
import { locatedRecords } from '../oda/static.ts';
import { trackParts } from './content.ts';
import { explainDataObject } from './data-objects.ts';
import { type Explained, group, leaf, type Piece, partOf, wholeOf } from './explained.ts';
import type { Given } from './given.ts';
import { CERTAIN, type Kind, LIKELY, POSSIBLE, type Recognised, whole } from './kind.ts';

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
  if (written === 'text' || bytes.length === 0) return undefined;
  if (locatedRecords(bytes) === undefined) return undefined;
  // Four bytes by chance are that in one case of fifty.
  const sureness = bytes.length > 4 ? LIKELY - 5 : POSSIBLE + 10;
  return { sureness, because: 'every four bytes name a file and records that can be' };
}
