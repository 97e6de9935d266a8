/** What a gate shows of itself: how it stands, and its last taps without anybody's number. */
import type { z } from '@hono/zod-openapi';
import { whyShut } from '@octavo/domain/gate/decide.ts';
import { isRefusalCode } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { ENTRY_LENGTH } from '@octavo/lib/transit/deny-list.ts';
import { correctedTimeMs, type TapRecord } from '@octavo/lib/transit/tap-record.ts';
import type { GateState, TapLine } from './contract.ts';
import { type Device, lastRecords, listAgeMs, shutFacts, timeAt, troubleOf } from './device.ts';
import type { GatePorts } from './ports.ts';

/** How a gate stands. */
export async function stateOf(
  ports: GatePorts,
  device: Device,
): Promise<z.input<typeof GateState>> {
  const { gateId, row, journal, heldUpTo, lastHeardAtMs } = device;
  const { place, number, merchantClass, tariffVersion, settings } = row;
  const shut = whyShut(await shutFacts(ports, device));
  const list = listOf(ports, device);
  const trouble = troubleOf(device);
  return {
    ...{ gateId, place, number, merchantClass, tariffVersion, settings },
    ...(shut === undefined ? {} : { shut: shut.code }),
    records: journal.count(),
    heldUpTo: heldUpTo ?? 0,
    ...(list === undefined ? {} : { list }),
    clock: timeAt(ports, device),
    ...(lastHeardAtMs === undefined ? {} : { lastHeardAtMs }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** A gate's last taps, newest first. */
export async function tapLines(device: Device): Promise<readonly z.input<typeof TapLine>[]> {
  const records = await lastRecords(device, MOST_SHOWN);
  return records.toReversed().map((record) => lineOf(record, device.heldUpTo ?? 0));
}

const MOST_SHOWN = 50;
const SHOWN_OF_NAME = 4;

function listOf(ports: GatePorts, device: Device) {
  const { list } = device;
  if (list === undefined) return undefined;
  const { epoch, version, issuedAtMs, entries } = list;
  const ageMs = listAgeMs(ports, device);
  return {
    ...{ epoch, version, issuedAtMs },
    entries: entries.length / ENTRY_LENGTH,
    ...(ageMs === undefined ? {} : { ageMs }),
  };
}

function lineOf(record: TapRecord, heldUpTo: number): z.input<typeof TapLine> {
  const { sequence, kind, reason, credential, form } = record;
  return {
    sequence,
    atMs: Math.max(0, correctedTimeMs(record)),
    kind,
    ...(isRefusalCode(reason) ? { code: reason } : {}),
    ...(credential === undefined
      ? {}
      : { hiddenName: toHex(credential.hash.subarray(0, SHOWN_OF_NAME)) }),
    form,
    isHeld: sequence <= heldUpTo,
  };
}
