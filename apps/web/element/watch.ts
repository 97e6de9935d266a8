/**
 * What an antenna can tell its phone of a tap, as the controller of a real one does: that a reader began, what it
 * asked for, and how it ended. It is read from the commands as they pass; the element itself is not asked.
 */
import { type Command, decodeCommand, decodeResponse, SW } from '@octavo/lib/apdu/apdu.ts';
import { equal, fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { type DolEntry, decodeDol } from '@octavo/lib/tlv/dol.ts';
import { decodeTlv, find, type TlvSpan } from '@octavo/lib/tlv/tlv.ts';

/** What is told of a tap. Amounts are minor units as decimal digits, the currency three digits. */
export type TapEvent =
  | { readonly kind: 'begun' }
  | {
      readonly kind: 'asked';
      readonly amountMinor: string;
      readonly currency: string;
      readonly merchant?: string;
    }
  /** A cryptogram has left; `counter` is the element's. */
  | {
      readonly kind: 'answered';
      readonly amountMinor: string;
      readonly currency: string;
      readonly counter: number;
    }
  /** 6986: the holder was not verified for this amount. */
  | { readonly kind: 'see_phone'; readonly amountMinor: string; readonly currency: string };

/** Sees each pair that crossed the air; answers what there is to tell. */
export type TapWatch = (command: Uint8Array, response: Uint8Array) => readonly TapEvent[];

const INS_SELECT = 0xa4;
const INS_GET_PROCESSING_OPTIONS = 0xa8;
const PPSE = fromAscii('2PAY.SYS.DDF01');

/** Begin to watch. */
export function watchTaps(): TapWatch {
  let list: readonly DolEntry[] = [];
  return (commandBytes, responseBytes) => {
    const command = decodeCommand(commandBytes);
    const response = decodeResponse(responseBytes);
    if (command.ins === INS_SELECT) {
      if (isPpse(command)) return [{ kind: 'begun' }];
      list = response.status === SW.success ? listOf(response.data) : [];
      return [];
    }
    if (command.ins !== INS_GET_PROCESSING_OPTIONS || command.data === undefined) return [];
    const asked = purchaseOf(list, command.data);
    if (asked === undefined) return [];
    const events: TapEvent[] = [{ kind: 'asked', ...asked }];
    if (response.status === SW.actOnDeviceFirst) events.push({ kind: 'see_phone', ...asked });
    const counter = response.status === SW.success ? counterOf(response.data) : undefined;
    if (counter !== undefined) events.push({ kind: 'answered', ...asked, counter });
    return events;
  };
}

function isPpse(command: Command): boolean {
  return command.data !== undefined && equal(command.data, PPSE);
}

function listOf(data: Uint8Array): readonly DolEntry[] {
  const value = anywhere(decodeTlv(data), '9F38');
  return value === undefined ? [] : decodeDol(value);
}

/** The amount and currency among the reader's objects, which stand in the order of the card's list. */
function purchaseOf(list: readonly DolEntry[], data: Uint8Array) {
  const objects = find(decodeTlv(data), '83')?.value;
  if (objects === undefined) return undefined;
  let at = 0;
  const values = new Map<string, string>();
  for (const { tag, length } of list) {
    values.set(tag, toHex(objects.subarray(at, at + length)));
    at += length;
  }
  const amount = values.get('9F02');
  const currency = values.get('5F2A');
  if (amount === undefined || currency === undefined || !/^\d+$/.test(amount)) return undefined;
  return { amountMinor: BigInt(amount).toString(), currency: currency.slice(-3) };
}

function counterOf(data: Uint8Array): number | undefined {
  const value = anywhere(decodeTlv(data), '9F36');
  return value === undefined ? undefined : Number.parseInt(toHex(value), 16);
}

function anywhere(objects: readonly TlvSpan[], tag: string): Uint8Array | undefined {
  for (const object of objects) {
    if (object.tag === tag) return object.value;
    const inner = object.children === undefined ? undefined : anywhere(object.children, tag);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
