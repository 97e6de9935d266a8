/**
 * One request through the network: kept, checked by the token service, sent to the issuer (an advice is not), answered.
 * What is decided is saved before anybody is told, so that a restart at any point leaves nothing half done.
 */
import { fingerprint as digestOf, type MessageFields } from '@octavo/domain/message.ts';
import {
  answerUntold,
  decline,
  expire,
  hear,
  ISSUER_TIMEOUT_MS,
  type KeptMessage,
  type MessageChange,
  meetAgain,
  send,
  settle,
} from '@octavo/domain/network.ts';
import type { Admitted } from '@octavo/domain/network-admission.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { within } from '../endpoint.ts';
import { verdict } from '../tokens/contract.ts';
import { advise } from './advice.ts';
import { alter, type Desk, type Flight } from './desk.ts';
import { type Card, issuerRequest, tokenForm } from './legs.ts';
import { tellTokens } from './report.ts';
import { findMessage, insertMessage } from './store.ts';

/**
 * Bring one request to its answer: a new one, a repeat, or one whose first is under way. The kept message is
 * answered when it comes back.
 */
export async function purchase(
  desk: Desk,
  mti: string,
  fields: MessageFields,
  admitted: Admitted,
): Promise<KeptMessage | Refused> {
  const { sql, keys } = desk.ports;
  const { messageKey: key } = admitted;
  const fingerprint = await keys.lookupHash('message', digestOf(mti, fields));
  return fly(desk, key, async (flight) => {
    let kept = await findMessage(sql, key);
    if (kept === undefined) {
      const fresh = newMessage(desk, fields, admitted, fingerprint);
      const mine = await insertMessage(sql, fresh, { atMs: fresh.createdAtMs });
      if (mine && fresh.kind === 'advice') return advise(desk, fresh);
      if (mine) await forward(desk, fresh, flight);
      kept = await findMessage(sql, key);
    }
    assert(kept !== undefined, 'a message that was kept is there');
    const met = meetAgain(kept, fingerprint);
    if (isRefused(met)) return met;
    return met.value === 'answered' ? kept : conclude(desk, key);
  });
}

/**
 * End a message that nobody works on: after a restart, or after the database failed under it. False when it could not
 * be ended now.
 */
export async function concludeAlone(desk: Desk, key: string): Promise<boolean> {
  if (desk.flights.has(key)) return true;
  return !isRefused(await fly(desk, key, () => conclude(desk, key)));
}

/** Work on a key alone: whoever comes meanwhile waits for its turn and then finds the work done. */
async function fly<T>(desk: Desk, key: string, work: (flight: Flight) => Promise<T>): Promise<T> {
  for (let other = desk.flights.get(key); other !== undefined; other = desk.flights.get(key)) {
    await other.landed;
  }
  const { promise: landed, resolve: land } = Promise.withResolvers<void>();
  const flight: Flight = { hear: () => false, landed };
  desk.flights.set(key, flight);
  try {
    return await work(flight);
  } finally {
    desk.flights.delete(key);
    if (desk.owing.delete(key)) desk.ring.report();
    land();
  }
}

/** From kept to answered, as far as no reversal comes between. */
async function forward(desk: Desk, kept: KeptMessage, flight: Flight): Promise<void> {
  const { messageKey: key, fields = {} } = kept;
  const checked = await desk.ports.tokens(verdict, { mti: '0200', fields: { ...fields } });
  const alterTo = (decide: (kept: KeptMessage) => MessageChange | undefined) =>
    alter(desk, key, decide);
  if (isRefused(checked)) {
    const unknown = checked.code === 'unavailable' ? 'good or unknown' : 'refused';
    await alterTo((now) => decline(now, checked.code, unknown));
    return;
  }
  const { code, card } = checked;
  if (code !== undefined || card === undefined) {
    await alterTo((now) => decline(now, code ?? 'unavailable', 'refused'));
    return;
  }
  if (!desk.line.isUp()) {
    await alterTo((now) => decline(now, 'network.issuer_down', 'good or unknown'));
    return;
  }
  const sent = await alterTo((now) => send(now, card.accountReference));
  if (isRefused(sent) || sent.state !== 'sent') return;
  const heard = await askIssuer(desk, sent, fields, card, flight);
  if (heard === undefined) await alterTo(expire);
  else if (heard === 'down') {
    await alterTo((now) => decline(now, 'network.issuer_down', 'good or unknown'));
  } else {
    await alterTo((now) => hear(now, heard));
    await conclude(desk, key);
  }
}

/**
 * DE39 and DE38 of the issuer's answer; `down` when nothing was sent, undefined when no answer came in time or the line
 * broke while it was sent.
 */
async function askIssuer(
  desk: Desk,
  sent: KeptMessage,
  fields: MessageFields,
  card: Card,
  flight: Flight,
): Promise<{ responseCode: string; authorisation: string | undefined } | 'down' | undefined> {
  const { promise: answered, resolve: answer } = Promise.withResolvers<MessageFields>();
  const request = issuerRequest(sent, fields, card);
  flight.hear = (heard) => {
    const fits = [2, 3, 4, 49].every((field) => heard[field] === request.fields[field]);
    if (!fits || heard['39'] === undefined) return false;
    answer(heard);
    return true;
  };
  const heard = await within(desk.ports.clock, ISSUER_TIMEOUT_MS, async () => {
    const sending = await desk.line.send(request);
    if (sending === 'no_line') return 'down' as const;
    return sending === 'sent' ? answered : undefined;
  });
  flight.hear = () => false;
  if (heard === undefined || heard === 'down') return heard;
  return { responseCode: heard['39'] ?? '', authorisation: heard['38'] };
}

/**
 * Bring a message to its fixed answer from wherever it stands. A decision is told to the token service first,
 * for tag 91; when that does not answer, the acquirer gets the decision without it. An advice is decided by nobody but
 * the token service, and stays open while that is silent.
 */
async function conclude(desk: Desk, key: string): Promise<KeptMessage | Refused> {
  const kept = await alter(desk, key, settle);
  if (isRefused(kept) || kept.answered) return kept;
  if (kept.kind === 'advice') return advise(desk, kept);
  await tellTokens(desk, kept);
  return alter(desk, key, answerUntold);
}

function newMessage(
  desk: Desk,
  fields: MessageFields,
  { kind, messageKey, issuer }: Admitted,
  fingerprint: Uint8Array,
): KeptMessage {
  const createdAtMs = desk.ports.clock.nowMs();
  return {
    messageKey,
    kind,
    institution: fields['32'] ?? '',
    state: 'pending',
    fields: tokenForm(fields),
    fingerprint,
    issuer,
    settlementDate: localTime(createdAtMs).settlementDate,
    answered: false,
    owed: 'nothing',
    createdAtMs,
    version: 1,
  };
}
