/** Data objects: any, and those that a message carries in DE55. */

import { TAGS } from '../emv/tags.ts';
import type { Tag } from '../tlv/tlv.ts';
import { decodeTlv, TlvError } from '../tlv/tlv.ts';
import { CUT_SHORT, explainChipData } from './data-objects.ts';
import { CANNOT_BE_READ, type Explained, leaves } from './explained.ts';
import type { Given } from './given.ts';
import {
  CERTAIN,
  FAINT,
  type Kind,
  LIKELY,
  POSSIBLE,
  type Recognised,
  shareKnown,
  whole,
} from './kind.ts';
import { tagLinesIn } from './tag-lines.ts';

const SOURCE = 'EMV contactless sheet, section 3; ISO 8583 sheet, section 7';

/** The kinds of this file. */
export const dataKinds: readonly Kind[] = [
  {
    kind: 'de55',
    title: 'chip data (DE55)',
    source: SOURCE,
    recognise: recogniseChipData,
    explain: whole(explainChipData),
  },
  {
    kind: 'tlv',
    title: 'data objects (TLV)',
    source: SOURCE,
    recognise: recogniseObjects,
    explain: whole((bytes) => named(explainChipData(bytes))),
  },
  {
    kind: 'tags',
    title: 'tags with values, line by line',
    source: SOURCE,
    recognise: ({ text }) => recogniseLines(text),
    explain: ({ text, bytes }) => {
      const found = tagLinesIn(text)?.bytes ?? bytes;
      return [{ title: '', bytes: found, tree: named(explainChipData(found)) }];
    },
  },
];

/** One line is little; but a colon between a known tag and a value is hardly by chance. */
function recogniseLines(text: string): Recognised | undefined {
  const found = tagLinesIn(text);
  if (found === undefined || found.known * 2 < found.count) return undefined;
  const { known, count } = found;
  const because = `${count === 1 ? 'a tag' : `${count} tags`} with a value beside it, ${known} known`;
  return { sureness: count > 1 ? CERTAIN + 1 : LIKELY + 12, because };
}

/** What the chip says and what the terminal says; a message carries both. */
const OF_A_MESSAGE: readonly Tag[] = ['9F26', '9F10', '9F36', '9F37', '9F02', '95', '9A', '9C'];
const ENOUGH_OF_THEM = 5;

function recogniseChipData({ bytes, written }: Given): Recognised | undefined {
  const tags = written === 'text' ? undefined : topTags(bytes);
  const found = OF_A_MESSAGE.filter((tag) => tags?.includes(tag));
  if (found.length < ENOUGH_OF_THEM) return undefined;
  const because = `data objects on one level, ${found.length} of the ${OF_A_MESSAGE.length} that go into every chip payment`;
  return { sureness: CERTAIN + 1, because };
}

function recogniseObjects({ bytes, written }: Given): Recognised | undefined {
  if (written === 'text') return undefined;
  const tree = explainChipData(bytes);
  const { children } = tree;
  const objects = children.filter(({ name }) => name !== CANNOT_BE_READ);
  const isWhole = objects.length === children.length && !isCut(children.at(-1));
  if (!isWhole) return recogniseCut(tree);
  const known = objects.filter(({ tag }) => TAGS[tag] !== undefined).length;
  if (objects.length === 0) return undefined;
  if (isStatus(objects.at(-1)) && objects.length > 1) {
    // Nobody writes an empty certificate behind other objects; every card ends its responses so.
    return { sureness: FAINT, because: 'every length fits, the 9000 at its end as an empty 90' };
  }
  const tags = `${known} of ${counted(objects.length, 'tag')} on the first level ${known === 1 ? 'is' : 'are'} known`;
  const because = `every length fits, ${tags}`;
  const isEmpty = objects.every(({ value, children }) => value === '' && children.length <= 2);
  if (known === 0 || isEmpty) return { sureness: FAINT, because };
  return { sureness: Math.round(LIKELY - 20 + 30 * shareKnown(leaves(tree))), because };
}

/** Whether an object is what a status word 9000 would be as one. */
function isStatus(node: Explained | undefined): boolean {
  return node?.tag === '90' && node.value === '';
}

/** Fewer say nothing: one byte in ten is a known tag. */
const ENOUGH_WHOLE = 2;

/** Data objects that end too early, or in something else: told where, and only when enough of them are known. */
function recogniseCut(tree: Explained): Recognised | undefined {
  const broken = leaves(tree).find(({ name }) => name === CANNOT_BE_READ);
  if (broken === undefined) return undefined;
  const all = nodesOf(tree).filter(({ tag }) => tag !== '');
  const known = all.filter(({ tag }) => TAGS[tag] !== undefined);
  const isTelling = known.some(({ tag }) => tag.length > 2) || hasHalf(tree);
  if (known.length < all.length / 2 || (known.length < ENOUGH_WHOLE && !isTelling))
    return undefined;
  const isAtEnd = isCut(tree.children.at(-1));
  const what = isAtEnd ? 'cut short' : `broken at byte ${broken.start}`;
  const because = `data objects, ${what}, ${counted(known.length, 'tag')} known`;
  const share = shareKnown(leaves(tree));
  if (known.length < ENOUGH_WHOLE || share < 0.5) return { sureness: FAINT, because };
  return { sureness: Math.max(FAINT, Math.round((POSSIBLE + 15) * share)), because };
}

/** Whether the first object has one byte of tag, one of length, and half of the bytes that it announces. */
function hasHalf({ children, end }: Explained): boolean {
  const length = Number.parseInt(children[0]?.children[1]?.value ?? '', 16);
  return length < 0x80 && length >= 8 && (end - 2) * 2 >= length;
}

/** Whether an object announces more than there is, and nothing else is wrong. */
function isCut(node: Explained | undefined): boolean {
  return node?.decoded === CUT_SHORT;
}

function nodesOf(node: Explained): readonly Explained[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function topTags(bytes: Uint8Array): readonly Tag[] | undefined {
  try {
    return decodeTlv(bytes).map(({ tag }) => tag);
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

function named(explained: Explained): Explained {
  return { ...explained, name: 'data objects', meaning: 'form' };
}
