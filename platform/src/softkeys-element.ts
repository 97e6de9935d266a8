/**
 * The token service's side of an element's security domain, in software: agreeing on keys, building a whole
 * batch for the secure channel, and checking the answers. Sessions and domain keys are handed out sealed.
 * @see profile octavo-1, sections 4 to 6, and docs/specs.md, provisioning sheet, sections 3 and 7
 */
import type {
  CommandBatch,
  ElementKeys,
  InstanceProfile,
  Random,
  SealContext,
} from '@octavo/domain/ports.ts';
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
import {
  concat,
  equal,
  equalConstantTime,
  fromHex,
  Reader,
  toHex,
  toUint,
} from '@octavo/lib/bytes/bytes.ts';
import { revealHex, type SecretBytes, secret } from '@octavo/lib/bytes/secret.ts';
import { deriveCardKeys } from '@octavo/lib/emv/keys.ts';
import { proposeAgreement } from '@octavo/lib/globalplatform/agreement.ts';
import { SSD_AID } from '@octavo/lib/globalplatform/aids.ts';
import { decodeElementCertificate, elementId } from '@octavo/lib/globalplatform/certificate.ts';
import {
  type CardAuthentication,
  signedStaticData,
} from '@octavo/lib/globalplatform/certification.ts';
import {
  decodeInitializeUpdateAnswer,
  deleteInstance,
  GlobalPlatformError,
  type InitializeUpdateAnswer,
} from '@octavo/lib/globalplatform/commands.ts';
import {
  certificationSteps,
  type PersonalisationStep,
  personalisationSteps,
  type TokenProfile,
} from '@octavo/lib/globalplatform/personalise.ts';
import {
  deriveSession,
  externalAuthenticate,
  FULL_SECURITY,
  pseudoRandomChallenge,
  Scp03Error,
  type ScpSession,
  type StaticKeys,
  unwrapResponse,
  wrap,
  wrapDek,
} from '@octavo/lib/globalplatform/scp03.ts';
import type { Authority } from './softkeys-authority.ts';
import type { MasterKeys } from './softkeys-cryptogram.ts';
import { generateScalar } from './softkeys-p256.ts';
import type { Vault } from './softkeys-vault.ts';

/** What the port is made of: the token service's master keys, vault, authority and signature. */
export type ElementKeysFrom = {
  readonly masterKeys: MasterKeys;
  readonly vault: Vault;
  readonly certifyCard: Authority['certifyCard'];
  readonly sign: (message: Uint8Array) => Uint8Array;
  readonly random: Random;
};

/** The token service's port to the security domains of elements. */
export function elementKeys(from: ElementKeysFrom): ElementKeys {
  return {
    agreeDomain: (ask) => agreeDomain(from, ask),
    cardKeysFor: async (ask) => cardKeysFor(from, ask),
    checkAnswers: async (ask) => checkAnswers(from, ask),
  };
}

type AgreeAsk = Parameters<ElementKeys['agreeDomain']>[0];
type BatchAsk = Parameters<ElementKeys['cardKeysFor']>[0];
type AnswersAsk = Parameters<ElementKeys['checkAnswers']>[0];
type AnswersCheck = Awaited<ReturnType<ElementKeys['checkAnswers']>>;

/** The certificate has been checked by the caller, so one that does not decode is a bug. */
async function agreeDomain(
  { vault, sign, random }: ElementKeysFrom,
  { elementCertificate, nonce, keyVersion }: AgreeAsk,
): ReturnType<ElementKeys['agreeDomain']> {
  const { command, keys } = await proposeAgreement({
    ephemeralSecretKey: generateScalar(random),
    elementCertificate,
    elementPublicKey: decodeElementCertificate(elementCertificate).publicKey,
    keyVersion,
    nonce,
    sign,
  });
  const domain = concat(Uint8Array.of(keyVersion), keys.enc, keys.mac, keys.dek);
  const place = domainOf(elementId(elementCertificate));
  return { command: encodeCommand(command), domain: vault.seal(domain, place) };
}

