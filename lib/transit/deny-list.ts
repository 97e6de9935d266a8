/**
 * The deny list: whom a gate turns away, as sorted keyed hashes of 12 bytes in one flat array. It reaches a gate whole,
 * as a snapshot, or as a delta on the version that the gate has; what does not fit is never applied.
 * @see docs/specs.md, transit sheet, section 4, and profile octavo-1, section 15
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { assert } from '../bytes/assert.ts';
import { concat, equal, fromAscii, fromUint, type Reader } from '../bytes/bytes.ts';
import { strictly, TransitError, takeUint32, takeUint64, writeUint64 } from './wire.ts';

/** How long one entry is. */
export const ENTRY_LENGTH = 12;

/** A list as a gate holds it. */
export type DenyList = {
  /** Names the key of its hashes. */
  readonly epoch: number;
  /** 1 for an epoch's first list; it only rises. */
  readonly version: number;
  /** When the back office last said that this is the list, by its clock. */
  readonly issuedAtMs: number;
  /** Sorted, each entry once. */
  readonly entries: Uint8Array;
};

/** A whole list, signed. */
export type DenyListSnapshot = DenyList & {
  /** SHA-256 of the entries. */
  readonly digest: Uint8Array;
  /** ECDSA P-256 with SHA-256 by the back office, over all before it. */
  readonly signature: Uint8Array;
};

/**
 * What leads from one version to another, signed. From a version to itself with nothing in it, it says that the list is
 * still the one.
 */
export type DenyListDelta = {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly issuedAtMs: number;
  /** Entries that come and entries that go; sorted, each once. */
  readonly add: Uint8Array;
  readonly remove: Uint8Array;
  /** SHA-256 of the entries as they then stand. */
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
};

/** Why a list was not taken. */
export type ListUnfit = {
  readonly kind: 'unfit';
  readonly why: 'another_epoch' | 'another_version' | 'older' | 'changes' | 'digest';
};

/** The list as it then stands, or why it was not taken. The one that was there stays as it is. */
export type ListApplied = { readonly kind: 'applied'; readonly list: DenyList } | ListUnfit;

/** SHA-256 over a list's entries. */
export function listDigest(entries: Uint8Array): Uint8Array {
  return sha256(entries);
}

/** Take a snapshot whose signature was checked: never an older one than what is there, and only with its digest. */
export function applySnapshot(
  current: DenyList | undefined,
  { epoch, version, issuedAtMs, entries, digest }: DenyListSnapshot,
): ListApplied {
  if (current !== undefined) {
    const isOlder =
      epoch < current.epoch ||
      (epoch === current.epoch && (version < current.version || issuedAtMs < current.issuedAtMs));
    if (isOlder) return unfit('older');
  }
  if (!equal(listDigest(entries), digest)) return unfit('digest');
  return { kind: 'applied', list: { epoch, version, issuedAtMs, entries } };
}

/** Take a delta whose signature was checked: on the version that it names alone, and only when the outcome has its digest. */
export function applyDelta(current: DenyList, delta: DenyListDelta): ListApplied {
  if (delta.epoch < current.epoch || delta.to < current.version) return unfit('older');
  if (delta.epoch !== current.epoch) return unfit('another_epoch');
  if (delta.from !== current.version) return unfit('another_version');
  if (delta.issuedAtMs < current.issuedAtMs) return unfit('older');
  const entries = changedEntries(current.entries, delta);
  if (entries === undefined) return unfit('changes');
  if (!equal(listDigest(entries), delta.digest)) return unfit('digest');
  const { epoch, to: version, issuedAtMs } = delta;
  return { kind: 'applied', list: { epoch, version, issuedAtMs, entries } };
}

