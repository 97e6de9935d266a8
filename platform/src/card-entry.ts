/**
 * The card-entry frame's side of the envelope: what the holder typed, or the bank handed on, closed to the token service alone.
 * Nothing here is Node's own, so the frame in a browser runs the same lines.
 */
import { CompactEncrypt } from 'jose';
import type { PublicJwk } from './softkeys-p256.ts';

/** Which enrolment an entry is for, when it was typed, and by whose wallet; all of it sealed together. */
export type EntryPlace = {
  readonly enrolmentId: string;
  readonly requestorId: string;
  readonly atMs: number;
};

/** A typed card, and the element and holder it is meant for: nobody in between can turn it to another. */
export type CardEntry = EntryPlace & {
  readonly kind: 'card';
  /** Digits without spaces. */
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  /** Three digits; credit cards. */
  readonly cvn2?: string;
  /** The mobile number the bank knows; debit cards. */
  readonly mobile?: string;
  /** SHA-256 of the element's certificate, hexadecimal. */
  readonly elementId: string;
  /** The passkey's point, 65 bytes in hexadecimal; absent when the passcode alone confirms. */
  readonly holderPublicKey?: string;
  /** SHA-256 of the relying party id, hexadecimal. */
  readonly rpIdHash: string;
  readonly origin: string;
};

/** A typed one-time code. */
export type CodeEntry = EntryPlace & { readonly kind: 'code'; readonly code: string };

/** A card that its bank has handed on, by the receipt the bank got for it: nothing is typed. */
export type PushEntry = EntryPlace &
  Pick<CardEntry, 'elementId' | 'holderPublicKey' | 'rpIdHash' | 'origin'> & {
    readonly kind: 'push';
    /** 32 bytes, hexadecimal; good once and for minutes, so it goes from the bank's page to the frame alone. */
    readonly receipt: string;
  };

/** Close an entry to the token service's envelope key: compact JWE, ECDH-ES, A256GCM. */
export async function sealCardEntry(from: {
  readonly publicJwk: PublicJwk;
  readonly kid: string;
  readonly entry: CardEntry | CodeEntry | PushEntry;
}): Promise<string> {
  const { publicJwk, kid, entry } = from;
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(entry)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid })
    .encrypt({ ...publicJwk, alg: 'ECDH-ES' });
}
