/**
 * What an input can be: every kind we can explain, in one table, and the readings of an input, the likeliest first.
 * A new kind is one more entry.
 */
import { type Given, waysToTake } from './given.ts';
import type { ExplainedPart, Kind } from './kind.ts';
import { apduKinds } from './kinds-apdu.ts';
import { dataKinds } from './kinds-data.ts';
import { flagKinds } from './kinds-flags.ts';
import { keyKinds } from './kinds-key.ts';
import { messageKinds } from './kinds-message.ts';
import { objectKinds } from './kinds-object.ts';
import { textKinds } from './kinds-text.ts';
import { valueKinds } from './kinds-value.ts';

/** Every kind; of two that are equally sure the earlier one is chosen. */
export const kinds: readonly Kind[] = [
  ...apduKinds,
  ...dataKinds,
  ...messageKinds,
  ...valueKinds,
  ...objectKinds,
  ...flagKinds,
  ...keyKinds,
  ...textKinds,
];

/** One way to read an input. */
export type Reading = {
  readonly kind: Kind;
  readonly given: Given;
  readonly sureness: number;
  readonly because: string;
};

/**
 * The readings of an input, the surest first, each kind once; none when nothing fits or the input is too long.
 * @example readingsOf(fromAscii('7D00')).map(({ kind }) => kind.kind) // ['aip', …]
 */
export function readingsOf(raw: Uint8Array): readonly Reading[] {
  const ways = waysToTake(raw);
  const found = kinds.flatMap((kind) => {
    const [best] = ways.flatMap((given) => readingOf(kind, given)).sort(bySureness);
    return best === undefined ? [] : [best];
  });
  return found.sort(bySureness);
}

/** The reading of an input as one kind, whether or not it looks like that; undefined when the input is too long. */
export function readAs(raw: Uint8Array, kind: Kind): Reading | undefined {
  const ways = waysToTake(raw);
  const [best] = ways.flatMap((given) => readingOf(kind, given)).sort(bySureness);
  if (best !== undefined) return best;
  const [given] = ways;
  return (
    given && {
      kind,
      given,
      sureness: 0,
      because: 'asked for by name, though it does not look like it',
    }
  );
}

/** How far behind another reading may be to be worth a word when this one is sure. */
const NEAR = 30;

/** What else an input could be: nothing when the reading is sure and the others are far behind. */
export function othersOf(reading: Reading, readings: readonly Reading[]): readonly Reading[] {
  const others = readings.filter((one) => one !== reading);
  const isSure = reading.sureness >= SURE;
  return others.filter(({ sureness }) => !isSure || reading.sureness - sureness < NEAR);
}

const SURE = 90;

/** How sure a reading is, in one word. */
export function surenessWord({
  sureness,
}: Pick<Reading, 'sureness'>): 'sure' | 'likely' | 'possible' | 'unlikely' {
  if (sureness >= SURE) return 'sure';
  if (sureness >= 60) return 'likely';
  return sureness >= 40 ? 'possible' : 'unlikely';
}

/** Explain an input as it was read. */
export function explainReading({ kind, given }: Reading): readonly ExplainedPart[] {
  return kind.explain(given);
}

function readingOf(kind: Kind, given: Given): readonly Reading[] {
  const recognised = kind.recognise(given);
  return recognised === undefined ? [] : [{ kind, given, ...recognised }];
}

function bySureness(left: Reading, right: Reading): number {
  return right.sureness - left.sureness;
}
