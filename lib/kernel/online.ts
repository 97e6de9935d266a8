/**
 * What a tap sends to the issuer: the data objects of an online request, and the part of them that
 * travels as chip data (DE55).
 * @see docs/specs.md, EMV contactless sheet, section 5, and ISO 8583 sheet, section 7
 */
import { assert } from '../bytes/assert.ts';
import { concat } from '../bytes/bytes.ts';
import { encodeTlv, type Tag, type Tlv, tlv } from '../tlv/tlv.ts';
import type { Authentication } from './authenticate.ts';
import { type Account, given } from './card.ts';
import type { Approved, Cvm, OnlineRequest, Sealed } from './outcome.ts';

/** The most bytes that DE55 takes. */
const MAX_CHIP_DATA_BYTES = 255;

/** Everything that a tap's data are made of. */
export type TapFacts = {
  readonly cvm: Cvm;
  readonly account: Account;
  readonly cryptogramInformation: number;
  readonly card: ReadonlyMap<Tag, Uint8Array>;
  readonly terminal: ReadonlyMap<Tag, Uint8Array>;
};

/** Make the outcome that asks the issuer. */
export function onlineRequest(
  reason: OnlineRequest['reason'],
  facts: TapFacts,
  authentication?: Authentication,
): OnlineRequest {
  const message = facts.cvm === 'online_pin' ? '09' : '1B';
  const authenticated = authentication === undefined ? {} : { authentication };
  return { kind: 'online_request', reason, message, ...sealed(facts), ...authenticated };
}

/** Make the outcome of a tap that the card approved and the reader authenticated. */
export function approved(facts: TapFacts, authentication: Authentication): Approved {
  const message = facts.cvm === 'signature' ? '1A' : '03';
  return {
    kind: 'approved',
    reason: 'offline_authenticated',
    message,
    ...sealed(facts),
    authentication,
  };
}

/** What was read of a tap, and what the reader said of it. */
export function sealed(facts: TapFacts): Sealed {
  const { cvm, account } = facts;
  const data = new Map(facts.terminal);
  for (const tag of CARD_TAGS) {
    const value = given(facts.card, tag);
    if (value !== undefined) data.set(tag, value);
  }
  data.set('9F27', Uint8Array.of(facts.cryptogramInformation));
  // A card without qualifiers claims nothing, and the issuer's side is always told what was claimed.
  if (!data.has('9F6C')) data.set('9F6C', new Uint8Array(2));
  return { cvm, data, ...account };
}

/**
 * The chip data (DE55) of a tap, at most 255 bytes: first what the issuer needs, then the
 * account reference and the requestor where there is room.
 */
export function chipData(request: Pick<Sealed, 'data'>): Uint8Array {
  let chip = encodeTlv(pick(request.data, CHIP_TAGS));
  for (const tag of CHIP_TAGS_WITH_ROOM) {
    const longer = concat(chip, encodeTlv(pick(request.data, [tag])));
    if (longer.length <= MAX_CHIP_DATA_BYTES) chip = longer;
  }
  // The card's objects have bounded lengths, so the first list always fits.
  assert(chip.length <= MAX_CHIP_DATA_BYTES, 'chip data are too long');
  return chip;
}

const CARD_TAGS: readonly Tag[] = [
  '57',
  '5A',
  '5F24',
  '5F34',
  '82',
  '9F10',
  '9F19',
  '9F24',
  '9F26',
  '9F36',
  '9F5D',
  '9F63',
  '9F6C',
];

/** In the order of the worked message of the ISO 8583 sheet, section 14, with the card's qualifiers at the end. */
const CHIP_TAGS: readonly Tag[] = [
  '9F26',
  '9F27',
  '9F10',
  '9F37',
  '9F36',
  '95',
  '9A',
  '9C',
  '9F02',
  '5F2A',
  '82',
  '9F1A',
  '9F03',
  '9F33',
  '9F34',
  '9F35',
  '9F1E',
  '84',
  '9F09',
  '9F41',
  '9F63',
  '9F6C',
];

const CHIP_TAGS_WITH_ROOM: readonly Tag[] = ['9F24', '9F19'];

function pick(data: ReadonlyMap<Tag, Uint8Array>, tags: readonly Tag[]): readonly Tlv[] {
  return tags.flatMap((tag) => {
    const value = data.get(tag);
    return value === undefined ? [] : [tlv(tag, value)];
  });
}
