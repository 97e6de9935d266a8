/** What the operator may ask of the network over HTTP; institutions reach it as ISO 8583 messages. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import { Empty, Instant } from '../shapes.ts';

/** Who is connected and signed on, and what waits to be forwarded. */
export const status = endpoint({
  path: '/network/status',
  summary: 'Institutions, and messages that wait to be forwarded',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({
    institutions: z.array(
      z.strictObject({
        code: z.string(),
        signedOn: z.boolean(),
        lastEchoAtMs: Instant.optional(),
      }),
    ),
    /** Reversals that the issuer has not answered yet. */
    waiting: z.int(),
    /** Reversals given up after three days; a person must look at them. */
    exceptions: z.int(),
    /** Purchases that the issuer has not answered yet. */
    unanswered: z.int(),
  }),
});
