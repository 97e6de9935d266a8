/** Words of what stands in a token's history: events, parties and reasons. */
import { useTranslation } from 'react-i18next';
import { eventWords, reasonWords } from './history-words.ts';

/** By the name of an event. */
export function useEventWords(): Readonly<Record<string, string>> {
  return useWords(eventWords);
}

/** By party. */
export function usePartyWords(): Readonly<
  Record<'wallet' | 'issuer' | 'tokens' | 'operator', string>
> {
  const { t } = useTranslation();
  return {
    wallet: t('tokens.partyWallet'),
    issuer: t('tokens.partyIssuer'),
    tokens: t('tokens.partyTokens'),
    operator: t('tokens.partyOperator'),
  };
}

/** By reason: those that can be chosen, and those that the services give. */
export function useReasonWords(): Readonly<Record<string, string>> {
  return useWords(reasonWords);
}

function useWords(keys: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { t } = useTranslation();
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, t(`tokens.${key}`)]));
}
