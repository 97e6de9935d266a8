/**
 * What the services ask of the outside world: time, chance, storage, links, keys and a place for events.
 * Every call through a port is a point where the simulator may stop one caller and let another go on.
 */

/** Milliseconds since 1970 in universal time. */
export type InstantMs = number;

/** The time, and waiting. A world's clock can be set, so nothing else may tell the time. */
export type Clock = {
  nowMs(): InstantMs;
  /** Resolves after `durationMs`, or at once when `signal` is aborted; never rejects. */
  sleep(durationMs: number, signal?: CancelSignal): Promise<void>;
};

/** The part of an `AbortSignal` that pure code needs. */
export type CancelSignal = {
  readonly aborted: boolean;
  addEventListener(kind: 'abort', listener: () => void): void;
};

/** Fresh unpredictable bytes. */
export type Random = (length: number) => Uint8Array;

/** A value of one column as it goes into and comes out of the database; bigint columns are read as bigint. */
export type SqlValue = string | number | bigint | boolean | Uint8Array | null | readonly SqlValue[];

/** One row as the database gives it. */
export type SqlRow = Readonly<Record<string, unknown>>;

/**
 * Run one statement with numbered parameters. There are no transactions beyond it: an effect is one
 * statement. Rejects with `StorageUnavailable` when the database did not answer.
 */
