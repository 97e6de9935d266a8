/** What is shown of cards, enrolments and tokens. */
import { z } from '@hono/zod-openapi';
import { Code, EnrolmentId, Hex, Instant, LastFour, TokenReference } from '../shapes.ts';

/** Which edition of a card's terms. */
export const TermsVersion = z.string().regex(/^[\x21-\x7e]{1,20}$/);

/** What is shown of a card before and after it is added. */
export const CardFace = z.strictObject({
  issuerName: z.strictObject({ en: z.string(), zh: z.string() }),
  kind: z.enum(['debit', 'credit']),
  art: z.string(),
  needs: z.enum(['cvn2', 'mobile']),
  /** Digits of a whole number of this product. */
  numberLength: z.int().min(12).max(19),
  termsVersion: TermsVersion,
});

/** Where an enrolment stands. */
export const EnrolmentView = z.strictObject({
  enrolmentId: EnrolmentId,
  state: z.enum(['code_awaited', 'verified', 'tokenised', 'active', 'lapsed']),
  colour: z.enum(['green', 'yellow']),
  face: CardFace,
  cardLastFour: LastFour,
  /** Where the code went, masked. */
  mobileMasked: z.string().optional(),
  triesLeft: z.int().optional(),
  resendsLeft: z.int().optional(),
  codeExpiresAtMs: Instant.optional(),
  tokenReference: TokenReference.optional(),
  tokenLastFour: LastFour.optional(),
  /** Why it lapsed, when it was refused. */
  refusal: Code.optional(),
});

/** A token as its requestor, its issuer and the operator may see it. */
export const TokenView = z.strictObject({
  tokenReference: TokenReference,
  state: z.enum(['inactive', 'active', 'suspended', 'deleted']),
  suspendedBy: z.array(z.enum(['wallet', 'issuer', 'tokens', 'operator'])),
  expired: z.boolean(),
  face: CardFace,
  cardLastFour: LastFour,
  tokenLastFour: LastFour,
  /** YYMM. */
  tokenExpiry: z.string(),
  accountReference: z.string(),
  requestorId: z.string(),
  instanceAid: Hex,
  /** Whether its instance holds certificates, so that a gate can authenticate it. */
  certified: z.boolean(),
  /** The highest counter the token service has consumed. */
  highestCounter: z.int(),
  version: z.int(),
});
