/** Data objects: any, and those that a message carries in DE55. */

import { TAGS } from '../emv/tags.ts';
import type { Tag } from '../tlv/tlv.ts';
import { decodeTlv, TlvError } from '../tlv/tlv.ts';
import { explainChipData } from './data-objects.ts';
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
];

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
  const share = shareKnown(leaves(tree));
  const objects = tree.children.filter(({ name }) => name !== CANNOT_BE_READ);
  const known = objects.filter(({ tag }) => TAGS[tag] !== undefined).length;
  const isWhole = objects.length === tree.children.length;
  if (objects.length === 0 || (!isWhole && (known === 0 || share < 0.5))) return undefined;
  const fits = isWhole ? 'every length fits' : 'the lengths fit up to some byte';
  const because = `${fits}, ${known} of ${objects.length} tags on the first level ${known === 1 ? 'is' : 'are'} known`;
  const isEmpty = objects.every(({ value, children }) => value === '' && children.length <= 2);
  if (known === 0 || isEmpty) return { sureness: FAINT, because };
  if (!isWhole) return { sureness: Math.round((POSSIBLE + 15) * share), because };
  return { sureness: Math.round(LIKELY - 20 + 30 * share), because };
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
