/** Calculators of a card's cryptograms and of what it reports with them. */
import { concat, equalConstantTime, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex, secret } from '../bytes/secret.ts';
import { retailMac } from '../cipher/mac.ts';
import {
  type CryptogramProfile,
  cryptogramInput,
  UNIONPAY_01,
  UNIONPAY_17,
} from '../emv/cryptogram.ts';
import { aesCryptogram, sm4Cryptogram } from '../emv/cryptogram-methods.ts';
import { decodeIad, IadError, iadMac } from '../emv/iad.ts';
import {
  T9F10_ISSUER_APPLICATION_DATA,
  T9F26_APPLICATION_CRYPTOGRAM,
  T9F36_APPLICATION_TRANSACTION_COUNTER,
} from '../emv/tags.ts';
import { readTag, TlvError } from '../tlv/tlv.ts';
import {
  bytes,
  CalcError,
  decoded,
  digits,
  hexOf,
  object,
  optional,
  wanted,
  word,
} from './input.ts';
import { type Operation, type Outputs, operation } from './operation.ts';
import { scriptOperations } from './scripts.ts';

/** The data objects of a tap by tag. */
type TapObjects = ReadonlyMap<string, Uint8Array>;

const CRYPTOGRAM_LENGTH = 8;

const cryptogram = operation({
  name: 'cryptogram',
  summary: 'the cryptogram over data under a session key',
  through: 'cipher/mac.ts retailMac, emv/cryptogram-methods.ts aesCryptogram, sm4Cryptogram',
  inputs: {
    key: bytes('the session key; 24 and 32 bytes with algorithm aes', { one: [16, 24, 32] }),
    data: bytes('what is sealed, before padding', { most: 65_535 }),
    algorithm: word('which cipher', ['3des', 'aes', 'sm4']),
    padding: optional(word('1 zeros where needed, 2 with 80; aes does without', ['1', '2'])),
  },
  outputs: { cryptogram: 'eight bytes' },
  examples: [
    {
      in: {
        key: 'D4102725E6E5AD329E55AAB50BF23DA9',
        data: '000000000001000000000000015600800460000156140701001E78EEBC7D00024003A04002',
        algorithm: '3des',
        padding: '2',
      },
      out: { cryptogram: '5D016C91005E7CC2' },
      source: 'upi-arqc-001',
    },
    {
      in: {
        key: 'B85AC9C76DB401F0740853A8842DF5A8',
        data: '000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000',
        algorithm: 'aes',
      },
      out: { cryptogram: '06284DA283BD2FF1' },
      source: 'cryptograms sheet, section 9',
    },
    {
      in: {
        key: 'A27C63CE803156F2BFBF88397F49E513',
        data: '000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000',
        algorithm: 'sm4',
        padding: '2',
      },
      out: { cryptogram: '58896C73028CA76F' },
      source: 'cryptograms sheet, section 9',
    },
  ],
  unconfirmed: 'Algorithm sm4 is this project’s definition; no outside cryptogram confirms it.',
  run: ({ key, data, algorithm, padding }) => {
    if (algorithm === 'aes') return { cryptogram: toHex(aesCryptogram(key, data)) };
    if (key.length !== 16) throw new CalcError('wrong_length', '16 bytes wanted', 'key');
    const chosen = wanted('padding', padding, 'padding is wanted (1 | 2)');
    const seal = algorithm === 'sm4' ? sm4Cryptogram : retailMac;
    return { cryptogram: toHex(seal(key, data, chosen === '1' ? 1 : 2)) };
  },
});

/** The worked tap: token, master key and data objects of the cryptograms sheet, section 9. */
const WORKED_TAP = {
  imk: '0123456789ABCDEF23456789ABCDEF01',
  pan: '6258249900000018',
  psn: '01',
};

const tap = operation({
  name: 'verify-tap',
  summary: 'whether the cryptogram of a tap is right, and which one would be',
  through: 'emv/cryptogram.ts cryptogramInput, applicationCryptogram',
  inputs: {
    imk: bytes('the issuer’s master key for cryptograms', { one: [16] }),
    pan: digits('the number of the card or token', { least: 1, most: 19 }),
    psn: optional(digits('its sequence number; 00 where left out', { one: [0, 2] })),
    profile: word('which data are sealed, whatever 9F10 says', ['unionpay-01', 'unionpay-17']),
    tags: object('the data objects of the tap, 9F10 and 9F26 among them', 'tag', tagOf),
  },
  outputs: {
    valid: 'whether 9F26 is the right one',
    expected: 'the cryptogram that these data should have carried',
    mac_input: 'what was sealed, before padding',
    session_key: 'the session key, as derived',
  },
  examples: [
    {
      in: {
        ...WORKED_TAP,
        profile: 'unionpay-01',
        tags: {
          '9F02': '000000001250',
          '9F03': '000000000000',
          '9F1A': '0156',
          '95': '0000000000',
          '5F2A': '0156',
          '9A': '261122',
          '9C': '00',
          '9F37': '1A2B3C4D',
          '82': '7000',
          '9F36': '0001',
          '9F10': '07010103A40000010A0100000000003A65702A',
          '9F26': 'AEBC72404A3A05AF',
        },
      },
      out: {
        valid: true,
        expected: 'AEBC72404A3A05AF',
        mac_input: '000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000',
        session_key: '84D46FA443EB7E33B4B05BE2F84CCD45',
      },
      source: 'cryptograms sheet, section 9',
    },
    {
      in: {
        ...WORKED_TAP,
        profile: 'unionpay-17',
        tags: {
          '9F02': '000000001250',
          '9F37': '1A2B3C4D',
          '9F36': '0001',
          '9F10': '07011103A4000001',
          '9F26': 'E6FD8F8B7BB53F33',
        },
      },
      out: {
        valid: true,
        expected: 'E6FD8F8B7BB53F33',
        mac_input: '0000000012501A2B3C4D0001A4',
        session_key: '84D46FA443EB7E33B4B05BE2F84CCD45',
      },
      source: 'cryptograms sheet, section 9',
    },
  ],
  run: ({ imk, pan, psn = '', profile, tags }) => {
    const rules = profile === 'unionpay-01' ? UNIONPAY_01 : UNIONPAY_17;
    return checkTap(rules, { imk, pan, psn }, valuesOf(tags));
  },
});

