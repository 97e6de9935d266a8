/** Why a payment was not made, in the words of the till: what happened and what to do next. The code comes last. */
import { meaningOfResponse } from '@octavo/domain/payment.ts';
import { isRefusalCode, refusals } from '@octavo/domain/refusal.ts';
import type { TFunction } from 'i18next';
import type { PayAnswer } from './api.ts';

/** What happened, and what to do next. */
export type Why = { readonly what: string; readonly next?: string | undefined };

/** The words for a payment that ended without being made. */
export function whyOf(t: TFunction, language: string, answer: PayAnswer): Why {
  const { code, outcome } = answer;
  if (code !== undefined) return whyOfCode(t, language, code);
  if (outcome === 'other_interface') {
    return { what: t('why.otherInterface'), next: t('why.overLimitNext') };
  }
  const responseCode = answer.receipt?.responseCode;
  // Only the phone knows why it said no.
  if (responseCode === undefined) return { what: t('why.phone'), next: t('why.phoneNext') };
  return {
    what: trimmed(meaningOfResponse(responseCode)[wordsIn(language)]),
    next: t('why.other'),
  };
}

/** The words for a code. */
export function whyOfCode(t: TFunction, language: string, code: string): Why {
  const own = ownWords(t, code);
  if (own !== undefined) return own;
  if (!isRefusalCode(code)) return { what: code };
  return { what: trimmed(refusals[code][wordsIn(language)]) };
}

function ownWords(t: TFunction, code: string): Why | undefined {
  switch (code) {
    case 'issuer.limit_exceeded':
      return { what: t('why.limit'), next: t('why.other') };
    case 'issuer.insufficient_funds':
      return { what: t('why.funds'), next: t('why.other') };
    case 'issuer.do_not_honour':
      return { what: t('why.doNotHonour'), next: t('why.other') };
    case 'issuer.card_lost':
      return { what: t('why.lost') };
    case 'issuer.currency_not_held':
      return { what: t('why.currency'), next: t('why.currencyNext') };
    case 'token.expired':
    case 'issuer.card_expired':
      return { what: t('why.expired'), next: t('why.other') };
    case 'token.suspended':
      return { what: t('why.suspended'), next: t('why.suspendedNext') };
    case 'tap.holder_not_verified':
      return { what: t('why.holder'), next: t('why.holderNext') };
    case 'tap.replayed':
      return { what: t('why.replay'), next: t('why.replayNext') };
    case 'tap.cryptogram_wrong':
      return { what: t('why.cryptogram') };
    case 'terminal.over_limit':
      return { what: t('why.overLimit'), next: t('why.overLimitNext') };
    case 'terminal.offline_only':
      return { what: t('why.offlineOnly'), next: t('why.offlineOnlyNext') };
    case 'terminal.settings_changed':
      return { what: t('why.settings'), next: t('why.settingsNext') };
    case 'network.issuer_down':
      return { what: t('why.bankDown'), next: t('why.later') };
    case 'acquirer.network_down':
      return { what: t('why.networkDown'), next: t('why.later') };
    case 'network.no_answer':
    case 'acquirer.no_answer':
      return { what: t('why.noAnswer') };
    default:
      return /^tap\.\w+_differs$/.test(code) ? { what: t('why.sealed') } : undefined;
  }
}

function wordsIn(language: string): 'en' | 'zh' {
  return language === 'zh-CN' ? 'zh' : 'en';
}

/** A heading has no full stop, and that nothing was taken is said on a line of its own. */
function trimmed(words: string): string {
  return words
    .replace(/(\. Nothing (more )?was taken\.|。没有(再次)?扣款。)$/, '')
    .replace(/[.。]$/, '');
}
