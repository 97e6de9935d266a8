/**
 * A bench for the element's tests: it keeps the state as a host does, saves it after every command, and holds
 * the keys of a maker, a token service and a holder made by an independent implementation (node:crypto).
 * It has no tests of its own.
 */
import { equal as same } from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Command, decodeResponse, encodeCommand, type Response } from '../apdu/apdu.ts';
import { fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { secret } from '../bytes/secret.ts';
import { decodeNonce, proposeAgreement } from '../globalplatform/agreement.ts';
import { CRS_AID, ISD_AID, SSD_AID } from '../globalplatform/aids.ts';
import {
  decodeElementCertificate,
  verifyElementCertificate,
} from '../globalplatform/certificate.ts';
import {
  decodeInitializeUpdateAnswer,
  getData,
  initializeUpdate,
  selectAid,
} from '../globalplatform/commands.ts';
import { personalisationSteps, type TokenProfile } from '../globalplatform/personalise.ts';
import { setAvailability } from '../globalplatform/registry.ts';
import {
  deriveSession,
  externalAuthenticate,
  type ScpSession,
  type StaticKeys,
  unwrapResponse,
  wrap,
  wrapDek,
} from '../globalplatform/scp03.ts';
import type { Announced, Interface } from './answer.ts';
import { processCommand } from './applet.ts';
import { authenticationFor } from './authentication.fixture.ts';
import { giveBirth } from './birth.ts';
import { decodeLasting, encodeLasting } from './lasting.ts';
import { type ElementState, powerOn } from './state.ts';

/** A P-256 key pair with its public point as 65 bytes. */
export type Pair = { readonly privateKey: KeyObject; readonly point: Uint8Array };

/** Make a key pair. */
export function makePair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
  return { privateKey, point: Uint8Array.from(point) };
}

