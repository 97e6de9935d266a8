/**
 * Card and token numbers: the check digit, the masked form, and a value that cannot be printed by accident.
 * @see docs/specs.md, tokenisation sheet, section 1
 */
import { assert } from '../bytes/assert.ts';

/** Why a text is not a card number. */
export type PanRefusal = {
  readonly kind: 'refused';
  readonly code: 'pan.not_digits' | 'pan.length_wrong' | 'pan.luhn_wrong';
};

/**
 * A card or token number that shows itself masked to strings, JSON and inspection.
 * The digits come out only through `reveal()`.
 */
export class Pan {
  readonly #digits: string;

  private constructor(digits: string) {
    this.#digits = digits;
  }

  /**
   * Read 12 to 19 digits without separators whose check digit holds; anything else is a refusal.
   * @example Pan.parse('6258249900000018')
   */
  static parse(text: string): Pan | PanRefusal {
    if (!isDigits(text)) return refused('pan.not_digits');
    if (text.length < 12 || text.length > 19) return refused('pan.length_wrong');
    if (!isLuhnValid(text)) return refused('pan.luhn_wrong');
    return new Pan(text);
  }

  /** All digits. Rare: every place that calls it is listed. */
  reveal(): string {
    return this.#digits;
  }

  /** The last four digits, which may be shown anywhere. */
  get lastFour(): string {
    return this.#digits.slice(-4);
  }

  /** The first `length` digits, at most the eight that name an issuer. */
  bin(length: number): string {
    assert(length >= 1 && length <= 8, 'one to eight digits name an issuer');
    return this.#digits.slice(0, length);
  }

  toString(): string {
    return maskPan(this.#digits);
  }

  toJSON(): string {
    return maskPan(this.#digits);
  }

  /** What Node prints when the value is inspected or logged. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Pan(${maskPan(this.#digits)})`;
  }
}

/**
 * The digits with all but the first six and the last four replaced by stars; a number too short to keep
 * both keeps the last four alone.
 * @example maskPan('6258249900000018') // '625824******0018'
 */
export function maskPan(digits: string): string {
  const kept = digits.length >= 12 ? 6 : 0;
  const hidden = Math.max(0, digits.length - kept - 4);
  if (digits.length <= 4) return '*'.repeat(digits.length);
  return digits.slice(0, kept) + '*'.repeat(hidden) + digits.slice(-4);
}

/**
 * Whether the last digit is the Luhn check digit of those before it. False for anything but digits.
 * @example isLuhnValid('6258249900000018') // true
 */
export function isLuhnValid(digits: string): boolean {
  return isDigits(digits) && luhnSum(digits, false) % 10 === 0;
}

/**
 * The check digit to write after `body`.
 * @example luhnDigit('625824990000001') // '8'
 */
export function luhnDigit(body: string): string {
  assert(isDigits(body), 'digits alone have a check digit');
  return String((10 - (luhnSum(body, true) % 10)) % 10);
}

/** Sum of the digits from the right, every second one doubled and cast out nines. */
function luhnSum(digits: string, doubleLast: boolean): number {
  let sum = 0;
  let double = doubleLast;
  for (let index = digits.length - 1; index >= 0; index--) {
    const digit = digits.charCodeAt(index) - 0x30;
    const doubled = digit * 2;
    sum += double ? (doubled > 9 ? doubled - 9 : doubled) : digit;
    double = !double;
  }
  return sum;
}

function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

function refused(code: PanRefusal['code']): PanRefusal {
  return { kind: 'refused', code };
}
