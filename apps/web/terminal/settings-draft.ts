/** The reader's settings as they are typed, and back. */
import { formatAmount, parseAmount } from '@octavo/domain/money.ts';
import type { ReaderSettings } from './api.ts';

/** Settings with their amounts as decimal text; an empty contactless limit is none. */
export type Draft = Pick<ReaderSettings, 'offlineOnly' | 'country' | 'currency'> & {
  readonly cvm: string;
  readonly contactless: string;
  readonly floor: string;
};

/** The draft that stands for settings. */
export function draftOf(settings: ReaderSettings): Draft {
  const { currency, offlineOnly, country, contactlessLimitMinor } = settings;
  const text = (minor: number) => formatAmount(BigInt(minor), currency).replaceAll(',', '');
  return {
    offlineOnly,
    country,
    currency,
    cvm: text(settings.cvmLimitMinor),
    contactless: contactlessLimitMinor === null ? '' : text(contactlessLimitMinor),
    floor: text(settings.floorLimitMinor),
  };
}

/** The settings that a draft stands for; undefined while an amount in it is none. */
export function settingsOf(draft: Draft, before: ReaderSettings): ReaderSettings | undefined {
  const { offlineOnly, country, currency } = draft;
  const minor = (text: string) => {
    const amount = parseAmount(text.trim(), currency);
    return amount === undefined ? undefined : Number(amount);
  };
  const cvmLimitMinor = minor(draft.cvm);
  const floorLimitMinor = minor(draft.floor);
  const contactlessLimitMinor = draft.contactless.trim() === '' ? null : minor(draft.contactless);
  if (cvmLimitMinor === undefined || floorLimitMinor === undefined) return undefined;
  if (contactlessLimitMinor === undefined) return undefined;
  return {
    ...before,
    offlineOnly,
    country,
    currency,
    cvmLimitMinor,
    floorLimitMinor,
    contactlessLimitMinor,
  };
}
