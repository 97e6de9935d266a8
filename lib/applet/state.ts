/**
 * The element's whole state, as plain data: what lasts and what is gone at power-off.
 * The host saves the lasting part before an answer leaves (`lasting.ts` says how it is written).
 */
import type { SecretBytes } from '../bytes/secret.ts';
import type { CardKeys } from '../emv/keys.ts';
import { type Aid, ISD_AID } from '../globalplatform/aids.ts';
import type { ScpSession, StaticKeys } from '../globalplatform/scp03.ts';
import type { Groups } from './card.ts';
import type { Certificates } from './certificates.ts';

/** Everything the element knows. */
export type ElementState = { readonly lasting: LastingState; readonly passing: PassingState };

/** What survives power-off. It holds secret keys: the host seals it and shows it to nobody. */
export type LastingState = {
  readonly birth: Birth;
  /** The token service's security domain; undefined until its keys have been agreed. */
  readonly securityDomain: SecurityDomain | undefined;
  readonly passcode: Passcode;
  readonly instances: readonly Instance[];
  readonly registry: Registry;
  /** The instance that answers a transit reader without its holder. It has certificates. */
  readonly express: Aid | undefined;
};

/** What the element was born with and never changes. */
export type Birth = {
  /** Secret P-256 scalar, 32 bytes. */
  readonly privateKey: SecretBytes;
  /** The whole object 7F21. */
  readonly certificate: Uint8Array;
  /** Production data, 42 bytes. */
  readonly cplc: Uint8Array;
  /** The token service's verification key, 65 bytes. */
  readonly tokenServiceKey: Uint8Array;
};

/** Static keys of the security domain and what guards them. */
export type SecurityDomain = {
  readonly keys: StaticKeys;
  readonly keyVersion: number;
  /** Counts INITIALIZE UPDATE, at most FFFFFF. */
  readonly sequenceCounter: number;
  /** Failed EXTERNAL AUTHENTICATE in a row. */
  readonly failedAuthentications: number;
};

/** The holder's six digits (ASCII; undefined until set) and the wrong tries that are left. */
export type Passcode = { readonly digits: SecretBytes | undefined; readonly tries: number };

/** One payment instance: life cycle 07 until it is personalised, then 0F. */
export type Instance = {
  readonly aid: Aid;
  readonly updateCounter: number;
  readonly personal: Personal | undefined;
};

/** What personalisation brought, and the counters that began with it. */
export type Personal = {
  readonly groups: Groups;
  readonly keys: CardKeys;
  readonly applicationTransactionCounter: number;
  readonly holder: HolderBinding | undefined;
  /** Answers without a verified holder too: the laboratory element. */
  readonly answersWithoutHolder: boolean;
  /** What it can be authenticated with; tokens made earlier got none. */
  readonly certificates: Certificates | undefined;
};

/** The passkey that may arm an instance. */
export type HolderBinding = {
  /** 65 bytes; undefined where the passcode alone is used. */
  readonly publicKey: Uint8Array | undefined;
  readonly rpIdHash: Uint8Array;
  readonly origin: string;
  readonly signCount: number;
};

/** Which instance a reader may select, and how often that changed. */
export type Registry = { readonly activated: Aid | undefined; readonly updateCounter: number };

/** What is gone at power-off. */
export type PassingState = {
  readonly selected: { readonly air: Aid | undefined; readonly wired: Aid | undefined };
  readonly channel: Channel | undefined;
  /** The nonce of the agreement, until it is used. */
  readonly nonce: Uint8Array | undefined;
  readonly chain: Chain | undefined;
  readonly arming: Arming;
  /** The last tap that was sent back to its holder. */
  readonly toConfirm: Confirmation | undefined;
  /** What the last tap signed of the card's own, to be read in record 0303. */
  readonly signed: SignedLast | undefined;
};

/** An instance and its card authentication related data (9F69, 8 bytes) as they were signed last. */
export type SignedLast = { readonly aid: Aid; readonly cardAuthenticationData: Uint8Array };

/** The secure channel: challenged, or open and perhaps collecting data groups for an instance. */
export type Channel =
  | { readonly kind: 'challenged'; readonly session: ScpSession }
  | {
      readonly kind: 'open';
      readonly session: ScpSession;
      readonly collecting: Collecting | undefined;
    };

/** Data groups on their way into an instance. Nothing of it lasts until the last one has come. */
export type Collecting = {
  readonly aid: Aid;
  /** Everything for an instance that has nothing, or certificates alone for one that stands. */
  readonly purpose: 'personalise' | 'certify';
  readonly nextBlock: number;
  readonly groups: ReadonlyMap<string, Uint8Array>;
};

/** Parts of a chained command so far, under the header they share. */
export type Chain = {
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
};

/** Ready: one tap of any amount. Confirm: only the amount and currency of the pending confirmation. */
export type ArmMode = 'ready' | 'confirm';

/** What the holder is asked for: one tap, one purchase, or that an instance answers transit readers without asking. */
export type AskMode = ArmMode | 'express';

/** Amount (6 bytes) and currency (2 bytes) as the terminal sent them. */
export type Purchase = { readonly amount: Uint8Array; readonly currency: Uint8Array };

/** A purchase that an instance answered 6986. */
export type Confirmation = Purchase & { readonly aid: Aid };

/** Whether somebody is being asked, or has been verified. One at a time for the whole element. */
export type Arming =
  | { readonly kind: 'idle' }
  | (Purchase & {
      readonly kind: 'underWay';
      readonly aid: Aid;
      /** What it will be once the holder is verified: armed, or the express instance. */
      readonly mode: AskMode;
      readonly challenge: Uint8Array;
      readonly sinceMs: number;
    })
  | (ArmTarget & { readonly kind: 'armed'; readonly sinceMs: number });

/** What is armed: an instance, a mode, and in mode confirm a purchase (zeros in mode ready). */
export type ArmTarget = Purchase & { readonly aid: Aid; readonly mode: ArmMode };

/** At most so many payment instances. @see profile octavo-1, section 1 */
export const MAX_INSTANCES = 8;

/** Wrong passcodes allowed in a row. @see profile octavo-1, section 8 */
export const PASSCODE_TRIES = 5;

/** The element as it wakes: nothing armed, nothing open, the issuer's domain selected on the wire. */
export function powerOn(lasting: LastingState): ElementState {
  return {
    lasting,
    passing: {
      selected: { air: undefined, wired: ISD_AID },
      channel: undefined,
      nonce: undefined,
      chain: undefined,
      arming: { kind: 'idle' },
      toConfirm: undefined,
      signed: undefined,
    },
  };
}
