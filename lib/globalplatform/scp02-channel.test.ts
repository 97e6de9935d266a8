import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApduError, type Command, decodeCommand, encodeCommand } from '../apdu/apdu.ts';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex, type SecretBytes, secret } from '../bytes/secret.ts';
import { tripleDesCbcEncrypt } from '../cipher/des.ts';
import { decodeScp02Answer, deriveScp02Session, Scp02Error, type Scp02Session } from './scp02.ts';
import vectors from './scp02.vectors.json' with { type: 'json' };
import {
  acceptScp02,
  openScp02,
  SCP02_MAX_PLAIN_BYTES,
  unwrapScp02,
  unwrapScp02Dek,
  wrapScp02,
  wrapScp02Dek,
} from './scp02-channel.ts';

const { channel, wrapping } = vectors;
const LEVELS = [0x01, 0x03] as const;

const plainCommand = fc.record({
  cla: fc.constantFrom(0x00, 0x80, 0x90),
  ins: fc.nat(255),
  p1: fc.nat(255),
  p2: fc.nat(255),
  data: fc.uint8Array({ maxLength: SCP02_MAX_PLAIN_BYTES.encrypted }),
  le: fc.constantFrom(undefined, 1, 256),
});

test(`the host sends, and the card reads, exactly these bytes: ${channel.source}`, () => {
  let [host, authenticate] = openScp02(challenged(), 0x01);
  same(toHex(encodeCommand(authenticate)), channel.externalAuthenticate);
  let card = accept(challenged(), decodeCommand(fromHex(channel.externalAuthenticate)));
  for (const { plain, wrapped } of channel.commands) {
    let [sent, read]: Command[] = [];
    [host, sent] = wrapScp02(host, decodeCommand(fromHex(plain)));
    same(toHex(encodeCommand(sent)), wrapped);
    [card, read] = mustUnwrap(card, decodeCommand(fromHex(wrapped)));
    same(toHex(encodeCommand(read)), plain);
  }
});

for (const [level, form] of [
  [0x01, 'mac'],
  [0x03, 'encrypted'],
] as const) {
  test(`commands of every length to a block, ${form}: ${wrapping.source}`, () => {
    let host = fromSessionKey(level);
    let card = host;
    for (const vector of wrapping.commands) {
      let [sent, read]: Command[] = [];
      [host, sent] = wrapScp02(host, decodeCommand(fromHex(vector.plain)));
      same(toHex(encodeCommand(sent)), vector[form]);
      [card, read] = mustUnwrap(card, sent);
      same(toHex(encodeCommand(read)), vector.plain);
    }
  });
}

test('keys travel under S-DEK, each block on its own, no padding', () => {
  const session = fromSessionKey(0x01);
  for (const { plain, wrapped } of wrapping.keys) {
    same(toHex(wrapScp02Dek(session, fromHex(plain))), wrapped);
    same(revealHex(unwrapScp02Dek(session, fromHex(wrapped))), plain);
  }
  same(String(unwrapScp02Dek(session, new Uint8Array(16))), '[16 secret bytes]');
  throws(() => unwrapScp02Dek(session, new Uint8Array(15)), Scp02Error);
  throws(() => wrapScp02Dek(session, new Uint8Array(15)), AssertionError);
});

test('at every level what the host sends the card reads', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LEVELS), fc.array(plainCommand), (level, commands) => {
      let { host, card } = open(level);
      for (const command of commands) {
        let [sent, read]: Command[] = [];
        [host, sent] = wrapScp02(host, command);
        [card, read] = mustUnwrap(card, decodeCommand(encodeCommand(sent)));
        same(toHex(encodeCommand(read)), toHex(encodeCommand(command)));
      }
      deepEqual(card, host);
    }),
    { numRuns: 60 },
  );
});

test('the same command twice has two MACs', () => {
  const { host } = open(0x01);
  const command = decodeCommand(fromHex('80F22002'));
  const [after, first] = wrapScp02(host, command);
  const [, second] = wrapScp02(after, command);
  same(toHex(first.data) === toHex(second.data), false);
});

test('every change of one byte of a wrapped command is refused', () => {
  for (const level of LEVELS) {
    const { host, card } = open(level);
    const [, command] = wrapScp02(host, decodeCommand(fromHex('80E60C0003010203')));
    refusesEveryMutation(encodeCommand(command), (mutant) => unwrapScp02(card, mutant));
  }
});

test('every change of one byte of EXTERNAL AUTHENTICATE is refused', () => {
  const session = challenged();
  refusesEveryMutation(fromHex(channel.externalAuthenticate), (mutant) =>
    acceptScp02(session, mutant),
  );
});

