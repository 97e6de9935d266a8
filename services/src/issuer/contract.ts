/** What others may ask of the issuer over HTTP; payments reach it as ISO 8583 messages. */
import { z } from '@hono/zod-openapi';
import { type Behaviour, behaviours } from '@octavo/domain/demo.ts';
import { endpoint } from '../endpoint.ts';
import {
  AmountMinor,
  Empty,
  EnrolmentId,
  hexOf,
  Instant,
  LastFour,
  Mobile,
  OneTimeCode,
  RequestId,
} from '../shapes.ts';

const CardNumber = z.string().regex(/^\d{12,19}$/);
const Expiry = z.string().regex(/^\d{2}(?:0[1-9]|1[0-2])$/);
const CardKind = z.enum(['debit', 'credit']);
const PostingKind = z.enum(['opening', 'purchase', 'reversal', 'adjustment']);
const BehaviourName = z.enum(Object.keys(behaviours) as [Behaviour, ...Behaviour[]]);

/** Whoever holds the secret of a mobile number's inbox: the SIM in the phone, for the bank's app. */
const Holder = { mobile: Mobile, secret: z.string().max(64) };

/** The opaque name of an account, and of its one card. */
const AccountId = hexOf(16);

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
    kind: CardKind,
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
    ...Holder,
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
  answer: z.strictObject({ expiry: Expiry, cvn2: z.string(), kind: CardKind }),
});

/** One side of a posting as the ledger holds it. Amounts are signed minor units, as decimal strings. */
export const LedgerEntry = z.strictObject({
  postingId: z.string(),
  atMs: Instant,
  /** `holder` or the name of an institution account. */
  account: z.string(),
  amountMinor: z.string(),
  kind: PostingKind,
  retrievalReference: z.string(),
});

/** One account with its ledger, by the last four digits of its card. */
export const AccountView = z.strictObject({
  cardLastFour: LastFour,
  kind: CardKind,
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

/** One line of an account's statement: the holder's side of a posting, and the balance after it. */
export const StatementLine = z.strictObject({
  postingId: z.string(),
  atMs: Instant,
  kind: PostingKind,
  /** Signed: negative is money that left. */
  amountMinor: z.string(),
  balanceMinor: z.string(),
  retrievalReference: z.string(),
});

/** What is shown of every account. Amounts are decimal strings of minor units, `balanceMinor` negative when owed. */
export const AccountLine = z.strictObject({
  accountId: AccountId,
  cardLastFour: LastFour,
  kind: CardKind,
  /** YYMM. */
  expiry: Expiry,
  behaviour: BehaviourName,
  state: z.enum(['open', 'closed']),
  currency: z.string(),
  balanceMinor: z.string(),
  availableMinor: z.string(),
  spentTodayMinor: z.string(),
  dailyLimitMinor: z.string(),
});

/** Open a demo account in the bank's app, on a fresh card number; `issuer.cards_full` beyond twelve. */
export const openAccount = endpoint({
  path: '/issuer/app/open-account',
  summary: 'Open a demo account for the holder of a mobile number',
  callers: ['anyone'],
  perMinute: 120,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    ...Holder,
    kind: CardKind,
    behaviour: BehaviourName.optional(),
  }),
  answer: z.strictObject({ cardId: AccountId, cardLastFour: LastFour }),
});