export type Sql = (text: string, values?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;

/** The database, or a journal, did not take what was to be kept; whether it did is not known. */
export class StorageUnavailable extends Error {
  override readonly name: string = 'StorageUnavailable';
}

/** A connection that carries whole messages both ways, such as ISO 8583 frames without their outer length. */
export type Link = {
  /** Resolves when the bytes are handed to the line; rejects with `LinkDown` when there is none. */
  send(frame: Uint8Array): Promise<void>;
  /** Ends when the line drops. May be read once. */
  readonly frames: AsyncIterable<Uint8Array>;
  close(): void;
};

/** Open a link to the peer this port was made for; rejects with `LinkDown`. */
export type Dial = () => Promise<Link>;

/** The line is down, or dropped while it was used. */
export class LinkDown extends Error {
  override readonly name = 'LinkDown';
}

/** Bytes sealed under a key of the key port; they may be stored, and only the port that sealed opens them. */
export type Sealed = Uint8Array;

/** What a sealed value belongs to; it is bound into the seal, so a value moved to another row does not open. */
export type SealContext = { readonly id: string; readonly column: string };

/** Sign as this service. ECDSA P-256 with SHA-256, 64 bytes r and s. */
export type SigningKeys = { sign(message: Uint8Array): Promise<Uint8Array> };

/** Encryption at rest and lookup by keyed hash; two different keys. */
export type VaultKeys = {
  vaultSeal(plain: Uint8Array, context: SealContext): Promise<Sealed>;
  /** Rejects when the value was sealed for another context or is damaged: a bug or tampering, never input. */
  vaultOpen(sealed: Sealed, context: SealContext): Promise<Uint8Array>;
  /** HMAC-SHA-256 under the lookup key, 32 bytes; `purpose` separates uses. */
  lookupHash(purpose: string, value: Uint8Array): Promise<Uint8Array>;
};

/** Opening what the card-entry frame encrypted to this service (compact JWE). */
export type EnvelopeKeys = {
  /** The plain text, or undefined when it is not for us, altered, or of another algorithm. */
  openEnvelope(envelope: string): Promise<Uint8Array | undefined>;
};

/** What the key port needs to check one cryptogram of version 01. */
export type CryptogramAsk = {
  /** Which master keys (derivation key index of the issuer application data), two hexadecimal digits. */
  readonly keyIndex: string;
  readonly token: string;
  readonly sequenceNumber: string;
  /** The data objects of the tap by tag; both in upper-case hexadecimal. */
  readonly values: Readonly<Record<string, string>>;
};

/** The key port's answer about a cryptogram. `expected` never leaves the token service. */
export type CryptogramCheck =
  | { readonly kind: 'right'; readonly macInput: Uint8Array }
  | { readonly kind: 'wrong'; readonly macInput: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: 'unknown_key_index' | 'missing_data' };

/** The holder's side of a token, as it is written into the element. */
export type HolderProfile = {
  /** Uncompressed P-256 point; absent when the passcode alone confirms. */
  readonly publicKey?: Uint8Array;
  /** SHA-256 of the relying party id, 32 bytes. */
  readonly rpIdHash: Uint8Array;
  readonly origin: string;
};

/** What an instance in the element is personalised with, card keys excepted. */
export type InstanceProfile = {
  readonly token: string;
  /** YYMM. */
  readonly expiry: string;
  readonly sequenceNumber: string;
  readonly kind: 'debit' | 'credit';
  readonly label: string;
  readonly instanceAid: string;
  readonly keyIndex: string;
  readonly accountReference: string;
  readonly requestorId: string;
  readonly holder: HolderProfile;
  /** Where its counter stands, 0 to FFFE; its first tap is one above. */
  readonly firstCounter: number;
  /** True only for the laboratory requestor: an element that answers without its holder. */
  readonly answersWithoutHolder: boolean;
};

/** Commands for an element's secure channel, in order, and the status words each may answer. */
export type CommandBatch = {
  readonly commands: readonly { readonly bytes: Uint8Array; readonly accept: readonly string[] }[];
  /** What the port needs to check the answers; store it, give it back. */
  readonly receipt: Sealed;
};

/** Making the token service's side of an element's security domain. No key leaves. */
export type ElementKeys = {
  /** Agree on fresh domain keys: the AGREE command for the element, and the keys sealed. */
  agreeDomain(ask: {
    readonly elementCertificate: Uint8Array;
    readonly nonce: Uint8Array;
    readonly keyVersion: number;
  }): Promise<{ readonly command: Uint8Array; readonly domain: Sealed }>;
  /**
   * Build the whole batch for one purpose from the element's answer to INITIALIZE UPDATE;
   * undefined when its card cryptogram is wrong.
   */
  cardKeysFor(ask: {
    /** Whose domain it is, SHA-256 of its certificate. */
    readonly elementId: Uint8Array;
    readonly domain: Sealed;
    readonly hostChallenge: Uint8Array;
    readonly answer: Uint8Array;
    readonly purpose:
      | { readonly kind: 'personalise'; readonly profile: InstanceProfile }
      /** A later step on an instance that stands: certificates alone; its keys and its counter stay. */
      | { readonly kind: 'certify'; readonly profile: InstanceProfile }
      | { readonly kind: 'delete'; readonly instanceAid: string };
  }): Promise<CommandBatch | undefined>;
  /** Check the element's answers, MAC by MAC: how many were accepted, and the first that was not. */
  checkAnswers(ask: {
    readonly elementId: Uint8Array;
    /** The instance that the batch was for. */
    readonly instanceAid: string;
    readonly receipt: Sealed;
    readonly answers: readonly Uint8Array[];
  }): Promise<
    | { readonly kind: 'accepted' }
    | { readonly kind: 'failed'; readonly at: number; readonly status: string }
  >;
};

/** The public part of a certification authority's key, as readers are given it. */
export type PublicAuthorityKey = {
  /** Five bytes. */
  readonly rid: Uint8Array;
  /** Tag 8F. */
  readonly index: number;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  /** The last month it is used: four digits, MMYY. */
  readonly expiry: string;
};

/** The authority that card keys are certified under. Its private keys never leave. */
export type AuthorityKeys = {
  authorityKeys(): Promise<readonly PublicAuthorityKey[]>;
};

/** The token service's cryptogram work. */
export type CryptogramKeys = {
  verifyCryptogram(ask: CryptogramAsk): Promise<CryptogramCheck>;
  /** Tag 91: authorisation response cryptogram by method 1, then the response code. Ten bytes. */
  makeArpc(ask: CryptogramAsk & { readonly responseCode: string }): Promise<Uint8Array>;
};

/** The issuer's card security code: computed when asked, never stored. */
export type VerificationKeys = {
  /** Whether `given` is the three-digit code for this card; compared in constant time. */
  verificationValueIs(ask: {
    readonly pan: string;
    readonly expiry: string;
    readonly serviceCode: string;
    readonly given: string;
  }): Promise<boolean>;
  /** The code itself, for the demo bank's printed cards only. */
  printVerificationValue(ask: {
    readonly pan: string;
    readonly expiry: string;
    readonly serviceCode: string;
  }): Promise<string>;
};

/** MACs of message legs. A handle names a key this service shares with one peer. */
export type MacKeys = {
  /** X9.19, 8 bytes, under the link key named by the peer. */
  messageMac(peer: string, input: Uint8Array): Promise<Uint8Array>;
};

/** The acquirer's keys for its terminals, each kept for one terminal and good for that one alone. */
export type AcquirerKeys = {
  /** A fresh terminal master key: once sealed to the terminal's public key (compact JWE), once for our own store. */
  issueTerminalKey(
    terminalId: string,
    terminalPublicKey: Uint8Array,
  ): Promise<{ readonly forTerminal: string; readonly kept: Sealed }>;
  /** A fresh MAC key under the terminal master key (16 bytes) with its check value (4), and once for our own store. */
  issueMacKey(
    terminalId: string,
    terminalKey: Sealed,
  ): Promise<{
    readonly wrapped: Uint8Array;
    readonly checkValue: Uint8Array;
    readonly kept: Sealed;
  }>;
  /** The POS MAC, 8 ASCII bytes, under a kept MAC key. */
  terminalMac(terminalId: string, macKey: Sealed, input: Uint8Array): Promise<Uint8Array>;
};

/** The terminal's own keys. */
export type TerminalKeys = {
  /** This terminal's public key, uncompressed P-256 point. */
  publicKey(): Promise<Uint8Array>;
  /** Take the terminal master key out of its envelope; undefined when it is not for us. */
  acceptTerminalKey(forTerminal: string): Promise<Sealed | undefined>;
  /** Unwrap a MAC key and compare its check value; undefined when that is wrong. */
  acceptMacKey(
    terminalKey: Sealed,
    wrapped: Uint8Array,
    checkValue: Uint8Array,
  ): Promise<Sealed | undefined>;
  terminalMac(macKey: Sealed, input: Uint8Array): Promise<Uint8Array>;
};

/** The hidden forms of a rider's names, the same at every gate and in the back office. */
export type DenyEntryKeys = {
  /** 12 bytes: the keyed hash of a token's digits (`DENY1`) or of an account reference (`PAR1`). */
  denyEntry(kind: 'DENY1' | 'PAR1', value: string): Promise<Uint8Array>;
  /** Names the key of those hashes. */
  denyEpoch(): Promise<number>;
};

/** The gates' keys: each gate has its own, and one gate's say nothing of another's. */
export type GateKeys = DenyEntryKeys & {
  /** ECDSA P-256 with SHA-256 by this gate, 64 bytes r and s. */
  signRecord(gateId: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** This gate's public key, uncompressed P-256 point. */
  publicKey(gateId: string): Promise<Uint8Array>;
  /** Hide what tells a token from all but the back office; bound to the gate and the record's number. */
  sealCredential(gateId: string, sequence: number, plain: Uint8Array): Promise<Uint8Array>;
};

/** The back office's keys. */
export type TransitKeys = SigningKeys &
  VaultKeys &
  DenyEntryKeys & {
    /** Undo `sealCredential`; undefined when it was not sealed for this gate and number, or is damaged. */
    openCredential(
      gateId: string,
      sequence: number,
      sealed: Uint8Array,
    ): Promise<Uint8Array | undefined>;
    /** Whether a gate signed these bytes (r and s, 64 bytes). A key that is no point of P-256 signed nothing. */
    verifyRecord(
      gatePublicKey: Uint8Array,
      bytes: Uint8Array,
      signature: Uint8Array,
    ): Promise<boolean>;
  };

/**
 * Entries that are on the disk once they are written, in order, by one writer. What was being written when the power
 * went is gone at the next opening, and nothing else is.
 */
export type Journal = {
  /** How many entries there are. */
  count(): number;
  /** Resolves when the entry lasts; rejects with `StorageUnavailable` when it may not, and it is then not there. */
  append(entry: Uint8Array): Promise<void>;
  /** Entries from the one at `index` (the first is 0) on, at most `most` of them. */
  read(index: number, most: number): Promise<readonly Uint8Array[]>;
  /** Let another writer open it. */
  close(): Promise<void>;
};

/** Something that happened, for consoles, traces and the command line. Holds no secret and no account number. */
export type TraceEvent = {
  readonly type: string;
  readonly service: string;
  readonly atMs: InstantMs;
  /** JSON-safe: amounts as decimal strings of minor units, bytes as upper-case hexadecimal. */
  readonly detail: Readonly<Record<string, unknown>>;
};

/** Where events go. Never blocks and never fails. */
export type Trace = (type: string, detail: Readonly<Record<string, unknown>>) => void;

/** The ports every service gets. `sql` reaches only the service's own schema by convention of its statements. */
export type CommonPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly sql: Sql;
  readonly trace: Trace;
};

/** The public keys of the parties that may call, and checking what they signed (ECDSA P-256, 64 bytes r and s). */
export type Directory = {
  /** False for an unknown party too. */
  verify(party: string, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
};
