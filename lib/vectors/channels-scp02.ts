/** Vectors of SCP02: keys, cryptograms, and whole channels seen from both ends. */
import { decodeCommand, encodeCommand } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex, type SecretBytes, secret } from '../bytes/secret.ts';
import {
  decodeScp02Answer,
  deriveScp02Session,
  encodeScp02Answer,
  type Scp02Session,
} from '../globalplatform/scp02.ts';
import {
  acceptScp02,
  openScp02,
  unwrapScp02,
  unwrapScp02Dek,
  wrapScp02,
  wrapScp02Dek,
} from '../globalplatform/scp02-channel.ts';
import { type Family, listIn, textIn } from './vector.ts';

const THROUGH = 'globalplatform/scp02-channel.ts wrapScp02, unwrapScp02';

const sessionKeys: Family = {
  ids: ['scp02-001'],
  check: ({ inputs, outputs }) => [
    {
      op: 'scp02',
      // The derivation data are the constant, the sequence counter and zeros.
      in: {
        static_enc: textIn(inputs, 'static_key'),
        sequence: textIn(inputs, 'derivation_data').slice(4, 8),
      },
      expect: outputs,
    },
  ],
};

const cryptograms: Family = {
  ids: ['scp02-002'],
  check: ({ inputs, outputs }) => [{ op: 'scp02', in: inputs, expect: outputs }],
};

const channel: Family = {
  ids: ['scp02-pysim-channel'],
  check: ({ inputs, outputs }) => {
    const [enc, mac, dek] = ['static_enc', 'static_mac', 'static_dek'].map((name) =>
      secret(fromHex(textIn(inputs, name))),
    ) as [SecretBytes, SecretBytes, SecretBytes];
    const host = fromHex(textIn(inputs, 'host_challenge'));
    const answer = decodeScp02Answer(fromHex(textIn(inputs, 'answer')));
    const { sequence, cardChallenge: card } = answer;
    const challenged = deriveScp02Session({ enc, mac, dek }, { host, sequence, card });
    const [opened, authenticate] = openScp02(challenged, 0x01);
    const accepted = acceptScp02(challenged, authenticate);
    const wrapped = wrapAll(opened, listIn(inputs, 'commands'));
    return [
      {
        op: 'scp02',
        in: {
          static_enc: textIn(inputs, 'static_enc'),
          sequence: toHex(sequence),
          host_challenge: toHex(host),
          card_challenge: toHex(card),
        },
        expect: { card_cryptogram: toHex(answer.cardCryptogram) },
      },
      {
        through: 'globalplatform/scp02-channel.ts openScp02, wrapScp02',
        expected: outputs,
        given: { external_authenticate: toHex(encodeCommand(authenticate)), wrapped },
      },
      {
        through: 'globalplatform/scp02-channel.ts acceptScp02, unwrapScp02',
        expected: { commands: inputs.commands, answer: inputs.answer },
        given: {
          commands: accepted && unwrapAll(accepted, listIn(outputs, 'wrapped')),
          answer: toHex(encodeScp02Answer(answer)),
        },
      },
    ];
  },
};

const wrapping: Family = {
  ids: ['scp02-openjavacard-wrapping'],
  check: ({ inputs, outputs }) => {
    const key = secret(fromHex(textIn(inputs, 'session_key')));
    const session = (level: 0x01 | 0x03): Scp02Session => ({
      ...{ sEnc: key, sMac: key, sRmac: key, sDek: key, level },
      // Nothing has gone before the first command, not even EXTERNAL AUTHENTICATE.
      ...{ cardCryptogram: NOTHING, hostCryptogram: NOTHING, lastMac: NOTHING },
    });
    const plain = listIn(inputs, 'commands');
    const keys = listIn(inputs, 'keys').map(fromHex);
    return [
      {
        through: THROUGH,
        expected: outputs,
        given: {
          mac: wrapAll(session(0x01), plain),
          encrypted: wrapAll(session(0x03), plain),
          keys: keys.map((one) => toHex(wrapScp02Dek(session(0x01), one))),
        },
      },
      {
        through: THROUGH,
        expected: { mac: plain, encrypted: plain, keys: inputs.keys },
        given: {
          mac: unwrapAll(session(0x01), listIn(outputs, 'mac')),
          encrypted: unwrapAll(session(0x03), listIn(outputs, 'encrypted')),
          keys: listIn(outputs, 'keys').map((one) =>
            revealHex(unwrapScp02Dek(session(0x01), fromHex(one))),
          ),
        },
      },
    ];
  },
};

export const scp02Families: readonly Family[] = [sessionKeys, cryptograms, channel, wrapping];

const NOTHING = new Uint8Array(0);

function wrapAll(first: Scp02Session, commands: readonly string[]): readonly string[] {
  let session = first;
  return commands.map((plain) => {
    const [after, sent] = wrapScp02(session, decodeCommand(fromHex(plain)));
    session = after;
    return toHex(encodeCommand(sent));
  });
}

/** The plain commands as far as the card reads them. */
function unwrapAll(first: Scp02Session, commands: readonly string[]): readonly string[] {
  const plain: string[] = [];
  let session = first;
  for (const wrapped of commands) {
    const read = unwrapScp02(session, decodeCommand(fromHex(wrapped)));
    if (read === undefined) return plain;
    session = read[0];
    plain.push(toHex(encodeCommand(read[1])));
  }
  return plain;
}
