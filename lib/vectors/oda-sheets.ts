/** Vectors of offline data authentication: the worked chains of the fact sheets, recovered and made again. */
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { rsaRecover } from '../cipher/rsa.ts';
import { SM2_ORDER, sm2Identity, sm2PublicKey, sm2Sign } from '../cipher/sm2.ts';
import { applicationCryptogram } from '../emv/cryptogram.ts';
import { deriveCardKeyOptionA, unionPaySessionKey } from '../emv/keys.ts';
import { makeIccCertificate, makeIssuerCertificate } from '../oda/certificates.ts';
import {
  type FddaTerminalData,
  fddaDynamicData,
  fddaHashInput,
  signDynamicData,
  signFdda,
} from '../oda/dynamic.ts';
import {
  type Random,
  sm2IccCertificate,
  sm2IccKey,
  sm2IssuerCertificate,
  sm2IssuerKey,
} from '../oda/sm2.ts';
import { locatedRecords, staticDataOf } from '../oda/static.ts';
import { type Family, type Step, textIn, type Vector } from './vector.ts';

const bytesIn = (values: Vector['inputs'], name: string): Uint8Array =>
  fromHex(textIn(values, name));

const SECTION = 'sheet-emv-contactless';

const issuer: Family = {
  ids: [`${SECTION}-9.3-issuer`],
  check: ({ inputs, outputs: { issuer_modulus, ...made } }) => {
    const { ca_private_exponent, issuer_identifier, expiry, serial, ...line } = inputs;
    const again = makeIssuerCertificate(privateKey(inputs, 'ca'), {
      key: { modulus: fromHex(String(issuer_modulus)), exponent: bytesIn(inputs, 'tag_9F32') },
      subject: String(issuer_identifier),
      expiry: String(expiry),
      serial: fromHex(String(serial)),
    });
    const given = { tag_90: toHex(again.certificate), tag_92: toHex(again.remainder) };
    return [
      { op: 'recover-issuer', in: line, expect: { valid: true, issuer_modulus } },
      { through: 'oda/certificates.ts makeIssuerCertificate', expected: made, given },
    ];
  },
};

const icc: Family = {
  ids: [`${SECTION}-9.3-icc`],
  check: ({ inputs, outputs: { icc_modulus, ...made } }) => {
    const { issuer_private_exponent, expiry, serial, ...line } = inputs;
    const certified = {
      key: { modulus: fromHex(String(icc_modulus)), exponent: bytesIn(inputs, 'tag_9F47') },
      subject: textIn(inputs, 'pan'),
      expiry: String(expiry),
      serial: fromHex(String(serial)),
    };
    const staticData = bytesIn(inputs, 'static_data');
    const again = makeIccCertificate(privateKey(inputs, 'issuer'), certified, staticData);
    const given = { tag_9F46: toHex(again.certificate), tag_9F48: toHex(again.remainder) };
    return [
      { op: 'recover-icc', in: line, expect: { valid: true, icc_modulus } },
      { through: 'oda/certificates.ts makeIccCertificate', expected: made, given },
    ];
  },
};

const staticData: Family = {
  ids: [`${SECTION}-9.3-static-data`],
  check: ({ inputs, outputs }) => {
    const records = [{ sfi: Number(textIn(inputs, 'sfi')), bytes: bytesIn(inputs, 'record') }];
    const data = staticDataOf(records, bytesIn(inputs, 'tag_9F4A'), bytesIn(inputs, 'aip'));
    const given = { static_data: 'kind' in data ? data.code : toHex(data) };
    return [{ through: 'oda/static.ts staticDataOf', expected: outputs, given }];
  },
};

const locator: Family = {
  ids: [`${SECTION}-9.3-locator`],
  check: ({ inputs, outputs }) => {
    const records = locatedRecords(bytesIn(inputs, 'tag_94')) ?? [];
    const written = records.map(
      ({ sfi, record, isSigned }) => `${sfi}.${record}${isSigned ? '+' : ''}`,
    );
    const given = { records: written.join(' ') };
    return [{ through: 'oda/static.ts locatedRecords', expected: outputs, given }];
  },
};

