/** Calculators of keys: card keys and session keys. */
import { concat } from '../bytes/bytes.ts';
import { revealHex, type SecretBytes } from '../bytes/secret.ts';
import {
  deriveCardKeyOptionA,
  deriveCardKeyOptionB,
  deriveCardKeyOptionC,
  unionPaySessionKey,
  withOddParity,
} from '../emv/keys.ts';
import {
  aesSessionKey,
  counterDiversifier,
  emvCommonSessionKey,
  visaSecureMessagingKey,
} from '../emv/session-keys.ts';
import { bytes, CalcError, digits, optional, word } from './input.ts';
import { exactlyOne, type Operation, operation } from './operation.ts';

const AES_LENGTHS = [16, 24, 32];

const deriveKey = operation({
  name: 'derive-key',
  summary: 'the key of one card or token, from the issuer’s master key',
  through:
    'emv/keys.ts deriveCardKeyOptionA, deriveCardKeyOptionB, deriveCardKeyOptionC, withOddParity',
  inputs: {
    imk: bytes('the issuer’s master key; 24 and 32 bytes with option C', { one: AES_LENGTHS }),
    pan: digits('the number of the card or token', { least: 1, most: 19 }),
    psn: optional(digits('its sequence number; 00 where left out', { one: [0, 2] })),
    option: word('how: A, B for numbers past 16 digits, C for AES', ['A', 'B', 'C']),
    parity: optional(word('odd where left out; an AES key has none', ['odd', 'none'])),
  },
  outputs: { key: 'the card’s key' },
  examples: [
    {
      in: {
        imk: 'C4D689158AD9FB9D23105B91CE046D0E',
        pan: '6210220110002707355',
        psn: '01',
        option: 'A',
        parity: 'none',
      },
      out: { key: 'B8A15DA5F7043C317D9FD8F8DFE2BD75' },
      source: 'cryptograms sheet, section 1.1 (V3)',
    },
    {
      in: {
        imk: '0123456789ABCDEFFEDCBA9876543210',
        pan: '12345678901234567',
        psn: '45',
        option: 'B',
      },
      out: { key: 'F767ECC2263B2C543775CB62AB6B57D6' },
      source: 'pyemv-derive_icc_mk_b-05',
    },
    {
      in: {
        imk: '000102030405060708090A0B0C0D0E0F',
        pan: '6258249900000018',
        psn: '01',
        option: 'C',
      },
      out: { key: 'D2D33623EFCC45A02EB686ACC95DD00F' },
      source: 'cryptograms sheet, section 9',
    },
  ],
  unconfirmed: 'Option C has no outside value; the sheet computes it from knowledge of EMV.',
  run: ({ imk, pan, psn = '', option, parity }) => {
    if (option === 'C') {
      if (parity === 'odd') throw new CalcError('bad_value', 'an AES key has no parity', 'parity');
      return { key: revealHex(deriveCardKeyOptionC(imk, pan, psn)) };
    }
    wantSixteen(imk, 'imk');
    const derive = option === 'A' ? deriveCardKeyOptionA : deriveCardKeyOptionB;
    const key = derive(imk, pan, psn);
    return { key: revealHex(parity === 'none' ? key : withOddParity(key)) };
  },
});

const sessionKey = operation({
  name: 'session-key',
  summary: 'the key of one transaction, from the card’s key',
  through:
    'emv/keys.ts unionPaySessionKey, emv/session-keys.ts emvCommonSessionKey, visaSecureMessagingKey, aesSessionKey, counterDiversifier',
  inputs: {
    key: bytes('the card’s key; 24 and 32 bytes with method aes', { one: AES_LENGTHS }),
    method: word('how it is made', ['unionpay', 'emv-csk', 'visa-sm', 'aes']),
    atc: optional(bytes('the counter', { one: [2] })),
    r: optional(
      bytes('in place of the counter: 8 bytes such as a cryptogram; 8 or 16 with method aes', {
        one: [8, 16],
      }),
    ),
  },
  outputs: { key: 'the session key; of odd parity with emv-csk and visa-sm' },
  examples: [
    {
      in: { key: '014D996FCC8F49157DC8B49E3BCDFD99', method: 'unionpay', atc: '0240' },
      out: { key: 'D4102725E6E5AD329E55AAB50BF23DA9' },
      source: 'upi-arqc-004',
    },
    {
      in: { key: '94F867167C64EF3EEAB0CB627A7A3480', method: 'emv-csk', r: '7A788EA6B8A3E733' },
      out: { key: 'B97A1C1FCE087C3B6820B52F62AB7667' },
      source: 'pyemv-derive_common_sk-03',
    },
    {
      in: { key: '94F867167C64EF3EEAB0CB627A7A3480', method: 'visa-sm', atc: '001C' },
      out: { key: '94F867167C64EF23EAB0CB627A7ACB62' },
      source: 'pyemv-derive_visa_sm_sk-01',
    },
    {
      in: { key: 'D2D33623EFCC45A02EB686ACC95DD00F', method: 'aes', atc: '0001' },
      out: { key: 'B85AC9C76DB401F0740853A8842DF5A8' },
      source: 'cryptograms sheet, section 9',
    },
  ],
  unconfirmed:
    'Method aes has no outside value: the sheet knows keys of 16 bytes from the counter; longer keys and r are from knowledge.',
  run: ({ key, method, atc, r }) => ({
    key: revealHex(sessionKeyBy(method, key, exactlyOne(['atc', atc], ['r', r]))),
  }),
});

export const keyOperations: readonly Operation[] = [deriveKey, sessionKey];

type Diversifier = { readonly first: Uint8Array } | { readonly second: Uint8Array };

function sessionKeyBy(
  method: 'unionpay' | 'emv-csk' | 'visa-sm' | 'aes',
  key: Uint8Array,
  given: Diversifier,
): SecretBytes {
  if (method === 'aes') return aesSessionKey(key, diversifierOf(given, 16));
  wantSixteen(key, 'key');
  if (method === 'emv-csk') return emvCommonSessionKey(key, diversifierOf(given, 8));
  if (!('first' in given)) {
    throw new CalcError('unknown_input', 'this method takes the counter alone', 'r');
  }
  return method === 'unionpay'
    ? unionPaySessionKey(key, given.first)
    : visaSecureMessagingKey(key, given.first);
}

/** A counter or `r`, filled with zeros to the length of a block. */
function diversifierOf(given: Diversifier, length: 8 | 16): Uint8Array {
  if ('first' in given) return counterDiversifier(given.first, length);
  const { second: r } = given;
  if (r.length > length) throw new CalcError('wrong_length', `at most ${length} bytes`, 'r');
  return concat(r, new Uint8Array(length - r.length));
}

function wantSixteen(key: Uint8Array, field: string): void {
  if (key.length !== 16) throw new CalcError('wrong_length', '16 bytes wanted', field);
}
