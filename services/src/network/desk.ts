/** What the network's parts share: ports, the line, what is under way, and changing a kept message. */
import { type MessageFields, messageKey } from '@octavo/domain/message.ts';
import type { KeptMessage, MessageChange } from '@octavo/domain/network.ts';
import type { CommonPorts, Dial, MacKeys, SigningKeys, VaultKeys } from '@octavo/domain/ports.ts';
import type { Refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { Gate } from '../caller.ts';
import { change, overtaken, written } from '../change.ts';
import type { Client } from '../endpoint.ts';
import { allotTraceNumber as allot } from '../trace-number.ts';
import { reversalFields } from './legs.ts';
import type { IssuerLine } from './line.ts';
import type { Post } from './post.ts';
import type { QueuedReversal } from './queue.ts';
import { findMessage, type KeptReversal, saveMessage, takeTraceNumber } from './store.ts';

/** What the network asks of the outside world. */
export type NetworkPorts = CommonPorts & {
  readonly keys: SigningKeys & VaultKeys & MacKeys;
  readonly gate: Gate;
  readonly tokens: Client;
  readonly dialIssuer: Dial;
};

/** A purchase that is being worked on in this process. */
export type Flight = {
  /** Takes the issuer's answer; false when none is awaited or it does not fit what was sent. */
  hear: (answer: MessageFields) => boolean;
  /** Resolves when nobody works on it any more. */
  readonly landed: Promise<void>;
};

/** What the network's parts share. */
export type Desk = {
  readonly ports: NetworkPorts;
  readonly post: Post;
  readonly line: IssuerLine;
  /** By message key; an entry is gone as soon as nobody works on it. */
  readonly flights: Map<string, Flight>;
  /** Of those, the ones whose end the token service must still be told when they land. */
  readonly owing: Set<string>;
  /** There is a reversal to forward, or an end to tell the token service. */
  readonly ring: { readonly forward: () => void; readonly report: () => void };
};

/** Change a kept message by a decision about its newest version. The message as it then stands, changed or not. */
export async function alter(
  desk: Desk,
  key: string,
  decide: (kept: KeptMessage) => MessageChange | undefined,
): Promise<KeptMessage | Refused> {
  return change(async () => {
    const kept = await findMessage(desk.ports.sql, key);
    assert(kept !== undefined, 'a message that is worked on is kept');
    const next = decide(kept);
    if (next === undefined) return written(kept);
    const saved = await save(desk, next, undefined);
    return saved === undefined ? overtaken : written(saved);
  });
}

/**
 * Save a changed message, and with it the reversal it owes the issuer and the answer to an acquirer's
 * reversal. The saved message, or undefined when another writer was faster.
 */
export async function save(
  desk: Desk,
  next: MessageChange,
  reversal: KeptReversal | undefined,
): Promise<KeptMessage | undefined> {
  const { message, reason } = next;
  const atMs = desk.ports.clock.nowMs();
  const forward =
    reason === undefined ? undefined : await queueReversal(desk.ports, message, reason);
  if (!(await saveMessage(desk.ports.sql, next, { atMs, reversal, forward }))) return undefined;
  if (forward !== undefined) desk.ring.forward();
  noteOwed(desk, message);
  return { ...message, version: message.version + 1 };
}

/** Have the token service told; of what is under way, not before it lands, since its verdict may be still to come. */
function noteOwed(desk: Desk, { messageKey: key, owed }: KeptMessage): void {
  if (owed === 'nothing') desk.owing.delete(key);
  else if (desk.flights.has(key)) desk.owing.add(key);
  else desk.ring.report();
}

/** A trace number (DE11) that this network did not use on that day (MMDD). */
export async function allotTraceNumber(
  ports: Pick<NetworkPorts, 'sql' | 'random'>,
  day: string,
): Promise<string> {
  return allot(ports.random, (number) => takeTraceNumber(ports.sql, day, number));
}

async function queueReversal(
  ports: NetworkPorts,
  message: KeptMessage,
  reason: string,
): Promise<QueuedReversal> {
  const nowMs = ports.clock.nowMs();
  const { transmission, date } = localTime(nowMs);
  const traceNumber = await allotTraceNumber(ports, date);
  const fields = reversalFields(message, { transmission, traceNumber, reason });
  const reversalKey = messageKey('0420', fields);
  assert(reversalKey !== undefined, 'a reversal of a kept message has its key fields');
  return {
    originalKey: message.messageKey,
    reversalKey,
    issuer: message.issuer ?? '',
    token: fields['2'] ?? '',
    fields,
    state: 'waiting',
    sendings: 0,
    nextAtMs: nowMs,
    createdAtMs: nowMs,
    version: 1,
  };
}
