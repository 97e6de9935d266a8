/** The calculator that opens wallet payloads. */
import { toHex } from '../bytes/bytes.ts';
import { encodeSpki, sharedSecret } from '../cipher/p256.ts';
import { decodeCertificate } from '../payload/certificate.ts';
import { decodeEcV1, decryptToken, type EcV1Opened, openEcV1 } from '../payload/ec-v1.ts';
import {
  decodeEcV2,
  decodeRootKeys,
  decryptPayload,
  type EcV2Opened,
  openEcV2,
} from '../payload/ec-v2.ts';
import { decryptEcV2, ecV2Keys } from '../payload/encryption.ts';
import { PayloadError } from '../payload/malformed.ts';
import { bytes, count, decoded, hexOf, optional, text, unwanted, wanted, word } from './input.ts';
import { type Outputs, operation } from './operation.ts';
import {
  EXAMPLE,
  FORMS,
  keyInput,
  PLAIN_MOST,
  pointInput,
  SHEET,
  SHEET_NAMES,
  shortText,
  timeInput,
} from './payload-inputs.ts';

const WINDOW_SECONDS = 300;

export const payloadOpen = operation({
  name: 'payload-open',
  summary:
    'the plain text of a wallet’s payload; signatures and times are checked when a root is given, else not looked at',
  through: 'payload/ec-v1.ts openEcV1, decryptToken, payload/ec-v2.ts openEcV2, decryptPayload',
  inputs: {
    form: word('ec_v1 as Apple writes it, ecv2 as Google does', FORMS),
    payload: text('JSON text; or the encrypted bytes alone, with ephemeral_public_key', 65_536),
    merchant_private_key: keyInput('the merchant’s or gateway’s private key'),
    ephemeral_public_key: optional(
      pointInput('the sender’s point, beside bytes that are not JSON'),
    ),
    tag: optional(bytes('ecv2: the MAC, beside bytes that are not JSON', { one: [32] })),
    merchant_identifier: optional(shortText('ec_v1: the merchant whom the payload is for')),
    recipient_id: optional(shortText('ecv2 with root_keys: merchant:… or gateway:…')),
    root_certificate: optional(bytes('ec_v1: the trusted root in DER', { most: PLAIN_MOST })),
    root_keys: optional(text('ecv2: the trusted root keys, JSON text', 65_536)),
    time: optional(timeInput('the time of the transaction; needed with a root')),
    window: optional(count('ec_v1: seconds that the signing may be away; 300', 0, 86_400)),
  },
  aliases: {
    merchant_d: SHEET_NAMES.merchant_d,
    ephem_q: SHEET_NAMES.ephem_q,
    merchantIdentifier: SHEET_NAMES.merchantIdentifier,
  },
  outputs: {
    valid: 'whether the payload opened and every check that was asked for held',
    plain: 'the plain text',
    signature_checked: 'whether a root was given and the signatures were checked',
    failed_check: 'the first check that did not hold',
  },
  examples: [
    {
      in: {
        form: 'ec_v1',
        payload: EXAMPLE.apple,
        merchant_private_key: EXAMPLE.merchantPrivate,
        ephemeral_public_key: EXAMPLE.ephemeralPublic,
        merchant_identifier: EXAMPLE.merchantIdentifier,
      },
      out: { valid: true, plain: EXAMPLE.plain, signature_checked: false },
      source: SHEET,
    },
    {
      in: {
        form: 'ecv2',
        payload: EXAMPLE.google,
        tag: EXAMPLE.googleTag,
        merchant_private_key: EXAMPLE.merchantPrivate,
        ephemeral_public_key: EXAMPLE.ephemeralPublic,
      },
      out: { valid: true, plain: EXAMPLE.plain, signature_checked: false },
      source: SHEET,
    },
  ],
  run: (values) => {
    const { ephemeral_public_key, root_certificate, root_keys } = values;
    const { form, time, window, tag, recipient_id, merchant_identifier } = values;
    const isUnchecked = root_certificate === undefined && root_keys === undefined;
    if (form === 'ec_v1') unwanted({ tag, recipient_id, root_keys }, 'goes with ecv2');
    else unwanted({ merchant_identifier, root_certificate, window }, 'goes with ec_v1');
    if (isUnchecked) unwanted({ recipient_id, time, window }, 'goes with a root');
    if (!isUnchecked || isJson(values.payload)) {
      unwanted({ ephemeral_public_key, tag }, 'goes with a payload of bytes, without a root');
    }
    return form === 'ec_v1' ? openToken(values) : openPayload(values);
  },
});

