/**
 * The deny list: what accounts wish becomes versions that only rise, and gates get what leads on from theirs, signed.
 * A change wins by its version alone, so a removal that comes late does no harm.
 */
import type { z } from '@hono/zod-openapi';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import {
  changedEntries,
  deltaSignatureInput,
  encodeDelta,
  encodeSnapshot,
  listDigest,
  snapshotSignatureInput,
  sortedEntries,
} from '@octavo/lib/transit/deny-list.ts';
import type * as contract from './contract.ts';
import { noteSeen } from './gate-store.ts';
import {
  beginList,
  type DenyChange,
  type ListHead,
  readChanges,
  readEntries,
  readHead,
  readStanding,
  readWishes,
  saveVersion,
  type Wish,
} from './list-store.ts';
import type { TransitPorts } from './ports.ts';

/** How many wishes one version fulfils. */
const MOST_WISHES = 1_000;

/** A gate that is further behind gets the whole list. */
const MOST_CHANGES = 5_000;

/** The list as gates ask for it. */
export type ListDesk = {
  /** Publish what accounts wish; answers whether there was anything. */
  publish(): Promise<boolean>;
  answer(
    body: z.output<typeof contract.list.body>,
  ): Promise<z.input<typeof contract.list.answer> | Refused>;
};

/** What is kept of a version, so that a call of one gate costs nothing that another's has cost. */
type Kept = {
  readonly head: ListHead;
  readonly entries: Uint8Array;
  readonly digest: Uint8Array;
  /** The last signed snapshot of this version, hexadecimal. */
  snapshot: { readonly text: string; readonly issuedAtMs: number } | undefined;
};

/** How long a signed snapshot is given to gates: a list's age is told by when it was signed. */
const SNAPSHOT_KEPT_MS = 60_000;

/** Open the list. What gates get of its newest version is kept in memory. */
export function openListDesk(ports: TransitPorts): ListDesk {
  let kept: Kept | undefined;
  const current = async (): Promise<Kept> => {
    for (;;) {
      const head = await headOf(ports);
      if (kept !== undefined && isSame(kept.head, head)) return kept;
      const entries = (await entriesAfter(ports, kept, head)) ?? (await wholeList(ports, head));
      if (entries === undefined) continue;
      kept = { head, entries, digest: listDigest(entries), snapshot: undefined };
      return kept;
    }
  };
  return {
    publish: () => publish(ports),
    answer: async ({ gateId, have }) => {
      if (!(await noteSeen(ports.sql, gateId, ports.clock.nowMs(), have))) {
        return refused('transit.gate_unknown');
      }
      while (await publish(ports));
      const list = await current();
      const { epoch, version } = list.head;
      const delta = await deltaFrom(ports, have, list);
      if (delta !== undefined) return { epoch, version, delta: toHex(delta) };
      return { epoch, version, snapshot: await snapshotOf(ports, list) };
    },
  };
}

async function headOf(ports: TransitPorts): Promise<ListHead> {
  const epoch = await ports.keys.denyEpoch();
  for (;;) {
    const head = await readHead(ports.sql, epoch);
    if (head !== undefined) return head;
    await beginList(ports.sql, epoch, ports.clock.nowMs());
  }
}

/** The list of a version as it follows from the one that is kept; undefined when it has to be read whole. */
async function entriesAfter(
  ports: TransitPorts,
  kept: Kept | undefined,
  head: ListHead,
): Promise<Uint8Array | undefined> {
  if (kept?.head.epoch !== head.epoch || kept.head.version > head.version) return undefined;
  const changes = await changesTo(ports, kept.head.version, head);
  return changes && changedEntries(kept.entries, changes);
}

/** The list of a version from its table; undefined when it has moved on meanwhile. */
async function wholeList(ports: TransitPorts, head: ListHead): Promise<Uint8Array | undefined> {
  const entries = sortedEntries((await readEntries(ports.sql, head.epoch)).map(fromHex));
  return isSame(await headOf(ports), head) ? entries : undefined;
}

