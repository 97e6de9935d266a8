/**
 * A gate's errands to its back office: being known there, the time, the deny list, and bringing records. All can fail
 * at any point and are then done again; none is needed for a gate to open.
 * @see docs/specs.md, transit sheet, sections 2.4, 4.3 and 5.3
 */
import type { z } from '@hono/zod-openapi';
import { sha256 } from '@noble/hashes/sha2.js';
import { compareClocks, surerComparison } from '@octavo/domain/gate/clock.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { fromAscii, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import {
  applyDelta,
  applySnapshot,
  type DenyList,
  decodeDelta,
  decodeSnapshot,
} from '@octavo/lib/transit/deny-list.ts';
import { signedPart } from '@octavo/lib/transit/tap-record.ts';
import { TransitError } from '@octavo/lib/transit/wire.ts';
import * as transit from '../transit/contract.ts';
import { type Device, deviceNowMs, isNotingDue, noteRecords } from './device.ts';
import type { Fleet } from './fleet.ts';
import type { GatePorts } from './ports.ts';
import { keepComparison, keepList, keepListAge, noteEnrolled } from './store.ts';

/** How long a gate at which somebody is keeps a list before it asks again, and how long an idle one does. */
const LIST_BUSY_MS = 15_000;
const LIST_IDLE_MS = 600_000;
/** How long after its last tap a gate counts as idle. */
const BUSY_MS = 600_000;
const CLOCK_MS = 600_000;
/** After an errand that failed. */
const AGAIN_MS = 30_000;
/** After records that the back office does not believe: they stay, and are brought again. */
const REFUSED_AGAIN_MS = 600_000;
const LONGEST_REST_MS = 600_000;

/** Do what is due; answers how long there is nothing to do. A gate that is cut off does nothing. */
export async function runErrands(ports: GatePorts, fleet: Fleet, device: Device): Promise<number> {
  if (isNotingDue(device)) await noteRecords(ports, device);
  if (device.row.settings.isOffline) return LONGEST_REST_MS;
  const { due } = device;
  const nowMs = ports.clock.nowMs();
  if (due.clockAtMs <= nowMs) await syncClock(ports, device);
  if (due.listAtMs <= nowMs) await pullList(ports, fleet, device);
  if (due.uploadAtMs <= nowMs && owesRecords(device)) await bringRecords(ports, device);
  const next = [due.clockAtMs, due.listAtMs, ...(owesRecords(device) ? [due.uploadAtMs] : [])];
  return Math.max(0, Math.min(LONGEST_REST_MS, Math.min(...next) - ports.clock.nowMs()));
}

/** Everything anew at the next errand, as after a change of settings. */
export function makeDue(device: Device): void {
  Object.assign(device.due, { clockAtMs: 0, listAtMs: 0, uploadAtMs: 0 });
}

/** Compare the gate's clock with the back office's. */
export function syncClock(ports: GatePorts, device: Device): Promise<boolean> {
  return device.inTurn(async () => {
    const askedAtMs = deviceNowMs(ports, device);
    const answer = await ask(ports, device, () =>
      ports.transit(transit.time, { gateId: device.gateId }),
    );
    const answeredAtMs = deviceNowMs(ports, device);
    if (answer === undefined) return failed(ports, device, 'clockAtMs');
    const fresh = compareClocks({ askedAtMs, officeMs: answer.nowMs, answeredAtMs });
    if (fresh === undefined) return failed(ports, device, 'clockAtMs');
    device.comparison = surerComparison(device.comparison, fresh);
    await keepComparison(ports.sql, device.gateId, device.comparison);
    device.due.clockAtMs = ports.clock.nowMs() + CLOCK_MS;
    return true;
  });
}

/** Get the list that leads on from the one that is there; one that does not fit is fetched whole. */
export function pullList(ports: GatePorts, fleet: Fleet, device: Device): Promise<boolean> {
  return device.inTurn(async () => {
    const { list } = device;
    const have = list && { epoch: list.epoch, version: list.version };
    const isTaken =
      (await takeList(ports, fleet, device, have)) ??
      (await takeList(ports, fleet, device, undefined));
    if (isTaken !== true) return failed(ports, device, 'listAtMs');
    const nowMs = ports.clock.nowMs();
    const isBusy = device.usedAtMs !== undefined && nowMs - device.usedAtMs < BUSY_MS;
    device.due.listAtMs = nowMs + (isBusy ? LIST_BUSY_MS : LIST_IDLE_MS);
    return true;
  });
}

/** Bring every record that the back office does not have, in order. It answers what it has; what was lost on the way is brought again. */
export function bringRecords(ports: GatePorts, device: Device): Promise<boolean> {
  return device.inTurn(async () => {
    let at = device.heldUpTo ?? (await bring(ports, device, []));
    while (at !== undefined && at < device.journal.count() && !device.row.settings.isOffline) {
      const records = fitting(await device.journal.read(at, transit.MOST_RECORDS));
      const held = await bring(ports, device, records);
      // Records that are not believed must not keep back those behind them.
      at = held === undefined ? undefined : Math.max(held, at + records.length);
    }
    if (at === undefined || device.row.settings.isOffline) {
      return failed(ports, device, 'uploadAtMs');
    }
    if (!owesRecords(device)) {
      clear(device, ['records_refused']);
      return true;
    }
    // Everything was brought, and something was not taken.
    device.trouble = 'records_refused';
    device.due.uploadAtMs = ports.clock.nowMs() + REFUSED_AGAIN_MS;
    return false;
  });
}

/** Whether the back office lacks records, or has not said which it has. */
function owesRecords(device: Device): boolean {
  return device.heldUpTo === undefined || device.heldUpTo < device.journal.count();
}

