/**
 * The IBM 3624 method: a PIN follows from the card number and a key, and an offset takes it to the one that the
 * holder chose.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/psec)
 */
import { assert } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';

/** What the natural PIN of a card is made of. */
export type Ibm3624Rule = {
  /** The PIN verification key, for triple DES. */
  readonly key: Uint8Array;
  /** Sixteen decimal digits: what each hexadecimal digit of the result becomes. */
  readonly conversionTable: string;
  /** Sixteen hexadecimal digits, as `ibm3624ValidationData` makes them. */
  readonly validationData: string;
};

/**
 * The PIN of a card whose offset is known; as many digits as the offset has, 4 to 16.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/psec)
 * @example ibm3624Pin({ key: fromHex('0123456789ABCDEFFEDCBA9876543210'), conversionTable: '1234567890123456', validationData: '1122334455667788' }, '7710') // '1234'
 */
export function ibm3624Pin(rule: Ibm3624Rule, offset: string): string {
  return digitByDigit(offset, naturalPin(rule), (one, natural) => natural + one);
}

/**
 * The offset that takes the natural PIN of a card to the given one; as many digits as the PIN has, 4 to 16.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/psec)
 * @example ibm3624Offset({ key: fromHex('0123456789ABCDEFFEDCBA9876543210'), conversionTable: '1234567890123456', validationData: '1122334455667788' }, '1234') // '7710'
 */
export function ibm3624Offset(rule: Ibm3624Rule, pin: string): string {
  return digitByDigit(pin, naturalPin(rule), (one, natural) => one - natural);
}

/**
 * The part of a card number that is encrypted: `length` digits from position `from` (the first is 0), filled on the
 * right with the pad digit (hexadecimal) up to sixteen.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/psec)
 * @example ibm3624ValidationData('1122334455667788', 0, 14, 'F') // '11223344556677FF'
 */
export function ibm3624ValidationData(
  pan: string,
  from: number,
  length: number,
  pad: string,
): string {
  assert(/^\d{1,19}$/.test(pan) && /^[0-9A-F]$/i.test(pad), 'a number and a pad digit');
  assert(from >= 0 && length >= 0 && length <= 16 && from + length <= pan.length, 'a part of it');
  return pan.slice(from, from + length).padEnd(16, pad);
}

/** Sixteen digits, of which a PIN takes as many as it needs from the left. */
function naturalPin({ key, conversionTable, validationData }: Ibm3624Rule): string {
  assert(/^\d{16}$/.test(conversionTable), 'a conversion table has sixteen digits');
  assert(validationData.length === 16, 'validation data have sixteen digits');
  return toHex(tripleDesEncrypt(key, fromHex(validationData))).replace(/./g, (digit) =>
    conversionTable.charAt(Number.parseInt(digit, 16)),
  );
}

function digitByDigit(
  digits: string,
  natural: string,
  step: (one: number, natural: number) => number,
): string {
  assert(/^\d{4,16}$/.test(digits), '4 to 16 digits');
  return digits.replace(/./g, (digit, index: number) =>
    String((step(Number(digit), Number(natural.charAt(index))) + 10) % 10),
  );
}