const amountMac = operation({
  name: 'iad-mac',
  summary: 'the MAC over the amount in issuer application data',
  through: 'emv/iad.ts iadMac',
  inputs: {
    key: bytes('the session key for message authentication', { one: [16] }),
    atc: bytes('the counter', { one: [2] }),
    amount: digits('the amount as it stands in 9F10; both amounts of data ids 03 and 04', {
      one: [10, 20],
    }),
  },
  outputs: { mac: 'four bytes' },
  examples: [
    {
      in: { key: 'F13DE5FA61E0BE98D39D821E403C3367', atc: '0001', amount: '0000000000' },
      out: { mac: '3A65702A' },
      source: 'cryptograms sheet, section 9',
    },
  ],
  unconfirmed: 'Two amounts have no outside value; their input is seen in a public applet.',
  run: ({ key, atc, amount }) => {
    const [first, second] = [fromHex(amount.slice(0, 10)), fromHex(amount.slice(10))];
    const mac = second.length === 0 ? iadMac(key, atc, first) : iadMac(key, atc, first, second);
    return { mac: toHex(mac) };
  },
});

const iad = operation({
  name: 'iad',
  summary: 'what issuer application data (9F10) say, in UnionPay’s layout',
  through: 'emv/iad.ts decodeIad',
  inputs: { value: bytes('the value of tag 9F10', { most: 255 }) },
  outputs: {
    dki: 'which of the issuer’s master keys',
    cvn: 'the cryptogram version',
    cvr: 'the card verification results, with their length',
    algorithm: '01 triple DES, 04 SM4',
    data_id: 'what the amount is, where there is one',
    amount: 'the amount, or both of data ids 03 and 04',
    mac: 'the MAC over it',
  },
  examples: [
    {
      in: { value: '07000103A04002010A010000001000D1F61152' },
      out: {
        dki: '00',
        cvn: '01',
        cvr: '03A04002',
        algorithm: '01',
        data_id: '01',
        amount: '0000001000',
        mac: 'D1F61152',
      },
      source: 'cryptograms sheet, sections 4.3 (V1) and 5',
    },
  ],
  run: ({ value }) => {
    const { dki, cvn, cvr, algorithm, discretionary } = decoded('value', IadError, () =>
      decodeIad(value),
    );
    const head = {
      dki: hexByte(dki),
      cvn: hexByte(cvn),
      cvr: toHex(cvr),
      algorithm: hexByte(algorithm),
    };
    if (discretionary === undefined) return head;
    const { dataId, amountBcd5, secondAmountBcd5 = new Uint8Array(0), mac } = discretionary;
    const amount = toHex(concat(amountBcd5, secondAmountBcd5));
    return { ...head, data_id: hexByte(dataId), amount, mac: toHex(mac) };
  },
});

export const cryptogramOperations: readonly Operation[] = [
  cryptogram,
  tap,
  ...scriptOperations,
  amountMac,
  iad,
];

/** A tag in capitals, or undefined where it is none. */
function tagOf(written: string): string | undefined {
  if (!/^(?:[0-9A-F]{2}){1,3}$/i.test(written)) return undefined;
  const bytes = fromHex(written);
  try {
    return readTag(bytes, 0, bytes.length) === bytes.length ? toHex(bytes) : undefined;
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

/** The values by tag, as bytes. */
function valuesOf(tags: ReadonlyMap<string, string>): TapObjects {
  return new Map([...tags].map(([tag, hex]) => [tag, hexOf(hex, `tags.${tag}`)]));
}

/** The check of a tap by the profile that the caller chose, whatever version and algorithm 9F10 itself names. */
function checkTap(
  { list, method }: CryptogramProfile,
  card: { readonly imk: Uint8Array; readonly pan: string; readonly psn: string },
  values: TapObjects,
): Outputs {
  for (const { tag, length } of list.objects) objectIn(values, tag, length);
  const given = objectIn(values, T9F26_APPLICATION_CRYPTOGRAM, CRYPTOGRAM_LENGTH);
  const issuerData = objectIn(values, T9F10_ISSUER_APPLICATION_DATA);
  decoded(`tags.${T9F10_ISSUER_APPLICATION_DATA}`, IadError, () => decodeIad(issuerData));
  const macInput = cryptogramInput(list, values);
  const atc = objectIn(values, T9F36_APPLICATION_TRANSACTION_COUNTER);
  const sessionKey = method.sessionKey(method.cardKey(card.imk, card.pan, card.psn), atc);
  const expected = secret(method.mac(sessionKey, macInput));
  return {
    valid: equalConstantTime(expected, given),
    expected: revealHex(expected),
    mac_input: toHex(macInput),
    session_key: revealHex(sessionKey),
  };
}

/** A data object of a tap, which must be there, and in its length where it has one. */
function objectIn(values: TapObjects, tag: string, length?: number): Uint8Array {
  const field = `tags.${tag}`;
  const value = wanted(field, values.get(tag), 'this data object is wanted');
  if (length === undefined || value.length === length) return value;
  throw new CalcError('wrong_length', 'this data object has another length', field);
}

function hexByte(value: number): string {
  return toHex(Uint8Array.of(value));
}
