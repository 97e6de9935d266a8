/** What others may ask of the issuer over HTTP; payments reach it as ISO 8583 messages. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import {
  AmountMinor,
  Empty,
  EnrolmentId,
  Instant,
  LastFour,
  Mobile,
  OneTimeCode,
  RequestId,
} from '../shapes.ts';

const CardNumber = z.string().regex(/^\d{12,19}$/);
const Expiry = z.string().regex(/^\d{2}(?:0[1-9]|1[0-2])$/);

/** Ask whether a card may be added, with what the holder typed. */
export const assess = endpoint({
  path: '/issuer/assess',
  summary: 'Check a card and what the holder typed',
  callers: ['tokens'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    pan: CardNumber,
    expiry: Expiry,
    cvn2: z
      .string()
      .regex(/^\d{3}$/)
      .optional(),
    mobile: Mobile.optional(),
  }),
  answer: z.strictObject({
    kind: z.enum(['debit', 'credit']),
    recommendation: z.enum(['green', 'yellow', 'red']),
    reasons: z.array(z.string()),
    accountOpenedAtMs: Instant,
    mobileMasked: z.string(),
  }),
});

/** Make a one-time code and send it to the card's mobile number. */
export const sendCode = endpoint({
  path: '/issuer/send-code',
  summary: 'Send a one-time code for an enrolment',
  callers: ['tokens'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, enrolmentId: EnrolmentId, pan: CardNumber }),
  answer: z.strictObject({ triesLeft: z.int(), resendsLeft: z.int(), expiresAtMs: Instant }),
});

/** Count and check a one-time code. Refuses by `enrolment.code_wrong` with tries left, `code_dead`, `code_expired`. */
export const checkCode = endpoint({
  path: '/issuer/check-code',
  summary: 'Check a one-time code',
  callers: ['tokens'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, enrolmentId: EnrolmentId, code: OneTimeCode }),
  answer: Empty,
});

/** Claim the demo inbox of a mobile number; whoever is first gets the secret that opens it, as a SIM would. */
export const claimInbox = endpoint({
  path: '/issuer/inbox/claim',
  summary: 'Claim the demo inbox of a mobile number',
  callers: ['anyone'],
  perMinute: 60,
  repeat: 'safe by state',
  body: z.strictObject({ mobile: Mobile }),
  answer: z.strictObject({ secret: z.string() }),
});

/** Read a demo inbox with its secret. */
export const readInbox = endpoint({
  path: '/issuer/inbox/read',
  summary: 'Read the demo inbox of a mobile number',
  callers: ['anyone'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({
    mobile: Mobile,
    secret: z.string().max(64),
    afterSequence: z.int().min(0),
  }),
  answer: z.strictObject({
    messages: z.array(
      z.strictObject({ sequence: z.int(), atMs: Instant, from: z.string(), text: z.string() }),
    ),
  }),
});

/** Deliver a text message of another service to a mobile number's inbox. */
export const deliver = endpoint({
  path: '/issuer/inbox/deliver',
  summary: 'Deliver a text message',
  callers: ['wallet'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    mobile: Mobile,
    from: z.string().max(20),
    text: z.string().max(200),
  }),
  answer: Empty,
});

/** Print a demo card: open an account with money on it, for any valid number of the bank's ranges. */
export const printCard = endpoint({
  path: '/issuer/print-card',
  summary: 'Open an account and print a card for it (demo bank)',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'safe by state',
  body: z.strictObject({
    pan: CardNumber,
    mobile: Mobile,
    behaviour: z.string().max(20).optional(),
  }),
  answer: z.strictObject({ expiry: Expiry, cvn2: z.string(), kind: z.enum(['debit', 'credit']) }),
});

/** One side of a posting as the ledger holds it. Amounts are signed minor units, as decimal strings. */
export const LedgerEntry = z.strictObject({
  postingId: z.string(),
  atMs: Instant,
  /** `holder` or the name of an institution account. */
  account: z.string(),
  amountMinor: z.string(),
  kind: z.enum(['opening', 'purchase', 'reversal']),
  retrievalReference: z.string(),
});

/** One account with its ledger, by the last four digits of its card. */
export const AccountView = z.strictObject({
  cardLastFour: LastFour,
  kind: z.enum(['debit', 'credit']),
  currency: z.string(),
  /** What can be spent now: balance, or limit less what is owed. */
  availableMinor: z.string(),
  spentTodayMinor: z.string(),
  dailyLimitMinor: AmountMinor,
  entries: z.array(LedgerEntry),
});

/** An account and its ledger, for the operator. */
export const account = endpoint({
  path: '/issuer/account',
  summary: 'An account with its ledger',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ pan: CardNumber }),
  answer: AccountView,
});

/** The sum of every entry of the ledger, which is zero, and how many postings there are. */
export const trialBalance = endpoint({
  path: '/issuer/trial-balance',
  summary: 'The sum of the whole ledger',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({
    sumMinor: z.string(),
    postings: z.int(),
    accounts: z.array(z.strictObject({ account: z.string(), sumMinor: z.string() })),
  }),
});
