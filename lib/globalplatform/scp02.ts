/**
 * SCP02 with two-key triple DES: what both ends compute before the first protected command. Two shapes of the protocol
 * are spoken, `i` = 15 (the card's challenge is random) and `i` = 55 (it is derived).
 * The elements of 2013 to 2016 have it; ours speaks SCP03.
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
import { assert } from '../bytes/assert.ts';
import { BytesError, concat, fromHex, Reader } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { lastChainedBlock, tripleDesCbcEncrypt, tripleDesKey } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { paddedTo } from '../cipher/padding.ts';
import type { Aid } from './aids.ts';
import type { StaticKeys } from './scp03.ts';

/** Bytes that do not belong to the secure channel. `offset` counts bytes from the start of the data. */
export class Scp02Error extends Error {
  override readonly name = 'Scp02Error';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** What is protected: 01 command MAC, 03 also command encryption. 00 is a session not yet open. */
export type Scp02Level = 0x00 | 0x01 | 0x03;

/** The keys of one session, 16 bytes each. */
export type Scp02Keys = {
  readonly sEnc: SecretBytes;
  readonly sMac: SecretBytes;
  /** Of response MACs, which the shapes spoken here do not have. */
  readonly sRmac: SecretBytes;
  /** What keys travel under. */
  readonly sDek: SecretBytes;
};

/** One secure channel session at one moment. */
export type Scp02Session = Scp02Keys & {
  readonly cardCryptogram: Uint8Array;
  readonly hostCryptogram: Uint8Array;
  /** The eight bytes of the last command's MAC; empty before the first. */
  readonly lastMac: Uint8Array;
  readonly level: Scp02Level;
};

/** What the two ends say to each other before the channel is open. */
export type Scp02Challenges = {
  /** Eight bytes. */
  readonly host: Uint8Array;
  /** Two bytes. */
  readonly sequence: Uint8Array;
  /** Six bytes. */
  readonly card: Uint8Array;
};

/** What the card says in answer to INITIALIZE UPDATE. */
export type Scp02Answer = {
  /** Ten bytes. */
  readonly diversification: Uint8Array;
  readonly keyVersion: number;
  /** Two bytes. */
  readonly sequence: Uint8Array;
  /** Six bytes. */
  readonly cardChallenge: Uint8Array;
  /** Eight bytes. */
  readonly cardCryptogram: Uint8Array;
};

/** The key derivation's constants: what each session key is for. */
const DERIVE = {
  sMac: fromHex('0101'),
  sRmac: fromHex('0102'),
  sDek: fromHex('0181'),
  sEnc: fromHex('0182'),
} as const;

/** How many bytes each part of the challenges has. */
const CHALLENGE_BYTES = { host: 8, sequence: 2, card: 6 } as const;
const BLOCK_BYTES = 8;
const ZERO_START = new Uint8Array(BLOCK_BYTES);
const SCP02 = 0x02;

/**
 * The session key that one static key (16 bytes) gives for one use under a sequence counter of two bytes: a triple DES
 * chain over the use's constant, the counter and zeros.
 * @example deriveScp02Key(fromHex('00112233445566778899AABBCCDDEEFF'), 'sEnc', fromHex('0000')) // 9EAC5B939B1D2A6643FD9D31498B4F5A
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function deriveScp02Key(
  staticKey: Uint8Array,
  use: keyof Scp02Keys,
  sequence: Uint8Array,
): SecretBytes {
  const counter = measured({ sequence }, 'sequence');
  const input = concat(DERIVE[use], counter, new Uint8Array(12));
  return secret(tripleDesCbcEncrypt(staticKey, ZERO_START, input));
}

/**
 * The session that the challenges make of a domain's keys. It is not open yet: level 00. The host compares
 * `cardCryptogram` in constant time with the one it was sent before it goes on.
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
 * deriveScp02Session(keys, challenges).cardCryptogram // F32EA3838BC148F3
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function deriveScp02Session(keys: StaticKeys, challenges: Scp02Challenges): Scp02Session {
  const { sequence } = challenges;
  const sEnc = deriveScp02Key(keys.enc, 'sEnc', sequence);
  return {
    sEnc,
    sMac: deriveScp02Key(keys.mac, 'sMac', sequence),
    sRmac: deriveScp02Key(keys.mac, 'sRmac', sequence),
    sDek: deriveScp02Key(keys.dek, 'sDek', sequence),
    cardCryptogram: scp02CardCryptogram(sEnc, challenges),
    hostCryptogram: scp02HostCryptogram(sEnc, challenges),
    lastMac: new Uint8Array(0),
    level: 0x00,
  };
}

/**
 * The eight bytes by which the card proves its keys, from S-ENC and the challenges.
 * @example
 * const challenges = {
 *   host: fromHex('1234567891234567'),
 *   sequence: fromHex('0000'),
 *   card: fromHex('B17EECA5CEB9'),
 * };
 * scp02CardCryptogram(fromHex('9EAC5B939B1D2A6643FD9D31498B4F5A'), challenges) // 0D4AC851271C3C0D
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function scp02CardCryptogram(sEnc: Uint8Array, challenges: Scp02Challenges): Uint8Array {
  return fullMac(sEnc, measured(challenges, 'host', 'sequence', 'card'));
}

/**
 * The eight bytes by which the host proves its keys, from S-ENC and the challenges.
 * @example
 * const challenges = {
 *   host: fromHex('40A62C37FA6304F8'),
 *   sequence: fromHex('0001'),
 *   card: fromHex('6B4524ABEE7C'),
 * };
 * const sEnc = deriveScp02Key(fromHex('100102030405060708090A0B0C0D0E0F'), 'sEnc', fromHex('0001'));
 * scp02HostCryptogram(sEnc, challenges) // BA6961667737C5BC
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function scp02HostCryptogram(sEnc: Uint8Array, challenges: Scp02Challenges): Uint8Array {
  return fullMac(sEnc, measured(challenges, 'sequence', 'card', 'host'));
}

/**
 * The card's six-byte challenge where `i` is 55: the first bytes of a retail MAC of the domain's name under S-MAC. No
 * source at hand gives a value, so this is our reading; a host takes whatever challenge the card sends.
 * @example scp02CardChallenge(fromHex('404142434445464748494A4B4C4D4E4F'), 'A000000151000000').length // 6
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function scp02CardChallenge(sMac: Uint8Array, aid: Aid): Uint8Array {
  return retailMac(sMac, fromHex(aid), 2).subarray(0, 6);
}

/**
 * Write the 28 bytes that answer INITIALIZE UPDATE.
 * @example
 * const answer = decodeScp02Answer(fromHex('00000000000000000000700200016B4524ABEE7CF32EA3838BC148F3'));
 * encodeScp02Answer(answer) // 00000000000000000000700200016B4524ABEE7CF32EA3838BC148F3
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function encodeScp02Answer(answer: Scp02Answer): Uint8Array {
  const { diversification, keyVersion, sequence, cardChallenge: card, cardCryptogram } = answer;
  assert(diversification.length === 10 && cardCryptogram.length === 8, 'ten bytes and eight');
  const version = Uint8Array.of(keyVersion, SCP02);
  const challenge = measured({ sequence, card }, 'sequence', 'card');
  return concat(diversification, version, challenge, cardCryptogram);
}

/**
 * Read the answer to INITIALIZE UPDATE. Throws `Scp02Error` unless it is 28 bytes that name SCP02.
 * @example decodeScp02Answer(fromHex('00000000000000000000700200016B4524ABEE7CF32EA3838BC148F3')).keyVersion // 0x70
 * @see docs/specs.md, provisioning sheet, section 3.3
 */
export function decodeScp02Answer(data: Uint8Array): Scp02Answer {
  const reader = new Reader(data);
  try {
    const diversification = reader.take(10);
    const keyVersion = reader.byte();
    if (reader.byte() !== SCP02) throw new Scp02Error('not SCP02', reader.offset - 1);
    const sequence = reader.take(CHALLENGE_BYTES.sequence);
    const cardChallenge = reader.take(CHALLENGE_BYTES.card);
    const cardCryptogram = reader.take(8);
    reader.end();
    return { diversification, keyVersion, sequence, cardChallenge, cardCryptogram };
  } catch (error) {
    if (error instanceof BytesError) throw new Scp02Error('not 28 bytes', error.offset);
    throw error;
  }
}

/** Parts of the challenges in an order; one of another length is a bug of the caller. */
function measured<Part extends keyof Scp02Challenges>(
  challenges: Pick<Scp02Challenges, Part>,
  ...order: readonly Part[]
): Uint8Array {
  for (const part of order) {
    assert(challenges[part].length === CHALLENGE_BYTES[part], 'a challenge of another length');
  }
  return concat(...order.map((part) => challenges[part]));
}

/** The last block of a triple DES chain over data that end in 80 and zeros. */
function fullMac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return lastChainedBlock(tripleDesKey(key), paddedTo(BLOCK_BYTES, data, 2));
}
