/**
 * How the lasting state is written for its host to seal and save.
 *
 * One version byte, then the fields in the order of `LastingState`: numbers big-endian, bytes of no fixed
 * size after a two-byte length, what may be absent after one byte 00 or 01. One state has one writing, of version 2;
 * version 1, which knew neither certificates nor an express instance, is still read.
 */
import { assert } from '../bytes/assert.ts';
import {
  BytesError,
  concat,
  fromAscii,
  fromHex,
  fromUint,
  Reader,
  toAscii,
  toHex,
  toUint,
} from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import type { Aid } from '../globalplatform/aids.ts';
import { type Card, GROUP_NAMES, type GroupName, type Groups, readCard } from './card.ts';
import {
  CERTIFICATE_RECORDS,
  type CertificateRecord,
  type Certificates,
  certificatesFor,
  KEY_PART_BYTES,
  KEY_PARTS,
} from './certificates.ts';
import {
  type HolderBinding,
  type Instance,
  type LastingState,
  MAX_INSTANCES,
  PASSCODE_TRIES,
  type Passcode,
  type Personal,
  type SecurityDomain,
} from './state.ts';

/** Saved bytes that are not a lasting state. `offset` counts bytes from the start. */
export class LastingError extends Error {
  override readonly name = 'LastingError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

const VERSION = 2;
const VERSION_WITHOUT_CERTIFICATES = 1;

/** Write a lasting state. It holds secret keys: seal it before it is saved. */
export function encodeLasting(lasting: LastingState): Uint8Array {
  const { birth, securityDomain, passcode, instances, registry, express } = lasting;
  return concat(
    Uint8Array.of(VERSION),
    birth.privateKey,
    sized(birth.certificate),
    birth.cplc,
    birth.tokenServiceKey,
    optional(securityDomain, encodeSecurityDomain),
    optional(passcode.digits, (digits) => digits),
    Uint8Array.of(passcode.tries, instances.length),
    ...instances.map(encodeInstance),
    optional(registry.activated, (aid) => sized(fromHex(aid))),
    fromUint(registry.updateCounter, 2),
    optional(express, (aid) => sized(fromHex(aid))),
  );
}

/** Read a lasting state. Throws `LastingError` on bytes that `encodeLasting` would not write, nor version 1 of it. */
export function decodeLasting(bytes: Uint8Array): LastingState {
  const reader = new Reader(bytes);
  try {
    const lasting = readLasting(reader);
    reader.end();
    return lasting;
  } catch (error) {
    if (error instanceof BytesError)
      throw new LastingError('cut short, too long or not of its form', reader.offset);
    throw error;
  }
}

function encodeSecurityDomain(domain: SecurityDomain): Uint8Array {
  return concat(
    domain.keys.enc,
    domain.keys.mac,
    domain.keys.dek,
    Uint8Array.of(domain.keyVersion),
    fromUint(domain.sequenceCounter, 3),
    Uint8Array.of(domain.failedAuthentications),
  );
}

function encodeInstance(instance: Instance): Uint8Array {
  return concat(
    sized(fromHex(instance.aid)),
    fromUint(instance.updateCounter, 2),
    optional(instance.personal, encodePersonal),
  );
}

function encodePersonal(personal: Personal): Uint8Array {
  return concat(
    ...GROUP_NAMES.map((name) => sized(personal.groups[name])),
    personal.keys.ac,
    personal.keys.mac,
    personal.keys.enc,
    fromUint(personal.applicationTransactionCounter, 2),
    optional(personal.holder, encodeHolder),
    Uint8Array.of(personal.answersWithoutHolder ? 1 : 0),
    optional(personal.certificates, encodeCertificates),
  );
}

function encodeCertificates({ records, key }: Certificates): Uint8Array {
  const { coefficient, secondExponent, firstExponent, secondPrime, firstPrime } = key.parts;
  return concat(
    ...CERTIFICATE_RECORDS.map((name) => sized(records[name])),
    // In the order of the groups in which they came, 64 bytes each.
    ...[coefficient, secondExponent, firstExponent, secondPrime, firstPrime],
  );
}

function encodeHolder(holder: HolderBinding): Uint8Array {
  return concat(
    optional(holder.publicKey, (key) => key),
    holder.rpIdHash,
    sized(fromAscii(holder.origin)),
    fromUint(holder.signCount, 4),
  );
}

function sized(bytes: Uint8Array): Uint8Array {
  assert(bytes.length <= 0xffff);
  return concat(fromUint(bytes.length, 2), bytes);
}

function optional<T>(value: T | undefined, encode: (value: T) => Uint8Array): Uint8Array {
  return value === undefined ? Uint8Array.of(0) : concat(Uint8Array.of(1), encode(value));
}

function readLasting(reader: Reader): LastingState {
  const version = reader.byte();
  if (version !== VERSION && version !== VERSION_WITHOUT_CERTIFICATES)
    throw new LastingError('a version that this code cannot read', 0);
  const birth = {
    privateKey: kept(reader, 32),
    certificate: readSized(reader),
    cplc: copy(reader, 42),
    tokenServiceKey: copy(reader, 65),
  };
  const securityDomain = readOptional(reader, readSecurityDomain);
  const passcode = readPasscode(reader);
  const count = atMost(reader, MAX_INSTANCES);
  const instances: Instance[] = [];
  for (let index = 0; index < count; index++)
    instances.push(readInstance(reader, version, instances));
  const activated = readOptional(reader, readAid);
  const isPersonalised = instances.some(({ aid, personal }) => aid === activated && personal);
  if (activated !== undefined && !isPersonalised)
    throw new LastingError('the activated instance is not there', reader.offset);
  const registry = { activated, updateCounter: toUint(reader.take(2)) };
  const express = version === VERSION ? readExpress(reader, instances) : undefined;
  return { birth, securityDomain, passcode, instances, registry, express };
}

function readExpress(reader: Reader, instances: readonly Instance[]): Aid | undefined {
  const express = readOptional(reader, readAid);
  const isCertified = instances.some(
    ({ aid, personal }) => aid === express && personal?.certificates !== undefined,
  );
  if (express !== undefined && !isCertified)
    throw new LastingError('the express instance is not there', reader.offset);
  return express;
}

function readSecurityDomain(reader: Reader): SecurityDomain {
  return {
    keys: { enc: kept(reader, 16), mac: kept(reader, 16), dek: kept(reader, 16) },
    keyVersion: reader.byte(),
    sequenceCounter: toUint(reader.take(3)),
    failedAuthentications: reader.byte(),
  };
}

function readPasscode(reader: Reader): Passcode {
  const digits = readOptional(reader, () => kept(reader, 6));
  return { digits, tries: atMost(reader, PASSCODE_TRIES) };
}

function readInstance(reader: Reader, version: number, earlier: readonly Instance[]): Instance {
  const aid = readAid(reader);
  if (earlier.some((other) => other.aid === aid))
    throw new LastingError('two instances under one name', reader.offset);
  return {
    aid,
    updateCounter: toUint(reader.take(2)),
    personal: readOptional(reader, () => readPersonal(reader, version)),
  };
}

function readPersonal(reader: Reader, version: number): Personal {
  const groups = Object.fromEntries(GROUP_NAMES.map((name) => [name, readSized(reader)])) as Record<
    GroupName,
    Uint8Array
  > satisfies Groups;
  const card: Card | undefined = readCard(groups);
  if (card === undefined) throw new LastingError('data groups that make no card', reader.offset);
  const personal = {
    groups,
    keys: { ac: kept(reader, 16), mac: kept(reader, 16), enc: kept(reader, 16) },
    applicationTransactionCounter: toUint(reader.take(2)),
    holder: readOptional(reader, readHolder),
    answersWithoutHolder: atMost(reader, 1) === 1,
  };
  const certificates =
    version === VERSION ? readOptional(reader, () => readCertificates(reader, card)) : undefined;
  if (card.offersAuthentication !== (certificates !== undefined))
    throw new LastingError('certificates that do not fit what the card says', reader.offset);
  return { ...personal, certificates };
}

function readCertificates(reader: Reader, card: Card): Certificates {
  const records = Object.fromEntries(
    CERTIFICATE_RECORDS.map((name) => [name, readSized(reader)]),
  ) as Record<CertificateRecord, Uint8Array>;
  const parts = KEY_PARTS.map(() => kept(reader, KEY_PART_BYTES));
  const certificates = certificatesFor(card, records, parts);
  if (certificates === undefined)
    throw new LastingError('certificates of another card', reader.offset);
  return certificates;
}

function readHolder(reader: Reader): HolderBinding {
  return {
    publicKey: readOptional(reader, () => copy(reader, 65)),
    rpIdHash: copy(reader, 32),
    origin: toAscii(readSized(reader)),
    signCount: toUint(reader.take(4)),
  };
}

function readAid(reader: Reader): Aid {
  const aid = readSized(reader);
  if (aid.length < 5 || aid.length > 16)
    throw new LastingError('a name that is no application identifier', reader.offset);
  return toHex(aid);
}

function readSized(reader: Reader): Uint8Array {
  return copy(reader, toUint(reader.take(2)));
}

// A copy, so that the state does not hold on to the buffer it was read from.
function copy(reader: Reader, length: number): Uint8Array {
  return reader.take(length).slice();
}

function kept(reader: Reader, length: number): SecretBytes {
  return secret(reader.take(length));
}

function readOptional<T>(reader: Reader, read: (reader: Reader) => T): T | undefined {
  return atMost(reader, 1) === 1 ? read(reader) : undefined;
}

function atMost(reader: Reader, limit: number): number {
  const value = reader.byte();
  if (value > limit)
    throw new LastingError(`${value} where at most ${limit} can be`, reader.offset - 1);
  return value;
}
