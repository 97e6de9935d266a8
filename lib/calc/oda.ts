/** Calculators of offline data authentication: recovering keys out of certificates, and checking what cards sign. */
import { toHex } from '../bytes/bytes.ts';
import { isRsaExponent, isRsaModulus, MAX_MODULUS_BYTES } from '../cipher/rsa.ts';
import { authorityKeyChecksum } from '../oda/authority.ts';
import { type RecoveredKey, recoverIccKey, recoverIssuerKey } from '../oda/certificates.ts';
import { ODA_CHECKS, type OdaRefused } from '../oda/checks.ts';
import {
  type CombinedData,
  combinedDataOf,
  type FddaTerminalData,
  verifyCda,
  verifyDda,
  verifyFdda,
} from '../oda/dynamic.ts';
import { verifyStaticData } from '../oda/static.ts';
import { TlvError } from '../tlv/tlv.ts';
import { bytes, checked, decoded, digits, type Input, optional, wanted } from './input.ts';
import {
  capkExamples,
  cdaExamples,
  ddaExamples,
  fddaExamples,
  iccExamples,
  issuerExamples,
  sdaExamples,
} from './oda-examples.ts';
import {
  unprovedAuthenticationCode,
  unprovedDynamicNumber,
  unprovedModulus,
} from './oda-unproved.ts';
import { type Operation, type Outputs, operation } from './operation.ts';

/** The shortest modulus whose block can hold a certificate or a signature. */
const LEAST_MODULUS_BYTES = 36;
const NOTHING = new Uint8Array(0);

const verdict = {
  valid: 'whether every check holds',
  failed_check: `the first check that does not: ${Object.keys(ODA_CHECKS).join(', ')}`,
};

const unproved = 'where the hash alone fails, as it stands there, unproved';

const capkChecksum = operation({
  name: 'capk-checksum',
  summary: 'the check sum of a certification authority’s public key',
  through: 'oda/authority.ts authorityKeyChecksum',
  inputs: {
    rid: bytes('the scheme’s registered identifier', { one: [5] }),
    index: bytes('the key’s index, tag 8F', { one: [1] }),
    modulus: modulus('the key’s modulus'),
    exponent: exponent('the key’s exponent'),
  },
  outputs: { checksum: 'SHA-1 over the four' },
  examples: capkExamples,
  run: ({ rid, index, ...key }) => ({
    checksum: toHex(authorityKeyChecksum({ rid, index: index[0] as number, ...key })),
  }),
});

const recoverIssuer = operation({
  name: 'recover-issuer',
  summary: 'the issuer’s public key out of its certificate; its expiry is not checked',
  through: 'oda/certificates.ts recoverIssuerKey',
  inputs: {
    ca_modulus: modulus('the authority’s modulus'),
    ca_exponent: exponent('the authority’s exponent'),
    tag_90: bytes('the certificate'),
    tag_92: optional(bytes('the rest of the issuer’s modulus, if any')),
    tag_9F32: bytes('the issuer’s exponent'),
    pan: optional(pan()),
    rid: optional(bytes('whose key it is, for the reader', { one: [5] })),
    capk_index: optional(bytes('which key it is, for the reader', { one: [1] })),
  },
  outputs: { ...verdict, issuer_modulus: 'the recovered modulus' },
  examples: issuerExamples,
  run: ({ ca_modulus, ca_exponent, tag_90, tag_92 = NOTHING, tag_9F32, pan }) => {
    const ca = { modulus: ca_modulus, exponent: ca_exponent };
    const objects = { certificate: tag_90, remainder: tag_92, exponent: tag_9F32 };
    return keyOutputs('issuer_modulus', recoverIssuerKey(ca, objects, pan));
  },
});

const recoverIcc = operation({
  name: 'recover-icc',
  summary: 'the card’s public key out of its certificate; its expiry is not checked',
  through: 'oda/certificates.ts recoverIccKey',
  inputs: {
    issuer_modulus: modulus('the issuer’s modulus'),
    issuer_exponent: exponent('the issuer’s exponent'),
    tag_9F46: bytes('the certificate'),
    tag_9F47: bytes('the card’s exponent'),
    tag_9F48: optional(bytes('the rest of the card’s modulus, if any')),
    static_data: bytes('the signed records, and the AIP if 9F4A asks for it'),
    pan: optional(pan()),
  },
  outputs: {
    ...verdict,
    icc_modulus: `the modulus in the certificate; ${unproved}`,
  },
  examples: iccExamples,
  run: ({ tag_9F46, tag_9F47, tag_9F48 = NOTHING, static_data, pan, ...issuer }) => {
    const objects = { certificate: tag_9F46, remainder: tag_9F48, exponent: tag_9F47 };
    const key = recoverIccKey(issuerKey(issuer), objects, static_data, pan);
    if (key.kind === 'recovered' || key.code !== 'hash') return keyOutputs('icc_modulus', key);
    return { ...failed(key), icc_modulus: unprovedModulus(issuerKey(issuer), objects) };
  },
});

