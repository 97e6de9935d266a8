/** The calculator that makes wallet payloads. */
import { toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { privateKeyFrom, publicKeyOf, SEED_BYTES, sharedSecret } from '../cipher/p256.ts';
import { decodeEcV1, type EcV1Signer, identifierHash, makeEcV1 } from '../payload/ec-v1.ts';
import {
  decodeEcV2,
  decodeSignedMessage,
  type EcV2Signer,
  encodeRootKeys,
  makeEcV2,
} from '../payload/ec-v2.ts';
import { ecV1Key, ecV2Keys } from '../payload/encryption.ts';
import { makeTestChain } from '../payload/test-chain.ts';
import { bytes, CalcError, optional, unwanted, wanted, word } from './input.ts';
import { type CalcPorts, exactlyOne, type Outputs, operation } from './operation.ts';
import {
  EXAMPLE,
  FORMS,
  keyInput,
  plainInput,
  pointInput,
  SHEET,
  SHEET_NAMES,
  shortText,
  timeInput,
} from './payload-inputs.ts';

const TRANSACTION_BYTES = 32;

export const payloadMake = operation({
  name: 'payload-make',
  summary:
    'a wallet’s payload for a merchant; signed when the private keys of a test root are given, else encrypted alone',
  through: 'payload/ec-v1.ts makeEcV1, payload/ec-v2.ts makeEcV2',
  inputs: {
    form: word('ec_v1 as Apple writes it, ecv2 as Google does', FORMS),
    plain: plainInput('the plain text, which is JSON in a real payload'),
    merchant_public_key: optional(pointInput('the merchant’s public key; or merchant_private_key')),
    merchant_private_key: optional(keyInput('its private key, of which the public one is made')),
    ephemeral_private_key: optional(keyInput('the sender’s key for this payload; drawn if absent')),
    merchant_identifier: optional(shortText('ec_v1: who may derive the key')),
    transaction_id: optional(bytes('ec_v1: 32 bytes are drawn if absent', { least: 1, most: 64 })),
    application_data: optional(bytes('ec_v1: a hash that the merchant attached', { one: [32] })),
    recipient_id: optional(shortText('ecv2, signed: merchant:… or gateway:…')),
    root_private_key: optional(keyInput('of the test root: it signs the intermediate key')),
    intermediate_private_key: optional(keyInput('ecv2: it signs the message; ec_v1: the leaf')),
    leaf_private_key: optional(keyInput('ec_v1: it signs key, data and identifiers of the token')),
    time: optional(timeInput('ec_v1, signed: the signing time')),
    expiration: optional(timeInput('when the signing keys end; given with their private keys')),
  },
  aliases: {
    merchant_d: SHEET_NAMES.merchant_d,
    merchant_q: SHEET_NAMES.merchant_q,
    ephem_d: SHEET_NAMES.ephem_d,
    merchantIdentifier: SHEET_NAMES.merchantIdentifier,
  },
  outputs: {
    payload: 'the payload as JSON text; without signing keys its signatures are empty',
    cipher: 'the encrypted bytes; of ec_v1 with the tag at their end',
    tag: 'ecv2: the MAC over the encrypted bytes',
    ephemeral_public_key: 'the sender’s point',
    shared_secret: 'what sender and merchant agree on',
    merchant_identifier_hash: 'ec_v1: SHA-256 of the merchant identifier',
    key: 'ec_v1: the AES key',
    aes_key: 'ecv2: the AES key',
    mac_key: 'ecv2: the MAC key',
    root_certificate: 'ec_v1, signed: what payload-open takes as root_certificate',
    root_keys: 'ecv2, signed: what payload-open takes as root_keys',
  },
  examples: [
    {
      in: {
        form: 'ec_v1',
        plain: EXAMPLE.plain,
        merchant_public_key: EXAMPLE.merchantPublic,
        ephemeral_private_key: EXAMPLE.ephemeralPrivate,
        merchant_identifier: EXAMPLE.merchantIdentifier,
      },
      out: {
        cipher: EXAMPLE.apple,
        shared_secret: EXAMPLE.shared,
        key: '57CE5F898DD302BCEB140452C47362EE5A4B58EA08496C0E90DC2D800B69310C',
      },
      source: SHEET,
    },
    {
      in: {
        form: 'ecv2',
        plain: EXAMPLE.plain,
        merchant_public_key: EXAMPLE.merchantPublic,
        ephemeral_private_key: EXAMPLE.ephemeralPrivate,
      },
      out: { cipher: EXAMPLE.google, tag: EXAMPLE.googleTag },
      source: SHEET,
    },
  ],
  unconfirmed:
    'Signatures are made under a private test root: no wallet’s own root vouches for what is made here.',
  run: (values, ports) => {
    const merchantPublicKey = merchantKeyOf(
      values.merchant_public_key,
      values.merchant_private_key,
    );
    const ephemeralPrivateKey =
      values.ephemeral_private_key ?? privateKeyFrom(ports.random(SEED_BYTES));
    const sender = { merchantPublicKey, ephemeralPrivateKey };
    return values.form === 'ec_v1'
      ? makeToken({ ...values, ...sender }, ports)
      : makePayload({ ...values, ...sender });
  },
});

type Sender = { readonly merchantPublicKey: Uint8Array; readonly ephemeralPrivateKey: Uint8Array };
type MakeInputs = Sender & {
  readonly plain: Uint8Array;
  readonly merchant_identifier: string | undefined;
  readonly transaction_id: Uint8Array | undefined;
  readonly application_data: Uint8Array | undefined;
  readonly recipient_id: string | undefined;
  readonly root_private_key: Uint8Array | undefined;
  readonly intermediate_private_key: Uint8Array | undefined;
  readonly leaf_private_key: Uint8Array | undefined;
  readonly time: number | undefined;
  readonly expiration: number | undefined;
};

function makeToken(values: MakeInputs, ports: CalcPorts): Outputs {
  const { merchantPublicKey, ephemeralPrivateKey, plain, recipient_id } = values;
  unwanted({ recipient_id }, 'goes with ecv2');
  const merchantIdentifier = wanted('merchant_identifier', values.merchant_identifier);
  const signing = tokenSigner(values);
  const payload = makeEcV1({
    plain,
    merchantPublicKey,
    merchantIdentifier,
    ephemeralPrivateKey,
    transactionId: values.transaction_id ?? ports.random(TRANSACTION_BYTES),
    applicationData: values.application_data,
    signer: signing?.signer,
  });
  const shared = sharedSecret(ephemeralPrivateKey, merchantPublicKey);
  const hash = identifierHash(merchantIdentifier);
  return {
    payload,
    cipher: toHex(decodeEcV1(payload).data),
    ephemeral_public_key: toHex(publicKeyOf(ephemeralPrivateKey)),
    shared_secret: revealHex(shared),
    merchant_identifier_hash: toHex(hash),
    key: revealHex(ecV1Key(shared, hash)),
    root_certificate: signing === undefined ? undefined : toHex(signing.root),
  };
}

function makePayload(values: MakeInputs): Outputs {
  const { merchantPublicKey, ephemeralPrivateKey, plain, recipient_id } = values;
  const { merchant_identifier, transaction_id, application_data, leaf_private_key, time } = values;
  unwanted(
    { merchant_identifier, transaction_id, application_data, leaf_private_key, time },
    'goes with ec_v1',
  );
  const signer = payloadSigner(values);
  if (signer === undefined) unwanted({ recipient_id }, 'goes with signing keys');
  const recipientId = signer === undefined ? '' : wanted('recipient_id', recipient_id);
  const payload = makeEcV2({ plain, merchantPublicKey, ephemeralPrivateKey, recipientId, signer });
  const message = decodeSignedMessage(decodeEcV2(payload).signedMessage);
  const shared = sharedSecret(ephemeralPrivateKey, merchantPublicKey);
  const keys = ecV2Keys(message.ephemeralPublicKey, shared);
  return {
    payload,
    cipher: toHex(message.encrypted),
    tag: toHex(message.tag),
    ephemeral_public_key: toHex(message.ephemeralPublicKey),
    shared_secret: revealHex(shared),
    aes_key: revealHex(keys.aes),
    mac_key: revealHex(keys.mac),
    root_keys: signer === undefined ? undefined : rootKeysOf(signer),
  };
}

function tokenSigner(
  values: MakeInputs,
): { readonly signer: EcV1Signer; readonly root: Uint8Array } | undefined {
  const { root_private_key, intermediate_private_key, leaf_private_key } = values;
  if ([root_private_key, intermediate_private_key, leaf_private_key].every(isAbsent)) {
    unwanted({ time: values.time, expiration: values.expiration }, 'goes with signing keys');
    return undefined;
  }
  const leafPrivateKey = wanted('leaf_private_key', leaf_private_key);
  const time = wanted('time', values.time);
  const expiration = wanted('expiration', values.expiration);
  if (expiration < time) throw new CalcError('bad_value', 'not before time', 'expiration');
  const { root, intermediate, leaf } = makeTestChain({
    root: wanted('root_private_key', root_private_key),
    intermediate: wanted('intermediate_private_key', intermediate_private_key),
    leaf: leafPrivateKey,
    notBefore: time,
    notAfter: expiration,
  });
  const certificates = { leafCertificate: leaf, intermediateCertificate: intermediate };
  return { signer: { ...certificates, leafPrivateKey, signingTime: time }, root };
}

function payloadSigner(values: MakeInputs): EcV2Signer | undefined {
  const { root_private_key, intermediate_private_key } = values;
  if ([root_private_key, intermediate_private_key].every(isAbsent)) {
    unwanted({ expiration: values.expiration }, 'goes with signing keys');
    return undefined;
  }
  return {
    rootPrivateKey: wanted('root_private_key', root_private_key),
    intermediatePrivateKey: wanted('intermediate_private_key', intermediate_private_key),
    expiration: wanted('expiration', values.expiration),
  };
}

function rootKeysOf({ rootPrivateKey, expiration }: EcV2Signer): string {
  return encodeRootKeys([{ publicKey: publicKeyOf(rootPrivateKey), expiration }]);
}

function isAbsent(value: unknown): boolean {
  return value === undefined;
}

function merchantKeyOf(point: Uint8Array | undefined, key: Uint8Array | undefined): Uint8Array {
  const given = exactlyOne(['merchant_public_key', point], ['merchant_private_key', key]);
  return 'first' in given ? given.first : publicKeyOf(given.second);
}
