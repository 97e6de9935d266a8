/**
 * Sifting: the set of taps in one order, each once, without those whose names stand on two contents.
 * @see docs/specs.md, transit sheet, sections 5.1 and 5.3
 */
import type { SetAside } from './journey.ts';
import type { RatedTap } from './rated-tap.ts';

/** Taps in total order, and what did not get through. */
export type Sifted = {
  readonly taps: readonly RatedTap[];
  readonly setAside: readonly SetAside[];
  readonly duplicates: number;
};

/** The order of taps: corrected time, then gate, then the gate's own number. */
export function inOrder(one: RatedTap, other: RatedTap): number {
  if (one.correctedMs !== other.correctedMs) return one.correctedMs - other.correctedMs;
  if (one.gateId !== other.gateId) return one.gateId < other.gateId ? -1 : 1;
  return one.sequence - other.sequence;
}

/**
 * Sort taps and drop doubles. A name on two contents says that a gate's key signed both: nobody can tell which is
 * true, least of all by which came first, so all of them are set aside.
 */
export function sift(given: readonly RatedTap[]): Sifted {
  const sorted = given.toSorted(byContent);
  const names = new Map<string, Map<number, RatedTap>>();
  const spoilt = new Map<RatedTap, RatedTap[]>();
  const taps: RatedTap[] = [];
  let duplicates = 0;
  let before: RatedTap | undefined;
  for (const tap of sorted) {
    // In this order the same content stands side by side.
    if (before !== undefined && isSameTap(before, tap)) {
      duplicates++;
      continue;
    }
    before = tap;
    const first = firstOfName(names, tap);
    if (first !== tap) {
      const contents = spoilt.get(first);
      if (contents === undefined) spoilt.set(first, [first, tap]);
      else contents.push(tap);
      continue;
    }
    if (tap.contested === true) spoilt.set(tap, [tap]);
    taps.push(tap);
  }
  if (spoilt.size === 0) return { taps, setAside: [], duplicates };
  const setAside = [...spoilt.values()].flatMap((contents) =>
    contents.map(
      (tap): SetAside => ({ tap, reason: contents.length > 1 ? 'forged' : 'contested' }),
    ),
  );
  return { taps: taps.filter((tap) => !spoilt.has(tap)), setAside, duplicates };
}

/** The first tap that came under this one's name: itself, when it is. */
function firstOfName(names: Map<string, Map<number, RatedTap>>, tap: RatedTap): RatedTap {
  let ofGate = names.get(tap.gateId);
  if (ofGate === undefined) {
    ofGate = new Map();
    names.set(tap.gateId, ofGate);
  }
  const first = ofGate.get(tap.sequence);
  if (first === undefined) ofGate.set(tap.sequence, tap);
  return first ?? tap;
}

/** What else a tap says, beside time and name. */
const CONTENT = [
  'kind',
  'direction',
  'uncertaintyMs',
  'operator',
  'station',
  'line',
  'route',
  'form',
] as const satisfies readonly (keyof RatedTap)[];

/** The order of taps carried on into their contents, so that nothing depends on how they came. */
function byContent(one: RatedTap, other: RatedTap): number {
  const order = inOrder(one, other);
  if (order !== 0) return order;
  const content = contentOrder(one, other);
  // A contested one stands before its double: what is doubtful once is doubtful.
  return content !== 0
    ? content
    : Number(other.contested === true) - Number(one.contested === true);
}

function isSameTap(one: RatedTap, other: RatedTap): boolean {
  return inOrder(one, other) === 0 && contentOrder(one, other) === 0;
}

function contentOrder(one: RatedTap, other: RatedTap): number {
  for (const field of CONTENT) {
    const [left, right] = [one[field] ?? '', other[field] ?? ''];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
