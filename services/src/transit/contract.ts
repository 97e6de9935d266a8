/** What gates, the wallet service and the operator may ask of the back office of transit. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import { AmountMinor, Code, Empty, Hex, hexOf, Instant, RequestId } from '../shapes.ts';
import {
  AccountId,
  AccountReference,
  AccountView,
  ChargeId,
  ChargeLine,
  ChargeView,
  DebtView,
  ForgeryView,
  GateId,
  GatePlace,
  GateView,
  JourneyView,
  Month,
  Progress,
  Sequence,
  ServiceDay,
  SignedMinor,
  Span,
} from './shown.ts';

export * from './shown.ts';

/** How many records one upload may bring. */
export const MOST_RECORDS = 40;

/** Bring records, in any order and as often as one likes. Persisted before it is answered. */
export const upload = endpoint({
  path: '/transit/upload',
  summary: 'Bring a gate’s records',
  callers: ['gate'],
  perMinute: 600_000,
  timeoutMs: 15_000,
  repeat: 'safe by state',
  body: z.strictObject({
    gateId: GateId,
    /** Encoded tap records of this gate. */
    records: z.array(Hex.min(2)).max(MOST_RECORDS),
  }),
  answer: z.strictObject({
    /** Everything up to this number is held; 0 when nothing is. */
    heldUpTo: z.int().min(0),
    /** What is missing between that and the highest number that is held. */
    missing: z.array(Span),
    /** How many of these records were new, were held before, and cannot be believed. */
    taken: z.int().min(0),
    known: z.int().min(0),
    forged: z.int().min(0),
  }),
});

/** The deny list. What a gate has decides what it gets: the delta that leads on from it, or all. */
export const list = endpoint({
  path: '/transit/list',
  summary: 'The deny list: what leads on from the version that a gate has',
  callers: ['gate'],
  perMinute: 600_000,
  timeoutMs: 15_000,
  repeat: 'reads only',
  body: z.strictObject({
    gateId: GateId,
    have: z.strictObject({ epoch: z.int().min(0), version: z.int().min(0) }).optional(),
  }),
  answer: z.strictObject({
    epoch: z.int().min(0),
    version: z.int().min(0),
    /** A whole list, signed (lib/transit). One of the two is there. */
    snapshot: Hex.optional(),
    /** What leads on from the version that the gate has, signed; from a version to itself it says that nothing changed. */
    delta: Hex.optional(),
  }),
});

/** The back office's time, for the gate's offset and uncertainty. */
export const time = endpoint({
  path: '/transit/time',
  summary: 'The back office’s time',
  callers: ['gate'],
  perMinute: 600_000,
  repeat: 'reads only',
  body: z.strictObject({ gateId: GateId }),
  answer: z.strictObject({ nowMs: Instant }),
});

/** What a rider is shown: trips with prices and why, how far to cap and ladder, charges, and what is owed. */
export const RiderView = z.strictObject({
  month: Month,
  /** Newest first. */
  journeys: z.array(JourneyView),
  /** An entry whose exit has not come. */
  open: JourneyView.optional(),
  /** Today's, by operator. */
  progress: z.array(Progress),
  days: z.array(
    z.strictObject({
      day: ServiceDay,
      journeys: z.int().min(0),
      /** What the day costs by the taps that are known. */
      ratedMinor: AmountMinor,
      /** What was brought to account at its closing; absent before that. */
      closedMinor: AmountMinor.optional(),
    }),
  ),
  charges: z.array(ChargeView),
  debts: z.array(DebtView),
  openDebtMinor: AmountMinor,
  unbilledMinor: SignedMinor,
  /** What that is: lines that wait for their charge, a refund among them. */
  unbilled: z.array(ChargeLine),
  state: z.enum(['active', 'denied', 'dormant']),
  /** A charge is being asked for; pay-now waits until it is known. */
  isChargeUnderWay: z.boolean(),
  /** Whether a tap with a good verdict is there that a payment can name. */
  canPayNow: z.boolean(),
});

/** A rider's trips in a month. */
export const rider = endpoint({
  path: '/transit/rider',
  summary: 'A rider’s trips, prices and why, charges and debt',
  callers: ['wallet'],
  perMinute: 60_000,
  repeat: 'reads only',
  body: z.strictObject({ accountReference: AccountReference, month: Month.optional() }),
  answer: RiderView,
});

/** What came of paying. */
export const PayAnswer = z.strictObject({
  /** `asking`: the answer is not known; ask again under the same id. */
  state: z.enum(['asking', 'approved', 'declined']),
  amountMinor: AmountMinor,
  openDebtMinor: AmountMinor,
  responseCode: z.string().optional(),
  code: Code.optional(),
});

/** Pay what is owed, now. */
export const payNow = endpoint({
  path: '/transit/pay-now',
  summary: 'Pay an account’s debt now',
  callers: ['wallet', 'operator'],
  perMinute: 6000,
  timeoutMs: 50_000,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, accountReference: AccountReference }),
  answer: PayAnswer,
});

/** Enrol a gate with the public key of its records. */
export const enrolGate = endpoint({
  path: '/transit/enrol-gate',
  summary: 'Enrol a gate with the public key that its records are signed with',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    gateId: GateId,
    publicKey: hexOf(65),
    place: GatePlace,
  }),
  answer: GateView,
});