/** Whether a sorted list holds an entry. Makes nothing: a gate asks this of a million entries at each tap. */
export function isListed(entries: Uint8Array, entry: Uint8Array): boolean {
  assert(entry.length === ENTRY_LENGTH);
  let low = 0;
  let high = entries.length / ENTRY_LENGTH;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareEntries(entries, middle * ENTRY_LENGTH, entry, 0);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** Entries in one flat array: sorted, each once. */
export function sortedEntries(entries: readonly Uint8Array[]): Uint8Array {
  assert(entries.every((entry) => entry.length === ENTRY_LENGTH));
  const sorted = [...entries].sort((left, right) => compareEntries(left, 0, right, 0));
  return joined(
    sorted.filter((entry, index) => {
      const before = sorted[index - 1];
      return before === undefined || !equal(before, entry);
    }),
  );
}

/** What leads from one sorted list to another. */
export function changesBetween(
  before: Uint8Array,
  after: Uint8Array,
): Pick<DenyListDelta, 'add' | 'remove'> {
  return { add: without(after, before), remove: without(before, after) };
}

/** The bytes of a snapshot that are signed. */
export function snapshotSignatureInput(snapshot: Omit<DenyListSnapshot, 'signature'>): Uint8Array {
  const { epoch, version, issuedAtMs, entries, digest } = snapshot;
  assert(isSorted(entries) && digest.length === DIGEST_LENGTH);
  return concat(
    SNAPSHOT_LABEL,
    fromUint(epoch, 4),
    fromUint(version, 4),
    writeUint64(issuedAtMs),
    digest,
    fromUint(entries.length / ENTRY_LENGTH, 4),
    entries,
  );
}

/** The bytes of a delta that are signed. */
export function deltaSignatureInput(delta: Omit<DenyListDelta, 'signature'>): Uint8Array {
  const { epoch, from, to, issuedAtMs, add, remove, digest } = delta;
  assert(isSorted(add) && isSorted(remove) && digest.length === DIGEST_LENGTH);
  assert(isPlausible(delta), 'a version leads to a later one, or to itself without a change');
  return concat(
    DELTA_LABEL,
    fromUint(epoch, 4),
    fromUint(from, 4),
    fromUint(to, 4),
    writeUint64(issuedAtMs),
    digest,
    fromUint(add.length / ENTRY_LENGTH, 4),
    add,
    fromUint(remove.length / ENTRY_LENGTH, 4),
    remove,
  );
}

/** The bytes of a whole snapshot. */
export function encodeSnapshot(snapshot: DenyListSnapshot): Uint8Array {
  assert(snapshot.signature.length === SIGNATURE_LENGTH);
  return concat(snapshotSignatureInput(snapshot), snapshot.signature);
}

/** The bytes of a whole delta. */
export function encodeDelta(delta: DenyListDelta): Uint8Array {
  assert(delta.signature.length === SIGNATURE_LENGTH);
  return concat(deltaSignatureInput(delta), delta.signature);
}

/** Read a snapshot; its signature is the caller's to check. Throws `TransitError`, also where entries are not in order. */
export function decodeSnapshot(bytes: Uint8Array): DenyListSnapshot {
  return strictly(bytes, (reader) => {
    readLabel(reader, SNAPSHOT_LABEL);
    return {
      epoch: takeUint32(reader),
      version: takeUint32(reader),
      issuedAtMs: takeUint64(reader),
      digest: reader.take(DIGEST_LENGTH),
      entries: readEntries(reader),
      signature: reader.take(SIGNATURE_LENGTH),
    };
  });
}

/** Read a delta; its signature is the caller's to check. Throws `TransitError`. */
export function decodeDelta(bytes: Uint8Array): DenyListDelta {
  return strictly(bytes, (reader) => {
    readLabel(reader, DELTA_LABEL);
    const delta = {
      epoch: takeUint32(reader),
      from: takeUint32(reader),
      to: takeUint32(reader),
      issuedAtMs: takeUint64(reader),
      digest: reader.take(DIGEST_LENGTH),
      add: readEntries(reader),
      remove: readEntries(reader),
      signature: reader.take(SIGNATURE_LENGTH),
    };
    if (!isPlausible(delta)) throw new TransitError('a delta that leads nowhere', 8);
    return delta;
  });
}

const SNAPSHOT_LABEL = fromAscii('DLS1');
const DELTA_LABEL = fromAscii('DLD1');
const DIGEST_LENGTH = 32;
const SIGNATURE_LENGTH = 64;

function unfit(why: ListUnfit['why']): ListUnfit {
  return { kind: 'unfit', why };
}

/** A sorted list after its changes, in one pass; undefined when something comes that is there, or goes that is not. */
export function changedEntries(
  entries: Uint8Array,
  { add, remove }: Pick<DenyListDelta, 'add' | 'remove'>,
): Uint8Array | undefined {
  const length = entries.length + add.length - remove.length;
  if (length < 0) return undefined;
  const out = new Uint8Array(length);
  let written = 0;
  let [comes, goes] = [0, 0];
  let copied = 0;
  const copyTo = (end: number): boolean => {
    if (written + end - copied > length) return false;
    out.set(entries.subarray(copied, end), written);
    written += end - copied;
    copied = end;
    return true;
  };
  while (comes < add.length || goes < remove.length) {
    const isComing =
      goes >= remove.length ||
      (comes < add.length && compareEntries(add, comes, remove, goes) <= 0);
    const [changes, offset] = isComing ? [add, comes] : [remove, goes];
    const at = placeOf(entries, changes, offset, copied);
    const isThere = at < entries.length && compareEntries(entries, at, changes, offset) === 0;
    if (isThere === isComing || !copyTo(at)) return undefined;
    if (isComing) {
      if (written + ENTRY_LENGTH > length) return undefined;
      out.set(changes.subarray(offset, offset + ENTRY_LENGTH), written);
      written += ENTRY_LENGTH;
      comes += ENTRY_LENGTH;
    } else {
      copied += ENTRY_LENGTH;
      goes += ENTRY_LENGTH;
    }
  }
  return copyTo(entries.length) && written === length ? out : undefined;
}

/** Where an entry stands or would stand, from `start` on; offsets count bytes. */
function placeOf(entries: Uint8Array, of: Uint8Array, offset: number, start: number): number {
  let low = start / ENTRY_LENGTH;
  let high = entries.length / ENTRY_LENGTH;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareEntries(entries, middle * ENTRY_LENGTH, of, offset) < 0) low = middle + 1;
    else high = middle;
  }
  return low * ENTRY_LENGTH;
}

