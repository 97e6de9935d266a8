/** What a cashier (or the command line) may ask of a terminal. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import { AmountMinor, Code, Empty, Hex, LastFour, RequestId } from '../shapes.ts';

/** Set a terminal up: enrol with the acquirer, then sign in. Repeating it changes nothing. */
export const setUp = endpoint({
  path: '/terminal/set-up',
  summary: 'Enrol with the acquirer and sign in',
  callers: ['operator'],
  perMinute: 60,
  repeat: 'safe by state',
  body: z.strictObject({
    merchant: z.strictObject({ name: z.string(), city: z.string(), category: z.string() }),
  }),
  answer: z.strictObject({ terminalId: z.string(), merchantId: z.string() }),
});

/** What is printed, for both sides. No more than four digits of the token. */
export const Receipt = z.strictObject({
  merchant: z.string(),
  terminalId: z.string(),
  amountMinor: AmountMinor,
  currency: z.string(),
  tokenLastFour: LastFour.optional(),
  retrievalReference: z.string().optional(),
  authorisation: z.string().optional(),
  responseCode: z.string().optional(),
  localDate: z.string(),
  localTime: z.string(),
});

/** Take one payment from the phone in the field named `air`. */
export const pay = endpoint({
  path: '/terminal/pay',
  summary: 'Take one payment from the phone in the field',
  callers: ['operator'],
  perMinute: 600,
  // The terminal itself waits a minute for its acquirer, then takes the payment back.
  timeoutMs: 120_000,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    amountMinor: AmountMinor,
    currency: z.string().regex(/^\d{3}$/),
    /** Which field the phone is in. */
    air: z.string().max(64),
  }),
  answer: z.strictObject({
    outcome: z.enum(['approved', 'declined', 'reversed', 'try_again', 'see_phone', 'no_card']),
    code: Code.optional(),
    /** Words for the display. */
    message: z.string(),
    receipt: Receipt.optional(),
    /** The chip data that were sent (DE55), for the explainer. */
    chipData: Hex.optional(),
  }),
});

/** What the terminal still has to settle: reversals kept until answered. */
export const journal = endpoint({
  path: '/terminal/journal',
  summary: 'Payments and reversals the terminal holds; exceptions were given up after three days',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({
    payments: z.array(
      z.strictObject({
        traceNumber: z.string(),
        batch: z.string(),
        amountMinor: z.string(),
        state: z.enum(['pending', 'posted', 'declined', 'reversing', 'voided', 'exception']),
        responseCode: z.string().optional(),
      }),
    ),
  }),
});
