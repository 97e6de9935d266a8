/** Words of the bank's book: its accounts and why money moved. */
import { useTranslation } from 'react-i18next';

/** By the ledger account's name. */
export function useAccountWords(): Readonly<Record<string, string>> {
  const { t } = useTranslation();
  return {
    holder: t('bank.accountHolder'),
    settlement: t('bank.accountSettlement'),
    opening: t('bank.accountOpening'),
  };
}

/** By the kind of a posting. */
export function useKindWords(): Readonly<
  Record<'opening' | 'purchase' | 'reversal' | 'adjustment', string>
> {
  const { t } = useTranslation();
  return {
    opening: t('bank.kindOpening'),
    purchase: t('bank.kindPurchase'),
    reversal: t('bank.kindReversal'),
    adjustment: t('bank.kindAdjustment'),
  };
}
