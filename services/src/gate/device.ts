/**
 * One gate in this life: its journal with the chain in it, its list, its clock, and what it heard of its back office.
 * Its fields change with what happens at the gate; a record is written by whoever has the gate in turn.
 */
import type { z } from '@hono/zod-openapi';
import { type ClockComparison, type GateTime, gateTime } from '@octavo/domain/gate/clock.ts';
import type { GateState as ShutFacts } from '@octavo/domain/gate/decide.ts';
import type { InstantMs, Journal } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { CHAIN_START, type ChainEnd } from '@octavo/lib/transit/chain.ts';
import type { DenyList } from '@octavo/lib/transit/deny-list.ts';
import {
  decodeTapRecord,
  encodeTapRecord,
  encodeTapRecordBody,
  recordHash,
  type TapRecord,
  type TapRecordBody,
  UNKNOWN_UNCERTAINTY_MS,
} from '@octavo/lib/transit/tap-record.ts';
import { createTurns, type InTurn } from '../turns.ts';
import type { GateState } from './contract.ts';
import type { GatePorts } from './ports.ts';
import { findEntries, type GateRow, keepRecordsWritten } from './store.ts';

/** What is wrong between gate and back office. */
type Trouble = NonNullable<z.output<typeof GateState>['trouble']>;

/** A gate at work. */
export type Device = {
  readonly gateId: string;
  readonly journal: Journal;
  /** As it was last read or written. */
  row: GateRow;
  /** The last record. */
  end: ChainEnd;
  list: DenyList | undefined;
  comparison: ClockComparison | undefined;
  /** The last record lets somebody through, and this life did not see the barrier open. */
  unopened: TapRecord | undefined;
  /** Up to which number the back office has the records; undefined until it has said so. */
  heldUpTo: number | undefined;
  /** The highest number that the gate's row has of its records: not in the journal, so that it tells of one that was lost. */
  recordsWritten: number;
  lastHeardAtMs: InstantMs | undefined;
  /** What came of its last errands; `troubleOf` knows more. */
  trouble: Exclude<Trouble, 'records_lost'> | undefined;
  /** When somebody last did something at the gate. */
  usedAtMs: InstantMs | undefined;
  /** One errand to the back office after the other. */
  readonly inTurn: InTurn;
  /** When each errand to the back office is due. */
  readonly due: { clockAtMs: InstantMs; listAtMs: InstantMs; uploadAtMs: InstantMs };
};

/** Start a gate: its chain goes on where its journal ends, whatever the clock says. */
export async function startDevice(ports: GatePorts, row: GateRow): Promise<Device> {
  const list = await keptList(ports, row);
  const journal = await ports.openJournal(row.gateId);
  const { end, last } = await endOf(journal);
  const device: Device = {
    gateId: row.gateId,
    journal,
    row,
    end,
    list,
    comparison: row.comparison,
    unopened: last?.decision === 'allow' && last.kind !== 'check' ? last : undefined,
    heldUpTo: undefined,
    recordsWritten: row.recordsWritten,
    lastHeardAtMs: undefined,
    trouble: undefined,
    usedAtMs: undefined,
    inTurn: createTurns(),
    due: { clockAtMs: 0, listAtMs: 0, uploadAtMs: 0 },
  };
  await noteRecords(ports, device);
  return device;
}

/** How many records may be written that the gate's row does not know of. */
const MOST_UNNOTED = 32;

/** Half of it: between two taps there is time to note them, so that nobody waits for it. */
const NOTED_BETWEEN_TAPS = MOST_UNNOTED / 2;

/** Write down how many records there are, beside the journal. */
export async function noteRecords(ports: GatePorts, device: Device): Promise<void> {
  // What the back office holds was written too, whatever has become of it here.
  const reached = Math.max(device.journal.count(), device.heldUpTo ?? 0);
  if (reached <= device.recordsWritten) return;
  await keepRecordsWritten(ports.sql, device.gateId, reached);
  device.recordsWritten = Math.max(device.recordsWritten, reached);
}

/** Whether it is time to note a gate's records, though nobody has brought them away. */
export function isNotingDue({ journal, recordsWritten }: Device): boolean {
  return journal.count() - recordsWritten >= NOTED_BETWEEN_TAPS;
}

