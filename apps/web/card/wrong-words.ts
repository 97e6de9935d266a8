/** The words for what is wrong with a field. */
import type { TFunction } from 'i18next';
import type { expiryWrong, numberWrong } from './entry.ts';

/** Of a number; `length` is how many digits it should have, where that is known. */
export function numberWords(
  t: TFunction,
  wrong: ReturnType<typeof numberWrong>,
  length: number | undefined,
): string | undefined {
  switch (wrong) {
    case undefined:
      return undefined;
    case 'luhn':
      return t('number.luhn');
    case 'nobody':
      return t('number.nobody');
    case 'length':
      return length === undefined
        ? t('number.lengthUnknown')
        : t('number.length', { digits: length });
  }
}

/** Of an expiry. */
export function expiryWords(
  t: TFunction,
  wrong: ReturnType<typeof expiryWrong>,
): string | undefined {
  switch (wrong) {
    case undefined:
      return undefined;
    case 'unfinished':
      return t('expiry.unfinished');
    case 'month':
      return t('expiry.month');
    case 'past':
      return t('expiry.past');
  }
}
