/** The gates' door: what pages and command lines ask of one gate, and the operator of all. */
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Caller } from '../caller.ts';
import { createEdge, type Edge } from '../endpoint.ts';
import { keyReused } from '../request.ts';
import {
  changeSettings,
  gates,
  openGate,
  progress,
  record,
  settings,
  state,
  tap,
  taps,
} from './contract.ts';
import type { Device } from './device.ts';
import { askDigest, createDoors, gateOf, setSettings, settingsOf } from './door.ts';
import type { Fleet } from './fleet.ts';
import { makeDue } from './office.ts';
import type { GatePorts } from './ports.ts';
import { type TapAnswer, type TapAsk, takeTap } from './tap.ts';
import { stateOf, tapLines } from './view.ts';

/** Called with a gate's id when it has something to tell its back office, or may be new. */
export type OnWork = (gateId: string) => void;

/** Build the edge. */
export function gateEdge(ports: GatePorts, fleet: Fleet, onWork: OnWork): Edge {
  const edge = createEdge('gate', ports.gate, ports.clock);
  const takings = createTakings(ports, fleet, onWork);
  const doors = createDoors(ports);
  const asGate =
    <Body, Answer>(act: (body: Body, device: Device) => Promise<Answer | Refused>) =>
    async (body: Body, caller: Caller): Promise<Answer | Refused> => {
      const device = await gateOf(ports, fleet, caller);
      return isRefused(device) ? device : act(body, device);
    };

  edge.add(openGate, async (body) => {
    const opened = await doors(body);
    if (!isRefused(opened)) onWork(opened.gate.gateId);
    return opened;
  });
  edge.add(
    settings,
    asGate(async (_body, device) => settingsOf(device)),
  );
  edge.add(
    changeSettings,
    asGate(async (body, device) => {
      const changed = await setSettings(ports, device, body);
      makeDue(device);
      onWork(device.gateId);
      return changed;
    }),
  );
  edge.add(
    tap,
    asGate((body, device) => takings.take(device, body)),
  );
  edge.add(
    progress,
    asGate(async ({ requestId }, device) => {
      const stage = takings.stageOf(device, requestId);
      return stage === undefined ? refused('tap.not_kept') : { stage };
    }),
  );
  edge.add(
    state,
    asGate((_body, device) => stateOf(ports, device)),
  );
  edge.add(
    taps,
    asGate(async (_body, device) => ({ taps: [...(await tapLines(device))] })),
  );
  edge.add(gates, async () => {
    const all = await fleet.all();
    return { gates: await Promise.all(all.map((device) => stateOf(ports, device))) };
  });
  edge.add(record, async ({ gateId, sequence }) => {
    const device = await fleet.find(gateId);
    const [bytes] = (await device?.journal.read(sequence - 1, 1)) ?? [];
    return bytes === undefined ? refused('tap.not_kept') : { record: toHex(bytes) };
  });
  return edge;
}

type Stage = 'reading' | 'deciding' | 'ended';

/** A tap that was asked for, under way or ended. */
type Taking = {
  readonly digest: Uint8Array;
  readonly answer: Promise<TapAnswer>;
  stage: Stage;
};

type Takings = {
  /** Take a tap; the same request again gets the same answer, another one while it is under way finds the gate busy. */
  take(device: Device, ask: TapAsk): Promise<TapAnswer | Refused>;
  stageOf(device: Device, requestId: string): Stage | undefined;
};

/** How many taps of a gate are remembered by their requests. */
const MOST_KEPT = 200;

/**
 * The taps of this life by gate and request. They are in memory alone: after a restart a request that comes again is a
 * new tap, and the gate's last record tells it from a second passage.
 */
function createTakings(ports: GatePorts, fleet: Fleet, onWork: OnWork): Takings {
  const gatesOf = new Map<string, Map<string, Taking>>();
  const takenAt = ({ gateId }: Device): Map<string, Taking> => {
    const known = gatesOf.get(gateId) ?? new Map<string, Taking>();
    gatesOf.set(gateId, known);
    return known;
  };
  return {
    take: async (device, ask) => {
      const taken = takenAt(device);
      const digest = askDigest(tap.path, ask, device);
      const before = taken.get(ask.requestId);
      if (before !== undefined) return keyReused(before.digest, digest) ?? before.answer;
      if (isUnderWay(taken)) return refused('gate.busy');
      const answer = takeTap(ports, fleet, device, ask, () => {
        taking.stage = 'deciding';
      }).finally(() => {
        taking.stage = 'ended';
        onWork(device.gateId);
      });
      const taking: Taking = { digest, answer, stage: 'reading' };
      taken.set(ask.requestId, taking);
      // What failed on our side is forgotten, so that it can be tried again.
      answer.catch(() => taken.delete(ask.requestId));
      const [oldest] = taken.keys();
      if (taken.size > MOST_KEPT && oldest !== undefined) taken.delete(oldest);
      return answer;
    },
    stageOf: (device, requestId) => takenAt(device).get(requestId)?.stage,
  };
}

/** One tap at a time, so only the last one may be under way. */
function isUnderWay(taken: ReadonlyMap<string, Taking>): boolean {
  const last = [...taken.values()].at(-1);
  return last !== undefined && last.stage !== 'ended';
}
