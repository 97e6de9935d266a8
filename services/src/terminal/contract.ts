/** What a cashier (or the command line) may ask of a terminal. Several tills share it; each sees its own payments. */
import { z } from '@hono/zod-openapi';
import { currencies } from '@octavo/domain/money.ts';
import { endpoint } from '../endpoint.ts';
import { AmountMinor, Code, Empty, Hex, hexOf, Instant, LastFour, RequestId } from '../shapes.ts';

const Merchant = z.strictObject({ name: z.string(), city: z.string(), category: z.string() });

/** Set a terminal up: enrol with the acquirer, then sign in. Repeating it changes nothing. */
export const setUp = endpoint({
  path: '/terminal/set-up',
  summary: 'Enrol with the acquirer and sign in',
  callers: ['operator'],
  perMinute: 60,
  repeat: 'safe by state',
  body: z.strictObject({ merchant: Merchant }),
  answer: z.strictObject({ terminalId: z.string(), merchantId: z.string() }),
});

/**
 * Open a till at the terminal, which is set up with the demo shop if it was not yet. `till` is the bearer key of party
 * `cashier`; a till that is not used for a day lapses. A repeat opens the same till; after a restart of the terminal
 * it gives a fresh key, and the one before no longer opens it.
 */
export const openTill = endpoint({
  path: '/terminal/open-till',
  summary: 'Open a till: a key that takes payments and sees its own',
  callers: ['anyone'],
  perMinute: 120,
  timeoutMs: 30_000,
  repeat: 'safe by state',
  body: z.strictObject({ requestId: RequestId }),
  answer: z.strictObject({
    till: hexOf(32),
    terminalId: z.string(),
    merchantId: z.string(),
    merchant: Merchant,
  }),
});

/** A currency that can be written and read. */
const Currency = z.enum(Object.keys(currencies) as (keyof typeof currencies)[]);

/**
 * How the reader is set up for one till. Amounts are minor units of `currency` and stay the same numbers when that
 * changes.
 */
export const Settings = z.strictObject({
  /** Above this amount the reader wants an online cryptogram. */
  floorLimitMinor: AmountMinor,
  /** From this amount on the reader wants a verified holder. */
  cvmLimitMinor: AmountMinor,
  /** From this amount on nothing may be tapped; null for no such limit. */
  contactlessLimitMinor: AmountMinor.nullable(),
  /** The reader asks nobody. Phones pay online only, so it declines them. */
  offlineOnly: z.boolean(),
  /** Numeric code of the terminal's country (9F1A). */
  country: z.string().regex(/^(?!000)\d{3}$/),
  /** Numeric code of the currency it takes (5F2A). */
  currency: Currency,
});

const VersionedSettings = z.strictObject({ version: z.int().min(0), settings: Settings });

/** How this till's reader is set up. */
export const settings = endpoint({
  path: '/terminal/settings',
  summary: 'The reader’s settings at this till',
  callers: ['cashier'],
  perMinute: 600,
  repeat: 'reads only',
  body: Empty,
  answer: VersionedSettings,
});

/** Set this till's reader up otherwise. `version` is the one that was read: `terminal.settings_changed` when it is not the last. */
export const changeSettings = endpoint({
  path: '/terminal/set',
  summary: 'Change the reader’s settings at this till',
  callers: ['cashier'],
  perMinute: 120,
  repeat: 'same answer by request id',
  body: VersionedSettings.extend({ requestId: RequestId }),
  answer: VersionedSettings,
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

/**
 * Take one payment from the phone in the field named `air`. A cashier's reader is set up as its till says, and the
 * currency must be the till's (`terminal.settings_changed`); the operator's has the settings of profile octavo-1,
 * section 12.
 */
export const pay = endpoint({
  path: '/terminal/pay',
  summary: 'Take one payment from the phone in the field',
  callers: ['operator', 'cashier'],
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
    outcome: z.enum([
      'approved',
      'declined',
      'reversed',
      'try_again',
      'see_phone',
      'no_card',
      'other_interface',
    ]),
    code: Code.optional(),
    /** Words for the display. */
    message: z.string(),
    receipt: Receipt.optional(),
    /** The chip data that were sent (DE55), for the explainer. */
    chipData: Hex.optional(),
    /** Milliseconds from the first command to the phone to its last answer; absent when no phone was asked. */
    tapTookMs: z.int().min(0).optional(),
    /** Milliseconds from taking the request up to the end; absent after a restart in between. */
    tookMs: z.int().min(0).optional(),
  }),
});

/** Where a payment under way stands: reading the phone, asking the acquirer (the phone may go), or ended. Held in memory. */
export const progress = endpoint({
  path: '/terminal/progress',
  summary: 'Whether the phone may be taken away',
  callers: ['operator', 'cashier'],
  perMinute: 3000,
  repeat: 'reads only',
  body: z.strictObject({ requestId: RequestId }),
  answer: z.strictObject({ stage: z.enum(['reading', 'asking', 'ended']) }),
});

const PaymentState = z.enum(['pending', 'posted', 'declined', 'reversing', 'voided', 'exception']);

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
        state: PaymentState,
        responseCode: z.string().optional(),
      }),
    ),
  }),
});

/** One payment that asked the acquirer, as a till shows it. */
export const PaymentLine = z.strictObject({
  requestId: RequestId,
  atMs: Instant,
  traceNumber: z.string(),
  batch: z.string(),
  /** Minor units as a decimal string. */
  amountMinor: z.string(),
  currency: z.string(),
  tokenLastFour: LastFour,
  state: PaymentState,
  /** Of the last answer: to the payment, or to its reversal. */
  responseCode: z.string().optional(),
  /** Why it was declined or is in doubt, where one reason is known. */
  code: Code.optional(),
  retrievalReference: z.string().optional(),
  /** How often its reversal was tried. */
  attempts: z.int(),
  /** When its reversal is tried again; absent when that is due now, or nothing is owed. */
  nextTryAtMs: Instant.optional(),
  /** Whether the cashier may take it back. */
  mayTakeBack: z.boolean(),
});

/** The till's payments, newest first, at most a hundred; the operator sees those of all tills. */
export const payments = endpoint({
  path: '/terminal/payments',
  summary: 'Payments of this till, newest first',
  callers: ['operator', 'cashier'],
  perMinute: 1200,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ payments: z.array(PaymentLine).max(100) }),
});

/**
 * Take an approved payment of the open batch back. It is undone by a reversal (0400), which is the one way there is
 * as long as no books are kept: a void as a message of its own comes with them. Refused as `terminal.payment_unknown`
 * (also when it is another till's), `terminal.already_voided` or `terminal.not_posted`. A repeat tells how far it has
 * come since.
 */
export const voidPayment = endpoint({
  path: '/terminal/void',
  summary: 'Take an approved payment back',
  callers: ['operator', 'cashier'],
  perMinute: 120,
  timeoutMs: 120_000,
  repeat: 'safe by state',
  body: z.strictObject({
    requestId: RequestId,
    /** Request id of the payment. */
    payment: RequestId,
  }),
  answer: z.strictObject({
    /** Whether the acquirer has confirmed it. Until then it is asked again, after `payment.nextTryAtMs`. */
    confirmed: z.boolean(),
    payment: PaymentLine,
  }),
});
