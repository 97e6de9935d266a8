/**
 * The members of wallet payloads, Apple's and Google's, encrypted and decrypted: what each is called and what it says.
 * @see docs/specs.md, tokenisation sheet, sections 6.4 and 6.5
 */
import { BytesError, fromHex } from '../bytes/bytes.ts';
import { fromBase64 } from '../payload/base64.ts';
import { PayloadError } from '../payload/malformed.ts';
import { currencyWords } from './codes.ts';
import type { Meaning } from './explained.ts';
import { dateWords } from './words.ts';

/** What a member of a payload is. */
export type Member = {
  readonly name: string;
  readonly meaning: Meaning;
  readonly words: (text: string) => string;
  /** Whether its text is JSON again. */
  readonly isJson?: boolean;
};

/** A member by its name in the JSON; undefined for one that no payload has. */
export function memberOf(name: string): Member | undefined {
  return MEMBERS.get(name);
}

type Row = readonly [name: string, meaning: Meaning, words?: (text: string) => string];

const ROWS: Readonly<Record<string, Row>> = {
  version: ['version of the payload', 'rule', versionWords],
  protocolVersion: ['version of the payload', 'rule', versionWords],
  data: [
    'encrypted payment data',
    'proof',
    (text) => sized(text, 'with their tag of 16 at the end'),
  ],
  signature: ['signature', 'proof', signatureWords],
  header: ['header', 'form'],
  ephemeralPublicKey: ["sender's one-time public key", 'proof', pointWords],
  wrappedKey: ["data key under the merchant's key", 'proof', (text) => sized(text)],
  publicKeyHash: ["hash of the merchant's public key", 'who', hashWords],
  transactionId: ['transaction identifier', 'once', hexWords],
  applicationData: ['hash of what the merchant attached', 'proof', hexWords],
  intermediateSigningKey: ['intermediate signing key', 'form'],
  item: ['one of a list', 'word'],
  signedKey: ['signed key', 'form'],
  keyValue: ['intermediate public key', 'proof', pointWords],
  keyExpiration: ['the key expires', 'once', timeWords],
  signatures: ['signatures over the key', 'form'],
  signedMessage: ['signed message', 'form'],
  encryptedMessage: ['encrypted message', 'proof', (text) => sized(text)],
  tag: ['tag over the encrypted message', 'proof', (text) => sized(text, 'HMAC with SHA-256')],
  applicationPrimaryAccountNumber: ['account number', 'who'],
  applicationExpirationDate: ['expiry', 'who', (text) => dateWords(text)],
  currencyCode: ['currency', 'money', (text) => currencyWords(text)],
  transactionAmount: ['amount', 'money', (text) => `${text} minor units`],
  cardholderName: ['cardholder name', 'who'],
  deviceManufacturerIdentifier: ['maker of the device', 'who'],
  paymentDataType: ['kind of the payment data', 'rule'],
  paymentData: ['payment data', 'form'],
  onlinePaymentCryptogram: ['cryptogram', 'proof', (text) => sized(text)],
  eciIndicator: ['electronic commerce indicator', 'rule'],
  emvData: ['chip data', 'proof', (text) => sized(text)],
  encryptedPINData: ['encrypted PIN', 'proof'],
  messageExpiration: ['the message expires', 'once', timeWords],
  messageId: ['message identifier', 'once'],
  paymentMethod: ['payment method', 'rule'],
  paymentMethodDetails: ['details of the payment method', 'form'],
  pan: ['account number', 'who'],
  expirationMonth: ['expiry, month', 'who'],
  expirationYear: ['expiry, year', 'who'],
  authMethod: ['kind of the payment data', 'rule', authenticationWords],
  cryptogram: ['cryptogram', 'proof', (text) => sized(text)],
  gatewayMerchantId: ['merchant as the gateway knows it', 'who'],
};

const JSON_AGAIN: readonly string[] = ['signedKey', 'signedMessage'];

const MEMBERS: ReadonlyMap<string, Member> = new Map(
  Object.entries(ROWS).map(([key, [name, meaning, words = () => '']]) => [
    key,
    { name, meaning, words, isJson: JSON_AGAIN.includes(key) },
  ]),
);

function versionWords(text: string): string {
  const known: Readonly<Record<string, string>> = {
    EC_v1: "Apple's, encrypted to the merchant's elliptic curve key",
    RSA_v1: "Apple's, encrypted to the merchant's RSA key",
    ECv1: "Google's, one signing key",
    ECv2: "Google's, with an intermediate signing key",
  };
  return known[text] ?? '';
}

function authenticationWords(text: string): string {
  if (text === 'PAN_ONLY') return 'the number of the card itself';
  return text === 'CRYPTOGRAM_3DS' ? 'a device token with a cryptogram' : '';
}

const SEQUENCE = 0x30;
const SHORTEST_SIGNED_DATA = 256;

/** A signature alone is short; one with its certificates is not. */
function signatureWords(text: string): string {
  const bytes = bytesIn(text);
  if (bytes === undefined) return notBase64(text);
  if (bytes.length === 0) return 'none';
  if (bytes[0] !== SEQUENCE) return `${bytes.length} bytes`;
  const form = bytes.length < SHORTEST_SIGNED_DATA ? 'r and s in DER' : 'CMS signed data in DER';
  return `${bytes.length} bytes, ${form}`;
}

function pointWords(text: string): string {
  const bytes = bytesIn(text);
  if (bytes === undefined) return notBase64(text);
  const { length } = bytes;
  if (length === 65 && bytes[0] === 0x04) return '65 bytes, a point of P-256, x and y';
  if (length === 91 && bytes[0] === SEQUENCE) return '91 bytes, SubjectPublicKeyInfo, P-256';
  return `${length} bytes`;
}

function hashWords(text: string): string {
  return sized(text, 'SHA-256');
}

function hexWords(text: string): string {
  try {
    return `${fromHex(text).length} bytes`;
  } catch (error) {
    if (error instanceof BytesError) return 'not hexadecimal';
    throw error;
  }
}

function sized(text: string, more = ''): string {
  const bytes = bytesIn(text);
  if (bytes === undefined) return notBase64(text);
  return more === '' ? `${bytes.length} bytes` : `${bytes.length} bytes, ${more}`;
}

function notBase64(text: string): string {
  return text === '' ? 'none' : 'not base64';
}

function bytesIn(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text);
  } catch (error) {
    if (error instanceof PayloadError) return undefined;
    throw error;
  }
}

/** Milliseconds since 1970. */
function timeWords(text: string): string {
  if (!/^\d{1,14}$/.test(text)) return '';
  return new Date(Number(text))
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
