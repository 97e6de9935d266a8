/** Vectors of wallet payloads. */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { publicKeyOf, sharedSecret } from '../cipher/p256.ts';
import { type Family, textIn } from './vector.ts';

const agreement: Family = {
  ids: ['sheet-tokenisation-8-keys'],
  check: ({ inputs, outputs }) => {
    const merchant = fromHex(textIn(inputs, 'merchant_private_key'));
    const ephemeral = fromHex(textIn(inputs, 'ephemeral_private_key'));
    const merchantPoint = publicKeyOf(merchant);
    const ephemeralPoint = publicKeyOf(ephemeral);
    const either = [sharedSecret(ephemeral, merchantPoint), sharedSecret(merchant, ephemeralPoint)];
    return either.map((shared) => ({
      through: 'cipher/p256.ts publicKeyOf, sharedSecret',
      expected: outputs,
      given: {
        merchant_public_key: toHex(merchantPoint),
        ephemeral_public_key: toHex(ephemeralPoint),
        shared_secret: revealHex(shared),
      },
    }));
  },
};

const tokens: Family = {
  ids: ['sheet-tokenisation-8-ec-v1'],
  check: ({ inputs, outputs }) => {
    const { merchant_private_key, ephemeral_public_key, ...made } = inputs;
    const { ephemeral_private_key, merchant_public_key, plain, ...offered } = inputs;
    return [
      // The identifier of the transaction is not encrypted; any will do.
      { op: 'payload-make', in: { ...made, form: 'ec_v1', transaction_id: '00' }, expect: outputs },
      {
        op: 'payload-open',
        in: { ...offered, form: 'ec_v1', payload: outputs.cipher },
        expect: { plain, valid: true },
      },
    ];
  },
};

const payloads: Family = {
  ids: ['sheet-tokenisation-8-ecv2'],
  check: ({ inputs, outputs }) => {
    const { merchant_private_key, ephemeral_public_key, ...made } = inputs;
    const { ephemeral_private_key, merchant_public_key, plain, ...offered } = inputs;
    return [
      { op: 'payload-make', in: { ...made, form: 'ecv2' }, expect: outputs },
      {
        op: 'payload-open',
        in: { ...offered, form: 'ecv2', payload: outputs.cipher, tag: outputs.tag },
        expect: { plain, valid: true },
      },
    ];
  },
};

export const payloadFamilies: readonly Family[] = [agreement, tokens, payloads];
