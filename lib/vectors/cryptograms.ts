/** Vectors of a card's cryptograms and of what it reports with them. */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { desKey, lastChainedBlock } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { paddedTo } from '../cipher/padding.ts';
import { SEALED_01, sealedValues } from '../emv/cryptogram.ts';
import { iadMacInput } from '../emv/iad.ts';
import { answerFamilies } from './answers.ts';
import { cardKeyFrom, type Derivation, sessionKeyFrom } from './derivation.ts';
import { ISSUER_DATA } from './read-by-hand.ts';
import { type Comparison, type Family, textIn, type Vector } from './vector.ts';

type Values = Vector['inputs'];

const recorded: Family = {
  ids: ['pyemv-generate_ac-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'cryptogram',
      in: {
        key: textIn(inputs, 'sk_ac'),
        data: textIn(inputs, 'data'),
        algorithm: '3des',
        padding: inputs.padding_type === 'PaddingType.VISA' ? '1' : '2',
      },
      expect: { cryptogram: textIn(outputs, 'result') },
    },
  ],
};

/** From the master key on, by the session key method that the vector names. */
const fromMasterKey: Family = {
  ids: ['jpos-arqc-*'],
  check: ({ inputs, outputs }) => {
    const { lines, key } = keyBy(textIn(inputs, 'sk_method'), inputs);
    const data = textIn(inputs, 'mac_input');
    const padding = inputs.padding === '00' ? '1' : '2';
    return [
      sealedInput(valuesIn(inputs, 'tags'), data),
      ...lines,
      {
        op: 'cryptogram',
        in: { key, data, algorithm: '3des', padding },
        expect: { cryptogram: textIn(outputs, 'arqc') },
      },
    ];
  },
};

const publishedTap: Family = {
  ids: ['upi-arqc-001'],
  check: ({ inputs, outputs }) => {
    const tags = valuesIn(inputs, 'tags');
    return [
      {
        op: 'verify-tap',
        in: {
          imk: textIn(inputs, 'imk_ac'),
          pan: textIn(inputs, 'pan'),
          psn: textIn(inputs, 'psn'),
          profile: 'unionpay-01',
          tags,
        },
        expect: {
          valid: true,
          expected: textIn(outputs, 'arqc'),
          mac_input: textIn(inputs, 'mac_input'),
        },
      },
      { op: 'iad', in: { value: tags['9F10'] }, expect: { ...ISSUER_DATA, cvr: inputs.cvr } },
    ];
  },
};

/** The session key that the published tap is sealed under, as vector upi-arqc-004 gives it. */
const PUBLISHED_KEY = 'D4102725E6E5AD329E55AAB50BF23DA9';

/** The key of another method gives the wrong cryptogram that the vector names; the right one, the published. */
const otherMethods: Family = {
  ids: ['upi-arqc-neg-*'],
  check: ({ inputs, outputs: { wrong_arqc, must_not_equal } }) => {
    const [key, data] = [textIn(inputs, 'key'), textIn(inputs, 'mac_input')];
    const given = { data, algorithm: '3des', padding: '2' };
    const made = toHex(retailMac(fromHex(key), fromHex(data), 2));
    return [
      { op: 'cryptogram', in: { ...given, key }, expect: { cryptogram: wrong_arqc } },
      {
        op: 'cryptogram',
        in: { ...given, key: PUBLISHED_KEY },
        expect: { cryptogram: must_not_equal },
      },
      {
        through: 'cipher/mac.ts retailMac',
        expected: { made: wrong_arqc, is_published_one: false },
        given: { made, is_published_one: made === must_not_equal },
      },
    ];
  },
};

const workedCryptograms: Family = {
  ids: ['sheet-cryptograms-4.3-cryptogram-*', 'sheet-cryptograms-9-cryptogram-*'],
  check: ({ inputs, outputs }) => [{ op: 'cryptogram', in: inputs, expect: outputs }],
};

