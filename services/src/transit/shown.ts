/** What the back office shows of gates, journeys, accounts, charges and lists: the shapes that several answers speak. */
import { z } from '@hono/zod-openapi';
import { dayName, dayOfName } from '@octavo/domain/transit/service-day.ts';
import { AmountMinor, Code, Hex, hexOf, Instant, LastFour } from '../shapes.ts';

/** A gate's id, as its records carry it. */
export const GateId = z.string().regex(/^[0-9A-Z]{8}$/);

/** The number of a record at its gate; it only rises and begins at 1. */
export const Sequence = z.int().min(1);

/** The account behind all tokens of one card: its account reference (PAR), as tag 9F24 carries it. */
export const AccountReference = z.string().regex(/^[0-9A-Z]{29}$/);

/** The opaque handle of one rider's account: a keyed hash of its account reference, or of its only token. */
export const AccountId = hexOf(16);

/** The opaque handle of one charge, one correction or one refund. */
export const ChargeId = hexOf(16);

/** A service day, YYYY-MM-DD: one that there is, since days are compared as they are written. */
export const ServiceDay = z
  .string()
  .regex(/^20\d{2}-\d{2}-\d{2}$/)
  .refine((day) => dayName(dayOfName(day)) === day);

/** A calendar month, YYYY-MM. */
export const Month = z.string().regex(/^20\d{2}-(?:0[1-9]|1[0-2])$/);

/** An amount in minor units that may be a credit. */
export const SignedMinor = z.int().min(-999_999_999_999).max(999_999_999_999);

/** Numbers from one to another, both included. */
export const Span = z.strictObject({ from: Sequence, to: Sequence });

/** A name as records carry it; empty where there is none. */
const PlaceName = z.string().regex(/^[\x21-\x7e]{0,24}$/);

/** Where a gate stands and which way it leads. */
export const GatePlace = z.strictObject({
  /** The operator, as tariffs name it. */
  operator: PlaceName.min(1),
  /** The station; empty on a bus. */
  station: PlaceName,
  /** The line of gates in a station. */
  line: PlaceName,
  /** The route of a bus; empty at a station. */
  route: PlaceName,
  direction: z.enum(['none', 'in', 'out']),
});

/** A gate as its operator sees it. */
export const GateView = z.strictObject({
  gateId: GateId,
  place: GatePlace,
  enrolledAtMs: Instant,
  /** When it last called; absent before its first call. */
  lastSeenAtMs: Instant.optional(),
  /** Everything up to this number is held. */
  heldUpTo: z.int().min(0),
  /** What is missing below the highest number that is held, and since when that is known. */
  gaps: z.array(Span.extend({ sinceMs: Instant })),
  /** Records that were kept apart because they cannot be believed; they are charged to nobody. */
  forged: z.int().min(0),
  /** The list that it said it has, and how old that was when it said so. */
  list: z
    .strictObject({ epoch: z.int(), version: z.int(), publishedAtMs: Instant.optional() })
    .optional(),
  /** What its last record said about its clock. */
  clock: z
    .strictObject({ offsetMs: z.int(), uncertaintyMs: z.int().min(0), atMs: Instant })
    .optional(),
});

/** A record that cannot be believed: kept, named, charged to nobody. */
export const ForgeryView = z.strictObject({
  gateId: GateId,
  sequence: Sequence.optional(),
  reason: z.enum([
    'unreadable',
    'other_gate',
    'signature_wrong',
    'sequence_reused',
    'chain_broken',
    'credential_unreadable',
    'credential_differs',
  ]),
  atMs: Instant,
  digest: hexOf(32),
});

/** One step from nominal fare to price, with the words that a rider can follow. */
export const PriceStep = z.strictObject({
  rule: z.string(),
  /** What the step took or added; the first step is the nominal fare. */
  amountMinor: SignedMinor,
  en: z.string(),
  zh: z.string(),
});

