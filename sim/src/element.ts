/** What a phone says to its element on the wired interface. @see profile octavo-1, sections 3, 8 and 9 */
import {
  type Command,
  decodeResponse,
  encodeCommand,
  SW,
  statusHex,
} from '@octavo/lib/apdu/apdu.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { CRS_AID, ISD_AID } from '@octavo/lib/globalplatform/aids.ts';
import { getData, selectAid } from '@octavo/lib/globalplatform/commands.ts';
import { setAvailability } from '@octavo/lib/globalplatform/registry.ts';
import { decodeTlv, encodeTlv, find, tlv } from '@octavo/lib/tlv/tlv.ts';
import type { Passkey } from '@octavo/platform/passkey.ts';

/** The element did not do what the phone asked: in this world that is a bug. */
export class ElementRefused extends Error {
  override readonly name = 'ElementRefused';
}

/** Read the element's certificate. */
export async function readCertificate(element: Channel): Promise<Uint8Array> {
  await send(element, selectAid(ISD_AID));
  return send(element, getData('7F21'));
}

/** Run one round of personalisation; the phone understands none of it. */
export async function runRound(
  element: Channel,
  commands: readonly { readonly bytes: string; readonly accept: readonly string[] }[],
): Promise<string[]> {
  const answers: string[] = [];
  for (const { bytes, accept } of commands) {
    const response = await element(fromHex(bytes));
    answers.push(toHex(response));
    if (!accept.includes(statusHex(decodeResponse(response).status))) break;
  }
  return answers;
}

/** Let an instance answer in the field. */
export async function activate(element: Channel, aid: string): Promise<void> {
  await send(element, selectAid(CRS_AID));
  await send(element, setAvailability([aid], true));
}

/** The holder's finger: arm an instance for one tap of any amount. */
export async function arm(element: Channel, aid: string, passkey: Passkey): Promise<void> {
  await send(element, selectAid(ISD_AID));
  const data = encodeTlv([tlv('4F', fromHex(aid))]);
  const begun = await send(element, { ...ARM, cla: 0x80, p2: 0, data, le: 256 });
  const challenge = find(decodeTlv(begun), 'DF02')?.value;
  if (challenge === undefined) throw new ElementRefused('no challenge');
  const said = passkey.assert(challenge);
  const assertion = encodeTlv([
    tlv('80', said.authenticatorData),
    tlv('81', said.clientDataJSON),
    tlv('82', said.signature),
  ]);
  for (let offset = 0; offset < assertion.length; offset += MOST_DATA) {
    const isLast = offset + MOST_DATA >= assertion.length;
    const part = assertion.subarray(offset, offset + MOST_DATA);
    await send(element, { ...ARM, cla: isLast ? 0x80 : 0x90, p2: 1, data: part });
  }
}

/** ARM in mode `ready`. */
const ARM = { ins: 0x3a, p1: 1 } as const;
const MOST_DATA = 255;

async function send(element: Channel, command: Command): Promise<Uint8Array> {
  const response = decodeResponse(await element(encodeCommand(command)));
  if (response.status === SW.success) return response.data;
  throw new ElementRefused(`${statusHex(response.status)} to instruction ${command.ins}`);
}
