/** Vectors of offline data authentication: the RSA chain, check sums of authorities' keys, SM2, SM3 and SM4. */
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { rsaRecover } from '../cipher/rsa.ts';
import { isSm2Point, sm2Identity, sm2PublicKey, sm2Verify } from '../cipher/sm2.ts';
import { sm3Hash } from '../cipher/sm3.ts';
import { sm4Encrypt, sm4LastChainedBlock } from '../cipher/sm4.ts';
import { combinedDataOf, fddaHashInput, transactionDataHash, verifyDda } from '../oda/dynamic.ts';
import { odaSheetFamilies, sm2SignatureAgain } from './oda-sheets.ts';
import { type Comparison, type Family, type Step, textIn, type Vector } from './vector.ts';

const bytesIn = (values: Vector['inputs'], name: string): Uint8Array =>
  fromHex(textIn(values, name));

/** Vectors whose inputs are those of a calculator. */
const keys: Family = {
  ids: [
    'oda-pm3-cda-issuer',
    'oda-pm3-dda-issuer',
    'oda-pm3-sda-issuer',
    'oda-emvutils-issuer',
    'oda-emvutils-cda-issuer',
  ],
  check: ({ inputs, outputs }) => [
    { op: 'recover-issuer', in: inputs, expect: { valid: true, ...outputs } },
  ],
};

const cardKeys: Family = {
  ids: ['oda-pm3-cda-icc', 'oda-pm3-dda-icc'],
  check: ({ inputs, outputs }) => [
    { op: 'recover-icc', in: inputs, expect: { valid: true, ...outputs } },
  ],
};

const checksums: Family = {
  ids: [
    'capk-A000000333-04',
    'capk-A000000333-08',
    'capk-A000000333-09',
    'capk-A000000333-0A',
    'capk-A000000333-0B',
    'capk-AFFFFFFFFF-92',
    'sheet-emv-contactless-9.3-checksum',
  ],
  check: ({ inputs, outputs }) => [{ op: 'capk-checksum', in: inputs, expect: outputs }],
};

const staticSignatures: Family = {
  ids: ['oda-pm3-sda-ssad'],
  check: ({ inputs, outputs: { recovered, ...outputs } }) => [
    { op: 'verify-sda', in: inputs, expect: { valid: true, ...outputs } },
    recoveredBlock(inputs, 'issuer_modulus', 'tag_93', recovered),
  ],
};

/** A test of the frame alone: its static data are not given, nor the exponent, which is 3. The code stands behind 6A0301. */
const staticFrames: Family = {
  ids: ['oda-emvutils-ssad'],
  check: ({ inputs, outputs: { recovered } }) => [
    {
      op: 'verify-sda',
      in: { ...inputs, issuer_exponent: '03', static_data: '' },
      expect: {
        valid: false,
        failed_check: 'hash',
        data_auth_code: String(recovered).slice(6, 10),
      },
    },
    recoveredBlock(inputs, 'issuer_modulus', 'tag_93', recovered),
  ],
};

/** A certificate whose hash cannot be checked, as its static data are not given; the exponent is 3. */
const cardKeyFrames: Family = {
  ids: ['oda-emvutils-icc'],
  check: ({ inputs, outputs }) => [
    {
      op: 'recover-icc',
      in: { ...inputs, issuer_exponent: '03', static_data: '' },
      expect: { ...outputs, valid: false, failed_check: 'hash' },
    },
  ],
};

const dynamicSignatures: Family = {
  ids: ['oda-pm3-cda-sdad', 'oda-pm3-dda-sdad'],
  check: ({ inputs, outputs: { recovered, icc_dynamic_data } }) => {
    const checked = verifyDda(
      { modulus: bytesIn(inputs, 'icc_modulus'), exponent: bytesIn(inputs, 'icc_exponent') },
      bytesIn(inputs, 'tag_9F4B'),
      bytesIn(inputs, 'terminal_dynamic_data'),
    );
    const given =
      checked.kind === 'verified' ? { icc_dynamic_data: toHex(checked.iccDynamicData) } : {};
    return [
      // The number is the eight bytes behind its length.
      {
        op: 'verify-dda',
        in: inputs,
        expect: { valid: true, icc_dynamic_number: String(icc_dynamic_data).slice(2, 18) },
      },
      { through: 'oda/dynamic.ts verifyDda', expected: { icc_dynamic_data }, given },
      recoveredBlock(inputs, 'icc_modulus', 'tag_9F4B', recovered),
    ];
  },
};