/** Sign with r and s in 32 bytes each. */
export function signRaw({ privateKey }: Pair, message: Uint8Array): Uint8Array {
  return Uint8Array.from(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
}

/** Who made the elements. */
export const maker = makePair();
/** Whom the elements obey. */
export const tokenService = makePair();
/** The holder's passkey. */
export const passkey = makePair();

/** Production data. */
export const CPLC = fromHex('4790D321'.padEnd(84, '5'));
/** A debit instance. */
export const INSTANCE = 'A0000003330101010001';
/** A credit instance. */
export const OTHER_INSTANCE = 'A0000003330101020002';
/** The holder's passcode 123456 as it is sent. */
export const PASSCODE = '313233343536';
/** The wallet page's origin. */
export const ORIGIN = 'https://wallet.example';
/** The hash of the relying party's id. */
export const RP_ID_HASH = createHash('sha256').update('wallet.example').digest();

/** The token and card keys of the worked example. @see docs/specs.md, cryptograms sheet, section 9 */
export const PROFILE: TokenProfile = {
  kind: 'debit',
  instanceAid: INSTANCE,
  token: '6258249900000018',
  expiry: '3012',
  panSequenceNumber: '01',
  serviceCode: '201',
  label: 'UnionPay Debit',
  derivationKeyIndex: 1,
  par: 'Q1HJZ28RKA1EBL470G9XYG90R5D3E',
  requestorId: '12345678901',
  cardKeys: {
    ac: secret(fromHex('8AE07F081FA873C4134CD964A225CB8C')),
    mac: secret(fromHex('CB52983ED6ABEFF8B5A4434531256B2F')),
    enc: secret(fromHex('45DAD5ECADDC624A0D79B6400B58A73B')),
  },
  firstCounter: 0,
  holder: { publicKey: passkey.point, rpIdHash: Uint8Array.from(RP_ID_HASH), origin: ORIGIN },
  profileFlag: 0x00,
};

/** GPO of the worked tap: 12.50 in CNY, 22 November 2026. @see docs/specs.md, EMV contactless sheet, section 9.2 */
export const GPO = gpo('000000001250', '0156');

/** A GPO like the worked one with another amount, currency or TTQ. */
export function gpo(amount: string, currency: string, ttq = '36800080'): string {
  return `80A80000238321${ttq}${amount}00000000000001560000000000${currency}261122001A2B3C4D00`;
}

/** One element on the bench. */
export class Bench {
  readonly seed: string;
  state: ElementState;
  nowMs = 1_000_000;
  drawn = 0;

  constructor(seed = 'bench') {
    this.seed = seed;
    this.state = powerOn(
      giveBirth({
        random: (length) => this.random(length),
        cplc: CPLC,
        makerId: 'DEMO',
        makerSign: (message) => signRaw(maker, message),
        tokenServiceKey: tokenService.point,
      }),
    );
  }

  /** Different bytes at every call, the same in every run. */
  random(length: number): Uint8Array {
    this.drawn += 1;
    const digest = createHash('sha512').update(`${this.seed} ${this.drawn}`).digest();
    return Uint8Array.from(digest.subarray(0, length));
  }

  /** Send bytes given in hexadecimal by an interface, and get the response in hexadecimal. */
  send(via: Interface, command: string, announced?: Announced): string {
    const random = (length: number): Uint8Array => this.random(length);
    const input = { via, announced, command: fromHex(command), nowMs: this.nowMs, random };
    const [state, response] = processCommand(this.state, input);
    this.state = state;
    return toHex(response);
  }

  air(command: string): string {
    return this.send('air', command);
  }

  /** Send bytes over the air of a reader that announced itself as one of transit. */
  gate(command: string): string {
    return this.send('air', command, 'transit');
  }

  wired(command: string): string {
    return this.send('wired', command);
  }

  /** Send a command on the wire. */
  command(command: Command): Response {
    return decodeResponse(fromHex(this.wired(toHex(encodeCommand(command)))));
  }

  /** Power gone and back: only what was saved is there, read from the bytes that were saved. */
  powerCut(): void {
    this.state = powerOn(decodeLasting(encodeLasting(this.state.lasting)));
  }

  /** The counter as a reader or the page would read it. */
  counter(aid: string): number | undefined {
    return this.state.lasting.instances.find((one) => one.aid === aid)?.personal
      ?.applicationTransactionCounter;
  }
}

/** The token service's end: agree on keys under a key version. */
export async function agree(bench: Bench, keyVersion = 0x30): Promise<StaticKeys> {
  same(bench.command(selectAid(ISD_AID)).status, 0x9000);
  const certificate = bench.command(getData('7F21')).data;
  const decoded = decodeElementCertificate(certificate);
  same(verifyElementCertificate(decoded, maker.point), true);
  const { command, keys } = await proposeAgreement({
    ephemeralSecretKey: Uint8Array.from(createHash('sha256').update('ephemeral').digest()),
    elementCertificate: certificate,
    elementPublicKey: decoded.publicKey,
    keyVersion,
    nonce: decodeNonce(bench.command(getData('DF01')).data),
    sign: (message) => signRaw(tokenService, message),
  });
  same(bench.command(command).status, 0x9000);
  return keys;
}

/** The token service's end of an open channel. */
export class SecureChannel {
  readonly bench: Bench;
  session: ScpSession;
  constructor(bench: Bench, keys: StaticKeys) {
    this.bench = bench;
    same(bench.command(selectAid(SSD_AID)).status, 0x9000);
    const hostChallenge = fromHex('0102030405060708');
    const update = bench.command(initializeUpdate(0x00, hostChallenge));
    same(update.status, 0x9000);
    const answer = decodeInitializeUpdateAnswer(update.data);
    const session = deriveSession(keys, hostChallenge, answer.cardChallenge);
    same(toHex(session.cardCryptogram), toHex(answer.cardCryptogram));
    const [opened, command] = externalAuthenticate(session, 0x33);
    same(bench.command(command).status, 0x9000);
    this.session = opened;
  }
  /** Wrap a plain command, send it, and unwrap the answer. */
  send(plain: Command): Response {
    const [session, command] = wrap(this.session, plain);
    this.session = session;
    return unwrapResponse(session, this.bench.command(command));
  }
}

/** Put a token onto the element, from SELECT to the last STORE DATA. */
export function personalise(bench: Bench, keys: StaticKeys, profile: TokenProfile): void {
  const channel = new SecureChannel(bench, keys);
  for (const { command, accepts } of stepsOf(profile, keys)) {
    const { status } = channel.send(command);
    same(accepts.includes(status), true, `a step answered ${status.toString(16)}`);
  }
}

/** The commands that personalise a token, keys encrypted for this element. */
export function stepsOf(
  profile: TokenProfile,
  keys: StaticKeys,
): ReturnType<typeof personalisationSteps> {
  return personalisationSteps(profile, (data) => wrapDek(keys, data));
}

/** Activate an instance, then return to the issuer's domain. */
export function activate(bench: Bench, aid: string): void {
  bench.command(selectAid(CRS_AID));
  same(bench.command(setAvailability([aid], true)).status, 0x9000);
  bench.command(selectAid(ISD_AID));
}

/** The worked profile with certificates made for it. */
export function certified(profile: Partial<TokenProfile> = {}): TokenProfile {
  const whole = { ...PROFILE, ...profile };
  return { ...whole, authentication: authenticationFor(whole) };
}

/** Make an instance the express one, by the passcode. */
export function expressByPasscode(bench: Bench, aid = INSTANCE): void {
  armByPasscode(bench, aid, '03');
}

/** An element with a passcode and one activated token: what most tests begin with. */
export async function readyBench(profile: Partial<TokenProfile> = {}): Promise<Bench> {
  const bench = new Bench();
  same(bench.wired(`0024018106${PASSCODE}`), '9000');
  const keys = await agree(bench);
  personalise(bench, keys, { ...PROFILE, ...profile });
  activate(bench, profile.instanceAid ?? INSTANCE);
  return bench;
}

/** Arm an instance with the passcode. */
export function armByPasscode(bench: Bench, aid = INSTANCE, mode = '01'): void {
  same(bench.wired(`803A${mode}000C4F0A${aid}00`).slice(-4), '9000');
  same(bench.wired(`0020008106${PASSCODE}`), '9000');
}

/** Select the activated instance over the air, as a reader does. */
export function selectByReader(bench: Bench): string {
  return bench.air('00A4040008A00000033301010100');
}

/** What a test changes in an assertion; everything else is as it should be. */
export type AssertionChange = {
  readonly type?: string;
  readonly challenge?: Uint8Array;
  readonly origin?: string;
  readonly crossOrigin?: string;
  readonly after?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly signCount?: number;
  readonly extensions?: string;
  readonly pair?: Pair;
  readonly der?: (signature: Uint8Array) => Uint8Array;
  /** Sign again until the signature is one like this. */
  readonly until?: (signature: Uint8Array) => boolean;
};

/** The data of ARM by passkey as a phone sends them, in hexadecimal. */
export function assertionFor(challenge: Uint8Array, change: AssertionChange = {}): string {
  const told = Buffer.from(change.challenge ?? challenge).toString('base64url');
  const members = [
    `"type":"${change.type ?? 'webauthn.get'}"`,
    `"challenge":"${told}"`,
    `"origin":"${change.origin ?? ORIGIN}"`,
    `"crossOrigin":${change.crossOrigin ?? 'false'}`,
  ];
  const clientData = fromAscii(`{${members.join(',')}${change.after ?? '}'}`);
  const rpIdHash = createHash('sha256')
    .update(change.rpId ?? 'wallet.example')
    .digest();
  const count = Buffer.alloc(4);
  count.writeUInt32BE(change.signCount ?? 0);
  const extensions = Buffer.from(change.extensions ?? '', 'hex');
  const authenticatorData = Buffer.concat([
    rpIdHash,
    Buffer.of(change.flags ?? 0x05),
    count,
    extensions,
  ]);
  const signed = Buffer.concat([
    authenticatorData,
    createHash('sha256').update(clientData).digest(),
  ]);
  const { privateKey } = change.pair ?? passkey;
  let made = sign('sha256', signed, privateKey);
  while (change.until?.(made) === false) made = sign('sha256', signed, privateKey);
  const signature = change.der ? change.der(Uint8Array.from(made)) : made;
  return [object('80', authenticatorData), object('81', clientData), object('82', signature)].join(
    '',
  );
}

/** A data object in hexadecimal; written here so that the element's own writer does not judge itself. */
export function object(tag: string, value: Uint8Array): string {
  const length = value.length < 0x80 ? byte(value.length) : `81${byte(value.length)}`;
  return `${tag}${length}${toHex(value)}`;
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase();
}

/** Begin to arm, and the challenge that comes back. */
export function beginArm(bench: Bench, mode = '01', aid = INSTANCE): Uint8Array {
  const answer = bench.wired(`803A${mode}000C4F0A${aid}00`);
  same(answer.slice(0, 6), 'DF0220');
  same(answer.slice(-4), '9000');
  return fromHex(answer.slice(6, 70));
}

/** Send ARM by passkey in parts, as command chaining wants it; the last part's status. */
export function sendAssertion(bench: Bench, data: string, mode = '01'): string {
  const parts = data.match(/.{1,400}/g) ?? [];
  let answer = '';
  parts.forEach((part, index) => {
    const cla = index === parts.length - 1 ? '80' : '90';
    answer = bench.wired(`${cla}3A${mode}01${byte(part.length / 2)}${part}`);
    if (cla === '90') same(answer, '9000');
  });
  return answer;
}
