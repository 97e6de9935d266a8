/** Vectors of secure channels and of what goes through them. */
import { decodeCommand, decodeResponse, encodeCommand, encodeResponse } from '../apdu/apdu.ts';
import { concat, fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import { revealHex, secret } from '../bytes/secret.ts';
import { aesCmac, aesEncrypt } from '../cipher/aes.ts';
import { keyCheckValue } from '../cipher/check-value.ts';
import {
  decodeInitializeUpdate,
  decodeInitializeUpdateAnswer,
  decodeInstall,
  installForPersonalisation,
  installInstance,
} from '../globalplatform/commands.ts';
import { decodeDgis, encodeDgi } from '../globalplatform/dgi.ts';
import {
  deriveSession,
  externalAuthenticate,
  FULL_SECURITY,
  type ScpSession,
  unwrapDek,
  unwrapResponse,
  wrap,
  wrapDek,
  wrapResponse,
} from '../globalplatform/scp03.ts';
import { scp02Families } from './channels-scp02.ts';
import { type Family, listIn, textIn } from './vector.ts';

type Inputs = Readonly<Record<string, unknown>>;

const scp03Keys: Family = {
  ids: ['scp03-001'],
  check: ({ inputs: { static_key, ...challenges }, outputs }) => [
    {
      op: 'scp03',
      in: { static_enc: static_key, static_mac: static_key, ...challenges },
      expect: outputs,
    },
  ],
};

/** These two give S-MAC and not the keys; they are of the same card as the vector before them, which has them. */
const scp03Cryptograms: Family = {
  ids: ['scp03-002', 'scp03-003'],
  check: ({ inputs, outputs }) => {
    const static_key = '404142434445464748494A4B4C4D4E4F';
    const context = textIn(inputs, 'context');
    return [
      {
        op: 'scp03',
        in: {
          static_enc: static_key,
          static_mac: static_key,
          host_challenge: context.slice(0, 16),
          card_challenge: context.slice(16),
        },
        expect: { ...outputs, s_mac: textIn(inputs, 's_mac') },
      },
    ];
  },
};

const scp03Sessions: Family = {
  ids: ['sheet-provisioning-3.1-session', 'sheet-provisioning-3.2-session'],
  check: ({ inputs, outputs }) => [{ op: 'scp03', in: inputs, expect: outputs }],
};

const scp03Derivation: Family = {
  ids: ['sheet-provisioning-3.2-derivation'],
  check: ({ inputs, outputs }) => {
    const of = (key: string, input: string) =>
      aesCmac(fromHex(textIn(inputs, key)), fromHex(textIn(inputs, input)));
    return [
      {
        through: 'cipher/aes.ts aesCmac',
        expected: outputs,
        given: {
          s_enc: toHex(of('static_enc', 'input_s_enc')),
          card_cryptogram: toHex(of('s_mac', 'input_card').subarray(0, 8)),
        },
      },
    ];
  },
};

const answers: Family = {
  ids: ['sheet-provisioning-3.1-answer', 'sheet-provisioning-3.2-answer'],
  check: ({ inputs, outputs }) => {
    const asked = decodeInitializeUpdate(decodeCommand(hexIn(inputs, 'initialize_update')));
    const answer = decodeInitializeUpdateAnswer(hexIn(inputs, 'answer'));
    return [
      {
        through: 'globalplatform/commands.ts decodeInitializeUpdate, decodeInitializeUpdateAnswer',
        expected: outputs,
        given: {
          host_challenge: toHex(asked.hostChallenge),
          key_version: toHex(fromUint(answer.keyVersion, 1)),
          card_challenge: toHex(answer.cardChallenge),
          card_cryptogram: toHex(answer.cardCryptogram),
          sequence_counter: toHex(answer.sequenceCounter),
        },
      },
    ];
  },
};

const channels: Family = {
  ids: ['sheet-provisioning-3.1-channel', 'sheet-provisioning-3.2-channel'],
  check: ({ inputs, outputs }) => {
    const keys = {
      enc: secret(hexIn(inputs, 'static_enc')),
      mac: secret(hexIn(inputs, 'static_mac')),
      dek: secret(hexIn(inputs, 'static_dek')),
    };
    const challenged = deriveSession(
      keys,
      hexIn(inputs, 'host_challenge'),
      hexIn(inputs, 'card_challenge'),
    );
    const [opened, authenticate] = externalAuthenticate(challenged, FULL_SECURITY);
    const sessions: ScpSession[] = [opened];
    const wrapped = listIn(inputs, 'commands').map((plain) => {
      const [after, sent] = wrap(sessions.at(-1) as ScpSession, decodeCommand(fromHex(plain)));
      sessions.push(after);
      return toHex(encodeCommand(sent));
    });
    const heard = Object.hasOwn(inputs, 'answers')
      ? listIn(inputs, 'answers').map((answer, at) => {
          const response = decodeResponse(fromHex(answer));
          return toHex(encodeResponse(unwrapResponse(sessions[at + 1] as ScpSession, response)));
        })
      : undefined;
    const given = {
      external_authenticate: toHex(encodeCommand(authenticate)),
      chain: toHex(opened.chain),
      first_start: toHex(aesEncrypt(opened.sEnc, fromUint(1, 16))),
      wrapped,
      answers: heard,
      last_answer: lastAnswer(inputs, sessions.at(-1) as ScpSession),
    };
    return [{ through: 'globalplatform/scp03.ts wrap, unwrapResponse', expected: outputs, given }];
  },
};

const installs: Family = {
  ids: ['sheet-provisioning-3.2-install'],
  check: ({ inputs, outputs }) => {
    const instance = textIn(inputs, 'instance');
    const install = installInstance({
      package: textIn(inputs, 'package'),
      module: textIn(inputs, 'module'),
      instance,
    });
    const read = decodeInstall(decodeCommand(hexIn(outputs, 'install')));
    return [
      {
        through: 'globalplatform/commands.ts installInstance, installForPersonalisation',
        expected: outputs,
        given: {
          install: toHex(encodeCommand(install)),
          personalise: toHex(encodeCommand(installForPersonalisation(instance))),
        },
      },
      {
        through: 'globalplatform/commands.ts decodeInstall',
        expected: inputs,
        given: read,
      },
    ];
  },
};

const dataGroups: Family = {
  ids: ['sheet-provisioning-3.2-data-groups'],
  check: ({ inputs, outputs }) => {
    const dek = secret(hexIn(inputs, 'static_dek'));
    const keys = { enc: dek, mac: dek, dek };
    const encoded = listIn(outputs, 'encoded');
    const read = encoded.flatMap((one) => decodeDgis(fromHex(one)));
    return [
      {
        through: 'globalplatform/scp03.ts wrapDek; globalplatform/dgi.ts encodeDgi',
        expected: outputs,
        given: {
          encrypted: toHex(wrapDek(keys, hexIn(inputs, 'keys'))),
          encoded: read.map((dgi) => toHex(encodeDgi(dgi))),
        },
      },
      {
        through: 'globalplatform/scp03.ts unwrapDek; globalplatform/dgi.ts decodeDgis',
        expected: { keys: inputs.keys, groups: inputs.groups },
        given: {
          keys: revealHex(unwrapDek(keys, hexIn(outputs, 'encrypted'))),
          groups: read.map(({ id, data }) => [id, toHex(data)]),
        },
      },
    ];
  },
};

const checkValues: Family = {
  ids: ['sheet-provisioning-5-check-values'],
  check: ({ inputs, outputs }) => {
    const values = listIn(inputs, 'keys').map((key) => keyCheckValue(fromHex(key), 3));
    const group = encodeDgi({ id: '9000', data: concat(...values) });
    return [
      {
        through: 'cipher/check-value.ts keyCheckValue; globalplatform/dgi.ts encodeDgi',
        expected: { ...outputs, group: `900009${listIn(outputs, 'check_values').join('')}` },
        given: { check_values: values.map(toHex), group: toHex(group) },
      },
    ];
  },
};

export const channelFamilies: readonly Family[] = [
  ...scp02Families,
  scp03Keys,
  scp03Cryptograms,
  scp03Sessions,
  scp03Derivation,
  answers,
  channels,
  installs,
  dataGroups,
  checkValues,
];

/** What the card makes of an answer to the last command. */
function lastAnswer(inputs: Inputs, session: ScpSession): string | undefined {
  if (!Object.hasOwn(inputs, 'last_answer')) return undefined;
  const response = decodeResponse(hexIn(inputs, 'last_answer'));
  return toHex(encodeResponse(wrapResponse(session, response)));
}

function hexIn(values: Inputs, name: string): Uint8Array {
  return fromHex(textIn(values, name));
}
