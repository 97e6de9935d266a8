/**
 * What is inside the data elements that hold several things one behind the other: DE37, 43, 60, 61, 90, and DE62 at
 * POS sign-on. Builders and parsers throw `Iso8583Error` with a path such as `DE60.3`; its offset counts characters
 * within the element.
 * @see docs/specs.md, ISO 8583 sheet, sections 3, 6 and 9
 */
import { Iso8583Error } from './field.ts';
import { type Positional, positional } from './positional.ts';

/** DE60 of the POS dialect, digits. Everything from `readCapability` on may be left out, from the right. */
export type PosReserved = {
  readonly typeCode: string;
  readonly batch: string;
  readonly networkCode: string;
  readonly readCapability?: string;
  readonly chipCondition?: string;
  readonly partial?: string;
  readonly accountType?: string;
};

/** DE60 of the POS dialect. @example posReserved.build({ typeCode: '22', batch: '000024', networkCode: '000' }) */
export const posReserved: Positional<PosReserved> = positional('DE60', 3, [
  ['typeCode', 2],
  ['batch', 6],
  ['networkCode', 3],
  ['readCapability', 1],
  ['chipCondition', 1],
  ['partial', 1],
  ['accountType', 3],
]);

/** DE60 of the switch dialect. Everything from `feeType` on may be left out, from the right. */
export type SwitchReserved = {
  readonly messageReason: string;
  readonly accountOwner: string;
  readonly readCapability: string;
  readonly chipCondition: string;
  readonly reserved: string;
  readonly terminalType: string;
  readonly withoutPin: string;
  readonly chipReliability: string;
  readonly electronicCommerce: string;
  readonly interaction: string;
  readonly feeType?: string;
  readonly feeLevel?: string;
  readonly feeReserved?: string;
  readonly partialApproval?: string;
  readonly initiation?: string;
  readonly medium?: string;
  readonly chipApplication?: string;
  readonly settlementType?: string;
  readonly accountLevel?: string;
  readonly cardProduct?: string;
};

/** DE60 of the switch dialect. */
export const switchReserved: Positional<SwitchReserved> = positional('DE60', 10, [
  ['messageReason', 4],
  ['accountOwner', 1],
  ['readCapability', 1],
  ['chipCondition', 1],
  ['reserved', 1],
  ['terminalType', 2],
  ['withoutPin', 1],
  ['chipReliability', 1],
  ['electronicCommerce', 2],
  ['interaction', 1],
  ['feeType', 2],
  ['feeLevel', 1],
  ['feeReserved', 3],
  ['partialApproval', 1],
  ['initiation', 1],
  ['medium', 1],
  ['chipApplication', 1],
  ['settlementType', 2],
  ['accountLevel', 1],
  ['cardProduct', 2],
]);

/** DE60 of a contactless purchase on a shop's terminal, as the worked 0200 has it. @see docs/specs.md, ISO 8583 sheet, section 14 */
export const PURCHASE_SWITCH_RESERVED: SwitchReserved = {
  messageReason: '0000',
  accountOwner: '0',
  readCapability: '6',
  chipCondition: '0',
  reserved: '0',
  terminalType: '03',
  withoutPin: '0',
  chipReliability: '0',
  electronicCommerce: '00',
  interaction: '0',
  feeType: '00',
  feeLevel: '0',
  feeReserved: '000',
  partialApproval: '0',
  initiation: '0',
  medium: '2',
  chipApplication: '0',
};

/** DE61 of the switch dialect up to its usage block. Results are one digit: 0 right, 1 wrong, 2 not checked. */
export type CardholderAuthentication = {
  readonly idType: string;
  /** Twenty characters, spaces at the right. */
  readonly idNumber: string;
  readonly cvvResult: string;
  readonly pinResult: string;
  readonly centre: string;
  readonly cvn2: string;
  readonly cvn2Result: string;
  readonly cryptogramResult: string;
  /** A usage block, two characters of usage and then its content; absent when there is none. */
  readonly block?: string;
};

/** What the network found about a cryptogram, as DE61 says it. */
export type CryptogramResult = 'right' | 'wrong' | 'notChecked';

const CRYPTOGRAM_RESULTS = { right: '0', wrong: '1', notChecked: '2' } as const;

/** DE61 of the switch dialect. The block is at most 168 characters, so that the element keeps within 200. */
export const cardholderAuthentication: Positional<CardholderAuthentication> = positional(
  'DE61',
  8,
  [
    ['idType', 2],
    ['idNumber', 20],
    ['cvvResult', 1],
    ['pinResult', 1],
    ['centre', 3],
    ['cvn2', 3],
    ['cvn2Result', 1],
    ['cryptogramResult', 1],
    ['block', 'rest'],
  ],
);

