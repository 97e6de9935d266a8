/** For tests: phones with real elements, and what a wallet sends for them, from a typed card to an active token. */
import type { z } from '@hono/zod-openapi';
import { requestors } from '@octavo/domain/demo.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import { type CardEntry, type CodeEntry, sealCardEntry } from '../../../platform/src/card-entry.ts';
import type { ManualClock } from '../../../platform/src/clock.ts';
import {
  type ElementHost,
  type MemoryElement,
  memoryElement,
  openElement,
} from '../../../platform/src/element.ts';
import { envelopeAddress } from '../../../platform/src/keyring.ts';
import { bearElement } from '../../../platform/src/maker.ts';
import { systemRandom } from '../../../platform/src/random.ts';
import { DEBIT, GOOD_SCORES, keyring, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';

/** A phone: an element with its holder's passcode set. */
export type Phone = {
  readonly host: ElementHost;
  readonly storage: MemoryElement;
  readonly certificate: Uint8Array;
  readonly elementId: string;
  /** Power the element on again from what its storage holds; its host must be closed. */
  reopen(): Promise<Phone>;
};

let serial = 0;

/** Make a phone. */
export async function newPhone(clock: ManualClock): Promise<Phone> {
  const lasting = bearElement({ keyring, random: systemRandom, serial: serial++ });
  const storage = memoryElement(lasting);
  const open = () => openElement({ storage, clock, random: systemRandom });
  const host = await open();
  await host.wired(fromHex('00A4040008A000000151000000'));
  await host.wired(fromHex('0024018106313233343536'));
  const { certificate } = lasting.birth;
  const phone = { storage, certificate, elementId: toHex(elementId(certificate)) };
  const asPhone = (on: ElementHost): Phone => ({
    ...phone,
    host: on,
    reopen: async () => asPhone(await open()),
  });
  return asPhone(host);
}

/** What is unlike an ordinary enrolment. */
export type Enrolling = {
  readonly card?: { pan: string; expiry: string; mobile?: string; cvn2?: string };
  readonly ask?: Partial<EnrolBody>;
  readonly entry?: Partial<CardEntry>;
};

/** What a wallet sends to add a card. */
export type EnrolBody = z.input<typeof contract.enrol.body>;

/** What a wallet sends to add a card to a phone. */
export async function enrolBody(
  clock: ManualClock,
  phone: Phone,
  { card = DEBIT, ask = {}, entry = {} }: Enrolling = {},
): Promise<EnrolBody> {
  const enrolmentId = requestId();
  const requestorId = requestors.wallet.id;
  const envelope = await seal({
    kind: 'card',
    ...card,
    elementId: phone.elementId,
    rpIdHash: '11'.repeat(32),
    origin: 'https://pay.example',
    enrolmentId,
    requestorId,
    atMs: clock.nowMs(),
    ...entry,
  });
  return {
    requestId: requestId(),
    enrolmentId,
    requestorId,
    envelope,
    elementCertificate: toHex(phone.certificate),
    termsVersion: '2026-01',
    termsAcceptedAtMs: clock.nowMs(),
    scores: GOOD_SCORES,
    ...ask,
  };
}

/** Close an entry as the card-entry frame does. */
export async function seal(
  entry: CardEntry | CodeEntry | Record<string, unknown>,
): Promise<string> {
  const { publicJwk, kid } = envelopeAddress(keyring);
  return sealCardEntry({ publicJwk, kid, entry: entry as CardEntry });
}

/** What a wallet sends to pass a code on. */
export async function codeBody(
  clock: ManualClock,
  enrolmentId: string,
  code: string,
  entry: Partial<CodeEntry> = {},
) {
  const envelope = await seal({
    kind: 'code',
    code,
    enrolmentId,
    requestorId: requestors.wallet.id,
    atMs: clock.nowMs(),
    ...entry,
  });
  return { requestId: requestId(), enrolmentId, envelope };
}

/** Add a card up to its token, which is inactive. */
export async function tokenised(world: World, phone: Phone, enrolling: Enrolling = {}) {
  const body = await enrolBody(world.clock, phone, enrolling);
  const asked = await world.asWallet(contract.enrol, body);
  if (isRefused(asked)) throw new Error(asked.code);
  if (asked.state === 'tokenised') return asked;
  const verified = await world.asWallet(
    contract.checkCode,
    await codeBody(world.clock, asked.enrolmentId, world.issuer.code),
  );
  if (isRefused(verified)) throw new Error(verified.code);
  return verified;
}

/** What the phone brings back. */
export type Round = { step: 'nonce' | 'agree' | 'open' | 'load'; answers: string[] };

/** Ask for a round. */
export function provisionRound(world: World, tokenReference: string, round?: Round) {
  const body = { requestId: requestId(), tokenReference, ...(round && { round }) };
  return world.asWallet(contract.provision, body);
}

/** Run a round's commands on a phone as the wallet app does: in order, up to the first that is not accepted. */
export async function runCommands(
  phone: Phone,
  commands: readonly { bytes: string; accept: readonly string[] }[],
): Promise<string[]> {
  const answers: string[] = [];
  for (const { bytes, accept } of commands) {
    const answer = toHex(await phone.host.wired(fromHex(bytes)));
    answers.push(answer);
    if (!accept.includes(answer.slice(-4))) break;
  }
  return answers;
}

/** All rounds from the first to `done`, or to a refusal; the steps that were gone through. */
export async function provisionAll(
  world: World,
  phone: Phone,
  tokenReference: string,
): Promise<{ steps: string[]; refusal?: Refused }> {
  const steps: string[] = [];
  let answer = await provisionRound(world, tokenReference);
  for (let rounds = 0; rounds < 20; rounds++) {
    if (isRefused(answer)) return { steps, refusal: answer };
    steps.push(answer.step);
    if (answer.step === 'done') return { steps };
    const answers = await runCommands(phone, answer.commands);
    answer = await provisionRound(world, tokenReference, { step: answer.step, answers });
  }
  throw new Error('the rounds do not end');
}

/** A token that is active on a phone. */
export type LiveToken = {
  readonly tokenReference: string;
  readonly enrolmentId: string;
  readonly instanceAid: string;
  readonly number: string;
  readonly expiry: string;
};

/** Add a card to a phone, all the way, and activate it in the contactless registry. */
export async function activeToken(
  world: World,
  phone: Phone,
  enrolling: Enrolling = {},
): Promise<LiveToken> {
  const { tokenReference = '', enrolmentId } = await tokenised(world, phone, enrolling);
  const { refusal } = await provisionAll(world, phone, tokenReference);
  if (refusal) throw new Error(refusal.code);
  const view = await world.asWallet(contract.token, { tokenReference });
  if (isRefused(view)) throw new Error(view.code);
  const { instanceAid, tokenExpiry: expiry } = view;
  await phone.host.wired(fromHex('00A4040009A0000001514352530000'));
  await phone.host.wired(fromHex(`80F001010C4F0A${instanceAid}`));
  return {
    tokenReference,
    enrolmentId,
    instanceAid,
    number: await numberOf(phone, instanceAid),
    expiry,
  };
}

/** The token's number, as a reader finds it in record 0301. */
async function numberOf(phone: Phone, instanceAid: string): Promise<string> {
  await phone.host.air(fromHex(`00A404000A${instanceAid}00`));
  const record = toHex(await phone.host.air(fromHex('00B2011C00')));
  return /5A08(\d{16})/.exec(record)?.[1] ?? '';
}

/** The holder types the passcode; the phone is ready for one tap. */
export async function armPhone(phone: Phone, instanceAid: string): Promise<void> {
  const { host } = phone;
  await host.wired(fromHex('00A4040008A000000151000000'));
  await host.wired(fromHex(`803A01000C4F0A${instanceAid}00`));
  await host.wired(fromHex('0020008106313233343536'));
}

/** A round that is answered; a refusal fails the test. */
export async function answeredRound(world: World, tokenReference: string, answered?: Round) {
  const answer = await provisionRound(world, tokenReference, answered);
  if (isRefused(answer)) throw new Error(answer.code);
  return answer;
}

/** Go on until a step is asked for, and give what is asked. */
export async function roundUpTo(
  world: World,
  phone: Phone,
  tokenReference: string,
  step: Round['step'],
) {
  let answer = await answeredRound(world, tokenReference);
  while (answer.step !== step) {
    if (answer.step === 'done') throw new Error(`done before ${step} was asked for`);
    const answers = await runCommands(phone, answer.commands);
    answer = await answeredRound(world, tokenReference, { step: answer.step, answers });
  }
  return answer;
}