/** The shape of a tap's signature whose dynamic data are the counter alone: other cards make it, we only check it. */
const shortTap: Family = {
  ids: [`${SECTION}-9.3-fdda-short`],
  check: ({ inputs, outputs: { icc_dynamic_number, recovered, tag_9F4B } }) => {
    const publicKey = { modulus: bytesIn(inputs, 'icc_modulus'), exponent: fromHex('03') };
    const block = rsaRecover(publicKey, bytesIn(inputs, 'tag_9F4B'));
    const dynamicData = bytesIn(inputs, 'dynamic_data');
    const again = signDynamicData(
      privateKey(inputs, 'icc'),
      dynamicData,
      fddaHashInput(tap(inputs)),
    );
    return [
      tapLine(inputs, { icc_dynamic_number }),
      {
        through: 'cipher/rsa.ts rsaRecover',
        expected: { recovered },
        given: { recovered: block === undefined ? '' : toHex(block) },
      },
      {
        through: 'oda/dynamic.ts signDynamicData',
        expected: { tag_9F4B },
        given: { tag_9F4B: toHex(again) },
      },
    ];
  },
};

/** The shape that we make: the counter and 9F69. */
const longTap: Family = {
  ids: [`${SECTION}-9.3-fdda-long`],
  check: ({ inputs, outputs: { icc_dynamic_number, tag_9F4B } }) => {
    const atc = fromHex(String(icc_dynamic_number));
    const again = signFdda(privateKey(inputs, 'icc'), atc, tap(inputs));
    return [
      tapLine(inputs, { icc_dynamic_number }),
      {
        through: 'oda/dynamic.ts signFdda',
        expected: { tag_9F4B, dynamic_data: inputs.dynamic_data },
        given: {
          tag_9F4B: toHex(again),
          dynamic_data: toHex(fddaDynamicData(atc, tap(inputs))),
        },
      },
    ];
  },
};

const cryptogram: Family = {
  ids: [`${SECTION}-9.3-tc`],
  check: ({ inputs, outputs }) => {
    const cardKey = deriveCardKeyOptionA(
      bytesIn(inputs, 'imk'),
      textIn(inputs, 'pan'),
      textIn(inputs, 'psn'),
    );
    const sessionKey = unionPaySessionKey(cardKey, bytesIn(inputs, 'atc'));
    const given = {
      session_key: revealHex(sessionKey),
      cryptogram: toHex(applicationCryptogram(sessionKey, bytesIn(inputs, 'data'))),
    };
    return [{ through: 'emv/cryptogram.ts applicationCryptogram', expected: outputs, given }];
  },
};

const sm2Keys: Family = {
  ids: [`${SECTION}-7.3-sm2-ca`, `${SECTION}-7.3-sm2-issuer-key`, `${SECTION}-7.3-sm2-icc-key`],
  check: ({ inputs, outputs }) => {
    const publicKey = sm2PublicKey(bytesIn(inputs, 'private_key'));
    const given = { public_key: toHex(publicKey), z: toHex(sm2Identity(publicKey)) };
    return [{ through: 'cipher/sm2.ts sm2Identity', expected: outputs, given }];
  },
};

