/**
 * Rules about flags: holder verification as the card, the terminal and the result of the method tell it, the kind
 * of cryptogram, offline authentication, and values that should never be zero.
 * Bits of 9F33 and methods of 9F34: docs/specs.md, EMV field codings.
 */
import { cvmRule } from '../emv/cvm.ts';
import {
  AIP,
  type Bit,
  CTQ,
  CVR_SUBFIELDS,
  cvrHolderVerified,
  subfieldValue,
  TVR,
} from '../emv/fields.ts';
import { TERMINAL_CAPABILITIES } from '../emv/terminal-fields.ts';
import { bytesOfFact, type Facts, factHasBit } from './facts.ts';
import type { Rule } from './warnings.ts';

/** The rules of this file. */
export const flagRules: readonly Rule[] = [
  {
    code: 'holder.ctq_overclaims',
    words: 'the CTQ says that the holder was verified on the device, the sealed CVR does not',
    tags: ['9F6C', 'CVR'],
    isBroken: (facts) => ctqSays(facts) && !cvrSays(facts),
  },
  {
    code: 'holder.ctq_silent',
    words: 'the sealed CVR says that the holder was verified, the CTQ does not',
    tags: ['9F6C', 'CVR'],
    isBroken: (facts) => !ctqSays(facts) && cvrSays(facts),
  },
  {
    code: 'cryptogram.kind_differs',
    words:
      'the cryptogram information (9F27) and the sealed CVR name different kinds of cryptogram',
    tags: ['9F27', 'CVR'],
    isBroken: (facts) => kindInCvr(facts) !== byteOf(facts, '9F27', 0) >> 6,
  },
  {
    code: 'tvr.pin_not_supported',
    words: 'the TVR says that a PIN was entered for online checking, the terminal (9F33) cannot',
    tags: ['95', '9F33'],
    isBroken: (facts) =>
      tvr(facts, TVR.onlinePinEntered) && !can(facts, TERMINAL_CAPABILITIES.onlinePin),
  },
  {
    code: 'tvr.authentication_not_supported',
    words: 'the TVR tells of an offline authentication that the terminal (9F33) cannot do',
    tags: ['95', '9F33'],
    isBroken: (facts) =>
      AUTHENTICATIONS.some(({ failed, terminal }) => tvr(facts, failed) && !can(facts, terminal)),
  },
  {
    code: 'tvr.authentication_not_offered',
    words: 'the TVR tells of an offline authentication that the card (AIP) does not offer',
    tags: ['95', '82'],
    isBroken: (facts) =>
      AUTHENTICATIONS.some(
        ({ failed, card }) => tvr(facts, failed) && !factHasBit(facts, '82', card),
      ),
  },
  {
    code: 'tvr.authentication_contradicts',
    words: 'the TVR says both that offline authentication was not done and that it failed',
    tags: ['95'],
    isBroken: (facts) =>
      tvr(facts, TVR.authenticationNotPerformed) &&
      AUTHENTICATIONS.some(({ failed }) => tvr(facts, failed)),
  },
  {
    code: 'tvr.pin_without_method',
    words: 'the TVR says that a PIN was entered for online checking, the method (9F34) is another',
    tags: ['95', '9F34'],
    isBroken: (facts) => tvr(facts, TVR.onlinePinEntered) && method(facts) !== METHOD_ONLINE_PIN,
  },
  {
    code: 'tvr.method_without_pin',
    words: 'the method (9F34) is a PIN checked online, the TVR says nothing of one entered',
    tags: ['95', '9F34'],
    isBroken: (facts) =>
      !isQuick(facts) &&
      method(facts) === METHOD_ONLINE_PIN &&
      byteOf(facts, '9F34', 2) !== FAILED &&
      !tvr(facts, TVR.onlinePinEntered),
  },
  {
    code: 'tvr.method_result_differs',
    words:
      'the TVR says that holder verification failed, the method (9F34) that it was successful, or the other way round',
    tags: ['95', '9F34'],
    isBroken: (facts) => {
      const failed = tvr(facts, TVR.holderVerificationFailed);
      const result = byteOf(facts, '9F34', 2);
      return (
        isMethod(facts) && ((failed && result === SUCCESSFUL) || (!failed && result === FAILED))
      );
    },
  },
  {
    code: 'method.not_offered',
    words: 'a verification method was performed (9F34) though the card (AIP) offers none',
    tags: ['82', '9F34'],
    isBroken: (facts) =>
      !isQuick(facts) && !factHasBit(facts, '82', AIP.cvmSupported) && isMethod(facts),
  },
  {
    code: 'method.not_supported',
    words: 'the method that was performed (9F34) is one that the terminal (9F33) cannot do',
    tags: ['9F33', '9F34'],
    isBroken: (facts) =>
      isMethod(facts) && (NEEDS[method(facts)] ?? []).some((need) => !can(facts, need)),
  },
  {
    code: 'number.zero',
    words: 'the unpredictable number is all zeros: whoever chose it can be replayed',
    tags: ['9F37'],
    isBroken: (facts) => isZero(facts, '9F37'),
  },
  {
    code: 'counter.zero',
    words: 'the transaction counter is zero: a card counts before it seals',
    tags: ['9F36'],
    isBroken: (facts) => isZero(facts, '9F36'),
  },
];

