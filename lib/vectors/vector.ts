/**
 * Outside test vectors and what checks each of them. A vector becomes lines for the calculators with the outputs that
 * its source gives; where there is no calculator it is compared by a function of its own.
 */
import { agrees, type CalcLine, calculate } from '../calc/calculate.ts';
import { operations } from '../calc/operations.ts';

/** A value from outside: what goes in, what must come out, and who says so. */
export type Vector = {
  readonly id: string;
  readonly topic: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly provenance?: string;
  readonly note?: string;
};

/** One comparison: which function of `lib` made the outputs, what they are, what they should be. */
export type Comparison = {
  readonly through: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly given: Readonly<Record<string, unknown>>;
};

/** A step of a check: a line for a calculator, whose `expect` is wanted, or a comparison already made. */
export type Step = Required<CalcLine> | Comparison;

/** Which vectors, and how they are checked. A name that ends in `*` stands for all that begin so. */
export type Family = {
  readonly ids: readonly string[];
  check(vector: Vector): readonly Step[];
};

/** What became of one vector. */
export type Checked = {
  readonly vector: Vector;
  /** The functions of `lib` and the calculators that it went through. */
  readonly through: readonly string[];
  /** What did not agree; empty when all did. */
  readonly faults: readonly string[];
};

/**
 * Check every vector with the families that claim it. A vector that no family claims, or more than one does, or
 * that compares nothing, is a fault.
 */
export function checkVectors(
  vectors: readonly Vector[],
  families: readonly Family[],
): readonly Checked[] {
  return vectors.map((vector) => {
    const claimed = families.filter(({ ids }) => ids.some((id) => isNamed(vector.id, id)));
    const [family] = claimed;
    if (family === undefined || claimed.length > 1) {
      return { vector, through: [], faults: [`${claimed.length} families check it`] };
    }
    const outcomes = family.check(vector).map(outcomeOf);
    const compares = outcomes.some(({ compared }) => compared > 0);
    return {
      vector,
      through: [...new Set(outcomes.map(({ through }) => through))],
      faults: [
        ...(compares ? [] : ['nothing is compared']),
        ...outcomes.flatMap(({ faults }) => faults),
      ],
    };
  });
}

/** Text of a vector's inputs or outputs; anything else is a fault of the family. */
export function textIn(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name];
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw new TypeError(`the vector has no text ${name}`);
  return value;
}

/** A list of texts in a vector's inputs or outputs; anything else is a fault of the family. */
export function listIn(values: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const list = values[name];
  if (!Array.isArray(list)) throw new TypeError(`the vector has no list ${name}`);
  return list;
}

type Outcome = {
  readonly through: string;
  readonly compared: number;
  readonly faults: readonly string[];
};

function outcomeOf(step: Step): Outcome {
  if ('through' in step) {
    const { through, expected, given } = step;
    const names = Object.keys(expected);
    const wrong = names.filter((name) => !agrees(expected[name], given[name] as string));
    return { through, compared: names.length, faults: wrong.map((name) => `${through}: ${name}`) };
  }
  const answer = calculate(step, { random: noChance });
  const through = `calc ${step.op} (${operations.get(step.op)?.through ?? 'unknown'})`;
  const compared = Object.keys(step.expect).length;
  if ('error' in answer) {
    const { code, field = '' } = answer.error;
    return { through, compared, faults: [`${step.op}: ${code} ${field}`] };
  }
  return { through, compared, faults: answer.ok ? [] : [`${step.op}: another result`] };
}

/** A check that draws by chance compares nothing. */
function noChance(): never {
  throw new TypeError('a vector names everything that goes in');
}

function isNamed(id: string, pattern: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
