/**
 * What a gate keeps of one tap: the card's answer, the gate's decision, and the hash of the record before, signed.
 * Fields stand in a fixed order, version 01; one record has one writing only.
 * @see docs/specs.md, transit sheet, section 2.4, and profile octavo-1, section 15
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { assert } from '../bytes/assert.ts';
import { concat, fromAscii, fromUint, type Reader, toAscii, toUint } from '../bytes/bytes.ts';
import type { AuthenticationCheck } from '../kernel/authenticate.ts';
import { decodeTlv, encodeTlv, type Tlv, TlvError } from '../tlv/tlv.ts';
import {
  codeOf,
  strictly,
  TransitError,
  takeInt64,
  takeName,
  takeText,
  takeUint32,
  takeUint64,
  writeInt64,
  writeText,
  writeUint64,
} from './wire.ts';

/** What a tap was. A refused one opened nothing and is kept all the same. */
export type TapKind = keyof typeof TAP_KINDS;

/** Which way the gate leads; a reader without ways, as on a bus, has none. */
export type GateDirection = keyof typeof DIRECTIONS;

/** What was held to the gate. */
export type TapForm = keyof typeof FORMS;

/** What came of the card's signature: not asked, verified, or the check that failed. */
export type TapAuthentication = keyof typeof AUTHENTICATIONS;

/** Where a tap was, as names of at most 24 printable characters; empty where there is none. */
export type TapPlace = {
  readonly operator: string;
  readonly station: string;
  readonly line: string;
  readonly vehicle: string;
  readonly trip: string;
  readonly route: string;
  /** The stop's name in a published timetable. */
  readonly stopId: string;
  readonly direction: GateDirection;
};

/** The token, hidden: the first 12 bytes of a keyed hash, and the epoch of its key. */
export type TapCredential = { readonly hash: Uint8Array; readonly epoch: number };

/** All of a record that is signed. */
export type TapRecordBody = {
  /** Eight digits or capital letters; with the sequence it names the tap, and nothing else does. */
  readonly gateId: string;
  /** 1 for the gate's first record, then one more each time; never used again. */
  readonly sequence: number;
  readonly kind: TapKind;
  /** Milliseconds since 1970 by the gate's own clock. */
  readonly deviceTimeMs: number;
  /** What is to be added to that clock, by its last exchange with the back office. */
  readonly offsetMs: number;
  /** How far off the sum may be, either way; all ones when nobody knows. */
  readonly uncertaintyMs: number;
  readonly place: TapPlace;
  /** Absent when no token was read. */
  readonly credential?: TapCredential | undefined;
  /** The account reference, 29 characters, when the card gave one. */
  readonly accountReference?: string | undefined;
  readonly form: TapForm;
  /** The card's and reader's data objects in clear, without what tells the token. */
  readonly tags: readonly Tlv[];
  /** The track 2 equivalent (tag 57), sealed to the back office; empty when no token was read. */
  readonly sealedToken: Uint8Array;
  readonly authentication: TapAuthentication;
  readonly decision: 'allow' | 'refuse';
  /** The refusal's code, such as `gate.expired`; empty when the gate opened. */
  readonly reason: string;
  /** The deny list that was asked: its version, and the epoch of its keys; zeros when there was none. */
  readonly list: { readonly epoch: number; readonly version: number };
  readonly tariffVersion: number;
  /** SHA-256 of the record before with its signature; zeros before the first. */
  readonly previous: Uint8Array;
};

/** One signed record: ECDSA P-256 with SHA-256 over all before it, 64 bytes r and s. */
export type TapRecord = TapRecordBody & { readonly signature: Uint8Array };

/** What `previous` is in a gate's first record. */
export const NO_RECORD: Uint8Array = new Uint8Array(32);

/** What the uncertainty is when the clock was never compared. */
export const UNKNOWN_UNCERTAINTY_MS = 0xffffffff;

