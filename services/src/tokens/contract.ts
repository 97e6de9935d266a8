/** What others may ask of the token service. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import {
  Code,
  Empty,
  EnrolmentId,
  Hex,
  hexOf,
  Instant,
  LastFour,
  MessageFields,
  ProvisionAnswer,
  ProvisionAsk,
  RequestId,
  TokenReference,
} from '../shapes.ts';
import { CardFace, EnrolmentView, TermsVersion, TokenView } from './shown.ts';

export * from './operator-contract.ts';
export * from './shown.ts';

/** What somebody who decides has to say about it: one line. */
export const Comment = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u);

/** The key that card-entry frames encrypt to, its id, and the token service's time, which an entry must name. */
export const envelopeKey = endpoint({
  path: '/tokens/envelope-key',
  summary: 'The public key to which card entry is encrypted',
  callers: ['anyone', 'wallet'],
  perMinute: 600,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({
    kid: z.string(),
    nowMs: Instant,
    jwk: z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
    }),
  }),
});

/** Which product a number's first six digits belong to. */
export const eligibility = endpoint({
  path: '/tokens/eligibility',
  summary: 'Whether cards that begin with these six digits can be added',
  callers: ['wallet'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({ firstSix: z.string().regex(/^\d{6}$/) }),
  answer: CardFace,
});

/** The wallet's opinion of this enrolment: 1 is worst, 5 is best. */
export const WalletScores = z.strictObject({
  device: z.int().min(1).max(5),
  account: z.int().min(1).max(5),
  phoneNumber: z.int().min(1).max(5),
  reasons: z.array(z.string().regex(/^[A-Z_]{3,40}$/)).max(15),
});

/** Ask to add a card. The envelope holds the card entry, unread by the wallet. */
export const enrol = endpoint({
  path: '/tokens/enrol',
  summary: 'Ask to turn a card into a token on one element',
  callers: ['wallet'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    enrolmentId: EnrolmentId,
    requestorId: z.string().regex(/^\d{11}$/),
    envelope: z.string().max(4096),
    elementCertificate: Hex,
    /** Of the terms that the holder accepted: those of the card's face, or it is refused. */
    termsVersion: TermsVersion,
    termsAcceptedAtMs: Instant,
    scores: WalletScores,
  }),
  answer: EnrolmentView,
});

/** Where an enrolment stands. */
export const enrolment = endpoint({
  path: '/tokens/enrolment',
  summary: 'Where an enrolment stands',
  callers: ['wallet'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ enrolmentId: EnrolmentId }),
  answer: EnrolmentView,
});

/** Check the one-time code that the holder typed into the card-entry frame. */
export const checkCode = endpoint({
  path: '/tokens/check-code',
  summary: 'Check the one-time code of an enrolment',
  callers: ['wallet'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    enrolmentId: EnrolmentId,
    envelope: z.string().max(4096),
  }),
  answer: EnrolmentView,
});

/** Ask the issuer to send a new code; three times an hour. */
export const resendCode = endpoint({
  path: '/tokens/resend-code',
  summary: 'Send a new one-time code',
  callers: ['wallet'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, enrolmentId: EnrolmentId }),
  answer: EnrolmentView,
});

/** A card that its issuer hands on to a wallet: the receipt opens it once, for ten minutes. */
export const pushCard = endpoint({
  path: '/tokens/push-card',
  summary: 'Hand on a card of the issuer’s own holder, to be added by its receipt',
  callers: ['issuer'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    pan: z.string().regex(/^\d{12,19}$/),
    /** YYMM. */
    panExpiry: z.string().regex(/^\d{2}(?:0[1-9]|1[0-2])$/),
    mobileMasked: z
      .string()
      .regex(/^[\d*]{4,20}$/)
      .optional(),
  }),
  answer: z.strictObject({
    receipt: hexOf(32),
    expiresAtMs: Instant,
    cardLastFour: LastFour,
    face: CardFace,
  }),
});

/** How the bank found out that it is its holder who asks. */
export const Approver = z.enum(['bank_app', 'call_centre']);

/** The bank's own word on an enrolment that awaits a code, instead of the code, which is dead from then on. */
export const approveEnrolment = endpoint({
  path: '/tokens/approve-enrolment',
  summary: 'Verify or refuse a card that awaits a code: the bank’s app, or its call centre',
  callers: ['issuer', 'operator'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    enrolmentId: EnrolmentId,
    approve: z.boolean(),
    /** An operator answers calls only; the bank's app is the issuer's. */
    by: Approver,
    comment: Comment.optional(),
  }),
  answer: EnrolmentView,
});

/**
 * One round of personalising the instance of an inactive token, of erasing that of a deleted one, or, when asked for, of
 * giving certificates to that of an active one which has none.
 */
export const provision = endpoint({
  path: '/tokens/provision',
  summary: 'One round with the element, through wallet and phone',
  callers: ['wallet'],
  perMinute: 6000,
  repeat: 'same answer by request id',
  body: ProvisionAsk,
  answer: ProvisionAnswer,
});

