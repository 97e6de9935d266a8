/**
 * Rules about who checks the holder on a tap: the card's qualifiers (CTQ), the reader's (TTQ), the terminal's
 * capabilities (9F33) and its results (TVR), each against the others.
 * @see docs/specs.md, EMV contactless sheet, sections 4 and 6, and EMV field codings
 */
import { toHex } from '../bytes/bytes.ts';
import { type Bit, CTQ, TTQ, TVR } from '../emv/fields.ts';
import { TERMINAL_CAPABILITIES } from '../emv/terminal-fields.ts';
import { bytesOfFact, type Facts, factHasBit } from './facts.ts';
import type { Rule } from './warnings.ts';

const CARD = '9F6C';
const READER = '9F66';
const TERMINAL = '9F33';
const RESULTS = '95';

/** The rules of this file. */
export const qualifierRules: readonly Rule[] = [
  unmet('pin', 'an online PIN', CTQ.onlinePinRequired, TERMINAL, TERMINAL_CAPABILITIES.onlinePin),
  unmet('pin', 'an online PIN', CTQ.onlinePinRequired, READER, TTQ.onlinePinSupported),
  unmet(
    'signature',
    'a signature',
    CTQ.signatureRequired,
    TERMINAL,
    TERMINAL_CAPABILITIES.signature,
  ),
  unmet('signature', 'a signature', CTQ.signatureRequired, READER, TTQ.signatureSupported),
  {
    code: 'ctq.verified_and_pin',
    words:
      'the CTQ says that the holder was verified on the device, and asks for an online PIN too',
    tags: [CARD],
    isBroken: (facts) => isVerified(facts) && factHasBit(facts, CARD, CTQ.onlinePinRequired),
  },
  {
    code: 'tvr.failed_though_verified',
    words: 'the TVR says that holder verification failed, the CTQ that it was done on the device',
    tags: [RESULTS, CARD],
    isBroken: (facts) =>
      isVerified(facts) && factHasBit(facts, RESULTS, TVR.holderVerificationFailed),
  },
  {
    code: 'tvr.pin_though_verified',
    words:
      'the TVR says that a PIN was entered, the CTQ that the holder was verified on the device',
    tags: [RESULTS, CARD],
    isBroken: (facts) => isVerified(facts) && factHasBit(facts, RESULTS, TVR.onlinePinEntered),
  },
  {
    code: 'tvr.pin_without_pad',
    words: 'the TVR says both that a PIN was entered and that the PIN pad was missing',
    tags: [RESULTS],
    isBroken: (facts) =>
      factHasBit(facts, RESULTS, TVR.onlinePinEntered) &&
      factHasBit(facts, RESULTS, TVR.pinPadMissing),
  },
  differing('pin', 'an online PIN', TTQ.onlinePinSupported, TERMINAL_CAPABILITIES.onlinePin),
  differing('signature', 'a signature', TTQ.signatureSupported, TERMINAL_CAPABILITIES.signature),
  {
    code: 'ctq.signed_differs',
    words:
      'the CTQ is not the one in the card authentication data (9F69) that the card signs: a reader declines',
    tags: [CARD, '9F69'],
    isBroken: (facts) => {
      const signed = bytesOfFact(facts, '9F69')?.subarray(SIGNED_CTQ_AT, SIGNED_CTQ_AT + 2);
      return signed?.length === 2 && toHex(signed) !== facts.get(CARD)?.value;
    },
  },
];

/** Behind version and the card's unpredictable number. */
const SIGNED_CTQ_AT = 5;

/** What the card asks for and one of the reader's lists cannot do. */
function unmet(which: string, what: string, asked: Bit, list: string, able: Bit): Rule {
  const name = list === READER ? 'the reader (TTQ)' : 'the terminal (9F33)';
  return {
    code: `ctq.${which}_not_supported`,
    words: `the CTQ asks for ${what}, ${name} cannot`,
    tags: [CARD, list],
    isBroken: (facts) => factHasBit(facts, CARD, asked) && !factHasBit(facts, list, able),
  };
}

/** What one list of the reader has and the other has not. */
function differing(which: string, what: string, quick: Bit, terminal: Bit): Rule {
  return {
    code: `terminal.${which}_differs`,
    words: `the reader's two lists differ: only one of TTQ and 9F33 has ${what}`,
    tags: [READER, TERMINAL],
    isBroken: (facts) => factHasBit(facts, READER, quick) !== factHasBit(facts, TERMINAL, terminal),
  };
}

function isVerified(facts: Facts): boolean {
  return factHasBit(facts, CARD, CTQ.deviceCvmPerformed);
}
