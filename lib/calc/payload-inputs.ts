/** What the calculators of wallet payloads read alike, and the sheet's example that both show. */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { isPoint, isPrivateKey } from '../cipher/p256.ts';
import { bytes, CalcError, checked, count, type Input, text } from './input.ts';

/** Whose form a payload has. */
export const FORMS = ['ec_v1', 'ecv2'] as const;
/** The longest plain text or certificate, in bytes. */
export const PLAIN_MOST = 16_384;
/** The sheet's own names of keys and identifiers, and the inputs that they are. */
export const SHEET_NAMES = {
  merchant_d: 'merchant_private_key',
  merchant_q: 'merchant_public_key',
  ephem_d: 'ephemeral_private_key',
  ephem_q: 'ephemeral_public_key',
  merchantIdentifier: 'merchant_identifier',
} as const;
/** Where the example stands. */
export const SHEET = 'tokenisation sheet, section 8';
/** The keys and texts of the sheet's example. */
export const EXAMPLE = {
  merchantPrivate: '4F689D556954E5C3427A3FFA9B2F3A99866883C67B9B9D63061F028B0ECECF2B',
  merchantPublic:
    '0488733F86E0FD90268249E425DEA150D61786F21F5A129D44FE564B43F5FC3A24091562E50D1860C5DE13AA4E990B54D8950A4941904602DD7737AC948ED653B6',
  ephemeralPrivate: 'AEB8C922A387EBBB73BF34D463F2E590D029A4C8B3C981C63CE629AD661E623E',
  ephemeralPublic:
    '04802DC0141F194F31994C237FAEABCB959CD277519D92A52B551D618A138B2608E6A0E4C1F40C1E4559A238BE33EFDE2472DB3287BC0CB4D19CBB57E09F5079F3',
  shared: '948C5DFD82D426C14286DC3B69B2DC7CCFA2880E6CA2DCC121472C0BA0C6B000',
  merchantIdentifier: 'merchant.com.example.wallet',
  plain: '7B2261223A317D',
  apple: '3E060B9A3D861A76C384868DFF012AF9281BEA0678EC82',
  google: 'C999F92B5CB107',
  googleTag: '294F755B93DA024CF6C91F885AD60F96B1FD4B1A18FA3865B2F9E39BD8E98971',
};

/** Plain text: bytes, or JSON text as it is. */
export function plainInput(help: string): Input<Uint8Array> {
  const asBytes = bytes(help, { most: PLAIN_MOST });
  const asText = checked(text(help, PLAIN_MOST), (value) => value.isWellFormed(), HALF);
  const read = (written: unknown, field: string): Uint8Array => {
    if (typeof written !== 'string' || !written.startsWith('{'))
      return asBytes.read(written, field);
    const encoded = utf8ToBytes(asText.read(written, field));
    if (encoded.length <= PLAIN_MOST) return encoded;
    throw new CalcError('wrong_length', `up to ${PLAIN_MOST} bytes wanted`, field);
  };
  return { ...asBytes, form: `${asBytes.form}, or text that begins with {`, read };
}

const HALF = 'half a character';

/** Bytes that must be a point of P-256. */
export function pointInput(help: string): Input<Uint8Array> {
  return checked(bytes(help, { one: [65] }), isPoint, 'not a point of P-256');
}

/** Bytes that must be a private key of P-256. */
export function keyInput(help: string): Input<Uint8Array> {
  return checked(bytes(help, { one: [32] }), isPrivateKey, 'not a private key of P-256');
}

/** Milliseconds since 1970, up to the year 2286. */
export function timeInput(help: string): Input<number> {
  return count(`${help}, in milliseconds since 1970`, 0, 9_999_999_999_999);
}

/** Text in one line whose characters all have bytes. */
export function shortText(help: string): Input<string> {
  const line = checked(text(help, 255), (value) => !/[\t\n\r]/.test(value), 'one line is wanted');
  return checked(line, (value) => value.isWellFormed(), HALF);
}
