/**
 * Padding of what a card or its issuer seals and enciphers, to whole blocks of any length.
 * @see docs/specs.md, cryptograms sheet, sections 3, 6.3 and 7
 */
/** How the last block is filled: 1 with zeros only where needed, 2 with 80 always and then zeros. */
export type MacPadding = 1 | 2;

/**
 * Data filled to whole blocks: by method 1 with zeros where needed, by method 2 with 80 always and then zeros.
 * Nothing at all becomes one block by either.
 * @see docs/specs.md, cryptograms sheet, section 3
 * @example paddedTo(8, fromHex('08241234FFFFFFFFFF'), 2) // '08241234FFFFFFFFFF80000000000000'
 */
export function paddedTo(blockLength: number, data: Uint8Array, padding: MacPadding): Uint8Array {
  const marked = data.length + (padding === 2 ? 1 : 0);
  const blocks = Math.max(1, Math.ceil(marked / blockLength));
  const whole = new Uint8Array(blocks * blockLength);
  whole.set(data);
  if (padding === 2) whole[data.length] = 0x80;
  return whole;
}
