import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { cmac } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import {
  ApduError,
  type Command,
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
  type Response,
} from '../apdu/apdu.ts';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex, type SecretBytes, secret } from '../bytes/secret.ts';
import {
  acceptExternalAuthenticate,
  deriveSession,
  externalAuthenticate,
  MAX_PLAIN_BYTES,
  pseudoRandomChallenge,
  Scp03Error,
  type ScpSession,
  type StaticKeys,
  unwrap,
  unwrapDek,
  unwrapResponse,
  wrap,
  wrapDek,
  wrapResponse,
} from './scp03.ts';
import vectors from './scp03.vectors.json' with { type: 'json' };

type ChannelVector = (typeof vectors.channels)[number];

const [published, provisioning] = vectors.channels as [ChannelVector, ChannelVector];
const LEVELS = [0x01, 0x03, 0x11, 0x13, 0x33] as const;

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const plainCommand = fc.record({
  cla: fc.constantFrom(0x00, 0x80, 0x90),
  ins: fc.nat(255),
  p1: fc.nat(255),
  p2: fc.nat(255),
  data: bytes(MAX_PLAIN_BYTES),
  le: fc.constantFrom(undefined, 1, 256),
});

for (const { key, message, mac, id } of vectors.cmac) {
  test(`AES-CMAC: ${id}`, () => same(toHex(cmac(fromHex(message), fromHex(key))), mac));
}

test('session keys and cryptograms are those of a real card', () => {
  for (const vector of vectors.derivation) {
    const key = secret(fromHex(vector.staticKey));
    const keys = { enc: key, mac: key, dek: key };
    const session = deriveSession(
      keys,
      fromHex(vector.hostChallenge),
      fromHex(vector.cardChallenge),
    );
    same(revealHex(session.sEnc), vector.sEnc);
    same(revealHex(session.sMac), vector.sMac);
    same(toHex(session.cardCryptogram), vector.cardCryptogram);
    same(toHex(session.hostCryptogram), vector.hostCryptogram);
  }
});

test('session keys are not for printing', () => {
  const { sEnc, sMac, sRmac } = newSession(published);
  for (const key of [sEnc, sMac, sRmac]) {
    throws(() => toHex(key), AssertionError);
    same(String(key), '[16 secret bytes]');
  }
});

test('a pseudo-random challenge comes from the sequence counter and the name of the domain', () => {
  // The published vector's card answers for the eUICC root domain, whose name this is.
  const aid = 'A0000005591010FFFFFFFF8900000100';
  const answer = published.answer;
  const challenge = pseudoRandomChallenge(staticKeys(published), fromHex(answer.slice(-6)), aid);
  same(toHex(challenge), answer.slice(26, 42));
});

for (const vector of vectors.channels) {
  test(`session values: ${vector.source}`, () => {
    const session = newSession(vector);
    same(revealHex(session.sEnc), vector.sEnc);
    same(revealHex(session.sMac), vector.sMac);
    same(revealHex(session.sRmac), vector.sRmac);
    same(toHex(session.cardCryptogram), vector.cardCryptogram);
    same(toHex(session.hostCryptogram), vector.hostCryptogram);
  });

  test(`the host sends, and the card reads, exactly these bytes: ${vector.source}`, () => {
    let [host, authenticate] = externalAuthenticate(newSession(vector), 0x33);
    same(toHex(encodeCommand(authenticate)), vector.externalAuthenticate);
    let card = accept(newSession(vector), decodeCommand(fromHex(vector.externalAuthenticate)));
    for (const { plain, wrapped, response } of vector.commands) {
      let sent: Command;
      [host, sent] = wrap(host, decodeCommand(fromHex(plain)));
      same(toHex(encodeCommand(sent)), wrapped);
      let read: Command;
      [card, read] = mustUnwrap(card, decodeCommand(fromHex(wrapped)));
      same(toHex(encodeCommand(read)), plain);
      if (response === undefined) continue;
      const answer = wrapResponse(card, decodeResponse(fromHex(response.plain)));
      same(toHex(encodeResponse(answer)), response.wrapped);
      const heard = unwrapResponse(host, decodeResponse(fromHex(response.wrapped)));
      same(toHex(encodeResponse(heard)), response.plain);
    }
  });
}

test('EXTERNAL AUTHENTICATE leaves the whole MAC as the next chaining value', () => {
  const [host] = externalAuthenticate(newSession(provisioning), 0x33);
  // Provisioning sheet, section 3.2.
  same(toHex(host.chain), '51DB83815E37A95DF82EA019EF9F87F4');
});

