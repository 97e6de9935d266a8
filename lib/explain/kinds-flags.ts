/** Flag objects that stand alone, recognised by their length and by whether every set bit has a name. */
import { explainDataObject } from './data-objects.ts';
import { type Explained, leaf, wholeOf } from './explained.ts';
import { flagWords, NAMELESS_BIT, setBitsOf } from './flags.ts';
import type { Given } from './given.ts';
import { FAINT, type Kind, POSSIBLE, type Recognised, whole } from './kind.ts';
import { sourceOf } from './sources.ts';

/** What a flag object is, how many bytes it has, and how sure it is when all its bits have names. */
type Flags = {
  readonly kind: string;
  readonly title: string;
  readonly tag: string;
  readonly length: number;
  readonly sureness: number;
};

/** Of two that fit alike the one that people paste more often is said to be surer. */
const FLAGS: readonly Flags[] = [
  flags('aip', 'application interchange profile', '82', 2),
  flags('ctq', 'card transaction qualifiers', '9F6C', 2),
  flags('tsi', 'transaction status information', '9B', 2, POSSIBLE - 10),
  flags('auc', 'application usage control', '9F07', 2, POSSIBLE - 15),
  flags('termcap', 'terminal capabilities', '9F33', 3, POSSIBLE + 10),
  flags('cvr', 'card verification results', 'CVR', 4, POSSIBLE + 15),
  flags('ttq', 'terminal transaction qualifiers', '9F66', 4),
  flags('cap', 'card additional processes', '9F68', 4, POSSIBLE - 15),
  flags('tvr', 'terminal verification results', '95', 5),
  flags('addcap', 'additional terminal capabilities', '9F40', 5, POSSIBLE - 5),
];

/** The kinds of this file. */
export const flagKinds: readonly Kind[] = FLAGS.map((one) => ({
  kind: one.kind,
  title: `${one.title} (${one.tag})`,
  source: sourceOf(one.tag) ?? '',
  recognise: (given) => recognise(one, given),
  explain: whole((bytes) => explainFlagsOf(one, bytes)),
}));

function flags(
  kind: string,
  title: string,
  tag: string,
  length: number,
  sureness: number = POSSIBLE,
): Flags {
  return { kind, title, tag, length, sureness };
}

function recognise(
  { tag, length, sureness }: Flags,
  { bytes, written }: Given,
): Recognised | undefined {
  if (written === 'text' || bytes.length !== length) return undefined;
  const size = `${length} bytes`;
  if (tag === 'CVR') {
    return bytes[0] === length - 1
      ? { sureness, because: `${size}, the first is their length` }
      : undefined;
  }
  const nameless = setBitsOf(tag, bytes).filter(({ words }) => words === NAMELESS_BIT).length;
  if (nameless > 0) {
    const count = nameless === 1 ? '1 bit set has no name' : `${nameless} bits set have no name`;
    // More than one such bit is chance, not a new edition of the standard.
    const chance = nameless === 1 ? FAINT / 2 : FAINT / 4;
    return { sureness: chance, because: `${size}, but ${count}` };
  }
  const because = `${size}, every bit set has a name`;
  // A card that can nothing at all is rare; a reader is asked for nothing quite often.
  const isBare = (tag === '82' && bytes[0] === 0) || (tag !== '9F6C' && isZero(bytes));
  return { sureness: isBare ? sureness - 10 : sureness, because };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.length < 3 && bytes.every((byte) => byte === 0);
}

/** The card verification results have no tag of their own, so the dictionary does not know them. */
function explainFlagsOf({ tag, title }: Flags, bytes: Uint8Array): Explained {
  if (tag !== 'CVR') return explainDataObject(tag, bytes);
  return leaf(wholeOf(bytes), {
    tag,
    name: title,
    meaning: 'rule',
    decoded: flagWords(tag, bytes) ?? '',
    bits: setBitsOf(tag, bytes),
  });
}
