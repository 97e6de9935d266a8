/**
 * SCP03 with AES-128, for both ends of the channel. A session is plain data: every step takes one and gives the next.
 * Only the basic logical channel is spoken; the Le byte of a command lies outside its MAC, as the protocol has it.
 * @see docs/specs.md, provisioning sheet, section 3
 */
import { cbc, cmac, ecb } from '@noble/ciphers/aes.js';
import type { Command, Response } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { concat, equalConstantTime, fromHex, fromUint } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import type { Aid } from './aids.ts';

/** Bytes that do not belong to the secure channel. `offset` counts bytes from the start of the data. */
export class Scp03Error extends Error {
  override readonly name = 'Scp03Error';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** A security domain's long-lived keys, 16 bytes each. */
export type StaticKeys = {
  readonly enc: SecretBytes;
  readonly mac: SecretBytes;
  readonly dek: SecretBytes;
};

/** What is protected: 01 command MAC, 02 command encryption, 10 response MAC, 20 response encryption. 00 is a session not yet open. */
export type SecurityLevel = 0x00 | 0x01 | 0x03 | 0x11 | 0x13 | 0x33;

/** One secure channel session at one moment. */
export type ScpSession = {
  readonly sEnc: SecretBytes;
  readonly sMac: SecretBytes;
  readonly sRmac: SecretBytes;
  readonly cardCryptogram: Uint8Array;
  readonly hostCryptogram: Uint8Array;
  /** The whole MAC of the last command, 16 bytes; zeros at first. */
  readonly chain: Uint8Array;
  /** How many commands have been wrapped since EXTERNAL AUTHENTICATE. */
  readonly counter: number;
  readonly level: SecurityLevel;
};

/** The level the token service always asks for: everything protected. @see profile octavo-1, section 5 */
export const FULL_SECURITY = 0x33;

/** How many bytes of plain data fit into one command at level 33. */
export const MAX_PLAIN_BYTES = 239;

const MAC_BYTES = 8;
const BLOCK_BYTES = 16;
const SECURE_MESSAGING = 0x04;
const CHANNEL_BITS = 0x03;
const EXTERNAL_AUTHENTICATE = 0x82;
const COMMAND_ENCRYPTION = 0x02;
const RESPONSE_MAC = 0x10;
const RESPONSE_ENCRYPTION = 0x20;
const OPEN_LEVELS: readonly number[] = [0x01, 0x03, 0x11, 0x13, 0x33];

/** The key derivation's constants: what each derived value is for. */
const DERIVE = {
  cardCryptogram: 0x00,
  hostCryptogram: 0x01,
  cardChallenge: 0x02,
  sEnc: 0x04,
  sMac: 0x06,
  sRmac: 0x07,
} as const;

/**
 * The session that two eight-byte challenges make of a domain's keys. It is not open yet: level 00.
 * The host compares `cardCryptogram` in constant time with the one it was sent before it goes on.
 * @example
 * const key = secret(fromHex('404142434445464748494A4B4C4D4E4F'));
 * const keys = { enc: key, mac: key, dek: key };
 * deriveSession(keys, fromHex('0102030405060708'), fromHex('1112131415161718')).hostCryptogram // 00B11D00F75C456B
 * @see docs/specs.md, provisioning sheet, section 3
 */
export function deriveSession(
  keys: StaticKeys,
  hostChallenge: Uint8Array,
  cardChallenge: Uint8Array,
): ScpSession {
  assert(hostChallenge.length === 8 && cardChallenge.length === 8, 'challenges are eight bytes');
  const context = concat(hostChallenge, cardChallenge);
  const sMac = secret(derive(keys.mac, DERIVE.sMac, context, 16));
  return {
    sEnc: secret(derive(keys.enc, DERIVE.sEnc, context, 16)),
    sMac,
    sRmac: secret(derive(keys.mac, DERIVE.sRmac, context, 16)),
    cardCryptogram: derive(sMac, DERIVE.cardCryptogram, context, 8),
    hostCryptogram: derive(sMac, DERIVE.hostCryptogram, context, 8),
    chain: new Uint8Array(BLOCK_BYTES),
    counter: 0,
    level: 0x00,
  };
}

/**
 * The card's eight-byte challenge, derived from its three-byte sequence counter and the domain's name.
 * @see docs/specs.md, provisioning sheet, section 3
 */
export function pseudoRandomChallenge(
  keys: StaticKeys,
  sequenceCounter: Uint8Array,
  aid: Aid,
): Uint8Array {
  assert(sequenceCounter.length === 3, 'the sequence counter is three bytes');
  return derive(keys.enc, DERIVE.cardChallenge, concat(sequenceCounter, fromHex(aid)), 8);
}

/** Host: the EXTERNAL AUTHENTICATE that opens the session at a level. It is MACed and never encrypted. */
export function externalAuthenticate(
  session: ScpSession,
  level: Exclude<SecurityLevel, 0x00>,
): readonly [ScpSession, Command] {
  assert(session.level === 0x00, 'the session is open already');
  const header = { cla: 0x80, ins: EXTERNAL_AUTHENTICATE, p1: level, p2: 0x00 };
  const [chained, command] = addMac(session, { ...header, data: session.hostCryptogram });
  return [{ ...chained, level }, command];
}

/** Host: encrypt and MAC a plain command of at most `MAX_PLAIN_BYTES`. */
export function wrap(session: ScpSession, command: Command): readonly [ScpSession, Command] {
  assert(session.level !== 0x00, 'the session is not open');
  assert(
    (command.cla & (SECURE_MESSAGING | CHANNEL_BITS)) === 0,
    'a plain command of the basic channel',
  );
  assert(command.data.length <= MAX_PLAIN_BYTES, 'too much data for one command');
  const counted = { ...session, counter: session.counter + 1 };
  const encrypts = (session.level & COMMAND_ENCRYPTION) !== 0 && command.data.length > 0;
  const data = encrypts ? encrypt(session.sEnc, commandIv(counted), command.data) : command.data;
  return addMac(counted, { ...command, data });
}

/**
 * Host: check and decrypt the answer to the command wrapped last.
 * Throws `Scp03Error` when the response MAC or the padding is wrong, or an error status comes with data: nothing vouches for it.
 */
export function unwrapResponse(session: ScpSession, response: Response): Response {
  if ((session.level & RESPONSE_MAC) === 0) return response;
  if (!carriesMac(response.status)) {
    if (response.data.length > 0) throw new Scp03Error('data without a response MAC', 0);
    return response;
  }
  const at = response.data.length - MAC_BYTES;
  if (at < 0) throw new Scp03Error('the response MAC is missing', response.data.length);
  const body = response.data.subarray(0, at);
  const expected = responseMac(session, body, response.status);
  if (!equalConstantTime(expected, response.data.subarray(at)))
    throw new Scp03Error('the response MAC is wrong', at);
  if ((session.level & RESPONSE_ENCRYPTION) === 0 || at === 0)
    return { data: body, status: response.status };
  const plain = decrypt(session.sEnc, responseIv(session), body);
  if (plain === undefined) throw new Scp03Error('the response padding is wrong', 0);
  return { data: plain, status: response.status };
}

/**
 * Card: the session opened by an EXTERNAL AUTHENTICATE; undefined when its cryptogram, MAC, level or form is wrong.
 * The caller counts failures and decides which levels it serves.
 */
export function acceptExternalAuthenticate(
  session: ScpSession,
  command: Command,
): ScpSession | undefined {
  if (session.level !== 0x00) return undefined;
  if (command.ins !== EXTERNAL_AUTHENTICATE || command.cla !== (0x80 | SECURE_MESSAGING))
    return undefined;
  if (command.p2 !== 0x00 || command.data.length !== 16) return undefined;
  if (!isOpenLevel(command.p1)) return undefined;
  const checked = removeMac(session, command);
  if (checked === undefined) return undefined;
  const [chained, plain] = checked;
  if (!equalConstantTime(plain.data, session.hostCryptogram)) return undefined;
  return { ...chained, level: command.p1 };
}

/**
 * Card: the plain command inside a wrapped one; undefined when its MAC or padding is wrong, and then the caller ends
 * the session. The padding is looked at only once the MAC holds, so it tells an attacker nothing.
 */
export function unwrap(
  session: ScpSession,
  command: Command,
): readonly [ScpSession, Command] | undefined {
  assert(session.level !== 0x00, 'the session is not open');
  const counted = { ...session, counter: session.counter + 1 };
  const checked = removeMac(counted, command);
  if (checked === undefined) return undefined;
  const [chained, plain] = checked;
  if ((session.level & COMMAND_ENCRYPTION) === 0 || plain.data.length === 0) return checked;
  const data = decrypt(session.sEnc, commandIv(counted), plain.data);
  return data === undefined ? undefined : [chained, { ...plain, data }];
}

/** Card: encrypt and MAC the answer to the command unwrapped last. An error status goes out bare. */
export function wrapResponse(session: ScpSession, response: Response): Response {
  if ((session.level & RESPONSE_MAC) === 0) return response;
  if (!carriesMac(response.status)) {
    assert(response.data.length === 0, 'an error status carries no data');
    return response;
  }
  const encrypts = (session.level & RESPONSE_ENCRYPTION) !== 0 && response.data.length > 0;
  const body = encrypts ? encrypt(session.sEnc, responseIv(session), response.data) : response.data;
  const mac = responseMac(session, body, response.status);
  return { data: concat(body, mac), status: response.status };
}

/** Encrypt keys for the domain under its K-DEK: AES-CBC with a zero vector, whole blocks, no padding. */
export function wrapDek(keys: StaticKeys, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK_BYTES === 0, 'keys fill whole blocks');
  return blockChain(keys.dek, new Uint8Array(BLOCK_BYTES)).encrypt(data);
}

