/** An ISO 8583 message by its elements: what makes it the same message again (its key, its fingerprint), and how it names another. */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { readOrNone } from '@octavo/lib/iso8583/field.ts';
import {
  retrievalReference as element37,
  originalData as element90,
} from '@octavo/lib/iso8583/subfields.ts';

/** The data elements of a decoded message: number to value. */
export type MessageFields = Readonly<Record<string, string>>;

/** Those of the named data elements that a message has. */
export function pick(fields: MessageFields, numbers: readonly number[]): MessageFields {
  const picked: Record<string, string> = {};
  for (const number of numbers) {
    const value = fields[number];
    if (value !== undefined) picked[number] = value;
  }
  return picked;
}

/**
 * The key of a message between institutions: MTI class, DE7, DE11, DE32 and DE33. The same key with the same
 * fingerprint is the same message again and gets the stored answer; with another, it is refused.
 * Undefined when one of them is missing.
 */
export function messageKey(mti: string, fields: MessageFields): string | undefined {
  const parts = [fields['7'], fields['11'], institution(fields['32']), institution(fields['33'])];
  return parts.includes(undefined) ? undefined : [mti.slice(0, 2), ...parts].join('-');
}

/** The key of the original that a reversal's DE90 names; undefined when DE90 is not 42 digits. */
export function originalKey(de90: string | undefined): string | undefined {
  const original = de90 === undefined ? undefined : readOrNone(() => element90.parse(de90));
  if (original === undefined) return undefined;
  const { mti, traceNumber, transmission, acquirer, forwarder } = original;
  return messageKey(mti, { '7': transmission, '11': traceNumber, '32': acquirer, '33': forwarder });
}

/**
 * DE90 for a reversal of this message: MTI, DE11, DE7, DE32 and DE33. Throws `Iso8583Error` when the
 * message lacks DE7 or DE11, or an institution has more than eleven digits: such a message has no key either.
 */
export function originalData(mti: string, fields: MessageFields): string {
  return element90.build({
    mti,
    traceNumber: fields['11'] ?? '',
    transmission: fields['7'] ?? '',
    acquirer: fields['32'] ?? '',
    forwarder: fields['33'] ?? '',
  });
}

/**
 * A digest of everything a message says, MAC (DE64, DE128) excepted. A repeat (last digit of the MTI 1)
 * counts as the same content. It may be stored: it is only compared, but over a card number it is a
 * secret's digest, so those who see card numbers hash it again under their lookup key.
 */
export function fingerprint(mti: string, fields: MessageFields): Uint8Array {
  const body = Object.keys(fields)
    .filter((field) => field !== '64' && field !== '128')
    .sort((left, right) => Number(left) - Number(right))
    .map((field) => `${field}=${escapeText(fields[field] ?? '')}`);
  return sha256(fromAscii([mti.slice(0, 3), ...body].join('\n')));
}

/** DE37 from DE7 in local time (MMDDhhmmss) and DE11: month, day, hour, then the trace number. */
export function retrievalReference(transmission: string, traceNumber: string): string {
  return element37(transmission.slice(0, 4), transmission.slice(4), traceNumber);
}

/** A short opaque name for a message in logs: the first eight bytes of its key's digest. */
export function messageName(key: string): string {
  return toHex(sha256(fromAscii(key)).subarray(0, 8));
}

/** Institutions are numbers: DE90 fills them with zeros at the left, DE32 and DE33 do not. */
function institution(code: string | undefined): string | undefined {
  return code?.replace(/^0+(?=\d)/, '');
}

/** Text fields may hold characters beyond ASCII; write those as code points so that the digest is total. */
function escapeText(value: string): string {
  return value.replace(
    /[^\x20-\x7e]|%/g,
    (character) => `%${character.codePointAt(0)?.toString(16)};`,
  );
}