const FAILED = 1;
const SUCCESSFUL = 2;
const METHOD_ONLINE_PIN = 0x02;
const METHOD_SIGNATURE = 0x1e;
const METHOD_NONE = 0x1f;
const METHOD_NOT_PERFORMED = 0x3f;

/** What a terminal needs for each method. */
const NEEDS: Readonly<Record<number, readonly Bit[]>> = {
  1: [TERMINAL_CAPABILITIES.plaintextPin],
  [METHOD_ONLINE_PIN]: [TERMINAL_CAPABILITIES.onlinePin],
  3: [TERMINAL_CAPABILITIES.plaintextPin, TERMINAL_CAPABILITIES.signature],
  4: [TERMINAL_CAPABILITIES.encipheredPin],
  5: [TERMINAL_CAPABILITIES.encipheredPin, TERMINAL_CAPABILITIES.signature],
  [METHOD_SIGNATURE]: [TERMINAL_CAPABILITIES.signature],
};

const AUTHENTICATIONS: readonly {
  readonly failed: Bit;
  readonly terminal: Bit;
  readonly card: Bit;
}[] = [
  { failed: TVR.sdaFailed, terminal: TERMINAL_CAPABILITIES.sda, card: AIP.sdaSupported },
  { failed: TVR.ddaFailed, terminal: TERMINAL_CAPABILITIES.dda, card: AIP.ddaSupported },
  { failed: TVR.cdaFailed, terminal: TERMINAL_CAPABILITIES.cda, card: AIP.cdaSupported },
];

function tvr(facts: Facts, one: Bit): boolean {
  return factHasBit(facts, '95', one);
}

function can(facts: Facts, one: Bit): boolean {
  return factHasBit(facts, '9F33', one);
}

function byteOf(facts: Facts, tag: string, index: number): number {
  return bytesOfFact(facts, tag)?.[index] ?? 0;
}

function method(facts: Facts): number {
  return cvmRule(byteOf(facts, '9F34', 0), byteOf(facts, '9F34', 1)).method;
}

/**
 * Whether this is a contactless tap on the quick path, where the TVR stays zero and holders are checked by the
 * qualifiers, whatever the AIP and the capabilities of the contacts say.
 * @see docs/specs.md, EMV contactless sheet, section 6, and ISO 8583 sheet, section 7
 */
function isQuick(facts: Facts): boolean {
  const isContactless = /^(07|96)/.test(facts.get('DE22')?.value ?? '');
  return isContactless || facts.has('9F6C') || isZero(facts, '95');
}

/** Whether a method was performed: neither none, nor "fail", nor an empty result, nor one with no conditions met (3F). */
function isMethod(facts: Facts): boolean {
  return ![0, METHOD_NONE, METHOD_NOT_PERFORMED].includes(method(facts));
}

function ctqSays(facts: Facts): boolean {
  return factHasBit(facts, '9F6C', CTQ.deviceCvmPerformed);
}

function cvrSays(facts: Facts): boolean {
  return cvrHolderVerified(bytesOfFact(facts, 'CVR') ?? new Uint8Array());
}

/** The cryptogram that the verification results tell of last: that of the second GENERATE AC where there was one. */
function kindInCvr(facts: Facts): number {
  const cvr = bytesOfFact(facts, 'CVR') ?? new Uint8Array();
  const first = subfieldValue(cvr, CVR_SUBFIELDS.firstCryptogram);
  const second = subfieldValue(cvr, CVR_SUBFIELDS.secondCryptogram);
  const wasAskedTwice = first === ARQC && second < NOT_REQUESTED;
  return wasAskedTwice ? second : first;
}

const ARQC = 2;
const NOT_REQUESTED = 2;

function isZero(facts: Facts, tag: string): boolean {
  return /^0+$/.test(facts.get(tag)?.value ?? '');
}