/** One call, as an enrolled gate; undefined when there was no answer to go by. */
async function ask<Answer extends object>(
  ports: GatePorts,
  device: Device,
  call: () => Promise<Answer | Refused>,
): Promise<Answer | undefined> {
  if (!(await enrol(ports, device))) return undefined;
  const answer = await call();
  if (!isRefused(answer)) {
    device.lastHeardAtMs = ports.clock.nowMs();
    clear(device, ['unreachable', 'not_enrolled']);
    return answer;
  }
  const isUnknown = answer.code === 'transit.gate_unknown';
  if (isUnknown) device.row = { ...device.row, isEnrolled: false };
  device.trouble = isUnknown ? 'not_enrolled' : (device.trouble ?? 'unreachable');
  return undefined;
}

/** Make the gate known with the key of its records. The request follows from the gate, so a repeat is the same. */
async function enrol(ports: GatePorts, device: Device): Promise<boolean> {
  const { gateId, row } = device;
  if (row.isEnrolled) return true;
  const answer = await ports.transitDesk(transit.enrolGate, {
    requestId: toHex(sha256(fromAscii(`enrol-gate ${gateId}`)).subarray(0, 16)),
    gateId,
    publicKey: toHex(await ports.keys.publicKey(gateId)),
    place: row.place,
  });
  if (isRefused(answer)) {
    device.trouble ??= answer.code === 'unavailable' ? 'unreachable' : 'not_enrolled';
    return false;
  }
  await noteEnrolled(ports.sql, gateId);
  device.row = { ...device.row, isEnrolled: true };
  clear(device, ['not_enrolled']);
  return true;
}

type Due = keyof Device['due'];

function failed(ports: GatePorts, device: Device, errand: Due): false {
  device.due[errand] = ports.clock.nowMs() + AGAIN_MS;
  return false;
}

type Trouble = NonNullable<Device['trouble']>;

/** Forget troubles of these kinds. */
function clear(device: Device, troubles: readonly Trouble[]): void {
  if (device.trouble !== undefined && troubles.includes(device.trouble)) device.trouble = undefined;
}

const LIST_TROUBLES: readonly Trouble[] = ['list_forged', 'list_older', 'list_unfit'];

/** Ask for the list and take it; false when there was none to take, undefined when what came may not be taken. */
async function takeList(
  ports: GatePorts,
  fleet: Fleet,
  device: Device,
  have: { epoch: number; version: number } | undefined,
): Promise<boolean | undefined> {
  const { gateId } = device;
  const answer = await ask(ports, device, () =>
    ports.transit(transit.list, { gateId, ...(have === undefined ? {} : { have }) }),
  );
  if (answer === undefined) return false;
  const judged = await judge(ports, device.list, answer);
  if (typeof judged === 'string') {
    device.trouble = judged;
    ports.trace('gate.list_refused', { gateId, trouble: judged });
    // A whole list that may not be taken is not asked for again at once.
    return have === undefined ? false : undefined;
  }
  const isSame = device.list?.epoch === judged.epoch && device.list.version === judged.version;
  const list = fleet.share(judged);
  if (isSame) await keepListAge(ports.sql, gateId, list.issuedAtMs);
  else await keepList(ports.sql, gateId, list);
  device.list = list;
  clear(device, LIST_TROUBLES);
  if (!isSame) ports.trace('gate.list', { gateId, epoch: list.epoch, version: list.version });
  return true;
}

/** What comes of an answer: the list as it then stands, or what is wrong with it. The signature is looked at first. */
async function judge(
  ports: GatePorts,
  current: DenyList | undefined,
  { snapshot, delta }: z.output<typeof transit.list.answer>,
): Promise<DenyList | Trouble> {
  const bytes = fromHex(snapshot ?? delta ?? '');
  const signature = bytes.subarray(-SIGNATURE_BYTES);
  if (!(await ports.directory.verify('transit', signedPart(bytes), signature))) {
    return 'list_forged';
  }
  const applied = apply(current, bytes, snapshot !== undefined);
  if (applied === undefined) return 'list_unfit';
  if (applied.kind === 'applied') return applied.list;
  return applied.why === 'older' ? 'list_older' : 'list_unfit';
}

const SIGNATURE_BYTES = 64;

function apply(current: DenyList | undefined, bytes: Uint8Array, isWhole: boolean) {
  try {
    if (isWhole) return applySnapshot(current, decodeSnapshot(bytes));
    return current && applyDelta(current, decodeDelta(bytes));
  } catch (error) {
    if (error instanceof TransitError) return undefined;
    throw error;
  }
}

/** How many bytes of records one call brings: as hexadecimal they stay well below what a call may hold. */
const MOST_BYTES = 24_000;

/** The first of some records that one call can bring, at least one. */
function fitting(records: readonly Uint8Array[]): readonly Uint8Array[] {
  let bytes = 0;
  const fits = records.filter((record) => {
    bytes += record.length;
    return bytes <= MOST_BYTES;
  });
  return fits.length > 0 ? fits : records.slice(0, 1);
}

/** Bring some records, or none; answers up to where the back office has them now. */
async function bring(
  ports: GatePorts,
  device: Device,
  records: readonly Uint8Array[],
): Promise<number | undefined> {
  const { gateId } = device;
  const answer = await ask(ports, device, () =>
    ports.transit(transit.upload, { gateId, records: records.map(toHex) }),
  );
  if (answer === undefined) return undefined;
  const { heldUpTo, taken, forged } = answer;
  device.heldUpTo = heldUpTo;
  await noteRecords(ports, device);
  if (records.length > 0) ports.trace('gate.uploaded', { gateId, heldUpTo, taken, forged });
  return heldUpTo;
}
