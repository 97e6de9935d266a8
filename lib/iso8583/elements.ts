/**
 * What the data elements are: name, meaning, and what of them masking replaces. How they are written stands in
 * unionpay.ts and ascii.ts, and so do the names of what the plain standard leaves open.
 * @see docs/specs.md, ISO 8583 sheet, section 3
 */
import { type Format, field, type Length, type Padding, type Wire } from './field.ts';
import type { DataElement, MaskRule, Meaning } from './message.ts';

/** Name, meaning and mask rule of one data element. */
export type ElementMeaning = readonly [name: string, meaning: Meaning, mask?: MaskRule];

/** The data elements by number, as UnionPay links use them. */
export const elementMeanings: Readonly<Record<number, ElementMeaning>> = {
  2: ['primary account number', 'who', 'pan'],
  3: ['processing code', 'rule'],
  4: ['amount, transaction', 'money'],
  5: ['amount, settlement', 'money'],
  6: ['amount, cardholder billing', 'money'],
  7: ['transmission date and time', 'once'],
  8: ['amount, cardholder billing fee', 'money'],
  9: ['conversion rate, settlement', 'money'],
  10: ['conversion rate, cardholder billing', 'money'],
  11: ['system trace audit number', 'once'],
  12: ['time, local transaction', 'once'],
  13: ['date, local transaction', 'once'],
  14: ['date, expiration', 'who', 'all'],
  15: ['date, settlement', 'once'],
  16: ['date, conversion', 'once'],
  17: ['date, capture', 'once'],
  18: ['merchant category code', 'rule'],
  19: ['merchant country code', 'money'],
  20: ['country code, extended account number', 'money'],
  21: ['country code, forwarding institution', 'money'],
  22: ['point of service entry mode', 'rule'],
  23: ['card sequence number', 'who'],
  24: ['network international id', 'rule'],
  25: ['point of service condition code', 'rule'],
  26: ['point of service PIN capture code', 'rule'],
  27: ['authorisation id length', 'rule'],
  28: ['amount, transaction fee', 'money'],
  29: ['amount, settlement fee', 'money'],
  30: ['amount, transaction processing fee', 'money'],
  31: ['amount, settlement processing fee', 'money'],
  32: ['acquiring institution id', 'who'],
  33: ['forwarding institution id', 'who'],
  34: ['primary account number, extended', 'who', 'pan'],
  35: ['track 2 data', 'who', 'track'],
  36: ['track 3 data', 'who', 'all'],
  37: ['retrieval reference number', 'once'],
  38: ['authorisation id', 'once'],
  39: ['response code', 'verdict'],
  40: ['service restriction code', 'rule'],
  41: ['terminal id', 'who'],
  42: ['merchant id', 'who'],
  43: ['merchant name and location', 'word'],
  44: ['additional response data', 'who'],
  45: ['track 1 data', 'who', 'all'],
  46: ['additional data, ISO', 'word'],
  47: ['additional data, national', 'word'],
  48: ['additional data, private', 'word'],
  49: ['currency code, transaction', 'money'],
  50: ['currency code, settlement', 'money'],
  51: ['currency code, cardholder billing', 'money'],
  52: ['PIN data', 'proof', 'all'],
  53: ['security control information', 'rule'],
  54: ['additional amounts', 'money'],
  55: ['chip data', 'proof', 'chip'],
  56: ['additional data, account reference', 'who'],
  57: ['additional transaction data', 'word'],
  58: ['purse data', 'word'],
  59: ['detail inquiry and device data', 'word'],
  60: ['self-defined data', 'rule'],
  61: ['cardholder authentication and original data', 'rule', 'cardholder'],
  62: ['switching data and working keys', 'word'],
  63: ['financial network data', 'who'],
  64: ['message authentication code', 'proof'],
  65: ['bitmap, extended', 'form'],
  66: ['settlement code', 'verdict'],
  67: ['extended payment code', 'rule'],
  68: ['country code, receiving institution', 'money'],
  69: ['country code, settlement institution', 'money'],
  70: ['network management information code', 'rule'],
  71: ['message number', 'once'],
  72: ['message number, last', 'once'],
  73: ['date, action', 'once'],
  74: ['credits, number', 'money'],
  75: ['credits, reversal number', 'money'],
  76: ['debits, number', 'money'],
  77: ['debits, reversal number', 'money'],
  78: ['transfers, number', 'money'],
  79: ['transfers, reversal number', 'money'],
  80: ['inquiries, number', 'money'],
  81: ['authorisations, number', 'money'],
  82: ['credits, processing fee amount', 'money'],
  83: ['credits, transaction fee amount', 'money'],
  84: ['debits, processing fee amount', 'money'],
  85: ['debits, transaction fee amount', 'money'],
  86: ['credits, amount', 'money'],
  87: ['credits, reversal amount', 'money'],
  88: ['debits, amount', 'money'],
  89: ['debits, reversal amount', 'money'],
  90: ['original data elements', 'once'],
  91: ['file update code', 'rule'],
  92: ['file security code', 'rule'],
  93: ['response indicator', 'rule'],
  94: ['service indicator', 'rule'],
  95: ['replacement amounts', 'money'],
  96: ['message security code', 'proof'],
  97: ['amount, net settlement', 'money'],
  98: ['payee', 'who'],
  99: ['settlement institution id', 'who'],
  100: ['receiving institution id', 'who'],
  101: ['file name', 'word'],
  102: ['account 1', 'who', 'pan'],
  103: ['account 2', 'who', 'pan'],
  104: ['terminal device and location data', 'word'],
  113: ['additional data 113', 'word'],
  116: ['additional data 116', 'word'],
  117: ['additional data 117', 'word'],
  121: ['reserved for the switch', 'word'],
  122: ['reserved for the acquirer', 'word'],
  123: ['reserved for the issuer', 'word'],
  125: ['additional data 125', 'word'],
  126: ['additional data 126', 'word'],
  128: ['message authentication code', 'proof'],
};

/** How one data element is written: its format, its length, and where a filling nibble goes if not where `field` puts it. */
export type ElementForm = readonly [format: Format, length: Length, padding?: Padding];

/**
 * The data elements of a dialect from how each is written and what it means; a number without a name is a bug.
 * @example dataElements('bcd', { 4: ['n', fixed(12)] })[4]?.name // 'amount, transaction'
 * @see docs/specs.md, ISO 8583 sheet, section 3
 */
export function dataElements(
  wire: Wire,
  forms: Readonly<Record<number, ElementForm>>,
  meanings: Readonly<Record<number, ElementMeaning>> = elementMeanings,
): Readonly<Record<number, DataElement>> {
  const table: Record<number, DataElement> = {};
  for (const [number, [format, length, padding]] of Object.entries(forms)) {
    const meaning = meanings[Number(number)];
    if (meaning === undefined) throw new Error(`DE${number} has no name`);
    const [name, className, mask] = meaning;
    const element = { name, class: className, ...field(wire, format, length, padding) };
    table[Number(number)] = mask === undefined ? element : { ...element, mask };
  }
  return table;
}
