/**
 * Cards that lie: answers changed on the way or played again, an element with certificates that are not its own, and a
 * cryptogram sealed anew by somebody who has taken the keys out of an element.
 */
import { decodeResponse, encodeResponse } from '@octavo/lib/apdu/apdu.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { readCard } from '@octavo/lib/applet/card.ts';
import type { LastingState, Personal } from '@octavo/lib/applet/state.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { rsaKeyOfParts } from '@octavo/lib/cipher/rsa.ts';
import { applicationCryptogram, cryptogramInput01 } from '@octavo/lib/emv/cryptogram.ts';
import { decodeIad, encodeIad } from '@octavo/lib/emv/iad.ts';
import { unionPaySessionKey } from '@octavo/lib/emv/keys.ts';
import {
  authenticationGroups,
  type CardAuthentication,
  type SignedProfile,
  signedStaticData,
} from '@octavo/lib/globalplatform/certification.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import { decodeTlv, encodeTlv, type Tag, template, tlv } from '@octavo/lib/tlv/tlv.ts';
import type { AuthoritySection } from '@octavo/platform/softkeys-authority.ts';
import { authorityOf } from '@octavo/platform/softkeys-authority.ts';
import { copyElement } from './actors.ts';
import type { Stage } from './stage.ts';

const INS_GET_PROCESSING_OPTIONS = 0xa8;

/** A phone whose answer to GET PROCESSING OPTIONS has one object changed on its way to the reader. */
export function changedOnTheWay(
  phone: Channel,
  tag: Tag,
  change: (value: Uint8Array) => Uint8Array,
): Channel {
  return async (command) => {
    const answer = await phone(command);
    if (command[1] !== INS_GET_PROCESSING_OPTIONS) return answer;
    const { data, status } = decodeResponse(answer);
    const [whole] = decodeTlv(data);
    if (whole?.children === undefined) return answer;
    const objects = whole.children.map((one) =>
      one.tag === tag ? tlv(tag, change(one.value)) : tlv(one.tag, one.value),
    );
    return encodeResponse({ data: encodeTlv([template(whole.tag, objects)]), status });
  };
}

/** A phone that is overheard, and a card that says the same again. */
export function overheardPhone(phone: Channel): {
  readonly phone: Channel;
  readonly again: Channel;
} {
  const said = new Map<string, Uint8Array>();
  return {
    phone: async (command) => {
      const answer = await phone(command);
      said.set(questionIn(command), answer);
      return answer;
    },
    again: async (command) => {
      const answer = said.get(questionIn(command));
      if (answer === undefined) throw new FieldLost('this was not asked before');
      return answer;
    },
  };
}

/** What a command asks: of GET PROCESSING OPTIONS the head alone, since each reader brings other data. */
function questionIn(command: Uint8Array): string {
  return toHex(command[1] === INS_GET_PROCESSING_OPTIONS ? command.subarray(0, 4) : command);
}

/** A copy of an element, with one instance changed as nobody outside a laboratory could. */
export async function changedElement(
  stage: Stage,
  lasting: LastingState,
  instanceAid: string,
  change: (personal: Personal) => Personal,
): Promise<Channel> {
  const instances = lasting.instances.map((one) =>
    one.aid === instanceAid && one.personal !== undefined
      ? { ...one, personal: change(one.personal) }
      : one,
  );
  const { host } = await copyElement(stage, { ...lasting, instances });
  return host.airOf('transit');
}

/** What a forger may put on a certificate instead of what is true. */
export type FalseClaims = {
  /** Who signs. */
  readonly authority: AuthoritySection;
  /** 16 digits. */
  readonly token?: string | undefined;
  /** YYMM. */
  readonly expiry?: string | undefined;
};

/** An instance with a card key of the forger's own, and certificates that an authority of his choice made for it. */
export function certifiedAnew(
  stage: Stage,
  personal: Personal,
  { authority, token, expiry }: FalseClaims,
): Personal {
  const profile = profileOf(personal);
  const made = authorityOf(authority, stage.random).certifyCard({
    token: token ?? profile.token,
    expiry: expiry ?? profile.expiry,
    staticData: signedStaticData(profile),
  });
  return { ...personal, certificates: certificatesOf(profile, made) };
}

function certificatesOf(
  profile: SignedProfile,
  made: CardAuthentication,
): NonNullable<Personal['certificates']> {
  const groups = new Map(
    authenticationGroups(profile, made, (part) => part).map(({ id, data }) => [id, data]),
  );
  const key = rsaKeyOfParts(made.parts);
  assert(key !== undefined, 'the parts of a fresh key belong together');
  const record = (id: string): Uint8Array => groups.get(id) ?? new Uint8Array(0);
  const records = {
    '0201': record('0201'),
    '0202': record('0202'),
    '0302': record('0302'),
    '0303': record('0303'),
  };
  return { records, key };
}

function profileOf({ groups }: Personal): SignedProfile {
  const card = readCard(groups);
  assert(card !== undefined, 'a personalised instance has a whole card');
  return {
    token: toHex(card.token),
    expiry: toHex(card.expiry).slice(0, 4),
    panSequenceNumber: toHex(card.panSequence),
    par: String.fromCharCode(...card.paymentAccountReference),
    requestorId: toHex(card.requestorId),
  };
}

/** Verification results of an express tap. @see profile octavo-1, section 15 */
const EXPRESS_RESULTS = fromHex('03A00001');

/** A tap sealed anew under keys that were taken out of the element, as if it had been answered in express. */
export function sealedAsExpress(request: OnlineRequest, { keys }: Personal): OnlineRequest {
  const of = (tag: Tag): Uint8Array => request.data.get(tag) ?? new Uint8Array(0);
  const issuerData = encodeIad({ ...decodeIad(of('9F10')), cvr: EXPRESS_RESULTS });
  const data = new Map([...request.data, ['9F10', issuerData]]);
  const sessionKey = unionPaySessionKey(keys.ac, of('9F36'));
  return {
    ...request,
    data: new Map([
      ...data,
      ['9F26', applicationCryptogram(sessionKey, cryptogramInput01(data))],
      ['9F6C', new Uint8Array(2)],
    ]),
  };
}
