/** Words of what stands in a token's history: events, parties and reasons. */
import { useTranslation } from 'react-i18next';

/** By the name of an event. */
export function useEventWords(): Readonly<Record<string, string>> {
  const { t } = useTranslation();
  return {
    verify: t('tokens.eventVerify'),
    refuse: t('tokens.eventRefuse'),
    tokenise: t('tokens.eventTokenise'),
    activate: t('tokens.eventActivate'),
    suspend: t('tokens.eventSuspend'),
    resume: t('tokens.eventResume'),
    delete: t('tokens.eventDelete'),
    lapse: t('tokens.eventLapse'),
  };
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
  const { t } = useTranslation();
  return {
    HOLDER_REQUEST: t('tokens.reasonHolder'),
    DEVICE_LOST: t('tokens.reasonLost'),
    DEVICE_FOUND: t('tokens.reasonFound'),
    DEVICE_WIPED: t('tokens.reasonWiped'),
    FRAUD_SUSPECTED: t('tokens.reasonFraud'),
    ACCOUNT_CLOSED: t('tokens.reasonClosed'),
    ISSUER_REQUEST: t('tokens.reasonIssuer'),
    OTHER: t('tokens.reasonOther'),
    CODE_RIGHT: t('tokens.reasonCode'),
    GREEN: t('tokens.reasonGreen'),
    PUSHED: t('tokens.reasonPushed'),
    BANK_APP: t('tokens.reasonBankApp'),
    CALL_CENTRE: t('tokens.reasonCall'),
    VERIFIED: t('tokens.reasonVerified'),
    PERSONALISED: t('tokens.reasonPersonalised'),
    TIME_OVER: t('tokens.reasonTimeOver'),
    CLONE_PROVED: t('tokens.reasonClone'),
  };
}
