/** A calculator as a value: its inputs, its outputs, worked examples with their sources, and the function behind it. */
import { CalcError, type Input, shown } from './input.ts';

/** What an operation draws on beside its inputs. */
export type CalcPorts = { random(length: number): Uint8Array };

/** What an operation gives: text (bytes as upper-case hexadecimal), yes or no, or those by name or in a list. */
export type Output = string | boolean | readonly Output[] | Outputs;

/** The outputs of a line by name; what does not apply is left out. */
export type Outputs = { readonly [name: string]: Output | undefined };

/** A worked example, and where its values come from. */
export type Example = {
  readonly in: Readonly<Record<string, unknown>>;
  readonly out: Outputs;
  readonly source: string;
};

type Inputs = Readonly<Record<string, Input<unknown>>>;
type Values<Given extends Inputs> = {
  readonly [Name in keyof Given]: Given[Name] extends Input<infer Value> ? Value : never;
};

/** One calculator, with its inputs read by name. */
export type Operation = {
  readonly name: string;
  /** What it computes, in one line. */
  readonly summary: string;
  /** The function of `lib` behind it, as `emv/keys.ts deriveCardKeyOptionA`; several are joined by commas. */
  readonly through: string;
  readonly inputs: Inputs;
  /** Other names of inputs, as a source writes them: the input by its other name. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** What each output is. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The first is the one that the help shows. */
  readonly examples: readonly [Example, ...Example[]];
  /** What no value from outside confirms; empty where everything is checked. */
  readonly unconfirmed?: string;
  run(written: Readonly<Record<string, unknown>>, ports: CalcPorts): Outputs;
};

/** What a file of operations writes: as `Operation`, but with the inputs already read and typed. */
type Definition<Given extends Inputs> = Omit<Operation, 'run' | 'inputs'> & {
  readonly inputs: Given;
  run(values: Values<Given>, ports: CalcPorts): Outputs;
};

/** Make an operation that reads its inputs strictly before it computes. */
export function operation<const Given extends Inputs>(definition: Definition<Given>): Operation {
  const { inputs, aliases = {}, run } = definition;
  return {
    ...definition,
    run: (written, ports) => run(readInputs(inputs, aliases, written) as Values<Given>, ports),
  };
}

/**
 * The other names of an input, as its help lists them.
 * @example aliasesOf({ aliases: { merchant_d: 'merchant_private_key' } }, 'merchant_private_key') // ['merchant_d']
 */
export function aliasesOf({ aliases = {} }: Pick<Operation, 'aliases'>, field: string): string[] {
  return Object.keys(aliases).filter((alias) => aliases[alias] === field);
}

/** One of two inputs is wanted; stop where both or neither stand. */
export function exactlyOne<First, Second>(
  first: readonly [name: string, value: First | undefined],
  second: readonly [name: string, value: Second | undefined],
): { readonly first: First } | { readonly second: Second } {
  const [firstName, firstValue] = first;
  const [secondName, secondValue] = second;
  if (firstValue !== undefined && secondValue !== undefined) {
    throw new CalcError('unknown_input', `${firstName} or ${secondName}, not both`, secondName);
  }
  if (firstValue !== undefined) return { first: firstValue };
  if (secondValue !== undefined) return { second: secondValue };
  throw new CalcError('missing_input', `${firstName} or ${secondName} is wanted`, firstName);
}

function readInputs(
  inputs: Inputs,
  aliases: Readonly<Record<string, string>>,
  written: Readonly<Record<string, unknown>>,
): unknown {
  const names = writtenNames(inputs, aliases, written);
  return Object.fromEntries(
    Object.entries(inputs).map(([field, input]) => {
      const name = names.get(field);
      if (name !== undefined) return [field, input.read(written[name], name)];
      if (input.isOptional) return [field, undefined];
      throw new CalcError('missing_input', `${field} is wanted (${input.form})`, field);
    }),
  );
}

/** Under which name each input stands there; null is not there. */
function writtenNames(
  inputs: Inputs,
  aliases: Readonly<Record<string, string>>,
  written: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(written)) {
    const field = Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
    if (!Object.hasOwn(inputs, field)) {
      throw new CalcError('unknown_input', `there is no input ${shown(name)}`, shown(name));
    }
    if (value === undefined || value === null) continue;
    const other = names.get(field);
    if (other !== undefined) {
      throw new CalcError('unknown_input', `${other} or ${name}, not both`, name);
    }
    names.set(field, name);
  }
  return names;
}
