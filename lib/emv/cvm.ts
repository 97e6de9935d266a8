/**
 * How the issuer wants its cardholder checked: the list of methods that a card carries (tag 8E), and what the terminal
 * did with it (tag 9F34).
 * @see docs/specs.md, EMV field codings
 */
import { BytesError, Reader, toUint } from '../bytes/bytes.ts';

/** Foreign bytes that are not a list of methods. `offset` counts bytes from the start. */
export class CvmListError extends Error {
  override readonly name = 'CvmListError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** One rule of the list: a method, when it applies, and whether the next rule is tried after it failed. */
export type CvmRule = {
  /** Six bits. */
  readonly method: number;
  readonly triesNext: boolean;
  readonly condition: number;
};

/** The list: two amounts in minor units of the application's currency, and rules in the order in which they are tried. */
export type CvmList = {
  readonly amountX: number;
  readonly amountY: number;
  readonly rules: readonly CvmRule[];
};

/** The two amounts, four bytes each. */
export const CVM_AMOUNT_BYTES = 4;
const TRIES_NEXT = 0x40;
const METHOD_BITS = 0x3f;

/**
 * Read a list of methods: two binary amounts, then two bytes for each rule. Throws `CvmListError` on a part cut short.
 * @example decodeCvmList(fromHex('00000000000000001E031F03')).rules[1] // { method: 31, triesNext: false, condition: 3 }
 * @see docs/specs.md, EMV field codings
 */
export function decodeCvmList(bytes: Uint8Array): CvmList {
  const reader = new Reader(bytes);
  try {
    const amountX = toUint(reader.take(CVM_AMOUNT_BYTES));
    const amountY = toUint(reader.take(CVM_AMOUNT_BYTES));
    const rules: CvmRule[] = [];
    while (reader.offset < bytes.length) {
      rules.push(cvmRule(reader.byte(), reader.byte()));
    }
    return { amountX, amountY, rules };
  } catch (error) {
    if (error instanceof BytesError) throw new CvmListError(error.message, error.offset);
    throw error;
  }
}

/**
 * One rule out of its two bytes; the first two bytes of 9F34 are coded alike.
 * @example cvmRule(0x42, 0x03) // { method: 2, triesNext: true, condition: 3 }
 * @see docs/specs.md, EMV field codings
 */
export function cvmRule(code: number, condition: number): CvmRule {
  return { method: code & METHOD_BITS, triesNext: (code & TRIES_NEXT) !== 0, condition };
}

const METHODS: Readonly<Record<number, string>> = {
  0: 'fail cardholder verification',
  1: 'plaintext PIN checked by the card',
  2: 'enciphered PIN checked online',
  3: 'plaintext PIN checked by the card, and signature',
  4: 'enciphered PIN checked by the card',
  5: 'enciphered PIN checked by the card, and signature',
  30: 'signature',
  31: 'no cardholder verification required',
  63: 'no cardholder verification performed',
};

/**
 * A method, six bits, in words.
 * @example cvmMethodWords(30) // 'signature'
 * @see docs/specs.md, EMV field codings
 */
export function cvmMethodWords(method: number): string {
  const known = METHODS[method];
  if (known !== undefined) return known;
  if (method < 32) return 'reserved method';
  return method < 48 ? 'method of the payment system' : 'method of the issuer';
}

const CONDITIONS: Readonly<Record<number, string>> = {
  0: 'always',
  1: 'if unattended cash',
  2: 'if neither cash nor a purchase with cashback',
  3: 'if the terminal supports the method',
  4: 'if manual cash',
  5: 'if a purchase with cashback',
  6: 'if in the application currency and under X',
  7: 'if in the application currency and over X',
  8: 'if in the application currency and under Y',
  9: 'if in the application currency and over Y',
};

/**
 * When a rule applies, in words.
 * @example cvmConditionWords(3) // 'if the terminal supports the method'
 * @see docs/specs.md, EMV field codings
 */
export function cvmConditionWords(condition: number): string {
  const known = CONDITIONS[condition];
  if (known !== undefined) return known;
  return condition < 0x80 ? 'reserved condition' : 'condition of the payment system';
}

const RESULTS: Readonly<Record<number, string>> = { 0: 'unknown', 1: 'failed', 2: 'successful' };

/**
 * How verification ended, the third byte of 9F34, in words; empty for a value that does not exist.
 * @example cvmResultWords(2) // 'successful'
 * @see docs/specs.md, EMV field codings
 */
export function cvmResultWords(result: number): string {
  return RESULTS[result] ?? '';
}
