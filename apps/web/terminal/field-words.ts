/** What the display says while the field is on. */
import type { TFunction } from 'i18next';
import type { Hint, SaleState } from './sale.ts';

/** A sale whose field is on, or is in another window. */
export type FieldState = Extract<SaleState, { kind: 'listening' | 'paying' | 'elsewhere' }>;

/** Two lines of the display. */
export type FieldWords = { readonly title: string; readonly second: string };

/** The words for a state of the field. */
export function wordsOfField(t: TFunction, state: FieldState): FieldWords {
  if (state.kind === 'elsewhere') return { title: t('elsewhere'), second: t('elsewhereSecond') };
  if (state.kind === 'listening') return wordsOfListening(t, state.hint);
  if (state.line === 'lost') return { title: t('lost'), second: t('lostSecond') };
  if (state.line === 'busy') return { title: t('busy'), second: t('busySecond') };
  if (state.stage === 'asking') return { title: t('take'), second: t('asking') };
  return { title: t('reading'), second: t('phoneOrCard') };
}

function wordsOfListening(t: TFunction, hint: Hint | undefined): FieldWords {
  switch (hint) {
    case 'see_phone':
      return { title: t('seePhone'), second: t('seePhoneSecond') };
    case 'try_again':
      return { title: t('tryAgain'), second: t('tryAgainSecond') };
    case 'no_phone':
      return { title: t('noPhone'), second: t('noPhoneSecond') };
    case 'no_card':
      return { title: t('noCard'), second: t('noCardSecond') };
    case undefined:
      return { title: t('present'), second: t('phoneOrCard') };
  }
}