const workedTaps: Family = {
  ids: ['sheet-cryptograms-9-tap-*'],
  check: ({ inputs, outputs }) => [{ op: 'verify-tap', in: inputs, expect: outputs }],
};

const workedChain: Family = {
  ids: ['sheet-cryptograms-9-padding-and-chain'],
  check: ({ inputs, outputs }) => {
    const left = desKey(fromHex(textIn(inputs, 'key')).subarray(0, 8));
    const padded = paddedTo(8, fromHex(textIn(inputs, 'data')), 2);
    const ends = [8, 16, 24, 32, 40];
    const chain = ends.map((end) => toHex(lastChainedBlock(left, padded.subarray(0, end))));
    return [
      {
        through: 'cipher/padding.ts paddedTo, cipher/des.ts lastChainedBlock',
        expected: outputs,
        given: { padded: toHex(padded), chain },
      },
    ];
  },
};

const issuerData: Family = {
  ids: [
    'sheet-cryptograms-4.2-iad-17',
    'sheet-cryptograms-4.3-iad-v1',
    'sheet-cryptograms-5-iad-sm4',
    'sheet-cryptograms-9-iad',
  ],
  check: ({ inputs, outputs }) => [{ op: 'iad', in: inputs, expect: outputs }],
};

const amountMacs: Family = {
  ids: ['sheet-cryptograms-5-iad-mac-v1', 'sheet-cryptograms-9-iad-mac'],
  check: ({ inputs, outputs }) => {
    const { imk, pan, psn, atc, amount } = inputs;
    const card = cardKeyFrom({ imk, pan, psn, option: 'A' });
    const { lines, key } = sessionKeyFrom(card, { method: 'unionpay', atc });
    const { mac, mac_input } = outputs;
    const input = iadMacInput(fromHex(textIn(inputs, 'atc')), fromHex(textIn(inputs, 'amount')));
    return [
      ...lines,
      { op: 'iad-mac', in: { key, atc, amount }, expect: { mac } },
      {
        through: 'emv/iad.ts iadMacInput',
        expected: mac_input === undefined ? {} : { mac_input },
        given: { mac_input: toHex(input) },
      },
    ];
  },
};

export const cryptogramFamilies: readonly Family[] = [
  recorded,
  fromMasterKey,
  publishedTap,
  otherMethods,
  workedCryptograms,
  workedTaps,
  workedChain,
  issuerData,
  amountMacs,
  ...answerFamilies,
];

/**
 * The key that seals: the card's own for Visa's old cards, else EMV's common session key, which M/Chip makes of counter
 * and unpredictable number.
 */
function keyBy(method: string, inputs: Values): Derivation {
  const [imk, pan, psn] = [inputs.imk_ac, inputs.pan, inputs.psn];
  const card = cardKeyFrom({ imk, pan, psn, option: inputs.mk_option });
  const atc = textIn(inputs, 'atc');
  if (method === 'VSDC') return card;
  if (method === 'CSK') return sessionKeyFrom(card, { method: 'emv-csk', atc });
  if (method !== 'MCHIP') throw new TypeError(`an unknown method ${method}`);
  return sessionKeyFrom(card, { method: 'emv-csk', r: `${atc}0000${textIn(inputs, 'un')}` });
}

/** The data objects of version 01, then the verification results in the length that the scheme gives them. */
function sealedInput(tags: Values, data: string): Comparison {
  const values = new Map(Object.keys(tags).map((tag) => [tag, fromHex(textIn(tags, tag))]));
  const order = [...SEALED_01.map(({ tag }) => tag), 'cvr'];
  return {
    through: 'emv/cryptogram.ts sealedValues',
    expected: { data },
    given: { data: toHex(sealedValues(order, values)) },
  };
}

function valuesIn(values: Values, name: string): Values {
  const found = values[name];
  if (typeof found !== 'object' || found === null) throw new TypeError(`no values ${name}`);
  return found as Values;
}
