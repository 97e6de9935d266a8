/**
 * What the card says of its applications: the directory (PPSE) and the answer to SELECT.
 * @see docs/specs.md, EMV contactless sheet, section 3.2
 */
import { equal, toHex } from '../bytes/bytes.ts';
import { decodeTlv, find, findPath, type Tag, type Tlv, TlvError } from '../tlv/tlv.ts';
import type { ReaderConfiguration } from './reader.ts';

/** An application of the card that the reader takes. */
export type Candidate = {
  /** The card's full name of the application, which is what gets selected. */
  readonly adfName: Uint8Array;
  /** The reader's AID that it begins with. */
  readonly aid: Uint8Array;
  /** 1 is the holder's first choice, 15 the last; 0 says nothing and comes after all others. */
  readonly priority: number;
};

/** A selected application: its name, what its kernel must be told, and what else it can do. */
export type Selected = {
  readonly dfName: Uint8Array;
  /** 9F38, when there is one. */
  readonly pdol: Uint8Array | undefined;
  /** Bits of DF61, card additional function indicator, when there is one. */
  readonly additionalFunctions: Uint8Array | undefined;
};

/**
 * The applications that card and reader share, best first; ties keep the card's order. An entry that
 * is malformed is passed over, a malformed directory holds none.
 */
export function listCandidates(
  fci: Uint8Array,
  reader: Pick<ReaderConfiguration, 'aids' | 'kernelId'>,
): readonly Candidate[] {
  const objects = decode(fci) ?? [];
  if (objects.length !== 1) return [];
  const directory = findPath(objects, '6F', 'A5', 'BF0C');
  return (directory?.children ?? [])
    .filter((object) => object.tag === '61')
    .map((entry) => readEntry(entry, reader))
    .filter((candidate) => candidate !== undefined)
    .sort((left, right) => rank(left) - rank(right));
}

/** Read the answer to SELECT; undefined when it is malformed or of another application. */
export function readSelected(fci: Uint8Array, adfName: Uint8Array): Selected | undefined {
  const objects = decode(fci);
  if (objects === undefined || objects.length !== 1) return undefined;
  const dfName = findPath(objects, '6F', '84')?.value;
  if (dfName === undefined || dfName.length > 16 || !beginsWith(dfName, adfName)) return undefined;
  if (findPath(objects, '6F', 'A5') === undefined) return undefined;
  return {
    dfName,
    pdol: findPath(objects, '6F', 'A5', '9F38')?.value,
    additionalFunctions: findPath(objects, '6F', 'A5', 'BF0C', 'DF61')?.value,
  };
}

/** Decode data objects; undefined when the card's bytes are not TLV. */
export function decode(bytes: Uint8Array): readonly Tlv[] | undefined {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

/** Kernel by registered application provider, for entries that name none. */
const KERNEL_OF_RID: Readonly<Record<Tag, number>> = {
  A000000003: 3,
  A000000004: 2,
  A000000025: 4,
  A000000065: 5,
  A000000152: 6,
  A000000333: 7,
};

function readEntry(
  entry: Tlv,
  reader: Pick<ReaderConfiguration, 'aids' | 'kernelId'>,
): Candidate | undefined {
  const objects = entry.children ?? [];
  const adfName = find(objects, '4F')?.value;
  if (adfName === undefined || adfName.length < 5 || adfName.length > 16) return undefined;
  const aid = matchAid(adfName, reader.aids);
  if (aid === undefined) return undefined;
  if (kernelOf(adfName, find(objects, '9F2A')?.value) !== reader.kernelId) return undefined;
  const priority = find(objects, '87')?.value ?? Uint8Array.of(0);
  if (priority.length !== 1) return undefined;
  return { adfName, aid, priority: (priority[0] as number) & 0x0f };
}

/** The reader's AID that the name equals, else the first that it begins with. */
function matchAid(adfName: Uint8Array, aids: readonly Uint8Array[]): Uint8Array | undefined {
  return aids.find((aid) => equal(aid, adfName)) ?? aids.find((aid) => beginsWith(adfName, aid));
}

/** The kernel asked for; undefined when it is none that this reader could know. */
function kernelOf(adfName: Uint8Array, identifier: Uint8Array | undefined): number | undefined {
  const first = identifier?.[0] ?? 0;
  if (identifier !== undefined && identifier.length > 8) return undefined;
  if (first === 0) return KERNEL_OF_RID[toHex(adfName.subarray(0, 5))];
  // Bits 8 and 7 other than 00 name a kernel of one country.
  return (first & 0xc0) === 0 ? first & 0x3f : undefined;
}

function rank(candidate: Candidate): number {
  return candidate.priority === 0 ? 16 : candidate.priority;
}

function beginsWith(name: Uint8Array, beginning: Uint8Array): boolean {
  return name.length >= beginning.length && equal(name.subarray(0, beginning.length), beginning);
}
