/**
 * What a message's MAC is computed over, and where it stands. The keys are elsewhere: whoever holds them
 * is asked through a function from input to eight bytes.
 * @see docs/specs.md, cryptograms sheet, section 13
 */
import { equalConstantTime, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { Iso8583Error, layout, type Place } from './message.ts';
import { type CupsMessage, cups, type PosMessage, pos, posSpec } from './unionpay.ts';

/**
 * Computes the eight bytes of a MAC from its input, behind the key port. On the POS side these are the eight
 * characters (hexadecimal digits in ASCII) of the acquirer's MAC, on the switch side an X9.19 MAC.
 */
export type Mac = (input: Uint8Array) => Promise<Uint8Array>;

/** The elements a switch-side MAC covers after the message type, in this order. */
const CUPS_MAC_ELEMENTS = [2, 3, 4, 7, 11, 18, 25, 28, 32, 33, 38, 39, 41, 42, 90] as const;

/**
 * The part of an encoded POS message that its MAC covers: from the message type to the last byte before DE64, unpadded.
 * Throws `Iso8583Error` when the message is malformed or has no DE64.
 */
export function posMacInput(encodedMessage: Uint8Array): Uint8Array {
  const places = layout(posSpec, encodedMessage);
  const mac = findMac(places);
  if (mac === undefined) throw new Iso8583Error('no DE64', { offset: 0, path: 'DE64' });
  const type = places.find((place) => place.path === 'MTI') as Place;
  return encodedMessage.subarray(type.start, mac.start);
}

/**
 * The text that a switch-side MAC covers: message type and selected elements, those that are present, joined with
 * one space; upper case, nothing but A to Z, 0 to 9, space, comma and point; runs of spaces become one.
 */
export function cupsMacInput(message: CupsMessage): Uint8Array {
  const present = CUPS_MAC_ELEMENTS.map((number) => message.fields[number]);
  const text = [message.mti, ...present.filter((value) => value !== undefined)].join(' ');
  const kept = text.toUpperCase().replace(/[^A-Z0-9 ,.]/g, '');
  return fromAscii(kept.replace(/ +/g, ' '));
}

/** Encode a POS message with its MAC in DE64. Throws `Iso8583Error` as encoding does. */
export async function sealPos(message: PosMessage, mac: Mac): Promise<Uint8Array> {
  const bytes = pos.encode({ ...message, fields: { ...message.fields, 64: '00000000' } });
  const value = eightBytes(await mac(posMacInput(bytes)), 'DE64');
  bytes.set(value, bytes.length - value.length);
  return bytes;
}

/** Encode a switch message with its MAC in DE128. Throws `Iso8583Error` as encoding does. */
export async function sealCups(message: CupsMessage, mac: Mac): Promise<Uint8Array> {
  const value = eightBytes(await mac(cupsMacInput(message)), 'DE128');
  return cups.encode({ ...message, fields: { ...message.fields, 128: toHex(value) } });
}

/** The MAC that came with an encoded POS message, or undefined. Throws `Iso8583Error` when the message is malformed. */
export function macOfPos(bytes: Uint8Array): Uint8Array | undefined {
  const mac = findMac(layout(posSpec, bytes));
  return mac === undefined ? undefined : bytes.subarray(mac.start, mac.end);
}

/** The MAC that came with a switch message, or undefined. */
export function macOfCups(message: CupsMessage): Uint8Array | undefined {
  const value = message.fields[128];
  return value === undefined ? undefined : fromHex(value);
}

/** Whether an encoded POS message carries the MAC it should; false without one. Throws `Iso8583Error` when it is malformed. */
export async function isPosMacRight(bytes: Uint8Array, mac: Mac): Promise<boolean> {
  const received = macOfPos(bytes);
  if (received === undefined) return false;
  return equalConstantTime(received, await mac(posMacInput(bytes)));
}

/** Whether a switch message carries the MAC it should; false without one. */
export async function isCupsMacRight(message: CupsMessage, mac: Mac): Promise<boolean> {
  const received = macOfCups(message);
  if (received === undefined) return false;
  return equalConstantTime(received, await mac(cupsMacInput(message)));
}

function findMac(places: readonly Place[]): Place | undefined {
  return places.find((place) => place.element === 64);
}

function eightBytes(value: Uint8Array, path: string): Uint8Array {
  if (value.length !== 8) throw new Iso8583Error('a MAC has eight bytes', { offset: 0, path });
  return value;
}
