/**
 * Goes on with what a device still has to ask of the token service: at once after a command, and in `run` after a
 * crash or an unanswered call. Asks keep their request ids, so asking twice does it once.
 */

import type { z } from '@hono/zod-openapi';
import {
  askAnswered,
  clearAsk,
  type Device,
  followEnrolment,
  followToken,
  freeLeaf,
  isNewsTo,
  leafOf,
  postpone,
} from '@octavo/domain/device.ts';
import {
  type Ask,
  firstNewsOfToken,
  isBeingAdded,
  type Leaf,
  type TokenNews,
} from '@octavo/domain/leaf.ts';
import { type CancelSignal, StorageUnavailable } from '@octavo/domain/ports.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { changeToken, enrolment, token } from '../tokens/contract.ts';
import { tokenPart } from './card-store.ts';
import { viewAfter, waitsFor } from './command.ts';
import { isPeerPassing, toStored } from './holder.ts';
import { follow } from './keep.ts';
import type { WalletPorts } from './ports.ts';
import { answerPart, type Part, readDevice, readDue } from './store.ts';

/** Ask everything that the device's leaves have to ask of their tokens. */
export async function settleAsks(ports: WalletPorts, deviceId: string): Promise<void> {
  const device = await readDevice(ports.sql, deviceId);
  for (const leaf of device?.leaves ?? []) {
    if (leaf.ask !== null) await settleAsk(ports, deviceId, leaf, leaf.ask);
  }
}

async function settleAsk(
  ports: WalletPorts,
  deviceId: string,
  leaf: Leaf,
  ask: Ask,
): Promise<void> {
  const { requestId, event, reason } = ask;
  const tokenReference = leaf.token?.tokenReference ?? '';
  const answer = await ports.tokens(changeToken, { requestId, tokenReference, event, reason });
  const nowMs = ports.clock.nowMs();
  if (!isRefused(answer)) {
    await end(ports, deviceId, ask, undefined, (device) =>
      askAnswered(device, requestId, answer, nowMs),
    );
    return;
  }
  if (isPeerPassing(answer)) {
    await follow(ports, deviceId, (device) => postpone(device, leaf.enrolmentId, nowMs));
    return;
  }
  const news = await ports.tokens(token, { tokenReference });
  if (isRefused(news) && isPeerPassing(news)) return;
  await end(ports, deviceId, ask, answer, (device) =>
    afterRefusal(device, leaf, ask, news, ports.clock.nowMs()),
  );
}

/** The token service will not do it: the leaf follows the token as it is, and a token that is not there frees it. */
function afterRefusal(
  device: Device,
  leaf: Leaf,
  ask: Ask,
  news: TokenNews | Refused,
  nowMs: number,
): Device {
  if (!isRefused(news)) return clearAsk(followToken(device, news, nowMs), ask.requestId, nowMs);
  if (news.code === 'token.unknown') return freeLeaf(device, leaf.enrolmentId);
  return clearAsk(device, ask.requestId, nowMs);
}

/** Write what came of an ask, and the answer of its command when that waits for nothing more. */
async function end(
  ports: WalletPorts,
  deviceId: string,
  ask: Ask,
  refusal: Refused | undefined,
  decide: (device: Device) => Device,
): Promise<void> {
  await follow(ports, deviceId, decide, (next) => {
    const { commandId } = ask;
    if (commandId === null || waitsFor(next, commandId)) return [];
    const answer = refusalOfCard(ask, refusal) ?? viewAfter(next);
    return [answerPart(next.userId, commandId, toStored(answer))];
  });
}

/** A refusal is the answer to a command about one card, unless it says that the card is gone already, as was wished. */
function refusalOfCard(ask: Ask, refusal: Refused | undefined): Refused | undefined {
  const gone = refusal?.code === 'token.deleted' || refusal?.code === 'token.unknown';
  if (ask.reason !== 'HOLDER_REQUEST' || (ask.event === 'delete' && gone)) return undefined;
  return refusal;
}

/** How often pending work is looked for. */
const PASS_MS = 5_000;
/** How many devices one pass takes; the rest follow in the next. */
const PASS_DEVICES = 200;

