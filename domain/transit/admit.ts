/**
 * Which records of an upload are believed. What a gate did not sign is kept apart; what it signed twice under one
 * number, or names otherwise in its next record, is kept and contested, so that nobody is charged for it. The same
 * records in any order and in any number of uploads come to the same.
 * @see docs/specs.md, transit sheet, sections 2.4 and 5.3
 */
import { equal } from '@octavo/lib/bytes/bytes.ts';
import { NO_RECORD, recordHash, type TapRecord } from '@octavo/lib/transit/tap-record.ts';

/** Bytes as they came: the record that they are, if any, and whether the gate's key signed it. */
export type Incoming = {
  readonly bytes: Uint8Array;
  readonly record: TapRecord | undefined;
  readonly isSigned: boolean;
};

/** A record in its chain. */
export type ChainLink = {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly previous: Uint8Array;
  readonly contested: boolean;
};

/** Why bytes are not believed. */
export type Disbelief =
  | 'unreadable'
  | 'other_gate'
  | 'signature_wrong'
  | 'sequence_reused'
  | 'chain_broken';

/** What came of an upload. */
export type Admitted = {
  /** New and to be held, lowest number first. */
  readonly taken: readonly (ChainLink & { readonly record: TapRecord })[];
  readonly known: number;
  readonly forged: readonly {
    readonly bytes: Uint8Array;
    readonly sequence: number | undefined;
    readonly reason: Disbelief;
  }[];
  /** Numbers that are held and are contested from now on. */
  readonly contested: readonly number[];
};

type Working = { -readonly [Key in keyof ChainLink]: ChainLink[Key] } & {
  readonly record: TapRecord | undefined;
};

/** Look at an upload beside the records that are held under its numbers and next to them. */
export function admit(
  gateId: string,
  upload: readonly Incoming[],
  held: readonly ChainLink[],
): Admitted {
  const links = new Map<number, Working>(
    held.map((link) => [link.sequence, { ...link, record: undefined }]),
  );
  const forged: { bytes: Uint8Array; sequence: number | undefined; reason: Disbelief }[] = [];
  let known = 0;
  const readable = upload.filter(({ bytes, record, isSigned }) => {
    const reason = wrongWith(gateId, record, isSigned);
    if (reason !== undefined) forged.push({ bytes, sequence: record?.sequence, reason });
    return reason === undefined;
  });
  for (const { bytes, record } of readable) {
    if (record === undefined) continue;
    const { sequence, previous } = record;
    const hash = recordHash(bytes);
    const there = links.get(sequence);
    if (there === undefined) {
      links.set(sequence, { sequence, bytes, hash, previous, contested: false, record });
    } else if (equal(there.hash, hash)) known++;
    else {
      there.contested = true;
      forged.push({ bytes, sequence, reason: 'sequence_reused' });
    }
  }
  for (const link of links.values()) {
    if (isNamedOtherwise(link, links) && !link.contested) {
      link.contested = true;
      forged.push({ bytes: link.bytes, sequence: link.sequence, reason: 'chain_broken' });
    }
  }
  const wasContested = new Set(held.filter((link) => link.contested).map((link) => link.sequence));
  const all = [...links.values()].sort((left, right) => left.sequence - right.sequence);
  return {
    taken: all.flatMap(({ record, ...link }) =>
      record === undefined ? [] : [{ ...link, record }],
    ),
    known,
    forged,
    contested: all
      .filter((link) => link.record === undefined && link.contested)
      .map((link) => link.sequence)
      .filter((sequence) => !wasContested.has(sequence)),
  };
}

function wrongWith(
  gateId: string,
  record: TapRecord | undefined,
  isSigned: boolean,
): Disbelief | undefined {
  if (record === undefined) return 'unreadable';
  if (record.gateId !== gateId) return 'other_gate';
  return isSigned ? undefined : 'signature_wrong';
}

/** Whether the next record names another one in this place, or a gate's first names one before it. */
function isNamedOtherwise(link: Working, links: ReadonlyMap<number, Working>): boolean {
  if (link.sequence === 1 && !equal(link.previous, NO_RECORD)) return true;
  const next = links.get(link.sequence + 1);
  return next !== undefined && !equal(next.previous, link.hash);
}
