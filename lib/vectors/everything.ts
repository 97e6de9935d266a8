/** The whole of `lib` for one page of a browser: every module is loaded, and the vector table can be run there. */
import { families } from './families.ts';
import { type Checked, checkVectors, type Vector } from './vector.ts';

/** Check vectors; what `run` gives crosses to the test as plain data. */
export function run(
  vectors: readonly Vector[],
): readonly { readonly id: string; readonly faults: readonly string[] }[] {
  return checkVectors(vectors, families).map(({ vector, faults }: Checked) => ({
    id: vector.id,
    faults,
  }));
}