test('keys travel under K-DEK: AES-CBC with a zero vector, no padding', () => {
  // Cryptograms sheet, section 9 (keys with their parity set); provisioning sheet, section 3.2.
  const keys =
    '8AE07F081FA873C4134CD964A225CB8CCB52983ED6ABEFF8B5A4434531256B2F45DAD5ECADDC624A0D79B6400B58A73B';
  const encrypted =
    'DAA5DAFB2258736E528F8DB2BAABC2FCAB413D79EFBC5E5BEE27F21E6CADC39B5275852CD39046A895B788A3F5341AA9';
  same(toHex(wrapDek(staticKeys(provisioning), fromHex(keys))), encrypted);
  same(revealHex(unwrapDek(staticKeys(provisioning), fromHex(encrypted))), keys);
  same(String(unwrapDek(staticKeys(provisioning), fromHex(encrypted))), '[48 secret bytes]');
  throws(() => unwrapDek(staticKeys(provisioning), new Uint8Array(47)), Scp03Error);
  throws(() => wrapDek(staticKeys(provisioning), new Uint8Array(47)), AssertionError);
});

test('at every level what one end sends the other reads, in both directions', () => {
  const exchange = fc.tuple(plainCommand, bytes(200), fc.constantFrom(0x9000, 0x6310, 0x6283));
  fc.assert(
    fc.property(fc.constantFrom(...LEVELS), fc.array(exchange), (level, exchanges) => {
      let { host, card } = open(level);
      for (const [command, data, status] of exchanges) {
        let [sent, read]: Command[] = [];
        [host, sent] = wrap(host, command);
        [card, read] = mustUnwrap(card, decodeCommand(encodeCommand(sent)));
        same(toHex(encodeCommand(read)), toHex(encodeCommand(command)));
        const answer = wrapResponse(card, { data, status });
        same(toHex(unwrapResponse(host, answer).data), toHex(data));
      }
    }),
    { numRuns: 60 },
  );
});

test('every change of one byte of a wrapped command is refused', () => {
  const { host, card } = open(0x33);
  const [, command] = wrap(host, decodeCommand(fromHex('80E60C0003010203')));
  refusesEveryMutation(encodeCommand(command), (mutant) => unwrap(card, mutant));
});

test('every change of one byte of EXTERNAL AUTHENTICATE is refused', () => {
  const session = newSession(provisioning);
  refusesEveryMutation(fromHex(provisioning.externalAuthenticate), (mutant) =>
    acceptExternalAuthenticate(session, mutant),
  );
});

test('a command out of order, repeated, in clear, or too short for a MAC is refused', () => {
  const { host, card } = open(0x33);
  const [afterFirst, first] = wrap(host, decodeCommand(fromHex('80F2400000')));
  const [, second] = wrap(afterFirst, decodeCommand(fromHex('80F2400000')));
  same(unwrap(card, second), undefined);
  const [cardAfterFirst] = mustUnwrap(card, first);
  same(unwrap(cardAfterFirst, first), undefined);
  same(unwrap(card, decodeCommand(fromHex('80F2400000'))), undefined);
  same(unwrap(card, decodeCommand(fromHex('84F240000701020304050607'))), undefined);
});

test('a command with a good MAC over bad padding is refused', () => {
  const zeros = '00'.repeat(16);
  for (const [padded, plain] of [
    [`8000${'00'.repeat(14)}`, ''],
    [`0102800000000000${'00'.repeat(8)}`, '0102'],
    [`${zeros}80${'00'.repeat(15)}`, zeros],
    [zeros, undefined],
    [`0102810000000000${'00'.repeat(8)}`, undefined],
    [`8000000000000000${'00'.repeat(7)}01`, undefined],
    // The mark is there, but a whole block too early.
    [`80${'00'.repeat(31)}`, undefined],
  ] as const) {
    const { host, card } = open(0x33);
    // A host that only MACs sends what we encrypted by other means.
    const data = encryptFirst(host, fromHex(padded));
    const [, command] = wrap({ ...host, level: 0x01 }, { ...header(0x80, 0xe2), data });
    const read = unwrap(card, command)?.[1];
    same(read && toHex(read.data), plain, padded);
  }
});

test('a command with a good MAC over a part of a block is refused', () => {
  for (const length of [1, 15, 17]) {
    const { host, card } = open(0x33);
    const data = new Uint8Array(length);
    const [, command] = wrap({ ...host, level: 0x01 }, { ...header(0x80, 0xe2), data });
    same(unwrap(card, command), undefined, `${length} bytes`);
  }
});

test('a session is opened once, and only at a level that protects commands', () => {
  const [opened, command] = externalAuthenticate(newSession(provisioning), 0x33);
  same(acceptExternalAuthenticate(opened, command), undefined);
  throws(() => externalAuthenticate(opened, 0x33), AssertionError);
  for (const level of [0x00, 0x02, 0x10, 0x20, 0x30, 0x31, 0xff]) {
    const [, other] = externalAuthenticate(newSession(provisioning), level as 0x33);
    same(acceptExternalAuthenticate(newSession(provisioning), other), undefined);
  }
});

test('another key, or another challenge, opens nothing', () => {
  const session = newSession(provisioning);
  const keys = { ...staticKeys(provisioning), mac: secret(new Uint8Array(16)) };
  const stranger = deriveSession(keys, fromHex('0102030405060708'), fromHex('1112131415161718'));
  same(acceptExternalAuthenticate(session, externalAuthenticate(stranger, 0x33)[1]), undefined);
  const late = deriveSession(
    staticKeys(provisioning),
    fromHex('0102030405060708'),
    fromHex('1112131415161719'),
  );
  same(acceptExternalAuthenticate(session, externalAuthenticate(late, 0x33)[1]), undefined);
});

