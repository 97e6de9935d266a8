/**
 * Who is asking: the passcode and the passkey, and what comes to pass once the holder is verified.
 * @see profile octavo-1, section 8
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { type Command, SW } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { concat, equalConstantTime, fromAscii, toHex } from '../bytes/bytes.ts';
import { secret } from '../bytes/secret.ts';
import type { Aid } from '../globalplatform/aids.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import { type Answered, type Asked, accept, readObjects, refuse, triesLeft } from './answer.ts';
import { type ArmingUnderWay, MODE_BYTES, underWay } from './armed.ts';
import { acceptAssertion } from './assertion.ts';
import { readCard } from './card.ts';
import { withExpress } from './express.ts';
import {
  type Arming,
  type AskMode,
  type Confirmation,
  type ElementState,
  PASSCODE_TRIES,
  type Passcode,
  type Personal,
  type Purchase,
} from './state.ts';

const INS_VERIFY = 0x20;
const INS_CHANGE_REFERENCE_DATA = 0x24;
/** The instruction that asks for the holder. @see profile octavo-1, section 8 */
export const INS_ARM = 0x3a;
const PASSCODE_REFERENCE = 0x81;
const PASSCODE_DIGITS = 6;
const MODES: Readonly<Record<number, AskMode>> = { 1: 'ready', 2: 'confirm', 3: 'express' };

/** Answer a command about the holder; undefined when it is not about the holder. */
export function processHolder(state: ElementState, asked: Asked): Answered | undefined {
  const { cla, ins } = asked.command;
  if (cla === 0x00 && ins === INS_VERIFY) return verify(state, asked);
  if (cla === 0x00 && ins === INS_CHANGE_REFERENCE_DATA) return setPasscode(state, asked.command);
  if (cla === 0x80 && ins === INS_ARM) return arm(state, asked);
  return undefined;
}

function verify(state: ElementState, { command, nowMs }: Asked): Answered {
  if (command.p1 !== 0x00 || command.p2 !== PASSCODE_REFERENCE)
    return refuse(state, SW.wrongParameters);
  if (command.data.length !== PASSCODE_DIGITS) return refuse(state, SW.wrongLength);
  const [tried, word] = tryPasscode(state, command.data);
  if (word !== SW.success) return refuse(tried, word);
  const arming = underWay(tried, nowMs);
  return accept(arming ? verified(tried, arming, nowMs) : tried);
}

function setPasscode(state: ElementState, command: Command): Answered {
  const isFirst = command.p1 === 0x01;
  if (command.p1 > 0x01 || command.p2 !== PASSCODE_REFERENCE)
    return refuse(state, SW.wrongParameters);
  if (command.data.length !== PASSCODE_DIGITS * (isFirst ? 1 : 2))
    return refuse(state, SW.wrongLength);
  const digits = secret(command.data.subarray(-PASSCODE_DIGITS));
  if (!digits.every((digit) => digit >= 0x30 && digit <= 0x39)) return refuse(state, SW.wrongData);
  if (isFirst) {
    // Once a token lives here, a first passcode would let whoever holds the phone become its holder.
    if (state.lasting.passcode.digits !== undefined || state.lasting.instances.length > 0)
      return refuse(state, SW.conditionsNotSatisfied);
    return accept(withPasscode(state, { digits, tries: PASSCODE_TRIES }));
  }
  const [tried, word] = tryPasscode(state, command.data.subarray(0, PASSCODE_DIGITS));
  if (word !== SW.success) return refuse(tried, word);
  return accept(withPasscode(tried, { digits, tries: PASSCODE_TRIES }));
}

/** Hold digits against the passcode: the counter after the try, and its status word. */
function tryPasscode(state: ElementState, digits: Uint8Array): readonly [ElementState, number] {
  const { passcode } = state.lasting;
  if (passcode.digits === undefined) return [state, SW.conditionsNotSatisfied];
  if (passcode.tries === 0) return [state, SW.authenticationBlocked];
  if (equalConstantTime(digits, passcode.digits))
    return [withPasscode(state, { ...passcode, tries: PASSCODE_TRIES }), SW.success];
  const tries = passcode.tries - 1;
  const after = withPasscode(state, { ...passcode, tries });
  const isArmed = state.passing.arming.kind === 'armed';
  return [isArmed ? withArming(after, { kind: 'idle' }) : after, triesLeft(tries)];
}

function arm(state: ElementState, asked: Asked): Answered {
  const { p1, p2 } = asked.command;
  if (p2 === 0x02) {
    if (p1 !== 0x00) return refuse(state, SW.wrongParameters);
    return accept(withArming(state, { kind: 'idle' }));
  }
  const mode = MODES[p1];
  if (mode === undefined || p2 > 0x02) return refuse(state, SW.wrongParameters);
  return p2 === 0x00 ? beginArming(state, asked, mode) : armByPasskey(state, asked, mode);
}

