/** Names of currencies and countries in the page's language, from the numeric codes that a reader has. */
import { currencies } from '@octavo/domain/money.ts';

/** Countries a reader may say it stands in, numeric code by region. */
export const countries: Readonly<Record<string, string>> = {
  '156': 'CN',
  '344': 'HK',
  '446': 'MO',
  '158': 'TW',
  '392': 'JP',
  '702': 'SG',
  '840': 'US',
  '826': 'GB',
  '276': 'DE',
  '250': 'FR',
};

/** A currency's name. */
export function currencyName(currency: string, language: string): string {
  const letters = lettersOf(currency);
  return new Intl.DisplayNames(language, { type: 'currency' }).of(letters) ?? letters;
}

/** A currency's three letters. */
export function lettersOf(currency: string): string {
  return Object.entries(currencies).find(([code]) => code === currency)?.[1].letters ?? currency;
}

/** A country's name, or its number where it is not in our list. */
export function countryName(country: string, language: string): string {
  const region = countries[country];
  if (region === undefined) return country;
  return new Intl.DisplayNames(language, { type: 'region' }).of(region) ?? region;
}