/** The bytes that a gate signs. A value outside its field is a bug of the caller. */
export function encodeTapRecordBody(body: TapRecordBody): Uint8Array {
  assert(GATE_ID.test(body.gateId), 'a gate id is eight digits or capital letters');
  assert(body.sequence > 0, 'sequences begin with 1');
  assert(isTime(body.deviceTimeMs) && isTime(correctedTimeMs(body)), 'times of a calendar');
  assert(body.previous.length === HASH_LENGTH);
  assert((body.kind === 'refused') === (body.decision === 'refuse'), 'kind and decision agree');
  assert((body.reason === '') === (body.decision === 'allow'), 'a refusal has its reason');
  assert(body.tags.every(isClear), 'a data object that does not belong into a record');
  const tags = encodeTlv(body.tags);
  assert(tags.length <= LONGEST_TAGS && body.sealedToken.length <= LONGEST_SEALED);
  return concat(
    Uint8Array.of(VERSION),
    fromAscii(body.gateId),
    writeUint64(body.sequence),
    codeOf(TAP_KINDS, body.kind),
    writeUint64(body.deviceTimeMs),
    writeInt64(body.offsetMs),
    fromUint(body.uncertaintyMs, 4),
    encodePlace(body.place),
    encodeCredential(body.credential),
    encodeAccountReference(body.accountReference),
    codeOf(FORMS, body.form),
    fromUint(tags.length, 2),
    tags,
    Uint8Array.of(body.sealedToken.length),
    body.sealedToken,
    codeOf(AUTHENTICATIONS, body.authentication),
    codeOf(DECISIONS, body.decision),
    writeText(body.reason),
    fromUint(body.list.epoch, 4),
    fromUint(body.list.version, 4),
    fromUint(body.tariffVersion, 4),
    body.previous,
  );
}

/** The bytes of a whole record. */
export function encodeTapRecord(record: TapRecord): Uint8Array {
  assert(record.signature.length === SIGNATURE_LENGTH);
  return concat(encodeTapRecordBody(record), record.signature);
}

/** Read one record. Throws `TransitError` on anything that `encodeTapRecord` would not have written. */
export function decodeTapRecord(bytes: Uint8Array): TapRecord {
  return strictly(bytes, readRecord);
}

/** What the next record's `previous` is: SHA-256 over a record with its signature. */
export function recordHash(record: Uint8Array): Uint8Array {
  return sha256(record);
}

/** What a record's signature is over, from the record's bytes. */
export function signedPart(record: Uint8Array): Uint8Array {
  return record.subarray(0, Math.max(0, record.length - SIGNATURE_LENGTH));
}

/** When a tap was by the back office's clock, as well as the gate knew; milliseconds since 1970. */
export function correctedTimeMs(record: Pick<TapRecord, 'deviceTimeMs' | 'offsetMs'>): number {
  return record.deviceTimeMs + record.offsetMs;
}

/** The codes of kinds. */
export const TAP_KINDS = {
  entry: 1,
  exit: 2,
  single: 3,
  check: 4,
  companion: 5,
  refused: 6,
} as const;

const DIRECTIONS = { none: 0, in: 1, out: 2 } as const;
const FORMS = { unknown: 0, card: 1, phone: 2, watch: 3 } as const;
const DECISIONS = { allow: 1, refuse: 2 } as const;

const AUTHENTICATIONS = {
  not_done: 0,
  verified: 1,
  missing_object: 2,
  unknown_authority: 3,
  static_data: 0x10,
  length: 0x11,
  trailer: 0x12,
  header: 0x13,
  format: 0x14,
  signature: 0x15,
  hash: 0x16,
  issuer_identifier: 0x17,
  pan: 0x18,
  expired: 0x19,
  revoked: 0x1a,
  algorithm: 0x1b,
  key: 0x1c,
  dynamic_data: 0x1d,
  cid: 0x1e,
  transaction_hash: 0x1f,
  qualifiers: 0x20,
} as const satisfies Readonly<Record<AuthenticationCheck | 'not_done' | 'verified', number>>;

/** What tells the token or its holder: the number, tracks, the holder's name; it travels sealed or not at all. */
const TELLING_TAGS: ReadonlySet<string> = new Set([
  '57',
  '5A',
  '56',
  '5F20',
  '9F0B',
  '9F1F',
  '9F20',
  '9F6B',
]);

const VERSION = 0x01;
const GATE_ID = /^[0-9A-Z]{8}$/;
const ACCOUNT_REFERENCE = /^[0-9A-Z]{29}$/;
const REASON = /^[a-z_.]*$/;
const HASH_LENGTH = 32;
const CREDENTIAL_LENGTH = 12;
const SIGNATURE_LENGTH = 64;
const LONGEST_NAME = 24;
const LONGEST_REASON = 40;
const LONGEST_TAGS = 512;
const LONGEST_SEALED = 96;

function encodePlace(place: TapPlace): Uint8Array {
  const { operator, station, line, vehicle, trip, route, stopId, direction } = place;
  const names = [operator, station, line, vehicle, trip, route, stopId];
  assert(names.every((name) => name.length <= LONGEST_NAME));
  return concat(...names.map(writeText), codeOf(DIRECTIONS, direction));
}

function encodeCredential(credential: TapCredential | undefined): Uint8Array {
  if (credential === undefined) return Uint8Array.of(0);
  assert(credential.hash.length === CREDENTIAL_LENGTH);
  return concat(Uint8Array.of(1), credential.hash, fromUint(credential.epoch, 4));
}

