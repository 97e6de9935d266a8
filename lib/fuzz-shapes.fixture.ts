/** Large inputs for the fuzzer, of any size: many small things, deep things, nothing but one byte. */
import { concat, fromHex } from './bytes/bytes.ts';
import { encodeTlv, tlv } from './tlv/tlv.ts';

/** So many bytes of one small thing after another. */
export function repeated(hex: string): (size: number) => Uint8Array {
  const one = fromHex(hex);
  return (size) => {
    const all = new Uint8Array(Math.ceil(size / one.length) * one.length);
    all.set(one);
    // What is there already is doubled.
    for (let filled = one.length; filled < all.length; filled *= 2)
      all.copyWithin(filled, 0, filled);
    return all;
  };
}

/** So many characters of one small text after another, between two others. */
export function repeatedText(one: string, before = '', after = ''): (size: number) => string {
  return (size) => before + one.repeat(Math.ceil(size / one.length)) + after;
}

/** So many bytes of one value. */
export const filled = (value: number): ((size: number) => Uint8Array) => {
  return (size) => new Uint8Array(size).fill(value);
};

/** Templates in each other around one value. */
function inTemplates(
  depth: number,
  inner: (size: number) => Uint8Array,
): (size: number) => Uint8Array {
  return (size) => {
    let value = inner(size);
    for (let level = 0; level < depth; level++) value = encodeTlv([tlv('70', value)]);
    return value;
  };
}

/** Shapes of data objects: many tiny ones, deep ones, and ones that break only at the end. */
export const objectShapes: Readonly<Record<string, (size: number) => Uint8Array>> = {
  tiny: repeated('9F360100'),
  empty: repeated('5000'),
  nested: inTemplates(7, repeated('9A0101')),
  broken: inTemplates(7, (size) => concat(repeated('9A0101')(size), fromHex('9F'))),
  unknown: repeated('DF810101FF'),
  zeros: filled(0),
};

/** For codecs that stand on the one of data objects. */
export const innerShapes: Readonly<Record<string, (size: number) => Uint8Array>> = {
  tiny: repeated('9F360100'),
  nested: inTemplates(7, repeated('9A0101')),
};