function cardKeysFor(from: ElementKeysFrom, ask: BatchAsk): CommandBatch | undefined {
  const { keyVersion, keys } = readDomain(from.vault.open(ask.domain, domainOf(ask.elementId)));
  const answer = readInitializeUpdate(ask.answer);
  if (answer?.keyVersion !== keyVersion) return undefined;
  const challenge = pseudoRandomChallenge(keys, answer.sequenceCounter, SSD_AID);
  if (!equal(challenge, answer.cardChallenge)) return undefined;
  const session = deriveSession(keys, ask.hostChallenge, answer.cardChallenge);
  if (!equalConstantTime(session.cardCryptogram, answer.cardCryptogram)) return undefined;
  const { purpose } = ask;
  const instance = purpose.kind === 'delete' ? purpose.instanceAid : purpose.profile.instanceAid;
  const place = receiptOf(ask.elementId, instance);
  return wrapSteps(from.vault, place, session, stepsFor(from, keys, purpose));
}

function stepsFor(
  from: ElementKeysFrom,
  keys: StaticKeys,
  purpose: BatchAsk['purpose'],
): readonly PersonalisationStep[] {
  if (purpose.kind === 'delete') {
    const command = deleteInstance(purpose.instanceAid);
    return [{ command, accepts: [SW.success, SW.referenceNotFound] }];
  }
  const encryptKeys = (data: Uint8Array): Uint8Array => wrapDek(keys, data);
  const profile = certifiedProfile(from, purpose.profile);
  return purpose.kind === 'certify'
    ? certificationSteps(profile, encryptKeys)
    : personalisationSteps(profile, encryptKeys);
}

/** A card key is made anew each time, so what an element holds is the pair of the certificate that came with it. */
function certifiedProfile(
  { masterKeys, certifyCard }: ElementKeysFrom,
  given: InstanceProfile,
): TokenProfile & { readonly authentication: CardAuthentication } {
  const profile = tokenProfile(masterKeys, given);
  const { token, expiry } = profile;
  const staticData = signedStaticData(profile);
  return { ...profile, authentication: certifyCard({ token, expiry, staticData }) };
}

function tokenProfile(masterKeys: MasterKeys, profile: InstanceProfile): TokenProfile {
  const master = masterKeys.get(profile.keyIndex);
  assert(master !== undefined, 'tokens are issued under a key index that is held');
  const { kind, instanceAid, token, expiry, label, requestorId, holder, firstCounter } = profile;
  return {
    kind,
    instanceAid,
    token,
    expiry,
    label,
    requestorId,
    holder,
    firstCounter,
    panSequenceNumber: profile.sequenceNumber,
    serviceCode: SERVICE_CODE,
    derivationKeyIndex: toUint(fromHex(profile.keyIndex)),
    par: profile.accountReference,
    cardKeys: deriveCardKeys(master, token, profile.sequenceNumber),
    profileFlag: profile.answersWithoutHolder ? 0x01 : 0x00,
  };
}

/** EXTERNAL AUTHENTICATE, then every step wrapped; the receipt keeps the session as it stood after each. */
function wrapSteps(
  vault: Vault,
  place: SealContext,
  challenged: ScpSession,
  steps: readonly PersonalisationStep[],
): CommandBatch {
  const [opened, authenticate] = externalAuthenticate(challenged, FULL_SECURITY);
  const commands: Command[] = [authenticate];
  const chains: Uint8Array[] = [];
  let session = opened;
  for (const step of steps) {
    const [after, command] = wrap(session, step.command);
    commands.push(command);
    chains.push(after.chain);
    session = after;
  }
  const accepted = [[SW.success], ...steps.map(({ accepts }) => accepts)];
  // Session keys stand in the sealed receipt, and nowhere else.
  const receipt: Receipt = {
    sEnc: revealHex(session.sEnc),
    sRmac: revealHex(session.sRmac),
    chains: chains.map(toHex),
    accepted,
  };
  return {
    commands: commands.map((command, index) => ({
      bytes: encodeCommand(command),
      accept: (accepted[index] ?? []).map(statusHex),
    })),
    receipt: vault.seal(Buffer.from(JSON.stringify(receipt)), place),
  };
}

