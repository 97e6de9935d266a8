/** What the operator and terminals may ask of the acquirer over HTTP; payments reach it as ISO 8583 messages. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import { Empty, hexOf, Instant, LastFour, RequestId } from '../shapes.ts';

/** Enrol a terminal with its own public key. */
export const enrolTerminal = endpoint({
  path: '/acquirer/enrol-terminal',
  summary: 'Enrol a terminal; its master key comes back sealed to its public key',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    publicKey: hexOf(65),
    merchant: z.strictObject({
      name: z.string().regex(/^[\x20-\x7e]{1,25}$/),
      city: z.string().regex(/^[\x20-\x7e]{1,12}$/),
      /** Merchant category, DE18. */
      category: z.string().regex(/^\d{4}$/),
    }),
  }),
  answer: z.strictObject({
    terminalId: z.string().regex(/^\d{8}$/),
    merchantId: z.string().regex(/^\d{15}$/),
    /** Where its messages go: host and port. */
    posAddress: z.string(),
    /** The 16-byte master key, compact JWE. */
    masterKey: z.string(),
  }),
});

/** One payment as the acquirer knows it. */
export const PaymentView = z.strictObject({
  retrievalReference: z.string(),
  terminalId: z.string(),
  traceNumber: z.string(),
  batch: z.string(),
  atMs: Instant,
  tokenLastFour: LastFour,
  amountMinor: z.string(),
  currency: z.string(),
  state: z.enum(['pending', 'posted', 'declined', 'voided']),
  responseCode: z.string().optional(),
  /** Of a payment taken back: whether the network has answered. `exception`: given up after three days. */
  reversal: z.enum(['waiting', 'done', 'exception']).optional(),
});

/** Payments, newest last. */
export const payments = endpoint({
  path: '/acquirer/payments',
  summary: 'The acquirer’s payments',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ payments: z.array(PaymentView) }),
});