/** All gates. */
export const gates = endpoint({
  path: '/transit/gates',
  summary: 'Gates: when last seen, what is missing, list and clock',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ gates: z.array(GateView), forgeries: z.array(ForgeryView) }),
});

/** The deny list as it stands, newest change first. */
export const lists = endpoint({
  path: '/transit/lists',
  summary: 'The deny list, its versions and its last changes',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({
    epoch: z.int(),
    version: z.int(),
    entries: z.int(),
    publishedAtMs: Instant.optional(),
    changes: z.array(
      z.strictObject({
        version: z.int(),
        entry: Hex,
        change: z.enum(['add', 'remove']),
        reason: z.string(),
        accountId: AccountId.optional(),
        atMs: Instant,
      }),
    ),
  }),
});

/** Journeys of one day or of one account's month, as they are rated now. */
export const journeys = endpoint({
  path: '/transit/journeys',
  summary: 'Journeys of a service day, or of one account in a month',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({
    day: ServiceDay.optional(),
    accountId: AccountId.optional(),
    month: Month.optional(),
  }),
  answer: z.strictObject({
    journeys: z.array(JourneyView.extend({ accountId: AccountId })).max(500),
  }),
});

/** Accounts, those that changed last first. */
export const accounts = endpoint({
  path: '/transit/accounts',
  summary: 'Riders’ accounts',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ owing: z.boolean().optional() }),
  answer: z.strictObject({ accounts: z.array(AccountView).max(500) }),
});

/** Debts, the oldest open one first. */
export const debts = endpoint({
  path: '/transit/debts',
  summary: 'Debts of riders',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ debts: z.array(DebtView).max(500) }),
});

/** Charges of a day. */
export const charges = endpoint({
  path: '/transit/charges',
  summary: 'Charges, and what each is for',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ day: ServiceDay.optional() }),
  answer: z.strictObject({ charges: z.array(ChargeView).max(500) }),
});

/** Close a service day: bring to account what its taps cost, and ask for it. */
export const closeDay = endpoint({
  path: '/transit/close-day',
  summary: 'Close a service day: one charge for each account',
  callers: ['operator'],
  perMinute: 600,
  timeoutMs: 600_000,
  repeat: 'safe by state',
  body: z.strictObject({ day: ServiceDay }),
  answer: z.strictObject({
    accounts: z.int(),
    charges: z.int(),
    approved: z.int(),
    declined: z.int(),
    /** Not known, or waiting for a good verdict; they go on by themselves. */
    waiting: z.int(),
    /** SHA-256 over the day as it was rated: the same taps in any order give the same. */
    digest: hexOf(32),
  }),
});

/** The books: what journeys cost, and where that money is. */
export const Books = z.strictObject({
  journeysMinor: SignedMinor,
  salesMinor: SignedMinor,
  openDebtMinor: SignedMinor,
  writeOffsMinor: SignedMinor,
  /** Zero or below: each refund is a row of its own. */
  refundsMinor: SignedMinor,
  /** Lines that wait for a charge, and charges whose answer is not known. */
  unbilledMinor: SignedMinor,
  /** Whether journeys = sales + open debt + write-offs - refunds + unbilled, and all entries sum to zero. */
  isBalanced: z.boolean(),
});

/** What the acquirer and we have, charge by charge. */
export const reconciliation = endpoint({
  path: '/transit/reconciliation',
  summary: 'Our charges beside the acquirer’s, and the books',
  callers: ['operator'],
  perMinute: 600,
  timeoutMs: 60_000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({
    matched: z.int(),
    differences: z.array(
      z.strictObject({
        kind: z.enum(['missing_here', 'missing_there', 'amount_differs', 'state_differs']),
        retrievalReference: z.string(),
        hereMinor: AmountMinor.optional(),
        thereMinor: AmountMinor.optional(),
      }),
    ),
    books: Books,
    /** What must hold of the taps: received = paired + singles + refused + set aside. */
    taps: z.strictObject({
      received: z.int(),
      waiting: z.int(),
      advised: z.int(),
      refused: z.int(),
      forged: z.int(),
    }),
  }),
});

/** Give money back: a row of its own and a line of the account's next charge. */
export const refund = endpoint({
  path: '/transit/refund',
  summary: 'Give money back with the next charge',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    accountId: AccountId,
    day: ServiceDay,
    amountMinor: AmountMinor.min(1),
    reason: z.string().min(1).max(120),
  }),
  answer: z.strictObject({ lineId: ChargeId, unbilledMinor: SignedMinor }),
});

/** One tap as the back office holds it, for whoever explains it. */
export const tap = endpoint({
  path: '/transit/tap',
  summary: 'One record and its verdict',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ gateId: GateId, sequence: Sequence }),
  answer: z.strictObject({
    record: Hex,
    takenAtMs: Instant,
    accountId: AccountId.optional(),
    verdict: z.enum(['waiting', 'good', 'refused', 'none']),
    responseCode: z.string().optional(),
    code: Code.optional(),
    retrievalReference: z.string().optional(),
  }),
});
