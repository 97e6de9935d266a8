/**
 * One turn of the talk with an element: what its answers mean, and what it is told next.
 * nonce -> agree -> open -> load; an element whose domain keys are known begins at open.
 * @see profile octavo-1, sections 4 to 6
 */
import type { z } from '@hono/zod-openapi';
import { rangeOfCard, requestors } from '@octavo/domain/demo.ts';
import type { InstanceProfile } from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { firstCounter } from '@octavo/domain/token.ts';
import {
  ApduError,
  type Command,
  decodeResponse,
  encodeCommand,
  type Response,
  SW,
  statusHex,
} from '@octavo/lib/apdu/apdu.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { BytesError, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import {
  AgreementError,
  decodeNonce,
  FIRST_KEY_VERSION,
  LAST_KEY_VERSION,
} from '@octavo/lib/globalplatform/agreement.ts';
import { ISD_AID, SSD_AID } from '@octavo/lib/globalplatform/aids.ts';
import { getData, initializeUpdate, selectAid } from '@octavo/lib/globalplatform/commands.ts';
import type { ProvisionAnswer as ProvisionAnswerShape, ProvisionAsk } from '../shapes.ts';
import { type Element, keepDomain, readElement, spendKeyVersion } from './element-store.ts';
import { openDigits, sealedAt, type Tokens } from './ports.ts';
import type { Provisioning, ProvisionStep } from './provision-store.ts';
import type { Token } from './token-store.ts';

/** What the phone is to run next. */
export type ProvisionAnswer = z.input<typeof ProvisionAnswerShape>;

/** What the phone brings back. */
export type Round = NonNullable<z.output<typeof ProvisionAsk>['round']>;

/** What a talk is about and where it stands. */
export type Talk = {
  readonly token: Token;
  readonly talk: Provisioning;
  readonly element: Element;
};

/** A turn: the talk goes on, the element has done all, or the element failed. */
export type Turn =
  | {
      readonly kind: 'goesOn' | 'done';
      readonly talk: Provisioning;
      readonly answer: ProvisionAnswer;
    }
  | { readonly kind: 'failed'; readonly talk: Provisioning };

/** How often keys may be agreed anew before the element counts as failed. */
const MOST_AGREEMENTS = 2;

/** Begin, or begin again: at the secure channel when the element's keys are known, else at their agreement. */
export function beginTalk(tokens: Tokens, at: Talk): Turn {
  return at.element.sealedDomain === undefined ? askNonce(at) : askChannel(tokens, at);
}

/** Read the answers of the step the talk is at. Refused when they are not whole: then nothing is changed. */
export async function takeRound(
  tokens: Tokens,
  at: Talk,
  { step, answers }: Round,
): Promise<Turn | Refused> {
  const bytes = answers.map(fromHex);
  switch (step) {
    case 'nonce':
      return takeNonce(tokens, at, bytes);
    case 'agree':
      return takeAgreement(tokens, at, bytes);
    case 'open':
      return takeChannel(tokens, at, bytes);
    case 'load':
      return takeLoaded(tokens, at, bytes);
  }
}

function askNonce(at: Talk): Turn {
  return goesOn(at, 'nonce', { hostChallenge: undefined, receipt: undefined }, [
    told(selectAid(ISD_AID)),
    told(getData('DF01')),
  ]);
}

async function takeNonce(tokens: Tokens, at: Talk, answers: readonly Uint8Array[]): Promise<Turn> {
  const [selected, given] = answers.map(readResponse);
  const nonce = selected?.status === SW.success ? readNonce(given) : undefined;
  if (nonce === undefined || answers.length !== 2) return failed(at);
  const { certificate, spentVersion } = at.element;
  const keyVersion = Math.max(FIRST_KEY_VERSION, spentVersion + 1);
  if (keyVersion > LAST_KEY_VERSION) return failed(at);
  const { command, domain } = await tokens.keys.agreeDomain({
    elementCertificate: certificate,
    nonce,
    keyVersion,
  });
  const accept = [SW.success, SW.conditionsNotSatisfied].map(statusHex);
  return goesOn(at, 'agree', { sealedOffer: domain, offeredVersion: keyVersion }, [
    { bytes: toHex(command), accept },
  ]);
}