/** Decrypt keys that came under K-DEK. Throws `Scp03Error` when they do not fill whole blocks. */
export function unwrapDek(keys: StaticKeys, data: Uint8Array): SecretBytes {
  if (data.length % BLOCK_BYTES !== 0)
    throw new Scp03Error('encrypted keys do not fill whole blocks', data.length);
  return secret(blockChain(keys.dek, new Uint8Array(BLOCK_BYTES)).decrypt(data));
}

/** Key derivation in counter mode over AES-CMAC; one round gives all that AES-128 asks for. */
function derive(
  key: Uint8Array,
  constant: number,
  context: Uint8Array,
  length: number,
): Uint8Array {
  assert(key.length === 16, 'an AES-128 key is 16 bytes');
  const label = new Uint8Array(12);
  label[11] = constant;
  const input = concat(label, Uint8Array.of(0x00), fromUint(length * 8, 2), Uint8Array.of(0x01));
  return cmac(concat(input, context), key).subarray(0, length);
}

function addMac(session: ScpSession, command: Command): readonly [ScpSession, Command] {
  const cla = command.cla | SECURE_MESSAGING;
  const chain = commandMac(session, { ...command, cla });
  const data = concat(command.data, chain.subarray(0, MAC_BYTES));
  return [
    { ...session, chain },
    { ...command, cla, data },
  ];
}