/**
 * What is wrong with a gate. A journal that ends below a number that was given is lost or rolled back: the gate would
 * sign the numbers after its end once more.
 */
export function troubleOf({
  journal,
  recordsWritten,
  heldUpTo = 0,
  trouble,
}: Device): Trouble | undefined {
  return journal.count() < Math.max(recordsWritten, heldUpTo) ? 'records_lost' : trouble;
}

async function endOf(
  journal: Journal,
): Promise<{ readonly end: ChainEnd; readonly last: TapRecord | undefined }> {
  const count = journal.count();
  if (count === 0) return { end: CHAIN_START, last: undefined };
  const [bytes] = await journal.read(count - 1, 1);
  assert(bytes !== undefined, 'a journal gives what it counts');
  const last = decodeTapRecord(bytes);
  assert(last.sequence === count, 'a journal holds every record from the first on');
  return { end: { sequence: count, hash: recordHash(bytes) }, last };
}

/** A gate's last records, oldest first. */
export async function lastRecords(
  { journal }: Device,
  most: number,
): Promise<readonly TapRecord[]> {
  const from = Math.max(0, journal.count() - most);
  return (await journal.read(from, most)).map(decodeTapRecord);
}

/** What a body needs to know of its place in the chain. */
export type ChainPlace = Pick<TapRecordBody, 'gateId' | 'sequence' | 'previous'>;

/**
 * Write the gate's next record: numbered, chained, signed, and on the disk when this resolves. Rejects with
 * `StorageUnavailable` when it is not; its number is then the next one's.
 */
export async function writeRecord(
  ports: GatePorts,
  device: Device,
  bodyAt: (place: ChainPlace) => Promise<TapRecordBody>,
): Promise<{ readonly sequence: number; readonly bytes: Uint8Array }> {
  const { gateId, end } = device;
  if (end.sequence - device.recordsWritten >= MOST_UNNOTED) await noteRecords(ports, device);
  const sequence = end.sequence + 1;
  const body = await bodyAt({ gateId, sequence, previous: end.hash });
  const signature = await ports.keys.signRecord(gateId, encodeTapRecordBody(body));
  const bytes = encodeTapRecord({ ...body, signature });
  await device.journal.append(bytes);
  device.end = { sequence, hash: recordHash(bytes) };
  return { sequence, bytes };
}

/** The gate's own clock, which may be off. */
export function deviceNowMs(ports: GatePorts, { row }: Device): InstantMs {
  return Math.max(0, ports.clock.nowMs() + row.settings.clockOffMs);
}

/** The time as the gate knows it. */
export function timeAt(ports: GatePorts, device: Device): GateTime {
  return gateTime(device.comparison, deviceNowMs(ports, device));
}

/**
 * What decides whether cards are looked at. A list under other keys than ours is none; and as everybody on it would go
 * through, it shuts the gate whatever is done with an old one.
 */
export async function shutFacts(ports: GatePorts, device: Device): Promise<ShutFacts> {
  const { settings } = device.row;
  const { list } = device;
  const isOurs = list !== undefined && list.epoch === (await ports.keys.denyEpoch());
  const isUnreadable = list !== undefined && !isOurs;
  return {
    isInService: !settings.isOutOfService && troubleOf(device) !== 'records_lost',
    listAgeMs: isOurs ? listAgeMs(ports, device) : undefined,
    listAge: {
      longestAgeMs: settings.longestListAgeMinutes * 60_000,
      whenOlder: isUnreadable ? 'closed' : settings.whenListOlder,
    },
  };
}

/** How old the list is; undefined when there is none, or nobody knows the time. */
export function listAgeMs(ports: GatePorts, device: Device): number | undefined {
  const { deviceTimeMs, offsetMs, uncertaintyMs } = timeAt(ports, device);
  if (device.list === undefined || uncertaintyMs === UNKNOWN_UNCERTAINTY_MS) return undefined;
  return Math.max(0, deviceTimeMs + offsetMs - device.list.issuedAtMs);
}

async function keptList(ports: GatePorts, { list }: GateRow): Promise<DenyList | undefined> {
  const entries = list && (await findEntries(ports.sql, list));
  return list === undefined || entries === undefined ? undefined : { ...list, entries };
}
