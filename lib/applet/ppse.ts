/**
 * The list that a reader asks for first: the one instance that it may find, or nothing at all.
 * @see docs/specs.md, EMV contactless sheet, section 3.2; profile octavo-1, sections 9 and 15
 */
import { assert } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';
import { PPSE_NAME } from '../globalplatform/aids.ts';
import { encodeTlv, template, tlv } from '../tlv/tlv.ts';
import { readCard } from './card.ts';
import type { Instance } from './state.ts';

const KERNEL_7 = Uint8Array.of(0x07);
const PRIORITY_FIRST = Uint8Array.of(0x01);

/** The answer to SELECT PPSE in a field where a reader finds this instance; undefined when it finds none. */
export function ppseInformation(found: Instance | undefined): Uint8Array | undefined {
  if (found?.personal === undefined) return undefined;
  const card = readCard(found.personal.groups);
  assert(card !== undefined, 'a personalised instance has a whole card');
  const entry = template('61', [
    tlv('4F', fromHex(found.aid)),
    tlv('50', card.label),
    tlv('87', PRIORITY_FIRST),
    tlv('9F2A', KERNEL_7),
  ]);
  const proprietary = template('A5', [template('BF0C', [entry])]);
  return encodeTlv([template('6F', [tlv('84', fromHex(PPSE_NAME)), proprietary])]);
}