async function publish(ports: TransitPorts): Promise<boolean> {
  const head = await headOf(ports);
  const wishes = await readWishes(ports.sql, MOST_WISHES);
  if (wishes.length === 0) return false;
  const entries = [...new Set(wishes.map(({ entry }) => entry))];
  const standing = await readStanding(ports.sql, head.epoch, entries);
  const changes = netOf(wishes, standing);
  // Also where nothing changes: whoever publishes at the same time may know fewer wishes, and must look again.
  if (await saveVersion(ports.sql, head, changes, wishes, ports.clock.nowMs())) {
    ports.trace('transit.list', { version: head.version + 1, changes: changes.length });
  }
  return true;
}

/** What wishes come to, beside what stands: the last one about an entry counts. */
function netOf(
  wishes: readonly Wish[],
  standing: ReadonlyMap<string, string>,
): readonly Omit<DenyChange, 'version' | 'atMs'>[] {
  const last = new Map(wishes.map((wish) => [wish.entry, wish]));
  return [...last.values()]
    .filter(({ entry, change }) => standing.has(entry) === (change === 'remove'))
    .map(({ entry, change, accountId, reason }) => ({ entry, change, accountId, reason }));
}

async function snapshotOf(ports: TransitPorts, list: Kept): Promise<string> {
  const issuedAtMs = ports.clock.nowMs();
  const ageMs = issuedAtMs - (list.snapshot?.issuedAtMs ?? -Infinity);
  if (list.snapshot !== undefined && ageMs >= 0 && ageMs < SNAPSHOT_KEPT_MS) {
    return list.snapshot.text;
  }
  const { head, entries, digest } = list;
  const body = { epoch: head.epoch, version: head.version, issuedAtMs, entries, digest };
  const signature = await ports.keys.sign(snapshotSignatureInput(body));
  const text = toHex(encodeSnapshot({ ...body, signature }));
  list.snapshot = { text, issuedAtMs };
  return text;
}

/** What leads on from what a gate has; undefined when it has to get the whole list. */
async function deltaFrom(
  ports: TransitPorts,
  have: { readonly epoch: number; readonly version: number } | undefined,
  { head, digest }: Kept,
): Promise<Uint8Array | undefined> {
  const { epoch, version } = head;
  if (have === undefined || have.epoch !== epoch) return undefined;
  if (have.version < 1 || have.version > version) return undefined;
  const changes = await changesTo(ports, have.version, head);
  if (changes === undefined) return undefined;
  const issuedAtMs = ports.clock.nowMs();
  const body = { epoch, from: have.version, to: version, issuedAtMs, ...changes, digest };
  return encodeDelta({ ...body, signature: await ports.keys.sign(deltaSignatureInput(body)) });
}

/** What leads from an earlier version to another; undefined when that is too much. */
async function changesTo(
  ports: TransitPorts,
  from: number,
  { epoch, version }: ListHead,
): Promise<Changes | undefined> {
  const changes = await readChanges(ports.sql, epoch, from, MOST_CHANGES + 1);
  if (changes.length > MOST_CHANGES) return undefined;
  return between(changes.filter((change) => change.version <= version));
}

/** Entries that come and entries that go; sorted, each once. */
type Changes = { readonly add: Uint8Array; readonly remove: Uint8Array };

/** What came and what went between two versions: what did both did neither. */
function between(changes: readonly DenyChange[]): Changes {
  const first = new Map<string, DenyChange>();
  const last = new Map<string, DenyChange>();
  for (const change of changes) {
    if (!first.has(change.entry)) first.set(change.entry, change);
    last.set(change.entry, change);
  }
  const moved = [...last.values()].filter(
    ({ entry, change }) => first.get(entry)?.change === change,
  );
  const those = (kind: DenyChange['change']): Uint8Array =>
    sortedEntries(moved.filter(({ change }) => change === kind).map(({ entry }) => fromHex(entry)));
  return { add: those('add'), remove: those('remove') };
}

function isSame(one: ListHead, other: ListHead): boolean {
  return one.epoch === other.epoch && one.version === other.version;
}
