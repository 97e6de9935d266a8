/** All gates that this service runs: each started when it is first needed, with what they share. */
import {
  createPassBackMemory,
  type Passage,
  type PassBackMemory,
} from '@octavo/domain/gate/pass-back.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { DenyList } from '@octavo/lib/transit/deny-list.ts';
import {
  correctedTimeMs,
  type GateDirection,
  type TapPlace,
  type TapRecord,
} from '@octavo/lib/transit/tap-record.ts';
import { type Device, lastRecords, startDevice } from './device.ts';
import type { GatePorts } from './ports.ts';
import { findGate, listGates } from './store.ts';

/** The gates. */
export type Fleet = {
  /** A gate, started if it was not yet; undefined when there is none. */
  find(gateId: string): Promise<Device | undefined>;
  /** All gates, started. */
  all(): Promise<readonly Device[]>;
  /** Who has just gone through which line. */
  readonly passBack: PassBackMemory;
  /** The same list with the entries that another gate holds already: gates of one version hold one array. */
  share(list: DenyList): DenyList;
  /** Give the journals back. */
  close(): Promise<void>;
};

/** Open the fleet; no gate is started yet. */
export function openFleet(ports: GatePorts): Fleet {
  const started = new Map<string, Promise<Device | undefined>>();
  const passBack = createPassBackMemory();
  let shared: DenyList | undefined;

  const start = async (gateId: string): Promise<Device | undefined> => {
    const row = await findGate(ports.sql, gateId);
    if (row === undefined) return undefined;
    const device = await startDevice(ports, row);
    for (const record of await lastRecords(device, MOST_REMEMBERED)) {
      const passage = passageOf(record);
      if (passage !== undefined) passBack.restore(passage);
    }
    return device;
  };
  const find = async (gateId: string): Promise<Device | undefined> => {
    const known = started.get(gateId) ?? start(gateId);
    started.set(gateId, known);
    try {
      const device = await known;
      if (device === undefined) started.delete(gateId);
      return device;
    } catch (error) {
      // What could not be started is tried again when it is asked for next.
      started.delete(gateId);
      throw error;
    }
  };
  return {
    find,
    all: async () => {
      const devices: Device[] = [];
      for (const gateId of await listGates(ports.sql)) {
        const device = await find(gateId);
        if (device !== undefined) devices.push(device);
      }
      return devices;
    },
    passBack,
    share: (list) => {
      const isSame = shared?.epoch === list.epoch && shared.version === list.version;
      if (!isSame) shared = list;
      return { ...list, entries: shared?.entries ?? list.entries };
    },
    close: async () => {
      const devices = await Promise.allSettled(started.values());
      started.clear();
      for (const each of devices) {
        if (each.status === 'fulfilled') await each.value?.journal.close();
      }
    },
  };
}

/** Which line of gates a passage is at: all gates of one line in one station, or of one vehicle. */
export function passageAt(
  place: Pick<TapPlace, 'operator' | 'station' | 'line' | 'route' | 'vehicle'>,
  credential: Uint8Array,
  direction: GateDirection,
  atMs: number,
): Passage {
  const { operator, station, line, route, vehicle } = place;
  // Names hold no blank, so two lines are never written alike.
  const name = [operator, station, line, route, vehicle].join(' ');
  return { credential: toHex(credential), line: name, direction, atMs };
}

/** How many of a gate's records are looked at when it starts: more than go through within the longest window. */
const MOST_REMEMBERED = 500;

/** The passage that a record tells of; undefined when nobody went through. */
function passageOf(record: TapRecord): Passage | undefined {
  const { credential, decision, place } = record;
  if (credential === undefined || decision !== 'allow') return undefined;
  return passageAt(place, credential.hash, place.direction, correctedTimeMs(record));
}