/** What the answers are checked with. Response keys alone: nothing can be asked of the element with it. */
type Receipt = {
  readonly sEnc: string;
  readonly sRmac: string;
  /** The command MAC after each wrapped command; EXTERNAL AUTHENTICATE has no protected answer. */
  readonly chains: readonly string[];
  readonly accepted: readonly (readonly number[])[];
};

/** In order: each status must be one that its command may answer, and each response MAC must be right. */
function checkAnswers(
  { vault }: ElementKeysFrom,
  { elementId: id, instanceAid, receipt: sealed, answers }: AnswersAsk,
): AnswersCheck {
  const plain = vault.open(sealed, receiptOf(id, instanceAid));
  const receipt = JSON.parse(Buffer.from(plain).toString()) as Receipt;
  for (const [at, accepted] of receipt.accepted.entries()) {
    const answer = answers[at];
    if (answer === undefined) return { kind: 'failed', at, status: 'missing' };
    const status = failureOf(receipt, at, accepted, answer);
    if (status !== undefined) return { kind: 'failed', at, status };
  }
  const at = receipt.accepted.length;
  return answers.length > at ? { kind: 'failed', at, status: 'unexpected' } : { kind: 'accepted' };
}

/** Why an answer is not accepted: its status word, or a word of ours; undefined when it is. */
function failureOf(
  receipt: Receipt,
  at: number,
  accepted: readonly number[],
  answer: Uint8Array,
): string | undefined {
  const response = tryDecodeResponse(answer);
  if (response === undefined) return 'malformed';
  if (!accepted.includes(response.status)) return statusHex(response.status);
  if (at === 0) return response.data.length === 0 ? undefined : 'malformed';
  return isVouchedFor(receipt, at, response) ? undefined : 'mac_wrong';
}

function isVouchedFor(receipt: Receipt, at: number, response: Response): boolean {
  const chain = receipt.chains[at - 1];
  assert(chain !== undefined, 'a chain for each wrapped command');
  try {
    unwrapResponse(sessionAfter(receipt, chain, at), response);
    return true;
  } catch (error) {
    if (error instanceof Scp03Error) return false;
    throw error;
  }
}

/** As much of the session as an answer needs; the command key is not kept. */
function sessionAfter({ sEnc, sRmac }: Receipt, chain: string, counter: number): ScpSession {
  const nothing = new Uint8Array(0);
  return {
    sEnc: secret(fromHex(sEnc)),
    sMac: secret(nothing),
    sRmac: secret(fromHex(sRmac)),
    cardCryptogram: nothing,
    hostCryptogram: nothing,
    chain: fromHex(chain),
    counter,
    level: FULL_SECURITY,
  };
}

function readDomain(plain: Uint8Array): { readonly keyVersion: number; readonly keys: StaticKeys } {
  const reader = new Reader(plain);
  const keyVersion = reader.byte();
  const key = (): SecretBytes => secret(reader.take(16));
  const keys = { enc: key(), mac: key(), dek: key() };
  reader.end();
  return { keyVersion, keys };
}

function readInitializeUpdate(answer: Uint8Array): InitializeUpdateAnswer | undefined {
  const response = tryDecodeResponse(answer);
  if (response?.status !== SW.success) return undefined;
  try {
    return decodeInitializeUpdateAnswer(response.data);
  } catch (error) {
    if (error instanceof GlobalPlatformError) return undefined;
    throw error;
  }
}

function tryDecodeResponse(bytes: Uint8Array): Response | undefined {
  try {
    return decodeResponse(bytes);
  } catch (error) {
    if (error instanceof ApduError) return undefined;
    throw error;
  }
}

/** International, chip, no restrictions. @see docs/specs.md, cryptograms sheet, section 8.1 */
const SERVICE_CODE = '201';

/** Domain keys open for the element alone with which they were agreed. */
function domainOf(id: Uint8Array): SealContext {
  return { id: toHex(id), column: 'domain_keys' };
}

/** A receipt opens for the instance alone that its batch was for: it is the proof that this one was loaded. */
function receiptOf(id: Uint8Array, instanceAid: string): SealContext {
  return { id: `${toHex(id)} ${instanceAid}`, column: 'receipt' };
}
