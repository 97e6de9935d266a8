/**
 * The gates of a world: two of a metro and one of a bus, each with a journal that outlives its service, and what they
 * told those who held a phone to them.
 */
import type { Journal } from '@octavo/domain/ports.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { keepJournals, memoryJournal } from '@octavo/platform/journal-file.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import * as gate from '@octavo/services/gate';
import type { Chance } from './chance.ts';
import { callsOf } from './holder.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** What a gate told a rider. */
export type GateAnswer = Exclude<Awaited<ReturnType<typeof askGate>>, Refused>;

/** An answer of a gate, with the gate that gave it. */
export type GateTold = GateAnswer & { readonly gateId: string; readonly requestId: string };

/** Which gate. */
export type GateName = 'in' | 'out' | 'bus';

/** The gates of a world. */
export type Gates = {
  /** Build them, whatever goes wrong on the way. */
  open(): Promise<void>;
  /** Everything that riders were told, in order. */
  readonly told: readonly GateTold[];
  /** Hold a phone to a gate, and ask again under the same id until something is answered; undefined when nothing was. */
  hold(rider: Owner, chance: Chance, name: GateName, phone: Channel): Promise<GateTold | undefined>;
};

const PLACES = {
  in: { operator: 'duhui', station: 'xinjie', line: '1', route: '', direction: 'in' },
  out: { operator: 'duhui', station: 'hebin', line: '1', route: '', direction: 'out' },
  bus: { operator: 'gongjiao', station: '', line: '', route: '12', direction: 'none' },
} as const satisfies Record<GateName, object>;

/** What may be answered while something is down. */
const PASSING: readonly string[] = ['unavailable', 'busy', 'request.too_often'];
const MOST_TRIES = 8;

/** Plan the gates; they are there when they have been opened. */
export function planGates(world: World, chance: Chance): Gates {
  const builder: Owner = { name: 'builder of gates', alive: true };
  const anyone = callsOf(world, builder).as(unsigned, 'gate');
  const opened = new Map<GateName, { readonly gateId: string; readonly key: string }>();
  const told: GateTold[] = [];
  const open = async (name: GateName): Promise<void> => {
    const body = { requestId: newId(chance), place: PLACES[name] };
    for (;;) {
      const answer = await anyone(gate.openGate, body);
      if (!isRefused(answer)) {
        opened.set(name, { gateId: answer.gate.gateId, key: answer.key });
        return;
      }
      await world.scheduler.sleep(builder, 1_000);
    }
  };
  return {
    told,
    open: async () => {
      for (const name of ['in', 'out', 'bus'] as const) await open(name);
    },
    hold: async (rider, whims, name, phone) => {
      const { gateId = '', key = '' } = opened.get(name) ?? {};
      const [requestId, air] = [newId(whims), `gate of ${rider.name}`];
      world.setAir(air, phone);
      try {
        for (let tries = 0; tries < MOST_TRIES; tries++) {
          const answer = await askGate(world, rider, key, { requestId, air });
          if (!isRefused(answer)) {
            const heard = { ...answer, gateId, requestId };
            told.push(heard);
            return heard;
          }
          if (!PASSING.includes(answer.code)) return undefined;
          await world.scheduler.sleep(rider, 1_000 + whims.below(15_000));
        }
        return undefined;
      } finally {
        world.setAir(air, undefined);
      }
    },
  };
}

function askGate(
  world: World,
  rider: Owner,
  key: string,
  body: { readonly requestId: string; readonly air: string },
) {
  return callsOf(world, rider).as(showKey('cashier', key), 'gate')(gate.tap, body);
}

function newId(chance: Chance): string {
  return toHex(chance.bytes(16));
}

/** The disks of the gates. */
export type Disks = {
  /** A gate's journal, for the life that asks for it. */
  open(gateId: string): Promise<Journal>;
  /** Every record that is on a disk. */
  records(): Promise<readonly { readonly gateId: string; readonly record: Uint8Array }[]>;
};

/** Disks with nothing on them. */
export function emptyDisks(): Disks {
  const disks = new Map<string, Journal>();
  const { open } = keepJournals(async (gateId) => {
    const disk = memoryJournal();
    disks.set(gateId, disk);
    return disk;
  });
  return {
    open,
    records: async () => {
      const all: { gateId: string; record: Uint8Array }[] = [];
      for (const [gateId, disk] of disks) {
        for (const record of await disk.read(0, disk.count())) all.push({ gateId, record });
      }
      return all;
    },
  };
}
