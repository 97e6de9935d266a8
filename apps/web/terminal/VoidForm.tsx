/** Taking an approved payment back, after a question. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../kit/amount.tsx';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { newId } from '../kit/new-id.ts';
import { Button, Line } from '../kit/parts.tsx';
import type { PaymentLine } from './api.ts';
import type { TillParts } from './Till.tsx';
import { whyOfCode } from './why.ts';

type Stand =
  | { readonly kind: 'asked' | 'sent' | 'confirmed' | 'on_its_way' | 'lost' }
  | { readonly kind: 'refused'; readonly code: string };

/** The question, and then what became of it. */
export function VoidForm({
  parts,
  payment,
  onClose,
}: {
  readonly parts: TillParts;
  readonly payment: PaymentLine;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [stand, setStand] = useState<Stand>({ kind: 'asked' });
  // One id for every try, so that it is taken back once.
  const [requestId] = useState(newId);
  const { api, refresh, desk } = parts;
  const amount = amountText(payment.amountMinor, payment.currency);
  const act = async () => {
    setStand({ kind: 'sent' });
    try {
      const { confirmed } = await api.takeBack(requestId, payment.requestId);
      setStand({ kind: confirmed ? 'confirmed' : 'on_its_way' });
    } catch (error) {
      if (error instanceof Refused) setStand({ kind: 'refused', code: error.code });
      else if (error instanceof ConnectionLost) setStand({ kind: 'lost' });
      else throw error;
    } finally {
      refresh();
    }
  };
  const isOver = stand.kind !== 'asked' && stand.kind !== 'sent' && stand.kind !== 'lost';
  const close = () => {
    // The receipt of what was taken back is not shown as paid any longer.
    const now = desk.state();
    const isShown = now.kind === 'ended' && now.requestId === payment.requestId;
    if (isShown && stand.kind !== 'asked') desk.send({ kind: 'next' });
    onClose();
  };
  return (
    <div className="stack">
      {isOver ? null : (
        <div className="stack-tight">
          <h3 className="heading">{t('void.question', { amount })}</h3>
          <p className="second">{t('void.told')}</p>
        </div>
      )}
      <VoidLine stand={stand} />
      <div className="stack-tight">
        {isOver ? (
          <Button onPress={close}>{t('done')}</Button>
        ) : (
          <>
            <Button kind="danger" busy={stand.kind === 'sent'} onPress={act}>
              {t('void.act', { amount })}
            </Button>
            <Button kind="quiet" onPress={close}>
              {stand.kind === 'lost' ? t('close') : t('void.keep')}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

/** What became of it. */
function VoidLine({ stand }: { readonly stand: Stand }) {
  const { t, i18n } = useTranslation();
  switch (stand.kind) {
    case 'confirmed':
      return <Line tone="qing">{t('void.confirmed')}</Line>;
    case 'on_its_way':
      return <Line tone="amber">{t('void.onItsWay')}</Line>;
    case 'lost':
      return <Line tone="amber">{t('void.lost')}</Line>;
    case 'refused':
      return (
        <Line tone="zhu">
          <p>{whyOfCode(t, i18n.language, stand.code).what}</p>
          <p className="code-trace">{stand.code}</p>
        </Line>
      );
    default:
      return null;
  }
}
