/**
 * How a tap can end, and what the terminal shows and does then.
 * @see docs/specs.md, EMV contactless sheet, section 3.3
 */
import type { Tag } from '../tlv/tlv.ts';
import type { Authentication, AuthenticationCheck } from './authenticate.ts';

/** What a reader's display says, by the message number of the standard, in two languages. */
export const messages = {
  '03': { en: 'Approved', zh: '交易批准' },
  '07': { en: 'Not authorised', zh: '交易未获授权' },
  '09': { en: 'Enter PIN', zh: '请输入密码' },
  '0F': { en: 'Processing error', zh: '处理出错' },
  '10': { en: 'Remove card', zh: '请移开卡片' },
  '14': { en: 'Welcome', zh: '欢迎使用' },
  '15': { en: 'Present card', zh: '请出示卡片' },
  '16': { en: 'Processing', zh: '正在处理' },
  '17': { en: 'Card read OK, remove card', zh: '读卡成功，请移开卡片' },
  '18': { en: 'Insert or swipe card', zh: '请插卡或刷卡' },
  '19': { en: 'Present one card only', zh: '请只出示一张卡片' },
  '1A': { en: 'Approved, please sign', zh: '交易批准，请签名' },
  '1B': { en: 'Authorising, please wait', zh: '正在授权，请稍候' },
  '1C': { en: 'Insert, swipe or try another card', zh: '请插卡、刷卡或换一张卡' },
  '1D': { en: 'Insert card', zh: '请插卡' },
  '1E': { en: '', zh: '' },
  '20': { en: 'See phone', zh: '请看手机' },
  '21': { en: 'Present card again', zh: '请再次出示卡片' },
} as const satisfies Record<string, { readonly en: string; readonly zh: string }>;

/** How the holder is verified: not at all, on the phone, or by the terminal afterwards. */
export type Cvm = 'no_cvm' | 'consumer_device' | 'online_pin' | 'signature';

/** The interface to use instead; undefined when the terminal has no other chip reader. */
export type AlternateInterface = 'contact' | undefined;

/** Why a candidate application was dropped and the next one tried. */
export type SelectNextReason =
  | 'select_refused'
  | 'malformed_fci'
  | 'pdol_missing'
  | 'conditions_not_satisfied';

/** Why a tap ends without any result. */
export type EndReason =
  | SelectNextReason
  | 'amount_out_of_range'
  | 'no_application'
  | 'gpo_refused'
  | 'malformed_answer'
  | 'wrong_template'
  | 'malformed_afl'
  | 'duplicate_object'
  | 'malformed_object'
  | 'missing_object'
  | 'record_unreadable'
  | 'pan_differs';

/** Why the terminal itself, or the card, refuses the payment. */
export type DeclineReason =
  | 'card_declined'
  | 'cryptogram_type_reserved'
  | 'application_expired'
  | 'exception_list'
  | 'holder_not_verified'
  | 'reader_offline_only'
  | 'offline_authentication_impossible'
  | 'offline_authentication_failed';

/** What the cryptogram stands for, whoever it is sent to: the card's answer and the terminal's data. */
export type Sealed = {
  readonly cvm: Cvm;
  /** Data objects by tag, values as the card or the terminal gave them. */
  readonly data: ReadonlyMap<Tag, Uint8Array>;
  /** The account number on the card (a token on a phone), digits. */
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  /** Sequence number of the account number, two digits. */
  readonly psn: string | undefined;
};

/** Accepted without asking anybody: the card approved, and its signature over this tap stands. */
export type Approved = Sealed & {
  readonly kind: 'approved';
  readonly reason: 'offline_authenticated';
  readonly message: '03' | '1A';
  readonly authentication: Authentication;
};