/** The entries of one sorted list that another does not hold. */
function without(entries: Uint8Array, others: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  for (let at = 0; at < entries.length; at += ENTRY_LENGTH) {
    const entry = entries.subarray(at, at + ENTRY_LENGTH);
    if (!isListed(others, entry)) kept.push(entry);
  }
  return joined(kept);
}

/** Join without spreading: a list may be longer than a call may have arguments. */
function joined(entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(entries.length * ENTRY_LENGTH);
  entries.forEach((entry, index) => {
    out.set(entry, index * ENTRY_LENGTH);
  });
  return out;
}

/** Below zero, zero or above it, as two entries stand in order; offsets count bytes. */
function compareEntries(
  left: Uint8Array,
  leftOffset: number,
  right: Uint8Array,
  rightOffset: number,
): number {
  for (let index = 0; index < ENTRY_LENGTH; index++) {
    const difference =
      (left[leftOffset + index] as number) - (right[rightOffset + index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isSorted(entries: Uint8Array): boolean {
  if (entries.length % ENTRY_LENGTH !== 0) return false;
  for (let at = ENTRY_LENGTH; at < entries.length; at += ENTRY_LENGTH) {
    if (compareEntries(entries, at - ENTRY_LENGTH, entries, at) >= 0) return false;
  }
  return true;
}

function isPlausible({
  from,
  to,
  add,
  remove,
}: Pick<DenyListDelta, 'from' | 'to' | 'add' | 'remove'>): boolean {
  return to > from || (to === from && add.length === 0 && remove.length === 0);
}

function readLabel(reader: Reader, label: Uint8Array): void {
  if (!equal(reader.take(label.length), label)) throw new TransitError('another kind of list', 0);
}

function readEntries(reader: Reader): Uint8Array {
  const at = reader.offset;
  const entries = reader.take(takeUint32(reader) * ENTRY_LENGTH);
  if (!isSorted(entries)) throw new TransitError('entries that are not in order', at);
  return entries;
}