/** A key of the certification authority that tokens are certified under, as a reader loads it. */
export const AuthorityKey = z.strictObject({
  rid: hexOf(5),
  /** Tag 8F. */
  index: hexOf(1),
  modulus: Hex,
  exponent: Hex,
  /** SHA-1 over RID, index, modulus and exponent. */
  checksum: hexOf(20),
  /** The last month it is used, MMYY. */
  expiry: z.string().regex(/^(?:0[1-9]|1[0-2])\d\d$/),
});

/** The keys that readers trust, in the order of their indexes. */
export const authorityKeys = endpoint({
  path: '/tokens/authority-keys',
  summary: 'The public keys of the certification authority, for readers',
  callers: ['operator', 'gate', 'transit'],
  perMinute: 600,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ keys: z.array(AuthorityKey) }),
});

/** One token. */
export const token = endpoint({
  path: '/tokens/token',
  summary: 'One token',
  callers: ['wallet', 'issuer', 'operator'],
  perMinute: 60_000,
  repeat: 'reads only',
  body: z.strictObject({ tokenReference: TokenReference }),
  answer: TokenView,
});

/** Suspend, resume or delete a token. Only those who suspended it can resume it, each for itself. */
export const changeToken = endpoint({
  path: '/tokens/change-token',
  summary: 'Suspend, resume or delete a token',
  callers: ['wallet', 'issuer', 'operator'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    tokenReference: TokenReference,
    event: z.enum(['suspend', 'resume', 'delete']),
    reason: z.enum([
      'HOLDER_REQUEST',
      'DEVICE_LOST',
      'DEVICE_FOUND',
      'DEVICE_WIPED',
      'FRAUD_SUSPECTED',
      'ACCOUNT_CLOSED',
      'ISSUER_REQUEST',
      'OTHER',
    ]),
    comment: Comment.optional(),
  }),
  answer: TokenView,
});

/** One check of the staircase: its name, whether it held, and what was compared, without secrets. */
export const Check = z.strictObject({
  name: z.string(),
  outcome: z.enum(['held', 'broken', 'not_run']),
  compared: z.string(),
});

/** The token service's word on one financial message. */
export const Verdict = z.strictObject({
  /** Absent when the token itself is not known. */
  tokenReference: TokenReference.optional(),
  /** Absent when the tap is good. */
  code: Code.optional(),
  checks: z.array(Check),
  /** True when this message was decided before and this is that answer. */
  stored: z.boolean(),
  /** What the issuer needs; present only when the tap is good. */
  card: z
    .strictObject({
      pan: z.string().regex(/^\d{12,19}$/),
      panExpiry: z.string().regex(/^\d{4}$/),
      accountReference: z.string().length(29),
      tokenExpiry: z.string().regex(/^\d{4}$/),
      requestorId: z.string().regex(/^\d{11}$/),
      assurance: z.string().length(2),
      issuerCode: z.string().regex(/^\d{8}$/),
    })
    .optional(),
  /** Of a good transit advice, which goes to no issuer and so needs no card. */
  accountReference: z.string().length(29).optional(),
});

/** Check a tap, a transit advice or a deferred charge: the message as it came from the acquirer, in its token form. */
export const verdict = endpoint({
  path: '/tokens/verdict',
  summary: 'Check one tap and put the card number in place of the token',
  callers: ['network'],
  perMinute: 600_000,
  repeat: 'same answer by request id',
  body: z.strictObject({ mti: z.string().regex(/^\d{4}$/), fields: MessageFields }),
  answer: Verdict,
});

/** Report DE39 of a message that had a verdict; answers tag 91 for the acquirer. */
export const outcome = endpoint({
  path: '/tokens/outcome',
  summary: 'Report how a checked message ended',
  callers: ['network'],
  perMinute: 600_000,
  repeat: 'same answer by request id',
  body: z.strictObject({
    mti: z.string().regex(/^\d{4}$/),
    fields: MessageFields,
    responseCode: z.string().regex(/^[0-9A-Z]{2}$/),
    /** The precise code when it was refused, for the holder's words. */
    code: Code.optional(),
    /** Set when a reversal ended it. */
    reversed: z.boolean(),
  }),
  answer: z.strictObject({ tag91: hexOf(10).optional() }),
});

/** Find the card behind an earlier message, for its reversal; also for deleted tokens. */
export const original = endpoint({
  path: '/tokens/original',
  summary: 'Recover the card number of a message whose verdict was good',
  callers: ['network'],
  perMinute: 600_000,
  repeat: 'reads only',
  body: z.strictObject({
    token: z.string().regex(/^\d{16}$/),
    messageKey: z.string().regex(/^[\x20-\x7e]{1,80}$/),
  }),
  answer: z.strictObject({
    tokenReference: TokenReference,
    pan: z.string().regex(/^\d{12,19}$/),
    panExpiry: z.string().regex(/^\d{4}$/),
    issuerCode: z.string().regex(/^\d{8}$/),
  }),
});