const transactionHashes: Family = {
  ids: ['oda-pm3-cda-txnhash'],
  check: ({ inputs, outputs }) => {
    const hash = transactionDataHash(
      bytesIn(inputs, 'cdol_data'),
      bytesIn(inputs, 'response_without_9F4B'),
    );
    const given = { transaction_data_hash: toHex(hash) };
    return [{ through: 'oda/dynamic.ts transactionDataHash', expected: outputs, given }];
  },
};

/** These name the terminal's data after the list that asks for them. */
const namedByList: Family = {
  ids: ['oda-emvutils-dda'],
  check: ({ inputs, outputs }) => [ddaLine(inputs, outputs)],
};

/** A CDA signature without the transaction around it: what its dynamic data say, which only the hash over it contradicts. */
const combined: Family = {
  ids: ['oda-emvutils-cda'],
  check: ({ inputs, outputs }) => {
    const { icc_dynamic_number, ...others } = outputs;
    const { transaction_data_hash, ...shown } = outputs;
    const { ddol_data, ...signature } = inputs;
    const response_without_9F4B = `9F2701${shown.cid}`;
    const checked = verifyDda(
      { modulus: bytesIn(inputs, 'icc_modulus'), exponent: bytesIn(inputs, 'icc_exponent') },
      bytesIn(inputs, 'tag_9F4B'),
      bytesIn(inputs, 'ddol_data'),
    );
    const data = checked.kind === 'verified' ? combinedDataOf(checked.iccDynamicData) : undefined;
    const given =
      data === undefined
        ? {}
        : {
            cid: toHex(Uint8Array.of(data.cryptogramInformation)),
            ac: toHex(data.cryptogram),
            transaction_data_hash: toHex(data.transactionHash),
          };
    return [
      ddaLine(inputs, { icc_dynamic_number }),
      {
        op: 'verify-cda',
        in: {
          ...signature,
          terminal_dynamic_data: ddol_data,
          cdol_data: '',
          response_without_9F4B,
        },
        expect: { ...shown, valid: false, failed_check: 'transaction_hash' },
      },
      { through: 'oda/dynamic.ts combinedDataOf', expected: others, given },
    ];
  },
};

/** The order is tried on values that all differ. */
const inputOrder: Family = {
  ids: ['fdda-input-order'],
  check: ({ inputs }) => {
    const values: Readonly<Record<string, string>> = {
      '9F37': '1A2B3C4D',
      '9F02': '000000001250',
      '5F2A': '0156',
      '9F69': '01A1B2C3D4008000',
    };
    const order = textIn(inputs, 'order').replace(/\(.*\)/, '');
    const tags = order.split('||').map((tag) => tag.trim());
    const data = {
      version: 1,
      unpredictableNumber: bytesIn(values, '9F37'),
      amountAuthorised: bytesIn(values, '9F02'),
      transactionCurrencyCode: bytesIn(values, '5F2A'),
      cardAuthenticationData: bytesIn(values, '9F69'),
    } as const;
    const expected = { hash_input: tags.map((tag) => values[tag] ?? '?').join('') };
    const given = { hash_input: toHex(fddaHashInput(data)) };
    return [{ through: 'oda/dynamic.ts fddaHashInput', expected, given }];
  },
};

const hashes: Family = {
  ids: ['sm3-001', 'sm3-002'],
  check: ({ inputs, outputs }) => {
    const given = { digest: toHex(sm3Hash(bytesIn(inputs, 'message'))) };
    return [{ through: 'cipher/sm3.ts sm3Hash', expected: outputs, given }];
  },
};