/** The holder's cards, oldest first, each with its latest 30 lines, newest first. */
export const appCards = endpoint({
  path: '/issuer/app/cards',
  summary: 'The cards of the holder of a mobile number',
  callers: ['anyone'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject(Holder),
  answer: z.strictObject({
    cards: z.array(
      AccountLine.omit({ accountId: true }).extend({
        cardId: AccountId,
        label: z.string(),
        art: z.string(),
        /** The behaviour in words. */
        words: z.strictObject({ en: z.string(), zh: z.string() }),
        lines: z.array(StatementLine),
      }),
    ),
  }),
});

/** What stands on a card, for its holder, in the bank's own origin. The security code is computed when asked. */
export const cardDetails = endpoint({
  path: '/issuer/app/card-details',
  summary: 'The number, expiry and security code of the holder’s own card',
  callers: ['anyone'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({ ...Holder, cardId: AccountId }),
  answer: z.strictObject({ pan: CardNumber, expiry: Expiry, cvn2: z.string() }),
});

/** The enrolments of the holder's cards that await a code, newest first. */
export const approvals = endpoint({
  path: '/issuer/app/approvals',
  summary: 'Cards being added that the holder may approve',
  callers: ['anyone'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject(Holder),
  answer: z.strictObject({
    approvals: z.array(
      z.strictObject({
        enrolmentId: EnrolmentId,
        cardLastFour: LastFour,
        askedAtMs: Instant,
        expiresAtMs: Instant,
      }),
    ),
  }),
});

/** Approve or refuse in the app instead of typing the code, which is dead from then on. `unavailable`: stored, told later. */
export const decide = endpoint({
  path: '/issuer/app/decide',
  summary: 'Approve or refuse a card that is being added',
  callers: ['anyone'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    ...Holder,
    enrolmentId: EnrolmentId,
    approve: z.boolean(),
  }),
  answer: z.strictObject({ decision: z.enum(['approved', 'refused']) }),
});

/** Hand a card on to a wallet, which adds it by the receipt; the number does not pass through the page. */
export const push = endpoint({
  path: '/issuer/app/push',
  summary: 'Hand the holder’s own card on to a wallet',
  callers: ['anyone'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, ...Holder, cardId: AccountId }),
  answer: z.strictObject({ receipt: z.string(), expiresAtMs: Instant }),
});

/** A hundred accounts in the order they were opened; `next` goes into `after` for those that follow. */
export const accounts = endpoint({
  path: '/issuer/accounts',
  summary: 'The bank’s accounts',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({ after: AccountId.optional() }),
  answer: z.strictObject({ accounts: z.array(AccountLine), next: AccountId.optional() }),
});

/** One account with its latest 500 lines, newest first. */
export const accountLedger = endpoint({
  path: '/issuer/account-ledger',
  summary: 'An account’s statement',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({ accountId: AccountId }),
  answer: z.strictObject({ account: AccountLine, lines: z.array(StatementLine) }),
});

const Side = z.strictObject({ account: z.string(), amountMinor: z.string() });

/** The latest postings of the whole bank, newest first, as a book of two columns. */
export const ledger = endpoint({
  path: '/issuer/ledger',
  summary: 'The bank’s book',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({ last: z.int().min(1).max(200) }),
  answer: z.strictObject({
    postings: z.array(
      z.strictObject({
        postingId: z.string(),
        accountId: AccountId,
        cardLastFour: LastFour,
        atMs: Instant,
        kind: PostingKind,
        retrievalReference: z.string(),
        /** Where the money left; amounts are positive. */
        debit: Side,
        /** Where it went. */
        credit: Side,
        /** Everything in each column up to and with this posting. */
        debitTotalMinor: z.string(),
        creditTotalMinor: z.string(),
      }),
    ),
    /** Credits less debits of the whole ledger: zero. */
    sumMinor: z.string(),
  }),
});

/** Tell the demo bank how to behave for a card from the next payment on; docs/test-cards.md says what each one means. */
export const behave = endpoint({
  path: '/issuer/behave',
  summary: 'Set how the demo bank behaves for a card',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'same answer by request id',
  body: z.strictObject({ requestId: RequestId, accountId: AccountId, behaviour: BehaviourName }),
  answer: z.strictObject({ accountId: AccountId, behaviour: BehaviourName }),
});

/** The latest 100 texts of all inboxes, newest first, with every run of four or more digits hidden. */
export const listMessages = endpoint({
  path: '/issuer/inbox/list',
  summary: 'The texts that went out, without their codes',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({
    messages: z.array(
      z.strictObject({
        atMs: Instant,
        /** Absent when the bank has no card of that number. */
        mobileMasked: z.string().optional(),
        from: z.string(),
        text: z.string(),
      }),
    ),
  }),
});
