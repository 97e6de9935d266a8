/** Vectors of terminal keys (DUKPT) and key blocks (TR-31). */
import { fromAscii, fromHex, toHex, xor } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { aesEncrypt } from '../cipher/aes.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { dukptAesWorkingKey } from '../keys/dukpt-aes.ts';
import { dukptTdesWorkingKey } from '../keys/dukpt-tdes.ts';
import { type Family, textIn } from './vector.ts';

/** An initial key is the key at counter 0. */
const initialKeys: Family = {
  ids: ['dukpt-tdes-ik', 'dukpt-aes128-ik'],
  check: ({ inputs, outputs }) => {
    const isTdes = 'iksn' in inputs;
    const ksn = isTdes ? textIn(inputs, 'iksn') : `${textIn(inputs, 'ikid')}00000000`;
    const scheme = isTdes ? 'tdes' : 'aes128';
    return [
      {
        op: 'dukpt',
        in: { scheme, bdk: textIn(inputs, 'bdk'), ksn, use: 'key' },
        expect: { key: textIn(outputs, 'ik') },
      },
    ];
  },
};

const transactionKeys: Family = {
  ids: ['dukpt-tdes-key-*', 'dukpt-aes128-key-*'],
  check: ({ id, inputs, outputs }) => [
    {
      op: 'dukpt',
      in: { scheme: id.startsWith('dukpt-tdes') ? 'tdes' : 'aes128', ...inputs, use: 'key' },
      expect: outputs,
    },
  ],
};

const tdesPins: Family = {
  ids: ['dukpt-tdes-pin-*'],
  check: ({ inputs, outputs }) => {
    const key = dukptTdesWorkingKey(fromHex(textIn(inputs, 'txn_key')), 'pin');
    const block = fromHex(textIn(inputs, 'clear_pinblock'));
    return [
      {
        through: 'keys/dukpt-tdes.ts dukptTdesWorkingKey, cipher/des.ts tripleDesEncrypt',
        expected: outputs,
        given: { encrypted: toHex(tripleDesEncrypt(key, block)) },
      },
    ];
  },
};

const tdesMacs: Family = {
  ids: ['dukpt-tdes-macreq-*'],
  check: ({ inputs, outputs }) => {
    const key = dukptTdesWorkingKey(fromHex(textIn(inputs, 'txn_key')), 'mac-request');
    const mac = retailMac(key, fromAscii(textIn(inputs, 'data_ascii')), 1);
    return [
      {
        through: 'keys/dukpt-tdes.ts dukptTdesWorkingKey, cipher/mac.ts retailMac',
        expected: outputs,
        given: { mac: toHex(mac.subarray(0, 4)) },
      },
    ];
  },
};

/** The PIN block of format 4: its two fields are given, so only the key and the two encryptions are ours. */
const aesPins: Family = {
  ids: ['dukpt-aes128-pin-*'],
  check: ({ inputs, outputs }) => {
    const bytes = (name: string): Uint8Array => fromHex(textIn(inputs, name));
    const key = dukptAesWorkingKey(bytes('txn_key'), bytes('ksn'), 'pin');
    const middle = xor(aesEncrypt(key, bytes('pinfield')), bytes('panfield'));
    return [
      {
        through: 'keys/dukpt-aes.ts dukptAesWorkingKey, cipher/aes.ts aesEncrypt',
        expected: outputs,
        given: { pin_key: revealHex(key), encrypted_pinblock: toHex(aesEncrypt(key, middle)) },
      },
    ];
  },
};

const keyBlocks: Family = {
  ids: ['sheet-cryptograms-12-*'],
  check: ({ inputs, outputs }) => [{ op: 'tr31-unwrap', in: inputs, expect: outputs }],
};

export const keyBlockFamilies: readonly Family[] = [
  initialKeys,
  transactionKeys,
  tdesPins,
  tdesMacs,
  aesPins,
  keyBlocks,
];
