/** What a phone says to its element on the wired interface. @see profile octavo-1, sections 3, 8, 9 and 15 */

import {
  type Command,
  decodeResponse,
  encodeCommand,
  SW,
  statusHex,
} from '@octavo/lib/apdu/apdu.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { fromAscii, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { CRS_AID, ISD_AID } from '@octavo/lib/globalplatform/aids.ts';
import { getData, selectAid } from '@octavo/lib/globalplatform/commands.ts';
import { setAvailability } from '@octavo/lib/globalplatform/registry.ts';
import { decodeTlv, encodeTlv, find, tlv } from '@octavo/lib/tlv/tlv.ts';
import type { Assertion } from './passkey.ts';

/** The element did not do what the phone asked. */
export class ElementRefused extends Error {
  override readonly name = 'ElementRefused';
  readonly status: string;
  constructor(status: string, during: string) {
    super(`the element answered ${status} to ${during}`);
    this.status = status;
  }
}

/** Read the element's certificate, object 7F21 whole. */
export async function readCertificate(element: Channel): Promise<Uint8Array> {
  await send(element, selectAid(ISD_AID), 'SELECT');
  return send(element, getData('7F21'), 'GET DATA 7F21');
}

/** Activate an instance, which deactivates the others, or deactivate it. */
export async function setActivated(
  element: Channel,
  aid: string,
  activates: boolean,
): Promise<void> {
  await send(element, selectAid(CRS_AID), 'SELECT');
  await send(element, setAvailability([aid], activates), 'SET STATUS');
}

/** How the holder answers: the passcode, a passkey over the element's challenge, or the element's own keypad. */
export type HolderAnswer =
  | { readonly kind: 'passcode'; readonly digits: string }
  | {
      readonly kind: 'passkey';
      readonly assert: (challenge: Uint8Array) => Assertion | Promise<Assertion>;
    }
  /** Typed to the element itself, on a keypad that the phone cannot read; rejects when it was put away. */
  | { readonly kind: 'keypad'; readonly typed: () => Promise<void> };

/** Arm an instance for one tap: `ready` for any amount, `confirm` for the amount that the element saw. */
export async function arm(
  element: Channel,
  aid: string,
  mode: 'ready' | 'confirm',
  answer: HolderAnswer,
): Promise<void> {
  await askHolder(element, aid, mode === 'ready' ? 1 : 2, answer);
}

/**
 * Make an instance the one that answers transit readers without its holder, in place of another. Refused with 6985 for
 * one that has no certificates yet.
 */
export async function setExpress(
  element: Channel,
  aid: string,
  answer: HolderAnswer,
): Promise<void> {
  await askHolder(element, aid, 3, answer);
}

/** Let no instance answer transit readers any more. Nobody is asked. */
export async function endExpress(element: Channel): Promise<void> {
  await send(element, selectAid(ISD_AID), 'SELECT');
  const command = { cla: 0x80, ins: 0x3c, p1: 0, p2: 0, data: new Uint8Array(0) };
  await send(element, command, 'EXPRESS');
}

/** The express instance, and up to what amount in fen it answers alone. */
export type Express = { readonly aid: string; readonly capMinor: bigint };

/** Read which instance is the express one; undefined when none is. */
export async function readExpress(element: Channel): Promise<Express | undefined> {
  await send(element, selectAid(ISD_AID), 'SELECT');
  const answer = await send(element, getData('DF04'), 'GET DATA DF04');
  const objects = decodeTlv(find(decodeTlv(answer), 'DF04')?.value ?? new Uint8Array(0));
  const [aid, cap] = [find(objects, '4F')?.value, find(objects, '80')?.value];
  return aid && cap && { aid: toHex(aid), capMinor: BigInt(toHex(cap)) };
}

/** Begin what the holder must agree to, by the mode of ARM, and bring the answer. */
async function askHolder(
  element: Channel,
  aid: string,
  p1: number,
  answer: HolderAnswer,
): Promise<void> {
  await send(element, selectAid(ISD_AID), 'SELECT');
  const begun = await send(
    element,
    { cla: 0x80, ins: 0x3a, p1, p2: 0, data: encodeTlv([tlv('4F', fromHex(aid))]), le: 256 },
    'ARM',
  );
  const challenge = find(decodeTlv(begun), 'DF02')?.value;
  if (challenge === undefined) throw new ElementRefused('no challenge', 'ARM');
  if (answer.kind === 'passcode') {
    const data = fromAscii(answer.digits);
    await send(element, { cla: 0x00, ins: 0x20, p1: 0, p2: 0x81, data }, 'VERIFY');
  } else if (answer.kind === 'keypad') {
    await answer.typed();
  } else {
    await sendAssertion(element, p1, await answer.assert(challenge));
  }
}

/** End whatever is armed, and an arming under way. */
export async function disarm(element: Channel): Promise<void> {
  await send(element, selectAid(ISD_AID), 'SELECT');
  await send(element, { cla: 0x80, ins: 0x3a, p1: 0, p2: 2, data: new Uint8Array(0) }, 'ARM');
}

/** Set the passcode of an element that holds no card. */
export async function setPasscode(element: Channel, digits: string): Promise<void> {
  await send(element, selectAid(ISD_AID), 'SELECT');
  await send(
    element,
    { cla: 0x00, ins: 0x24, p1: 1, p2: 0x81, data: fromAscii(digits) },
    'CHANGE REFERENCE DATA',
  );
}

/** Run a round of commands in order; stops after the first status word that is not accepted. */
export async function runRound(
  element: Channel,
  commands: readonly { readonly bytes: string; readonly accept: readonly string[] }[],
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const command of commands) {
    const response = await element(fromHex(command.bytes));
    answers.push(toHex(response));
    if (!command.accept.includes(statusHex(decodeResponse(response).status))) break;
  }
  return answers;
}

/** An assertion is longer than one command: it goes by command chaining. */
async function sendAssertion(element: Channel, p1: number, assertion: Assertion): Promise<void> {
  const data = encodeTlv([
    tlv('80', assertion.authenticatorData),
    tlv('81', assertion.clientDataJSON),
    tlv('82', assertion.signature),
  ]);
  for (let offset = 0; offset < data.length; offset += 255) {
    const isLast = offset + 255 >= data.length;
    const part = data.subarray(offset, offset + 255);
    await send(element, { cla: isLast ? 0x80 : 0x90, ins: 0x3a, p1, p2: 1, data: part }, 'ARM');
  }
}

async function send(element: Channel, command: Command, name: string): Promise<Uint8Array> {
  const response = decodeResponse(await element(encodeCommand(command)));
  if (response.status !== SW.success) throw new ElementRefused(statusHex(response.status), name);
  return response.data;
}
