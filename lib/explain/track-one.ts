/**
 * Track 1 as a tree over its text, with or without its sentinels and the check character behind them.
 * @see docs/specs.md, ISO 7813
 */
import { decodeTrack1, Track1Error } from '../emv/track1.ts';
import { serviceCodeWords } from './codes.ts';
import { cutText, type TextPart } from './cut.ts';
import { type Explained, group, unreadable, wholeOf } from './explained.ts';
import { characters, dateWords } from './words.ts';

/** Whether a text is track 1 in format B, bare or between sentinels. */
export function isTrack1(text: string): boolean {
  return trackIn(text) !== undefined;
}

/** Explain track 1. Never throws: what is none is one span that says why. */
export function explainTrack1(bytes: Uint8Array): Explained {
  const whole = wholeOf(bytes);
  const text = characters(bytes);
  const found = trackIn(text);
  if (found === undefined) {
    return unreadable(whole, 'B, a number, a name, expiry and service code are wanted');
  }
  const saying = { name: 'track 1', meaning: 'who' as const };
  return group(whole, saying, cutText(whole, text, partsOf(found), { isPacked: false }));
}

/** What stands around the track, and how long its number and name are. */
type Found = {
  readonly start: number;
  readonly number: number;
  readonly name: number;
  readonly discretionary: number;
  readonly end: number;
};

const LONGEST = 100;

function trackIn(text: string): Found | undefined {
  if (text.length > LONGEST) return undefined;
  // A reader may leave the check character behind the end sentinel.
  const end = text.startsWith('%') ? text.indexOf('?') + 1 : text.length;
  if (end === 0 || text.length > end + 1) return undefined;
  try {
    const { pan, name, discretionary } = decodeTrack1(text.slice(0, end));
    const start = text.startsWith('%') ? 1 : 0;
    const sizes = { number: pan.length, name: name.length, discretionary: discretionary.length };
    return { start, ...sizes, end: start };
  } catch (error) {
    if (error instanceof Track1Error) return undefined;
    throw error;
  }
}

function partsOf({ start, number, name, discretionary, end }: Found): readonly TextPart[] {
  const form = (step: string, title: string, length: number): TextPart => ({
    step,
    name: title,
    meaning: 'form',
    length,
  });
  return [
    form('start', 'start sentinel', start),
    form('format', 'format code', 1),
    { step: 'number', name: 'account number', meaning: 'who', length: number },
    form('separator1', 'separator', 1),
    { step: 'name', name: 'cardholder name', meaning: 'who', length: name },
    form('separator2', 'separator', 1),
    { step: 'expiry', name: 'expiry', meaning: 'who', length: 4, words: (text) => dateWords(text) },
    { step: 'service', name: 'service code', meaning: 'rule', length: 3, words: serviceCodeWords },
    form('discretionary', 'discretionary data', discretionary),
    form('end', 'end sentinel', end),
    form('check', 'check character', 1),
  ];
}
