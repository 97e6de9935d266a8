/** Adding cards and changing them. Envelopes pass unread and are kept nowhere. */
import type { z } from '@hono/zod-openapi';
import { requestors } from '@octavo/domain/demo.ts';
import {
  changeLeaf,
  type Device,
  followEnrolment,
  leafOf,
  leafOfToken,
  takeLeaf,
} from '@octavo/domain/device.ts';
import { derivedId } from '@octavo/domain/leaf.ts';
import { isRefused, type RefusalCode, type Refused, refused } from '@octavo/domain/refusal.ts';
import { type Opinion, opinionOf, SCORE_DAY_MS } from '@octavo/domain/scores.ts';
import type { Caller } from '../caller.ts';
import { change, type Written, written } from '../change.ts';
import * as tokens from '../tokens/contract.ts';
import { claimEnrolment, countEnrolments, readEnrolmentHome } from './card-store.ts';
import { begin, finish } from './command.ts';
import * as contract from './contract.ts';
import {
  commandBefore,
  commandOf,
  deviceOf,
  deviceOfCaller,
  fromStored,
  holderOf,
  isPeerPassing,
  toStored,
} from './holder.ts';
import { follow, keep } from './keep.ts';
import type { WalletPorts } from './ports.ts';
import { catchUp, followNews, freeIfAdding, homeParts, settleAsks } from './settle.ts';
import { readBirth } from './sign-in-store.ts';
import { answerPart, type Command, commandPart } from './store.ts';

type Asked = 'eligibility' | 'addCard' | 'enrolment' | 'passCode' | 'resendCode' | 'changeCard';
type Body<Name extends Asked> = z.output<(typeof contract)[Name]['body']>;
type EnrolmentView = z.output<typeof tokens.EnrolmentView>;
type DeviceView = z.input<typeof contract.DeviceView>;

/** What must be the same when an enrolment is asked for again. */
type AddingPlan = { readonly scores: Opinion; readonly termsAcceptedAtMs: number };

/** A card on its way: the answer it already has, or what to ask with. */
type Adding =
  | { readonly kind: 'answered'; readonly answer: EnrolmentView | Refused }
  | { readonly kind: 'begun'; readonly device: Device; readonly plan: AddingPlan };

/** Which product a number belongs to by its first six digits, which everybody may see. */
export async function eligibility(
  ports: WalletPorts,
  body: Body<'eligibility'>,
  caller: Caller,
): Promise<z.input<typeof tokens.CardFace> | Refused> {
  const holder = await holderOf(ports, caller);
  return isRefused(holder) ? holder : ports.tokens(tokens.eligibility, body);
}

/** Add a card: take a leaf, then ask the token service; a refusal frees the leaf again. */
export async function addCard(
  ports: WalletPorts,
  body: Body<'addCard'>,
  caller: Caller,
): Promise<EnrolmentView | Refused> {
  const command = await commandOf(ports, caller, contract.addCard.path, body);
  if (isRefused(command)) return command;
  const owned = await deviceOf(ports, command.userId, body.deviceId);
  if (isRefused(owned)) return owned;
  const plan = { scores: await scoresOf(ports, owned), termsAcceptedAtMs: command.atMs };
  const { enrolmentId, deviceId } = body;
  const home = await claimEnrolment(ports.sql, enrolmentId, deviceId, command.atMs);
  if (home !== deviceId) return refused('request.key_reused');
  const adding = await change(() => beginAdding(ports, body, { ...command, plan }));
  if (isRefused(adding)) return adding;
  if (adding.kind === 'answered') return adding.answer;
  const answer = await ports.tokens(tokens.enrol, {
    requestId: derivedId(['enrol', deviceId, body.requestId]),
    enrolmentId,
    requestorId: (body.laboratory ? requestors.laboratory : requestors.wallet).id,
    envelope: body.envelope,
    elementCertificate: adding.device.elementCertificate,
    termsVersion: body.termsVersion,
    termsAcceptedAtMs: adding.plan.termsAcceptedAtMs,
    scores: { ...adding.plan.scores, reasons: [...adding.plan.scores.reasons] },
  });
  return await endAdding(ports, body, command, answer);
}

