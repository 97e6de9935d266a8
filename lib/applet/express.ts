/**
 * The express instance: the one that a transit reader may tap while the phone stays locked, and when it does answer.
 * What the reader announces proves nothing: it only chooses the instance, and what was answered so says so in its MAC.
 * @see profile octavo-1, section 15
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { hasBit, TTQ } from '../emv/fields.ts';
import type { Aid } from '../globalplatform/aids.ts';
import { encodeTlv, type Tag, tlv } from '../tlv/tlv.ts';
import { type Answered, type Asked, accept, refuse } from './answer.ts';
import { armedNow } from './armed.ts';
import type { ElementState, Instance, Personal } from './state.ts';

const INS_EXPRESS = 0x3c;

/** The most that is answered without the holder: CNY 20.00, in twelve digits. */
const CAP = '000000002000';
const CURRENCY = '0156';

/** Answer a command about the express instance; undefined when it is about something else. */
export function processExpress(state: ElementState, command: Command): Answered | undefined {
  if (command.cla !== 0x80 || command.ins !== INS_EXPRESS) return undefined;
  if (command.p1 !== 0x00 || command.p2 !== 0x00) return refuse(state, SW.wrongParameters);
  if (command.data.length > 0) return refuse(state, SW.wrongLength);
  // Turning it off asks nobody: whoever finds the phone may make it safer.
  return accept(withExpress(state, undefined));
}

/** The object DF04: the express instance and its cap, empty when there is none. */
export function expressState({ lasting }: ElementState): Uint8Array {
  const { express } = lasting;
  if (express === undefined) return encodeTlv([tlv('DF04', new Uint8Array(0))]);
  const objects = [tlv('4F', fromHex(express)), tlv('80', fromHex(CAP))];
  return encodeTlv([tlv('DF04', encodeTlv(objects))]);
}

/** Make an instance the express one, in place of another, or none. */
export function withExpress(state: ElementState, express: Aid | undefined): ElementState {
  if (state.lasting.express === express) return state;
  return { ...state, lasting: { ...state.lasting, express } };
}

/**
 * The express instance where a transit reader announced itself; undefined in any other field. While another instance
 * is armed its holder has chosen, and the reader finds that one.
 */
export function expressFor(state: ElementState, asked: Asked): Instance | undefined {
  const armed = armedNow(state, asked.nowMs);
  if (armed !== undefined && armed.aid !== state.lasting.express) return undefined;
  return reachableExpress(state, asked);
}

/** The express instance where a transit reader announced itself, whoever is armed: one that was selected stays so. */
export function reachableExpress(
  { lasting }: ElementState,
  { announced }: Asked,
): Instance | undefined {
  if (announced !== 'transit') return undefined;
  return lasting.instances.find(({ aid }) => aid === lasting.express);
}

/** Whether a tap is answered in express. Every condition is the element's own; each of them fails alone. */
export function isExpress(
  state: ElementState,
  asked: Asked,
  instance: Instance & { readonly personal: Personal },
  terminal: ReadonlyMap<Tag, Uint8Array>,
): boolean {
  const { lasting } = state;
  if (asked.announced !== 'transit' || lasting.express !== instance.aid) return false;
  if (instance.personal.certificates === undefined) return false;
  if (armedNow(state, asked.nowMs) !== undefined) return false;
  if (!hasBit(of(terminal, '9F66'), TTQ.authenticationForOnline)) return false;
  if (toHex(of(terminal, '5F2A')) !== CURRENCY || !isWithinCap(of(terminal, '9F02'))) return false;
  // Whoever tried out all passcodes is not to ride either.
  return lasting.passcode.tries > 0;
}

/** Twelve digits compare as text does; anything else is no amount. */
function isWithinCap(amount: Uint8Array): boolean {
  const digits = toHex(amount);
  return /^\d{12}$/.test(digits) && digits <= CAP;
}

function of(terminal: ReadonlyMap<Tag, Uint8Array>, tag: Tag): Uint8Array {
  return terminal.get(tag) ?? new Uint8Array(0);
}
