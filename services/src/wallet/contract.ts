/** What phones, browsers and the token service may ask of the wallet service. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import {
  Code,
  ElementId,
  Empty,
  EnrolmentId,
  Hex,
  hexOf,
  Instant,
  LastFour,
  Mobile,
  OneTimeCode,
  ProvisionAnswer,
  ProvisionAsk,
  RequestId,
  TokenReference,
} from '../shapes.ts';
import { CardFace, EnrolmentView, TermsVersion } from '../tokens/contract.ts';
import { Month, PayAnswer, RiderView } from '../transit/contract.ts';

/** The opaque handle of a registered device. */
export const DeviceId = hexOf(16);

/** Send a sign-in code to a mobile number. */
export const requestSignIn = endpoint({
  path: '/wallet/request-sign-in',
  summary: 'Send a sign-in code',
  callers: ['anyone'],
  perMinute: 60,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, mobile: Mobile }),
  answer: z.strictObject({ expiresAtMs: Instant }),
});

/** Sign in with the code; three tries, ten minutes. */
export const signIn = endpoint({
  path: '/wallet/sign-in',
  summary: 'Sign in with a code',
  callers: ['anyone'],
  perMinute: 60,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, mobile: Mobile, code: OneTimeCode }),
  answer: z.strictObject({ session: z.string(), expiresAtMs: Instant }),
});

/** Register the phone by its element's certificate. */
export const registerDevice = endpoint({
  path: '/wallet/register-device',
  summary: 'Register a phone by the certificate of its element',
  callers: ['holder'],
  perMinute: 60,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    name: z.string().min(1).max(40),
    elementCertificate: Hex,
  }),
  answer: z.strictObject({ deviceId: DeviceId, elementId: ElementId }),
});

/** One of the eight leaves. */
export const Leaf = z.strictObject({
  enrolmentId: EnrolmentId,
  state: z.enum(['asking', 'code_awaited', 'personalising', 'active', 'suspended', 'removing']),
  face: CardFace.optional(),
  cardLastFour: LastFour.optional(),
  tokenLastFour: LastFour.optional(),
  tokenReference: TokenReference.optional(),
  instanceAid: Hex.optional(),
  /** Whether its instance holds certificates, without which it cannot be the express card. */
  certified: z.boolean(),
  isDefault: z.boolean(),
});

/** A phone and its leaves, in the holder's order. */
export const DeviceView = z.strictObject({
  deviceId: DeviceId,
  name: z.string(),
  elementId: ElementId,
  state: z.enum(['open', 'locked', 'wiped']),
  leaves: z.array(Leaf).max(8),
  version: z.int(),
});

/** The holder's phones. */
export const devices = endpoint({
  path: '/wallet/devices',
  summary: 'The holder’s phones and their cards',
  callers: ['holder'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ devices: z.array(DeviceView) }),
});

/** Which product a number's first six digits belong to, and the terms to accept before it is added. */
export const eligibility = endpoint({
  path: '/wallet/eligibility',
  summary: 'Whether cards that begin with these six digits can be added, and under which terms',
  callers: ['holder'],
  perMinute: 60,
  repeat: 'reads only',
  body: z.strictObject({ firstSix: z.string().regex(/^\d{6}$/) }),
  answer: CardFace,
});

/** Take a leaf and ask to add a card; the envelope comes from the card-entry frame and passes unread. */
export const addCard = endpoint({
  path: '/wallet/add-card',
  summary: 'Add a card to a phone',
  callers: ['holder'],
  perMinute: 60,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    deviceId: DeviceId,
    enrolmentId: EnrolmentId,
    envelope: z.string().max(4096),
    termsVersion: TermsVersion,
    /** The laboratory's elements answer without a holder; ordinary phones never ask for it. */
    laboratory: z.boolean().optional(),
  }),
  answer: EnrolmentView,
});

/** Pass a one-time code on, unread. */
export const passCode = endpoint({
  path: '/wallet/pass-code',
  summary: 'Pass the bank’s one-time code on',
  callers: ['holder'],
  perMinute: 60,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    deviceId: DeviceId,
    enrolmentId: EnrolmentId,
    envelope: z.string().max(4096),
  }),
  answer: EnrolmentView,
});

/** Ask for a new code. */
export const resendCode = endpoint({
  path: '/wallet/resend-code',
  summary: 'Ask for a new one-time code',
  callers: ['holder'],
  perMinute: 60,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, deviceId: DeviceId, enrolmentId: EnrolmentId }),
  answer: EnrolmentView,
});

