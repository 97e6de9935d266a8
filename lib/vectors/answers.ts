/** Vectors of the issuer's answers and scripts. */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { sm4Arpc, tag91, tag91Method2 } from '../emv/arpc.ts';
import {
  commandMac,
  DATA_CIPHERS,
  encryptCommandData,
  paddedCommandData,
  sealedScriptCommand,
} from '../emv/script.ts';
import { cardPinBlock } from '../pin/pin-block.ts';
import { cardKeyFrom, sessionKeyFrom } from './derivation.ts';
import { type Comparison, type Family, textIn, type Vector } from './vector.ts';

type Values = Vector['inputs'];

const recordedMethod1: Family = {
  ids: ['pyemv-generate_arpc_1-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'arpc',
      in: {
        method: '1',
        key: textIn(inputs, 'sk_ac'),
        cryptogram: textIn(inputs, 'arqc'),
        arc: textIn(inputs, 'arpc_rc'),
      },
      expect: { arpc: textIn(outputs, 'result') },
    },
  ],
};

const recordedMethod2: Family = {
  ids: ['pyemv-generate_arpc_2-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'arpc',
      in: {
        method: '2',
        key: textIn(inputs, 'sk_ac'),
        cryptogram: textIn(inputs, 'arqc'),
        csu: textIn(inputs, 'csu'),
        proprietary: inputs.prop_auth_data,
      },
      expect: { arpc: textIn(outputs, 'result') },
    },
  ],
};

const publishedAnswer: Family = {
  ids: ['upi-arqc-002'],
  check: ({ inputs, outputs }) => [
    {
      op: 'arpc',
      in: {
        method: '1',
        key: textIn(inputs, 'session_key_ac'),
        cryptogram: textIn(inputs, 'arqc'),
        arc: textIn(inputs, 'arc'),
      },
      expect: outputs,
    },
  ],
};

/** From the master key on. The description names method, scheme and option; all but the common session key answer with the card's own key. */
const fromMasterKey: Family = {
  ids: ['jpos-arpc-*'],
  check: ({ description, inputs, outputs }) => {
    const named = /^ARPC method ([12]), (VSDC|MCHIP|CSK), option ([AB])$/.exec(description);
    const [, method, scheme, option] = named ?? [];
    const [imk, pan, psn] = [inputs.imk_ac, inputs.pan, inputs.psn];
    const card = cardKeyFrom({ imk, pan, psn, option });
    const { lines, key } =
      scheme === 'CSK' ? sessionKeyFrom(card, { method: 'emv-csk', atc: inputs.atc }) : card;
    const { arqc, arc, csu } = inputs;
    return [
      ...lines,
      { op: 'arpc', in: { method, key, cryptogram: arqc, arc, csu }, expect: outputs },
    ];
  },
};

const workedAnswers: Family = {
  ids: ['sheet-cryptograms-4.3-arpc-*', 'sheet-cryptograms-9-arpc-method-*'],
  check: ({ inputs, outputs }) => {
    const { arpc, tag_91 } = outputs;
    const line = { op: 'arpc', in: inputs, expect: { arpc } };
    if (tag_91 === undefined) return [line];
    const answer = fromHex(textIn(outputs, 'arpc'));
    const isFirst = inputs.method === '1';
    const value = isFirst
      ? tag91(answer, fromHex(textIn(inputs, 'arc')))
      : tag91Method2(answer, fromHex(textIn(inputs, 'csu')));
    const through = `emv/arpc.ts ${isFirst ? 'tag91' : 'tag91Method2'}`;
    return [line, { through, expected: { tag_91 }, given: { tag_91: toHex(value) } }];
  },
};

