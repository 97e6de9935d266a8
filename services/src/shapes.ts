/** The shapes that several contracts speak, as strict schemas. */
import { z } from '@hono/zod-openapi';
import { isRefusalCode, type RefusalCode } from '@octavo/domain/refusal.ts';

/** Upper-case hexadecimal of a whole number of bytes. */
export const Hex = z.string().regex(/^(?:[0-9A-F]{2})*$/);

/** Upper-case hexadecimal of exactly this many bytes. */
export function hexOf(bytes: number) {
  return z.string().regex(new RegExp(`^[0-9A-F]{${bytes * 2}}$`));
}

/** The caller's id of a command: the same id and body get the same answer, the same id and another body a refusal. */
export const RequestId = hexOf(16);

/** The opaque handle of a token: a keyed hash, the shard key of everything about it. */
export const TokenReference = hexOf(16);

/** The opaque handle of one try to add a card, chosen by the wallet. */
export const EnrolmentId = hexOf(16);

/** SHA-256 of an element's certificate. */
export const ElementId = hexOf(32);

/** An amount in minor units. */
export const AmountMinor = z.int().min(0).max(999_999_999_999);

/** Milliseconds since 1970. */
export const Instant = z.int().min(0);

/** A mobile number of mainland China. */
export const Mobile = z.string().regex(/^1\d{10}$/);

/** A six-digit one-time code. */
export const OneTimeCode = z.string().regex(/^\d{6}$/);

/** Last four digits. */
export const LastFour = z.string().regex(/^\d{4}$/);

/** A refusal's code. */
export const Code = z
  .string()
  .refine(isRefusalCode)
  .transform((code) => code as RefusalCode);

/** Nothing to say but that it was done. */
export const Empty = z.strictObject({});

/** What a command to the element is and which status words it may answer. */
export const ElementCommand = z.strictObject({ bytes: Hex, accept: z.array(hexOf(2)).min(1) });

/** The most commands of one round: a whole personalisation has 23. */
const MOST_COMMANDS = 32;

/**
 * One round of personalising, certifying or erasing an instance through wallet and phone, neither of which can read it.
 * The phone runs `commands` in order on the wired interface, stops at the first status word that is not
 * accepted, and brings `answers` back under the same `step`.
 */
export const ProvisionAsk = z.strictObject({
  requestId: RequestId,
  tokenReference: TokenReference,
  /**
   * Given on every round of the talk that brings certificates to the instance of an active token; without it the
   * token's state says what is to be done.
   */
  purpose: z.literal('certify').optional(),
  /** Absent on the first call and after a lost connection or power: the token service then says where to go on. */
  round: z
    .strictObject({
      step: z.enum(['nonce', 'agree', 'open', 'load']),
      answers: z.array(Hex).max(MOST_COMMANDS),
    })
    .optional(),
});

/** What to run next; `done` when the element holds (or no longer holds) the instance, or its certificates. */
export const ProvisionAnswer = z.strictObject({
  step: z.enum(['nonce', 'agree', 'open', 'load', 'done']),
  purpose: z.enum(['personalise', 'certify', 'erase']),
  instanceAid: Hex,
  commands: z.array(ElementCommand).max(MOST_COMMANDS),
});

/** A decoded ISO 8583 message: data element number to value. */
export const MessageFields = z.record(z.string().regex(/^\d{1,3}$/), z.string().max(1024));
