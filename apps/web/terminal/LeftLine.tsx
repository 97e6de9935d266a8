/** What became of the payment whose answer the cashier did not wait for. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../kit/amount.tsx';
import { Line } from '../kit/parts.tsx';
import { keep, kept } from './keep.ts';
import type { TillParts } from './Till.tsx';

/** A line until the cashier has understood it; nothing where nothing was left. */
export function LeftLine({ parts }: { readonly parts: TillParts }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(() => kept('left'));
  const isSettled = useSettled(left?.leftAtMs);
  if (left === undefined) return null;
  const { payments, isOffline, show } = parts;
  const found = payments?.find(({ requestId }) => requestId === left.requestId);
  const amount = amountText(left.amountMinor, left.currency);
  const words = () => {
    if (payments === undefined || isOffline || (found === undefined && !isSettled))
      return t('left.waiting', { amount });
    if (found === undefined) return t('left.missing', { amount });
    if (found.state === 'posted') return t('left.paid', { amount });
    return found.state === 'pending' ? t('left.open', { amount }) : t('left.notPaid', { amount });
  };
  const forget = () => {
    keep('left', undefined);
    setLeft(undefined);
  };
  return (
    <Line tone={found?.state === 'posted' ? 'qing' : 'amber'}>
      <p>{words()}</p>
      <p className="left-acts">
        {found === undefined ? null : (
          <button
            type="button"
            onClick={() => show({ kind: 'receipt', requestId: found.requestId })}
          >
            {t('receipt.title')}
          </button>
        )}
        <button type="button" onClick={forget}>
          {t('left.understood')}
        </button>
      </p>
    </Line>
  );
}

/** How long a tap that was under way may take to come into the journal. */
const SETTLES_MS = 15_000;

/** Whether what is not in the journal by now will not come any more. */
function useSettled(leftAtMs: number | undefined): boolean {
  const dueMs = (leftAtMs ?? 0) + SETTLES_MS - Date.now();
  const [isSettled, setIsSettled] = useState(dueMs <= 0);
  useEffect(() => {
    if (isSettled) return;
    const timer = setTimeout(() => setIsSettled(true), dueMs);
    return () => clearTimeout(timer);
  }, [isSettled, dueMs]);
  return isSettled;
}