/** One end of a journey. */
export const JourneyEnd = z.strictObject({
  gateId: GateId,
  sequence: Sequence,
  atMs: Instant,
  station: z.string().optional(),
  line: z.string().optional(),
  route: z.string().optional(),
  /** What the rider held to the gate. */
  form: z.enum(['unknown', 'card', 'phone', 'watch']),
});

/** One journey with its price and why. */
export const JourneyView = z.strictObject({
  /** Gate and number of its first tap. */
  journeyId: z.string(),
  day: ServiceDay,
  operator: z.string(),
  state: z.string(),
  entry: JourneyEnd.optional(),
  exit: JourneyEnd.optional(),
  priceMinor: AmountMinor,
  steps: z.array(PriceStep),
});

/** How far an account is towards a cap or a ladder step. */
export const Progress = z.strictObject({
  /** Whose ladder; absent for the cap, which is over all operators. */
  operator: z.string().optional(),
  /** The cap of a day, or the steps of a month. */
  kind: z.enum(['day_cap', 'month_ladder']),
  spentMinor: AmountMinor,
  /** Where the cap is reached or the next step begins; absent at the last step. */
  nextAtMinor: AmountMinor.optional(),
  /** The rate that the next ride has, in percent. */
  ratePercent: z.int().min(0).max(100),
  /** The whole ladder of a month, ascending: from this spend on, a ride at this rate. Empty for a cap. */
  ladder: z.array(z.strictObject({ fromMinor: AmountMinor, ratePercent: z.int().min(0).max(100) })),
});

/** One line of a charge: what it is for. */
export const ChargeLine = z.strictObject({
  lineId: ChargeId,
  kind: z.enum(['fare', 'correction', 'credit', 'refund', 'written_off', 'debt']),
  day: ServiceDay,
  amountMinor: SignedMinor,
  /** Why, where somebody said so. */
  reason: z.string().optional(),
});

/** One charge: a day's sale, or a try to recover a debt. */
export const ChargeView = z.strictObject({
  chargeId: ChargeId,
  accountId: AccountId,
  kind: z.enum(['daily', 'retry', 'pay_now']),
  day: ServiceDay,
  amountMinor: AmountMinor,
  currency: z.string(),
  state: z.enum(['asking', 'approved', 'declined', 'settled']),
  lines: z.array(ChargeLine),
  responseCode: z.string().optional(),
  code: Code.optional(),
  retrievalReference: z.string().optional(),
  atMs: Instant,
  endedAtMs: Instant.optional(),
});

/** Money that was asked for and not given. */
export const DebtView = z.strictObject({
  debtId: ChargeId,
  accountId: AccountId,
  day: ServiceDay,
  amountMinor: AmountMinor,
  state: z.enum(['open', 'paid', 'written_off']),
  /** Whether it is asked for again by itself: soft by the schedule, data after somebody has looked, hard never. */
  class: z.enum(['hard', 'soft', 'data']),
  responseCode: z.string().optional(),
  openedAtMs: Instant,
  tries: z.int().min(0),
  nextTryAtMs: Instant.optional(),
});

/** One token of an account, as far as the operator of the gates may know it. */
export const CredentialView = z.strictObject({
  credentialId: AccountId,
  lastFour: LastFour,
  form: z.enum(['unknown', 'card', 'phone', 'watch']),
  /** The last word of the token service on one of its taps. */
  verdict: z.enum(['good', 'refused']).optional(),
  verdictAtMs: Instant.optional(),
});

/** One account. */
export const AccountView = z.strictObject({
  accountId: AccountId,
  accountReference: AccountReference.optional(),
  state: z.enum(['active', 'denied', 'dormant', 'merged']),
  mergedInto: AccountId.optional(),
  credentials: z.array(CredentialView),
  openDebtMinor: AmountMinor,
  /** Lines that wait for their charge; below zero when the rider has a credit. */
  unbilledMinor: SignedMinor,
  listed: z.array(z.strictObject({ entry: Hex, reason: z.string(), sinceMs: Instant })),
  version: z.int(),
});
