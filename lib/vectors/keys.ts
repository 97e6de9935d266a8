/** Vectors of card keys and session keys. */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import type { CalcLine } from '../calc/calculate.ts';
import { cardKeyDiversifier, counterBlocks, deriveCardKeySm4 } from '../emv/keys.ts';
import { sm4SessionKey } from '../emv/session-keys.ts';
import { type Comparison, type Family, type Step, textIn, type Vector } from './vector.ts';

type Values = Vector['inputs'];

const cardKeys: Family = {
  ids: ['pyemv-derive_icc_mk_*'],
  check: ({ id, inputs, outputs }) => [
    derive(
      {
        imk: textIn(inputs, 'iss_mk'),
        pan: textIn(inputs, 'pan'),
        psn: textIn(inputs, 'psn'),
        option: id.includes('_mk_a-') ? 'A' : 'B',
      },
      textIn(outputs, 'result'),
    ),
  ],
};

const commonSessionKeys: Family = {
  ids: ['pyemv-derive_common_sk-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'session-key',
      in: { key: textIn(inputs, 'icc_mk'), method: 'emv-csk', r: textIn(inputs, 'r') },
      expect: { key: textIn(outputs, 'result') },
    },
  ],
};

const visaSessionKeys: Family = {
  ids: ['pyemv-derive_visa_sm_sk-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'session-key',
      in: { key: textIn(inputs, 'icc_mk'), method: 'visa-sm', atc: textIn(inputs, 'atc') },
      expect: { key: textIn(outputs, 'result') },
    },
  ],
};

const publishedCardKey: Family = {
  ids: ['upi-arqc-003'],
  check: ({ inputs, outputs }) => {
    const card = {
      imk: textIn(inputs, 'imk_ac'),
      pan: textIn(inputs, 'pan'),
      psn: textIn(inputs, 'psn'),
      option: 'A',
    };
    return [
      derive({ ...card, parity: 'none' }, textIn(outputs, 'udk_no_parity')),
      derive(card, textIn(outputs, 'udk_odd_parity')),
    ];
  },
};

const publishedSessionKey: Family = {
  ids: ['upi-arqc-004'],
  check: ({ inputs, outputs }) => {
    const atc = textIn(inputs, 'atc');
    return [
      {
        op: 'session-key',
        in: { key: textIn(inputs, 'udk'), method: 'unionpay', atc },
        expect: { key: textIn(outputs, 'sk_ac') },
      },
      {
        through: 'emv/keys.ts counterBlocks',
        expected: { blocks: textIn(outputs, 'left_input') + textIn(outputs, 'right_input') },
        given: { blocks: toHex(counterBlocks(fromHex(atc))) },
      },
    ];
  },
};

/** The worked card keys of the sheet, with and without parity, their check values and what they are made of. */
const workedCardKeys: Family = {
  ids: [
    'sheet-cryptograms-1.1-card-key-*',
    'sheet-cryptograms-1.2-card-key-option-b',
    'sheet-cryptograms-4.3-card-key-v1',
    'sheet-cryptograms-9-card-key-ac',
    'sheet-cryptograms-9-card-key-mac',
    'sheet-cryptograms-9-card-key-enc',
    'sheet-cryptograms-9-card-key-aes',
  ],
  check: ({ inputs, outputs }) => {
    const { diversifier, udk, udk_odd, imk_kcv, udk_kcv } = outputs;
    const steps: (Step | undefined)[] = [
      diversifier === undefined ? undefined : diversifierStep(inputs, diversifier),
      udk === undefined ? undefined : derive({ ...inputs, parity: 'none' }, udk),
      udk_odd === undefined ? undefined : derive({ ...inputs, parity: 'odd' }, udk_odd),
      imk_kcv === undefined ? undefined : checkValue(inputs.imk, imk_kcv),
      udk_kcv === undefined ? undefined : checkValue(udk, udk_kcv),
    ];
    return steps.filter((step) => step !== undefined);
  },
};

const workedSessionKeys: Family = {
  ids: [
    'sheet-cryptograms-2.1-session-key-*',
    'sheet-cryptograms-2.2-session-key-emv',
    'sheet-cryptograms-4.3-session-key-v1',
    'sheet-cryptograms-9-session-key-ac',
    'sheet-cryptograms-9-session-key-mac',
    'sheet-cryptograms-9-session-key-enc',
    'sheet-cryptograms-9-session-key-emv',
    'sheet-cryptograms-9-session-key-aes',
  ],
  check: ({ inputs, outputs }) => [{ op: 'session-key', in: inputs, expect: outputs }],
};

/** SM4 has no calculator of keys. */
const sm4Keys: Family = {
  ids: ['sheet-cryptograms-9-card-key-sm4', 'sheet-cryptograms-9-session-key-sm4'],
  check: ({ inputs, outputs }) => {
    if ('imk' in inputs) {
      const imk = fromHex(textIn(inputs, 'imk'));
      const key = deriveCardKeySm4(imk, textIn(inputs, 'pan'), textIn(inputs, 'psn'));
      const given = { udk: revealHex(key) };
      return [{ through: 'emv/keys.ts deriveCardKeySm4', expected: outputs, given }];
    }
    const key = sm4SessionKey(fromHex(textIn(inputs, 'key')), fromHex(textIn(inputs, 'atc')));
    const given = { key: revealHex(key) };
    return [{ through: 'emv/session-keys.ts sm4SessionKey', expected: outputs, given }];
  },
};

const checkDigits: Family = {
  ids: ['sheet-cryptograms-9-luhn'],
  check: ({ inputs, outputs }) => [{ op: 'luhn', in: inputs, expect: outputs }],
};

export const keyFamilies: readonly Family[] = [
  cardKeys,
  commonSessionKeys,
  visaSessionKeys,
  publishedCardKey,
  publishedSessionKey,
  workedCardKeys,
  workedSessionKeys,
  sm4Keys,
  checkDigits,
];

function derive(given: Values, key: unknown): Required<CalcLine> {
  return { op: 'derive-key', in: given, expect: { key } };
}

function checkValue(key: unknown, kcv: unknown): Required<CalcLine> {
  return { op: 'kcv', in: { key, length: 3 }, expect: { kcv } };
}

function diversifierStep(inputs: Values, diversifier: unknown): Comparison {
  const length = inputs.option === 'C' ? 16 : 8;
  const made = cardKeyDiversifier(textIn(inputs, 'pan'), textIn(inputs, 'psn'), length);
  return {
    through: 'emv/keys.ts cardKeyDiversifier',
    expected: { diversifier },
    given: { diversifier: toHex(made) },
  };
}