async function scoresOf(ports: WalletPorts, device: Device): Promise<Opinion> {
  const nowMs = ports.clock.nowMs();
  const bornAtMs = (await readBirth(ports.sql, device.userId)) ?? nowMs;
  return opinionOf({
    deviceKnownMs: nowMs - device.registeredAtMs,
    userKnownMs: nowMs - bornAtMs,
    triesWithinDay: await countEnrolments(ports.sql, device.deviceId, nowMs - SCORE_DAY_MS),
    suspendedCards: device.leaves.filter((leaf) => leaf.state === 'suspended').length,
    sinceLockedMs: device.lockedAtMs === null ? null : nowMs - device.lockedAtMs,
  });
}

async function beginAdding(
  ports: WalletPorts,
  body: Body<'addCard'>,
  command: Command,
): Promise<Written<Adding> | Refused> {
  const before = await commandBefore(ports, command);
  if (isRefused(before)) return before;
  if (before?.answer !== undefined) {
    return written({ kind: 'answered', answer: fromStored<EnrolmentView>(before.answer) });
  }
  const device = await deviceOf(ports, command.userId, body.deviceId);
  if (isRefused(device)) return device;
  const plan = (before?.plan ?? command.plan) as AddingPlan;
  // An earlier life took the leaf and heard no answer: go on with the same request.
  if (before !== undefined && leafOf(device, body.enrolmentId) !== undefined) {
    return written({ kind: 'begun', device, plan });
  }
  const next = takeLeaf(device, body.enrolmentId, command.atMs);
  if (isRefused(next)) return next;
  const kept = await keep(ports, device, next.value, [commandPart(command)]);
  return kept.kind === 'written' ? written({ kind: 'begun', device: kept.answer, plan }) : kept;
}

async function endAdding(
  ports: WalletPorts,
  body: Body<'addCard'>,
  command: Command,
  answer: EnrolmentView | Refused,
): Promise<EnrolmentView | Refused> {
  // Nobody knows whether it was heard: the leaf stays, and a repeat or `run` finds out.
  if (isRefused(answer) && isPeerPassing(answer)) return answer;
  const part = answerPart(command.userId, command.requestId, toStored(answer));
  const ended = await change(async () => {
    const device = await deviceOf(ports, command.userId, body.deviceId);
    if (isRefused(device)) return device;
    if (isRefused(answer)) {
      return await keep(ports, device, freeIfAdding(device, body.enrolmentId), [part]);
    }
    const taken = retake(device, answer, ports.clock.nowMs());
    if (isRefused(taken)) return taken;
    const next = followEnrolment(taken, body.enrolmentId, answer, ports.clock.nowMs());
    return await keep(ports, device, next, [part, ...homeParts(answer)]);
  });
  return isRefused(ended) ? ended : answer;
}

/** A leaf that was given up while the answer was on its way is taken again, when there is still room. */
function retake(device: Device, answer: EnrolmentView, nowMs: number): Device | Refused {
  const held = leafOf(device, answer.enrolmentId) !== undefined;
  if (held || answer.state === 'lapsed') return device;
  const taken = takeLeaf(device, answer.enrolmentId, nowMs);
  return isRefused(taken) ? taken : taken.value;
}

/** Pass the bank's one-time code on, unread. */
export async function passCode(
  ports: WalletPorts,
  body: Body<'passCode'>,
  caller: Caller,
): Promise<EnrolmentView | Refused> {
  const { enrolmentId, envelope } = body;
  return await ofEnrolment(ports, body, caller, () =>
    ports.tokens(tokens.checkCode, {
      requestId: derivedId(['check-code', body.deviceId, body.requestId]),
      enrolmentId,
      envelope,
    }),
  );
}