function beginArming(
  state: ElementState,
  { command, nowMs, random }: Asked,
  mode: AskMode,
): Answered {
  const [name] = readObjects(command.data, ['4F']) ?? [];
  if (name === undefined) return refuse(state, SW.wrongData);
  const aid = toHex(name);
  const instance = state.lasting.instances.find((one) => one.aid === aid);
  if (instance === undefined) return refuse(state, SW.referenceNotFound);
  if (instance.personal === undefined) return refuse(state, SW.conditionsNotSatisfied);
  // A gate opens on the signature, so only what can sign may stand in for its holder.
  if (mode === 'express' && instance.personal.certificates === undefined)
    return refuse(state, SW.conditionsNotSatisfied);
  const purchase = mode === 'confirm' ? pendingFor(state.passing.toConfirm, aid) : ANY_PURCHASE;
  if (purchase === undefined) return refuse(state, SW.conditionsNotSatisfied);

  const { amount, currency } = purchase;
  const challenge = armChallenge(instance.personal, { mode, amount, currency }, random(16));
  const target = { aid, mode, amount, currency };
  const arming: Arming = { kind: 'underWay', ...target, challenge, sinceMs: nowMs };
  return accept(withArming(state, arming), encodeTlv([tlv('DF02', challenge)]));
}

const ANY_PURCHASE: Purchase = { amount: new Uint8Array(6), currency: new Uint8Array(2) };

function pendingFor(toConfirm: Confirmation | undefined, aid: Aid): Purchase | undefined {
  return toConfirm?.aid === aid ? toConfirm : undefined;
}

/** What the holder signs: this token, this mode, this purchase, once. */
function armChallenge(
  personal: Personal,
  { mode, amount, currency }: Purchase & { readonly mode: AskMode },
  fresh: Uint8Array,
): Uint8Array {
  const card = readCard(personal.groups);
  assert(card !== undefined, 'a personalised instance has a whole card');
  const label = fromAscii('octavo-arm-1');
  return sha256(
    concat(label, card.token, fresh, Uint8Array.of(MODE_BYTES[mode]), amount, currency),
  );
}

function armByPasskey(state: ElementState, { command, nowMs }: Asked, mode: AskMode): Answered {
  const arming = underWay(state, nowMs);
  if (arming?.mode !== mode) return refuse(state, SW.conditionsNotSatisfied);
  // Whatever comes of it, this challenge is used up.
  const over = withArming(state, { kind: 'idle' });
  const [authenticatorData, clientDataJson, signature] =
    readObjects(command.data, ['80', '81', '82']) ?? [];
  if (!(authenticatorData && clientDataJson && signature)) return refuse(over, SW.wrongData);
  const holder = personalOf(state, arming.aid).holder;
  if (holder === undefined) return refuse(over, SW.securityNotSatisfied);
  const assertion = { authenticatorData, clientDataJson, signature };
  const signCount = acceptAssertion(holder, arming.challenge, assertion);
  if (signCount === undefined) return refuse(over, SW.securityNotSatisfied);
  return accept(verified(withSignCount(over, arming.aid, signCount), arming, nowMs));
}

function personalOf(state: ElementState, aid: Aid): Personal {
  const personal = state.lasting.instances.find((one) => one.aid === aid)?.personal;
  assert(personal !== undefined, 'only personalised instances are ever armed');
  return personal;
}

/** The holder is who it should be: what was asked for comes to pass. */
function verified(state: ElementState, asked: ArmingUnderWay, nowMs: number): ElementState {
  const { aid, mode, amount, currency } = asked;
  if (mode === 'express') return withArming(withExpress(state, aid), { kind: 'idle' });
  return withArming(state, { kind: 'armed', aid, mode, amount, currency, sinceMs: nowMs });
}

function withSignCount(state: ElementState, aid: Aid, signCount: number): ElementState {
  const instances = state.lasting.instances.map((one) =>
    one.aid === aid && one.personal?.holder
      ? { ...one, personal: { ...one.personal, holder: { ...one.personal.holder, signCount } } }
      : one,
  );
  return { ...state, lasting: { ...state.lasting, instances } };
}

function withArming(state: ElementState, arming: Arming): ElementState {
  return { ...state, passing: { ...state.passing, arming } };
}

function withPasscode(state: ElementState, passcode: Passcode): ElementState {
  return { ...state, lasting: { ...state.lasting, passcode } };
}