const sm2Issuer: Family = {
  ids: [`${SECTION}-7.3-sm2-issuer`],
  check: ({ inputs, outputs: { issuer_public_key, tag_90 } }) => {
    const certificate = bytesIn(inputs, 'tag_90');
    const recovered = sm2IssuerKey(bytesIn(inputs, 'ca_public_key'), certificate);
    const signer = bytesIn(inputs, 'ca_private_key');
    const certified = {
      key: fromHex(String(issuer_public_key)),
      subject: textIn(inputs, 'issuer_identifier'),
      expiry: textIn(inputs, 'expiry'),
      serial: bytesIn(inputs, 'serial'),
    };
    const random = nonceOf(signer, certificate.subarray(-64));
    const again = sm2IssuerCertificate(signer, certified, random);
    return [
      {
        through: 'oda/sm2.ts sm2IssuerKey',
        expected: { issuer_public_key },
        given: { issuer_public_key: keyText(recovered) },
      },
      {
        through: 'oda/sm2.ts sm2IssuerCertificate',
        expected: { tag_90 },
        given: { tag_90: toHex(again) },
      },
    ];
  },
};

const sm2Icc: Family = {
  ids: [`${SECTION}-7.3-sm2-icc`],
  check: ({ inputs, outputs: { icc_public_key, tag_9F46 } }) => {
    const certificate = bytesIn(inputs, 'tag_9F46');
    const data = bytesIn(inputs, 'static_data');
    const pan = textIn(inputs, 'pan');
    const recovered = sm2IccKey(bytesIn(inputs, 'issuer_public_key'), certificate, data, pan);
    const signer = bytesIn(inputs, 'issuer_private_key');
    const certified = {
      key: fromHex(String(icc_public_key)),
      subject: pan,
      expiry: textIn(inputs, 'expiry'),
      serial: bytesIn(inputs, 'serial'),
    };
    const random = nonceOf(signer, certificate.subarray(-64));
    const again = sm2IccCertificate(signer, certified, data, random);
    return [
      {
        through: 'oda/sm2.ts sm2IccKey',
        expected: { icc_public_key },
        given: { icc_public_key: keyText(recovered) },
      },
      {
        through: 'oda/sm2.ts sm2IccCertificate',
        expected: { tag_9F46 },
        given: { tag_9F46: toHex(again) },
      },
    ];
  },
};

export const odaSheetFamilies: readonly Family[] = [
  issuer,
  icc,
  staticData,
  locator,
  shortTap,
  longTap,
  cryptogram,
  sm2Keys,
  sm2Issuer,
  sm2Icc,
];

function tap(inputs: Vector['inputs']): FddaTerminalData {
  return {
    version: 1,
    unpredictableNumber: bytesIn(inputs, 'tag_9F37'),
    amountAuthorised: bytesIn(inputs, 'tag_9F02'),
    transactionCurrencyCode: bytesIn(inputs, 'tag_5F2A'),
    cardAuthenticationData: bytesIn(inputs, 'tag_9F69'),
  };
}

function tapLine(inputs: Vector['inputs'], outputs: Vector['outputs']): Step {
  const { icc_private_exponent, dynamic_data, ...line } = inputs;
  return { op: 'verify-fdda', in: line, expect: { valid: true, ...outputs } };
}

/** Sign a message again with the nonce that a signature over it was made with. */
export function sm2SignatureAgain(
  signer: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  return sm2Sign(signer, message, nonceOf(signer, signature));
}

/** The nonce of a signature, which who holds the private key can compute, as `sm2Sign` draws it. */
function nonceOf(signer: Uint8Array, signature: Uint8Array): Random {
  const d = bytesToNumberBE(signer);
  const r = bytesToNumberBE(signature.subarray(0, 32));
  const s = bytesToNumberBE(signature.subarray(32));
  const nonce = (s * (1n + d) + r * d) % SM2_ORDER;
  return (length) => numberToBytesBE(nonce - 1n, length);
}

function keyText(recovered: ReturnType<typeof sm2IssuerKey>): string {
  return recovered.kind === 'refused' ? recovered.code : toHex(recovered.key);
}

function privateKey(inputs: Vector['inputs'], party: 'ca' | 'issuer' | 'icc') {
  return {
    modulus: bytesIn(inputs, `${party}_modulus`),
    privateExponent: bytesIn(inputs, `${party}_private_exponent`),
  };
}