/** Ask for a new code. */
export async function resendCode(
  ports: WalletPorts,
  body: Body<'resendCode'>,
  caller: Caller,
): Promise<EnrolmentView | Refused> {
  const { enrolmentId } = body;
  return await ofEnrolment(ports, body, caller, () =>
    ports.tokens(tokens.resendCode, {
      requestId: derivedId(['resend-code', body.deviceId, body.requestId]),
      enrolmentId,
    }),
  );
}

/** Ask about an enrolment of this phone and let its leaf follow. The token service keeps the answer for a repeat. */
async function ofEnrolment(
  ports: WalletPorts,
  body: Body<'enrolment'>,
  caller: Caller,
  ask: () => Promise<EnrolmentView | Refused>,
): Promise<EnrolmentView | Refused> {
  const { deviceId, enrolmentId } = body;
  const device = await adder(ports, body, caller);
  if (isRefused(device)) return device;
  const answer = await ask();
  if (isRefused(answer)) {
    const isOver = OVER.includes(answer.code);
    if (isOver) await follow(ports, deviceId, (each) => freeIfAdding(each, enrolmentId));
    return answer;
  }
  const followed = await followNews(ports, deviceId, answer);
  return isRefused(followed) ? followed : answer;
}

const OVER: readonly string[] = [
  'enrolment.lapsed',
  'enrolment.bank_refused',
  'enrolment.unknown',
] satisfies readonly RefusalCode[];

/** The open phone of the caller that has begun this enrolment. */
async function adder(
  ports: WalletPorts,
  { deviceId, enrolmentId }: Body<'enrolment'>,
  caller: Caller,
): Promise<Device | Refused> {
  const device = await deviceOfCaller(ports, caller, deviceId);
  if (isRefused(device)) return device;
  const home = await readEnrolmentHome(ports.sql, enrolmentId);
  if (home !== deviceId) return refused('wallet.card_unknown');
  if (device.state === 'locked') return refused('device.locked');
  return device.state === 'wiped' ? refused('device.wiped') : device;
}

/**
 * Where the adding of a card stands, for a phone that comes back to it. `busy` while the bank has not spoken, also
 * when the token service has not heard of it: the request may be on its way, and `run` frees the leaf if it is not.
 */
export async function enrolment(
  ports: WalletPorts,
  body: Body<'enrolment'>,
  caller: Caller,
): Promise<EnrolmentView | Refused> {
  const device = await adder(ports, body, caller);
  if (isRefused(device)) return device;
  const { enrolmentId } = body;
  const news = await ports.tokens(tokens.enrolment, { enrolmentId });
  if (isRefused(news)) {
    const isOnItsWay = leafOf(device, enrolmentId)?.state === 'asking';
    return news.code === 'enrolment.unknown' && isOnItsWay ? refused('busy') : news;
  }
  await catchUp(ports, device, news);
  return news;
}

/** Suspend, resume or remove one card; the leaf follows the token service's answer. */
export async function changeCard(
  ports: WalletPorts,
  body: Body<'changeCard'>,
  caller: Caller,
): Promise<DeviceView | Refused> {
  const command = await commandOf(ports, caller, contract.changeCard.path, body);
  if (isRefused(command)) return command;
  const device = await deviceOf(ports, command.userId, body.deviceId);
  if (isRefused(device)) return device;
  if (leafOfToken(device, body.tokenReference)?.ask) await settleAsks(ports, body.deviceId);
  const { deviceId, tokenReference, event } = body;
  const wish = { tokenReference, event, commandId: command.requestId, nowMs: command.atMs };
  const begun = await begin(ports, command, deviceId, (each) => changeLeaf(each, wish));
  if (isRefused(begun)) return begun;
  await settleAsks(ports, body.deviceId);
  return await finish(ports, command, body.deviceId);
}