const verifySda = operation({
  name: 'verify-sda',
  summary: 'whether the issuer signed a card’s static data',
  through: 'oda/static.ts verifyStaticData',
  inputs: {
    issuer_modulus: modulus('the issuer’s modulus'),
    issuer_exponent: exponent('the issuer’s exponent'),
    tag_93: bytes('the signed static data'),
    static_data: bytes('the signed records, and the AIP if 9F4A asks for it'),
  },
  outputs: { ...verdict, data_auth_code: `the code that the issuer put in; ${unproved}` },
  examples: sdaExamples,
  run: ({ tag_93, static_data, ...issuer }) => {
    const key = issuerKey(issuer);
    const checked = verifyStaticData(key, tag_93, static_data);
    if (checked.kind === 'refused') {
      if (checked.code !== 'hash') return failed(checked);
      return { ...failed(checked), data_auth_code: unprovedAuthenticationCode(key, tag_93) };
    }
    return { valid: true, data_auth_code: toHex(checked.dataAuthenticationCode) };
  },
});

/** What every check of a dynamic signature begins with. */
const dynamicInputs = {
  icc_modulus: modulus('the card’s modulus'),
  icc_exponent: exponent('the card’s exponent'),
  tag_9F4B: bytes('the signed dynamic data'),
};
const icc_dynamic_number = 'the number that the card put in';
const unboundToTransaction =
  'where cid or transaction_hash fails, as it stands there, not proved to be of this transaction';

const verifyDdaOperation = operation({
  name: 'verify-dda',
  summary: 'whether a card signed what the terminal sent',
  through: 'oda/dynamic.ts verifyDda',
  inputs: {
    ...dynamicInputs,
    terminal_dynamic_data: bytes('the data that the DDOL asks for'),
  },
  outputs: { ...verdict, icc_dynamic_number: `${icc_dynamic_number}; ${unproved}` },
  examples: ddaExamples,
  run: ({ tag_9F4B, terminal_dynamic_data, ...icc }) => {
    const key = iccKey(icc);
    const checked = verifyDda(key, tag_9F4B, terminal_dynamic_data);
    if (checked.kind === 'refused') {
      if (checked.code !== 'hash') return failed(checked);
      return { ...failed(checked), icc_dynamic_number: unprovedDynamicNumber(key, tag_9F4B) };
    }
    return { valid: true, icc_dynamic_number: toHex(checked.iccDynamicNumber) };
  },
});

const verifyCdaOperation = operation({
  name: 'verify-cda',
  summary: 'whether a card signed a transaction together with its cryptogram',
  through: 'oda/dynamic.ts verifyCda',
  inputs: {
    ...dynamicInputs,
    terminal_dynamic_data: bytes('the unpredictable number', { one: [4] }),
    cdol_data: bytes('the values of the PDOL and of each CDOL as sent'),
    response_without_9F4B: bytes('the objects of the card’s answer, without 9F4B'),
  },
  outputs: {
    ...verdict,
    cid: `the cryptogram information data; ${unboundToTransaction}`,
    ac: `the cryptogram; ${unboundToTransaction}`,
    icc_dynamic_number: `${icc_dynamic_number}; ${unboundToTransaction}`,
  },
  examples: cdaExamples,
  run: ({ tag_9F4B, terminal_dynamic_data, cdol_data, response_without_9F4B, ...icc }) => {
    const transaction = {
      terminalDynamicData: terminal_dynamic_data,
      dolData: cdol_data,
      response: response_without_9F4B,
    };
    const key = iccKey(icc);
    const checked = decoded('response_without_9F4B', TlvError, () =>
      verifyCda(key, tag_9F4B, transaction),
    );
    if (checked.kind === 'verified') return { valid: true, ...combinedOutputs(checked) };
    if (checked.code !== 'cid' && checked.code !== 'transaction_hash') return failed(checked);
    // The card signed it, though not for this transaction.
    const signed = verifyDda(key, tag_9F4B, terminal_dynamic_data);
    const combined = signed.kind === 'verified' ? combinedDataOf(signed.iccDynamicData) : undefined;
    return { ...failed(checked), ...(combined && combinedOutputs(combined)) };
  },
});

