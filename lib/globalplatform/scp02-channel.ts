/**
 * SCP02 once both ends have their session: EXTERNAL AUTHENTICATE, and every command after it, for host and card.
 * Each step takes a session and gives the next. Only the basic logical channel is spoken; the Le byte of a command
 * lies outside its MAC, and answers are not protected.
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
import type { Command } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { concat, equalConstantTime } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import {
  tripleDesCbcDecrypt,
  tripleDesCbcEncrypt,
  tripleDesDecrypt,
  tripleDesEncrypt,
} from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { paddedTo } from '../cipher/padding.ts';
import { Scp02Error, type Scp02Level, type Scp02Session } from './scp02.ts';

/** How many bytes of plain data fit into one command, with and without encryption. */
export const SCP02_MAX_PLAIN_BYTES = { encrypted: 239, plain: 247 } as const;

const MAC_BYTES = 8;
const BLOCK_BYTES = 8;
const ZERO_START = new Uint8Array(BLOCK_BYTES);
const SECURE_MESSAGING = 0x04;
const CHANNEL_BITS = 0x03;
const EXTERNAL_AUTHENTICATE = 0x82;
const ENCRYPTED = 0x03;

/**
 * Host: the EXTERNAL AUTHENTICATE that opens the session at a level. It is MACed and never encrypted.
 * @example
 * const keys = {
 *   enc: secret(fromHex('100102030405060708090A0B0C0D0E0F')),
 *   mac: secret(fromHex('101102030405060708090A0B0C0D0E0F')),
 *   dek: secret(fromHex('102102030405060708090A0B0C0D0E0F')),
 * };
 * const challenges = {
 *   host: fromHex('40A62C37FA6304F8'),
 *   sequence: fromHex('0001'),
 *   card: fromHex('6B4524ABEE7C'),
 * };
 * const [, command] = openScp02(deriveScp02Session(keys, challenges), 0x01);
 * encodeCommand(command) // 8482010010BA6961667737C5BCEBECE14C7D6A4376
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function openScp02(
  session: Scp02Session,
  level: Exclude<Scp02Level, 0x00>,
): readonly [Scp02Session, Command] {
  assert(session.level === 0x00, 'the session is open already');
  const header = { cla: 0x80, ins: EXTERNAL_AUTHENTICATE, p1: level, p2: 0x00 };
  const [authenticated, command] = addMac(session, { ...header, data: session.hostCryptogram });
  return [{ ...authenticated, level }, command];
}

/**
 * Card: the session opened by an EXTERNAL AUTHENTICATE; undefined when its cryptogram, MAC, level or form is wrong.
 * The caller counts failures and decides which levels it serves.
 * @example
 * const key = secret(fromHex('404142434445464748494A4B4C4D4E4F'));
 * const challenges = { host: key.subarray(8), sequence: fromHex('0001'), card: key.subarray(10) };
 * const session = deriveScp02Session({ enc: key, mac: key, dek: key }, challenges);
 * acceptScp02(session, openScp02(session, 0x03)[1]).level // 3
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function acceptScp02(session: Scp02Session, command: Command): Scp02Session | undefined {
  const { cla, ins, p1, p2, data } = command;
  if (session.level !== 0x00) return undefined;
  if (ins !== EXTERNAL_AUTHENTICATE || cla !== (0x80 | SECURE_MESSAGING)) return undefined;
  if (p2 !== 0x00 || data.length !== 16 || (p1 !== 0x01 && p1 !== 0x03)) return undefined;
  const checked = removeMac(session, command);
  if (checked === undefined) return undefined;
  const [authenticated, plain] = checked;
  if (!equalConstantTime(plain.data, session.hostCryptogram)) return undefined;
  return { ...authenticated, level: p1 };
}

/**
 * Host: MAC a plain command, then encrypt its data where the level asks for it. Empty data stay empty.
 * @example
 * const keys = {
 *   enc: secret(fromHex('100102030405060708090A0B0C0D0E0F')),
 *   mac: secret(fromHex('101102030405060708090A0B0C0D0E0F')),
 *   dek: secret(fromHex('102102030405060708090A0B0C0D0E0F')),
 * };
 * const challenges = {
 *   host: fromHex('40A62C37FA6304F8'),
 *   sequence: fromHex('0001'),
 *   card: fromHex('6B4524ABEE7C'),
 * };
 * const [session] = openScp02(deriveScp02Session(keys, challenges), 0x01);
 * encodeCommand(wrapScp02(session, decodeCommand(fromHex('80F22002')))[1]) // 84F220020814DB34FA4341DCA8
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function wrapScp02(
  session: Scp02Session,
  command: Command,
): readonly [Scp02Session, Command] {
  assert(session.level !== 0x00, 'the session is not open');
  assert((command.cla & (SECURE_MESSAGING | CHANNEL_BITS)) === 0, 'a command of the basic channel');
  const encrypts = session.level === ENCRYPTED && command.data.length > 0;
  const most = SCP02_MAX_PLAIN_BYTES[encrypts ? 'encrypted' : 'plain'];
  assert(command.data.length <= most, 'too much data for one command');
  const [after, sent] = addMac(session, command);
  if (!encrypts) return [after, sent];
  // The MAC covers the plain data, and is not encrypted with them.
  const data = tripleDesCbcEncrypt(
    session.sEnc,
    ZERO_START,
    paddedTo(BLOCK_BYTES, command.data, 2),
  );
  return [after, { ...sent, data: concat(data, after.lastMac) }];
}

/**
 * Card: the plain command inside a wrapped one; undefined when its padding or MAC is wrong, told apart by nothing, and
 * then the caller ends the session.
 * @example
 * const keys = {
 *   enc: secret(fromHex('100102030405060708090A0B0C0D0E0F')),
 *   mac: secret(fromHex('101102030405060708090A0B0C0D0E0F')),
 *   dek: secret(fromHex('102102030405060708090A0B0C0D0E0F')),
 * };
 * const challenges = {
 *   host: fromHex('40A62C37FA6304F8'),
 *   sequence: fromHex('0001'),
 *   card: fromHex('6B4524ABEE7C'),
 * };
 * const [session] = openScp02(deriveScp02Session(keys, challenges), 0x01);
 * encodeCommand(unwrapScp02(session, decodeCommand(fromHex('84F220020814DB34FA4341DCA8')))[1]) // 80F22002
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function unwrapScp02(
  session: Scp02Session,
  command: Command,
): readonly [Scp02Session, Command] | undefined {
  assert(session.level !== 0x00, 'the session is not open');
  const at = command.data.length - MAC_BYTES;
  if (session.level !== ENCRYPTED || at <= 0) return removeMac(session, command);
  const plain = decrypted(session.sEnc, command.data.subarray(0, at));
  if (plain === undefined) return undefined;
  return removeMac(session, { ...command, data: concat(plain, command.data.subarray(at)) });
}

/**
 * Encrypt keys for the domain under S-DEK: triple DES, each block on its own; whole blocks, no padding.
 * @example
 * const key = secret(fromHex('404142434445464748494A4B4C4D4E4F'));
 * const challenges = { host: key.subarray(8), sequence: fromHex('0001'), card: key.subarray(10) };
 * const session = deriveScp02Session({ enc: key, mac: key, dek: key }, challenges);
 * wrapScp02Dek(session, new Uint8Array(16)).length // 16
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function wrapScp02Dek(session: Scp02Session, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK_BYTES === 0, 'keys fill whole blocks');
  return tripleDesEncrypt(session.sDek, data);
}

/**
 * Decrypt keys that came under S-DEK. Throws `Scp02Error` when they do not fill whole blocks.
 * @example
 * const key = secret(fromHex('404142434445464748494A4B4C4D4E4F'));
 * const challenges = { host: key.subarray(8), sequence: fromHex('0001'), card: key.subarray(10) };
 * const session = deriveScp02Session({ enc: key, mac: key, dek: key }, challenges);
 * unwrapScp02Dek(session, wrapScp02Dek(session, new Uint8Array(8))) // 0000000000000000
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function unwrapScp02Dek(session: Scp02Session, data: Uint8Array): SecretBytes {
  if (data.length % BLOCK_BYTES !== 0)
    throw new Scp02Error('encrypted keys do not fill whole blocks', data.length);
  return secret(tripleDesDecrypt(session.sDek, data));
}

function addMac(session: Scp02Session, command: Command): readonly [Scp02Session, Command] {
  const cla = command.cla | SECURE_MESSAGING;
  const lastMac = commandMac(session, { ...command, cla });
  return [
    { ...session, lastMac },
    { ...command, cla, data: concat(command.data, lastMac) },
  ];
}

function removeMac(
  session: Scp02Session,
  command: Command,
): readonly [Scp02Session, Command] | undefined {
  // The channel bits are outside the MAC, so a command of another channel must not pass for one of ours.
  if ((command.cla & (SECURE_MESSAGING | CHANNEL_BITS)) !== SECURE_MESSAGING) return undefined;
  const at = command.data.length - MAC_BYTES;
  if (at < 0) return undefined;
  const plain = { ...command, data: command.data.subarray(0, at) };
  const lastMac = commandMac(session, plain);
  if (!equalConstantTime(lastMac, command.data.subarray(at))) return undefined;
  return [
    { ...session, lastMac },
    { ...plain, cla: plain.cla & ~SECURE_MESSAGING },
  ];
}

/**
 * The retail MAC over the plain command. Its start is the last MAC under single DES with the key's left half; that is
 * what the chain makes of the last MAC when it goes first, and the first command has none.
 */
function commandMac(session: Scp02Session, command: Command): Uint8Array {
  const { cla, ins, p1, p2, data } = command;
  const header = Uint8Array.of(cla, ins, p1, p2, data.length + MAC_BYTES);
  return retailMac(session.sMac, concat(session.lastMac, header, data), 2);
}

function decrypted(key: Uint8Array, data: Uint8Array): Uint8Array | undefined {
  if (data.length % BLOCK_BYTES !== 0) return undefined;
  const padded = tripleDesCbcDecrypt(key, ZERO_START, data);
  const end = padded.lastIndexOf(0x80);
  if (end < padded.length - BLOCK_BYTES) return undefined;
  return padded.subarray(end + 1).every((byte) => byte === 0) ? padded.subarray(0, end) : undefined;
}
