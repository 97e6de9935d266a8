/**
 * Whom a certificate is for: digits, with F behind them up to the field's length.
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */
import { assert } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';

/** An issuer's identifier has 3 to 8 digits in four bytes. */
export const ISSUER_IDENTIFIER_BYTES = 4;
/** A card number has up to 19 digits in ten bytes. */
export const CARD_NUMBER_BYTES = 10;

/**
 * Write an issuer's identifier of 3 to 8 digits; other text is a bug of the caller.
 * @example toHex(issuerIdentifierBytes('625824')) // '625824FF'
 */
export function issuerIdentifierBytes(digits: string): Uint8Array {
  assert(/^\d{3,8}$/.test(digits), 'an issuer has three to eight digits');
  return fromHex(digits.padEnd(ISSUER_IDENTIFIER_BYTES * 2, 'F'));
}

/**
 * Write a card number of 8 to 19 digits; other text is a bug of the caller.
 * @example toHex(cardNumberBytes('6258249900000018')) // '6258249900000018FFFF'
 */
export function cardNumberBytes(digits: string): Uint8Array {
  assert(/^\d{8,19}$/.test(digits), 'a card number has eight to nineteen digits');
  return fromHex(digits.padEnd(CARD_NUMBER_BYTES * 2, 'F'));
}

/**
 * Read an issuer's identifier; undefined when it is none, or when a card number is given that does not begin so.
 * @example issuerIdentifierOf(fromHex('625824FF'), '6258249900000018') // '625824'
 */
export function issuerIdentifierOf(field: Uint8Array, pan: string | undefined): string | undefined {
  const digits = digitsOf(field);
  if (digits === undefined || digits.length < 3) return undefined;
  return pan === undefined || pan.startsWith(digits) ? digits : undefined;
}

/**
 * Read a card number; undefined when it is none, or when another card number is given.
 * @example cardNumberOf(fromHex('6258249900000018FFFF'), undefined) // '6258249900000018'
 */
export function cardNumberOf(field: Uint8Array, pan: string | undefined): string | undefined {
  const digits = digitsOf(field);
  return pan === undefined || pan === digits ? digits : undefined;
}

function digitsOf(field: Uint8Array): string | undefined {
  return /^(\d+)F*$/.exec(toHex(field))?.[1];
}