test('a wrong, missing or misplaced response MAC is an error of the channel', () => {
  const { host, card } = open(0x33);
  const [afterWrap, command] = wrap(host, decodeCommand(fromHex('80F2400000')));
  const [cardAfter] = mustUnwrap(card, command);
  const good = encodeResponse(wrapResponse(cardAfter, { data: fromHex('0102'), status: 0x9000 }));
  const accepted = (mutant: Uint8Array) => unwrapResponse(afterWrap, decodeResponse(mutant));
  same(toHex(accepted(good).data), '0102');
  for (let index = 0; index < good.length; index++) {
    const mutant = Uint8Array.from(good);
    mutant[index] = (mutant[index] as number) ^ 0x01;
    throws(() => accepted(mutant), Scp03Error, `byte ${index}`);
  }
  throws(() => accepted(fromHex('9000')), Scp03Error);
  throws(() => unwrapResponse(host, decodeResponse(good)), Scp03Error);
});

test('an error status goes out bare and is read bare; nothing vouches for data beside it', () => {
  const { host, card } = open(0x33);
  const refusal: Response = { data: new Uint8Array(0), status: 0x6a80 };
  deepEqual(wrapResponse(card, refusal), refusal);
  deepEqual(unwrapResponse(host, refusal), refusal);
  throws(() => unwrapResponse(host, { data: fromHex('01'), status: 0x6a80 }), Scp03Error);
  throws(() => wrapResponse(card, { data: fromHex('01'), status: 0x6a80 }), AssertionError);
});

test('any bytes are a response or the error of the channel', () => {
  const { host } = open(0x33);
  fc.assert(
    fc.property(bytes(60), fc.constantFrom(0x9000, 0x6310, 0x6a80), (data, status) => {
      try {
        unwrapResponse(host, { data, status });
      } catch (error) {
        same(error instanceof Scp03Error, true);
      }
    }),
  );
});

test('more plain data than fits into one command is a bug of the caller', () => {
  const { host } = open(0x33);
  const command = { ...header(0x80, 0xe2), data: new Uint8Array(MAX_PLAIN_BYTES) };
  same(wrap(host, command)[1].data.length, 248);
  const data = new Uint8Array(MAX_PLAIN_BYTES + 1);
  throws(() => wrap(host, { ...command, data }), AssertionError);
});

/** AES-CBC with the vector of the first command, by Node. Provisioning sheet, section 3. */
function encryptFirst(session: ScpSession, padded: Uint8Array): Uint8Array {
  const counter = fromHex('00000000000000000000000000000001');
  const block = createCipheriv('aes-128-ecb', session.sEnc, null).setAutoPadding(false);
  const iv = block.update(counter);
  const chain = createCipheriv('aes-128-cbc', session.sEnc, iv).setAutoPadding(false);
  return Uint8Array.from(chain.update(padded));
}

function staticKeys(vector: ChannelVector): StaticKeys {
  const key = (hex: string): SecretBytes => secret(fromHex(hex));
  return { enc: key(vector.enc), mac: key(vector.mac), dek: key(vector.dek) };
}

function newSession(vector: ChannelVector): ScpSession {
  const hostChallenge = decodeCommand(fromHex(vector.initializeUpdate)).data;
  return deriveSession(staticKeys(vector), hostChallenge, fromHex(vector.answer).subarray(13, 21));
}

function open(level: (typeof LEVELS)[number]): { host: ScpSession; card: ScpSession } {
  const [host, command] = externalAuthenticate(newSession(provisioning), level);
  return { host, card: accept(newSession(provisioning), command) };
}

function accept(session: ScpSession, command: Command): ScpSession {
  const opened = acceptExternalAuthenticate(session, command);
  if (opened === undefined) throw new Error('EXTERNAL AUTHENTICATE was refused');
  return opened;
}

function mustUnwrap(session: ScpSession, command: Command): readonly [ScpSession, Command] {
  const read = unwrap(session, command);
  if (read === undefined) throw new Error('a command was refused');
  return read;
}

/** The commands under test carry no Le: that byte is outside the MAC by the protocol itself. */
function refusesEveryMutation(whole: Uint8Array, read: (mutant: Command) => unknown): void {
  for (let index = 0; index < whole.length; index++) {
    for (let difference = 1; difference < 256; difference++) {
      const mutant = Uint8Array.from(whole);
      mutant[index] = (mutant[index] as number) ^ difference;
      same(readCommand(mutant, read), undefined, `byte ${index} changed by ${difference}`);
    }
  }
}

function readCommand(bytes: Uint8Array, read: (command: Command) => unknown): unknown {
  try {
    return read(decodeCommand(bytes));
  } catch (error) {
    if (error instanceof ApduError) return undefined;
    throw error;
  }
}

function header(cla: number, ins: number): Omit<Command, 'data'> {
  return { cla, ins, p1: 0x00, p2: 0x00 };
}