test('a command out of order, repeated, in clear, or too short for a MAC is refused', () => {
  for (const level of LEVELS) {
    const { host, card } = open(level);
    const [afterFirst, first] = wrapScp02(host, decodeCommand(fromHex('80F2400000')));
    const [, second] = wrapScp02(afterFirst, decodeCommand(fromHex('80F2400000')));
    same(unwrapScp02(card, second), undefined);
    const [cardAfterFirst] = mustUnwrap(card, first);
    same(unwrapScp02(cardAfterFirst, first), undefined);
    same(unwrapScp02(card, decodeCommand(fromHex('80F2400000'))), undefined);
    same(unwrapScp02(card, decodeCommand(fromHex('84F240000701020304050607'))), undefined);
  }
});

test('a good MAC does not save bad padding', () => {
  for (const [padded, plain] of [
    ['8000000000000000', ''],
    ['0102800000000000', '0102'],
    ['0000000000000000', undefined],
    ['0102810000000000', undefined],
    ['8000000000000001', undefined],
    // The mark is there, but a whole block too early.
    ['80000000000000000000000000000000', undefined],
    ['0102800000', undefined],
  ] as const) {
    const { host, card } = open(0x03);
    const data = fromHex(plain ?? '');
    const [, { data: mac, ...header }] = wrapScp02({ ...host, level: 0x01 }, command(data));
    const blocks = fromHex(padded);
    const zero = new Uint8Array(8);
    const body = blocks.length % 8 === 0 ? tripleDesCbcEncrypt(host.sEnc, zero, blocks) : blocks;
    const sent = { ...header, data: concat(body, mac.subarray(data.length)) };
    const read = unwrapScp02(card, sent)?.[1];
    same(read && toHex(read.data), plain, padded);
  }
});

test('a session is opened once, and only at a level that protects commands', () => {
  const [opened, authenticate] = openScp02(challenged(), 0x03);
  same(acceptScp02(opened, authenticate), undefined);
  throws(() => openScp02(opened, 0x03), AssertionError);
  for (const level of [0x00, 0x02, 0x10, 0x11, 0x13, 0xff]) {
    const [, other] = openScp02(challenged(), level as 0x03);
    same(acceptScp02(challenged(), other), undefined);
  }
  throws(() => wrapScp02(challenged(), authenticate), AssertionError);
  throws(() => unwrapScp02(challenged(), authenticate), AssertionError);
});

test('more plain data than fits into one command is a bug of the caller', () => {
  for (const [level, most] of [
    [0x01, SCP02_MAX_PLAIN_BYTES.plain],
    [0x03, SCP02_MAX_PLAIN_BYTES.encrypted],
  ] as const) {
    const { host } = open(level);
    encodeCommand(wrapScp02(host, command(new Uint8Array(most)))[1]);
    throws(() => wrapScp02(host, command(new Uint8Array(most + 1))), AssertionError);
  }
});

function command(data: Uint8Array): Command {
  return { cla: 0x80, ins: 0xe2, p1: 0x00, p2: 0x00, data };
}

function challenged(): Scp02Session {
  const { sequence, cardChallenge } = decodeScp02Answer(fromHex(channel.answer));
  const { data: host } = decodeCommand(fromHex(channel.initializeUpdate));
  const [enc, mac, dek] = [channel.enc, channel.mac, channel.dek].map((hex) =>
    secret(fromHex(hex)),
  ) as [SecretBytes, SecretBytes, SecretBytes];
  const keys = { enc, mac, dek };
  return deriveScp02Session(keys, { host, sequence, card: cardChallenge });
}

/** A session that has sent nothing yet, not even EXTERNAL AUTHENTICATE: so the source has it. */
function fromSessionKey(level: 0x01 | 0x03): Scp02Session {
  const key = secret(fromHex(wrapping.sessionKey));
  return { ...challenged(), sEnc: key, sMac: key, sDek: key, level };
}

function open(level: 0x01 | 0x03): { host: Scp02Session; card: Scp02Session } {
  const [host, authenticate] = openScp02(challenged(), level);
  return { host, card: accept(challenged(), authenticate) };
}

function accept(session: Scp02Session, authenticate: Command): Scp02Session {
  const opened = acceptScp02(session, authenticate);
  if (opened === undefined) throw new Error('EXTERNAL AUTHENTICATE was refused');
  return opened;
}

function mustUnwrap(session: Scp02Session, sent: Command): readonly [Scp02Session, Command] {
  const read = unwrapScp02(session, sent);
  if (read === undefined) throw new Error('a command was refused');
  return read;
}

/** The commands under test carry no Le: that byte is outside the MAC by the protocol itself. */
function refusesEveryMutation(whole: Uint8Array, read: (mutant: Command) => unknown): void {
  for (let index = 0; index < whole.length; index++) {
    for (let difference = 1; difference < 256; difference++) {
      const mutant = whole.with(index, (whole[index] as number) ^ difference);
      same(readCommand(mutant, read), undefined, `byte ${index} changed by ${difference}`);
    }
  }
}

function readCommand(whole: Uint8Array, read: (command: Command) => unknown): unknown {
  try {
    return read(decodeCommand(whole));
  } catch (error) {
    if (error instanceof ApduError) return undefined;
    throw error;
  }
}
