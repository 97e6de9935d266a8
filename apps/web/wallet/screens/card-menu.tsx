/** Where a card lies, without dragging: make it the default, or move it by one. */
import { ArrowDown, ArrowUp, Star } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Sheet } from '../../kit/parts.tsx';
import { arrangementOf, moved, stackOf } from '../core/stack-order.ts';
import { useAct } from '../use-act.ts';
import type { ShownCard } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The menu as a sheet. */
export function CardMenu(props: { readonly card: ShownCard; readonly onClose: () => void }) {
  const { card, onClose } = props;
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device } = useWalletState();
  const { isBusy, failure, run } = useAct();
  const { enrolmentId, tokenReference = '', isDefault, state } = card.leaf;
  const leaves = device?.leaves ?? [];
  const stack = stackOf(leaves);
  const at = stack.indexOf(enrolmentId);
  const act = async (arrangement: Parameters<typeof wallet.arrange>[0]) => {
    if (await run(() => wallet.arrange(arrangement))) onClose();
  };
  const moveBy = (by: number) => act(arrangementOf(leaves, moved(stack, at, at + by)));
  const items = [
    {
      icon: Star,
      label: t('card.makeDefault'),
      can: state === 'active' && !isDefault,
      press: () => act({ defaultCard: tokenReference }),
    },
    { icon: ArrowUp, label: t('card.moveUp'), can: at > 0, press: () => moveBy(-1) },
    {
      icon: ArrowDown,
      label: t('card.moveDown'),
      can: at < stack.length - 1,
      press: () => moveBy(1),
    },
  ];
  return (
    <Sheet label={t('card.menu')} closeLabel={t('page.close')} onClose={onClose}>
      <h2 className="heading">{t('card.menu')}</h2>
      <ul className="choices">
        {items.map(({ icon: Icon, label, can, press }) => (
          <li key={label}>
            <button
              type="button"
              className="choice choice-plain"
              disabled={!can || isBusy}
              onClick={() => void press()}
            >
              <Icon size={22} strokeWidth={1.75} aria-hidden />
              {label}
            </button>
          </li>
        ))}
      </ul>
      {failure !== undefined && (
        <p className="field-wrong" role="alert">
          {failure.kind === 'offline' ? t('phones.offline') : t('card.refused')}
        </p>
      )}
    </Sheet>
  );
}
