/** Rounds between token service and element, passed through; the last one moves the leaf. */
import type { z } from '@hono/zod-openapi';
import { type Device, freeLeaf, leafOfToken } from '@octavo/domain/device.ts';
import { derivedId } from '@octavo/domain/leaf.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import type { Caller } from '../caller.ts';
import * as tokens from '../tokens/contract.ts';
import { readTokenHome } from './card-store.ts';
import type * as contract from './contract.ts';
import { deviceOfCaller } from './holder.ts';
import { follow } from './keep.ts';
import type { WalletPorts } from './ports.ts';
import { freeIfAdding, refreshToken } from './settle.ts';

type Body = z.output<typeof contract.provision.body>;
type Round = z.output<typeof tokens.provision.answer>;

/**
 * One round. Any token that lives on this phone may be asked for, also when its leaf is free already, so that a phone
 * that lost the last answer hears it again.
 */
export async function provision(
  ports: WalletPorts,
  body: Body,
  caller: Caller,
): Promise<Round | Refused> {
  const { deviceId, tokenReference } = body;
  const device = await deviceOfCaller(ports, caller, deviceId);
  if (isRefused(device)) return device;
  const barred = await barredFrom(ports, device, tokenReference);
  if (barred !== undefined) return barred;
  const round = await ports.tokens(tokens.provision, {
    requestId: derivedId(['provision', deviceId, body.requestId]),
    tokenReference,
    purpose: body.purpose,
    round: body.round,
  });
  if (isRefused(round)) return await afterRefusal(ports, deviceId, tokenReference, round);
  if (round.step !== 'done') return round;
  const followed = await refreshToken(ports, deviceId, tokenReference);
  if (isRefused(followed)) return followed;
  if (round.purpose === 'erase') {
    const freed = await follow(ports, deviceId, (each) => freeErased(each, tokenReference));
    if (isRefused(freed)) return freed;
  }
  return round;
}

async function barredFrom(
  ports: WalletPorts,
  device: Device,
  tokenReference: string,
): Promise<Refused | undefined> {
  const home = await readTokenHome(ports.sql, tokenReference);
  if (home?.deviceId !== device.deviceId) return refused('wallet.card_unknown');
  const leaf = leafOfToken(device, tokenReference);
  if (leaf === undefined) {
    // Without a leaf nothing may be written into the element any more, only erased.
    const news = await ports.tokens(tokens.token, { tokenReference });
    if (isRefused(news)) return news;
    return news.state === 'deleted' ? undefined : refused('wallet.card_unknown');
  }
  if (leaf.state !== 'personalising' || device.state === 'open') return undefined;
  return refused(device.state === 'locked' ? 'device.locked' : 'device.wiped');
}

async function afterRefusal(
  ports: WalletPorts,
  deviceId: string,
  tokenReference: string,
  refusal: Refused,
): Promise<Refused> {
  const over =
    refusal.code === 'personalisation.element_failed' || refusal.code === 'enrolment.lapsed';
  if (over) {
    await follow(ports, deviceId, (device) => {
      const leaf = leafOfToken(device, tokenReference);
      return leaf === undefined ? device : freeIfAdding(device, leaf.enrolmentId);
    });
  }
  return refusal;
}

function freeErased(device: Device, tokenReference: string): Device {
  const leaf = leafOfToken(device, tokenReference);
  return leaf?.state === 'removing' ? freeLeaf(device, leaf.enrolmentId) : device;
}
