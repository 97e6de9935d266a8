/** The example chain of the EMV contactless sheet, sections 7.3 and 9.3, for the tests of this room. */
import { fromHex } from '../bytes/bytes.ts';
import vectors from '../vectors/sheets/oda.json' with { type: 'json' };

/** A value of a worked example as text. */
export function textOf(id: string, name: string): string {
  const vector = vectors.find((one) => one.id === `sheet-emv-contactless-${id}`);
  const value = Object.entries({ ...vector?.outputs, ...vector?.inputs }).find(
    ([key]) => key === name,
  )?.[1];
  if (typeof value !== 'string') throw new TypeError(`${id} has no text ${name}`);
  return value;
}

/** A value of a worked example as bytes. */
export function bytesOf(id: string, name: string): Uint8Array {
  return fromHex(textOf(id, name));
}

const exponent = fromHex('03');

/** The three RSA keys: 1024 bits, 1024 bits and 768 bits, exponent 3. */
export const rsa = {
  ca: keyPair('9.3-issuer', 'ca'),
  issuer: keyPair('9.3-icc', 'issuer'),
  icc: keyPair('9.3-fdda-long', 'icc'),
};

/** The example's certificates as a card carries them. */
export const issuerObjects = {
  certificate: bytesOf('9.3-issuer', 'tag_90'),
  remainder: bytesOf('9.3-issuer', 'tag_92'),
  exponent,
};
export const iccObjects = {
  certificate: bytesOf('9.3-icc', 'tag_9F46'),
  remainder: bytesOf('9.3-icc', 'tag_9F48'),
  exponent,
};
export const staticData = bytesOf('9.3-icc', 'static_data');
export const pan = '6258249900000018';

/** The example's tap, version 01. */
export const tap = {
  version: 1,
  unpredictableNumber: bytesOf('9.3-fdda-long', 'tag_9F37'),
  amountAuthorised: bytesOf('9.3-fdda-long', 'tag_9F02'),
  transactionCurrencyCode: bytesOf('9.3-fdda-long', 'tag_5F2A'),
  cardAuthenticationData: bytesOf('9.3-fdda-long', 'tag_9F69'),
} as const;

/** A copy with one byte turned over. */
export function changedAt(bytes: Uint8Array, at: number, mask = 0x01): Uint8Array {
  return bytes.with(at, (bytes[at] as number) ^ mask);
}

function keyPair(id: string, party: string) {
  const modulus = bytesOf(id, `${party}_modulus`);
  const privateExponent = bytesOf(id, `${party}_private_exponent`);
  return { open: { modulus, exponent }, hidden: { modulus, privateExponent } };
}
