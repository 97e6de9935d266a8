/** Vectors of message authentication codes, of check values and of the ciphers themselves. */
import { fromAscii, fromHex, toHex, xor } from '../bytes/bytes.ts';
import { desEncryptBlocks, tripleDesEncrypt } from '../cipher/des.ts';
import { sm3Hash } from '../cipher/sm3.ts';
import { type Family, textIn } from './vector.ts';

const checkValues: Family = {
  ids: ['pyemv-key_check_digits-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'kcv',
      in: { key: textIn(inputs, 'key'), length: textIn(inputs, 'length'), algorithm: '3des' },
      expect: { kcv: textIn(outputs, 'result') },
    },
  ],
};

const aesCmacs: Family = {
  ids: ['aes-cmac-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'mac',
      in: { algorithm: 'cmac', key: textIn(inputs, 'key'), data: textIn(inputs, 'message') },
      expect: { mac: textIn(outputs, 'mac') },
    },
  ],
};

const retailMacs: Family = {
  ids: ['pyemv-mac_iso9797_3-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'mac',
      in: {
        algorithm: 'alg3',
        key: textIn(inputs, 'key1') + textIn(inputs, 'key2'),
        data: textIn(inputs, 'data'),
        padding: textIn(inputs, 'padding'),
      },
      expect: { mac: textIn(outputs, 'result') },
    },
  ],
};

const linkMacs: Family = {
  ids: ['sheet-cryptograms-13-x9*'],
  check: ({ inputs, outputs }) => [{ op: 'mac', in: inputs, expect: outputs }],
};

/** The point-of-sale MAC with what its two encryptions give on the way. */
const posMac: Family = {
  ids: ['sheet-cryptograms-13-pos-ecb'],
  check: ({ inputs, outputs }) => {
    const key = fromHex(textIn(inputs, 'key'));
    const text = fromAscii(textIn(inputs, 'folded'));
    const first = tripleDesEncrypt(key, text.subarray(0, 8));
    const second = tripleDesEncrypt(key, xor(first, text.subarray(8)));
    const { first: e1, second: e2, mac } = outputs;
    return [
      {
        op: 'mac',
        in: { algorithm: 'pos-ecb', key: textIn(inputs, 'key'), data: textIn(inputs, 'data') },
        expect: { mac },
      },
      {
        through: 'cipher/des.ts tripleDesEncrypt',
        expected: { first: e1, second: e2 },
        given: { first: toHex(first), second: toHex(second) },
      },
    ];
  },
};

const singleDes: Family = {
  ids: ['sheet-cryptograms-16-des'],
  check: ({ inputs, outputs }) => {
    const key = fromHex(textIn(inputs, 'key'));
    const block = desEncryptBlocks(key, fromHex(textIn(inputs, 'data')));
    return [
      {
        through: 'cipher/des.ts desEncryptBlocks',
        expected: outputs,
        given: { block: toHex(block) },
      },
    ];
  },
};

const sm3Hashes: Family = {
  ids: ['sheet-cryptograms-16-sm3'],
  check: ({ inputs, outputs }) => {
    const hash = sm3Hash(fromAscii(textIn(inputs, 'text')));
    return [{ through: 'cipher/sm3.ts sm3Hash', expected: outputs, given: { hash: toHex(hash) } }];
  },
};

export const macFamilies: readonly Family[] = [
  checkValues,
  aesCmacs,
  retailMacs,
  linkMacs,
  posMac,
  singleDes,
  sm3Hashes,
];
