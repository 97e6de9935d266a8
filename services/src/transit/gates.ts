/** Gates: enrolling one, and what their operator sees of them. */
import type { z } from '@hono/zod-openapi';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { heldUpTo } from '@octavo/domain/transit/held.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import * as contract from './contract.ts';
import {
  type GateRow,
  insertGate,
  noteSeen,
  readCommand,
  readForgeries,
  readGate,
  readGates,
} from './gate-store.ts';
import { readLastChanges } from './list-store.ts';
import type { TransitPorts } from './ports.ts';

type GateView = z.input<typeof contract.GateView>;

/** How many forgeries are shown. */
const FORGERIES_SHOWN = 200;

/** How many versions back the time of a list is looked for. */
const CHANGES_LOOKED_AT = 2_000;

/** Enrol a gate with the key that its records are signed with. */
export async function enrolGate(
  ports: TransitPorts,
  body: z.output<typeof contract.enrolGate.body>,
): Promise<GateView | Refused> {
  const { requestId, gateId, publicKey, place } = body;
  const digest = await digestOf(ports.keys, contract.enrolGate.path, body);
  return await change(async () => {
    const done = answeredBefore<GateView>(await readCommand(ports.sql, requestId), digest);
    if (done !== undefined) return 'kind' in done ? done : written(done);
    if ((await readGate(ports.sql, gateId)) !== undefined) return refused('transit.gate_taken');
    const gate: GateRow = {
      gateId,
      publicKey: fromHex(publicKey),
      place,
      enrolledAtMs: ports.clock.nowMs(),
      held: { highest: 0, gaps: [] },
      forged: 0,
      lastSeenAtMs: undefined,
      listSeen: undefined,
      clock: undefined,
      version: 0,
    };
    const answer = viewOf(gate, new Map());
    if (!(await insertGate(ports.sql, gate, { requestId, digest, answer }))) return overtaken;
    ports.trace('transit.gate', { gateId, operator: place.operator, station: place.station });
    return written(answer);
  });
}

/** All gates, and what could not be believed. */
export async function gates(ports: TransitPorts): Promise<z.input<typeof contract.gates.answer>> {
  const rows = await readGates(ports.sql);
  const epoch = await ports.keys.denyEpoch();
  const changes = await readLastChanges(ports.sql, epoch, CHANGES_LOOKED_AT);
  const publishedAt = new Map(changes.map(({ version, atMs }) => [version, atMs]));
  const forgeries = await readForgeries(ports.sql, FORGERIES_SHOWN);
  return {
    gates: rows.map((row) => viewOf(row, publishedAt)),
    forgeries: forgeries.map(({ gateId, sequence, reason, atMs, digest }) => ({
      gateId,
      ...(sequence === undefined ? {} : { sequence }),
      reason,
      atMs,
      digest,
    })),
  };
}

/** The back office's time, for a gate that is known. */
export async function time(
  ports: TransitPorts,
  { gateId }: z.output<typeof contract.time.body>,
): Promise<{ nowMs: number } | Refused> {
  const isKnown = await noteSeen(ports.sql, gateId, ports.clock.nowMs(), undefined);
  return isKnown ? { nowMs: ports.clock.nowMs() } : refused('transit.gate_unknown');
}

function viewOf(gate: GateRow, publishedAt: ReadonlyMap<number, number>): GateView {
  const { gateId, place, enrolledAtMs, held, forged, lastSeenAtMs, listSeen, clock } = gate;
  const publishedAtMs = listSeen && publishedAt.get(listSeen.version);
  return {
    gateId,
    place,
    enrolledAtMs,
    ...(lastSeenAtMs === undefined ? {} : { lastSeenAtMs }),
    heldUpTo: heldUpTo(held),
    gaps: [...held.gaps],
    forged,
    ...(listSeen === undefined
      ? {}
      : { list: { ...listSeen, ...(publishedAtMs === undefined ? {} : { publishedAtMs }) } }),
    ...(clock === undefined ? {} : { clock }),
  };
}
