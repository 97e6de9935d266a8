/**
 * What operator and transit back office may ask of the acquirer over HTTP; terminals reach it as ISO 8583 messages.
 * @see profile octavo-1, section 15
 */
import { z } from '@hono/zod-openapi';
import { TRANSIT_CLASSES } from '@octavo/domain/tap.ts';
import { endpoint } from '../endpoint.ts';
import { AmountMinor, Code, Empty, Hex, hexOf, Instant, LastFour, RequestId } from '../shapes.ts';

const MerchantName = z.string().regex(/^[\x20-\x7e]{1,25}$/);
const City = z.string().regex(/^[\x20-\x7e]{1,12}$/);
const TerminalId = z.string().regex(/^\d{8}$/);
const MerchantId = z.string().regex(/^\d{15}$/);

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
      name: MerchantName,
      city: City,
      /** Merchant category, DE18. */
      category: z.string().regex(/^\d{4}$/),
    }),
  }),
  answer: z.strictObject({
    terminalId: TerminalId,
    merchantId: MerchantId,
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

/** Enrol a transit operator: the merchant that its advices and charges come from, and one terminal id for all gates. */
export const enrolTransit = endpoint({
  path: '/acquirer/enrol-transit',
  summary: 'Enrol a transit operator as a merchant',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    merchant: z.strictObject({
      name: MerchantName,
      city: City,
      /** DE18, one of the transit classes. */
      category: z.string().refine((category) => TRANSIT_CLASSES.includes(category)),
    }),
  }),
  answer: z.strictObject({ terminalId: TerminalId, merchantId: MerchantId }),
});

const Token = z.string().regex(/^\d{16}$/);
const Expiry = z.string().regex(/^\d{2}(?:0[1-9]|1[0-2])$/);
const Currency = z.string().regex(/^\d{3}$/);
const ResponseCode = z.string().regex(/^[0-9A-Z]{2}$/);
const Reference = z.string().regex(/^\d{12}$/);

/** Names an advice, as DE90 of a charge: its type, DE11, DE7, DE32 and DE33. */
export const AdviceName = z.string().regex(/^0220\d{38}$/);

/** One tap at a gate, for its verdict. */
export const AdvisedTap = z.strictObject({
  /** Of this tap: its repeat gets the same answer. */
  requestId: RequestId,
  token: Token,
  /** YYMM. */
  expiry: Expiry,
  /** Tag 5F34. */
  sequenceNumber: z.string().regex(/^\d{2}$/),
  /** The tap's own amount, tag 9F02. */
  amountMinor: AmountMinor,
  currency: Currency,
  /** DE13, MMDD, and DE12, hhmmss, by the gate's clock. */
  localDate: z.string().regex(/^\d{4}$/),
  localTime: z.string().regex(/^\d{6}$/),
  /** DE55. */
  chipData: Hex.min(2).max(510),
});

/**
 * What became of an advice. `approved` and `declined` are final. `unknown`: no answer yet; the acquirer goes on asking,
 * and the same request id tells. `refused`: by the acquirer, for the request itself; nothing was kept or sent.
 */
export const Advised = z.strictObject({
  requestId: RequestId,
  state: z.enum(['approved', 'declined', 'unknown', 'refused']),
  responseCode: ResponseCode.optional(),
  /** The precise reason, where it is known here. */
  code: Code.optional(),
  retrievalReference: Reference.optional(),
  /** Of a good tap. */
  accountReference: z
    .string()
    .regex(/^[0-9A-Z]{29}$/)
    .optional(),
  /** What a charge names this advice by. */
  advice: AdviceName.optional(),
});

/** Get the verdicts on gates' taps; nothing is posted. */
export const transitAdvise = endpoint({
  path: '/acquirer/transit-advise',
  summary: 'Verdicts on up to fifty gate taps',
  callers: ['transit'],
  perMinute: 6000,
  timeoutMs: 50_000,
  repeat: 'same answer by request id',
  body: z.strictObject({ terminalId: TerminalId, taps: z.array(AdvisedTap).min(1).max(50) }),
  /** In the order of the taps. */
  answer: z.strictObject({ taps: z.array(Advised) }),
});

/**
 * What became of a charge. `approved` and `declined` are the bank's or the token service's word. `unknown`: it may have
 * been posted and is being taken back; the same request id tells when. `undone`: nothing was taken and nobody said no
 * (taken back, or nobody was reached); ask anew under a new request id.
 */
export const ChargeState = z.enum(['approved', 'declined', 'unknown', 'undone']);

/** Charge what gate taps came to, by naming one that had a good verdict. */
export const transitCharge = endpoint({
  path: '/acquirer/transit-charge',
  summary: 'One deferred charge that names a good advice',
  callers: ['transit'],
  perMinute: 6000,
  timeoutMs: 60_000,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    terminalId: TerminalId,
    token: Token,
    /** YYMM. */
    expiry: Expiry,
    amountMinor: AmountMinor.min(1),
    currency: Currency,
    advice: AdviceName,
  }),
  answer: z.strictObject({
    state: ChargeState,
    responseCode: ResponseCode.optional(),
    /** The precise reason, where it is known here. */
    code: Code.optional(),
    retrievalReference: Reference.optional(),
    /** DE38, when approved. */
    authorisation: z.string().optional(),
    /** DE15, MMDD. */
    settlementDate: z.string().optional(),
  }),
});

/** One charge as the acquirer has it, for reconciliation. */
export const TransitPaymentView = z.strictObject({
  requestId: RequestId,
  terminalId: TerminalId,
  retrievalReference: Reference,
  atMs: Instant,
  tokenLastFour: LastFour,
  amountMinor: AmountMinor,
  currency: Currency,
  state: ChargeState,
  responseCode: ResponseCode.optional(),
  settlementDate: z.string().optional(),
});

/** Charges in the order in which they were asked for, five hundred at a time. */
export const transitPayments = endpoint({
  path: '/acquirer/transit-payments',
  summary: 'Transit charges, for reconciliation',
  callers: ['transit', 'operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({
    fromMs: Instant.optional(),
    /** Go on after this one. */
    after: z.strictObject({ atMs: Instant, requestId: RequestId }).optional(),
  }),
  answer: z.strictObject({ payments: z.array(TransitPaymentView) }),
});
