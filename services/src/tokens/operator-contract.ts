/** What an operator may look up at the token service. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import { Empty, EnrolmentId, hexOf, Instant, LastFour, TokenReference } from '../shapes.ts';
import { CardFace, TokenView } from './shown.ts';

/** An enrolment that awaits a code or its bank's word. */
export const OpenEnrolment = z.strictObject({
  enrolmentId: EnrolmentId,
  cardLastFour: LastFour,
  face: CardFace,
  mobileMasked: z.string().optional(),
  askedAtMs: Instant,
  /** When it lapses. */
  expiresAtMs: Instant,
  triesLeft: z.int(),
  resendsLeft: z.int(),
  codeExpiresAtMs: Instant.optional(),
  requestorId: z.string(),
});

/** The enrolments that await a code or their bank's word, newest first, at most a hundred. */
export const enrolments = endpoint({
  path: '/tokens/enrolments',
  summary: 'Cards that await a code or their bank’s word',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ enrolments: z.array(OpenEnrolment) }),
});

/** The most tokens that one search shows. */
export const MOST_FOUND = 50;

const limit = z.int().min(1).max(MOST_FOUND).optional();

/** Find tokens by what people read out or copy: references whole, or last four digits. */
export const search = endpoint({
  path: '/tokens/search',
  summary: 'Find tokens by reference, account reference or last four digits',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('reference'), text: TokenReference, limit }),
    z.strictObject({
      by: z.literal('accountReference'),
      text: z.string().regex(/^[0-9A-Z]{29}$/),
      limit,
    }),
    z.strictObject({ by: z.literal('tokenLastFour'), text: LastFour, limit }),
    z.strictObject({ by: z.literal('cardLastFour'), text: LastFour, limit }),
  ]),
  /** The newest first; `counts` is of all that match, whatever the limit. */
  answer: z.strictObject({
    tokens: z.array(TokenView).max(MOST_FOUND),
    counts: z.strictObject({
      total: z.int(),
      inactive: z.int(),
      active: z.int(),
      suspended: z.int(),
      deleted: z.int(),
    }),
  }),
});

/** Something that was done to a token or to the enrolment it came from: when, by whom, why, and the state after it. */
export const TokenHistoryLine = z.strictObject({
  atMs: Instant,
  event: z.string(),
  party: z.enum(['wallet', 'issuer', 'tokens', 'operator']),
  reason: z.string(),
  comment: z.string().optional(),
  /** Of the token; of its enrolment where the event is of that. */
  state: z.string(),
});

/** A token's history, oldest first; of a very long one the newest five hundred lines. */
export const tokenHistory = endpoint({
  path: '/tokens/token-history',
  summary: 'What was done to a token, when, by whom and why',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ tokenReference: TokenReference }),
  answer: z.strictObject({ lines: z.array(TokenHistoryLine) }),
});

/** How far a token range is used up: numbers never come again, so deleted ones count as used. */
export const RangeFill = z.strictObject({
  tokenBin: z.string().regex(/^\d{8}$/),
  keyIndex: hexOf(1),
  label: z.string(),
  capacity: z.int(),
  used: z.int(),
  inactive: z.int(),
  active: z.int(),
  suspended: z.int(),
  deleted: z.int(),
});

/** How full the token ranges are. */
export const rangeFill = endpoint({
  path: '/tokens/range-fill',
  summary: 'How full the token ranges are',
  callers: ['operator'],
  perMinute: 60,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ ranges: z.array(RangeFill) }),
});
