/**
 * What a run of records tells of itself: each names the one before by its hash and is signed, so what was edited,
 * left out, moved or forged shows, and where. A chain that was cut short at its end shows nothing; only the gate's next
 * record does.
 * @see docs/specs.md, transit sheet, section 2.4
 */
import { equal } from '../bytes/bytes.ts';
import { decodeTapRecord, NO_RECORD, recordHash, type TapRecord } from './tap-record.ts';
import { TransitError } from './wire.ts';

/** Where a chain stands: the number and the hash of its last record. */
export type ChainEnd = { readonly sequence: number; readonly hash: Uint8Array };

/** Where every chain begins. */
export const CHAIN_START: ChainEnd = { sequence: 0, hash: NO_RECORD };

/** A record as it came, and whether its signature is the gate's: checking that is the caller's. */
export type ChainRecord = { readonly bytes: Uint8Array; readonly isSigned: boolean };

/** Something that is wrong with a run. `index` is the record's place in the run as it came. */
export type ChainBreak =
  /** No record at all; `offset` says where reading ended. */
  | { readonly kind: 'unreadable'; readonly index: number; readonly offset: number }
  /** A record of another gate. */
  | { readonly kind: 'other_gate'; readonly index: number }
  /** Not what the gate signed: the next record, which is signed, names another. */
  | { readonly kind: 'edited'; readonly index: number; readonly sequence: number }
  /** The signature is not the gate's, and nothing says that there was another record. */
  | { readonly kind: 'forged'; readonly index: number; readonly sequence: number }
  /** The gate's key signed two histories: this record, and another one in its place. */
  | { readonly kind: 'replaced'; readonly index: number; readonly sequence: number }
  /** A record that comes after a later one. */
  | { readonly kind: 'reordered'; readonly index: number; readonly sequence: number }
  /** Numbers that are missing, both ends included; `index` is the record after them. */
  | {
      readonly kind: 'dropped';
      readonly index: number;
      readonly from: number;
      readonly to: number;
    };

/** What a run of records comes to. */
export type ChainReport = {
  /** The last record up to which nothing is missing and nothing is wrong. */
  readonly end: ChainEnd;
  /** By place in the run. */
  readonly breaks: readonly ChainBreak[];
};

/**
 * Check a run of one gate's records against where its chain stood. A record that comes twice, byte for byte, and one
 * that is not after `from`, is no break.
 * @example checkChain(CHAIN_START, 'METRO001', []).breaks // []
 */
export function checkChain(
  from: ChainEnd,
  gateId: string,
  run: readonly ChainRecord[],
): ChainReport {
  const breaks: ChainBreak[] = [];
  const links = linksOf(from, gateId, run, breaks);
  const sorted = [...links.values()].sort((left, right) => left.sequence - right.sequence);
  let before: Link | ChainEnd = from;
  let end = from;
  let isWhole = true;
  for (const [place, link] of sorted.entries()) {
    const wrong = wrongWith(link, before, sorted[place + 1]);
    breaks.push(...wrong);
    isWhole &&= wrong.length === 0;
    if (isWhole) end = { sequence: link.sequence, hash: link.hash };
    before = link;
  }
  return { end, breaks: breaks.sort((left, right) => left.index - right.index) };
}

/** One record in its chain. */
type Link = ChainEnd & {
  readonly index: number;
  readonly previous: Uint8Array;
  readonly isSigned: boolean;
};

/** Read a run: each number once; what cannot be one of the chain's records is named at once. */
function linksOf(
  from: ChainEnd,
  gateId: string,
  run: readonly ChainRecord[],
  breaks: ChainBreak[],
): ReadonlyMap<number, Link> {
  const links = new Map<number, Link>();
  let highest = from.sequence;
  for (const [index, { bytes, isSigned }] of run.entries()) {
    const record = readOrNone(bytes);
    if (record instanceof TransitError) {
      breaks.push({ kind: 'unreadable', index, offset: record.offset });
      continue;
    }
    const { sequence, previous } = record;
    if (record.gateId !== gateId) {
      breaks.push({ kind: 'other_gate', index });
      continue;
    }
    if (sequence <= from.sequence) continue;
    const link = { index, sequence, previous, isSigned, hash: recordHash(bytes) };
    const known = links.get(sequence);
    if (known !== undefined) {
      if (!equal(known.hash, link.hash)) breaks.push(secondOf(known, link, links));
      continue;
    }
    if (sequence < highest) breaks.push({ kind: 'reordered', index, sequence });
    highest = Math.max(highest, sequence);
    links.set(sequence, link);
  }
  return links;
}

/** Two different records under one number: the signed one stays in the chain, the other is named. */
function secondOf(known: Link, link: Link, links: Map<number, Link>): ChainBreak {
  const { sequence } = link;
  if (known.isSigned && link.isSigned) return { kind: 'replaced', index: link.index, sequence };
  if (!link.isSigned) return { kind: 'forged', index: link.index, sequence };
  links.set(sequence, link);
  return { kind: 'forged', index: known.index, sequence };
}

function readOrNone(bytes: Uint8Array): TapRecord | TransitError {
  try {
    return decodeTapRecord(bytes);
  } catch (error) {
    if (error instanceof TransitError) return error;
    throw error;
  }
}

/** What is wrong with a link, between the one before it and the one after it in the order of numbers. */
function wrongWith(
  link: Link,
  before: Link | ChainEnd,
  after: Link | undefined,
): readonly ChainBreak[] {
  const { index, sequence } = link;
  const wrong: ChainBreak[] = [];
  if (sequence > before.sequence + 1) {
    wrong.push({ kind: 'dropped', index, from: before.sequence + 1, to: sequence - 1 });
  }
  const isNamedOtherwise =
    after?.isSigned === true &&
    after.sequence === sequence + 1 &&
    !equal(after.previous, link.hash);
  if (!link.isSigned) wrong.push({ kind: isNamedOtherwise ? 'edited' : 'forged', index, sequence });
  else if (isNamedOtherwise || namesAnotherStart(link, before)) {
    wrong.push({ kind: 'replaced', index, sequence });
  }
  return wrong;
}

/** Whether the first link of a run names another record than the one where the chain stood. */
function namesAnotherStart(link: Link, before: Link | ChainEnd): boolean {
  if ('index' in before || link.sequence !== before.sequence + 1) return false;
  return !equal(link.previous, before.hash);
}
