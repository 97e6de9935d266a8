/**
 * A PIN on its way: enciphered in one format under one key, and translated into another at every border, so that it
 * is clear nowhere but inside.
 * @see docs/specs.md, cryptograms sheet, section 11
 */
import { assert } from '../bytes/assert.ts';
import { tripleDesDecrypt, tripleDesEncrypt } from '../cipher/des.ts';
import { decipherFormat4, decodePinBlock, encipherFormat4, encodePinBlock } from './pin-block.ts';
import { PinBlockError, type PinFormat, pinFill, pinFormats } from './pin-field.ts';

/** How a PIN travels on one leg. The key is for triple DES, and for AES in format 4. */
export type PinLeg = { readonly format: PinFormat; readonly key: Uint8Array };

/**
 * Encipher a PIN as it leaves on a leg: eight bytes, sixteen in format 4. `random8` are eight fresh random bytes, of
 * which the fill digits are made.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example toHex(encipherPin({ format: 0, key: fromHex('0123456789ABCDEFFEDCBA9876543210') }, '123456', '6228489900001234568', new Uint8Array(8))) // '4606D67DC0C66F77'
 */
export function encipherPin(
  { format, key }: PinLeg,
  pin: string,
  pan: string,
  random8: Uint8Array,
): Uint8Array {
  if (format === 4) return encipherFormat4(key, pin, pan, random8);
  const fill = pinFill(format, pin.length, random8);
  return tripleDesEncrypt(key, encodePinBlock(format, pin, pan, fill));
}

/**
 * Read a PIN that came by a leg. Throws `PinBlockError`, always the same, on a wrong key, number or block.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example decipherPin({ format: 0, key: fromHex('0123456789ABCDEFFEDCBA9876543210') }, fromHex('4606D67DC0C66F77'), '6228489900001234568') // '123456'
 */
export function decipherPin({ format, key }: PinLeg, block: Uint8Array, pan: string): string {
  if (format === 4) return decipherFormat4(key, block, pan);
  if (block.length !== 8) throw new PinBlockError();
  return decodePinBlock(format, tripleDesDecrypt(key, block), pan);
}

/**
 * Whether a block of one format may be made into another: a PIN that is bound to a number stays bound, and format 2
 * is between a reader and its card alone.
 * @see docs/specs.md, PCI PIN Security 3.1, requirement 3-3
 * @example mayTranslate(1, 0) // true
 */
export function mayTranslate(from: PinFormat, to: PinFormat): boolean {
  if (from === 2 || to === 2) return false;
  return pinFormats[to].bindsPan || !pinFormats[from].bindsPan;
}

/**
 * Translate a block from one leg to the next. There is one number: a translation never changes it. The formats are
 * such as `mayTranslate` allows. Throws `PinBlockError` when the block is none of the first leg.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example toHex(translatePinBlock(fromHex('4606D67DC0C66F77'), '6228489900001234568', { format: 0, key: fromHex('0123456789ABCDEFFEDCBA9876543210') }, { format: 0, key: fromHex('11112222333344445555666677778888') }, new Uint8Array(8))) // '817255D80B6C26A9'
 */
export function translatePinBlock(
  block: Uint8Array,
  pan: string,
  from: PinLeg,
  to: PinLeg,
  random8: Uint8Array,
): Uint8Array {
  assert(mayTranslate(from.format, to.format), 'a translation that the rules allow');
  return encipherPin(to, decipherPin(from, block, pan), pan, random8);
}

/**
 * Take a block that is bound to a token and bind it to the card behind it: the one change of number there is, which
 * belongs where tokens are resolved, and into its audit trail. The till knows the token alone, the issuer the card.
 * Both formats bind the number (0, 3 or 4). Throws `PinBlockError` when the block is none of this token.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example toHex(remapPinBlock(fromHex('4182CBE392D01DC8'), { number: '6258249900000018', leg: { format: 0, key: fromHex('0123456789ABCDEFFEDCBA9876543210') } }, { number: '6228489900001234568', leg: { format: 0, key: fromHex('11112222333344445555666677778888') } }, new Uint8Array(8))) // '817255D80B6C26A9'
 */
export function remapPinBlock(
  block: Uint8Array,
  token: { readonly number: string; readonly leg: PinLeg },
  card: { readonly number: string; readonly leg: PinLeg },
  random8: Uint8Array,
): Uint8Array {
  for (const { leg } of [token, card]) {
    assert(pinFormats[leg.format].bindsPan, 'only a format with a number can change it');
  }
  return encipherPin(card.leg, decipherPin(token.leg, block, token.number), card.number, random8);
}
