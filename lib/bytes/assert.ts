/** An assertion for pure code: what fails here is a bug of ours, never somebody's input. */

/** Thrown when a condition that the code relies on does not hold: a bug, not bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Stop at once when something that must be true is not. */
export function assert(
  condition: boolean,
  message = 'a condition does not hold',
): asserts condition {
  if (!condition) throw new AssertionError(message);
}
