/** What is said aloud when the sale moves on: the words of the display, and the amount. */
import type { TFunction } from 'i18next';
import { amountText } from '../kit/amount.tsx';
import { wordsOfField } from './field-words.ts';
import type { SaleState } from './sale.ts';
import { whyOf, whyOfCode } from './why.ts';

/** The announcement for a state; empty while the cashier types. */
export function announcementOf(t: TFunction, language: string, state: SaleState): string {
  if (state.kind === 'amount') return '';
  const amount = amountText(state.sale.amountMinor, state.sale.currency);
  switch (state.kind) {
    case 'ended': {
      const { answer } = state;
      if (answer.outcome === 'approved') return `${t('paid')}, ${amount}`;
      const { what } = whyOf(t, language, answer);
      const ended = answer.outcome === 'reversed' ? t('takenBackShort') : t('nothing');
      return `${t('notPaid')}, ${amount}. ${what}. ${ended}`;
    }
    case 'refused':
      return `${t('notPaid')}, ${amount}. ${whyOfCode(t, language, state.code).what}. ${t('nothing')}`;
    default: {
      const { title, second } = wordsOfField(t, state);
      return `${title}, ${amount}. ${second}`;
    }
  }
}