type OpenInputs = {
  readonly payload: string;
  readonly merchant_private_key: Uint8Array;
  readonly ephemeral_public_key: Uint8Array | undefined;
  readonly tag: Uint8Array | undefined;
  readonly merchant_identifier: string | undefined;
  readonly recipient_id: string | undefined;
  readonly root_certificate: Uint8Array | undefined;
  readonly root_keys: string | undefined;
  readonly time: number | undefined;
  readonly window: number | undefined;
};

function openToken(values: OpenInputs): Outputs {
  const { payload, merchant_private_key: merchantPrivateKey, root_certificate } = values;
  const merchantIdentifier = wanted('merchant_identifier', values.merchant_identifier);
  if (root_certificate === undefined) {
    return decrypted('ec_v1.tag_wrong', () => {
      const token = isJson(payload) ? decodeEcV1(payload) : bareToken(values);
      return decryptToken(token, merchantPrivateKey, merchantIdentifier);
    });
  }
  const root = decoded('root_certificate', PayloadError, () => decodeCertificate(root_certificate));
  const now = wanted('time', values.time);
  const window = (values.window ?? WINDOW_SECONDS) * 1000;
  const offer = { payload, merchantPrivateKey, merchantIdentifier, root, now, window };
  return opened(decoded('payload', PayloadError, () => openEcV1(offer)));
}

function openPayload(values: OpenInputs): Outputs {
  const { payload, merchant_private_key: merchantPrivateKey, root_keys } = values;
  if (root_keys === undefined) {
    return decrypted('ecv2.tag_wrong', () =>
      isJson(payload)
        ? decryptPayload(decodeEcV2(payload), merchantPrivateKey)
        : decryptBare(values),
    );
  }
  const rootKeys = decoded('root_keys', PayloadError, () => decodeRootKeys(root_keys));
  const recipientId = wanted('recipient_id', values.recipient_id);
  const now = wanted('time', values.time);
  const offer = { payload, merchantPrivateKey, recipientId, rootKeys, now };
  return opened(decoded('payload', PayloadError, () => openEcV2(offer)));
}

function opened(result: EcV1Opened | EcV2Opened): Outputs {
  return result.kind === 'opened'
    ? { valid: true, plain: toHex(result.plain), signature_checked: true }
    : { valid: false, failed_check: result.code, signature_checked: true };
}

function decrypted(failedCheck: string, decrypt: () => Uint8Array | undefined): Outputs {
  const plain = decoded('payload', PayloadError, decrypt);
  return plain === undefined
    ? { valid: false, failed_check: failedCheck, signature_checked: false }
    : { valid: true, plain: toHex(plain), signature_checked: false };
}

function isJson(payload: string): boolean {
  return payload.trimStart().startsWith('{');
}

function bareToken(values: OpenInputs): Parameters<typeof decryptToken>[0] {
  const point = wanted('ephemeral_public_key', values.ephemeral_public_key);
  return { data: hexOf(values.payload, 'payload'), ephemeralPublicKey: encodeSpki(point) };
}

function decryptBare(values: OpenInputs): Uint8Array | undefined {
  const point = wanted('ephemeral_public_key', values.ephemeral_public_key);
  const sealed = { encrypted: hexOf(values.payload, 'payload'), tag: wanted('tag', values.tag) };
  return decryptEcV2(ecV2Keys(point, sharedSecret(values.merchant_private_key, point)), sealed);
}