/**
 * DE61 that says the cryptogram's result and nothing else: id type 00, spaces for number and CVN2, `CUP`, other results 2.
 * Profile octavo-1.
 */
export function cryptogramResult(result: CryptogramResult): string {
  return cardholderAuthentication.build({
    idType: '00',
    idNumber: ' '.repeat(20),
    cvvResult: '2',
    pinResult: '2',
    centre: 'CUP',
    cvn2: '   ',
    cvn2Result: '2',
    cryptogramResult: CRYPTOGRAM_RESULTS[result],
  });
}

/** The result for the cryptogram in DE61, or undefined when the digit has no meaning here. Throws `Iso8583Error`. */
export function parseCryptogramResult(text: string): CryptogramResult | undefined {
  const digit = cardholderAuthentication.parse(text).cryptogramResult;
  const names = ['right', 'wrong', 'notChecked'] as const;
  return names.find((name) => CRYPTOGRAM_RESULTS[name] === digit);
}

/** DE90: which message a reversal is about. Institution ids come back as eleven digits, zeros at the left. */
export type OriginalData = {
  readonly mti: string;
  readonly traceNumber: string;
  /** MMDDhhmmss, DE7 of the original. */
  readonly transmission: string;
  readonly acquirer: string;
  readonly forwarder: string;
};

const originalDataParts: Positional<OriginalData> = positional('DE90', 5, [
  ['mti', 4],
  ['traceNumber', 6],
  ['transmission', 10],
  ['acquirer', 11],
  ['forwarder', 11],
]);

/** DE90; ids of up to eleven digits are filled with zeros at the left. */
export const originalData: Positional<OriginalData> = {
  build: (values) =>
    checkDigits(
      originalDataParts.build({
        ...values,
        acquirer: values.acquirer.padStart(11, '0'),
        forwarder: values.forwarder.padStart(11, '0'),
      }),
      'DE90',
    ),
  parse: (text) => originalDataParts.parse(checkDigits(text, 'DE90')),
};

/** DE43: name 25, city 12, country 3 characters, spaces at the right of each. */
export type MerchantLocation = {
  readonly name: string;
  readonly city: string;
  /** Three letters. */
  readonly country: string;
};

const merchantLocationParts: Positional<MerchantLocation> = positional('DE43', 3, [
  ['name', 25],
  ['city', 12],
  ['country', 3],
]);

/** DE43; too long a name is refused, not cut. */
export const merchantLocation: Positional<MerchantLocation> = {
  build: ({ name, city, country }) =>
    merchantLocationParts.build({ name: name.padEnd(25), city: city.padEnd(12), country }),
  parse: (text) => {
    const { name, city, country } = merchantLocationParts.parse(text);
    return { name: withoutFilling(name), city: withoutFilling(city), country };
  },
};

/**
 * A text without the spaces that fill it up at its right end, and those alone: the second byte of a Chinese character
 * may be A0, which elsewhere is a space too.
 * @example withoutFilling('DEMO SHOP   ') // 'DEMO SHOP'
 * @see docs/specs.md, ISO 8583 sheet, section 3
 */
export function withoutFilling(text: string): string {
  return text.replace(/ +$/, '');
}

/** DE37 as our acquirers make it: month, day and hour of the local date (MMDD) and time (hhmmss), then the trace number. */
export function retrievalReference(
  localDate: string,
  localTime: string,
  traceNumber: string,
): string {
  const text = localDate + localTime.slice(0, 2) + traceNumber;
  const whole = localDate.length === 4 && localTime.length === 6 && traceNumber.length === 6;
  if (!whole) throw new Iso8583Error('parts of the wrong length', { offset: 0, path: 'DE37' });
  return checkDigits(text, 'DE37');
}

/** DE62 in the answer to a POS sign-on: the MAC key under the terminal's master key (16 bytes) and its check value (4), hexadecimal. */
export type WorkingKey = { readonly encryptedKey: string; readonly checkValue: string };

/** DE62 in the answer to a POS sign-on. */
export const workingKey: Positional<WorkingKey> = positional('DE62', 2, [
  ['encryptedKey', 32],
  ['checkValue', 8],
]);

function checkDigits(text: string, path: string): string {
  const wrong = text.search(/[^0-9]/);
  if (wrong !== -1) throw new Iso8583Error('not a digit', { offset: wrong, path });
  return text;
}
