/** Taking what gates bring: read, checked, written in one statement by the gate's version, then answered. */
import type { z } from '@hono/zod-openapi';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { type Admitted, admit, type Incoming } from '@octavo/domain/transit/admit.ts';
import { heldUpTo, hold } from '@octavo/domain/transit/held.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import {
  correctedTimeMs,
  decodeTapRecord,
  recordHash,
  signedPart,
  type TapRecord,
} from '@octavo/lib/transit/tap-record.ts';
import { TransitError } from '@octavo/lib/transit/wire.ts';
import { change, overtaken, written } from '../change.ts';
import type * as contract from './contract.ts';
import {
  type GateRow,
  readForgedDigests,
  readGate,
  readRecords,
  saveUpload,
} from './gate-store.ts';
import type { TransitPorts } from './ports.ts';

type Answer = z.input<typeof contract.upload.answer>;

/** Take an upload. `onWork` is told when there is something to do with it. */
export async function upload(
  ports: TransitPorts,
  body: z.output<typeof contract.upload.body>,
  onWork: () => void,
): Promise<Answer | Refused> {
  const known = await readGate(ports.sql, body.gateId);
  if (known === undefined) return refused('transit.gate_unknown');
  const incoming: Incoming[] = [];
  for (const hex of body.records) {
    incoming.push(await readIncoming(ports, fromHex(hex), known.publicKey));
  }
  const answer = await change(async () => {
    const gate = await readGate(ports.sql, body.gateId);
    if (gate === undefined) return refused('transit.gate_unknown');
    const admitted = admit(gate.gateId, incoming, await neighbours(ports, gate, incoming));
    const nowMs = ports.clock.nowMs();
    const next = gateAfter(gate, admitted, nowMs);
    const forgeries = await newForgeries(ports, gate.gateId, admitted, nowMs);
    const isSaved = await saveUpload(ports.sql, {
      gate: next,
      records: admitted.taken.map(({ sequence, bytes, hash, previous, contested }) => ({
        gateId: gate.gateId,
        sequence,
        body: bytes,
        hash,
        previous,
        contested,
        takenAtMs: nowMs,
      })),
      forgeries,
      contested: admitted.contested,
    });
    if (!isSaved) return overtaken;
    for (const { reason, sequence } of forgeries) {
      ports.trace('transit.forged', { gateId: gate.gateId, reason, sequence: sequence ?? 0 });
    }
    return written(answerOf(next, admitted));
  });
  if (!isRefused(answer) && answer.taken + answer.forged > 0) onWork();
  return answer;
}

async function readIncoming(
  { keys }: TransitPorts,
  bytes: Uint8Array,
  publicKey: Uint8Array,
): Promise<Incoming> {
  const record = readOrNone(bytes);
  const isSigned =
    record !== undefined &&
    (await keys.verifyRecord(publicKey, signedPart(bytes), record.signature));
  return { bytes, record, isSigned };
}

function readOrNone(bytes: Uint8Array): TapRecord | undefined {
  try {
    return decodeTapRecord(bytes);
  } catch (error) {
    if (error instanceof TransitError) return undefined;
    throw error;
  }
}

/** What is held under the upload's numbers and beside them: there the chain has to fit. */
async function neighbours(ports: TransitPorts, gate: GateRow, incoming: readonly Incoming[]) {
  const numbers = incoming.flatMap(({ record }) => {
    if (record === undefined || record.gateId !== gate.gateId) return [];
    return [record.sequence - 1, record.sequence, record.sequence + 1];
  });
  const held = await readRecords(ports.sql, gate.gateId, [...new Set(numbers)]);
  return held.map(({ body, ...link }) => ({ ...link, bytes: body }));
}

function gateAfter(gate: GateRow, admitted: Admitted, nowMs: number): GateRow {
  const sequences = admitted.taken.map(({ sequence }) => sequence);
  const newest = admitted.taken.at(-1);
  const isNewest = newest !== undefined && newest.sequence > gate.held.highest;
  const clock = isNewest
    ? {
        offsetMs: newest.record.offsetMs,
        uncertaintyMs: newest.record.uncertaintyMs,
        atMs: correctedTimeMs(newest.record),
      }
    : gate.clock;
  return { ...gate, held: hold(gate.held, sequences, nowMs), lastSeenAtMs: nowMs, clock };
}

/** What is not kept apart yet; the same forgery brought twice counts once. */
async function newForgeries(
  ports: TransitPorts,
  gateId: string,
  { forged }: Admitted,
  nowMs: number,
) {
  if (forged.length === 0) return [];
  const named = new Map(
    forged.map(({ bytes, sequence, reason }) => {
      const digest = toHex(recordHash(bytes));
      return [digest, { gateId, digest, sequence, reason, body: bytes, atMs: nowMs }];
    }),
  );
  const there = await readForgedDigests(ports.sql, gateId, [...named.keys()]);
  return [...named.values()].filter(({ digest }) => !there.has(digest));
}

function answerOf(gate: GateRow, { taken, known, forged }: Admitted): Answer {
  return {
    heldUpTo: heldUpTo(gate.held),
    missing: gate.held.gaps.map(({ from, to }) => ({ from, to })),
    taken: taken.length,
    known,
    forged: forged.length,
  };
}
