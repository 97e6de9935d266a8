/** The tags that stand on a card in the wallet. */
import { useTranslation } from 'react-i18next';
import type { CardTag } from '../kit/art/CardFace.tsx';
import { expressLeaf } from './core/state.ts';
import type { ShownCard } from './use-cards.ts';
import { useWalletState } from './use-wallet.tsx';

/** Suspended, and the express card; both when both hold. */
export function useTags({ leaf, isSuspended }: ShownCard): readonly CardTag[] {
  const { t } = useTranslation();
  const isExpress = expressLeaf(useWalletState())?.enrolmentId === leaf.enrolmentId;
  return [
    ...(isSuspended ? [{ kind: 'suspended', label: t('card.tagSuspended') } as const] : []),
    ...(isExpress ? [{ kind: 'express', label: t('express.tag') } as const] : []),
  ];
}
