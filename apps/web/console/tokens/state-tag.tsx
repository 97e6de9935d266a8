/** How a token stands, as a tag. */
import type * as tokens from '@octavo/services/tokens';
import { Check, CircleDashed, Snowflake, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '../api.ts';

/** A token as the operator sees it. */
export type Token = AnswerOf<typeof tokens.token>;
/** A token's state. */
export type TokenState = Token['state'];

const looks = {
  inactive: { tone: '', Icon: CircleDashed },
  active: { tone: 'tag-qing', Icon: Check },
  suspended: { tone: 'tag-amber', Icon: Snowflake },
  deleted: { tone: '', Icon: X },
} as const;

/** The tag, with its sign. */
export function StateTag({ state }: { readonly state: TokenState }) {
  const { tone, Icon } = looks[state];
  return (
    <span className={`tag ${tone}`}>
      <Icon size={14} strokeWidth={2.4} aria-hidden />
      {useStateWords()[state]}
    </span>
  );
}

/** Words of the states. */
export function useStateWords(): Readonly<Record<TokenState, string>> {
  const { t } = useTranslation();
  return {
    inactive: t('tokens.inactive'),
    active: t('tokens.active'),
    suspended: t('tokens.suspended'),
    deleted: t('tokens.deleted'),
  };
}

/** Words of a card: the bank in the page's language, and its kind. */
export function useCardWords(): (face: Token['face']) => string {
  const { t, i18n } = useTranslation();
  return ({ issuerName, kind }) => {
    const bank = i18n.language === 'zh-CN' ? issuerName.zh : issuerName.en;
    return kind === 'debit' ? t('tokens.debitOf', { bank }) : t('tokens.creditOf', { bank });
  };
}