const verifyFddaOperation = operation({
  name: 'verify-fdda',
  summary:
    'whether a card signed a contactless tap: by version 01 where 9F69 is given, else by version 00, which signs no amount',
  through: 'oda/dynamic.ts verifyFdda',
  inputs: {
    ...dynamicInputs,
    tag_9F37: bytes('the unpredictable number', { one: [4] }),
    tag_9F02: optional(bytes('the amount, for version 01', { one: [6] })),
    tag_5F2A: optional(bytes('the currency, for version 01', { one: [2] })),
    tag_9F69: optional(
      bytes('the card’s own data, which make it version 01', { least: 8, most: 16 }),
    ),
  },
  outputs: { ...verdict, icc_dynamic_number },
  examples: fddaExamples,
  unconfirmed: 'No outside value confirms version 00.',
  run: ({ icc_modulus, icc_exponent, tag_9F4B, ...tags }) => {
    const icc = iccKey({ icc_modulus, icc_exponent });
    const checked = verifyFdda(icc, tag_9F4B, fddaTerminalData(tags));
    if (checked.kind === 'refused') return failed(checked);
    return { valid: true, icc_dynamic_number: toHex(checked.iccDynamicNumber) };
  },
});

export const odaOperations: readonly Operation[] = [
  recoverIssuer,
  recoverIcc,
  verifySda,
  verifyDdaOperation,
  verifyCdaOperation,
  verifyFddaOperation,
  capkChecksum,
];

/** A modulus as cards carry it, long enough for what it signs. */
function modulus(help: string): Input<Uint8Array> {
  const written = bytes(help, { least: LEAST_MODULUS_BYTES, most: MAX_MODULUS_BYTES });
  return checked(written, isRsaModulus, 'an odd number whose first bit is set is wanted');
}

function exponent(help: string): Input<Uint8Array> {
  const written = bytes(help, { one: [1, 3] });
  return checked({ ...written, form: '03 or 010001' }, isRsaExponent, '03 or 010001 is wanted');
}

function pan(): Input<string> {
  return digits('the card’s number, to be compared', { least: 8, most: 19 });
}

function issuerKey(key: { issuer_modulus: Uint8Array; issuer_exponent: Uint8Array }) {
  return { modulus: key.issuer_modulus, exponent: key.issuer_exponent };
}

function iccKey(key: { icc_modulus: Uint8Array; icc_exponent: Uint8Array }) {
  return { modulus: key.icc_modulus, exponent: key.icc_exponent };
}

function keyOutputs(name: string, recovered: RecoveredKey | OdaRefused): Outputs {
  if (recovered.kind === 'refused') return failed(recovered);
  return { valid: true, [name]: toHex(recovered.key.modulus) };
}

function combinedOutputs(combined: CombinedData): Outputs {
  return {
    cid: toHex(Uint8Array.of(combined.cryptogramInformation)),
    ac: toHex(combined.cryptogram),
    icc_dynamic_number: toHex(combined.iccDynamicNumber),
  };
}

function failed({ code }: OdaRefused): Outputs {
  return { valid: false, failed_check: code };
}

/** Which version it is 9F69 alone says; version 00 does not look at amount and currency, which every tap has. */
function fddaTerminalData(tags: {
  readonly tag_9F37: Uint8Array;
  readonly tag_9F02: Uint8Array | undefined;
  readonly tag_5F2A: Uint8Array | undefined;
  readonly tag_9F69: Uint8Array | undefined;
}): FddaTerminalData {
  const { tag_9F37, tag_9F02, tag_5F2A, tag_9F69 } = tags;
  if (tag_9F69 === undefined) return { version: 0, unpredictableNumber: tag_9F37 };
  const why = 'version 01, which 9F69 stands for, wants this too';
  return {
    version: 1,
    unpredictableNumber: tag_9F37,
    amountAuthorised: wanted('tag_9F02', tag_9F02, why),
    transactionCurrencyCode: wanted('tag_5F2A', tag_5F2A, why),
    cardAuthenticationData: tag_9F69,
  };
}
