/** For tests: waiting, without time passing, for what is under way. */

/** Resolves once a condition holds; whatever is under way gets its turn in between. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came to hold');
}