function removeMac(
  session: ScpSession,
  command: Command,
): readonly [ScpSession, Command] | undefined {
  // The channel bits are outside the MAC, so a command of another channel must not pass for one of ours.
  if ((command.cla & (SECURE_MESSAGING | CHANNEL_BITS)) !== SECURE_MESSAGING) return undefined;
  const at = command.data.length - MAC_BYTES;
  if (at < 0) return undefined;
  const plain = { ...command, data: command.data.subarray(0, at) };
  const chain = commandMac(session, plain);
  if (!equalConstantTime(chain.subarray(0, MAC_BYTES), command.data.subarray(at))) return undefined;
  return [
    { ...session, chain },
    { ...plain, cla: plain.cla & ~SECURE_MESSAGING },
  ];
}

function commandMac(session: ScpSession, command: Command): Uint8Array {
  const { cla, ins, p1, p2, data } = command;
  const header = Uint8Array.of(cla & ~CHANNEL_BITS, ins, p1, p2, data.length + MAC_BYTES);
  return cmac(concat(session.chain, header, data), session.sMac);
}

function responseMac(session: ScpSession, body: Uint8Array, status: number): Uint8Array {
  const message = concat(session.chain, body, fromUint(status, 2));
  return cmac(message, session.sRmac).subarray(0, MAC_BYTES);
}

/** Only success and warnings are vouched for: 9000, 62xx and 63xx. */
function carriesMac(status: number): boolean {
  return status === 0x9000 || status >> 8 === 0x62 || status >> 8 === 0x63;
}

function isOpenLevel(level: number): level is Exclude<SecurityLevel, 0x00> {
  return OPEN_LEVELS.includes(level);
}

function commandIv(session: ScpSession): Uint8Array {
  return encryptBlock(session.sEnc, fromUint(session.counter, BLOCK_BYTES));
}

/** A response has the counter of its command, told apart by the first byte 80. */
function responseIv(session: ScpSession): Uint8Array {
  const block = fromUint(session.counter, BLOCK_BYTES);
  block[0] = 0x80;
  return encryptBlock(session.sEnc, block);
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return ecb(key, { disablePadding: true }).encrypt(block);
}

function encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const padded = new Uint8Array((Math.floor(plain.length / BLOCK_BYTES) + 1) * BLOCK_BYTES);
  padded.set(plain);
  padded[plain.length] = 0x80;
  return blockChain(key, iv).encrypt(padded);
}

function decrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined {
  if (data.length === 0 || data.length % BLOCK_BYTES !== 0) return undefined;
  const padded = blockChain(key, iv).decrypt(data);
  const end = padded.lastIndexOf(0x80);
  if (end < padded.length - BLOCK_BYTES) return undefined;
  return padded.subarray(end + 1).every((byte) => byte === 0) ? padded.subarray(0, end) : undefined;
}

type BlockCipher = ReturnType<typeof cbc>;

function blockChain(key: Uint8Array, iv: Uint8Array): BlockCipher {
  return cbc(key, iv, { disablePadding: true });
}
