/** What a pasted text is, as `octavo explain` finds it: its reading, the others, what is said of it, or why nothing is. */
import { cardRanges } from '@octavo/domain/demo.ts';
import { hasOddDigits, MAX_EXPLAINED_BYTES, waysToTake } from '@octavo/lib/explain/given.ts';
import { hidden } from '@octavo/lib/explain/hide.ts';
import {
  explainReading,
  othersOf,
  type Reading,
  readAs,
  readingsOf,
} from '@octavo/lib/explain/readings.ts';
import { type Warning, warningsOfParts } from '@octavo/lib/explain/warnings.ts';
import { namelessBytes, type Origin, spanOf } from '@octavo/lib/journey/span.ts';
import type { Source } from '../explain/fields.ts';

/** A part of a pasted input: its bytes with what is hidden as `*`, and its tree. */
export type PastedPart = Source & { readonly title: string };

/** What became of a text. */
export type Pasted =
  | { readonly kind: 'empty' | 'too_long' | 'odd_digits' | 'nothing_fits' }
  | {
      readonly kind: 'read';
      readonly reading: Reading;
      /** The reading itself first, then what else it could be. */
      readonly readings: readonly Reading[];
      readonly parts: readonly PastedPart[];
      readonly warnings: readonly Warning[];
      readonly namelessBytes: number;
    };

/** The most bytes that are explained at once, in KiB. */
export const LIMIT_KIB = MAX_EXPLAINED_BYTES / 1024;

/** Explain a text; `as` is the name of a kind that was chosen among the readings. */
export function explainPasted(text: string, as?: string): Pasted {
  const raw = new TextEncoder().encode(text);
  if (text.trim() === '') return { kind: 'empty' };
  if (waysToTake(raw).length === 0) return { kind: 'too_long' };
  const found = readingsOf(raw);
  const chosen = found.find(({ kind }) => kind.kind === as);
  const reading = (chosen && readAs(raw, chosen.kind)) ?? found[0];
  if (reading === undefined) return { kind: hasOddDigits(raw) ? 'odd_digits' : 'nothing_fits' };
  const explained = explainReading(reading);
  const tokenRanges = cardRanges.map(({ tokenBin }) => tokenBin);
  const origin = originOf(reading);
  return {
    kind: 'read',
    reading,
    readings: [found[0] ?? reading, ...othersOf(found[0] ?? reading, found)],
    parts: explained.map(hidden).map(({ title, hex, tree }, at) => ({
      key: `part${at}`,
      title,
      hex,
      tree: spanOf(tree, origin),
    })),
    warnings: warningsOfParts(explained, { tokenRanges }),
    namelessBytes: explained.reduce((sum, { tree }) => sum + namelessBytes(tree), 0),
  };
}

function originOf({ kind }: Reading): Origin {
  if (kind.kind === 'iso8583-pos') return 'pos';
  return kind.kind.startsWith('iso8583') ? 'cups' : 'apdu';
}