/** The issuer must decide. */
export type OnlineRequest = Sealed & {
  readonly kind: 'online_request';
  readonly reason:
    | 'online_cryptogram'
    | 'application_expired'
    | 'offline_authentication_impossible'
    | 'offline_authentication_failed';
  readonly message: '1B' | '09';
  /** What was authenticated offline; undefined when nobody asked for it, or the card does not offer it. */
  readonly authentication?: Authentication | undefined;
};

/** No payment; `reason` says who said so and why. */
export type Declined = {
  readonly kind: 'declined';
  readonly reason: DeclineReason;
  readonly message: '07';
  /** Which check of offline data authentication failed, with that reason. */
  readonly check?: AuthenticationCheck | undefined;
  /** What was read of a card whose authentication failed: nobody vouches for any of it. */
  readonly unproved?: Sealed | undefined;
};

/** The reader polls again: `start` B is protocol activation. */
export type TryAgain = {
  readonly kind: 'try_again';
  readonly reason: 'see_phone' | 'field_lost';
  readonly start: 'B';
  readonly message: '20' | '21';
  readonly messageOnRestart: '21';
  /** How long the field stays off, and how long the message stays, before polling again. */
  readonly fieldOffMs: number;
  readonly holdMs: number;
};

/** Contactless cannot do this; another interface may. */
export type TryAnotherInterface = {
  readonly kind: 'try_another_interface';
  readonly reason:
    | 'contactless_not_allowed'
    | 'other_interface_asked'
    | 'gpo_refused'
    | 'offline_authentication_impossible'
    | 'offline_authentication_failed';
  readonly message: '18' | '1D';
  readonly alternateInterface: AlternateInterface;
};

/** The tap is over and says nothing about money. `tag` names the data object at fault, where one is. */
export type EndApplication = {
  readonly kind: 'end_application';
  readonly reason: EndReason;
  readonly tag: Tag | undefined;
  readonly message: '1C';
};

/** Inside Entry Point only: drop this application, start C with the next candidate. */
export type SelectNext = {
  readonly kind: 'select_next';
  readonly reason: SelectNextReason;
  readonly start: 'C';
};

/** How a tap ends, as the terminal sees it. */
export type Outcome =
  | Approved
  | OnlineRequest
  | Declined
  | TryAgain
  | TryAnotherInterface
  | EndApplication;

/** How a kernel ends, as Entry Point sees it. */
export type KernelOutcome = Outcome | SelectNext;

/** Declined; `check` names what of offline data authentication failed. */
export function declined(reason: DeclineReason, check?: AuthenticationCheck): Declined {
  return { kind: 'declined', reason, message: '07', ...(check === undefined ? {} : { check }) };
}

/** The card left the field: nothing is known of it, present it again. */
export function fieldLost(): TryAgain {
  return {
    kind: 'try_again',
    reason: 'field_lost',
    start: 'B',
    message: '21',
    messageOnRestart: '21',
    fieldOffMs: 0,
    holdMs: 0,
  };
}

/** The holder must act on the phone first: field off for a second, then a second tap. */
export function seePhone(): TryAgain {
  return {
    kind: 'try_again',
    reason: 'see_phone',
    start: 'B',
    message: '20',
    messageOnRestart: '21',
    fieldOffMs: 1000,
    holdMs: 1000,
  };
}

/** Another interface, the contact chip where the terminal has it. */
export function tryAnotherInterface(
  reason: TryAnotherInterface['reason'],
  contactSupported: boolean,
): TryAnotherInterface {
  return {
    kind: 'try_another_interface',
    reason,
    message: contactSupported ? '1D' : '18',
    alternateInterface: contactSupported ? 'contact' : undefined,
  };
}

/** End of the application, with the tag at fault where one is. */
export function endApplication(reason: EndReason, tag?: Tag): EndApplication {
  return { kind: 'end_application', reason, tag, message: '1C' };
}

/** The next candidate. */
export function selectNext(reason: SelectNextReason): SelectNext {
  return { kind: 'select_next', reason, start: 'C' };
}
