/** The bank as its app calls it, by the secret of a mobile number. Only types come from the services. */
import type * as issuer from '@octavo/services/issuer';
import type { z } from 'zod';
import { ask, ConnectionLost, Refused } from '../kit/ask.ts';

type AnswerOf<E extends { readonly answer: z.ZodType }> = z.output<E['answer']>;

/** Whoever claimed a mobile number: the SIM in the phone. */
export type Sim = { readonly mobile: string; readonly secret: string };
/** A text message. */
export type Message = AnswerOf<typeof issuer.readInbox>['messages'][number];
/** A card with its account and its latest lines. */
export type Card = AnswerOf<typeof issuer.appCards>['cards'][number];
/** A card that a phone asks to add. */
export type Approval = AnswerOf<typeof issuer.approvals>['approvals'][number];
/** What stands on a card. */
export type CardDetails = AnswerOf<typeof issuer.cardDetails>;
/** The receipt by which a wallet adds a card. */
export type Receipt = AnswerOf<typeof issuer.push>;
/** What an account is opened with. */
export type Opening = Pick<z.input<(typeof issuer.openAccount)['body']>, 'kind' | 'behaviour'>;

/** An account that was opened, and its card. */
export type Opened = AnswerOf<typeof issuer.openAccount>;

/** Claim a number; refused with `inbox.taken` when somebody has. */
export function claim(mobile: string): Promise<AnswerOf<typeof issuer.claimInbox>> {
  return ask('/issuer/inbox/claim', { mobile });
}

/** The messages after a sequence number, oldest first. */
export async function messagesAfter(sim: Sim, afterSequence: number): Promise<readonly Message[]> {
  const { messages } = await ask<AnswerOf<typeof issuer.readInbox>>('/issuer/inbox/read', {
    ...sim,
    afterSequence,
  });
  return messages;
}

/** The holder's cards, oldest first. */
export async function cardsOf(sim: Sim): Promise<readonly Card[]> {
  return (await ask<AnswerOf<typeof issuer.appCards>>('/issuer/app/cards', sim)).cards;
}

/** Cards being added that the holder may approve, newest first. */
export async function approvalsOf(sim: Sim): Promise<readonly Approval[]> {
  return (await ask<AnswerOf<typeof issuer.approvals>>('/issuer/app/approvals', sim)).approvals;
}

/** What stands on the holder's own card. */
export function detailsOf(sim: Sim, cardId: string): Promise<CardDetails> {
  return ask('/issuer/app/card-details', { ...sim, cardId });
}

/** Open an account. The same request id opens it once. */
export function openAccount(sim: Sim, requestId: string, opening: Opening): Promise<Opened> {
  return ask('/issuer/app/open-account', { ...sim, requestId, ...opening });
}

/** Approve or refuse. The same request id decides once. */
export function decide(
  sim: Sim,
  requestId: string,
  decision: { readonly enrolmentId: string; readonly approve: boolean },
): Promise<AnswerOf<typeof issuer.decide>> {
  return ask('/issuer/app/decide', { ...sim, requestId, ...decision });
}

/** Hand a card on to a wallet. */
export function push(sim: Sim, requestId: string, cardId: string): Promise<Receipt> {
  return ask('/issuer/app/push', { ...sim, requestId, cardId });
}

/** Why a call did not succeed: a refusal's code, or `offline` when nobody answered. Other errors are ours, and go on. */
export function troubleOf(error: unknown): string {
  if (error instanceof ConnectionLost) return 'offline';
  if (error instanceof Refused) return error.code;
  throw error;
}