const sm4Blocks: Family = {
  ids: ['sm4-001'],
  check: ({ inputs, outputs }) => {
    const ciphertext = sm4Encrypt(bytesIn(inputs, 'key'), bytesIn(inputs, 'plaintext'));
    const given = { ciphertext: toHex(ciphertext) };
    return [{ through: 'cipher/sm4.ts sm4Encrypt', expected: outputs, given }];
  },
};

/** Encrypting a block again and again is the chain over that block and zeros. */
const sm4Repeated: Family = {
  ids: ['sm4-002'],
  check: ({ inputs, outputs }) => {
    const chain = new Uint8Array(16 * Number(textIn(inputs, 'iterations')));
    chain.set(bytesIn(inputs, 'plaintext'));
    const given = { ciphertext: toHex(sm4LastChainedBlock(bytesIn(inputs, 'key'), chain)) };
    return [{ through: 'cipher/sm4.ts sm4LastChainedBlock', expected: outputs, given }];
  },
};

const points: Family = {
  ids: ['capk-A000000333-18-sm2'],
  check: ({ inputs, outputs }) => {
    const given = { on_curve: isSm2Point(bytesIn(inputs, 'point')) };
    return [{ through: 'cipher/sm2.ts isSm2Point', expected: outputs, given }];
  },
};

/** The standard's own signature: its digest, the check, and the same again from the nonce that it had. */
const sm2Signatures: Family = {
  ids: ['sm2-sign-001'],
  check: ({ inputs, outputs: { z, e, r, s } }) => {
    const privateKey = bytesIn(inputs, 'private_key');
    const publicKey = concat(bytesIn(inputs, 'public_x'), bytesIn(inputs, 'public_y'));
    const message = fromAscii(textIn(inputs, 'message_ascii'));
    const signature = concat(fromHex(String(r)), fromHex(String(s)));
    const identity = sm2Identity(publicKey);
    const again = toHex(sm2SignatureAgain(privateKey, message, signature));
    return [
      {
        through: 'cipher/sm2.ts sm2Identity',
        expected: { z, e },
        given: { z: toHex(identity), e: toHex(sm3Hash(concat(identity, message))) },
      },
      {
        through: 'cipher/sm2.ts sm2PublicKey',
        expected: { publicKey: toHex(publicKey) },
        given: { publicKey: toHex(sm2PublicKey(privateKey)) },
      },
      {
        through: 'cipher/sm2.ts sm2Verify',
        expected: { valid: true },
        given: { valid: sm2Verify(publicKey, message, signature) },
      },
      {
        through: 'cipher/sm2.ts sm2Sign',
        expected: { r, s },
        given: { r: again.slice(0, 64), s: again.slice(64) },
      },
    ];
  },
};

export const odaFamilies: readonly Family[] = [
  keys,
  cardKeys,
  checksums,
  staticSignatures,
  staticFrames,
  cardKeyFrames,
  dynamicSignatures,
  transactionHashes,
  namedByList,
  combined,
  inputOrder,
  hashes,
  sm4Blocks,
  sm4Repeated,
  points,
  sm2Signatures,
  ...odaSheetFamilies,
];

function ddaLine(inputs: Vector['inputs'], outputs: Vector['outputs']): Step {
  const { ddol_data, ...others } = inputs;
  return {
    op: 'verify-dda',
    in: { ...others, terminal_dynamic_data: ddol_data },
    expect: { valid: true, ...outputs },
  };
}

/** The whole block behind a signature under exponent 3. */
function recoveredBlock(
  inputs: Vector['inputs'],
  modulus: string,
  signature: string,
  recovered: unknown,
): Comparison {
  const key = { modulus: bytesIn(inputs, modulus), exponent: fromHex('03') };
  const block = rsaRecover(key, bytesIn(inputs, signature));
  return {
    through: 'cipher/rsa.ts rsaRecover',
    expected: { recovered },
    given: { recovered: block === undefined ? '' : toHex(block) },
  };
}
