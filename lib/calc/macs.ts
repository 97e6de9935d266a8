/** Calculators of message authentication codes and of the check values of keys. */
import { toHex } from '../bytes/bytes.ts';
import { aesCmac } from '../cipher/aes.ts';
import { aesKeyCheckValue, keyCheckValue } from '../cipher/check-value.ts';
import { cbcMac, hmacSha256, posEcbMac, retailMac } from '../cipher/mac.ts';
import type { MacPadding } from '../cipher/padding.ts';
import { bytes, CalcError, count, optional, word } from './input.ts';
import { type Operation, operation } from './operation.ts';

type Algorithm = 'alg1' | 'alg3' | 'cmac' | 'pos-ecb' | 'x9.9' | 'x9.19' | 'hmac-sha256';

/** How long the keys are, which padding stands where none is given, and the function itself. */
type Method = {
  readonly lengths?: readonly number[];
  /** `asked`: the line must name it. Without one the algorithm has its own way. */
  readonly padding?: MacPadding | 'asked';
  mac(key: Uint8Array, data: Uint8Array, padding: MacPadding): Uint8Array;
};

const METHODS: Readonly<Record<Algorithm, Method>> = {
  alg1: { lengths: [8], padding: 'asked', mac: cbcMac },
  alg3: { lengths: [16], padding: 'asked', mac: retailMac },
  cmac: { lengths: [16, 24, 32], mac: aesCmac },
  'pos-ecb': { lengths: [16], mac: posEcbMac },
  'x9.9': { lengths: [8], padding: 1, mac: cbcMac },
  'x9.19': { lengths: [16], padding: 1, mac: retailMac },
  'hmac-sha256': { mac: hmacSha256 },
};

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const DATA = '30323030000102030405060708090A0B0C0D0E0F10111213';
const SHEET = 'cryptograms sheet, section 13';

const mac = operation({
  name: 'mac',
  summary: 'the message authentication code of some data',
  through: 'cipher/mac.ts cbcMac, retailMac, posEcbMac, hmacSha256, cipher/aes.ts aesCmac',
  inputs: {
    algorithm: word('which one; cmac is that of AES', [
      'alg1',
      'alg3',
      'cmac',
      'pos-ecb',
      'x9.9',
      'x9.19',
      'hmac-sha256',
    ]),
    key: bytes('8 bytes for alg1 and x9.9, 16 for alg3, x9.19 and pos-ecb, an AES key for cmac', {
      most: 4096,
    }),
    data: bytes('what is authenticated'),
    padding: optional(
      word('1 zeros where needed, 2 80 and zeros; alg1 and alg3 want one, x9.9 and x9.19 have 1', [
        '1',
        '2',
      ]),
    ),
  },
  outputs: { mac: 'the whole code; for pos-ecb its eight ASCII characters as bytes' },
  examples: [
    {
      in: {
        algorithm: 'alg3',
        key: 'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB',
        data: '68656C6C6F20776F726C64',
        padding: 2,
      },
      out: { mac: '2BC2D9EDE0CF31F6' },
      source: 'pyemv-mac_iso9797_3-02',
    },
    {
      in: { algorithm: 'cmac', key: '2B7E151628AED2A6ABF7158809CF4F3C', data: '' },
      out: { mac: 'BB1D6929E95937287FA37D129B756746' },
      source: 'aes-cmac-001',
    },
    {
      in: { algorithm: 'pos-ecb', key: KEY, data: DATA },
      out: { mac: '4239344434353435' },
      source: SHEET,
    },
    {
      in: { algorithm: 'x9.19', key: KEY, data: DATA },
      out: { mac: 'AF428866B1397FB1' },
      source: SHEET,
    },
    {
      in: { algorithm: 'x9.9', key: '0123456789ABCDEF', data: DATA },
      out: { mac: 'BEADC1AFA0B3D847' },
      source: SHEET,
    },
    {
      in: {
        algorithm: 'alg1',
        key: '0123456789ABCDEF',
        data: '37363534333231204E6F77206973207468652074696D6520666F7220',
        padding: 1,
      },
      out: { mac: 'F1D30F6849312CA4' },
      source: 'FIPS 113, the example of the data authentication algorithm',
    },
    {
      in: {
        algorithm: 'hmac-sha256',
        key: '4A656665',
        data: '7768617420646F2079612077616E7420666F72206E6F7468696E673F',
      },
      out: { mac: '5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843' },
      source: 'RFC 4231, test case 2',
    },
  ],
  run: ({ algorithm, key, data, padding }) => {
    const method = METHODS[algorithm];
    checkLength(key, algorithm, method.lengths);
    return { mac: toHex(method.mac(key, data, paddingOf(method, padding))) };
  },
});

function paddingOf({ padding: own }: Method, given: '1' | '2' | undefined): MacPadding {
  if (given !== undefined) return given === '1' ? 1 : 2;
  if (own === 'asked') throw new CalcError('missing_input', 'padding 1 or 2 is wanted', 'padding');
  return own ?? 1;
}

function checkLength(
  key: Uint8Array,
  algorithm: string,
  lengths: readonly number[] | undefined,
): void {
  if (lengths === undefined || lengths.includes(key.length)) return;
  const wanted = `${lengths.join(' or ')} bytes wanted for ${algorithm}, not ${key.length}`;
  throw new CalcError('wrong_length', wanted, 'key');
}

const kcv = operation({
  name: 'kcv',
  summary: 'the check value of a key: a block of zeros under it',
  through: 'cipher/check-value.ts keyCheckValue, aesKeyCheckValue',
  inputs: {
    key: bytes('8, 16 or 24 bytes of triple DES, or 16, 24 or 32 of AES', {
      one: [8, 16, 24, 32],
    }),
    length: count('how many bytes of the block', 1, 8),
    algorithm: optional(word('3des where none is given', ['3des', 'aes'])),
  },
  outputs: { kcv: 'the first bytes of a zero block under the key' },
  examples: [
    {
      in: { key: KEY, length: 2 },
      out: { kcv: '08D7' },
      source: 'pyemv-key_check_digits-01',
    },
    {
      in: { key: '2B7E151628AED2A6ABF7158809CF4F3C', length: 3, algorithm: 'aes' },
      out: { kcv: '7DF76B' },
      source: 'RFC 4493, the block of zeros that its subkeys begin with',
    },
    {
      in: {
        key: '8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5',
        length: 8,
        algorithm: '3des',
      },
      out: { kcv: 'C8CC74E98A7329A2' },
      source: 'NIST SP 800-38B, appendix D.4, the block of zeros that its subkeys begin with',
    },
  ],
  run: ({ key, length, algorithm = '3des' }) => {
    checkLength(key, algorithm, algorithm === 'aes' ? [16, 24, 32] : [8, 16, 24]);
    const checkValue = algorithm === 'aes' ? aesKeyCheckValue : keyCheckValue;
    return { kcv: toHex(checkValue(key, length)) };
  },
});

export const macOperations: readonly Operation[] = [mac, kcv];
