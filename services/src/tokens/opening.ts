/** Opening what the card-entry frame sealed: a typed card, or one that its bank has handed on, for one element. */
import type { z } from '@hono/zod-openapi';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { isPoint } from '@octavo/lib/cipher/p256.ts';
import {
  CertificateError,
  decodeElementCertificate,
  elementId,
  verifyElementCertificate,
} from '@octavo/lib/globalplatform/certificate.ts';
import type * as contract from './contract.ts';
import { AddEntry, type CardEntry, claimEnvelope, openEntry, type PushEntry } from './envelope.ts';
import { type Tokens, WALLET_REQUESTORS } from './ports.ts';
import { type OpenedPush, openPush } from './push.ts';

type EnrolAsk = z.output<typeof contract.enrol.body>;

/** A card to be added, and the element and holder it is for. */
export type OpenedCard = Pick<
  CardEntry,
  'pan' | 'expiry' | 'cvn2' | 'mobile' | 'elementId' | 'holderPublicKey' | 'rpIdHash' | 'origin'
> & {
  /** Set when nothing was typed: the bank handed the card on. */
  readonly pushed?: OpenedPush;
};

/** The envelope, then the element it names: both must be what they claim before a digit or a receipt is looked at. */
export async function openCard(tokens: Tokens, ask: EnrolAsk): Promise<OpenedCard | Refused> {
  if (!WALLET_REQUESTORS.includes(ask.requestorId)) return refused('caller.not_allowed');
  const certificate = fromHex(ask.elementCertificate);
  const entry = await openEntry(tokens, ask.envelope, AddEntry, ask);
  if (entry === undefined || entry.elementId !== toHex(elementId(certificate))) {
    return refused('enrolment.envelope_refused');
  }
  const { holderPublicKey } = entry;
  if (holderPublicKey !== undefined && !isPoint(fromHex(holderPublicKey))) {
    return refused('enrolment.envelope_refused');
  }
  if (!(await claimEnvelope(tokens, ask.envelope, ask.requestId))) {
    return refused('enrolment.envelope_refused');
  }
  if (!isMadeBy(tokens.makerKey, certificate)) return refused('device.element_refused');
  return entry.kind === 'card' ? entry : openHandedOn(tokens, ask, entry);
}

async function openHandedOn(
  tokens: Tokens,
  ask: EnrolAsk,
  entry: PushEntry,
): Promise<OpenedCard | Refused> {
  const pushed = await openPush(tokens, entry.receipt, ask.requestId);
  if (isRefused(pushed)) return pushed;
  const { elementId: element, holderPublicKey, rpIdHash, origin } = entry;
  const { pan, expiry } = pushed;
  return { pan, expiry, elementId: element, holderPublicKey, rpIdHash, origin, pushed };
}

function isMadeBy(makerKey: Uint8Array, certificate: Uint8Array): boolean {
  try {
    return verifyElementCertificate(decodeElementCertificate(certificate), makerKey);
  } catch (error) {
    if (error instanceof CertificateError) return false;
    throw error;
  }
}