function readNonce(given: Response | undefined): Uint8Array | undefined {
  if (given?.status !== SW.success) return undefined;
  try {
    return decodeNonce(given.data);
  } catch (error) {
    if (error instanceof AgreementError) return undefined;
    throw error;
  }
}

/**
 * 6985: the element holds a version as high as the one offered, agreed in an answer that was lost or for another
 * token. What was agreed for another is used; else a higher version is offered. An offer that came to nothing is made
 * again under its version, since an element has sixteen of them in its life.
 */
async function takeAgreement(
  tokens: Tokens,
  at: Talk,
  answers: readonly Uint8Array[],
): Promise<Turn> {
  const [agreed] = answers.map(readResponse);
  const { sealedOffer, offeredVersion } = at.talk;
  assert(sealedOffer !== undefined && offeredVersion !== undefined, 'keys were offered');
  const { elementId, keyVersion } = at.element;
  if (agreed?.status === SW.conditionsNotSatisfied) {
    if (keyVersion >= offeredVersion) return askChannel(tokens, at);
    await spendKeyVersion(tokens.sql, elementId, offeredVersion);
    return agreeAnew(at);
  }
  if (agreed?.status !== SW.success || answers.length !== 1) return failed(at);
  await keepDomain(tokens.sql, elementId, sealedOffer, offeredVersion);
  const element = await readElement(tokens.sql, elementId);
  const talk = { ...at.talk, sealedOffer: undefined, offeredVersion: undefined };
  return askChannel(tokens, { ...at, element, talk });
}

function askChannel(tokens: Tokens, at: Talk): Turn {
  const hostChallenge = tokens.random(8);
  return goesOn(at, 'open', { hostChallenge, receipt: undefined }, [
    told(selectAid(SSD_AID)),
    told(initializeUpdate(at.element.keyVersion, hostChallenge), [SW.success, ...DOMAIN_LOST]),
  ]);
}

/** What INITIALIZE UPDATE answers when the domain has no keys, other keys, or has closed itself until it gets new ones. */
const DOMAIN_LOST: readonly number[] = [
  SW.referenceNotFound,
  SW.conditionsNotSatisfied,
  SW.authenticationBlocked,
];

async function takeChannel(
  tokens: Tokens,
  at: Talk,
  answers: readonly Uint8Array[],
): Promise<Turn> {
  const [selected, updated] = answers.map(readResponse);
  const [, answer] = answers;
  if (selected?.status !== SW.success || updated === undefined) return failed(at);
  if (DOMAIN_LOST.includes(updated.status)) return agreeAnew(at);
  if (updated.status !== SW.success || answers.length !== 2) return failed(at);
  const { sealedDomain } = at.element;
  const { hostChallenge } = at.talk;
  assert(sealedDomain !== undefined && hostChallenge !== undefined, 'a channel was asked for');
  assert(answer !== undefined, 'it was read above');
  const purpose = await purposeOf(tokens, at);
  if (purpose === undefined) return failed(at);
  const batch = await tokens.keys.cardKeysFor({
    elementId: at.element.elementId,
    domain: sealedDomain,
    hostChallenge,
    answer,
    purpose,
  });
  if (batch === undefined) return agreeAnew(at);
  const commands = batch.commands.map(({ bytes, accept }) => ({
    bytes: toHex(bytes),
    accept: [...accept],
  }));
  const loadings = at.talk.loadings + 1;
  const certifies = purpose.kind !== 'delete';
  return goesOn(at, 'load', { receipt: batch.receipt, loadings, certifies }, commands);
}

type Purpose = Parameters<Tokens['keys']['cardKeysFor']>[0]['purpose'];

