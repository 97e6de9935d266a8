/** For tests: any character. */
import fc from 'fast-check';

/** Halves of characters, which are none alone. */
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/** Any character at all. The unit `binary` of fast-check is the same, and makes a list of its million characters first. */
export const character: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES })
  .map(
    (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
    indexOf,
  );

/** With the way back, a string of such characters is now and then one that is dangerous, such as `__proto__`. */
function indexOf(value: unknown): number {
  const [one, ...more] = typeof value === 'string' ? value : '';
  const point = one?.codePointAt(0);
  if (point === undefined || more.length > 0) throw new Error('not one character');
  return point < FIRST_SURROGATE ? point : point - SURROGATES;
}