/** Settle what is pending until stopped. A database that is away is tried again in the next pass. */
export async function settleAll(ports: WalletPorts, stop: CancelSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      await settlePass(ports, stop);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
    }
    await ports.clock.sleep(PASS_MS, stop);
  }
}

async function settlePass(ports: WalletPorts, stop: CancelSignal): Promise<void> {
  const nowMs = ports.clock.nowMs();
  for (const deviceId of await readDue(ports.sql, nowMs, PASS_DEVICES)) {
    const device = await readDevice(ports.sql, deviceId);
    for (const leaf of device?.leaves ?? []) {
      if (stop.aborted) return;
      if (leaf.lookAtMs === null || leaf.lookAtMs > nowMs) continue;
      if (leaf.ask !== null) await settleAsk(ports, deviceId, leaf, leaf.ask);
      else if (isBeingAdded(leaf)) await lookAfter(ports, deviceId, leaf.enrolmentId);
    }
  }
}

/** Ask after a card that is being added. An enrolment that the token service does not know frees its leaf. */
async function lookAfter(ports: WalletPorts, deviceId: string, enrolmentId: string): Promise<void> {
  const news = await ports.tokens(enrolment, { enrolmentId });
  const nowMs = ports.clock.nowMs();
  if (isRefused(news)) {
    await follow(ports, deviceId, (device) =>
      isPeerPassing(news)
        ? postpone(device, enrolmentId, nowMs)
        : freeIfAdding(device, enrolmentId),
    );
    return;
  }
  await followNews(ports, deviceId, news);
  await refreshIfActive(ports, deviceId, news);
}

/** An active token's own news make its leaf active. */
async function refreshIfActive(
  ports: WalletPorts,
  deviceId: string,
  { state, tokenReference }: EnrolmentView,
): Promise<void> {
  if (state !== 'active' || tokenReference === undefined) return;
  await refreshToken(ports, deviceId, tokenReference);
}

/** Let a leaf follow what was heard of its enrolment, if that is news to it: a page may ask again and again. */
export async function catchUp(
  ports: WalletPorts,
  device: Device,
  news: EnrolmentView,
): Promise<void> {
  const { deviceId } = device;
  const { enrolmentId } = news;
  if (isNewsTo(device, enrolmentId, news)) await followNews(ports, deviceId, news);
  const leaf = leafOf(device, enrolmentId);
  if (leaf !== undefined && isBeingAdded(leaf)) await refreshIfActive(ports, deviceId, news);
}

/** Free a leaf, unless its card has been added meanwhile. */
export function freeIfAdding(device: Device, enrolmentId: string): Device {
  const leaf = leafOf(device, enrolmentId);
  return leaf !== undefined && isBeingAdded(leaf) ? freeLeaf(device, enrolmentId) : device;
}

type EnrolmentView = z.output<typeof enrolment.answer>;

/** Let a leaf follow its enrolment, and remember where the token lives as soon as there is one. */
export async function followNews(
  ports: WalletPorts,
  deviceId: string,
  news: EnrolmentView,
  further: readonly Part[] = [],
): Promise<Device | Refused> {
  const nowMs = ports.clock.nowMs();
  return await follow(
    ports,
    deviceId,
    (device) => followEnrolment(device, news.enrolmentId, news, nowMs),
    () => [...homeParts(news), ...further],
  );
}

/** Where the enrolment's token lives. */
export function homeParts(news: EnrolmentView): readonly Part[] {
  const first = firstNewsOfToken(news);
  return first === null ? [] : [tokenPart(first.tokenReference, first.tokenLastFour)];
}

/** Ask for a token as it is now, and let its leaf follow. */
export async function refreshToken(
  ports: WalletPorts,
  deviceId: string,
  tokenReference: string,
): Promise<Device | Refused> {
  const news = await ports.tokens(token, { tokenReference });
  if (isRefused(news)) return news;
  const nowMs = ports.clock.nowMs();
  return await follow(ports, deviceId, (device) => followToken(device, news, nowMs));
}
