/** Calculators of secure channels. */
import { toHex } from '../bytes/bytes.ts';
import { revealHex, secret } from '../bytes/secret.ts';
import {
  deriveScp02Key,
  type Scp02Challenges,
  scp02CardChallenge,
  scp02CardCryptogram,
  scp02HostCryptogram,
} from '../globalplatform/scp02.ts';
import { deriveSession } from '../globalplatform/scp03.ts';
import { bytes, CalcError, optional } from './input.ts';
import { exactlyOne, type Operation, type Outputs, operation } from './operation.ts';

const key = { one: [16] } as const;

const scp03 = operation({
  name: 'scp03',
  summary: 'session keys and cryptograms of an SCP03 channel with AES-128',
  through: 'globalplatform/scp03.ts deriveSession',
  inputs: {
    static_enc: bytes('the domain’s K-ENC', key),
    static_mac: bytes('the domain’s K-MAC', key),
    host_challenge: bytes('what the host sent in INITIALIZE UPDATE', { one: [8] }),
    card_challenge: bytes('what the card answered', { one: [8] }),
  },
  outputs: {
    s_enc: 'session key that commands are encrypted under',
    s_mac: 'session key of command MACs',
    s_rmac: 'session key of response MACs',
    card_cryptogram: 'what proves the card',
    host_cryptogram: 'what proves the host',
  },
  examples: [
    {
      in: {
        static_enc: '000102030405060708090A0B0C0D0E0F',
        static_mac: '101112131415161718191A1B1C1D1E1F',
        host_challenge: 'FDF38259A1E0DE44',
        card_challenge: '3B1ACA81E821F219',
      },
      out: {
        s_enc: 'BC5689F3A0B783A9ED6DA1C5C6BC1F99',
        s_mac: '0415F56CBB9E488BB171B2B66081F004',
        s_rmac: '1EE185123244E047BC9D68B914BD1FBE',
        card_cryptogram: '081CDC01C26B372D',
        host_cryptogram: '8C36F96BCC00724A',
      },
      source: 'provisioning sheet, section 3.1',
    },
  ],
  run: ({ static_enc, static_mac, host_challenge, card_challenge }) => {
    const mac = secret(static_mac);
    // K-DEK is no part of any output.
    const keys = { enc: secret(static_enc), mac, dek: mac };
    const session = deriveSession(keys, host_challenge, card_challenge);
    return {
      s_enc: revealHex(session.sEnc),
      s_mac: revealHex(session.sMac),
      s_rmac: revealHex(session.sRmac),
      card_cryptogram: toHex(session.cardCryptogram),
      host_cryptogram: toHex(session.hostCryptogram),
    };
  },
});

const scp02 = operation({
  name: 'scp02',
  summary: 'session keys and cryptograms of an SCP02 channel',
  through:
    'globalplatform/scp02.ts deriveScp02Key, scp02CardCryptogram, scp02HostCryptogram, scp02CardChallenge',
  inputs: {
    static_enc: optional(bytes('the domain’s K-ENC', key)),
    s_enc: optional(bytes('or the session key made of it', key)),
    static_mac: optional(bytes('the domain’s K-MAC', key)),
    static_dek: optional(bytes('the domain’s K-DEK', key)),
    sequence: bytes('the card’s sequence counter', { one: [2] }),
    host_challenge: optional(bytes('what the host sent in INITIALIZE UPDATE', { one: [8] })),
    card_challenge: optional(bytes('what the card answered', { one: [6] })),
    aid: optional(bytes('the domain’s name, for a derived challenge', { least: 5, most: 16 })),
  },
  outputs: {
    s_enc: 'session key of cryptograms and encryption',
    s_mac: 'session key of command MACs',
    s_rmac: 'session key of response MACs',
    s_dek: 'session key that keys travel under',
    card_cryptogram: 'what proves the card, where both challenges are given',
    host_cryptogram: 'what proves the host, where both challenges are given',
    card_challenge: 'the challenge a card with i = 55 derives, where aid and static_mac are given',
  },
  examples: [
    {
      in: { static_enc: '00112233445566778899AABBCCDDEEFF', sequence: '0000' },
      out: { s_enc: '9EAC5B939B1D2A6643FD9D31498B4F5A' },
      source: 'scp02-001',
    },
    {
      in: {
        static_enc: '100102030405060708090A0B0C0D0E0F',
        sequence: '0001',
        host_challenge: '40A62C37FA6304F8',
        card_challenge: '6B4524ABEE7C',
      },
      out: { card_cryptogram: 'F32EA3838BC148F3', host_cryptogram: 'BA6961667737C5BC' },
      source: 'osmocom/pysim, tests/unittests/test_globalplatform.py',
    },
  ],
  unconfirmed:
    'No outside value gives the derived card challenge of i = 55; S-MAC, S-RMAC and S-DEK are the sheet’s constants, of which a published trace confirms S-MAC.',
  run: (values) => {
    const { static_enc, static_mac, static_dek, sequence, aid } = values;
    const from = exactlyOne(['static_enc', static_enc], ['s_enc', values.s_enc]);
    const sEnc = 'first' in from ? deriveScp02Key(from.first, 'sEnc', sequence) : from.second;
    const sMac = static_mac && deriveScp02Key(static_mac, 'sMac', sequence);
    if (aid !== undefined && sMac === undefined)
      throw new CalcError('missing_input', 'aid is of use with static_mac', 'static_mac');
    return {
      s_enc: revealHex(sEnc),
      s_mac: sMac && revealHex(sMac),
      s_rmac: static_mac && revealHex(deriveScp02Key(static_mac, 'sRmac', sequence)),
      s_dek: static_dek && revealHex(deriveScp02Key(static_dek, 'sDek', sequence)),
      ...cryptograms(sEnc, values),
      card_challenge: sMac && aid && toHex(scp02CardChallenge(sMac, toHex(aid))),
    };
  },
});

export const channelOperations: readonly Operation[] = [scp03, scp02];

/** Both cryptograms, or none where there are no challenges. */
function cryptograms(
  sEnc: Uint8Array,
  values: {
    readonly sequence: Uint8Array;
    readonly host_challenge: Uint8Array | undefined;
    readonly card_challenge: Uint8Array | undefined;
  },
): Outputs {
  const { sequence, host_challenge: host, card_challenge: card } = values;
  if (host === undefined && card === undefined) return {};
  if (host === undefined || card === undefined) {
    const missing = host === undefined ? 'host_challenge' : 'card_challenge';
    throw new CalcError('missing_input', 'the two challenges go together', missing);
  }
  const challenges: Scp02Challenges = { host, sequence, card };
  return {
    card_cryptogram: toHex(scp02CardCryptogram(sEnc, challenges)),
    host_cryptogram: toHex(scp02HostCryptogram(sEnc, challenges)),
  };
}