/** Where the adding of a card stands, for a phone that comes back to it; the card's leaf follows what is heard. */
export const enrolment = endpoint({
  path: '/wallet/enrolment',
  summary: 'Where the adding of a card stands',
  callers: ['holder'],
  perMinute: 6000,
  repeat: 'safe by state',
  body: z.strictObject({ deviceId: DeviceId, enrolmentId: EnrolmentId }),
  answer: EnrolmentView,
});

/**
 * One round between token service and element, passed through. With `purpose: 'certify'` on each, an active card that
 * has no certificates gets them.
 */
export const provision = endpoint({
  path: '/wallet/provision',
  summary: 'One round of personalising, certifying or erasing, passed through',
  callers: ['holder'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: ProvisionAsk.extend({ deviceId: DeviceId }),
  answer: ProvisionAnswer,
});

/** Choose the card that pays unless another is picked, or the order of the leaves. */
export const arrange = endpoint({
  path: '/wallet/arrange',
  summary: 'Choose the default card, or the order of the cards',
  callers: ['holder'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    deviceId: DeviceId,
    defaultCard: TokenReference.optional(),
    order: z.array(EnrolmentId).max(8).optional(),
  }),
  answer: DeviceView,
});

/** Suspend, resume or remove one card. */
export const changeCard = endpoint({
  path: '/wallet/change-card',
  summary: 'Suspend, resume or remove a card',
  callers: ['holder'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    deviceId: DeviceId,
    tokenReference: TokenReference,
    event: z.enum(['suspend', 'resume', 'remove']),
  }),
  answer: DeviceView,
});

/** Lock or wipe a phone from any browser; unlock it with a session that was opened since. */
export const changeDevice = endpoint({
  path: '/wallet/change-device',
  summary: 'Lock, unlock or wipe a phone',
  callers: ['holder'],
  perMinute: 60,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    deviceId: DeviceId,
    event: z.enum(['lock', 'unlock', 'wipe']),
  }),
  answer: DeviceView,
});

const RetrievalReference = z.string().regex(/^[0-9A-Za-z]{12}$/);
const ResponseCode = z.string().regex(/^[0-9A-Z]{2}$/);

/** One payment as the holder sees it. */
export const HistoryLine = z.strictObject({
  sequence: z.int(),
  atMs: Instant,
  tokenReference: TokenReference,
  tokenLastFour: LastFour,
  kind: z.enum(['payment', 'reversal', 'state']),
  /** Minor units as a decimal string, with its currency; absent for a change of state. */
  amountMinor: z.string().optional(),
  currency: z.string().optional(),
  merchant: z.string().optional(),
  approved: z.boolean(),
  code: Code.optional(),
  /** DE37, which names the payment in every trace; a reversal has that of the payment it takes back. */
  retrievalReference: RetrievalReference.optional(),
  /** DE39 of the answer to a payment. */
  responseCode: ResponseCode.optional(),
});

/** What happened on the holder's cards, newest last. */
export const history = endpoint({
  path: '/wallet/history',
  summary: 'What happened on the holder’s cards',
  callers: ['holder'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ deviceId: DeviceId, afterSequence: z.int().min(0) }),
  answer: z.strictObject({ lines: z.array(HistoryLine) }),
});

/** Trips with one of the holder's cards, by the account behind it: prices and why, cap and ladder, charges, debt. */
export const transit = endpoint({
  path: '/wallet/transit',
  summary: 'Trips with a card, what they cost and why, and what is owed',
  callers: ['holder'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({
    deviceId: DeviceId,
    tokenReference: TokenReference,
    month: Month.optional(),
  }),
  answer: RiderView,
});

/** Pay what is owed for trips with one of the holder's cards. */
export const transitPay = endpoint({
  path: '/wallet/transit-pay',
  summary: 'Pay what is owed for trips with a card',
  callers: ['holder'],
  perMinute: 60,
  timeoutMs: 55_000,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    deviceId: DeviceId,
    tokenReference: TokenReference,
  }),
  answer: PayAnswer,
});

/** The token service tells what happened to a token, once or more often under one id. */
export const notify = endpoint({
  path: '/wallet/notify',
  summary: 'What happened to a token',
  callers: ['tokens'],
  perMinute: 600_000,
  repeat: 'same answer by request id',
  body: z.strictObject({
    notificationId: RequestId,
    tokenReference: TokenReference,
    atMs: Instant,
    kind: z.enum(['payment', 'reversal', 'state']),
    state: z.enum(['inactive', 'active', 'suspended', 'deleted']).optional(),
    amountMinor: z.string().optional(),
    currency: z.string().optional(),
    merchant: z.string().optional(),
    approved: z.boolean(),
    code: Code.optional(),
    retrievalReference: RetrievalReference.optional(),
    responseCode: ResponseCode.optional(),
  }),
  answer: Empty,
});