function encodeAccountReference(reference: string | undefined): Uint8Array {
  assert(reference === undefined || ACCOUNT_REFERENCE.test(reference));
  return writeText(reference ?? '');
}

function readRecord(reader: Reader): TapRecord {
  if (reader.byte() !== VERSION) throw new TransitError('a record of another version', 0);
  const gateId = readGateId(reader);
  const sequence = takeUint64(reader);
  if (sequence === 0) throw new TransitError('sequences begin with 1', 9);
  const body = {
    gateId,
    sequence,
    kind: takeName(reader, TAP_KINDS),
    deviceTimeMs: takeUint64(reader),
    offsetMs: takeInt64(reader),
    uncertaintyMs: takeUint32(reader),
    place: readPlace(reader),
    credential: readCredential(reader),
    accountReference: readAccountReference(reader),
    form: takeName(reader, FORMS),
    tags: readTags(reader),
    sealedToken: readSealed(reader),
    authentication: takeName(reader, AUTHENTICATIONS),
    ...readDecision(reader),
    list: { epoch: takeUint32(reader), version: takeUint32(reader) },
    tariffVersion: takeUint32(reader),
    previous: reader.take(HASH_LENGTH),
    signature: reader.take(SIGNATURE_LENGTH),
  };
  if ((body.kind === 'refused') !== (body.decision === 'refuse')) {
    throw new TransitError('kind and decision do not agree', KIND_OFFSET);
  }
  if (!isTime(body.deviceTimeMs) || !isTime(correctedTimeMs(body))) {
    throw new TransitError('a time that no calendar has', TIME_OFFSET);
  }
  return body;
}

const KIND_OFFSET = 17;
const TIME_OFFSET = 18;

/** From 1970 to the end of 2099: cards and messages write years in two digits, and a gate's key makes no time true. */
function isTime(ms: number): boolean {
  return ms >= 0 && ms < END_OF_TIME_MS;
}

const END_OF_TIME_MS = 4_102_444_800_000;

function readGateId(reader: Reader): string {
  const at = reader.offset;
  const bytes = reader.take(8);
  const text = bytes.every((byte) => byte < 0x80) ? toAscii(bytes) : '';
  if (!GATE_ID.test(text)) throw new TransitError('not the id of a gate', at);
  return text;
}

function readPlace(reader: Reader): TapPlace {
  const name = (): string => takeText(reader, LONGEST_NAME);
  return {
    operator: name(),
    station: name(),
    line: name(),
    vehicle: name(),
    trip: name(),
    route: name(),
    stopId: name(),
    direction: takeName(reader, DIRECTIONS),
  };
}

function readCredential(reader: Reader): TapCredential | undefined {
  const at = reader.offset;
  const isThere = reader.byte();
  if (isThere > 1) throw new TransitError('neither a credential nor none', at);
  if (isThere === 0) return undefined;
  return { hash: reader.take(CREDENTIAL_LENGTH), epoch: takeUint32(reader) };
}

function readAccountReference(reader: Reader): string | undefined {
  const at = reader.offset;
  const text = takeText(reader, 29);
  if (text === '') return undefined;
  if (!ACCOUNT_REFERENCE.test(text)) throw new TransitError('not an account reference', at);
  return text;
}

function readTags(reader: Reader): readonly Tlv[] {
  const length = toUint(reader.take(2));
  const at = reader.offset;
  if (length > LONGEST_TAGS) throw new TransitError('too many data objects', at - 2);
  const tags = tagsIn(reader.take(length), at);
  if (!tags.every(isClear)) {
    throw new TransitError('a data object that does not belong into a record', at);
  }
  return tags.map(({ tag, value }) => ({ tag, value }));
}

function tagsIn(bytes: Uint8Array, at: number): readonly Tlv[] {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    throw new TransitError('not a list of data objects', at + error.offset);
  }
}

/** A primitive object that may stand in clear. */
function isClear({ tag, children }: Tlv): boolean {
  return children === undefined && !TELLING_TAGS.has(tag);
}

function readSealed(reader: Reader): Uint8Array {
  const at = reader.offset;
  const length = reader.byte();
  if (length > LONGEST_SEALED) throw new TransitError('too long a sealed token', at);
  return reader.take(length);
}

function readDecision(reader: Reader): Pick<TapRecord, 'decision' | 'reason'> {
  const decision = takeName(reader, DECISIONS);
  const at = reader.offset;
  const reason = takeText(reader, LONGEST_REASON);
  if (!REASON.test(reason)) throw new TransitError('not the code of a refusal', at);
  if ((reason === '') !== (decision === 'allow')) {
    throw new TransitError('a refusal has its reason, an open gate has none', at);
  }
  return { decision, reason };
}
