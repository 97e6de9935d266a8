/**
 * The demo's text messages. An inbox belongs to a mobile number, and to whoever claimed it first and holds its secret,
 * as a SIM card would. Messages do hold one-time codes; they are sealed in the database.
 */
import type { z } from '@hono/zod-openapi';
import type { Sealed, Sql, VaultKeys } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { equalConstantTime, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import * as contract from './contract.ts';
import {
  claim,
  hasLine,
  loadLatest,
  loadLines,
  loadMessages,
  loadSecretHash,
  putLine,
  saveDelivery,
} from './inbox-store.ts';
import { type IssuerPorts, mobileHashOf, utf8 } from './ports.ts';
import { loadRequest } from './store.ts';

/** Claim an inbox: the first gets its secret, of which only a keyed hash is kept. */
export async function claimInbox(
  ports: IssuerPorts,
  mobile: string,
): Promise<{ secret: string } | Refused> {
  const mobileHash = await mobileHashOf(ports.keys, mobile);
  const secret = toHex(ports.random(16));
  const hash = await secretHash(ports.keys, mobileHash, secret);
  const first = await claim(ports.sql, mobileHash, hash, ports.clock.nowMs());
  return first ? { secret } : refused('inbox.taken');
}

/** The keyed hash of the mobile number whose secret this is. An inbox that nobody claimed is as closed as to a wrong one. */
export async function openInbox(
  ports: IssuerPorts,
  { mobile, secret }: { readonly mobile: string; readonly secret: string },
): Promise<string | Refused> {
  const mobileHash = await mobileHashOf(ports.keys, mobile);
  const shown = await secretHash(ports.keys, mobileHash, secret);
  const kept = await loadSecretHash(ports.sql, mobileHash);
  const fits = kept !== undefined && equalConstantTime(shown, kept);
  return fits ? mobileHash : refused('inbox.closed');
}

/** Read an inbox with its secret. */
export async function readInbox(
  ports: IssuerPorts,
  ask: z.output<typeof contract.readInbox.body>,
): Promise<z.input<typeof contract.readInbox.answer> | Refused> {
  const mobileHash = await openInbox(ports, ask);
  if (isRefused(mobileHash)) return mobileHash;
  const rows = await loadMessages(ports.sql, mobileHash, ask.afterSequence);
  const messages = [];
  for (const { sequence, atMs, from, lineId, body } of rows) {
    messages.push({ sequence, atMs, from, text: await openText(ports.keys, lineId, body) });
  }
  return { messages };
}

/** The latest texts of all inboxes for the operator, who reads no codes: runs of four or more digits are hidden. */
export async function viewMessages(
  ports: IssuerPorts,
): Promise<z.input<typeof contract.listMessages.answer>> {
  const messages = [];
  for (const { atMs, mobileMasked, from, lineId, body } of await loadLatest(ports.sql)) {
    const text = hideDigits(await openText(ports.keys, lineId, body));
    messages.push({ atMs, ...(mobileMasked === undefined ? {} : { mobileMasked }), from, text });
  }
  return { messages };
}

function hideDigits(text: string): string {
  return text.replace(/\p{Nd}{4,}/gu, (run) => '*'.repeat(run.length));
}

/** Deliver a text of another service. */
export async function deliver(
  ports: IssuerPorts,
  ask: z.output<typeof contract.deliver.body>,
): Promise<Record<string, never> | Refused> {
  const { keys, sql } = ports;
  const digest = await digestOf(keys, contract.deliver.path, ask);
  const mobileHash = await mobileHashOf(keys, ask.mobile);
  const body = await sealText(keys, ask.requestId, ask.text);
  const answer = await change<Record<string, never> | Refused>(async () => {
    const before = answeredBefore<Record<string, never>>(
      await loadRequest(sql, ask.requestId),
      digest,
    );
    if (before !== undefined) return isRefused(before) ? before : written(before);
    const line = { lineId: ask.requestId, mobileHash, from: ask.from, body };
    return (await saveDelivery(sql, line, digest, ports.clock.nowMs())) ? written({}) : overtaken;
  });
  if (!isRefused(answer)) await deliverLine(sql, ask.requestId);
  return answer;
}

/** Put every waiting text into its inbox: those that an earlier life left, or that storage did not take at once. */
export async function deliverWaiting(sql: Sql): Promise<void> {
  for (const lineId of await loadLines(sql)) await deliverLine(sql, lineId);
}

/** Put one waiting text into its inbox, once, whoever else tries. What does not go in stays in the outbox. */
export async function deliverLine(sql: Sql, lineId: string): Promise<void> {
  await change(async () => {
    const through = (await putLine(sql, lineId)) || !(await hasLine(sql, lineId));
    return through ? written({}) : overtaken;
  });
}

/** Seal a text for its line. */
export function sealText(keys: VaultKeys, lineId: string, text: string): Promise<Sealed> {
  return keys.vaultSeal(utf8(text), { id: lineId, column: 'body' });
}

async function openText(keys: VaultKeys, lineId: string, body: Sealed): Promise<string> {
  return new TextDecoder().decode(await keys.vaultOpen(body, { id: lineId, column: 'body' }));
}

function secretHash(keys: VaultKeys, mobileHash: string, secret: string): Promise<Uint8Array> {
  return keys.lookupHash('inbox', utf8(`${mobileHash} ${secret}`));
}
