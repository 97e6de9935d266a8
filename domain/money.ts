/** Money: bigint minor units with a currency, never a float. */
import { assert } from '@octavo/lib/bytes/assert.ts';

/** A currency by its ISO 4217 numeric code, three digits. */
export type CurrencyCode = string;

/** The currencies Octavo can write and read, with their minor digits. */
export const currencies = {
  '156': { letters: 'CNY', sign: '¥', minorDigits: 2 },
  '344': { letters: 'HKD', sign: 'HK$', minorDigits: 2 },
  '392': { letters: 'JPY', sign: 'JP¥', minorDigits: 0 },
  '840': { letters: 'USD', sign: '$', minorDigits: 2 },
  '978': { letters: 'EUR', sign: '€', minorDigits: 2 },
} as const satisfies Record<CurrencyCode, { letters: string; sign: string; minorDigits: number }>;

/** Yuan renminbi. */
export const CNY: CurrencyCode = '156';

/** The largest amount that DE4 and tag 9F02 can carry: twelve digits. */
export const MAX_AMOUNT_MINOR = 999_999_999_999n;

/**
 * Read a decimal amount such as `28.50` in a currency; undefined when it is not one, has too many
 * decimals, is negative, or does not fit twelve digits.
 */
export function parseAmount(text: string, currency: CurrencyCode): bigint | undefined {
  const digits = minorDigitsOf(currency);
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text);
  if (digits === undefined || match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > digits) return undefined;
  const amountMinor = BigInt(whole + fraction.padEnd(digits, '0'));
  return amountMinor > MAX_AMOUNT_MINOR ? undefined : amountMinor;
}

/** Write an amount with thousands separators and its decimals: `1,280.00`. */
export function formatAmount(amountMinor: bigint, currency: CurrencyCode): string {
  const digits = minorDigitsOf(currency) ?? 2;
  const negative = amountMinor < 0n;
  const text = (negative ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = digits === 0 ? '' : `.${text.slice(text.length - digits)}`;
  return `${negative ? '\u2212' : ''}${whole}${fraction}`;
}

/** Write an amount as the twelve digits of DE4 and tag 9F02. */
export function amountDigits(amountMinor: bigint): string {
  assert(
    amountMinor >= 0n && amountMinor <= MAX_AMOUNT_MINOR,
    'an amount of at most twelve digits',
  );
  return amountMinor.toString().padStart(12, '0');
}

function minorDigitsOf(currency: CurrencyCode): number | undefined {
  return (currencies as Record<string, { minorDigits: number }>)[currency]?.minorDigits;
}
