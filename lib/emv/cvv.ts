/**
 * The three-digit values that prove a card number without a chip: on the stripe, on the back, in the chip.
 * @see docs/specs.md, cryptograms sheet, section 8.2
 */
import { assert } from '../bytes/assert.ts';
import { decimalised } from '../bytes/bcd.ts';
import { fromHex, toHex, xor } from '../bytes/bytes.ts';
import { desEncryptBlocks, tripleDesEncrypt } from '../cipher/des.ts';

/** Service code that makes the value printed on the back (CVN2). */
export const SERVICE_CODE_CVN2 = '000';

/** Service code that makes the value inside the chip's track 2 (iCVN). */
export const SERVICE_CODE_ICVN = '999';

/**
 * Compute a card verification value: three digits. The service code is the card's own for the stripe,
 * or one of the constants above. `expiry4` goes in as it stands: YYMM, or MMYY for issuers that print so.
 * @see docs/specs.md, cryptograms sheet, section 8.2
 * @example cardVerificationValue(fromHex('0123456789ABCDEFFEDCBA9876543210'), '4123456789012345', '8701', '101') // '561'
 */
export function cardVerificationValue(
  cvk16: Uint8Array,
  pan: string,
  expiry4: string,
  serviceCode3: string,
): string {
  assert(cvk16.length === 16, 'a card verification key has sixteen bytes');
  assert(/^\d{12,19}$/.test(pan), 'a number of 12 to 19 digits');
  assert(/^\d{4}$/.test(expiry4) && /^\d{3}$/.test(serviceCode3), 'four digits and three');
  const data = fromHex(`${pan}${expiry4}${serviceCode3}`.padEnd(32, '0'));
  const first = desEncryptBlocks(cvk16.subarray(0, 8), data.subarray(0, 8));
  const result = tripleDesEncrypt(cvk16, xor(first, data.subarray(8)));
  return decimalised(toHex(result)).slice(0, 3);
}
