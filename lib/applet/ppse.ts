/**
 * The list that a reader asks for first: the one activated instance, or nothing at all.
 * @see docs/specs.md, EMV contactless sheet, section 3.2; profile octavo-1, section 9
 */
import { assert } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';
import { PPSE_NAME } from '../globalplatform/aids.ts';
import { encodeTlv, template, tlv } from '../tlv/tlv.ts';
import { readCard } from './card.ts';
import type { LastingState } from './state.ts';

const KERNEL_7 = Uint8Array.of(0x07);
const PRIORITY_FIRST = Uint8Array.of(0x01);

/** The answer to SELECT PPSE; undefined when no instance is activated. */
export function ppseInformation({ instances, registry }: LastingState): Uint8Array | undefined {
  const active = instances.find(({ aid }) => aid === registry.activated);
  if (active?.personal === undefined) return undefined;
  const card = readCard(active.personal.groups);
  assert(card !== undefined, 'a personalised instance has a whole card');
  const entry = template('61', [
    tlv('4F', fromHex(active.aid)),
    tlv('50', card.label),
    tlv('87', PRIORITY_FIRST),
    tlv('9F2A', KERNEL_7),
  ]);
  const proprietary = template('A5', [template('BF0C', [entry])]);
  return encodeTlv([template('6F', [tlv('84', fromHex(PPSE_NAME)), proprietary])]);
}