/** Undefined when the instance was loaded so often that too few counters are left. */
async function purposeOf({ keys }: Tokens, { token, talk }: Talk): Promise<Purpose | undefined> {
  const { instanceAid, sealedNumber, tokenId } = token;
  if (talk.purpose === 'erase') return { kind: 'delete', instanceAid };
  // Certificates leave the counter where it stands, so the profile's says nothing then.
  const isLoaded = talk.purpose === 'personalise';
  const counter = isLoaded ? firstCounter(talk.loadings, Number(token.highestCounter)) : 0;
  if (counter === undefined) return undefined;
  const number = await openDigits(keys, sealedNumber, sealedAt(tokenId, 'token.number'));
  return { kind: talk.purpose, profile: profileOf(token, number, counter) };
}

function profileOf(token: Token, number: string, counter: number): InstanceProfile {
  const range = rangeOfCard(token.cardBin);
  assert(range !== undefined, 'tokens are of known ranges');
  const { expiry, sequenceNumber, instanceAid, keyIndex, accountReference, requestorId } = token;
  const { holderPublicKey: publicKey, rpIdHash, origin } = token;
  return {
    token: number,
    expiry,
    sequenceNumber,
    kind: range.kind,
    label: range.label,
    instanceAid,
    keyIndex,
    accountReference,
    requestorId,
    holder: publicKey === undefined ? { rpIdHash, origin } : { publicKey, rpIdHash, origin },
    firstCounter: counter,
    answersWithoutHolder: requestorId === requestors.laboratory.id,
  };
}

async function takeLoaded(
  tokens: Tokens,
  at: Talk,
  answers: readonly Uint8Array[],
): Promise<Turn | Refused> {
  const { receipt } = at.talk;
  assert(receipt !== undefined, 'a batch was sent');
  const check = await tokens.keys.checkAnswers({
    elementId: at.element.elementId,
    instanceAid: at.token.instanceAid,
    receipt,
    answers,
  });
  if (check.kind === 'failed') {
    // Answers that stop without a failure were cut off on their way: the talk can go on.
    return check.status === 'missing' ? refused('personalisation.unknown_step') : failed(at);
  }
  const talk: Provisioning = { ...at.talk, step: 'done', receipt: undefined };
  return { kind: 'done', talk, answer: answerFor(at, 'done', []) };
}

/** The keys are not those of the element: agree on newer ones, but not for ever. */
function agreeAnew(at: Talk): Turn {
  const agreements = at.talk.agreements + 1;
  if (agreements > MOST_AGREEMENTS) return failed(at);
  return askNonce({ ...at, talk: { ...at.talk, agreements } });
}

function failed({ talk }: Talk): Turn {
  const forgotten = { hostChallenge: undefined, receipt: undefined, agreements: 0 };
  return { kind: 'failed', talk: { ...talk, step: 'nonce', ...forgotten } };
}

type Told = ProvisionAnswer['commands'][number];

function told(command: Command, accept: readonly number[] = [SW.success]): Told {
  return { bytes: toHex(encodeCommand(command)), accept: accept.map(statusHex) };
}

function goesOn(
  at: Talk,
  step: ProvisionStep,
  change: Partial<Provisioning>,
  commands: readonly Told[],
): Turn {
  const talk = { ...at.talk, ...change, step, roundDigest: undefined };
  return { kind: 'goesOn', talk, answer: answerFor(at, step, commands) };
}

function answerFor(
  { token, talk }: Talk,
  step: ProvisionStep,
  commands: readonly Told[],
): ProvisionAnswer {
  const { instanceAid } = token;
  return { step, purpose: talk.purpose, instanceAid, commands: [...commands] };
}

function readResponse(bytes: Uint8Array): Response | undefined {
  try {
    return decodeResponse(bytes);
  } catch (error) {
    if (error instanceof ApduError || error instanceof BytesError) return undefined;
    throw error;
  }
}