/** SM4 has no calculator of answers. */
const sm4Answer: Family = {
  ids: ['sheet-cryptograms-9-arpc-sm4'],
  check: ({ inputs, outputs }) => {
    const [key, cryptogram, arc] = ['key', 'cryptogram', 'arc'].map((name) =>
      fromHex(textIn(inputs, name)),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const given = { arpc: toHex(sm4Arpc(key, cryptogram, arc)) };
    return [{ through: 'emv/arpc.ts sm4Arpc', expected: outputs, given }];
  },
};

/** The recorded commands hold counter and cryptogram between header and data, and their MACs have eight bytes. */
const recordedScriptMacs: Family = {
  ids: ['pyemv-generate_command_mac-*'],
  check: ({ inputs, outputs }) => {
    const [key, whole, mac] = [
      textIn(inputs, 'sk_smi'),
      textIn(inputs, 'command'),
      textIn(outputs, 'result'),
    ];
    const length = Number(textIn(inputs, 'length'));
    const cut = (from: number, to?: number) => whole.slice(2 * from, to && 2 * to);
    return [
      {
        op: 'script-mac',
        in: {
          key,
          command: cut(0, 5),
          atc: cut(5, 7),
          cryptogram: cut(7, 15),
          data: cut(15),
        },
        expect: { mac: mac.slice(0, 8) },
      },
      {
        through: 'emv/script.ts commandMac',
        expected: { mac },
        given: { mac: toHex(commandMac(fromHex(key), fromHex(whole), length)) },
      },
    ];
  },
};

const recordedCiphers: Family = {
  ids: ['pyemv-encrypt_command_data-*'],
  check: ({ inputs, outputs }) => {
    const type = textIn(inputs, 'encryption_type').replace('EncryptionType.', '').toLowerCase();
    if (!isScheme(type)) throw new TypeError(`an unknown encryption type ${type}`);
    const data = fromHex(textIn(inputs, 'command_data'));
    const result = toHex(encryptCommandData(fromHex(textIn(inputs, 'sk_smc')), data, type));
    return [{ through: 'emv/script.ts encryptCommandData', expected: outputs, given: { result } }];
  },
};

const recordedPinBlocks: Family = {
  ids: ['pyemv-format_iso9564_2_pin_block-*'],
  check: ({ inputs, outputs }) => [pinBlock(inputs, outputs.result)],
};

const workedScripts: Family = {
  ids: ['sheet-cryptograms-9-script-*'],
  check: ({ inputs, outputs }) => {
    const { mac, apdu } = outputs;
    const bytesOf = (name: string) => fromHex(textIn(inputs, name));
    const sealed = sealedScriptCommand(bytesOf('key'), {
      header: bytesOf('command'),
      atc: bytesOf('atc'),
      cryptogram: bytesOf('cryptogram'),
      data: bytesOf('data'),
    });
    return [
      { op: 'script-mac', in: inputs, expect: { mac } },
      {
        through: 'emv/script.ts sealedScriptCommand',
        expected: { apdu },
        given: { apdu: toHex(sealed) },
      },
    ];
  },
};

const workedPinChange: Family = {
  ids: ['sheet-cryptograms-9-pin-change'],
  check: ({ inputs, outputs }) => {
    const { block, plain, data } = outputs;
    const padded = paddedCommandData(cardPinBlock(textIn(inputs, 'pin')), 'unionpay');
    return [
      pinBlock(inputs, block),
      {
        through: 'emv/script.ts paddedCommandData',
        expected: { plain },
        given: { plain: revealHex(padded) },
      },
      { op: 'pin-change', in: inputs, expect: { data } },
    ];
  },
};

export const answerFamilies: readonly Family[] = [
  recordedMethod1,
  recordedMethod2,
  publishedAnswer,
  fromMasterKey,
  workedAnswers,
  sm4Answer,
  recordedScriptMacs,
  recordedCiphers,
  recordedPinBlocks,
  workedScripts,
  workedPinChange,
];

function pinBlock(inputs: Values, block: unknown): Comparison {
  return {
    through: 'pin/pin-block.ts cardPinBlock',
    expected: { block },
    given: { block: revealHex(cardPinBlock(textIn(inputs, 'pin'))) },
  };
}

function isScheme(type: string): type is keyof typeof DATA_CIPHERS {
  return Object.hasOwn(DATA_CIPHERS, type);
}
